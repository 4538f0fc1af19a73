"""What happens to a project on its way: deadlines, requests, acceptance, rectification, revocation, and job runs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class Deadline(models.Model):
    """A legal date of a project. Truth is the row; overdue is a question to it, never a stored state."""

    class State(models.TextChoices):
        OPEN = "open", "进行中"
        MET = "met", "已完成"
        DROPPED = "dropped", "已失效"

    project = models.ForeignKey(Project, models.PROTECT, related_name="deadlines")
    rule = models.CharField("期限", max_length=30)
    due_on = models.DateField("到期日")
    basis = models.CharField("依据", max_length=160)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_on = models.DateField("起算日")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "rule"], condition=Q(state="open"), name="one_open_deadline")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_on}"


class Reminder(models.Model):
    """One rung of the ladder before a deadline, raised once whatever happens to the scheduler."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    rung = models.PositiveSmallIntegerField("提前天数")
    raised_on = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints = [models.UniqueConstraint(fields=["deadline", "due_on", "rung"], name="each_rung_once")]

    def __str__(self) -> str:
        return f"{self.deadline} -{self.rung}"


class Request(models.Model):
    """What a unit asks of the departments: more time to build, or to give the project up."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", "延期"
        TERMINATION = "termination", "终止"

    class State(models.TextChoices):
        OPEN = "open", "待办理"
        GRANTED = "granted", "已批准"
        REFUSED = "refused", "未批准"

    project = models.ForeignKey(Project, models.PROTECT, related_name="requests")
    kind = models.CharField("事项", max_length=12, choices=Kind)
    months = models.PositiveSmallIntegerField("申请月数", default=0)
    reason = models.CharField("理由", max_length=500)
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    answer = models.CharField("答复", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], condition=Q(state="open"), name="one_open_request")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class Acceptance(models.Model):
    """One application for 验收 and what the authorities find. Two gates; a score sheet decides nothing."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="acceptances")
    round = models.PositiveSmallIntegerField("次数")
    applied_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    applied_on = models.DateField("申请日期")
    summary = models.TextField("建设任务完成情况")
    early_reason = models.CharField("提前申请理由", max_length=300, blank=True)
    hr_office = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    finance_office = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    hr_checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    hr_opinion = models.CharField("人社初审意见", max_length=300, blank=True)
    hr_checked_on = models.DateField(null=True)
    finance_checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    finance_opinion = models.CharField("财政初审意见", max_length=300, blank=True)
    finance_checked_on = models.DateField(null=True)
    visited_on = models.DateField("验收日期", null=True)
    place = models.CharField("地点", max_length=120, blank=True)
    panel = models.JSONField("验收组", default=list)
    checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField("条件核查日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "验收"
        ordering = ["-round"]
        constraints = [models.UniqueConstraint(fields=["project", "round"], name="acceptance_round_once")]

    def __str__(self) -> str:
        return f"第{self.round}次验收"


class ConditionCheck(models.Model):
    """Gate A, one row a condition: what was required, what was found, on what evidence."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="checks")
    code = models.CharField("条件", max_length=8)
    values = models.JSONField("实际", default=dict)
    met = models.BooleanField("符合", null=True)
    evidence = models.CharField("佐证", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "建设条件核查"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["acceptance", "code"], name="condition_once_per_acceptance")]

    def __str__(self) -> str:
        return f"{self.code} {self.met}"


class Rectification(models.Model):
    """限期整改: an order, its service, its term and the one-year cap. The dates are written once, at service."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="rectifications")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="rectification")
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    term_months = models.PositiveSmallIntegerField("期限（月）")
    money_handling = models.CharField("资金处理", max_length=120, blank=True)
    served_on = models.DateField("送达日期", null=True)
    served_way = models.CharField("送达方式", max_length=40, blank=True)
    due_on = models.DateField("整改到期日", null=True)
    cap_on = models.DateField("一年上限", null=True)
    closed_on = models.DateField("结束日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "限期整改"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="due_on_within_the_cap", condition=Q(due_on__lte=F("cap_on"))),
            models.CheckConstraint(
                name="service_sets_both_dates",
                condition=Q(served_on=None, due_on=None, cap_on=None)
                | Q(served_on__isnull=False, due_on__isnull=False, cap_on__isnull=False),
            ),
            models.UniqueConstraint(fields=["project"], condition=Q(closed_on=None), name="one_open_rectification"),
        ]

    def __str__(self) -> str:
        return f"限期整改 {self.due_on or '未送达'}"


class RectificationReport(models.Model):
    """整改报告 and its re-check, done by another person than who drafted the order (SD4).

    `ruling`: the decision that found the facts wrong and ordered this re-check (T25); else none.
    """

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="reports")
    round = models.PositiveSmallIntegerField("次数")
    text = models.TextField("整改情况")
    submitted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("报送日期")
    rechecked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    rechecked_on = models.DateField("复验日期", null=True)
    passed = models.BooleanField("复验通过", null=True)
    note = models.CharField("复验意见", max_length=300, blank=True)
    ruling = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "整改报告"
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["rectification", "round"], name="report_round_once")]

    def __str__(self) -> str:
        return f"第{self.round}次整改报告"


class Revocation(models.Model):
    """拟取消告知 → 陈述申辩 → 复核 → 取消称号. People decide; the clock never does."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="revocations")
    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="revocations")
    notice = models.ForeignKey(Decision, models.PROTECT, related_name="revocations")
    served_on = models.DateField("告知送达日期", null=True)
    served_way = models.CharField("送达方式", max_length=40, blank=True)
    defend_by = models.DateField("陈述申辩截止", null=True)
    defence = models.TextField("陈述申辩", blank=True)
    defended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    defended_on = models.DateField("申辩日期", null=True)
    ruling = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    upheld = models.BooleanField("申辩成立", null=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    decision_served_on = models.DateField("决定送达日期", null=True)
    plaque = models.CharField("牌匾收回", max_length=120, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "取消称号程序"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(closed_on=None), name="one_open_revocation")
        ]

    def __str__(self) -> str:
        return f"取消称号程序 {self.pk}"


class JobRun(models.Model):
    """One run of a job for one day: the unique row claims the work, so two schedulers do it once."""

    class State(models.TextChoices):
        RUNNING = "running", "运行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    job = models.CharField("任务", max_length=40)
    slot = models.DateField("业务日期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.RUNNING)
    lease_until = models.DateTimeField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    detail = models.CharField("结果", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务运行"
        ordering = ["-slot", "job"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="one_run_a_job_and_day")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"


class Heartbeat(models.Model):
    """When the scheduler last said it is alive."""

    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return str(self.at)
