"""建设任务: what the unit's plan promises by when, version by version, and how far each 季报包 says it has come."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from performance.models.round import PeriodReturn
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class MilestonePlan(models.Model):
    """One version of the plan. In force: the last approved one. A version in force changes only by the next one."""

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已审定"

    project = models.ForeignKey(Project, models.PROTECT, related_name="milestone_plans")
    version = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField("调整理由", max_length=300, blank=True)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="编制人")
    drafted_on = models.DateField("编制日期")
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    reviewed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_on = models.DateField("审核日期", null=True, blank=True)
    remark = models.CharField("审核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "建设任务计划"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="milestone_version_once"),
            models.UniqueConstraint(
                fields=["project"], condition=~Q(state="approved"), name="one_milestone_plan_in_the_making"
            ),
            models.CheckConstraint(
                name="later_milestone_plan_has_its_reason", condition=Q(version=1) | Q(state="draft") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="approved_milestone_plan_has_its_hands",
                condition=~Q(state="approved")
                | Q(submitted_by__isnull=False, reviewed_by__isnull=False, reviewed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"建设任务计划第 {self.version} 版"


class Milestone(models.Model):
    """One task. `key` names it through all versions, so that what was reported of it goes on. `category`: of the edition."""

    plan = models.ForeignKey(MilestonePlan, models.PROTECT, related_name="milestones")
    key = models.PositiveIntegerField("任务编号")
    order = models.PositiveSmallIntegerField("序号")
    name = models.CharField("建设任务", max_length=120)
    planned_on = models.DateField("计划完成日期")
    share = models.DecimalField("占比（%）", max_digits=5, decimal_places=2)
    category = models.CharField("支出类别", max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "建设任务"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="milestone_key_once"),
            models.CheckConstraint(name="milestone_has_a_share", condition=Q(share__gt=0) & Q(share__lte=100)),
        ]

    def __str__(self) -> str:
        return self.name


class MilestoneProgress(models.Model):
    """What one 季报包 says of one task, as of its cut-off."""

    class State(models.TextChoices):
        TODO = "todo", "未开始"
        DOING = "doing", "进行中"
        DONE = "done", "已完成"

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, related_name="progress")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="progress")
    state = models.CharField("状态", max_length=6, choices=State, default=State.TODO)
    done_share = models.DecimalField("完成比例（%）", max_digits=5, decimal_places=2, default=0)
    actual_on = models.DateField("实际完成日期", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    entered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    entered_on = models.DateField("填报日期")

    class Meta:
        verbose_name = verbose_name_plural = "建设任务进展"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["period_return", "milestone"], name="progress_once_per_return"),
            models.CheckConstraint(
                name="progress_within_its_task", condition=Q(done_share__gte=0, done_share__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} {self.done_share}%"


class ProgressOutlook(models.Model):
    """风险 and 措施 of the build as one 季报包 tells them."""

    period_return = models.OneToOneField(PeriodReturn, models.PROTECT, related_name="outlook")
    risk = models.CharField("主要风险", max_length=1000, blank=True)
    measure = models.CharField("应对措施", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "进度的风险和措施"

    def __str__(self) -> str:
        return self.risk


class ProgressComment(models.Model):
    """What an office says of a progress that was sent in. Never changed."""

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, related_name="comments")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("日期")
    text = models.CharField("评议", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "建设进度评议"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class ChaseCall(models.Model):
    """催报电话: who called whom about which late 季报包, what was said. Never changed."""

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, related_name="calls")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="拨打人")
    called_at = models.DateTimeField("通话时间")
    person = models.CharField("接听人", max_length=40)
    said = models.CharField("通话内容", max_length=300)
    promised_on = models.DateField("承诺报送日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "催报记录"
        ordering = ["-called_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person}：{self.said}"
