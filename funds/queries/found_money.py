"""问题资金: what was found, what became of it, what is still open. Lists cost the same few statements at any length."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.roles import Action
from funds.models import ABOUT_FOUND_MONEY, AuditFinding, FoundMoney, FoundMoneyEntry, Voucher
from funds.rules.found_money import Standing, by_age
from policy.money import ZERO
from policy.terms import FoundMoneyMove
from projects import access
from projects.models import Attachment, Project

DISALLOWED = "不认定支出"
COLUMNS = ("found", "proved", "recovered", "written_off", "left")
WAITING = Sum("entries__amount", filter=Q(entries__state=FoundMoneyEntry.State.RECORDED))


def open_found_money(project: Project) -> Decimal:
    """未整改余额 of a project; acceptance waits until there is none."""
    return FoundMoney.objects.filter(project=project).aggregate(total=Sum("left"))["total"] or ZERO


def spoken_of(voucher: Voucher) -> str:
    """Which records stand on this payment, "" where none does; a draft of an audit is nobody's business yet."""
    sent = AuditFinding.objects.filter(voucher=voucher).exclude(state=AuditFinding.State.DRAFT)
    said = [("问题资金", FoundMoney.objects.filter(voucher=voucher)), ("已送达的审计发现", sent)]
    return "、".join(words for words, rows in said if rows.exists())


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
    """One row as pages show it. `due_on`: of its finding, else the edition's days after it was found."""

    row: FoundMoney
    kind: str
    waiting: Decimal
    due_on: date
    overdue: bool
    entries: list[tuple[FoundMoneyEntry, list[Attachment]]] = field(default_factory=list)

    @property
    def open(self) -> Decimal:
        return self.row.left - self.waiting


def due_of(row: FoundMoney) -> date:
    if row.finding_id and row.finding:
        return row.finding.due_on
    return row.found_on + timedelta(days=row.project.edition.number("finding_days"))


def _lines(rows: QuerySet[FoundMoney], on: date) -> list[Line]:
    names: dict[str, dict[str, str]] = {}
    lines = []
    for row in rows.select_related("project__organisation", "voucher", "finding__case", "found_by").annotate(
        waiting=WAITING
    ):
        code = row.project.edition_code
        if code not in names:
            names[code] = {one.code: one.name for one in row.project.edition.finding_kinds}
        due, waiting = due_of(row), row.waiting or ZERO
        late = bool(row.left) and due < on
        lines.append(Line(row, names[code].get(row.kind, DISALLOWED), waiting, due, late))
    return lines


def lines_of(project: Project, on: date) -> list[Line]:
    """Of one project, each with its entries and their papers. Three statements."""
    lines = _lines(FoundMoney.objects.filter(project=project), on)
    entries = FoundMoneyEntry.objects.filter(found_money__project=project)
    entries = entries.select_related("recorded_by", "confirmed_by").order_by("pk")
    papers: dict[int, list[Attachment]] = {}
    for file in project.attachments.filter(about=ABOUT_FOUND_MONEY).order_by("pk"):
        papers.setdefault(file.about_id, []).append(file)
    by_row = {line.row.pk: line.entries for line in lines}
    for entry in entries:
        by_row[entry.found_money_id].append((entry, papers.get(entry.pk, [])))
    return lines


def all_lines(user: User, asked: dict[str, Any], on: date) -> list[Line]:
    """Of every project in reach, oldest first; one statement."""
    reached = access.projects_for(user, Action.VIEW_FOUND_MONEY)
    if words := asked.get("q"):
        reached = reached.filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    rows = FoundMoney.objects.filter(project__in=reached.values("pk"))
    if kind := asked.get("kind"):
        rows = rows.filter(kind=kind)
    if state := asked.get("state"):
        rows = rows.filter(left__gt=0) if state in {"open", "overdue"} else rows.filter(left=0)
    lines = _lines(rows, on)
    return [line for line in lines if line.overdue] if asked.get("state") == "overdue" else lines


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
    return FoundMoneyEntry.objects.filter(found_money__project=project).select_related("found_money", "recorded_by")


def moves_for(user: User) -> list[FoundMoneyMove]:
    """What this person may record: the unit proves and pays back, finance writes off."""
    if access.is_unit(user):
        return [FoundMoneyMove.PROVED, FoundMoneyMove.RECOVERED]
    return [FoundMoneyMove.WRITTEN_OFF]
