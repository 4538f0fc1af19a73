"""问题资金: what was found, what became of it, what is still open. Lists cost the same few statements at any length."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.persons import as_hand
from accounts.roles import Action, Role
from funds.models import ABOUT_FOUND_MONEY, AuditFinding, FoundMoney, FoundMoneyEntry, Repayment, Voucher
from funds.queries.as_of import Moment
from funds.queries.found_past import entries_of, found_then, state_then, stood, sums_at, with_others
from funds.queries.people import organisations_of
from funds.rules.found_money import Standing, by_age, check_second
from policy.edition import Edition
from policy.money import ZERO
from policy.spelling import number_key
from policy.terms import FoundMoneyMove, VoucherState
from projects import access
from projects.models import Attachment, Project

DISALLOWED = "不认定支出"
COLUMNS = ("found", "proved", "recovered", "written_off", "left")
WAITING = Sum("entries__amount", filter=Q(entries__state=FoundMoneyEntry.State.RECORDED))


def open_found_money(project: Project) -> Decimal:
    """未整改余额 of a project; acceptance waits until there is none."""
    return FoundMoney.objects.filter(project=project).aggregate(total=Sum("left"))["total"] or ZERO


def open_found_money_at(project: Project, at: Moment) -> Decimal:
    """The same as of a day, as known at another: 补证, 追回 and 核销 count once they are confirmed. Two statements."""
    return sums_at(FoundMoney.objects.filter(project=project), at).left


def spoken_of(voucher: Voucher) -> str:
    """Which records stand on this payment, "" where none does; a draft of an audit is nobody's business yet."""
    sent = AuditFinding.objects.filter(voucher=voucher).exclude(state=AuditFinding.State.DRAFT)
    said = [("问题资金", FoundMoney.objects.filter(voucher=voucher)), ("已送达的审计发现", sent)]
    return "、".join(words for words, rows in said if rows.exists())


def slip_of(project: Project, number: str) -> str:
    """Who has recorded this 缴款书 for the project, as 缴回 or as 追回, unless it was returned; "" where nobody."""
    key = number_key(number)
    repaid = Repayment.objects.filter(claw_back__project=project, number_key=key).exclude(
        state=Repayment.State.RETURNED
    )
    entries = FoundMoneyEntry.objects.filter(found_money__project=project, move=FoundMoneyMove.RECOVERED)
    recovered = entries.filter(number_key=key).exclude(state=FoundMoneyEntry.State.RETURNED)
    for rows, word in ((repaid, "缴回"), (recovered, "追回")):
        if key and (twin := rows.select_related("recorded_by").first()):
            return f"{twin.recorded_by}作为{word}"
    return ""


def standing_of(row: FoundMoney) -> Standing:
    recorded = row.entries.filter(state=FoundMoneyEntry.State.RECORDED)
    waiting = recorded.aggregate(total=Sum("amount"))["total"] or ZERO
    return Standing(row.found, row.left, waiting, row.found_on)


@dataclass(frozen=True, slots=True)
class Sums:
    """The ledger's columns added up; they balance because every row does."""

    found: Decimal = ZERO
    proved: Decimal = ZERO
    recovered: Decimal = ZERO
    written_off: Decimal = ZERO
    left: Decimal = ZERO

    @property
    def balances(self) -> bool:
        return self.found == self.proved + self.recovered + self.written_off + self.left


def sums_of(rows: Iterable[FoundMoney]) -> Sums:
    rows = list(rows)
    return Sums(*(sum((getattr(row, name) for row in rows), ZERO) for name in COLUMNS))


@dataclass(frozen=True, slots=True)
class Line:
    """One row as pages show it. `due_on`: of its finding, else the edition's days after it was found. `exact`: False on
    a past day where 查出 may have been less, which nothing tells.
    """

    row: FoundMoney
    kind: str
    waiting: Decimal
    due_on: date
    overdue: bool
    exact: bool = True
    entries: list[tuple[FoundMoneyEntry, list[Attachment]]] = field(default_factory=list)

    @property
    def open(self) -> Decimal:
        return self.row.left - self.waiting


def due_of(row: FoundMoney) -> date:
    return due_by(row.finding.due_on if row.finding else None, row.found_on, row.project.edition)


def due_by(finding_due_on: date | None, found_on: date, edition: Edition) -> date:
    """As the finding says; what was found without an audit has the term of the edition."""
    return finding_due_on or found_on + timedelta(days=edition.number("finding_days"))


def _lines(rows: QuerySet[FoundMoney], on: date, at: Moment | None = None) -> list[Line]:
    names: dict[str, dict[str, str]] = {}
    lines = []
    rows = rows.select_related("project__organisation", "voucher", "finding__case", "found_by")
    found: Iterable[Any] = _stood(rows, at) if at else rows.annotate(waiting=WAITING)
    for row in found:
        code = row.project.edition_code
        if code not in names:
            names[code] = {one.code: one.name for one in row.project.edition.finding_kinds}
        due, waiting = due_of(row), row.waiting or ZERO
        late = bool(row.left) and due < (at.on if at else on)
        exact = getattr(row, "exact", True)
        lines.append(Line(row, names[code].get(row.kind, DISALLOWED), waiting, due, late, exact))
    return lines


def _stood(rows: QuerySet[FoundMoney], at: Moment) -> list[FoundMoney]:
    """The rows with their columns as they stood; for reading, never to be saved. Two statements."""
    kept = list(with_others(rows.filter(found_then(at))))
    columns_of = stood(kept, entries_of(kept), at)
    for row in kept:
        columns = columns_of[row.pk]
        for name in (*COLUMNS, "waiting", "exact"):
            setattr(row, name, getattr(columns, name))
    return kept


def lines_of(project: Project, on: date, at: Moment | None = None) -> list[Line]:
    """Of one project, each with its entries and their papers. Three statements; of a past day four."""
    lines = _lines(FoundMoney.objects.filter(project=project), on, at)
    entries = FoundMoneyEntry.objects.filter(found_money__project=project)
    entries = entries.select_related("recorded_by", "confirmed_by").order_by("pk")
    papers: dict[int, list[Attachment]] = {}
    for file in project.attachments.filter(about=ABOUT_FOUND_MONEY).select_related("uploaded_by").order_by("pk"):
        papers.setdefault(file.about_id, []).append(file)
    by_row = {line.row.pk: line.entries for line in lines}
    rows = {line.row.pk: line.row for line in lines}
    for entry in entries:
        if entry.found_money_id not in rows or (at and not (entry.on <= at.on and entry.recorded_on <= at.known)):
            continue
        if at and entry.state != state_then(entry, at):
            entry.state, entry.confirmed_by, entry.confirmed_on = state_then(entry, at), None, None
        entry.found_money = rows[entry.found_money_id]
        by_row[entry.found_money_id].append((entry, papers.get(entry.pk, [])))
    return lines


def all_lines(user: User, asked: dict[str, Any], on: date, at: Moment | None = None) -> list[Line]:
    """Of every project in reach, oldest first; one statement, of a past day two."""
    state = asked.get("state")
    rows = rows_for(user, asked)
    if state and at is None:
        rows = rows.filter(left__gt=0) if state in {"open", "overdue"} else rows.filter(left=0)
    lines = _lines(rows, on, at)
    if state in {"open", "done"} and at:
        lines = [line for line in lines if bool(line.row.left) == (state == "open")]
    return [line for line in lines if line.overdue] if state == "overdue" else lines


def rows_for(user: User, asked: dict[str, Any]) -> QuerySet[FoundMoney]:
    """Those in reach that meet what was asked of the project and of the kind."""
    reached = access.projects_for(user, Action.VIEW_FOUND_MONEY)
    if words := asked.get("q"):
        reached = reached.filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    rows = FoundMoney.objects.filter(project__in=reached.values("pk"))
    if kind := asked.get("kind"):
        rows = rows.filter(kind=kind)
    return rows


def ages_of(lines: Iterable[Line], on: date) -> list[tuple[str, int, Decimal]]:
    """The open amounts by age; the bands are those of the edition of the first row."""
    lines = list(lines)
    if not lines:
        return []
    edition = lines[0].row.project.edition
    return by_age([(line.row.found_on, line.row.left) for line in lines], edition=edition, on=on)


def overdue_count(project: Project, on: date) -> int:
    rows = FoundMoney.objects.filter(project=project, left__gt=0).select_related("finding", "project")
    return sum(due_of(row) < on for row in rows)


def entry_of(project: Project) -> QuerySet[FoundMoneyEntry]:
    rows = FoundMoneyEntry.objects.filter(found_money__project=project)
    return rows.select_related(
        "recorded_by", "found_money__project", "found_money__voucher", "found_money__finding", "found_money__found_by"
    )


def moves_for(user: User) -> list[FoundMoneyMove]:
    """What this person may record: the unit proves and pays back, finance writes off."""
    if access.is_unit(user):
        return [FoundMoneyMove.PROVED, FoundMoneyMove.RECOVERED]
    return [FoundMoneyMove.WRITTEN_OFF]


def finders_of(row: FoundMoney) -> set[int]:
    """Who found it wrong: gave the 不认定, recorded the finding, or sent it (SD1)."""
    people: set[int | None] = {row.found_by_id}
    if row.voucher and row.voucher.state == VoucherState.DISALLOWED:
        people.add(row.voucher.judged_by_id)
    if row.finding:
        people.add(row.finding.recorded_by_id)
    return {person for person in people if person}


def second_facts(entry: FoundMoneyEntry, actor: User, on: date) -> dict[str, Any]:
    """What decides whether this person may confirm or return an entry (`rules.check_second`). One statement."""
    return _second(entry, actor, organisations_of([entry.recorded_by_id], on))


def why_not_second(lines: Iterable[Line], actor: User, on: date) -> dict[int, str]:
    """Of each entry that waits and that this person may neither confirm nor return: why. One statement.

    What another post decides is left out: he has nothing to do with it.
    """
    waiting = [entry for line in lines for entry, _ in line.entries if entry.state == FoundMoneyEntry.State.RECORDED]
    houses = organisations_of((entry.recorded_by_id for entry in waiting), on)
    found: dict[int, str] = {}
    for entry in waiting:
        findings = list(check_second(**_second(entry, actor, houses)))
        if findings:
            said = f"{findings[0].message}（{findings[0].clause}）"
            found[entry.pk] = "" if any(one.code == "level" for one in findings) else said
    return found


def _second(entry: FoundMoneyEntry, actor: User, houses: dict[int, set[int]]) -> dict[str, Any]:
    """A 核销 goes from an officer of the finance line to its head, who may sit in one office; there SD3 keeps out the unit."""
    row, sides = entry.found_money, {entry.found_money.project.organisation_id}
    if entry.move != FoundMoneyMove.WRITTEN_OFF:
        sides |= houses.get(entry.recorded_by_id, set())
    own = {held.organisation_id for held in actor.live_memberships}
    return {
        "state": entry.state,
        "move": entry.move,
        "recorder": as_hand(actor, entry.recorded_by_id),
        "actor": actor.pk,
        "leader": Role.PFL in actor.roles,
        "officer": bool(actor.roles & {Role.CF, Role.PF}),
        "finders": {as_hand(actor, pk) for pk in finders_of(row)},
        "own_side": bool(own & sides),
    }
