"""清算: what was settled, what is claimed back, what has come back; the closing sheet for print."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.persons import is_hand
from accounts.roles import Action
from funds import operations, queries
from funds.forms import ReasonForm, RepaymentForm, SettlementForm
from funds.models import ClawBack, Repayment, Settlement
from funds.queries.settlements import claim_of, proofs_of, with_waiting
from funds.views.seen import Shows
from policy.money import yuan
from policy.terms import Occasion, Stage
from projects import access
from projects.models import Project
from projects.pages import ProjectConfirm, ProjectOperation, ProjectPage
from ui.parts import Check

ACTS = (Action.PREPARE_SETTLEMENT, Action.APPROVE_SETTLEMENT, Action.RECORD_REPAYMENT, Action.CONFIRM_REPAYMENT)
SETTLING = {Stage.REVOKED, Stage.ACCEPTED}
OVER = {Stage.SETTLED, Stage.TERMINATED}


class SettlementsPage(ProjectPage):
    """The tab 清算: the latest settlement, the claims and their repayments, what came before."""

    template_name = "funds/settlements.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project = self.project
        rows = list(queries.settlements_of(project, self.actor))
        repayments = list(
            Repayment.objects.filter(claw_back__project=project).select_related("recorded_by", "confirmed_by")
        )
        proofs = proofs_of(repayments)
        under: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for one in repayments:
            under[one.claw_back_id].append({"row": one, "proofs": proofs[one.pk]})
        claims = [
            {"row": row, "claim": claim_of(row), "paid": row.amount - row.left, "repayments": under[row.pk]}
            for row in with_waiting(ClawBack.objects.filter(project=project)).order_by("-pk")
        ]
        standing = next((row for row in rows if row.state != Settlement.State.VOID), None)
        return super().get_context_data(
            settlement=standing,
            papers=queries.settlement_papers(standing),
            earlier=[row for row in rows if row is not standing],
            claims=claims,
            settled=queries.settled(project),
            figures=None if standing else queries.figures_now(project),
            settling=project.stage in SETTLING,
            over=project.stage in OVER,
            approve_route=self.approve_route(standing),
            today=self.today,
            may={action.name.lower(): access.allows(self.actor, project, action) for action in ACTS},
            **kwargs,
        )

    @staticmethod
    def approve_route(settlement: Settlement | None) -> str:
        """Where a prepared one is approved: alone after acceptance, else in the step of the life that needs it."""
        if settlement is None or settlement.state != Settlement.State.PREPARED:
            return ""
        return "funds:settlement_approve" if settlement.occasion == Occasion.ACCEPTANCE else "lifecycle:settle"


class PrepareSettlement(ProjectOperation):
    """After 取消称号 or acceptance. The one for a termination is a page of `lifecycle`, which knows the request."""

    template_name = "funds/settlement.html"
    form_class = SettlementForm
    title, submit_label, done = "编制资金清算", "保存清算", "清算已编制，待省财政厅负责人批准"
    success_name = "funds:settlements"

    def load(self) -> None:
        super().load()
        self.figures = queries.figures_now(self.project)

    def get_initial(self) -> dict[str, Any]:
        standing = queries.prepared(self.project)
        if standing:
            return {"document_number": standing.document_number, "recovery": standing.recovery, "note": standing.note}
        return {"recovery": self.figures.whole}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(figures=self.figures, **kwargs)

    def run(self, data: dict[str, Any]) -> Settlement:
        return operations.prepare_settlement(self.project.pk, actor=self.actor, on=self.today, **data)


def facts_of(settlement: Settlement | None) -> Iterable[str]:
    """The figures before the click."""
    if settlement is None:
        return
    received, compliant, residual = (yuan(x) for x in (settlement.received, settlement.compliant, settlement.residual))
    yield f"到账 {received}，合规支出 {compliant}，结余 {residual}（其中不认定 {yuan(settlement.disallowed)}）"
    back = f"此前已缴回 {yuan(settlement.repaid)}，已追回的问题资金 {yuan(settlement.recovered)}"
    yield f"利息 {yuan(settlement.interest)}，{back}"
    number, by = settlement.document_number, settlement.prepared_by
    yield f"应追缴 {yuan(settlement.recovery)}（清算文号 {number}，{by}编制）；批准即形成追缴，期限按政策规定起算"
    names = "、".join(file.name for file in queries.settlement_papers(settlement))
    if settlement.recovery < settlement.whole:
        less = yuan(settlement.whole - settlement.recovery)
        yield f"比最多可追缴金额少追缴 {less}。理由：{settlement.note or '未写明'}；依据：{names or '没有'}"
    yield "批准后账目不再变动：不再认定、冲销、到账、下达和批准预算"


def checks_now(settlement: Settlement | None, project: Project) -> Iterable[Check]:
    """What the approval itself will ask of the books."""
    if settlement is None:
        return
    found = queries.overtaken(settlement, project)
    if not found:
        yield Check(ok=True, text="账目与编制时一致，没有待认定或暂不认定的支出", clause="通知五")
    for one in found:
        yield Check(ok=False, text=one.message, clause=one.clause)


class ApproveSettlement(Shows, ProjectConfirm):
    """清算 after acceptance, which moves no stage."""

    title, submit_label, done = "批准资金清算", "批准清算", "资金清算已批准"
    success_name = "funds:settlements"

    def load(self) -> None:
        super().load()
        self.prepared = queries.prepared(self.project, Occasion.ACCEPTANCE)

    def shown(self) -> Settlement | None:
        return self.prepared

    def consequences(self) -> Iterable[str]:
        return facts_of(self.prepared)

    def checklist(self) -> Iterable[Check]:
        yield Check(self.prepared is not None, "省财政厅经办已为通过验收编制清算，尚未批准", clause="通知五")
        yield from checks_now(self.prepared, self.project)

    def run(self, data: dict[str, Any]) -> Settlement:
        return operations.approve_settlement(
            self.project.pk, occasion=Occasion.ACCEPTANCE, actor=self.actor, seen=self.seen, on=self.today
        )


class ClosingSheetPage(ProjectPage):
    """清算表, for print and seal."""

    template_name = "funds/closing_sheet.html"

    def load(self) -> None:
        super().load()
        self.settlement = get_object_or_404(
            queries.settlements_of(self.project, self.actor), pk=self.kwargs["settlement_id"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claw_back = getattr(self.settlement, "claw_back", None)
        repayments = claw_back.repayments.exclude(state=Repayment.State.RETURNED) if claw_back else ()
        return super().get_context_data(
            settlement=self.settlement,
            sheet=queries.closing_sheet(self.settlement),
            claw_back=claw_back,
            repayments=list(repayments),
            **kwargs,
        )


class RecordRepayment(ProjectOperation):
    template_name = "funds/repayment.html"
    form_class = RepaymentForm
    title, submit_label, done = "登记缴回", "登记缴回", "缴回已登记，待省财政厅负责人复核"
    success_name = "funds:settlements"

    def load(self) -> None:
        super().load()
        rows = with_waiting(ClawBack.objects.filter(project=self.project))
        self.claw_back = get_object_or_404(rows, pk=self.kwargs["claw_back_id"])
        self.claim = claim_of(self.claw_back)

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.claim.open, "paid_on": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(claw_back=self.claw_back, claim=self.claim, **kwargs)

    def run(self, data: dict[str, Any]) -> Repayment:
        return operations.record_repayment(self.project.pk, self.claw_back.pk, actor=self.actor, on=self.today, **data)


class OneRepayment:
    """Gives `self.repayment`, of this project."""

    success_name = "funds:settlements"

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        rows = Repayment.objects.filter(claw_back__project=self.project)  # type: ignore[attr-defined]
        rows = rows.select_related("claw_back", "recorded_by")
        self.repayment = get_object_or_404(rows, pk=self.kwargs["repayment_id"])  # type: ignore[attr-defined]


class ConfirmRepayment(OneRepayment, ProjectConfirm):
    title, submit_label, done = "确认缴回", "确认缴回", "缴回已确认"

    def consequences(self) -> Iterable[str]:
        one = self.repayment
        yield f"缴款书 {one.number}，{one.paid_on} 缴回 {yuan(one.amount)}，{one.recorded_by}登记"
        yield f"确认后尚未缴回 {yuan(max(one.claw_back.left - one.amount, one.amount * 0))}，不能再改"

    def checklist(self) -> Iterable[Check]:
        one = self.repayment
        yield Check(one.state == Repayment.State.RECORDED, f"本笔缴回{one.get_state_display()}")
        yield Check(not is_hand(self.actor, one.recorded_by_id), "登记人和复核人不是同一人", clause="职责分离 SD1")
        for file in proofs_of([one])[one.pk]:
            yield Check(True, f"凭证：{file.name}")

    def run(self, data: dict[str, Any]) -> Repayment:
        return operations.confirm_repayment(self.project.pk, self.repayment.pk, actor=self.actor, on=self.today)


class ReturnRepayment(OneRepayment, ProjectOperation):
    template_name = "funds/form.html"
    form_class = ReasonForm
    title, submit_label, done = "退回缴回登记", "退回", "已退回，登记人可以重新登记"

    def run(self, data: dict[str, Any]) -> Repayment:
        return operations.return_repayment(self.project.pk, self.repayment.pk, actor=self.actor, on=self.today, **data)
