"""检查: the yearly plan, tours with their teams and stops, the record of each visit, findings and what the unit says.

Items, signatures and corrections are rows of record: once sealed or given they never change (lifecycle/apps.py, FROZEN).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from projects.fields import MoneyField
from projects.models import Problem, Project

USER = settings.AUTH_USER_MODEL
ABOUT_ITEM, ABOUT_NOTICE, ABOUT_OPINION = "inspection_item", "inspection_notice", "inspection_opinion"


class InspectionPlan(models.Model):
    """年度检查计划 of one office. `seed` draws the same share of the rest for anyone who asks again."""

    class State(models.TextChoices):
        DRAFT = "draft", "待批准"
        APPROVED = "approved", "已批准"

    year = models.PositiveSmallIntegerField("年度")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="inspection_plans")
    seed = models.CharField("抽取种子", max_length=64)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    drafted_on = models.DateField("拟制日期")
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    approved_on = models.DateField("批准日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度检查计划"
        ordering = ["-year", "organisation"]
        constraints = [
            models.UniqueConstraint(fields=["year", "organisation"], name="one_inspection_plan_a_year_and_office"),
            models.CheckConstraint(
                name="inspection_plan_approved_by_another",
                condition=Q(state="draft") | (Q(approved_by__isnull=False) & ~Q(approved_by=F("drafted_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year} 年检查计划"


class PlannedInspection(models.Model):
    """One project as the rule saw it: its figures, the limits it was held against, what came of it, what people changed.

    `pool`, `take`, `place`: of the projects that only the draw decides, how many there are, how many are taken, and which
    one this is in the order of the seed.
    """

    class Why(models.TextChoices):
        AMOUNT = "amount", "金额达到"
        RISK = "risk", "风险达到"
        DRAWN = "drawn", "抽中"
        LEFT = "left", "未抽中"

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="lines")
    project = models.ForeignKey(Project, models.PROTECT, related_name="planned_inspections")
    amount = MoneyField("补助金额")
    risk = models.DecimalField("风险分", max_digits=5, decimal_places=1, null=True)
    risk_sum = models.CharField("风险分算式", max_length=300, blank=True)
    floor = MoneyField("必查金额")
    risk_at = models.PositiveSmallIntegerField("必查风险分")
    share = models.DecimalField("抽查比例", max_digits=5, decimal_places=4)
    why = models.CharField("依据", max_length=8, choices=Why)
    pool = models.PositiveIntegerField("抽取范围", default=0)
    take = models.PositiveIntegerField("抽取数", default=0)
    place = models.PositiveIntegerField("抽取序位", default=0)
    chosen = models.BooleanField("列入计划")
    reason = models.CharField("调整理由", max_length=300, blank=True)
    changed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    changed_on = models.DateField("调整日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "计划项目"
        ordering = ["-chosen", "-amount", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "project"], name="project_once_per_inspection_plan")]

    def __str__(self) -> str:
        return f"{self.plan} {self.project_id}"

    @property
    def proposed(self) -> bool:
        return self.why != self.Why.LEFT


class InspectionTour(models.Model):
    """巡查 with several stops, or a 单项检查 with one: one notice, teams, a route, one summary at the end."""

    class Kind(models.TextChoices):
        TOUR = "tour", "巡查"
        SINGLE = "single", "单项检查"

    class State(models.TextChoices):
        DRAFT = "draft", "筹备中"
        ISSUED = "issued", "已通知"
        DONE = "done", "已总结"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="inspection_tours")
    plan = models.ForeignKey(InspectionPlan, models.PROTECT, null=True, related_name="tours")
    kind = models.CharField("方式", max_length=8, choices=Kind, default=Kind.TOUR)
    title = models.CharField("名称", max_length=160)
    number = models.CharField("检查通知文号", max_length=80, blank=True)
    dated_on = models.DateField("通知日期", null=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    drafted_on = models.DateField("拟制日期")
    issued_on = models.DateField("发出日期", null=True)
    summary = models.TextField("检查总结", blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField("总结日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查安排"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="issued_tour_has_its_notice",
                condition=Q(state="draft") | (~Q(number="") & Q(dated_on__isnull=False) & Q(issued_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InspectionTeam(models.Model):
    tour = models.ForeignKey(InspectionTour, models.PROTECT, related_name="teams")
    name = models.CharField("检查组", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "检查组"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["tour", "name"], name="team_name_once_per_tour")]

    def __str__(self) -> str:
        return self.name


class Inspector(models.Model):
    team = models.ForeignKey(InspectionTeam, models.PROTECT, related_name="members")
    user = models.ForeignKey(USER, models.PROTECT, related_name="inspector_seats")
    leads = models.BooleanField("组长", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "检查组成员"
        ordering = ["-leads", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="inspector_once_per_team"),
            models.UniqueConstraint(fields=["team"], condition=Q(leads=True), name="one_leader_per_team"),
        ]

    def __str__(self) -> str:
        return f"{self.user}{'（组长）' if self.leads else ''}"


class Inspection(models.Model):
    """One visit to one project: planned, recorded, signed, put before the unit, concluded."""

    class State(models.TextChoices):
        PLANNED = "planned", "待检查"
        SIGNED = "signed", "已签字"
        ASKED = "asked", "征求意见"
        ANSWERED = "answered", "单位已答复"
        FINAL = "final", "已办结"
        DROPPED = "dropped", "已取消"

    tour = models.ForeignKey(InspectionTour, models.PROTECT, related_name="stops")
    team = models.ForeignKey(InspectionTeam, models.PROTECT, related_name="stops")
    project = models.ForeignKey(Project, models.PROTECT, related_name="inspections")
    order = models.PositiveSmallIntegerField("顺序", default=1)
    visit_on = models.DateField("检查日期")
    visit_at = models.TimeField("检查时间")
    state = models.CharField("状态", max_length=8, choices=State, default=State.PLANNED)
    visited_on = models.DateField("实际检查日期", null=True)
    place = models.CharField("检查地点", max_length=160, blank=True)
    summary = models.TextField("总体情况", blank=True)
    signed_on = models.DateField("签字日期", null=True)
    seen_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    seen_on = models.DateField("单位确认日期", null=True)
    seen_remark = models.CharField("单位说明", max_length=300, blank=True)
    asked_on = models.DateField("征求意见日期", null=True)
    opinion_due_on = models.DateField("意见截止", null=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField("答复日期", null=True)
    concluded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    concluded_on = models.DateField("办结日期", null=True)
    note = models.CharField("办结意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        ordering = ["-visit_on", "order", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tour", "project"], condition=~Q(state="dropped"), name="project_once_per_tour"
            ),
            models.CheckConstraint(
                name="signed_inspection_was_made",
                condition=Q(state__in=["planned", "dropped"])
                | (Q(visited_on__isnull=False) & ~Q(place="") & Q(signed_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tour}"


class InspectionItem(models.Model):
    """One line of the check list, frozen with the last signature (`sealed_on`)."""

    class Verdict(models.TextChoices):
        OPEN = "", "未检查"
        MET = "met", "符合"
        BAD = "bad", "不符合"
        NONE = "none", "不适用"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField("序号")
    part = models.CharField("部分", max_length=20)
    code = models.CharField("代码", max_length=16)
    text = models.CharField("检查内容", max_length=300)
    required = models.CharField("要求", max_length=300, blank=True)
    evidence = models.CharField("查看材料", max_length=300, blank=True)
    clause = models.CharField("依据", max_length=160, blank=True)
    verdict = models.CharField("结果", max_length=4, choices=Verdict, default=Verdict.OPEN, blank=True)
    actual = models.CharField("实际情况", max_length=300, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    place = models.CharField("位置", max_length=120, blank=True)
    checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField("检查日期", null=True)
    sealed_on = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查项目"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["inspection", "code"], name="code_once_per_inspection")]

    def __str__(self) -> str:
        return f"{self.code} {self.get_verdict_display()}"


class InspectionSignature(models.Model):
    """One member's signature under the record as it stood. `void_on`: the leader sent the record back to be mended."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(USER, models.PROTECT, related_name="+")
    leads = models.BooleanField("组长")
    on = models.DateField("签字日期")
    at = models.DateTimeField(auto_now_add=True)
    void_on = models.DateField("失效日期", null=True)
    void_reason = models.CharField("失效原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查签字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "signer"], condition=Q(void_on=None), name="inspector_signs_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.signer} {self.on}"


class InspectionNote(models.Model):
    """更正记录 beside a signed record, which itself is never changed."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="notes")
    item = models.ForeignKey(InspectionItem, models.PROTECT, null=True, related_name="notes")
    text = models.CharField("更正内容", max_length=500)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "检查更正记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class InspectionFinding(models.Model):
    """A finding as put before the unit; what it says; and what became of it. Only then is a problem opened."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "维持"
        CHANGED = "changed", "修改"
        DROPPED = "dropped", "撤销"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField("序号")
    item = models.ForeignKey(InspectionItem, models.PROTECT, null=True, related_name="findings")
    fact = models.CharField("事实", max_length=300)
    clause = models.CharField("依据", max_length=160, blank=True)
    requirement = models.CharField("整改要求", max_length=300)
    level = models.CharField("程度", max_length=8, choices=Problem.Level, default=Problem.Level.MAJOR)
    due_on = models.DateField("整改期限")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    agreed = models.BooleanField("单位同意", null=True)
    opinion = models.CharField("单位意见", max_length=500, blank=True)
    outcome = models.CharField("处理", max_length=8, choices=Outcome, blank=True)
    reason = models.CharField("处理理由", max_length=300, blank=True)
    final_fact = models.CharField("定稿事实", max_length=300, blank=True)
    final_requirement = models.CharField("定稿整改要求", max_length=300, blank=True)
    final_level = models.CharField("定稿程度", max_length=8, choices=Problem.Level, blank=True)
    problem = models.OneToOneField(Problem, models.PROTECT, null=True, related_name="inspection_finding")

    class Meta:
        verbose_name = verbose_name_plural = "检查发现"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="finding_number_once_per_inspection")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.fact[:40]}"
