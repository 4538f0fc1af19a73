"""A project and what every other app hangs on it: occupations, files, decisions, alerts, problems."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from policy.edition import Edition
from policy.loader import edition
from policy.terms import Kind, Line, Sector, Severity, Stage, Track, UnitType
from projects.fields import MoneyField

USER = settings.AUTH_USER_MODEL


class Project(models.Model):
    """One award. `stage` is written by lifecycle/operations alone."""

    number = models.CharField("项目编号", max_length=30, unique=True, null=True, blank=True)
    name = models.CharField("项目名称", max_length=160)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="projects", verbose_name="项目单位")
    kind = models.CharField("项目类型", max_length=16, choices=Kind)
    track = models.CharField("新建/已建", max_length=16, choices=Track, default=Track.NEW)
    sector = models.CharField("职业类别", max_length=16, choices=Sector, blank=True)
    sector_reason = models.CharField("类别认定理由", max_length=300, blank=True)
    unit_type = models.CharField("立项时的单位性质", max_length=16, choices=UnitType, blank=True)
    edition_code = models.CharField("适用政策", max_length=40)
    stage = models.CharField("阶段", max_length=20, choices=Stage, default=Stage.DRAFT, db_index=True)
    identity_key = models.CharField(max_length=200, unique=True)
    grant = MoneyField("补助金额", null=True, blank=True)
    leader_name = models.CharField("领办人", max_length=40, blank=True)
    leader_birth = models.CharField("领办人出生年月", max_length=7, blank=True)
    recommender = models.CharField("推荐单位", max_length=120, blank=True)
    contact = models.CharField("联系人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    declared = models.JSONField("申报情况", default=dict, blank=True)
    award_document = models.CharField("立项文号", max_length=80, blank=True)
    awarded_on = models.DateField("立项日期", null=True, blank=True)
    build_start_on = models.DateField("建设期开始", null=True, blank=True)
    build_end_on = models.DateField("建设期届满", null=True, blank=True)
    extended_months = models.PositiveSmallIntegerField("延期月数", default=0)
    stage_since = models.DateField("进入阶段日期", null=True, blank=True)
    resume_stage = models.CharField("被撤销时恢复的阶段", max_length=20, choices=Stage, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "项目"
        ordering = ["number", "pk"]
        constraints = [
            models.CheckConstraint(
                name="awarded_project_has_its_award",
                condition=Q(stage=Stage.DRAFT)
                | Q(stage=Stage.TERMINATED)
                | (Q(grant__isnull=False) & ~Q(sector="") & ~Q(award_document="") & Q(awarded_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="build_period_runs_forward",
                condition=Q(build_end_on__isnull=True) | Q(build_end_on__gt=models.F("build_start_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def edition(self) -> Edition:
        return edition(self.edition_code)

    @property
    def label(self) -> str:
        return self.number or f"登记号{self.pk}"


class Occupation(models.Model):
    """A 职业（工种） of the award, as written and as matched in 职业分类大典(2022)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="occupations")
    order = models.PositiveSmallIntegerField()
    written = models.CharField("申报名称", max_length=80)
    code = models.CharField("编码", max_length=12, blank=True)
    name = models.CharField("大典名称", max_length=80, blank=True)
    level = models.CharField("层级", max_length=6, blank=True)
    major = models.PositiveSmallIntegerField("大类", null=True)
    # A 变更 (T31) ends and adds rows; those of the award stay, and the category with them (handbook 2).
    since = models.DateField("变更增加日期", null=True, blank=True)
    until = models.DateField("变更终止日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "职业（工种）"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["project", "order"], name="occupation_order_once")]

    def __str__(self) -> str:
        return self.written


class Attachment(models.Model):
    """A stored file. Never served by path: only through the checked view. `about`+`about_id` say what it proves.

    Of a project, or of a place where it proves a paper of no one project (queries.place_scans).
    `issued`: the unit may have it. False while what it belongs to has not taken effect (`files.publish`).
    `handed_in`: the offices may have it. False while what it belongs to is the unit's draft (`files.hand_in`).
    """

    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="attachments")
    place = models.ForeignKey("accounts.Node", models.PROTECT, null=True, blank=True, related_name="+")
    about = models.CharField("所属事项", max_length=40)
    about_id = models.BigIntegerField(default=0)
    purpose = models.CharField("材料", max_length=60)
    name = models.CharField("文件名", max_length=160)
    size = models.PositiveIntegerField("字节")
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=80)
    uploaded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    on = models.DateField("业务日期")
    issued = models.BooleanField("已对单位公开", default=True)
    handed_in = models.BooleanField("单位已提交", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "材料"
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "about", "about_id"])]
        constraints = [
            models.CheckConstraint(
                name="file_of_a_project_or_a_place",
                condition=Q(project__isnull=False, place__isnull=True) | Q(project__isnull=True, place__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> Path:
        return Path(settings.FILES_DIR) / self.path


class Decision(models.Model):
    """联合决定（会签）: one document, one or several projects, one signature of 人社 and one of 财政."""

    class State(models.TextChoices):
        SIGNING = "signing", "待签署"
        EFFECTIVE = "effective", "已生效"
        RETURNED = "returned", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"

    kind = models.CharField("事项", max_length=40)
    title = models.CharField("标题", max_length=160)
    number = models.CharField("文号", max_length=80)
    dated_on = models.DateField("成文日期")
    reason = models.TextField("事实和理由")
    basis = models.CharField("依据", max_length=200)
    state = models.CharField("状态", max_length=12, choices=State, default=State.SIGNING)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    drafted_on = models.DateField("拟制日期")
    concurred_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    concurred_on = models.DateField("会商日期", null=True, blank=True)
    effective_on = models.DateField("生效日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回理由", max_length=300, blank=True)
    handler = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人")
    registered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    registered_on = models.DateField("签署件登记日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "联合决定"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def fact(self, field: str) -> str:
        """Its number or date as it stands today: as registered, or as the last confirmed correction has it."""
        right = [one.new for one in self.corrections.all() if one.field == field and one.state == "confirmed"]
        return right[-1] if right else str(getattr(self, field))

    @property
    def right_number(self) -> str:
        """Of a decision read with its corrections."""
        return self.fact("number")

    @property
    def right_date(self) -> str:
        return self.fact("dated_on")


class DecisionItem(models.Model):
    """One project in a decision. `payload`: what the decision fixes for it (dates, items, verdicts)."""

    class State(models.TextChoices):
        OPEN = "open", "待生效"
        DONE = "done", "已生效"
        LEFT_OUT = "left_out", "未列入"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="items")
    project = models.ForeignKey(Project, models.PROTECT, related_name="decision_items")
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "决定所列项目"
        ordering = ["project_id"]
        constraints = [models.UniqueConstraint(fields=["decision", "project"], name="project_once_per_decision")]

    def __str__(self) -> str:
        return f"{self.decision} · {self.project}"


class Signature(models.Model):
    """A signature or a return of one department on a decision. Never changed."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="signatures")
    line = models.CharField("部门", max_length=12, choices=[(Line.HR, "人社"), (Line.FINANCE, "财政")])
    signer = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("日期")
    at = models.DateTimeField(auto_now_add=True)
    agreed = models.BooleanField("同意")
    reason = models.CharField("意见", max_length=300, blank=True)
    deputy_for = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代")

    class Meta:
        verbose_name = verbose_name_plural = "签署"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "line"], condition=Q(agreed=True), name="one_signature_per_department"
            ),
            models.UniqueConstraint(fields=["decision", "signer"], condition=Q(agreed=True), name="nobody_signs_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.signer} {'同意' if self.agreed else '退回'}"


class Alert(models.Model):
    """A finding that stands against a project until the rule no longer says so.

    `raised_on`: the day it first stood; `changed_on`: the day its words became those of today, when that came later.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="alerts")
    source = models.CharField("来源", max_length=24)
    code = models.CharField(max_length=64)
    severity = models.CharField("级别", max_length=16, choices=Severity)
    message = models.CharField("内容", max_length=200)
    clause = models.CharField("依据", max_length=120, blank=True)
    rank = models.CharField("效力", max_length=12, blank=True)
    raised_on = models.DateField("提出日期")
    changed_on = models.DateField("内容变化日期", null=True, blank=True)
    cleared_on = models.DateField("解除日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预警"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "code"],
                condition=Q(cleared_on__isnull=True),
                name="one_open_alert_per_code",
            )
        ]

    def __str__(self) -> str:
        return self.message


class ImportBatch(models.Model):
    """One upload of an award list: the receipt of what was read, before anything is written."""

    name = models.CharField("文件名", max_length=160)
    sha256 = models.CharField(max_length=64)
    edition_code = models.CharField(max_length=40)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True)
    document = models.CharField("备案文号", max_length=80, blank=True)
    awarded_on = models.DateField("备案日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "名单导入"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
