"""变更: small sets of what a unit asks to have changed, old and new side by side (T31)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class ChangeRequest(models.Model):
    """更名、合并、带头人、工种、建设内容: proposed by the unit, in force by joint approval; the old values stay."""

    class Kind(models.TextChoices):
        RENAME = "rename", "单位更名"
        MERGER = "merger", "单位合并"
        LEADER = "leader", "带头人变更"
        OCCUPATIONS = "occupations", "职业（工种）变更"
        CONTENT = "content", "建设内容变更"

    class State(models.TextChoices):
        OPEN = "open", "待办理"
        GRANTED = "granted", "已批准"
        REFUSED = "refused", "未批准"
        WITHDRAWN = "withdrawn", "已撤回"

    project = models.ForeignKey(Project, models.PROTECT, related_name="changes")
    kind = models.CharField("变更事项", max_length=12, choices=Kind)
    old = models.JSONField("原值", default=dict)
    new = models.JSONField("新值", default=dict)
    reason = models.CharField("理由", max_length=500)
    document = models.CharField("依据文件", max_length=80)
    effective_on = models.DateField("变更生效日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField("答复", max_length=300, blank=True)
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("申请日期")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(state="open"), name="one_open_change_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_on}"
