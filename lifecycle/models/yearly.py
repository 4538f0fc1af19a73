"""After 验收: the unit's yearly report and the yearly grade by both departments (T28)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class YearlyReport(models.Model):
    """年度总结, one a year. `trained`: sums of the 班次台账 and `left`: the money left, both as they stood when sent in."""

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待初审"
        CHECKED = "checked", "待省级审核"
        RETURNED = "returned", "已退回"
        REVIEWED = "reviewed", "已审核"

    project = models.ForeignKey(Project, models.PROTECT, related_name="yearly_reports")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    due_on = models.DateField("报送截止")
    equipment = models.TextField("设备使用情况", blank=True)
    work = models.TextField("培养、攻关和带动情况", blank=True)
    problems = models.TextField("存在问题和打算", blank=True)
    trained = models.JSONField("培训情况", default=dict)
    left = models.CharField("结余资金（元）", max_length=20, blank=True)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    submitted_on = models.DateField("报送日期", null=True)
    opinion = models.CharField("审核意见", max_length=300, blank=True)
    checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField("初审日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["project", "year"], name="one_report_a_year")]

    def __str__(self) -> str:
        return f"{self.year}年度报告"


class YearlyAssessment(models.Model):
    """年度考核: the grade proposed for one project and year; in force with the joint decision that lists it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="yearly_assessments")
    year = models.PositiveSmallIntegerField("年度")
    report = models.ForeignKey(YearlyReport, models.PROTECT, null=True, related_name="+")
    grade = models.CharField("等次", max_length=20)
    failed = models.BooleanField("不合格")
    opinion = models.CharField("考核意见", max_length=500)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("考核日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度考核"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="one_assessment_a_year"),
            models.CheckConstraint(
                name="a_grade_in_force_has_its_decision",
                condition=Q(decision=None, decided_on=None) | Q(decision__isnull=False, decided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度考核 {self.grade}"
