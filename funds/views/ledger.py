"""资金: six figures, the grid, what came in, the budget, the payments; and the settlement."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q

from accounts.roles import Action
from funds import operations, queries, rules
from funds.forms import PaymentFilter, SettlementForm
from funds.models import Budget, Settlement
from policy.terms import Stage
from projects import access
from projects.pages import ProjectOperation, ProjectPage
from ui.views import page_size


class LedgerPage(ProjectPage):
    template_name = "funds/ledger.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project, user = self.project, self.actor
        ledger = queries.ledger_of(project)
        budgets = list(project.budgets.select_related("approved_by"))
        settlement = Settlement.objects.filter(project=project).first()
        may = {action.name.lower(): access.allows(user, project, action) for action in ACTIONS}
        return super().get_context_data(
            ledger=ledger,
            grid=queries.grid_of(project, ledger),
            misfits=queries.misfits(project) if ledger.pending_count else 0,
            issues=queries.issues_of(project),
            budget=budgets[0] if budgets else None,
            settlement=settlement,
            settles=settlement or project.stage == Stage.REVOKED or (may["prepare_settlement"] and ledger.received),
            may=may,
            why_budget=self.why_budget(budgets),
            **self.payments(),
            **kwargs,
        )

    def why_budget(self, budgets: list[Budget]) -> str:
        """Why no budget can be filled in now."""
        issued = bool(queries.money_issued(self.project))
        return next((found.message for found in rules.check_budget_stage(self.project.stage, issued=issued)), "")

    def payments(self) -> dict[str, Any]:
        form = PaymentFilter(self.request.GET, names=queries.names_of(self.project))
        rows = self.project.vouchers.select_related("reverses")
        if form.is_valid():
            rows = rows.filter(_chosen(form.cleaned_data))
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        return {"filter": form, "page_obj": page, "vouchers": queries.named(self.project, page.object_list)}


ACTIONS = (
    Action.RECORD_VOUCHER,
    Action.CONFIRM_RECEIPT,
    Action.EDIT_BUDGET,
    Action.PREPARE_SETTLEMENT,
    Action.APPROVE_SETTLEMENT,
)


def _chosen(data: dict[str, Any]) -> Q:
    chosen = Q()
    for name in ("state", "category"):
        if data[name]:
            chosen &= Q(**{name: data[name]})
    if word := data["q"]:
        chosen &= Q(number__icontains=word) | Q(payee__icontains=word) | Q(abstract__icontains=word)
    return chosen


class PrepareSettlement(ProjectOperation):
    template_name = "funds/settlement.html"
    form_class = SettlementForm
    title, submit_label, done = "编制资金清算", "保存清算", "清算已编制，待省财政厅负责人批准"
    success_name = "funds:ledger"

    def get_initial(self) -> dict[str, Any]:
        standing = Settlement.objects.filter(project=self.project).first()
        if standing:
            return {"document_number": standing.document_number, "recovery": standing.recovery, "note": standing.note}
        return {"recovery": self.figures()[2]}

    def figures(self) -> tuple[Decimal, Decimal, Decimal]:
        return rules.residual_of(queries.ledger_of(self.project))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        received, compliant, residual = self.figures()
        told = {"received": received, "compliant": compliant, "residual": residual}
        return super().get_context_data(**told, **kwargs)

    def run(self, data: dict[str, Any]) -> Settlement:
        return operations.prepare_settlement(self.project.pk, actor=self.actor, on=self.today, **data)
