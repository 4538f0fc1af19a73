"""取消称号: notice, defence, hearing, legal review, ruling, decision and what follows it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lifecycle.models.rectification import Rectification
from policy.terms import Stage
from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class Revocation(models.Model):
    """拟取消告知 → 陈述申辩 → 复核 → 取消称号. People decide; the clock never does.

    `former_stage`: where the project stood when a case of false material led here without any order.
    """

    class Cause(models.TextChoices):
        UNMET = "unmet", "限期整改后仍不符合"
        FALSE = "false", "虚假材料"

    project = models.ForeignKey(Project, models.PROTECT, related_name="revocations")
    cause = models.CharField("事由", max_length=8, choices=Cause, default=Cause.UNMET)
    former_stage = models.CharField("原阶段", max_length=20, choices=Stage, blank=True)
    rectification = models.ForeignKey(Rectification, models.PROTECT, null=True, related_name="revocations")
    notice = models.ForeignKey(Decision, models.PROTECT, related_name="revocations")
    served_on = models.DateField("告知送达日期", null=True)
    served_way = models.CharField("送达方式", max_length=40, blank=True)
    defend_by = models.DateField("陈述申辩截止", null=True)
    defence = models.TextField("陈述申辩", blank=True)
    hearing_asked = models.BooleanField("要求听取陈述（听证）", default=False)
    defended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    defended_on = models.DateField("申辩日期", null=True)
    ruling = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    upheld = models.BooleanField("申辩成立", null=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    decision_served_on = models.DateField("决定送达日期", null=True)
    plaque = models.CharField("牌匾收回（早先的登记）", max_length=120, blank=True)  # since then a FollowUp
    closed_on = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "取消称号程序"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(closed_on=None), name="one_open_revocation"),
            models.CheckConstraint(
                name="an_order_or_a_former_stage",
                condition=Q(cause="unmet", rectification__isnull=False) | (Q(cause="false") & ~Q(former_stage="")),
            ),
        ]

    def __str__(self) -> str:
        return f"取消称号程序 {self.pk}"


class Hearing(models.Model):
    """听取陈述 or 听证: held because the unit asked, or by the departments of their own motion."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", "当面听取陈述"
        HEARING = "hearing", "听证"

    revocation = models.ForeignKey(Revocation, models.PROTECT, related_name="hearings")
    kind = models.CharField("形式", max_length=12, choices=Kind)
    asked_by_unit = models.BooleanField("应单位要求")
    held_on = models.DateField("日期")
    place = models.CharField("地点", max_length=120)
    persons = models.CharField("参加人", max_length=300)
    summary = models.TextField("笔录摘要")
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "陈述听证记录"
        ordering = ["held_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"


class LegalReview(models.Model):
    """法制审核 before the decision, by somebody who drafted neither the notice nor the decision. The last one counts."""

    revocation = models.ForeignKey(Revocation, models.PROTECT, related_name="legal_reviews")
    office = models.CharField("审核机构", max_length=80)
    passed = models.BooleanField("同意")
    opinion = models.CharField("审核意见", max_length=500)
    reviewed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("审核日期")

    class Meta:
        verbose_name = verbose_name_plural = "法制审核"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"法制审核{'同意' if self.passed else '不同意'} {self.on}"


class FollowUp(models.Model):
    """What follows the decision, each once: the plaque, the report upward, the publication."""

    class Kind(models.TextChoices):
        PLAQUE = "plaque", "牌匾收回"
        REPORT = "report", "上报"
        PUBLICATION = "publication", "公布"

    revocation = models.ForeignKey(Revocation, models.PROTECT, related_name="follow_ups")
    kind = models.CharField("事项", max_length=12, choices=Kind)
    happened_on = models.DateField("日期")
    number = models.CharField("文号", max_length=80, blank=True)
    place = models.CharField("接收人或公布载体", max_length=120, blank=True)
    lost = models.BooleanField("声明遗失作废", default=False)
    text = models.TextField("内容", blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "取消后续办理"
        ordering = ["happened_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["revocation", "kind"], name="each_follow_up_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on}"
