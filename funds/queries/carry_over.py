"""结转: unspent money by the year it was issued in. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from funds.models import Voucher
from funds.queries.pools import SOURCE_NAMES, came_by_year, pools_of, signed, spent_of
from funds.rules import YearMoney, by_age, check_age, due_on, years_carried
from funds.rules.carry_over import warned
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import Stage, VoucherState
from projects.models import Project

CLOSED = frozenset({Stage.SETTLED, Stage.TERMINATED})


@dataclass(frozen=True, slots=True)
class AgeRow:
    """What one project has left of one source and year on a day, and until when."""

    project: Project
    source: str
    money: YearMoney
    due_on: date
    carried: int
    on: date

    @property
    def source_name(self) -> str:
        return SOURCE_NAMES[self.source]

    @property
    def closed(self) -> bool:
        """Settled: what is left is claimed back by the settlement."""
        return self.project.stage in CLOSED

    @property
    def early(self) -> int:
        """Days left from which the edition first warns of the take-back."""
        return warned(self.project.edition)[0]

    @property
    def soon(self) -> int:
        """Days left from which it presses."""
        return warned(self.project.edition)[1]

    @property
    def overdue(self) -> bool:
        return self.on > self.due_on


def ages_of(projects: Iterable[Project], on: date) -> list[AgeRow]:
    """Every year and source of which something is left at the end of a day. Two statements."""
    projects = list(projects)
    came: dict[tuple[int, str], dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in signed(projects).filter(document__dated_on__lte=on):
        came[row.project_id, row.source][row.fund_year] += row.effect  # type: ignore[attr-defined]
    spent, found = _spent(projects, on), []
    for project in projects:
        for source in SOURCE_NAMES:
            ages = by_age(came.get((project.pk, source), {}), spent.get((project.pk, source), ZERO))
            found += [
                AgeRow(project, source, money, due_on(project.edition, money.year), years_carried(money.year, on), on)
                for money in ages
                if money.left
            ]
    return found


def _spent(projects: Iterable[Project], on: date) -> dict[tuple[int, str], Decimal]:
    """(project, source) → recognised by business date, reversals taken off."""
    rows = Voucher.objects.filter(project__in=projects, state=VoucherState.RECOGNISED, paid_on__lte=on).order_by()
    totals = rows.values_list("project", "source").annotate(
        paid=Sum("amount", filter=Q(reverses=None)), back=Sum("amount", filter=Q(reverses__isnull=False))
    )
    return {(project, source): (paid or ZERO) - (back or ZERO) for project, source, paid, back in totals}


def carry_over_findings(project: Project, on: date) -> Iterator[Finding]:
    """The take-back clock of one project, for its alerts. Three statements."""
    pools, spent = pools_of([project]), spent_of(project)
    for source in sorted({source for _, source, _ in pools}):
        ages = by_age(came_by_year(pools, project.pk, source), spent.get(source, ZERO))
        yield from check_age(project.edition, source, SOURCE_NAMES[source], ages, on=on)
