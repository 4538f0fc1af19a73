"""绩效目标调整 and any two versions beside each other."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone

from performance import operations
from performance.forms import RevisionForm
from performance.models import TargetSheet
from performance.queries import changes_between, grid_of, problems_of, sheet_hands, sheet_of
from performance.queries.revisions import changes_of_revision, revision_in_signing
from performance.views.reviews import OnSheet
from performance.views.sheets import LONGEST_NUMBER, address
from policy.findings import refuse
from policy.terms import Stage
from projects.pages import ProjectConfirm, ProjectPage
from ui.forms import ConfirmForm
from ui.parts import Check

State = TargetSheet.State


class ProposeRevision(OnSheet):
    """The head of the unit asks for another version of what is filed."""

    form_class = RevisionForm
    title, submit_label, done = "提出绩效目标调整", "提出调整", "已提出调整，请修改目标后送审"
    success_name = "performance:sheet_edit"
    states = (State.FILED,)

    def load(self) -> None:
        super().load()
        if self.project.stage != Stage.BUILDING:
            refuse("stage", f"项目处于“{self.project.get_stage_display()}”，只有建设中的项目可以提出绩效目标调整。")

    def run(self, data: dict[str, Any]) -> Any:
        return operations.propose_revision(self.project.pk, actor=self.actor, on=timezone.localdate(), **data)

    def get_cancel_url(self) -> str:
        return address("performance:sheet", self.project)


class OnRevision(OnSheet, ProjectConfirm):
    form_class = ConfirmForm
    template_name = "performance/revision.html"

    def load(self) -> None:
        super().load()
        if not self.sheet.revises_id:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(diff=changes_of_revision(self.sheet), **kwargs)


class SubmitRevision(OnRevision):
    title, submit_label, done = "送审绩效目标调整", "送审", "调整已送审"
    states = (State.DRAFT,)

    def consequences(self) -> Iterable[str]:
        yield "省人社厅、省财政厅各自审核打分，审核后由两厅联合批准"
        yield "批准前现行版本继续有效；批准后成为新版本，原版本保留可查"
        yield "送审后不能修改，除非被退回"

    def checklist(self) -> Iterable[Check]:
        edit = address("performance:sheet_edit", self.project)
        for finding in problems_of(grid_of(self.sheet), self.project):
            yield Check(not finding.blocks, finding.message, f"{edit}#id_{finding.field}", finding.clause)
        yield Check(bool(changes_of_revision(self.sheet)), "与现行版本相比有改动", edit, "财预〔2015〕163号")
        mine = self.actor.pk in sheet_hands(self.project)
        take_over = address("performance:sheet_take_over", self.project)
        yield Check(not mine, "填写过本稿的人不送审；只有一位负责人的，由经办接手编制", take_over, "职责分离 SD1")

    def run(self, data: dict[str, Any]) -> Any:
        return operations.submit_revision(self.project.pk, actor=self.actor, on=timezone.localdate())


class WithdrawRevision(OnRevision):
    title, submit_label, done = "撤回绩效目标调整", "撤回调整", "调整已撤回，现行版本不变"
    states = tuple(state for state in State if state not in (State.FILED, State.WITHDRAWN))
    tone = "danger"

    def consequences(self) -> Iterable[str]:
        yield "本次调整不再办理，填写的内容保留可查"
        yield "现行版本继续有效；以后可以重新提出调整"

    def checklist(self) -> Iterable[Check]:
        yield Check(not revision_in_signing(self.project), "批准本次调整的联合决定没有在会签", "", "财预〔2015〕163号")

    def run(self, data: dict[str, Any]) -> Any:
        return operations.withdraw_revision(self.project.pk, actor=self.actor, on=timezone.localdate())


class CompareSheets(ProjectPage):
    """Any two rounds or versions: ?a= and ?b= are rounds; without them the last two versions."""

    template_name = "performance/compare.html"

    def load(self) -> None:
        super().load()
        self.rounds = list(self.project.target_sheets.order_by("-round"))
        if not self.rounds:
            raise Http404
        filed = [sheet for sheet in self.rounds if sheet.version]
        newest = sheet_of(self.project) or self.rounds[0]
        older = [sheet for sheet in filed if sheet.round < newest.round] or [s for s in self.rounds if s != newest]
        self.after = self.chosen("b", newest)
        self.before = self.chosen("a", older[0] if older else newest)

    def chosen(self, name: str, default: TargetSheet) -> TargetSheet:
        wanted = self.request.GET.get(name, "")
        if not wanted:
            return default
        if not (wanted.isascii() and wanted.isdecimal()) or len(wanted) > LONGEST_NUMBER:
            raise Http404
        for sheet in self.rounds:
            if sheet.round == int(wanted):
                return sheet
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "title": "版本对比",
            "rounds": self.rounds,
            "before": self.before,
            "after": self.after,
            "diff": changes_between(grid_of(self.before), grid_of(self.after)),
        }
        return super().get_context_data(**shown, **kwargs)
