"""导入支出: one uploaded workbook of payments, kept as the receipt of what was read and of what became of it."""

from django.db import models

from funds.models.fields import person
from projects.models import Project


class PaymentImport(models.Model):
    """Nothing is recorded before `committed_at`. `errors`, `warnings`, `millis`: what checking found and took;
    `refused`: place, number and reason of each row that was not recorded.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="payment_imports")
    name = models.CharField("文件名", max_length=160)
    sha256 = models.CharField("文件校验码", max_length=64)
    size = models.PositiveIntegerField("字节")
    content = models.BinaryField()
    rows = models.PositiveIntegerField("读到行数")
    errors = models.PositiveIntegerField("错误")
    warnings = models.PositiveIntegerField("提醒")
    millis = models.PositiveIntegerField("检查用时（毫秒）")
    uploaded_by = person("上传人", optional=False)
    uploaded_on = models.DateField("上传日期")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField("确认时间", null=True)
    recorded = models.PositiveIntegerField("已登记", default=0)
    standing = models.PositiveIntegerField("原已登记", default=0)
    refused = models.JSONField("未登记", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "支出导入"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
