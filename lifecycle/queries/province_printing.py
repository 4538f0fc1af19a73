"""Papers of no one project that are printed, sealed and sent back: which there are for a person, whose, how they stand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Node, User
from accounts.roles import Action
from lifecycle import papers as lifecycle
from papers import Paper, Printable
from performance import papers as performance
from policy.findings import refuse
from projects import access
from projects.models import PrintedPaper
from projects.printed import current, digest_of, footed
from projects.queries import WITH_PHONES, place_prints, place_scans, right_to

Find = Callable[[User, str, date], Printable | None]
State = PrintedPaper.State


def _by_key(papers_of: Callable[[User, date], list[Printable]]) -> Find:
    return lambda reader, key, on: next((one for one in papers_of(reader, on) if one.key == key), None)


# By the first part of a key who knows the paper. The lists (F16-F18) stand above and put themselves in (reports/apps.py).
FINDERS: dict[str, Find] = {
    "F01": _by_key(performance.province_papers),
    "F06": _by_key(performance.province_papers),
    "settings": _by_key(lifecycle.province_papers),
}


def found(reader: User, key: str, on: date) -> Printable | None:
    """The paper of this key as this person may print it on a day."""
    finder = FINDERS.get(key.partition("-")[0])
    return finder(reader, key, on) if finder else None


def place_of(reader: User, one: Printable) -> Node | None:
    """Whose paper it is: of the one area that takes in all this person may see of that form. One statement."""
    return access.area_of(reader, right_to(one.form))


def offered(place: Node, reader: User, on: date, keys: Iterable[str]) -> dict[str, Printable]:
    """Of these papers those this person may print; one of a day gone by as of the day it was registered."""
    known = {}
    for key in keys:
        one = found(reader, key, on)
        if one is None or one.key != key:
            one = _earlier(place, reader, key)
        if one is not None:
            known[key] = one
    return known


def _earlier(place: Node, reader: User, key: str) -> Printable | None:
    printed = place.prints.filter(key=key).first()
    one = found(reader, key, printed.registered_on) if printed else None
    return one if one is not None and one.key == key else None


def holds(printed: PrintedPaper, one: Printable, reader: User) -> bool:
    """Whether it is still what its form says: today, or to this person or to who registered it as of that day."""
    if printed.digest == digest_of(one.build()):
        return True
    return any(as_registered(printed, person) is not None for person in (reader, printed.registered_by))


def as_registered(printed: PrintedPaper, reader: User) -> Paper | None:
    """The paper as it was registered, if it still says that to this person."""
    one = found(reader, printed.key, printed.registered_on)
    paper = one.build() if one is not None and one.key == printed.key else None
    return paper if paper is not None and digest_of(paper) == printed.digest else None


def reprint(printed: PrintedPaper, reader: User) -> Paper:
    """Once more, with its code. Refused where this person prints no such paper of that place, or it changed."""
    if printed.state == State.VOID:
        refuse("void", f"{printed}已作废（{printed.void_why}），不能再打印。请在“报表打印”重新登记并打印。")
    area = access.area_of(reader, right_to(printed.form))
    if area is None or area.pk != printed.place_id:
        refuse("area", f"{printed}是{printed.organisation_name}的打印件，由该地区打印；盖章件回传后可以下载扫描件。")
    if printed.form in WITH_PHONES and not access.may(reader, Action.CHASE_RETURNS):
        refuse("phones", f"{printed}有联系人全号，由负责催报的岗位打印。")
    paper = as_registered(printed, reader)
    if paper is None:
        refuse("changed", f"{printed}登记后内容已有变化，不能按原校验码再打印。请在“报表打印”重新登记并打印。")
    return footed(paper, printed)


@dataclass(frozen=True, slots=True)
class Held:
    """The print in force of a paper. `stale`: it says something else by now."""

    printed: PrintedPaper
    stale: bool


def in_force(reader: User, papers: Sequence[Printable]) -> dict[str, Held]:
    """By key. One statement, and one for each right; a paper is laid out only where a print of it has to be compared."""
    areas = {right: access.area_of(reader, right) for right in {right_to(one.form) for one in papers}}
    wanted = Q(pk__in=[])
    for right, area in areas.items():
        if area is not None:
            wanted |= Q(place=area, key__in=[one.key for one in papers if right_to(one.form) == right])
    rows = PrintedPaper.objects.filter(wanted).exclude(state=State.VOID).select_related("registered_by")
    known = {one.key: one for one in rows}
    return {one.key: Held(known[one.key], not holds(known[one.key], one, reader)) for one in papers if one.key in known}


def footed_of(reader: User, one: Printable) -> Paper:
    """With the code of its registered print where that says the same, if need be as it was registered; else a preview."""
    paper, printed = one.build(), current(place_of(reader, one), one.key)
    if printed is not None and printed.digest != digest_of(paper):
        paper = as_registered(printed, reader) or paper
    return footed(paper, printed)


def prints_told(reader: User) -> QuerySet[PrintedPaper]:
    """Every print of places in reach, the newest first, with whether a later version has replaced it."""
    later = PrintedPaper.objects.filter(place=OuterRef("place"), key=OuterRef("key"), version__gt=OuterRef("version"))
    return place_prints(reader).annotate(replaced=Exists(later))


def scans_among(reader: User, prints: Iterable[PrintedPaper]) -> set[int]:
    """Which of these scans this person may open. One statement."""
    wanted = [one.scan_id for one in prints if one.scan_id]
    return set(place_scans(reader).filter(pk__in=wanted).values_list("pk", flat=True))
