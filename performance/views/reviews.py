"""Reading and answering a sheet: first review, checks of what was mended, F03."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from performance import operations
from performance.forms import AgreeForm, FirstReviewForm, TakeOverForm
from performance.models import Review, TargetSheet
from performance.operations.drafting import STAGE_OF
from performance.queries import (
    changes_since_submission,
    grid_of,
    low_targets,
    problems_of,
    readable,
    sheet_hands,
    sheet_of,
    state_of,
)
from performance.views.sheets import Acting, address, open_to
from policy.findings import refuse
from policy.terms import Line
from projects.pages import ProjectConfirm, ProjectOperation, ProjectPage
from ui.forms import ConfirmForm
from ui.parts import Check

State = TargetSheet.State


JUDGED = (State.SUBMITTED, State.REVIEWING, State.MENDED)


class OnSheet(Acting, ProjectOperation):
    """A form beside the sheet it is about; closed where the sheet is in another state."""

    template_name = "performance/on_sheet.html"
    success_name = "performance:sheet"
    states: tuple[State, ...] = ()
    sheet: TargetSheet

    def load(self) -> None:
        super().load()
        sheet = sheet_of(self.project)
        if sheet is None:
            raise Http404
        if sheet.state not in self.states:
            refuse("state", f"绩效目标现为“{sheet.get_state_display()}”，不能办理“{self.title}”。")
        self.sheet = sheet

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        grid = grid_of(self.sheet)
        shown = {
            "sheet": self.sheet,
            "grid": grid,
            "state": state_of(self.sheet, self.project),
            "changes": changes_since_submission(grid) if self.sheet.mend_turn else [],
            "remarks": self.sheet.return_reason.splitlines(),
            "execution_weight": self.project.edition.number("execution_weight"),
            "low": low_targets(grid, self.project) if self.sheet.state in JUDGED else [],
        }
        return super().get_context_data(**shown, **kwargs)


class FirstReview(OnSheet):
    """The nearest offices agree here and return on lifecycle's page; a recommender gives an opinion."""

    title, submit_label, done = "初审绩效目标", "同意，报省级审核", "初审意见已记录"
    states = (State.SUBMITTED, State.REVIEWING)
    recommends = False

    def load(self) -> None:
        super().load()
        lines = [m.organisation.line for m in self.actor.live_memberships if m.organisation]
        self.recommends = Line.RECOMMENDER in lines
        if self.recommends:
            self.title, self.submit_label = "推荐部门意见", "提出意见"
        elif self.sheet.state != State.SUBMITTED:
            refuse("state", f"绩效目标现为“{self.sheet.get_state_display()}”，不能初审。")

    def get_form_class(self) -> type[BaseForm]:
        return AgreeForm if self.recommends else FirstReviewForm

    def run(self, data: dict[str, Any]) -> Any:
        agreed = data.get("agreed", True)
        return operations.first_review(
            self.project.pk,
            actor=self.actor,
            agreed=agreed,
            comment=data["comment"],
            remarks=data.get("remarks"),
            on=timezone.localdate(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = "lifecycle:return_targets"
        may = not self.recommends and open_to(self.actor, self.project, name)
        return super().get_context_data(return_url=address(name, self.project) if may else "", **kwargs)


class TakeOver(OnSheet, ProjectConfirm):
    """A clerk vouches for a draft that somebody else typed in, so that this one may submit it (decision 0007)."""

    form_class = TakeOverForm
    template_name = "projects/confirm.html"
    title, submit_label, done = "接手编制绩效目标", "接手编制", "已接手编制"
    states = tuple(STAGE_OF)

    def consequences(self) -> Iterable[str]:
        others = [str(person) for pk, person in sheet_hands(self.project).items() if pk != self.actor.pk]
        yield f"此前由{'、'.join(others) or '您一人'}填写的内容，由您核对后负责"
        yield "您成为本稿的填写人，本稿须由另一位负责人送审；此前的填写人可以送审"
        yield "接手记入操作日志，写明此前的填写人"

    def run(self, data: dict[str, Any]) -> Any:
        return operations.take_over_sheet(self.project.pk, actor=self.actor, on=timezone.localdate())


class SubmitMended(OnSheet, ProjectConfirm):
    """评为良: what was mended, before it goes back to both departments."""

    form_class = ConfirmForm
    template_name = "performance/mended.html"
    title, submit_label, done = "报送完善后的绩效目标", "报送两厅复核", "已报送两厅复核"
    states = (State.MENDING,)

    def consequences(self) -> Iterable[str]:
        yield "省人社厅、省财政厅各自复核完善情况，不再打分"
        yield "两厅都同意后，绩效目标可以备案"

    def checklist(self) -> Iterable[Check]:
        edit = address("performance:sheet_edit", self.project)
        for finding in problems_of(grid_of(self.sheet), self.project):
            yield Check(not finding.blocks, finding.message, f"{edit}#id_{finding.field}", finding.clause)
        mine = self.actor.pk in sheet_hands(self.project)
        take_over = address("performance:sheet_take_over", self.project)
        yield Check(not mine, "填写过本稿的人不报送；只有一位负责人的，由经办接手编制", take_over, "职责分离 SD1")

    def run(self, data: dict[str, Any]) -> Any:
        return operations.submit_mended(self.project.pk, actor=self.actor, on=timezone.localdate())


class CheckMended(OnSheet):
    form_class = AgreeForm
    title, submit_label, done = "复核完善后的绩效目标", "提交复核意见", "复核意见已记录"
    states = (State.MENDED,)

    def run(self, data: dict[str, Any]) -> Any:
        return operations.check_mended(
            self.project.pk,
            actor=self.actor,
            agreed=data["agreed"],
            comment=data["comment"],
            on=timezone.localdate(),
        )


class ReviewPage(Acting, ProjectPage):
    """One 审核表 (F03) as it was scored."""

    template_name = "performance/review_sheet.html"
    review: Review

    def load(self) -> None:
        super().load()
        rows = Review.objects.filter(sheet__project=self.project, level=Review.Level.PROVINCE)
        self.review = get_object_or_404(rows.select_related("sheet", "reviewer", "office"), pk=self.kwargs["review_id"])
        if not readable(self.review, self.actor, self.review.sheet):
            raise PermissionDenied("另一部门的打分在两厅都完成审核后公开")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(review=self.review, parts=self.parts(), title="绩效目标审核表", **kwargs)

    def parts(self) -> list[tuple[str, int, int, list[dict[str, Any]]]]:
        """The four parts: name, points to be had, points given, rows with the grade of each."""
        edition = self.project.edition
        found: dict[str, list[dict[str, Any]]] = {}
        for number, (point, given) in enumerate(zip(edition.review_points, self.review.points, strict=True), 1):
            grade = edition.grade_of(Decimal(given * 100) / point.points).label
            row = {"number": number, "point": point, "given": given, "grade": grade}
            found.setdefault(point.part, []).append(row)
        return [
            (part, sum(row["point"].points for row in rows), sum(row["given"] for row in rows), rows)
            for part, rows in found.items()
        ]
