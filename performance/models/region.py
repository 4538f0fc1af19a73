"""区域绩效: the province's sheet over all its projects, F01 as set and F06 as reached."""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL


class RegionSheet(models.Model):
    """F01 or F06 of one programme and budget year. A draft is worked out anew on each reading; what was issued stays.

    `content`: the form as issued, with the projects it was summed from and those that had not reported.
    """

    class Kind(models.TextChoices):
        TARGETS = "targets", "区域绩效目标申报表（F01）"
        RESULTS = "results", "区域绩效自评表（F06）"

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        ISSUED = "issued", "已定稿"

    edition_code = models.CharField("适用政策", max_length=40)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    words = models.JSONField("总体目标和情况说明", default=dict, blank=True)
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField("校验码", max_length=64, blank=True)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    drafted_on = models.DateField("编制日期")
    issued_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    issued_on = models.DateField("定稿日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区域绩效表"
        ordering = ["-year", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["edition_code", "kind", "year"], name="one_region_sheet_per_year"),
            models.CheckConstraint(
                name="issued_region_sheet_has_its_hash",
                condition=~Q(state="issued") | (~Q(digest="") & Q(issued_by__isnull=False, issued_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_kind_display()}"
