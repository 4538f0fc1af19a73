"""资金总览: six figures, the grid, 用款计划 beside the actual, what came in, the budget; as of any day, as known on any."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator

from accounts.roles import Action
from funds import queries, rules
from funds.forms.payments import LedgerDates
from funds.grid import grid
from funds.ledger import Ledger
from funds.models import Budget
from funds.papers import PAYMENTS
from funds.queries.payments import read, visible
from policy.terms import Stage
from projects import access
from projects.pages import ProjectPage
from ui.views import page_size

NEWEST = 5


class LedgerPage(ProjectPage):
    template_name = "funds/ledger.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project, user = self.project, self.actor
        dates = LedgerDates(self.request.GET, today=self.today)
        at = queries.Moment(*dates.dates())
        today = at == queries.Moment(self.today, self.today)
        ledger, compared = (queries.ledger_of(project), {}) if today else self.compared(at)
        budgets = list(project.budgets.select_related("approved_by"))
        settlement = queries.settlements_of(project, user).first()
        may = {action.name.lower(): access.allows(user, project, action) for action in ACTIONS}
        return super().get_context_data(
            ledger=ledger,
            dates=dates,
            at=at,
            is_today=today,
            misfits=queries.misfits(project) if ledger.pending_count else 0,
            issues=queries.issues_of(project, user),
            budget=budgets[0] if budgets else None,
            settlement=settlement,
            settles=settlement or project.stage == Stage.REVOKED or (may["prepare_settlement"] and ledger.received),
            may=may,
            why_budget=self.why_budget(budgets),
            vouchers=self.newest(),
            **self.prints(at, dates),
            **self.cut(ledger, at, dates),
            **compared,
            **kwargs,
        )

    def cut(self, ledger: Ledger, at: queries.Moment, dates: LedgerDates) -> dict[str, Any]:
        """The grid with its period, and the quarters."""
        start, end = dates.period()
        columns = queries.columns_of(self.project, at, start, end)
        return {
            "grid": grid(ledger, queries.names_of(self.project), columns),
            "period": (start, end),
            "quarters": queries.quarters_of(self.project, ledger, at),
            "planned_share": _decimal(ledger.planned_share(at.on)),
        }

    def prints(self, at: queries.Moment, dates: LedgerDates) -> dict[str, Any]:
        """What the links to F07 and F08 need, so that the paper says what the page shows."""
        start, end = dates.period()
        return {
            "paper_query": urlencode({"on": at.on, "known": at.known, "start": start, "end": end}),
            "paper_kinds": (("pdf", "PDF"), ("xlsx", "Excel"), ("docx", "Word")),
            "may_print": access.allows(self.actor, self.project, Action.VIEW_PRINTS),
            "may_list": access.allows(self.actor, self.project, PAYMENTS),
        }

    def compared(self, at: queries.Moment) -> tuple[Ledger, dict[str, Any]]:
        """The figures of another day; as known then, as known today, and the late entries between, which explain the
        difference.
        """
        then = queries.Moment(at.on, min(at.known, at.on) if at.known == self.today else at.known)
        today = queries.Moment(at.on, self.today)
        ledgers = queries.ledgers_at([self.project], [at, then, today])
        shown, old, new = (ledgers[one][self.project.pk] for one in (at, then, today))
        rows = [(name, getattr(old, key), getattr(new, key)) for name, key in COMPARED]
        late = queries.late_entries(self.project, then, self.today)
        return shown, {
            "then": then,
            "differences": [(name, was, now, now - was) for name, was, now in rows],
            "late": late,
            "late_page": Paginator(late, page_size(self.request)).get_page(self.request.GET.get("page")),
        }

    def newest(self) -> list[Any]:
        rows = self.project.vouchers.filter(visible(self.actor))
        ids = rows.order_by("-paid_on", "-pk").values_list("pk", flat=True)[:NEWEST]
        return read(rows.filter(pk__in=list(ids)))

    def why_budget(self, budgets: list[Budget]) -> str:
        """Why no budget can be filled in now."""
        issued = bool(queries.money_issued(self.project))
        return next((found.message for found in rules.check_budget_stage(self.project.stage, issued=issued)), "")


def _decimal(part: Fraction | None) -> Decimal | None:
    return None if part is None else Decimal(part.numerator) / Decimal(part.denominator)


COMPARED = (("下达", "allocated"), ("到账", "received"), ("支出", "spent"), ("结余", "left"), ("预算", "budget"))
ACTIONS = (
    Action.RECORD_VOUCHER,
    Action.CONFIRM_RECEIPT,
    Action.EDIT_BUDGET,
    Action.PREPARE_SETTLEMENT,
    Action.APPROVE_SETTLEMENT,
)
