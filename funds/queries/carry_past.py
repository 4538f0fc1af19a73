"""结转 of a day gone by: what was unspent as known then, beside the same as known today."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from funds.ledger import ISSUED_SOURCES
from funds.queries.as_of import Moment
from funds.queries.carry_over import ages_from, asked_ages
from funds.queries.compared import Compared, Difference, then_of, told_of
from funds.queries.late import Late, late_of
from policy.money import ZERO
from projects.models import Project
from projects.together import Together

CAME, SPENT = "下达", "支出"


def carry_compared(projects: Sequence[Project], at: Moment, today: date, source: str = "") -> Compared:
    """Of all budget years together, of one source or of all. Seven statements, however many projects."""
    then, now = then_of(at, today), Moment(at.on, today)
    if then == now or not projects:
        return Compared(at, then)
    wanted = {source} if source else {str(one) for one in ISSUED_SOURCES}
    late = [one for one in late_of(projects, then, today) if one.figure in {CAME, SPENT} and one.source in wanted]
    was, known = (_sums(projects, one, wanted) for one in (then, now))
    return Compared(at, then, told_of(late, projects), tuple(_differences(was, known, late)))


def _sums(projects: Iterable[Project], at: Moment, sources: Iterable[str]) -> tuple[Decimal, Decimal, Decimal]:
    """下达净额, 已用, 未用. One statement."""
    found = {project.pk: project for project in projects}
    asked = asked_ages(Together(), Q(project__in=list(found)), at.on, known=at.known)
    came = sum((row.effects for row in asked.came if row.source in sources), ZERO)
    spent = sum(((row.paid or ZERO) - (row.back or ZERO) for row in asked.spent if row.source in sources), ZERO)
    rows = ages_from(asked, found, at.on)
    return came, spent, sum((row.money.left for row in rows if row.source in sources), ZERO)


def _differences(
    was: tuple[Decimal, Decimal, Decimal], now: tuple[Decimal, Decimal, Decimal], late: Iterable[Late]
) -> Iterator[Difference]:
    moved = {CAME: ZERO, SPENT: ZERO}
    for one in late:
        moved[one.figure] += one.effect
    came, spent = moved[CAME], moved[SPENT]
    for label, first, last, amount in zip(
        ("下达净额（含已用完的年度）", "已用（含已用完的年度）", "未用"),
        was,
        now,
        (came, spent, came - spent),
        strict=True,
    ):
        yield Difference(label, first, last, amount)
