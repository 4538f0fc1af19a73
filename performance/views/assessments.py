"""绩效自评 of a project: what is due, one self-evaluation compared side by side, the unit's form and signature."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from performance import papers
from performance.forms.assessments import AssessmentForm, NewForm
from performance.models import Assessment
from performance.operations import assessing as operations
from performance.queries.assessment_page import due_rows, my_seat, offices_of, totals_of, who_acts
from performance.queries.assessments import (
    ABOVE,
    WITH_UNIT,
    Kind,
    Side,
    State,
    TableRow,
    assessment_hands,
    assessment_of,
    consequence,
    execution_why,
    goal_text,
    in_signing,
    label_of,
    money_of,
    problems_of,
    scored,
    sides_for,
    state_for,
    table_of,
    values_version,
)
from performance.queries.reported import reports_of
from performance.rules.region_form import MANAGEMENT
from performance.views.autosave import Autosave
from performance.views.sheets import open_to
from policy.findings import refuse
from projects.access import is_unit
from projects.models import Project
from projects.pages import Acting, Found, ProjectConfirm, ProjectOperation, ProjectPage
from projects.printed import shown
from ui.download import kind_of, respond
from ui.forms import ConfirmForm
from ui.parts import Check


class Assessments(ProjectPage):
    """Every year of the build and its end: what was made of it, what can be begun."""

    template_name = "performance/assessments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = due_rows(self.project, self.actor, self.today)
        begins = open_to(self.actor, self.project, "performance:assessment_new")
        more = begins and any(row.one is None and not row.why for row in rows)
        return super().get_context_data(title="绩效自评", rows=rows, begins=more, **kwargs)


class NewAssessment(ProjectOperation):
    """Begun with the figures of the accepted reports."""

    form_class = NewForm
    template_name = "performance/form.html"
    title, submit_label, done = "编制绩效自评", "编制", "已按审定的季报包取数，请核对填写"

    def load(self) -> None:
        super().load()
        self.due = due_rows(self.project, self.actor, self.today)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"due": self.due}

    def get_initial(self) -> dict[str, Any]:
        return {"what": self.request.GET.get("what", "")}

    def run(self, data: dict[str, Any]) -> Assessment:
        kind, _, block = data["what"].partition("-")
        return operations.draft_assessment(self.project.pk, kind=kind, block=block, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return reverse("performance:assessment_edit", args=[self.project.pk, self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("performance:assessments", args=[self.project.pk])


class OneAssessment(Acting):
    """Gives `self.one`, found through the project."""

    project: Project
    kwargs: dict[str, Any]
    one: Assessment

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        try:
            self.one = assessment_of(self.project, self.kwargs["assessment_id"])
        except Assessment.DoesNotExist:
            raise Http404 from None
        self.one.project = self.project

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.one.pk

    @property
    def hidden(self) -> bool:
        """A draft is the unit's own until it is sent in."""
        return self.one.state in WITH_UNIT and not is_unit(self.actor)

    def reports(self) -> Any:
        return reports_of(self.project, self.one.sheet, self.one.block, self.today)

    def table(self, sides: Iterable[str] | None = None) -> list[TableRow]:
        return table_of(self.one, self.reports(), sides or sides_for(self.actor, self.one))

    def get_success_url(self) -> str:
        return reverse("performance:assessment", args=self.ids)

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state, words = state_for(self.actor, self.one)
        return super().get_context_data(**kwargs) | {  # type: ignore[misc]
            "one": self.one,
            "label": label_of(self.one),
            "state": state,
            "state_words": words,
            "scored": scored(self.one),
            "money": money_of(self.one),
            "goal": goal_text(self.one),
            "execution_why": execution_why(self.one),
            "execution_weight": self.project.edition.number("execution_weight"),
        }


class AssessmentPage(OneAssessment, ProjectPage):
    """指标对照: unit, city and province side by side, as far as this person may read them."""

    template_name = "performance/assessment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, sides, offices = self.one, sides_for(self.actor, self.one), offices_of(self.one)
        open_ = not self.hidden
        table = self.table() if open_ else []
        mine = one.state in WITH_UNIT and is_unit(self.actor)
        return super().get_context_data(
            title=label_of(one),
            table=table,
            hidden=not open_,
            sides=[side.label for side in Side if side in sides],
            totals=totals_of(one, sides),
            acts=who_acts(one, offices, self.actor),
            decision=None if is_unit(self.actor) else in_signing(one),
            consequence=consequence(one),
            problems=problems_of(one, table) if mine else [],
            reviews=[] if is_unit(self.actor) and one.state != State.DECIDED else list(one.reviews.all()),
            hands=assessment_hands(one) if mine else {},
            words=word_rows(one),
            common_note=common_note(table),
            province_hands=province_hands(table),
            notes=one.words.get("notes", ""),
            buttons=list(self.buttons(offices)),
            **kwargs,
        )

    def buttons(self, offices: Any) -> Iterable[dict[str, str]]:
        state, kind = State(self.one.state), self.one.kind
        above, yearly = state in ABOVE, kind == Kind.YEAR
        mine = my_seat(self.actor, self.one, offices) is not None
        named = (
            ("填写", "assessment_edit", "primary", state in WITH_UNIT),
            ("报送", "assessment_submit", "primary", state in WITH_UNIT),
            ("接手填写", "assessment_take_over", "light", state in WITH_UNIT and self.others()),
            ("撤回", "assessment_recall", "light", state == State.SUBMITTED and not self.one.reviews.exists()),
            ("核查", "assessment_check", "primary", mine),
            ("录入评定数值", "assessment_values", "primary", above and yearly),
            ("确认评定数值", "assessment_confirm", "light", state == State.CHECKED and yearly and self.entered()),
            ("审定", "assessment_accept", "primary", state == State.CHECKED and kind == Kind.TRANSFER),
            ("退回单位", "assessment_return", "light", mine or (above and not self.city())),
        )
        for label, name, tone, stands in named:
            if stands and open_to(self.actor, self.project, f"performance:{name}"):
                yield {"label": label, "url": reverse(f"performance:{name}", args=self.ids), "tone": tone}
        if state == State.SIGNING and open_to(self.actor, self.project, "lifecycle:step") and not in_signing(self.one):
            url = reverse("lifecycle:step", args=[self.project.pk, "assess"])
            yield {"label": "拟制评定决定", "url": url, "tone": "primary"}

    def city(self) -> bool:
        return bool(self.actor.roles & {"CH", "CF"})

    def others(self) -> bool:
        return bool(assessment_hands(self.one).keys() - {self.actor.pk})

    def entered(self) -> bool:
        return self.one.rows.filter(side=Side.PROVINCE, confirmed_by=None).exists()


def common_note(table: Iterable[TableRow]) -> str:
    """What is to be said of every row is said once."""
    notes = {row.note for row in table}
    return notes.pop() if len(notes) == 1 else ""


def province_hands(table: Iterable[TableRow]) -> list[str]:
    """Who entered and who confirmed, once for all rows that they share; sides that are not shown have no hands."""
    rows = (row.sides[Side.PROVINCE] for row in table if Side.PROVINCE in row.sides)
    said = [
        f"{row.get_line_display()} {row.entered_by} 录入，{f'{row.confirmed_by} 确认' if row.confirmed_by else '待另一部门确认'}"
        for row in rows
    ]
    return list(dict.fromkeys(said))


def word_rows(one: Assessment) -> list[tuple[str, str, str]]:
    """资金管理情况 of F06."""
    if one.kind != Kind.TRANSFER:
        return []
    return [(label, one.words.get(key, ""), one.words.get(f"{key}_issue", "")) for key, label in MANAGEMENT.items()]


class EditAssessment(Autosave, OneAssessment, ProjectOperation):
    """Everything typed is kept; what still keeps it from being sent in stands above it, with links."""

    form_class = AssessmentForm
    template_name = "performance/assessment_edit.html"
    submit_label, done = "暂存", "已暂存"
    result: Any

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"填写 {label_of(self.one)}"

    def load(self) -> None:
        super().load()
        if self.one.state not in WITH_UNIT:
            refuse(
                "state", f"{label_of(self.one)}现为“{state_for(self.actor, self.one)[1]}”，不能填写；已退回的可以修改。"
            )
        self.rows = self.table([Side.UNIT])

    def get_form_kwargs(self) -> dict[str, Any]:
        version = values_version(self.one, self.rows, Side.UNIT)
        return super().get_form_kwargs() | {
            "one": self.one, "table": self.rows, "side": Side.UNIT, "version": version,
        }  # fmt: skip

    def run(self, data: dict[str, Any]) -> Any:
        typed = {"values": data["values"], "goal_done": data["goal_done"], "words": data.get("words")}
        return operations.save_assessment(*self.ids, actor=self.actor, on=self.today, seen=data["seen"], **typed)

    def kept(self, found: Any) -> tuple[str, str]:
        one = assessment_of(self.project, self.one.pk)
        one.project = self.project
        text = f"已于 {timezone.localtime():%H:%M} 自动暂存，报送前还需处理 {len(found)} 处"
        return text, values_version(one, table_of(one, {}, [Side.UNIT]), Side.UNIT)

    def get_success_url(self) -> str:
        name = "assessment_edit" if self.result else "assessment"
        return reverse(f"performance:{name}", args=self.ids)

    def get_cancel_url(self) -> str:
        return reverse("performance:assessment", args=self.ids)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            problems=problems_of(self.one, self.rows), own=True, common_note=common_note(self.rows), **kwargs
        )


class SubmitAssessment(OneAssessment, ProjectConfirm):
    """Everything that is missing at once, each with where it is mended."""

    form_class = ConfirmForm
    submit_label, done = "签字报送", "已报送"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"报送 {label_of(self.one)}"

    def consequences(self) -> Iterable[str]:
        yield f"由 {self.actor} 签字报送；报送后不能修改，除非撤回或被退回"
        if self.one.kind == Kind.FINAL:
            yield "作为申请验收的绩效自评材料，验收评估时与两厅录入的数值逐项对照"
        elif self.one.kind == Kind.TRANSFER:
            yield "依次由市州人社、财政核查，省人社厅审定；没有市州机关的直接由省级审定"
        else:
            yield "依次由市州人社、财政核查，再由省级评定；没有市州机关的直接由省级评定"

    def checklist(self) -> Iterable[Check]:
        found = operations.submission_findings(self.one, self.actor, self.today)
        checks = [Check(not one.blocks, one.message, self.place(one.code, one.field), one.clause) for one in found]
        return checks or [Check(True, "各项已填写齐全")]

    def place(self, code: str, field: str) -> str:
        if code == "sod":
            return reverse("performance:assessment_take_over", args=self.ids)
        page = reverse("performance:assessment_edit", args=self.ids)
        return f"{page}#id_{field}" if field else page

    def run(self, data: dict[str, Any]) -> Assessment:
        return operations.submit_assessment(*self.ids, actor=self.actor, on=self.today)


class TakeOverAssessment(OneAssessment, ProjectConfirm):
    form_class = ConfirmForm
    title, submit_label, done = "接手填写绩效自评", "接手填写", "已接手"

    def consequences(self) -> Iterable[str]:
        others = [str(person) for pk, person in assessment_hands(self.one).items() if pk != self.actor.pk]
        yield f"此前由{'、'.join(others) or '您一人'}填写的内容，由您逐项核对后负责"
        yield "您成为本自评的填写人，须由另一位负责人报送；此前的填写人可以报送"

    def run(self, data: dict[str, Any]) -> Assessment:
        return operations.take_over_assessment(*self.ids, actor=self.actor, on=self.today)


class RecallAssessment(OneAssessment, ProjectConfirm):
    form_class = ConfirmForm
    title, submit_label, done = "撤回绩效自评", "撤回", "已撤回，可以修改后重新报送"

    def consequences(self) -> Iterable[str]:
        yield "回到填写状态，修改后须重新报送；已有部门办理的不能撤回"

    def run(self, data: dict[str, Any]) -> Assessment:
        return operations.recall_assessment(*self.ids, actor=self.actor, on=self.today)


class PrintAssessment(OneAssessment, Found, View):
    """F05 or F06."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.hidden:
            refuse("state", "单位正在填写自评，报送后可以打印。")
        key = f"{papers.form_of(self.one)}-{self.one.pk}"
        return respond(shown(self.project, key, papers.assessment(self.one)), kind_of(request))
