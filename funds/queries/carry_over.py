"""结转: unspent money by the year it was issued in. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from funds.models import Voucher
from funds.queries.pools import SOURCE_NAMES, came_by_year, pools_of, signed, spent_of
from funds.rules import YearMoney, by_age, check_age, due_on, years_carried
from funds.rules.carry_over import YEAR_END, warned
from policy.findings import Finding
from policy.loader import configured
from policy.money import ZERO
from policy.terms import Stage, VoucherState
from projects.fields import MoneyField, money
from projects.models import Project
from projects.together import Answer, Together

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


@dataclass(frozen=True, slots=True)
class AskedAges:
    """What was allocated by project, source and budget year, and recognised by project and source, up to a day."""

    came: Answer
    spent: Answer


def ages_of(projects: Iterable[Project], on: date, known: date | None = None) -> list[AgeRow]:
    """Every year and source of which something is left at the end of a day, as known on another. One statement."""
    found = {project.pk: project for project in projects}
    asked = asked_ages(Together(), Q(project__in=list(found)), on, known=known)
    return ages_from(asked, found, on) if found else []


def asked_ages(read: Together, within: Q, on: date, known: date | None = None) -> AskedAges:
    """`within`: on rows about a project. `known`: as posted by that day; left open it is today."""
    came = signed(within).filter(document__dated_on__lte=on).order_by().values("project_id", "source", "fund_year")
    paid = Voucher.objects.filter(within, state=VoucherState.RECOGNISED, paid_on__lte=on).order_by()
    if known:
        came, paid = came.filter(document__approved_on__lte=known), paid.filter(judged_on__lte=known)
    spent = paid.values("project_id", "source").annotate(
        paid=Sum("amount", filter=Q(reverses=None)), back=Sum("amount", filter=Q(reverses__isnull=False))
    )
    came = came.annotate(effects=Sum("effect"))
    return AskedAges(
        read.ask(came, "project_id", "source", "fund_year", "effects"),
        read.ask(spent, "project_id", "source", "paid", "back"),
    )


def ending(within: Q, on: date, until: date) -> QuerySet[Any]:
    """By project and source, where money is unspent whose clock ends by a day; the oldest money goes first."""
    old = signed(within).filter(document__dated_on__lte=on, fund_year__lte=_last_year(until))
    paid = Voucher.objects.filter(
        project=OuterRef("project_id"),
        source=OuterRef("document__source"),
        state=VoucherState.RECOGNISED,
        paid_on__lte=on,
    )
    net = Sum(Case(When(reverses=None, then="amount"), default=-F("amount")), output_field=MoneyField())
    spent = Subquery(paid.order_by().values("project").annotate(net=net).values("net"))
    sums = old.order_by().values("project_id", "document__source").annotate(effects=Sum("effect"))
    return sums.filter(effects__gt=Coalesce(spent, money(0), output_field=MoneyField()))


def _last_year(until: date) -> int:
    """The last budget year whose money some edition takes back by that day."""
    least = min((edition.number("carry_over_years") for edition in configured().values()), default=0)
    return until.year - least - (until < date(until.year, *YEAR_END))


def ages_from(asked: AskedAges, projects: Mapping[int, Any], on: date) -> list[AgeRow]:
    came: dict[tuple[int, str], dict[int, Decimal]] = defaultdict(dict)
    for row in asked.came:
        came[row.project_id, row.source][row.fund_year] = row.effects
    spent = {(row.project_id, row.source): (row.paid or ZERO) - (row.back or ZERO) for row in asked.spent}
    order = {pk: place for place, pk in enumerate(projects)}
    sources = list(SOURCE_NAMES)
    found = []
    for pk, source in sorted(
        (key for key in came if key[0] in order), key=lambda key: (order[key[0]], sources.index(key[1]))
    ):
        project = projects[pk]
        found += [
            AgeRow(project, source, money, due_on(project.edition, money.year), years_carried(money.year, on), on)
            for money in by_age(came[pk, source], spent.get((pk, source), ZERO))
            if money.left
        ]
    return found


def carry_over_findings(project: Project, on: date) -> Iterator[Finding]:
    """The take-back clock of one project, for its alerts. Three statements."""
    pools, spent = pools_of([project]), spent_of(project)
    for source in sorted({source for _, source, _ in pools}):
        ages = by_age(came_by_year(pools, project.pk, source), spent.get(source, ZERO))
        yield from check_age(project.edition, source, SOURCE_NAMES[source], ages, on=on)
