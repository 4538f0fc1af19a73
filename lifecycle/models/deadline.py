"""The legal dates of a project and what was said before each."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Deadline(models.Model):
    """A legal date that an act set. Truth is the row; overdue is a question to it, never a stored state.

    `about_id`: which of several of its kind, 0 where there is only one. `count`, `unit`: the term after `opened_on`;
    `since_on`: the day it is counted from where that is another day.
    """

    class State(models.TextChoices):
        OPEN = "open", "进行中"
        MET = "met", "已完成"
        DROPPED = "dropped", "已失效"

    class Unit(models.TextChoices):
        MONTHS = "months", "月"
        DAYS = "days", "日"
        WORKING = "working", "工作日"
        GIVEN = "given", "载明"

    project = models.ForeignKey(Project, models.PROTECT, related_name="deadlines")
    rule = models.CharField("期限", max_length=30)
    about_id = models.BigIntegerField("对象", default=0)
    due_on = models.DateField("到期日")
    basis = models.CharField("依据", max_length=160)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_on = models.DateField("起算日")
    since_on = models.DateField("计算起点", null=True, blank=True)
    count = models.PositiveSmallIntegerField("期限长度", default=0)
    unit = models.CharField("期限单位", max_length=8, choices=Unit, default=Unit.GIVEN)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "rule", "about_id"], condition=Q(state="open"), name="one_open_deadline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_on}"


class Reminder(models.Model):
    """One rung of the ladder of a date, raised once whatever happens to the scheduler. `rung` < 0: days after the date.

    `deadline`: none where the date is computed; then project, rule and about_id say which one it is.
    """

    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, blank=True, related_name="reminders")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField("期限", max_length=30, blank=True)
    about_id = models.BigIntegerField("对象", default=0)
    due_on = models.DateField()
    rung = models.SmallIntegerField("提前天数")
    raised_on = models.DateField()
    text = models.CharField("内容", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "due_on", "rung"], condition=Q(deadline__isnull=False), name="each_rung_once"
            ),
            models.UniqueConstraint(
                fields=["project", "rule", "about_id", "due_on", "rung"],
                condition=Q(deadline=None),
                name="each_computed_rung_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline or self.rule} -{self.rung}"


class Told(models.Model):
    """Who is told of a rung. `digest_on`: the day whose one notice named it; empty while it waits for that notice."""

    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="told")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    digest_on = models.DateField("汇总日期", null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒对象"
        ordering = ["reminder__due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["reminder", "user"], name="told_once_of_a_rung")]

    def __str__(self) -> str:
        return f"{self.user} {self.reminder}"


class CalendarFeed(models.Model):
    """日历订阅: a secret address by which a person's calendar reads that person's dates. Its key is kept nowhere."""

    user = models.ForeignKey(USER, models.PROTECT, related_name="calendar_feeds")
    key_digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField("开头", max_length=8)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at=None), name="one_live_calendar_feed")
        ]

    def __str__(self) -> str:
        return f"日历订阅（{self.prefix}…）"


class ClockStop(models.Model):
    """The server's clock jumped: automatic marks wait until a person has looked at it and confirmed the date."""

    last_at = models.DateTimeField("此前最近一次活动")
    seen_at = models.DateTimeField("跳变后的时间")
    found_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    open = models.BooleanField("待确认", default=True)
    note = models.CharField("核对情况", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "时钟异常"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["open"], condition=Q(open=True), name="one_open_clock_stop")]

    def __str__(self) -> str:
        return f"{self.last_at} → {self.seen_at}"


class DateMove(models.Model):
    """A proposal to move an open working-day date after a new holiday arrangement. A person confirms or leaves it."""

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        DONE = "done", "已调整"
        LEFT = "left", "不调整"

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="moves")
    old_on = models.DateField("原到期日")
    new_on = models.DateField("重算到期日")
    document = models.CharField("依据文件", max_length=80)
    state = models.CharField("状态", max_length=6, choices=State, default=State.OPEN)
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField("确认日期", null=True, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限重算建议"
        ordering = ["old_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deadline"], condition=Q(state="open"), name="one_open_move_a_deadline")
        ]

    def __str__(self) -> str:
        return f"{self.old_on} → {self.new_on}"
