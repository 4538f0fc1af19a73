"""打印与回传: every form of a project this reader may print, with its current print and whether that is still true."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import people_who_may
from accounts.roles import Action
from funds import papers as funds
from lifecycle import papers as lifecycle
from papers import Paper, Printable
from performance import papers as performance
from projects import access
from projects.models import Attachment, PrintedPaper, Project
from projects.printed import digest_of, footed
from projects.printing import ABOUT
from projects.queries import files_for

SOURCES = (performance.papers_of, funds.papers_of, lifecycle.papers_of)
GROUPS = {
    "绩效目标和监控": ("F01", "F02", "F03", "F04", "F09"),
    "绩效自评": ("F05", "F06"),
    "资金": ("F07", "F08"),
    "验收和评价": ("F10", "F11"),
    "整改和称号": ("F12", "F13", "F14", "F15", "receipt"),
    "联合决定": ("会签稿",),
    "汇总": ("F16", "F17", "F18"),
}
OTHERS = "其他"
PLACES = (*GROUPS, OTHERS)
State = PrintedPaper.State


@dataclass(frozen=True, slots=True)
class Row:
    """`stale`: the form says something else since its print was registered."""

    key: str
    label: str
    group: str
    dated_on: date | None
    draft: bool
    printed: PrintedPaper | None
    scan: Attachment | None
    stale: bool = False

    @property
    def state(self) -> str:
        if self.printed is None:
            return "new"
        return "stale" if self.stale else str(self.printed.state)

    @property
    def state_label(self) -> str:
        return STATES[self.state]


STATES = {"new": "未登记", "printed": "待盖章", "returned": "已回传", "stale": "已有新内容，请重新打印"}


def printables(project: Project, reader: User, on: date) -> list[Printable]:
    """By group, then as the apps give them. Each app asks for what its own forms need, once."""
    found = [one for papers_of in SOURCES for one in papers_of(project, reader, on)]
    return sorted(found, key=lambda one: PLACES.index(group_of(one.form)))


def group_of(form: str) -> str:
    return next((name for name, forms in GROUPS.items() if form in forms), OTHERS)


def offered(project: Project, reader: User, on: date, keys: Iterable[str]) -> dict[str, Printable]:
    """Of these forms the ones this reader may print; one "as of" a day gone by is asked for as of its registration."""
    wanted = set(keys)
    found = {one.key: one for one in printables(project, reader, on) if one.key in wanted}
    gone = project.prints.filter(key__in=wanted - found.keys()) if wanted - found.keys() else project.prints.none()
    for day in sorted(set(gone.values_list("registered_on", flat=True))):
        earlier = printables(project, reader, day)
        found |= {one.key: one for one in earlier if one.key in wanted and one.key not in found}
    return found


def unit_has(project: Project, keys: Iterable[str], on: date) -> frozenset[str]:
    """Which of these forms the unit itself may print: what was not served on it is none of its own."""
    people = (one for one in people_who_may(Action.VIEW_PRINTS, project.organisation, on) if access.is_unit(one))
    person = next(people, None)
    return frozenset(offered(project, person, on, keys)) if person else frozenset()


def prints_told(project: Project, reader: User, found: list[Printable]) -> QuerySet[PrintedPaper]:
    """Registered prints of the forms this reader has, and of those that were open to such a reader."""
    once = Q(for_unit=True) if access.is_unit(reader) else Q(for_offices=True)
    rows = project.prints.filter(Q(key__in=[one.key for one in found]) | once)
    return rows.select_related("scan", "registered_by", "returned_by", "void_by")


def rows_of(project: Project, reader: User, found: list[Printable], on: date) -> list[Row]:
    """By group. A form is laid out only where a print of it has to be compared."""
    told = prints_told(project, reader, found).exclude(state=State.VOID)
    known = {one.key: one for one in told}
    scans = files_for(reader, project).filter(about=ABOUT).in_bulk() if known else {}
    rows = []
    for one in found:
        printed = known.pop(one.key, None)
        stale = printed is not None and not still_says(project, printed, one, on)
        scan = scans.get(printed.scan_id) if printed else None
        rows.append(Row(one.key, one.label, group_of(one.form), one.dated_on, one.draft, printed, scan, stale))
    for key, printed in known.items():
        label = f"{printed.title}（截至 {printed.dated_on}）" if printed.dated_on else printed.title
        scan = scans.get(printed.scan_id)
        stale = printed.changed_on is not None
        rows.append(Row(key, label, group_of(printed.form), printed.dated_on, printed.draft, printed, scan, stale))
    return sorted(rows, key=lambda row: PLACES.index(row.group))


def void_prints(project: Project, reader: User, found: list[Printable]) -> list[tuple[PrintedPaper, Attachment | None]]:
    """Former prints, the newest first."""
    rows = list(prints_told(project, reader, found).filter(state=State.VOID))
    scans = files_for(reader, project).filter(about=ABOUT).in_bulk() if rows else {}
    return [(one, scans.get(one.scan_id)) for one in rows]


def still_says(project: Project, printed: PrintedPaper, one: Printable, on: date) -> bool:
    """Some forms show one reader more than another: what counts is what who registered it would print."""
    return printed.digest == digest_of(one.build()) or bool(_again(project, printed.registered_by, printed, one, on))


def _again(project: Project, person: User, printed: PrintedPaper, one: Printable, on: date) -> Paper | None:
    """As registered, if it still says that; a form without a date of its own names the day it is printed on."""
    day = on if one.dated_on else printed.registered_on
    same = (other.build() for other in printables(project, person, day) if other.key == one.key)
    return next((paper for paper in same if digest_of(paper) == printed.digest), None)


def built(project: Project, reader: User, found: Iterable[Printable], on: date) -> list[tuple[Printable, Paper]]:
    """Each with the footer it may bear; where it holds no more than its day of print against it, as registered."""
    chosen = list(found)
    current = project.prints.exclude(state=State.VOID).filter(key__in=[one.key for one in chosen])
    known = {one.key: one for one in current} if chosen else {}
    return [(one, as_printed(project, reader, one, known.get(one.key), on)) for one in chosen]


def as_printed(project: Project, reader: User, one: Printable, printed: PrintedPaper | None, on: date) -> Paper:
    """`printed`: its print in force."""
    paper = one.build()
    if printed and one.dated_on is None and printed.digest != digest_of(paper):
        paper = _again(project, reader, printed, one, on) or paper
    return footed(paper, printed)
