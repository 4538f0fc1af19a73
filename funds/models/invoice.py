"""票面: what was read of an uploaded invoice, once, known again by its content."""

from django.db import models

from projects.fields import MoneyField


class InvoiceText(models.Model):
    """`trouble`: why nothing could be read, in words. The same file uploaded again is not read again."""

    sha256 = models.CharField(max_length=64, unique=True)
    number = models.CharField("发票号码", max_length=60, blank=True)
    seller = models.CharField("销售方", max_length=120, blank=True)
    on = models.DateField("开票日期", null=True, blank=True)
    total = MoneyField("价税合计", null=True, blank=True)
    tax = MoneyField("税额", null=True, blank=True)
    trouble = models.CharField("未能读取的原因", max_length=300, blank=True)
    read_on = models.DateField("读取日期")

    class Meta:
        verbose_name = verbose_name_plural = "票面信息"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number or self.trouble
