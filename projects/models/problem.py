"""问题: one register for all sources (handbook 7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from projects.fields import MoneyField
from projects.models.project import Decision, Project

USER = settings.AUTH_USER_MODEL


class Problem(models.Model):
    """问题: what a unit must put right, wherever it was found. `serial` numbers the register of one project, gapless.

    `decision`: the rectification order that lists it, `number` its place there; outside an order `number` is `serial`.
    `reopens`: the closed problem that came back. `round` grows each time an answer was not enough.
    """

    class State(models.TextChoices):
        OPEN = "open", "待整改"
        ANSWERED = "answered", "已报整改"
        CLOSED = "closed", "已销号"

    class Level(models.TextChoices):
        MINOR = "minor", "一般"
        MAJOR = "major", "较重"
        SEVERE = "severe", "严重"

    class Source(models.TextChoices):
        MONITORING = "monitoring", "绩效监控"
        INSPECTION = "inspection", "监督检查"
        AUDIT = "audit", "资金审计"
        SELF_EVALUATION = "self_evaluation", "绩效自评"
        ACCEPTANCE = "acceptance", "验收评估"
        ORDER = "order", "限期整改通知"
        FALSE_MATERIAL = "false_material", "申报材料不实"
        ASSESSMENT = "assessment", "年度考核评估"

    project = models.ForeignKey(Project, models.PROTECT, related_name="problems")
    serial = models.PositiveIntegerField("问题编号")
    source = models.CharField("来源", max_length=16, choices=Source, default=Source.ORDER)
    about_id = models.BigIntegerField("来源记录", default=0)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="problems")
    number = models.PositiveSmallIntegerField("序号")
    round = models.PositiveSmallIntegerField("整改轮次", default=1)
    reopens = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reopened_as")
    fact = models.CharField("事实", max_length=300)
    clause = models.CharField("依据", max_length=160)
    requirement = models.CharField("整改要求", max_length=300)
    level = models.CharField("程度", max_length=8, choices=Level, default=Level.MAJOR)
    amount = MoneyField("涉及金额", null=True, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    opened_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    opened_on = models.DateField("提出日期", null=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    owner = models.CharField("责任人", max_length=40, blank=True)
    measure = models.CharField("整改措施", max_length=500, blank=True)
    done_on = models.DateField("完成时间", null=True, blank=True)
    answer = models.CharField("整改措施和结果", max_length=500, blank=True)
    drafted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="答复起草人")
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="答复提交人")
    answered_on = models.DateField("答复日期", null=True, blank=True)
    verdict = models.CharField("复核意见", max_length=300, blank=True)
    verified_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="核验人")
    closed_on = models.DateField("销号日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.UniqueConstraint(fields=["decision", "project", "number"], name="problem_number_once"),
            models.UniqueConstraint(fields=["project", "serial"], name="problem_serial_once"),
            models.CheckConstraint(name="problem_amount_positive", condition=Q(amount=None) | Q(amount__gt=0)),
            models.CheckConstraint(
                name="answered_problem_says_how",
                condition=~Q(state="answered") | ~Q(answer="") | Q(decision__isnull=False),
            ),
            models.CheckConstraint(
                name="closed_problem_was_verified",
                condition=~Q(state="closed") | Q(closed_on__isnull=False, verified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="problem_closed_by_another",
                condition=~Q(state="closed") | Q(opened_by=None) | ~Q(verified_by=F("opened_by")),
            ),
            models.CheckConstraint(
                name="problem_not_closed_by_who_answered",
                condition=~Q(state="closed")
                | (
                    (Q(answered_by=None) | ~Q(verified_by=F("answered_by")))
                    & (Q(drafted_by=None) | ~Q(verified_by=F("drafted_by")))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.fact


class ProblemEntry(models.Model):
    """One word in the thread of a problem: said once, never changed (a trigger keeps it so).

    Its files are those filed under the problem for the same `round`.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", "单位答复"
        RETURN = "return", "退回补充"
        ASK = "ask", "追问"
        LISTED = "listed", "列入整改通知书"
        LEFT_OUT = "left_out", "未列入整改通知书"
        CLOSE = "close", "核验销号"
        REOPEN = "reopen", "重新提出"

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="thread")
    kind = models.CharField("事项", max_length=8, choices=Kind)
    round = models.PositiveSmallIntegerField("整改轮次", default=1)
    text = models.CharField("内容", max_length=500)
    owner = models.CharField("责任人", max_length=40, blank=True)
    measure = models.CharField("整改措施", max_length=500, blank=True)
    done_on = models.DateField("完成时间", null=True, blank=True)
    due_on = models.DateField("新的整改期限", null=True, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="办理人")
    on = models.DateField("日期")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题办理记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text[:40]}"
