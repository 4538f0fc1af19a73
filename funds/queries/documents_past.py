"""资金文件, 拨付 and 到账 of a day gone by, as they were known then.

A document happens on its 成文日 and is posted when it is recorded, its money when it is signed; the day it was sent back
stands in the journal alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, QuerySet, Value, When

from accounts.models import Entry, User
from funds.models import ABOUT_DOCUMENT, Allocation, FundDocument, Income, Receipt, Release
from funds.queries.as_of import Moment, ledgers_at
from funds.queries.compared import Compared, Difference, then_of, told_of
from funds.queries.late import Late, late_entries
from funds.queries.money_in import STANDING, Issue, documents_chosen, documents_for
from funds.queries.pools import FUND_YEAR, pool_of
from policy.money import ZERO
from projects import access
from projects.models import Project
from projects.queries import files_for

State = FundDocument.State
GIVEN, CAME = "下达", "到账"
SENT_BACK, RELEASE_BACK = "退回资金文件", "退回拨付"


def _returned(verb: str, projects: Any, at: Moment) -> list[int]:
    """Ids of what was sent back by then, of these projects. One statement."""
    rows = Entry.objects.filter(verb=verb, result="ok", on__lte=at.known, project_id__in=projects)
    return [int(subject.partition(":")[2]) for subject in rows.values_list("subject", flat=True).distinct()]


def documents_at(user: User, asked: Mapping[str, Any], at: Moment) -> QuerySet[FundDocument]:
    """Those that had been recorded, each with `stood`, its state then; `state` asks for that. Two statements."""
    rows = documents_for(user).filter(documents_chosen({**asked, "state": ""}), dated_on__lte=at.on)
    sent_back = Allocation.objects.filter(document__state=State.RETURNED).values("project_id")
    rows = rows.filter(recorded_on__lte=at.known).annotate(
        stood=Case(
            When(approved_on__lte=at.known, then=Value(State.APPROVED)),
            When(pk__in=_returned(SENT_BACK, sent_back, at), then=Value(State.RETURNED)),
            default=Value(State.RECORDED),
            output_field=CharField(),
        )
    )
    wanted = State.APPROVED if access.is_unit(user) else asked.get("state")
    if access.is_unit(user) and asked.get("state") not in ("", None, State.APPROVED):
        return rows.none()
    return rows.filter(stood=wanted) if wanted else rows


def as_stood(rows: Iterable[Any]) -> list[FundDocument]:
    """A page of `documents_at` with the states of the day; for reading, never to be saved."""
    found = list(rows)
    for row in found:
        row.state = row.stood
        if row.stood != State.APPROVED:
            row.approved_on = row.approved_by = None
    return found


def documents_compared(user: User, asked: Mapping[str, Any], at: Moment, today: date) -> Compared:
    """What was signed after the known day, of the projects in reach. Two statements."""
    then, now = then_of(at, today), Moment(at.on, today)
    if then == now:
        return Compared(at, then)
    documents = FundDocument.objects.filter(documents_chosen({**asked, "state": ""}))
    lines = Allocation.objects.filter(
        document__in=documents, document__dated_on__lte=at.on, document__approved_on__lte=today,
        project__in=access.projects_for(user),
    )  # fmt: skip
    rows = list(
        lines.select_related("document", "project").order_by("document__approved_on", "document__dated_on", "pk")
    )
    known = [row for row in rows if _signed(row) <= then.known]
    late = [_late(row) for row in rows if _signed(row) > then.known]
    was, is_now = (sum((row.effect for row in some), ZERO) for some in (known, rows))
    moved = sum((one.effect for one in late), ZERO)
    counts = [str(len({row.document_id for row in some})) for some in (known, rows)]
    changed = (("已签批的资金文件（份）", *counts),) if counts[0] != counts[1] else ()
    told = told_of(late, [row.project for row in rows])
    return Compared(at, then, told, (Difference("下达净额（已签批）", was, is_now, moved),), changed)  # type: ignore[arg-type]


def _signed(row: Allocation) -> date:
    return row.document.approved_on or date.max


def _late(row: Allocation) -> Late:
    document = row.document
    return Late(
        GIVEN, document.number, document.dated_on, _signed(row), document.source, row.effect, project=row.project_id,
        effect=row.effect, note=str(document.get_kind_display()),
    )  # fmt: skip


# Of one project


def issues_at(project: Project, user: User, at: Moment) -> list[Issue]:
    """As `issues_of`: each document's line with the 拨付 and 到账 that were known. Seven statements."""
    rows = project.allocations.filter(document__dated_on__lte=at.on, document__recorded_on__lte=at.known)
    rows = rows.exclude(document__in=_returned(SENT_BACK, [project.pk], at))
    if access.is_unit(user):
        rows = rows.filter(document__approved_on__lte=at.known)
    kept = list(rows.select_related("document").annotate(fund_year=FUND_YEAR).order_by("document__dated_on", "pk"))
    signed = [row for row in kept if _signed(row) <= at.known]
    for row in kept:
        row.document.state = State.APPROVED if row in signed else State.RECORDED
    scans = {scan.about_id: scan for scan in files_for(user, project).filter(about=ABOUT_DOCUMENT)}
    releases, receipts = _releases(project, at), _receipts(project, at)
    got, still = _pools(signed, receipts)
    return [
        Issue(
            row, got.get(row.pk, ZERO), still.get(row.pk, ZERO), scans.get(row.document_id), releases.get(row.pk, []),
            receipts.get(row.pk, []),
        )
        for row in kept
    ]  # fmt: skip


def _pools(rows: Iterable[Any], receipts: Mapping[int, list[Any]]) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Of each allocation what had come in, and what might still."""
    came: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for own in receipts.values():
        for receipt in own:
            came[receipt.allocation_id][receipt.kind] += receipt.effect
    groups: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.document.source, row.fund_year].append(row)
    pools = [pool_of(group, came) for group in groups.values()]
    got = {given.pk: given.got for pool in pools for given in pool.given}
    return got, {pk: left for pool in pools for pk, left in pool.open().items()}


def _releases(project: Project, at: Moment) -> dict[int, list[Any]]:
    rows = Release.objects.filter(project=project, released_on__lte=at.on, recorded_on__lte=at.known)
    back, found = set(_returned(RELEASE_BACK, [project.pk], at)), list(
        rows.select_related("recorded_by", "approved_by", "reverses").order_by("released_on", "pk")
    )  # fmt: skip
    for row in found:
        if row.approved_on is None or row.approved_on > at.known:
            row.state = Release.State.RETURNED if row.pk in back else Release.State.RECORDED
            row.approved_by = row.approved_on = None
            row.return_reason = row.return_reason if row.pk in back else ""
    return _corrected(found, [row for row in found if row.state in STANDING])


def _receipts(project: Project, at: Moment) -> dict[int, list[Any]]:
    rows = Receipt.objects.filter(project=project, received_on__lte=at.on, confirmed_on__lte=at.known)
    found = list(rows.select_related("confirmed_by").order_by("received_on", "pk"))
    return _corrected(found, found)


def _corrected(rows: Iterable[Any], standing: Iterable[Any]) -> dict[int, list[Any]]:
    """By allocation, each with what its corrections took off by then."""
    sums: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    for row in standing:
        sums[row.reverses_id] += row.amount
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        row.corrected = sums.get(row.pk)
        found[row.allocation_id].append(row)
    return found


def money_compared(project: Project, at: Moment, today: date) -> Compared:
    """下达 and 到账 of one project as known then and as known today. Twelve statements."""
    then, now = then_of(at, today), Moment(at.on, today)
    if then == now:
        return Compared(at, then)
    ledgers = ledgers_at([project], [then, now])
    was, known = (ledgers[one][project.pk] for one in (then, now))
    late = [one for one in late_entries(project, then, today) if one.figure in (GIVEN, CAME)]
    differences = tuple(
        Difference(label, getattr(was, name), getattr(known, name), sum((one.effect for one in late if one.figure == label), ZERO))
        for label, name in ((GIVEN, "allocated"), (CAME, "received"))
    )  # fmt: skip
    return Compared(at, then, told_of(late, [project]), differences)


def incomes_at(project: Project, at: Moment) -> list[Income]:
    """Other income and its reversals that were known. One statement."""
    return list(project.incomes.filter(received_on__lte=at.on, recorded_on__lte=at.known))
