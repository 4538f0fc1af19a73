"""The papers of a project's money that people print: 收支情况表 (F07), 支出明细表 (F08), as of a day."""

from collections.abc import Callable
from datetime import date
from functools import partial

from accounts.models import User
from accounts.roles import Action
from funds import f07, f08
from funds.f07 import Came, Heading
from funds.f08 import Entry
from funds.ledger import Quarter, quarter_of
from funds.models import Income
from funds.queries import columns_of, ledger_as_of
from funds.queries.as_of import Moment
from funds.queries.form_rows import SOURCES, Inflow, Paid, inflows_of, payments_at, sums_of
from funds.queries.pages import all_names_of
from papers import Paper, Printable
from policy.terms import Source
from projects import access
from projects.models import Project
from projects.queries import unit_on

QUARTERS = 4  # how many past quarter ends are offered beside today
PAYMENTS = "spending:view payments and batches"
INCOMES = {
    Income.Kind.OWN.value: SOURCES[Source.OWN],
    Income.Kind.INTEREST.value: str(Income.Kind.INTEREST.label),
    Income.Kind.OTHER.value: str(Income.Kind.OTHER.label),
}


def papers_of(project: Project, reader: User, on: date) -> list[Printable]:
    """What this person may print of the money, as of today and of the last quarter ends. No statement.

    What was posted late shows in the form of a past day, so that its former print is told to be stale.
    """
    if not access.allows(reader, project, Action.VIEW_SPENDING):
        return []
    days = [on, *_quarter_ends(project, on)]
    found = [_printable("F07", f07.TITLE, day, on, partial(income_and_spending, project, day, on)) for day in days]
    if access.allows(reader, project, PAYMENTS):
        found += [
            _printable("F08", f08.TITLE, day, on, partial(list_of_payments, project, reader, day, on)) for day in days
        ]
    return found


def _quarter_ends(project: Project, on: date) -> list[date]:
    """The last ends of a quarter before today, none before the project was awarded."""
    first, quarter, found = project.awarded_on or on, quarter_of(on), list[date]()
    while len(found) < QUARTERS:
        quarter = Quarter(quarter.year, quarter.number - 1) if quarter.number > 1 else Quarter(quarter.year - 1, 4)
        if quarter.end_on < first:
            break
        found.append(quarter.end_on)
    return found


def _printable(form: str, title: str, day: date, on: date, build: Callable[[], Paper]) -> Printable:
    label = f"{title}（截至 {day}{'，今天' if day == on else ''}）"
    return Printable(f"{form}-{day:%Y%m%d}", form, label, day, False, build)


def income_and_spending(
    project: Project, on: date, known: date, period: tuple[date, date] | None = None, *, told: bool = False
) -> Paper:
    """F07 as of `on`, as known at `known`; `told`: the form says so. Seventeen statements at most."""
    at = Moment(on, known)
    start, end = period or (quarter_of(on).start_on, on)
    came = [Came(_kind(one), one.paper, one.on, one.amount, one.note) for one in inflows_of(project, at)]
    head = _heading(project, at, (start, end), told=told)
    ledger = ledger_as_of(project, on=on, known=known)
    return f07.layout(head, came, ledger, columns_of(project, at, start, end), all_names_of(project))


def list_of_payments(project: Project, reader: User, on: date, known: date, *, told: bool = False) -> Paper:
    """F08 as of `on`, as known at `known`; whoever gives it out asks projects.exports.check_paper. Five statements."""
    at = Moment(on, known)
    rows = payments_at(project, at, reader)
    counted, aside = sums_of(rows)
    told_aside = [(how, count, amount) for how, (count, amount) in aside.items()]
    head = _heading(project, at, (quarter_of(on).start_on, on), told=told)
    return f08.layout(head, [_entry(row) for row in rows], counted, told_aside)


def _heading(project: Project, at: Moment, period: tuple[date, date], *, told: bool) -> Heading:
    """Two statements."""
    start, end = project.build_start_on, project.build_end_on
    term = f"{start} 至 {end}" if start and end else "尚未开始"
    if project.extended_months:
        term = f"{term}（已延期 {project.extended_months} 个月）"
    unit = unit_on(project, at.on)
    return Heading(project.name, project.label, unit, term, at.on, *period, at.known if told else None)


def _kind(one: Inflow) -> str:
    return INCOMES.get(one.kind) or SOURCES[one.kind]


def _entry(row: Paid) -> Entry:
    one = row.voucher
    contract = one.contract_number or (one.contract.number if one.contract else "")
    before = (
        str(one.paid_on),
        one.number,
        row.category,
        one.abstract,
        one.payee,
        one.procurement,
        contract,
        one.invoice_number,
    )
    after = ("含税" if one.tax_included else "不含税", SOURCES.get(one.source, one.source), row.assets, str(row.files))
    return Entry(before, one.signed_amount, (*after, row.opinion))
