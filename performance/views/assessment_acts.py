"""What the offices do with a self-evaluation: 市州核查, 省级评定, return; and their list of a year."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from performance.forms.assessments import AgreeForm, AssessmentForm, RemarksForm
from performance.models import Assessment
from performance.operations import assessment_checks as checks
from performance.operations import assessment_values as values
from performance.queries.assessment_page import YearRow, my_seat, offices_of, year_rows, years_for
from performance.queries.assessments import ABOVE, Kind, Side, State, label_of, values_version
from performance.views.assessments import OneAssessment, common_note
from policy.findings import refuse
from policy.terms import Line
from projects.pages import ProjectConfirm, ProjectOperation, RouteMixin
from ui.forms import ConfirmForm
from ui.parts import Check
from ui.views import page_size


class OfOffice(OneAssessment, ProjectOperation):
    """A form of one side over the table of all."""

    template_name = "performance/assessment_edit.html"
    side: str = Side.CITY
    rows: list[Any]

    def form_kwargs(self) -> dict[str, Any]:
        version = values_version(self.one, self.rows, self.side)
        return {"one": self.one, "table": self.rows, "side": self.side, "version": version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = [Side.UNIT.label, Side.CITY.label]
        return super().get_context_data(
            own=False, table=self.rows, side_labels=labels, common_note=common_note(self.rows), **kwargs
        )


class CheckAssessment(OfOffice):
    """人社 enters the checked values of F05; otherwise the office reads and agrees."""

    submit_label, done = "核查同意", "核查意见已记录"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"核查 {label_of(self.one)}"

    def load(self) -> None:
        super().load()
        line = my_seat(self.actor, self.one, offices_of(self.one))
        if line is None:
            waits = self.one.state == State.SUBMITTED and self.one.kind != Kind.FINAL
            if waits:
                refuse("seat", "本自评现不由您所在单位核查：等待另一部门核查，或不在您单位的管辖范围。")
            refuse("state", f"{label_of(self.one)}现为“{self.one.get_state_display()}”，只有待市州核查的可以核查。")
        self.line, self.enters = line, line == Line.HR and self.one.kind == Kind.YEAR
        self.side = Side.CITY if line == Line.HR else Side.UNIT
        self.rows = self.table()

    def get_form_class(self) -> Any:
        return AssessmentForm if self.enters else AgreeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        given = self.form_kwargs()
        return kwargs | (given if self.enters else {"version": given["version"]})

    def run(self, data: dict[str, Any]) -> Assessment:
        said = {"values": data.get("values"), "comment": data["comment"], "seen": data["seen"]}
        return checks.check_assessment(*self.ids, actor=self.actor, on=self.today, **said)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(enters=self.enters, **kwargs)


class EnterAssessed(OfOffice):
    """省级评定: either department enters, the other confirms."""

    form_class = AssessmentForm
    submit_label, done = "保存评定数值", "评定数值已保存，请另一部门确认"
    side = Side.PROVINCE

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"录入 {label_of(self.one)}评定数值"

    def load(self) -> None:
        super().load()
        if self.one.kind != Kind.YEAR or self.one.state not in ABOVE:
            refuse("state", f"{label_of(self.one)}现为“{self.one.get_state_display()}”，市州核查后才由省级评定。")
        self.rows = self.table()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.form_kwargs()

    def run(self, data: dict[str, Any]) -> Assessment:
        return values.enter_assessed(
            *self.ids, values=data["values"], actor=self.actor, on=self.today, seen=data["seen"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(enters=True, **kwargs)


class ConfirmAssessed(OneAssessment, ProjectConfirm):
    form_class = ConfirmForm
    template_name = "performance/assessment_confirm.html"
    title, submit_label, done = "确认评定数值", "确认数值", "评定数值已确认"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = self.table()
        labels = [side.label for side in Side]
        seen = values_version(self.one, table, Side.PROVINCE)
        return super().get_context_data(table=table, sides=labels, common_note=common_note(table), seen=seen, **kwargs)

    def load(self) -> None:
        super().load()
        rows = self.one.rows.filter(side=Side.PROVINCE, confirmed_by=None)
        self.waiting = list(rows.select_related("entered_by", "indicator"))

    def consequences(self) -> Iterable[str]:
        yield f"确认另一部门录入的 {len(self.waiting)} 项评定数值"
        yield f"评定总分 {self.one.total if self.one.total is not None else '—'}；确认后由两厅负责人签署评定决定"

    def checklist(self) -> Iterable[Check]:
        by = "、".join(dict.fromkeys(f"{row.get_line_display()} {row.entered_by}" for row in self.waiting)) or "—"
        yield Check(
            bool(self.waiting), f"待确认的数值由{by}录入，由另一部门经办确认", self.get_cancel_url(), "职责分离 SD1"
        )

    def run(self, data: dict[str, Any]) -> Assessment:
        seen = self.request.POST.get("seen", "")
        found = values.confirm_assessed(*self.ids, actor=self.actor, on=self.today, seen=seen)
        if found.state != State.SIGNING:
            self.done = "您应确认的数值已确认，其余等待另一部门确认"
        return found


class AcceptTransfer(OneAssessment, ProjectConfirm):
    form_class = ConfirmForm
    title, submit_label, done = "审定转移支付自评", "审定", "已审定"

    def consequences(self) -> Iterable[str]:
        yield f"{label_of(self.one)}按单位报送的内容固定，不再改动；不计分，不需要两厅联合决定"
        yield "内容有误的请退回单位修改"

    def run(self, data: dict[str, Any]) -> Assessment:
        return checks.accept_transfer(*self.ids, actor=self.actor, on=self.today)


class ReturnAssessment(OneAssessment, ProjectOperation):
    form_class = RemarksForm
    template_name = "performance/form.html"
    submit_label, done = "退回单位修改", "已退回，单位修改后重新报送"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"退回 {label_of(self.one)}"

    def run(self, data: dict[str, Any]) -> Assessment:
        return checks.return_assessment(*self.ids, remarks=data["remarks"], actor=self.actor, on=self.today)


FORMS = (("年度自评（F05）", "F05"), ("转移支付自评（F06）", "F06"))


def told_of(rows: Sequence[YearRow], form: str) -> str:
    """2 户中 1 户未报, of one form."""
    missing = sum(form in row.missing for row in rows)
    return f"{len(rows)} 户中 {missing} 户未报" if missing else f"{len(rows)} 户已全部报送"


class AllAssessments(RouteMixin, TemplateView):
    """The projects that owe the self-evaluation of a year; those that have not done it first said."""

    template_name = "performance/all_assessments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        years = years_for(self.actor, self.today)
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked in {str(one) for one in years} else self.usual(years)
        rows = year_rows(self.actor, year) if year else []
        missing = [row for row in rows if row.missing]
        chosen = missing if self.request.GET.get("state") == "missing" else rows
        page = Paginator(chosen, page_size(self.request)).get_page(self.request.GET.get("page"))
        told = [(label, told_of(rows, form)) for label, form in FORMS]
        shown = {"years": years, "year": year, "told": told, "missing": len(missing), "page_obj": page}
        return super().get_context_data(only=len(chosen) != len(rows), **shown, **kwargs)

    def usual(self, years: list[int]) -> int:
        """Last year, which is over; in the first year that one."""
        return next((one for one in years if one < self.today.year), years[0] if years else 0)
