"""验收组: the register of experts, one panel for one or several applications, each expert's own sheet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from lifecycle.models.acceptance import Acceptance

USER = settings.AUTH_USER_MODEL


class ExpertCard(models.Model):
    """What the register says of a person with the role 专家: where they work decides what they must stay away from."""

    user = models.OneToOneField(USER, models.PROTECT, related_name="expert_card")
    employer = models.CharField("工作单位", max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField("职务职称", max_length=60)
    field = models.CharField("专业领域", max_length=120, blank=True)
    kept_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    kept_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "专家登记"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user}（{self.employer}）"


class Panel(models.Model):
    """One 验收组 with one notice. A batch is a panel over several applications."""

    class Procedure(models.TextChoices):
        SITE = "site", "现场验收"
        DOCUMENTS = "documents", "材料验收（不进现场）"

    name = models.CharField("验收组名称", max_length=120)
    notice_number = models.CharField("通知文号", max_length=80)
    procedure = models.CharField("方式", max_length=12, choices=Procedure)
    formed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    formed_on = models.DateField("组成日期")

    class Meta:
        verbose_name = verbose_name_plural = "验收组"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class PanelCase(models.Model):
    """An application before a panel, with its place in the timetable. From `visit_on` the unit may know the names."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="cases")
    acceptance = models.OneToOneField(Acceptance, models.PROTECT, related_name="case")
    visit_on = models.DateField("验收日期")
    visit_time = models.CharField("时间", max_length=40, blank=True)
    place = models.CharField("地点", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "验收组所验项目"
        ordering = ["visit_on", "pk"]

    def __str__(self) -> str:
        return f"{self.panel} · {self.acceptance}"


class PanelSeat(models.Model):
    """An expert on a panel. Ended with its reason when somebody else takes the seat; never deleted."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="seats")
    expert = models.ForeignKey(USER, models.PROTECT, related_name="panel_seats")
    employer = models.CharField("工作单位", max_length=120)
    title = models.CharField("职务职称", max_length=60)
    leads = models.BooleanField("组长", default=False)
    since = models.DateField("起")
    until = models.DateField("止", null=True)
    why_ended = models.CharField("更换原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "验收组成员"
        ordering = ["-leads", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "expert"], condition=Q(until=None), name="one_live_seat"),
            models.UniqueConstraint(
                fields=["panel"], condition=Q(until=None, leads=True), name="one_leader_of_a_panel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert}（{self.employer}）"


class Recusal(models.Model):
    """回避: this expert stays away from this project of the panel."""

    seat = models.ForeignKey(PanelSeat, models.PROTECT, related_name="recusals")
    case = models.ForeignKey(PanelCase, models.PROTECT, related_name="recusals")
    reason = models.CharField("回避原因", max_length=200)
    declared = models.BooleanField("本人申报", default=False)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["seat", "case"], name="one_recusal_per_case")]

    def __str__(self) -> str:
        return self.reason


class ExpertSheet(models.Model):
    """One expert's own sheet on one project. Sealed until every sheet of that project is in (queries.panel)."""

    class State(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "已提交"
        ABSENT = "absent", "缺席"

    seat = models.ForeignKey(PanelSeat, models.PROTECT, related_name="sheets")
    case = models.ForeignKey(PanelCase, models.PROTECT, related_name="sheets")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    points = models.JSONField("评分", default=dict)
    comment = models.TextField("评审意见", blank=True)
    no_conflict = models.BooleanField("本人承诺无利害关系", default=False)
    paper = models.BooleanField("纸质表代录", default=False)
    kept_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    submitted_on = models.DateField("提交日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家评审表"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["seat", "case"], name="one_sheet_per_case")]

    def __str__(self) -> str:
        return f"评审表{self.pk}"
