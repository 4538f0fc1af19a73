"""三方对账: the lists that stand, the payments of the period, what is paired and what is not. Constant statements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from funds.importing.words import category_of
from funds.ledger import ISSUED_SOURCES
from funds.models import Explanation, Statement, StatementRow, Voucher
from funds.rules.reconciliation import MATCHED, SYSTEM, Elsewhere, Line, Pair, Sums, key_of, pair, plain_number, sums_of
from policy.terms import Kind, VoucherState
from projects.models import Project

# A payment that was made stays in the books of the unit, whatever finance says of it; a 冲销 counts once 认定.
MADE = (VoucherState.SUBMITTED, VoucherState.QUESTIONED, VoucherState.DISALLOWED, VoucherState.RECOGNISED)
COUNTED = Q(reverses=None, state__in=MADE) | Q(reverses__isnull=False, state=VoucherState.RECOGNISED)


def statements_of(project: Project) -> QuerySet[Statement]:
    """The lists that stand, newest period first, with `count` and `total`."""
    rows = project.statements.filter(superseded=False).select_related("uploaded_by")
    return rows.annotate(count=Count("rows"), total=Sum("rows__amount")).order_by("-period_from", "-period_to", "side")


def periods_of(project: Project) -> list[tuple[date, date]]:
    rows = project.statements.filter(superseded=False).order_by("-period_to", "-period_from")
    return list(dict.fromkeys(rows.values_list("period_from", "period_to")))


def _vouchers(project: Project) -> QuerySet[Voucher]:
    return project.vouchers.filter(COUNTED).order_by("pk")


def _system(project: Project, start: date, end: date) -> Iterator[Line]:
    """Payments handed in, whatever their verdict; 冲销 negative."""
    names = {item.code: item.name for item in project.edition.categories}
    for row in _vouchers(project).filter(paid_on__range=(start, end)):
        fiscal, name = row.source in ISSUED_SOURCES, names.get(row.category, "")
        yield Line(SYSTEM, row.pk, row.number, row.paid_on, row.signed_amount, row.payee, row.abstract, fiscal, name)


def _rows(project: Project, start: date, end: date) -> QuerySet[StatementRow]:
    rows = StatementRow.objects.filter(
        statement__project=project, statement__superseded=False, statement__period_from=start, statement__period_to=end
    )
    return rows.select_related("statement").order_by("statement_id", "line")


def _elsewhere(project: Project, start: date, end: date) -> Elsewhere:
    """Where a side has a voucher outside the period, by number and amount."""
    found: dict[tuple[str, str, object], date] = {}
    for row in _vouchers(project).exclude(paid_on__range=(start, end)).only("number", "amount", "reverses", "paid_on"):
        found[SYSTEM, plain_number(row.number), row.signed_amount] = row.paid_on
    rows = StatementRow.objects.filter(statement__project=project, statement__superseded=False)
    for side, number, amount, on in rows.exclude(paid_on__range=(start, end)).values_list(
        "statement__side", "number", "amount", "paid_on"
    ):
        found[side, plain_number(number), amount] = on
    return found  # type: ignore[return-value]


def pairs_of(project: Project, start: date, end: date) -> list[Pair]:
    rows = list(_rows(project, start, end))
    categories = project.edition.categories_for(Kind(project.kind))
    names = {item.code: item.name for item in categories} | {"": ""}
    said = {text: names[category_of(text, categories).code] for text in {row.category for row in rows}}
    lines = [
        Line(row.statement.side, row.pk, row.number, row.paid_on, row.amount, row.payee, row.abstract,
             category=said[row.category])
        for row in rows
    ]  # fmt: skip
    sides = {SYSTEM, *(row.statement.side for row in rows)}
    return pair([*lines, *_system(project, start, end)], sides=sides, elsewhere=_elsewhere(project, start, end))


@dataclass(frozen=True, slots=True)
class Difference:
    pair: Pair
    key: str
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One period. `present`: the sides whose list is there."""

    start: date
    end: date
    present: frozenset[str]
    differences: tuple[Difference, ...]
    sums: Sums


def reconcile(project: Project, start: date, end: date) -> Reconciled:
    """Five statements, however long the lists are."""
    pairs = pairs_of(project, start, end)
    standing = {
        row.key: row for row in Explanation.objects.filter(project=project, withdrawn_on=None).select_related("by")
    }
    different = [(one, key_of(one, start, end)) for one in pairs if one.kind != MATCHED]
    differences = tuple(Difference(one, key, standing.get(key)) for one, key in different)
    sides = project.statements.filter(superseded=False, period_from=start, period_to=end).values_list("side", flat=True)
    sums = sums_of(pairs, [one.pair for one in differences if one.explanation])
    return Reconciled(start, end, frozenset(sides), differences, sums)
