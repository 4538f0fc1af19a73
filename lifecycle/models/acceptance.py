"""验收: the application and what the authorities find."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Acceptance(models.Model):
    """One application for 验收 and what the authorities find. Two gates; a score sheet decides nothing.

    `own_words`: by condition what the unit said of it when it applied (lifecycle/queries/mock.py), as F10 prints it.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="acceptances")
    round = models.PositiveSmallIntegerField("次数")
    applied_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    applied_on = models.DateField("申请日期")
    summary = models.TextField("建设任务完成情况")
    early_reason = models.CharField("提前申请理由", max_length=300, blank=True)
    own_words = models.JSONField("申请时的建设条件自查", default=dict, blank=True)
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
    accepted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    accepted_on = models.DateField("受理日期", null=True)
    participants = models.CharField("参加人员", max_length=300, blank=True)
    visited_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "验收"
        ordering = ["-round"]
        constraints = [models.UniqueConstraint(fields=["project", "round"], name="acceptance_round_once")]

    def __str__(self) -> str:
        return f"第{self.round}次验收"


class PassedOpinion(models.Model):
    """逐级初审: what a lower office said before the application went on to the next one (accounts.first_review)."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="passed_opinions")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    opinion = models.CharField("初审意见", max_length=300)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "验收逐级初审意见"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["acceptance", "office"], name="each_office_says_once")]

    def __str__(self) -> str:
        return f"{self.office}：{self.opinion}"


class PackReturn(models.Model):
    """形式审查 that sends the pack back for completion: every remark in one list, a day to mend it by. The stage stays."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="returns")
    items = models.JSONField("补正事项", default=list)
    remark = models.CharField("其他意见", max_length=500, blank=True)
    due_on = models.DateField("补正期限")
    returned_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    returned_on = models.DateField("退回日期")
    mended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    mended_on = models.DateField("补正日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "补正"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["acceptance"], condition=Q(mended_on=None), name="one_open_pack_return")
        ]

    def __str__(self) -> str:
        return f"{self.acceptance}补正"


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
