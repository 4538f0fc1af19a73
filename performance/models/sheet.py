"""绩效目标 as filed, reviewed and evaluated. A sheet that was reviewed keeps what the reviewers read."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from policy.terms import Aggregation, EvidenceKind, Frequency, Grade, Line, Operator
from projects.fields import MoneyField
from projects.models import Project

USER = settings.AUTH_USER_MODEL
PERIOD = "period"


def block_label(block: str) -> str:
    """The words for a block: 实施期 or a budget year."""
    return "实施期" if block == PERIOD else f"{block}年度"


class TargetSheet(models.Model):
    """项目绩效目标申报表 (F02). `round`: how many times it was drawn up; `version`: given when it is filed.

    `drafted_by` is who typed last: the person who may not submit it (SD1). `submitted_content` is what was sent to
    review, so that what 良 mends can be compared; `form` is F02 as filed, so that a reprint never changes.
    `revises`: the filed version that this one is to replace by joint approval (绩效目标调整); periods that are closed
    keep the version they were judged by.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待初审"
        REVIEWING = "reviewing", "两厅审核中"
        MENDING = "mending", "按意见完善中"
        MENDED = "mended", "待复核完善情况"
        READY = "ready", "待备案"
        RETURNED = "returned", "已退回"
        FILED = "filed", "已备案"
        WITHDRAWN = "withdrawn", "已撤回"

    project = models.ForeignKey(Project, models.PROTECT, related_name="target_sheets")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    version = models.PositiveSmallIntegerField("版本", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT, db_index=True)
    years = models.JSONField("预算年度", default=list)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="编制人")
    drafted_on = models.DateField("编制日期")
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_on = models.DateField("送审日期", null=True, blank=True)
    submitted_content = models.JSONField(default=dict, blank=True)
    state_since = models.DateField("进入状态日期", null=True, blank=True)
    hr_office = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人社初审单位"
    )
    finance_office = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="财政初审单位"
    )
    grade = models.CharField("审核等级", max_length=12, choices=Grade, blank=True)
    mend_turn = models.PositiveSmallIntegerField("完善次数", default=0)
    return_reason = models.TextField("退回或完善意见", blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    form = models.JSONField(default=dict, blank=True)
    revises = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="revisions")
    revision_reason = models.TextField("调整理由", blank=True)
    filing_document = models.CharField("备案文号", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "绩效目标表"
        ordering = ["project_id", "round"]
        constraints = [
            models.UniqueConstraint(fields=["project", "round"], name="target_round_once"),
            models.UniqueConstraint(
                fields=["project", "version"], condition=Q(version__isnull=False), name="target_version_once"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=~Q(state__in=["returned", "filed", "withdrawn"]),
                name="one_open_target_sheet_per_project",
            ),
            models.CheckConstraint(
                name="filed_targets_have_version_and_date",
                condition=~Q(state="filed") | Q(version__isnull=False, filed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"绩效目标第{self.round}稿"

    @property
    def blocks(self) -> tuple[str, ...]:
        return (PERIOD, *(str(year) for year in self.years))

    @property
    def labels(self) -> dict[str, str]:
        return {block: block_label(block) for block in self.blocks}


class Goal(models.Model):
    """总体目标 and money of one block, as F02 has them beside each other."""

    sheet = models.ForeignKey(TargetSheet, models.PROTECT, related_name="goals")
    block = models.CharField("期间", max_length=8)
    text = models.TextField("总体目标", blank=True)
    fiscal = MoneyField("财政拨款", default=Decimal(0))
    other = MoneyField("其他资金", default=Decimal(0))

    class Meta:
        verbose_name = verbose_name_plural = "总体目标"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "block"], name="goal_once_per_block"),
            models.CheckConstraint(name="goal_money_not_negative", condition=Q(fiscal__gte=0, other__gte=0)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return block_label(self.block)


class Indicator(models.Model):
    """三级指标. `template_code` empty: the unit's own. `draws`: what a register gives it (policy.terms.Draw)."""

    sheet = models.ForeignKey(TargetSheet, models.PROTECT, related_name="indicators")
    order = models.PositiveSmallIntegerField()
    level1 = models.CharField("一级指标", max_length=20)
    level2 = models.CharField("二级指标", max_length=30)
    name = models.CharField("三级指标", max_length=60, blank=True)
    operator = models.CharField("计算符号", max_length=12, choices=Operator)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    aggregation = models.CharField("汇总方式", max_length=10, choices=Aggregation, default=Aggregation.LATEST)
    window = models.CharField("统计期间", max_length=20, blank=True)
    frequency = models.CharField("报送频次", max_length=8, choices=Frequency, default=Frequency.YEAR)
    evidence = models.CharField("佐证来源", max_length=8, choices=EvidenceKind, default=EvidenceKind.FILE)
    draws = models.CharField("台账取数", max_length=16, blank=True)
    baseline = models.CharField("基期值", max_length=60, blank=True)
    baseline_source = models.CharField("基期值来源", max_length=120, blank=True)
    core = models.BooleanField("核心指标", default=False)
    template_code = models.CharField("模板编号", max_length=12, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "绩效指标"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """指标值 of one block. `weight` is empty while `weight_text` is no number.

    `value` stays the text that was typed, unless a number was read out of it without doubt ("不低于90%"): then it is
    that number and `typed` keeps the words.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets")
    block = models.CharField("期间", max_length=8)
    value = models.CharField("指标值", max_length=60, blank=True)
    typed = models.CharField("填写原文", max_length=60, blank=True)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2, null=True, blank=True)
    weight_text = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "指标值"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["indicator", "block"], name="target_once_per_block")]

    def __str__(self) -> str:
        return f"{self.label} {self.value}"

    @property
    def label(self) -> str:
        return block_label(self.block)


class Review(models.Model):
    """What one office said of one sheet. `turn` counts the checks of what was mended."""

    class Level(models.TextChoices):
        FIRST = "first", "初审"
        PROVINCE = "province", "省级审核"
        MEND = "mend", "完善复核"
        OPINION = "opinion", "推荐部门意见"

    sheet = models.ForeignKey(TargetSheet, models.PROTECT, related_name="reviews")
    line = models.CharField("条线", max_length=12, choices=Line)
    level = models.CharField("环节", max_length=10, choices=Level)
    turn = models.PositiveSmallIntegerField("次数", default=1)
    reviewer = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="审核人")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="审核单位")
    on = models.DateField("日期")
    agreed = models.BooleanField("同意", default=True)
    points = models.JSONField("各要点得分", default=list, blank=True)
    total = models.PositiveSmallIntegerField("总分", null=True, blank=True)
    grade = models.CharField("等级", max_length=12, choices=Grade, blank=True)
    comment = models.TextField("意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "绩效目标审核"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "line", "level", "turn"], name="one_review_per_line_and_level")
        ]

    def __str__(self) -> str:
        return f"{self.get_line_display()}{self.get_level_display()}"


class ReviewRemark(models.Model):
    """逐项意见: what a review says of one indicator. `name` stays when the row is taken out while it is mended."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="remarks")
    indicator = models.ForeignKey(Indicator, models.SET_NULL, null=True, related_name="remarks")
    name = models.CharField("三级指标", max_length=60, blank=True)
    text = models.CharField("意见", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "指标审核意见"
        ordering = ["indicator__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "indicator"], name="one_remark_per_indicator")]

    def __str__(self) -> str:
        return self.text
