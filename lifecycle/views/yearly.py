"""After 验收: the yearly report of one project, and who was not assessed in a year."""

from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView

from accounts.roles import Action
from lifecycle import forms
from lifecycle.models import YearlyReport
from lifecycle.operations import yearly as ops
from lifecycle.queries.yearly import SUMS, accepted_on, coverage, figures_of, open_year
from lifecycle.rules.yearly import years_due
from policy.terms import Stage
from projects import access
from projects.pages import ProjectConfirm, ProjectOperation, ProjectPage, RouteMixin
from ui.forms import ConfirmForm

MOST = 500
WORDS = {"classes": "培训班次", **SUMS}


class YearlyPage(ProjectPage):
    """The reports and grades of one project, newest first, and what can be done now."""

    template_name = "lifecycle/yearly.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project, user = self.project, self.actor
        reports = list(project.yearly_reports.select_related("drafted_by", "submitted_by", "checked_by"))
        if not access.is_unit(user):  # what the unit still writes is its own
            reports = [one for one in reports if one.state != YearlyReport.State.DRAFT]
        grades = project.yearly_assessments.select_related("decision", "proposed_by")
        if access.is_unit(user):
            grades = grades.exclude(decision=None)
        asked = {
            "edit": Action.EDIT_YEARLY, "submit": Action.SUBMIT_YEARLY, "check": Action.CHECK_YEARLY,
            "grade": Action.PROPOSE_GRADE, "decide": Action.DRAFT_YEARLY,
        }  # fmt: skip
        return super().get_context_data(
            reports=[{"report": one, "figures": figures_in_words(one.trained)} for one in reports],
            grades=list(grades),
            year=open_year(project, self.today) if project.stage == Stage.ACCEPTED else None,
            may={name: access.allows(user, project, action) for name, action in asked.items()},
            waits=[one for one in reports if one.state == YearlyReport.State.SUBMITTED],
            on=self.today,
            **kwargs,
        )


def figures_in_words(trained: dict[str, int]) -> list[tuple[str, int]]:
    return [(label, trained[key]) for key, label in WORDS.items() if key in trained]


class OnYear(ProjectOperation):
    """A form about the year that is due."""

    success_name = "lifecycle:yearly"
    cancel_name = "lifecycle:yearly"

    def load(self) -> None:
        super().load()
        self.year = self.wanted() or self.today.year - 1  # where none is due the operation says so
        self.report = self.project.yearly_reports.filter(year=self.year).first()
        self.title = f"{self.year}{self.title}"

    def wanted(self) -> int | None:
        return open_year(self.project, self.today)


class EditYearly(OnYear):
    form_class = forms.YearlyForm
    title, submit_label, done = "年度报告", "保存", "年度报告已保存"
    template_name = "lifecycle/yearly_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "report": self.report}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trained, left = figures_of(self.project, self.year)
        return super().get_context_data(figures=figures_in_words(trained), left=left, report=self.report, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        return ops.save_yearly(self.project.pk, year=self.year, actor=self.actor, on=self.today, **data)


class SubmitYearly(OnYear, ProjectConfirm):
    form_class = ConfirmForm
    template_name = "projects/confirm.html"
    title, submit_label, done = "年度报告报送", "报送", "年度报告已报送"

    def consequences(self) -> tuple[str, ...]:
        return ("培训情况和结余资金按台账固定", "报送后不能修改，除非被退回")

    def run(self, data: dict[str, Any]) -> Any:
        return ops.submit_yearly(self.project.pk, year=self.year, actor=self.actor, on=self.today)


class CheckYearly(OnYear):
    form_class = forms.YearlyCheckForm
    title, submit_label, done = "年度报告初审", "提交初审意见", "初审意见已提交"

    def wanted(self) -> int | None:
        waits = self.project.yearly_reports.filter(state=YearlyReport.State.SUBMITTED).order_by("year").first()
        return waits.year if waits else None

    def run(self, data: dict[str, Any]) -> Any:
        return ops.check_yearly(self.project.pk, year=self.year, actor=self.actor, on=self.today, **data)


class ProposeGrade(OnYear):
    form_class = forms.GradeForm
    title, submit_label, done = "年度考核：提出等次", "提出等次", "等次已提出，待拟制年度考核决定"

    def wanted(self) -> int | None:
        """The earliest year without a grade in force."""
        since = accepted_on(self.project)
        decided = set(self.project.yearly_assessments.exclude(decision=None).values_list("year", flat=True))
        years = years_due(since, self.today) if since else range(0)
        return next((year for year in years if year not in decided), None)

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.year}

    def run(self, data: dict[str, Any]) -> Any:
        return ops.propose_grade(self.project.pk, actor=self.actor, on=self.today, **data)


class AllYearly(RouteMixin, TemplateView):
    """考核评估全覆盖: every project in its running years, those not assessed first."""

    template_name = "lifecycle/all_yearly.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == len("2025") else self.today.year - 1
        reached = access.projects_for(self.actor, Action.VIEW_ALL_YEARLY).filter(stage=Stage.ACCEPTED)
        rows = coverage(reached.select_related("organisation__node").order_by("pk")[:MOST], year)
        open_only = self.request.GET.get("left") == "1"
        left = [row for row in rows if not row.assessed]
        return super().get_context_data(
            year=year,
            years=range(self.today.year - 3, self.today.year),
            rows=left if open_only else sorted(rows, key=lambda row: row.assessed),
            total=len(rows),
            left=len(left),
            open_only=open_only,
            on=self.today,
            new_url=reverse("lifecycle:decision_new", args=["T28J"])
            if access.may(self.actor, Action.DRAFT_YEARLY)
            else "",
            **kwargs,
        )
