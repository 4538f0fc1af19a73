"""Gate B: one department enters what was reached, the other confirms it."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone

from performance import operations
from performance.forms import EvaluationForm
from performance.models import PERIOD, Target
from performance.operations.evaluating import STAGES
from performance.queries import GateRow, evaluation_of, filed_sheet, gate_b, is_over, next_ref, rows_of
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
        targets = Target.objects.filter(indicator__sheet=sheet, block=PERIOD).select_related("indicator")
        return tuple(
            GateRow(target.indicator, target, None, "") for target in targets.order_by("indicator__order", "pk")
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "rows": self.rows, "evaluation": self.evaluation}

    def run(self, data: dict[str, Any]) -> Any:
        return operations.enter_values(
            self.project.pk,
            acceptance_ref=next_ref(self.project),
            values=data["values"],
            actor=self.actor,
            on=timezone.localdate(),
        )

    def get_cancel_url(self) -> str:
        return address("lifecycle:acceptance", self.project) or address("performance:sheet", self.project)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = self.project.edition
        shown = {
            "evaluation": self.evaluation,
            "gate": gate_b(self.project) if self.evaluation else None,
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

    def consequences(self) -> Iterable[str]:
        yield "按今天的支出和预算重新计算预算执行率得分"
        yield "总分和等级作为绩效评估（关口二）的结论；此后数值有改动的，须重新确认"

    def checklist(self) -> Iterable[Check]:
        entry = address("performance:evaluation", self.project)
        missing = [f for f in self.gate.findings if f.code in ("value_missing", "no_budget")]
        yield from (Check(False, finding.message, entry, finding.clause) for finding in missing)
        roles = {str(m.role) for m in self.actor.live_memberships}
        other = {Line.HR: "PF", Line.FINANCE: "PH"}[Line(self.evaluation.line)]
        entered = Line(self.evaluation.line).label
        yield Check(other in roles, f"由录入方（{entered}）以外的另一部门经办确认", "", "职责分离 SD1")

    def run(self, data: dict[str, Any]) -> Any:
        return operations.confirm_values(self.project.pk, actor=self.actor, on=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        weight = self.project.edition.number("execution_weight")
        return super().get_context_data(evaluation=self.evaluation, gate=self.gate, execution_weight=weight, **kwargs)
