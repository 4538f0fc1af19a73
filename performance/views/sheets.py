"""The sheet: reading it, drawing it up, printing it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views import View

from accounts.models import User
from accounts.roles import row_of_route
from performance import operations, papers
from performance.forms import NewSheetForm, SheetForm
from performance.models import TargetSheet
from performance.operations.drafting import STAGE_OF, stage_of
from performance.queries import (
    Grid,
    ReviewState,
    advice_of,
    changes_of_revision,
    changes_since_submission,
    grid_of,
    low_targets,
    problems_of,
    readable,
    remarks_of,
    sheet_hands,
    sheet_of,
    sheet_version,
    state_of,
    with_remarks,
)
from performance.views.autosave import Autosave
from policy.findings import refuse
from policy.terms import Stage
from projects import access
from projects.models import Project
from projects.pages import Found, ProjectOperation, ProjectPage
from projects.printed import shown
from ui.download import kind_of, respond
from ui.parts import NextStep

State = TargetSheet.State
FEW = 12  # problems that are shown unfolded
# What may be done in each state: (words, URL name, colour). Access is asked of the permission table.
BUTTONS = {
    State.DRAFT: [("填写", "performance:sheet_edit", "light"), ("送审", "lifecycle:submit_targets", "primary")],
    State.RETURNED: [("按意见修改", "performance:sheet_edit", "primary")],
    State.SUBMITTED: [
        ("初审", "performance:first_review", "primary"),
        ("退回单位", "lifecycle:return_targets", "light"),
    ],
    State.REVIEWING: [("审核打分", "lifecycle:review_targets", "primary")],
    State.MENDING: [("按意见完善", "performance:sheet_edit", "light"), ("报送复核", "performance:mended", "primary")],
    State.MENDED: [("复核", "performance:mended_check", "primary")],
}


def address(name: str, project: Project) -> str:
    """A page under the project, or nothing where another app does not have it."""
    try:
        return reverse(name, kwargs={"project_id": project.pk})
    except NoReverseMatch:
        return ""


def open_to(user: User, project: Project, name: str) -> bool:
    """Whether this person may open the page on this project."""
    row = row_of_route(name)
    return row is not None and access.allows(user, project, f"{row['object']}:{row['action']}")


LONGEST_NUMBER = 9  # of an address; no id has more digits


class Acting:
    """The signed-in person as ours; pages below a project are for nobody else."""

    request: HttpRequest

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)


# 目标调整 beside them: what differs from a first sheet, and what is offered in every state.
REVISION = {
    State.DRAFT: [("填写", "performance:sheet_edit", "light"), ("送审", "performance:revision_submit", "primary")]
}
WITHDRAW = ("撤回调整", "performance:revision_withdraw", "light")


def offered(project: Project, sheet: TargetSheet) -> list[tuple[str, str, str]]:
    state = State(sheet.state)
    if sheet.revises_id and state not in (State.FILED, State.WITHDRAWN):
        return [*REVISION.get(state, BUTTONS.get(state, [])), WITHDRAW]
    if state == State.FILED and project.stage == Stage.BUILDING:
        return [("提出调整", "performance:revision_new", "light")]
    return BUTTONS.get(state, [])


def buttons(user: User, project: Project, sheet: TargetSheet) -> Iterator[dict[str, str]]:
    for label, name, tone in offered(project, sheet):
        url = address(name, project)
        if url and open_to(user, project, name):
            yield {"label": label, "url": url, "tone": tone}


class SheetPage(Acting, ProjectPage):
    """The tab 绩效目标: the latest round, or an earlier one with ?round=."""

    template_name = "performance/sheet.html"

    def load(self) -> None:
        super().load()
        self.sheet = self.chosen()

    def chosen(self) -> TargetSheet | None:
        wanted = self.request.GET.get("round", "")
        if not wanted:
            return sheet_of(self.project)
        if not wanted.isdecimal() or len(wanted) > LONGEST_NUMBER:
            raise Http404
        rows = self.project.target_sheets.select_related(
            "hr_office", "finance_office", "drafted_by", "submitted_by", "revises"
        )
        return get_object_or_404(rows, round=wanted)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"on": timezone.localdate(), "sheet": self.sheet, "title": "绩效目标"}
        if self.sheet is None:
            may = open_to(self.actor, self.project, "performance:sheet_new") and self.project.stage == Stage.AWARDED
            return super().get_context_data(may_draft=may, **shown, **kwargs)
        return super().get_context_data(**shown, **self.told(self.sheet), **kwargs)

    def told(self, sheet: TargetSheet) -> dict[str, Any]:
        rounds = list(self.project.target_sheets.order_by("-round"))
        latest = sheet.round == rounds[0].round
        grid, state = grid_of(sheet), state_of(sheet, self.project)
        open_ = latest and sheet.state in STAGE_OF
        missing = len(problems_of(grid, self.project)) if open_ else 0
        hands = sheet_hands(self.project) if open_ else {}
        return {
            "facts": self.facts(sheet, list(hands.values())),
            "latest": latest,
            "rounds": rounds,
            "grid": with_remarks(grid, self.actor),
            "execution_weight": self.project.edition.number("execution_weight"),
            "state": state,
            "reviews": [(review, readable(review, self.actor, sheet)) for review in state.all],
            "remarks": sheet.return_reason.splitlines(),
            "changes": changes_since_submission(grid) if sheet.mend_turn else [],
            "diff": changes_of_revision(sheet),
            "low": low_targets(grid, self.project) if self.judges(sheet) else [],
            "next": self.next(sheet, state) if latest else None,
            "buttons": self.buttons(sheet, hands) if latest else [],
            "revision_text": f"批准前第 {sheet.revises.version} 版继续有效。" if sheet.revises else "",
            "revised_url": f"{address('performance:sheet', self.project)}?round={sheet.revises.round}"
            if sheet.revises
            else "",
            "missing": missing,
            "missing_text": f"共 {missing} 处，每处都有链接。",
        }

    def judges(self, sheet: TargetSheet) -> bool:
        """Whether this person is to judge the sheet now: what is flagged is for reviewers."""
        names = ("performance:first_review", "lifecycle:review_targets", "performance:mended_check")
        under_review = sheet.state in (State.SUBMITTED, State.REVIEWING, State.MENDED)
        return under_review and any(open_to(self.actor, self.project, name) for name in names)

    def facts(self, sheet: TargetSheet, hands: Iterable[User]) -> list[tuple[str, object]]:
        offices = "、".join(str(office) for office in (sheet.hr_office, sheet.finance_office) if office)
        straight = sheet.submitted_on or sheet.revises_id
        first = offices or ("无此环节，由省级直接审核" if straight else "送审时确定")
        return [
            ("预算年度", "、".join(str(year) for year in sheet.years)),
            ("最后填写", sheet.drafted_by),
            *([("参与填写", "、".join(str(person) for person in hands))] if hands else []),
            ("送审", f"{sheet.submitted_by} {sheet.submitted_on}" if sheet.submitted_on else None),
            ("初审单位", first),
            ("备案", f"第 {sheet.version} 版 {sheet.filed_on} {sheet.filing_document}" if sheet.version else None),
            *([("调整理由", sheet.revision_reason)] if sheet.revises_id else []),
        ]

    def buttons(self, sheet: TargetSheet, hands: Mapping[int, User]) -> list[dict[str, str]]:
        """接手编制 only where somebody else typed."""
        shown = list(buttons(self.actor, self.project, sheet))
        name = "performance:sheet_take_over"
        if hands.keys() - {self.actor.pk} and open_to(self.actor, self.project, name):
            shown.append({"label": "接手编制", "url": address(name, self.project), "tone": "light"})
        return shown

    def next(self, sheet: TargetSheet, state: ReviewState) -> NextStep | None:
        if sheet.state == State.FILED:
            return None
        return NextStep(sheet.get_state_display(), state.who_acts(), sheet.state_since)


class NewSheet(Acting, ProjectOperation):
    form_class = NewSheetForm
    title, submit_label, done = "编制绩效目标", "按模板编制", "已按模板编制，请填写指标值"
    success_name = "performance:sheet_edit"
    template_name = "performance/form.html"

    def get_initial(self) -> dict[str, Any]:
        return {"first_year": timezone.localdate().year}

    def get_cancel_url(self) -> str:
        return address("performance:sheet", self.project)

    def run(self, data: dict[str, Any]) -> TargetSheet:
        return operations.draft_sheet(self.project.pk, actor=self.actor, on=timezone.localdate(), **data)


class EditSheet(Autosave, Acting, ProjectOperation):
    """The grid. Everything typed is kept; what still keeps it from submission stands above it, with links."""

    form_class = SheetForm
    template_name = "performance/sheet_edit.html"
    title, submit_label, done = "填写绩效目标", "暂存", "已暂存"

    def load(self) -> None:
        super().load()
        sheet = sheet_of(self.project)
        if sheet is None:
            raise Http404
        if sheet.state not in STAGE_OF or self.project.stage != stage_of(sheet):
            refuse("state", f"绩效目标现为“{sheet.get_state_display()}”，不能修改。")
        self.sheet, self.grid = sheet, grid_of(sheet)
        self.problems = problems_of(self.grid, self.project)

    grid: Grid

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = {
            "grid": self.grid,
            "problems": self.problems,
            "version": sheet_version(self.grid),
            "remarks": remarks_of(self.sheet, self.actor),
            "quiet": self.quiet,
        }
        return {**super().get_form_kwargs(), **shown}

    def kept(self, found: Any) -> tuple[str, str]:
        sheet = sheet_of(self.project)
        assert sheet is not None  # noqa: S101 - it was saved just now
        text = f"已于 {timezone.localtime():%H:%M} 自动暂存，送审前还需处理 {len(found)} 处"
        return text, sheet_version(grid_of(sheet))

    def run(self, data: dict[str, Any]) -> Any:
        typed = {name: data[name] for name in ("goals", "rows", "money", "seen")}
        return operations.save_sheet(self.project.pk, actor=self.actor, on=timezone.localdate(), **typed)

    def get_success_url(self) -> str:
        return address("performance:sheet_edit" if self.result else "performance:sheet", self.project)

    def get_cancel_url(self) -> str:
        return address("performance:sheet", self.project)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = self.project.edition
        wanted = edition.number("weight_total") - edition.number("execution_weight")
        shown = {
            "sheet": self.sheet,
            "grid": self.grid,
            "problems": sorted(self.problems, key=lambda finding: finding.clause),
            "advice": advice_of(self.grid),
            "few": len(self.problems) <= FEW,
            "wide": 2 * len(self.grid.blocks) + 1,
            "remarks": self.sheet.return_reason.splitlines(),
            "wanted": wanted,
            "levels": {level.level1: level.weight for level in edition.level_weights},
            "totals": [(block, label, self.grid.weight(block)) for block, label in self.sheet.labels.items()],
        }
        return super().get_context_data(**shown, **kwargs)


class PrintF02(Found, View):
    """The sheet as the official form."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sheet = get_object_or_404(
            self.project.target_sheets.select_related("hr_office", "finance_office"), round=kwargs["round"]
        )
        paper = papers.target_sheet(self.project, sheet)
        return respond(shown(self.project, f"F02-{sheet.pk}", paper), kind_of(request))
