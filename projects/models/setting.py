"""设定确认单: numbers of 系统默认 that both departments of a province confirm, from a day on."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policy.confirmed import Confirmed, Sheet

USER = settings.AUTH_USER_MODEL


class SettingSheet(models.Model):
    """`rows`: [{"key", "text", "blocks"}]. In force from `effective_on` once both agreed; a later sheet replaces a value.

    `province`: of who drafted it; people of no other province see it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "拟制中"
        SIGNING = "signing", "待签署"
        EFFECTIVE = "effective", "已确认"
        RETURNED = "returned", "已退回"

    province = models.CharField("省级区划路径", max_length=40)
    edition_code = models.CharField("政策版本", max_length=40)
    number = models.CharField("编号", max_length=80, unique=True)
    effective_on = models.DateField("生效日期")
    rows = models.JSONField("确认的数值", default=list)
    note = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="拟制人")
    drafted_on = models.DateField("拟制日期")
    hr_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    hr_on = models.DateField("人社签署日期", null=True, blank=True)
    finance_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    finance_on = models.DateField("财政签署日期", null=True, blank=True)
    returned_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    returned_on = models.DateField("退回日期", null=True, blank=True)
    returned_why = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设定确认单"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="confirmed_setting_has_both_signatures",
                condition=~Q(state="effective")
                | Q(hr_by__isnull=False, finance_by__isnull=False, hr_on__isnull=False, finance_on__isnull=False),
            ),
            models.CheckConstraint(
                name="setting_hands_differ",
                condition=(Q(hr_by__isnull=True) | ~Q(hr_by=F("drafted_by")))
                & (Q(finance_by__isnull=True) | ~Q(finance_by=F("drafted_by")))
                & (Q(hr_by__isnull=True) | Q(finance_by__isnull=True) | ~Q(hr_by=F("finance_by"))),
            ),
            models.CheckConstraint(
                name="setting_comes_into_force_after_its_draft", condition=Q(effective_on__gt=F("drafted_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"设定确认单 {self.number}"

    @property
    def confirmed(self) -> tuple[Confirmed, ...]:
        return tuple(Confirmed(row["key"], row["text"], row["blocks"]) for row in self.rows)

    @property
    def sheet(self) -> Sheet:
        return Sheet(self.edition_code, self.number, self.effective_on, self.confirmed)
