"""自评: F05 of a year, F06 of the transfer, and the unit's own view at the end; each scored by unit, city and province."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from performance.models.sheet import Indicator, TargetSheet
from policy.terms import Attained, Grade, Line
from projects.fields import MoneyField
from projects.models import Project

USER = settings.AUTH_USER_MODEL
LINES = [(Line.HR, "人社"), (Line.FINANCE, "财政")]


class Assessment(models.Model):
    """One self-evaluation of one block of the targets: a budget year, or the whole period.

    `scheme`: the score scheme of the edition it was scored by. `decision_ref`: the joint decision that fixed the result.
    F06 carries no points: it adds its own words (`words`). `turn`: how many times it was sent in. `complete`: nothing
    keeps it from being sent in. `money`: lines of the form, as the books had them when it was last saved.
    """

    class Kind(models.TextChoices):
        YEAR = "year", "年度自评（F05）"
        TRANSFER = "transfer", "转移支付自评（F06）"
        FINAL = "final", "期满自评"

    class State(models.TextChoices):
        DRAFT = "draft", "自评中"
        SUBMITTED = "submitted", "待市州核查"
        CHECKED = "checked", "待省级评定"
        RETURNED = "returned", "已退回"
        SIGNING = "signing", "待两厅签署"
        DECIDED = "decided", "已评定"

    project = models.ForeignKey(Project, models.PROTECT, related_name="assessments")
    sheet = models.ForeignKey(TargetSheet, models.PROTECT, related_name="assessments")
    kind = models.CharField("类型", max_length=10, choices=Kind)
    block = models.CharField("期间", max_length=8)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT, db_index=True)
    scheme = models.CharField("计分方案", max_length=20)
    goal_done = models.TextField("总体目标实际完成情况", blank=True)
    words = models.JSONField("情况说明", default=dict, blank=True)
    money = models.JSONField("项目资金", default=list, blank=True)
    year_budget = MoneyField("全年预算数", default=Decimal(0))
    year_spent = MoneyField("全年执行数", default=Decimal(0))
    execution_score = models.DecimalField("预算执行率得分", max_digits=5, decimal_places=2, null=True, blank=True)
    complete = models.BooleanField("已填完", default=False)
    turn = models.PositiveSmallIntegerField("报送次数", default=0)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    drafted_on = models.DateField("编制日期")
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    return_reason = models.TextField("退回意见", blank=True)
    unit_total = models.DecimalField("自评总分", max_digits=5, decimal_places=2, null=True, blank=True)
    city_total = models.DecimalField("核查总分", max_digits=5, decimal_places=2, null=True, blank=True)
    total = models.DecimalField("评定总分", max_digits=5, decimal_places=2, null=True, blank=True)
    grade = models.CharField("等级", max_length=12, choices=Grade, blank=True)
    decision_ref = models.PositiveBigIntegerField("评定文件", null=True, blank=True)
    decided_on = models.DateField("评定日期", null=True, blank=True)
    form = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "绩效自评"
        ordering = ["-block", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "block"], name="one_assessment_per_kind_and_block"),
            models.CheckConstraint(
                name="decided_assessment_has_its_day", condition=~Q(state="decided") | Q(decided_on__isnull=False)
            ),
            models.CheckConstraint(
                name="scored_decision_has_total_and_grade",
                condition=~Q(state="decided", kind="year") | (Q(total__isnull=False) & ~Q(grade="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class AssessmentRow(models.Model):
    """One indicator as one side sees it. `inputs`: what the score was worked out from, so that it can be shown again.

    `line`, `confirmed_by`: the province's values are entered by one department and confirmed by the other (SD1).
    """

    class Side(models.TextChoices):
        UNIT = "unit", "单位自评"
        CITY = "city", "市州核查"
        PROVINCE = "province", "省级评定"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="rows")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="assessed")
    side = models.CharField("评价方", max_length=10, choices=Side)
    actual = models.CharField("实际完成值", max_length=60, blank=True)
    attained = models.CharField("达成程度", max_length=8, choices=Attained, blank=True)
    points = models.DecimalField("定性评分", max_digits=5, decimal_places=2, null=True, blank=True)
    score = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True, blank=True)
    met = models.BooleanField("达到目标", null=True, blank=True)
    inputs = models.JSONField("计分依据", default=dict, blank=True)
    reason = models.CharField("偏差原因分析及改进措施", max_length=300, blank=True)
    entered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    entered_on = models.DateField("填写日期")
    line = models.CharField("录入方", max_length=12, choices=LINES, blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField("确认日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自评分项"
        ordering = ["indicator__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "indicator", "side"], name="one_assessed_row_per_side"),
            models.CheckConstraint(
                name="assessed_row_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("entered_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.indicator}"


class AssessmentReview(models.Model):
    """What an office said of a self-evaluation: the city's check by department, the province's by department."""

    class Level(models.TextChoices):
        CITY = "city", "市州核查"
        PROVINCE = "province", "省级评定"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="reviews")
    level = models.CharField("环节", max_length=10, choices=Level)
    line = models.CharField("条线", max_length=12, choices=LINES)
    agreed = models.BooleanField("同意", default=True)
    comment = models.TextField("意见", blank=True)
    turn = models.PositiveSmallIntegerField("次数", default=1)
    reviewer = models.ForeignKey(USER, models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "自评审核"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "level", "line", "turn"], name="one_assessment_review_per_line_and_turn"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.get_line_display()}"
