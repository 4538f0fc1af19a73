"""监测轮次 and the 季报包 each project sends in for it: one draft, one signature, one review by 人社 and 财政."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from performance.models.sheet import Indicator, TargetSheet
from policy.terms import Line
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Round(models.Model):
    """One call for reports, opened by the province: what period, read up to which day, due when.

    `period_from`..`cut_off`: the period that is asked for; a free cut-off (1–7月) is a round like any other.
    """

    class Kind(models.TextChoices):
        QUARTER = "quarter", "季度"
        HALF = "half", "半年"
        YEAR = "year", "年度"
        SPECIAL = "special", "专项"

    kind = models.CharField("类型", max_length=8, choices=Kind)
    name = models.CharField("名称", max_length=60)
    period_from = models.DateField("监测期间起")
    cut_off = models.DateField("截至日期")
    due_on = models.DateField("报送截止日期")
    monitoring = models.BooleanField("填报绩效监控表（F04）", default=False)
    note = models.CharField("说明", max_length=300, blank=True)
    opened_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="发起人")
    opened_on = models.DateField("发起日期")

    class Meta:
        verbose_name = verbose_name_plural = "监测轮次"
        ordering = ["-cut_off", "-pk"]
        constraints = [
            models.CheckConstraint(name="round_period_runs_forward", condition=Q(cut_off__gte=F("period_from"))),
            models.CheckConstraint(name="round_due_after_cut_off", condition=Q(due_on__gt=F("cut_off"))),
        ]

    def __str__(self) -> str:
        return self.name


class PeriodReturn(models.Model):
    """季报包 of one project in one round. What is typed covers the days after the last period that was asked for.

    `sheet`: the targets in force when the round was opened: a later version changes nothing in it. `turn`: how many
    times it was sent in. `snapshot`, `digest`: what was accepted, to the last figure; it never changes.
    """

    class State(models.TextChoices):
        OPEN = "open", "待报送"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "退回补正"
        ACCEPTED = "accepted", "已审定"
        EXEMPT = "exempt", "免报"

    round = models.ForeignKey(Round, models.PROTECT, related_name="returns")
    project = models.ForeignKey(Project, models.PROTECT, related_name="returns")
    sheet = models.ForeignKey(TargetSheet, models.PROTECT, related_name="returns")
    cut_off = models.DateField("截至日期")
    covers_from = models.DateField("填报期间起")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN, db_index=True)
    due_on = models.DateField("报送截止日期")
    first_due_on = models.DateField("首次截止日期")
    turn = models.PositiveSmallIntegerField("报送次数", default=0)
    zero = models.BooleanField("零报告", default=False)
    reason = models.CharField("零报告或免报理由", max_length=300, blank=True)
    exempted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    exempted_on = models.DateField("免报日期", null=True, blank=True)
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    accepted_on = models.DateField("审定日期", null=True, blank=True)
    returned_on = models.DateField("退回日期", null=True, blank=True)
    snapshot = models.JSONField("审定内容", default=dict, blank=True)
    digest = models.CharField("校验码", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "季报包"
        ordering = ["-cut_off", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "project"], name="one_return_per_round"),
            models.UniqueConstraint(fields=["project", "cut_off"], name="one_return_per_cut_off"),
            models.CheckConstraint(name="return_covers_forward", condition=Q(cut_off__gte=F("covers_from"))),
            models.CheckConstraint(
                name="submitted_return_has_its_signature",
                condition=~Q(state__in=["submitted", "accepted"])
                | Q(submitted_by__isnull=False, submitted_on__isnull=False, turn__gte=1),
            ),
            models.CheckConstraint(
                name="accepted_return_has_its_hash",
                condition=~Q(state="accepted") | (~Q(digest="") & Q(accepted_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="zero_or_exempt_has_its_reason",
                condition=(~Q(state="exempt") & Q(zero=False)) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}季报包"

    @property
    def late(self) -> bool:
        """Sent in after its day, by the day of the signature."""
        return self.submitted_on is not None and self.submitted_on > self.due_on


class Section(models.Model):
    """One part of a 季报包, which a named clerk may be asked to fill."""

    class Code(models.TextChoices):
        READINGS = "readings", "指标填报"
        PAYMENTS = "payments", "资金支出"
        PROGRESS = "progress", "建设进度"
        QUESTIONS = "questions", "问题与建议"

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, related_name="sections")
    code = models.CharField("部分", max_length=10, choices=Code)
    assignee = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人")
    text = models.TextField("内容", blank=True)
    plan = models.TextField("下期计划", blank=True)
    done = models.BooleanField("已填完", default=False)
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    done_on = models.DateField("填完日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "季报包的部分"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["period_return", "code"], name="section_once_per_return")]

    def __str__(self) -> str:
        return str(self.get_code_display())


class ReturnReview(models.Model):
    """What one department's office said of one turn of a 季报包. Both speak in parallel."""

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, related_name="reviews")
    line = models.CharField("条线", max_length=12, choices=[(Line.HR, "人社"), (Line.FINANCE, "财政")])
    turn = models.PositiveSmallIntegerField("报送次数")
    agreed = models.BooleanField("同意")
    reviewer = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="审核人")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="审核单位")
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "季报包审核"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period_return", "line", "turn"], name="one_return_review_per_line_and_turn"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_line_display()}{'同意' if self.agreed else '退回'}"


class Remark(models.Model):
    """一次性告知: one remark of a review, on a section or on one indicator."""

    review = models.ForeignKey(ReturnReview, models.PROTECT, related_name="remarks")
    section = models.CharField("部分", max_length=10, choices=Section.Code)
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField("意见", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "季报包退回意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class ReturnAsk(models.Model):
    """补件: a document asked for without sending the return back; its figures and its place stay."""

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, related_name="asks")
    section = models.CharField("部分", max_length=10, choices=Section.Code)
    text = models.CharField("需补的材料", max_length=300)
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_on = models.DateField("要求日期")
    due_on = models.DateField("补件截止日期")
    answer = models.CharField("说明", max_length=300, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    answered_on = models.DateField("补件日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "季报包补件"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="return_answer_has_its_hand",
                condition=Q(answered_on__isnull=True) | Q(answered_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text
