"""Versions of a budget: what stands, what is proposed, how two differ, which quarters its 用款计划 covers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.ledger import ISSUED_SOURCES, Planned, Quarter
from funds.models import Budget, BudgetLine
from funds.queries.pages import SOURCES, categories_of, cells_of
from funds.queries.spending import quarters_between
from funds.rules.budget import CHANGE_STAGES, check_committed, check_plan
from policy.calendar import add_months
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import Source
from projects.decisions import waiting_for
from projects.models import Project
from ui.versions import version_of

State = Budget.State
ABOUT_BUDGET, GROUNDS = "budget", "调剂依据"
CHANGE_KIND = "T13"  # Decision.kind of 批准预算调剂
Cells = Mapping[tuple[str, str], Decimal]


def in_force(project: Project) -> Budget | None:
    return project.budgets.filter(state=State.APPROVED).prefetch_related("items", "plan").first()


def proposed(project: Project) -> Budget | None:
    """The 调剂 that waits for the joint decision."""
    return project.budgets.filter(state=State.PROPOSED).prefetch_related("items", "plan").first()


def committed_of(project: Project) -> dict[tuple[str, str], Decimal]:
    """Reserved and spent by cell."""
    rows = BudgetLine.objects.filter(project=project)
    return {(row.category, row.source): row.reserved + row.spent for row in rows if row.reserved + row.spent}


def plan_of(budget: Budget | None) -> dict[Quarter, Decimal]:
    return {Quarter(row.year, row.quarter): row.amount for row in budget.plan.all()} if budget else {}


def budget_version(budget: Budget | None) -> str:
    """What the budget form shows, as a word that a later save is compared with."""
    if budget is None:
        return version_of(None)
    cells = sorted([*key, str(amount)] for key, amount in cells_of(budget).items())
    plan = [[quarter.year, quarter.number, str(amount)] for quarter, amount in sorted(plan_of(budget).items())]
    return version_of(budget.pk, budget.state, cells, plan)


def plan_quarters(project: Project, budget: Budget | None, on: date) -> list[Quarter]:
    """From the build period, or before it starts a period from today; and every quarter already planned."""
    start = project.build_start_on or on
    end = project.build_end_on or add_months(start, project.edition.number("build_months"))
    return sorted({*quarters_between(start, end), *plan_of(budget)})


def issued_in(cells: Cells) -> Decimal:
    """What a budget means to spend of the money that comes by 资金文件."""
    return sum((amount for (_, source), amount in cells.items() if source in ISSUED_SOURCES), ZERO)


def plan_findings(budget: Budget | None) -> list[Finding]:
    if budget is None:
        return []
    return list(check_plan([Planned(*pair) for pair in plan_of(budget).items()], issued=issued_in(cells_of(budget))))


def change_findings(project: Project) -> list[Finding] | None:
    """What stands in the way of the proposed 调剂 now; None where nothing is proposed."""
    if project.stage not in CHANGE_STAGES:
        return None
    budget = proposed(project)
    if budget is None:
        return None
    return list(check_committed(cells_of(budget), committed_of(project), project.edition))


def change_in_words(project: Project, budget: Budget) -> str:
    """Each cell that moves, for the decision that approves it."""
    rows = diff_of(project, budget.base, budget)
    said = [f"{row.category}（{row.source}）{row.sign}{abs(row.move):,.2f} 元" for row in rows if row.move]
    changed = [f"{row.label}{row.sign}{row.size:,.2f} 元" for row in plan_diff_of(budget.base, budget) if row.move]
    return "；".join([*said, *([f"用款计划 {'、'.join(changed)}"] if changed else [])])


def decision_waits(project: Project) -> bool:
    return waiting_for(project, CHANGE_KIND)


@dataclass(frozen=True, slots=True)
class Beside:
    """One amount in two versions."""

    before: Decimal
    after: Decimal

    @property
    def move(self) -> Decimal:
        return self.after - self.before

    @property
    def sign(self) -> str:
        return "＋" if self.move > 0 else "－" if self.move < 0 else ""

    @property
    def size(self) -> Decimal:
        return abs(self.move)


@dataclass(frozen=True, slots=True)
class Moved(Beside):
    """One cell of two versions side by side."""

    category: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class MovedPlan(Beside):
    """One quarter of two versions side by side."""

    label: str = ""


def plan_diff_of(old: Budget | None, new: Budget | None) -> list[MovedPlan]:
    """Every quarter that either version plans for."""
    before, after = plan_of(old), plan_of(new)
    return [
        MovedPlan(before.get(quarter, ZERO), after.get(quarter, ZERO), quarter.label)
        for quarter in sorted({*before, *after})
    ]


def diff_of(project: Project, old: Budget | None, new: Budget | None) -> list[Moved]:
    """Every cell of either, in the order of the edition."""
    before, after = cells_of(old), cells_of(new)
    found = []
    for category in categories_of(project):
        for source in Source.values:
            cell = (category.code, source)
            if cell in before or cell in after:
                amounts = before.get(cell, ZERO), after.get(cell, ZERO)
                found.append(Moved(*amounts, category.name, SOURCES[source]))
    return found


def version_named(versions: Iterable[Budget], wanted: str) -> Budget | None:
    return next((one for one in versions if str(one.version) == wanted), None)
