"""Gate B: one department enters what was reached, the other confirms it."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone

from performance import operations
from performance.forms import EvaluationForm
from performance.models import Evaluation
from performance.operations.evaluating import STAGES
from performance.operations.standing import province_membership
from performance.queries import (
    GateRow,
    blank_rows,
    conclusion_in_signing,
    evaluation_of,
    filed_sheet,
    final_of,
    gate_b,
    in_signing,
    is_over,
    next_ref,
    rows_of,
    values_version,
)
from performance.queries.assessments import final_words
from performance.views.sheets import Acting, address
from policy.findings import refuse
from policy.terms import Line
from projects.pages import ProjectConfirm, ProjectOperation
from ui.forms import ConfirmForm
from ui.parts import Check


class EnterValues(Acting, ProjectOperation):
    form_class = EvaluationForm
    template_name = "performance/evaluation.html"
    title, submit_label, done = "绩效评估", "保存数值", "数值已保存，请另一部门确认"
    success_name = "performance:evaluation"

    def load(self) -> None:
        super().load()
        if self.project.stage not in STAGES:
            refuse(
                "stage", f"项目处于“{self.project.get_stage_display()}”，只有验收中、整改复验的项目可以评估绩效目标。"
            )
        latest = evaluation_of(self.project)
        self.evaluation = None if is_over(latest, self.project) else latest
        self.rows = rows_of(self.evaluation) if self.evaluation else self.blank()

    def blank(self) -> tuple[GateRow, ...]:
        sheet = filed_sheet(self.project)
        if sheet is None:
            raise Http404
        return blank_rows(sheet)

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = {"rows": self.rows, "evaluation": self.evaluation, "version": values_version(self.rows)}
        return {**super().get_form_kwargs(), **shown, "units": final_words(self.project)}

    def run(self, data: dict[str, Any]) -> Any:
        return operations.enter_values(
            self.project.pk,
            acceptance_ref=next_ref(self.project),
            values=data["values"],
            actor=self.actor,
            on=timezone.localdate(),
            seen=data["seen"],
        )

    def get_cancel_url(self) -> str:
        return address("lifecycle:acceptance", self.project) or address("performance:sheet", self.project)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition, signing = self.project.edition, conclusion_in_signing(self.project)
        shown = {
            "signing": in_signing(signing, "绩效评估数值") if signing else "",
            "evaluation": self.evaluation,
            "gate": gate_b(self.project) if self.evaluation else None,
            "final": final_of(self.project),
            "execution_weight": edition.number("execution_weight"),
            "clause": edition.limit("execution_weight").basis.clause,
        }
        return super().get_context_data(**shown, **kwargs)


class ConfirmValues(Acting, ProjectConfirm):
    form_class = ConfirmForm
    template_name = "performance/evaluation_confirm.html"
    title, submit_label, done = "确认绩效评估数值", "确认数值", "绩效评估数值已确认"
    success_name = "performance:evaluation"

    def load(self) -> None:
        super().load()
        evaluation = evaluation_of(self.project)
        if evaluation is None or is_over(evaluation, self.project):
            raise Http404
        self.evaluation, self.gate = evaluation, gate_b(self.project)

    def waiting(self) -> tuple[list[GateRow], list[GateRow]]:
        """The values that wait: those this person may confirm, those that are not for this person."""
        line, _ = province_membership(self.actor)
        rows = [row for row in self.gate.rows if row.score and row.score.confirmed_by_id is None]
        own = [
            row for row in rows if row.score and (row.score.line == line or row.score.entered_by_id == self.actor.pk)
        ]
        return [row for row in rows if row not in own], own

    def consequences(self) -> Iterable[str]:
        mine, own = self.waiting()
        yield (
            f"确认另一部门录入的 {len(mine)} 项数值：{'、'.join(row.indicator.name for row in mine)}"
            if mine
            else ("没有等待您确认的数值")
        )
        if own:
            yield f"其余 {len(own)} 项仍须由另一部门确认，全部确认后才得出结论"
            return
        yield "按今天的支出和预算重新计算预算执行率得分"
        yield "总分和等级作为绩效评估（关口二）的结论；此后有改动的数值，须由另一部门重新确认"

    def checklist(self) -> Iterable[Check]:
        entry = address("performance:evaluation", self.project)
        missing = [f for f in self.gate.findings if f.code in ("value_missing", "no_budget")]
        yield from (Check(False, finding.message, entry, finding.clause) for finding in missing)
        mine, own = self.waiting()
        by = "、".join(dict.fromkeys(Line(row.score.line).label for row in (mine or own) if row.score)) or "—"
        yield Check(bool(mine), f"由录入方（{by}）以外的另一部门经办确认", "", "职责分离 SD1")

    def run(self, data: dict[str, Any]) -> Any:
        found = operations.confirm_values(self.project.pk, actor=self.actor, on=timezone.localdate())
        if found.state != Evaluation.State.CONFIRMED:
            self.done = "您应确认的数值已确认，其余数值等待另一部门确认"
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        weight = self.project.edition.number("execution_weight")
        return super().get_context_data(evaluation=self.evaluation, gate=self.gate, execution_weight=weight, **kwargs)
