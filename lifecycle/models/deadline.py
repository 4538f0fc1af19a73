"""The legal dates of a project and what was said before each."""

from django.db import models
from django.db.models import Q

from projects.models import Project


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
