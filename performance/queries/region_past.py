"""区域绩效表 of a day gone by: as known then beside the same as known today, and the late entries between."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from accounts.models import User
from funds.queries import Late, Moment, late_of
from funds.queries.compared import Compared, then_of, told_of
from performance.models import RegionSheet, TargetSheet
from performance.queries.region import Region, known_by, region_of, region_projects
from performance.queries.region_told import YEAR_END, decided_of, done_of, is_running
from performance.rules.region import Summed
from policy.money import ZERO
from projects.models import Project

Kind = RegionSheet.Kind
MONEY = ("批复", "下达", "支出", "预算")  # what of the books is in F06; 批复 is how many projects were asked


def region_compared(edition_code: str, kind: str, year: int, user: User, at: Moment, today: date) -> Compared:
    """A constant number of statements, for any number of projects."""
    then, now = then_of(at, today), Moment(at.on, today)
    if then == now:
        return Compared(at, then)
    was, known = (region_of(edition_code, kind, year, user, today, one) for one in (then, now))
    projects = region_projects(edition_code, user, now)
    late = sorted(_late(projects, kind, year, then, today), key=lambda one: (one.posted_on, one.on, one.project))
    return Compared(at, then, told_of(late, projects), changed=tuple(changes(was, known)))


def changes(was: Region, now: Region) -> Iterator[tuple[str, str, str]]:
    """Every figure that is another today: what it is of, as known then, as known today.

    The targets beside the results of F06 are left out: they are those of whoever has reported.
    """
    names = (("完成值", "year"),) if now.kind == Kind.RESULTS else (("实施期指标值", "period"), ("年度指标值", "year"))
    old, new = ({row.key: row for row in one.rows} for one in (was, now))
    for key in dict.fromkeys([*new, *old]):
        first, last = old.get(key), new.get(key)
        for label, name in names:
            before, after = (_shown(getattr(row, name) if row else None) for row in (first, last))
            if before != after:
                row = last or first
                yield f"{row.name if row else ''}（{label}）", before, after
    money, today = ({label: cells for label, *cells in one.money} for one in (was, now))
    for label, cells in today.items():
        if money.get(label) != cells:
            yield f"{label}（万元）", " / ".join(money.get(label, ())), " / ".join(cells)
    if was.told != now.told:
        yield "报送情况", was.told, now.told


def _shown(cell: Summed | None) -> str:
    return f"{cell.shown}（{cell.told}）" if cell and cell.shown else ""


def _late(projects: Sequence[Project], kind: str, year: int, then: Moment, today: date) -> Iterator[Late]:
    yield from _filed(projects, year, then, today)
    if kind == Kind.TARGETS:
        yield from (one for one in late_of(projects, then, today) if one.figure == MONEY[0])
        return
    yield from (one for one in late_of(projects, _inside(then, year), today) if one.figure in MONEY)
    ids = [project.pk for project in projects]
    for one in done_of(ids, year, Moment(then.on, today)).filter(accepted_on__gt=then.known):
        yield _of(one.project_id, "绩效指标", f"{one.round}季报包审定", one.cut_off, one.accepted_on or today)
    if not is_running(year, then):
        for kept in decided_of(ids, year, Moment(then.on, today)).filter(decided_on__gt=then.known):
            yield _of(kept.project_id, "绩效指标", f"{kept}审定", date(year, *YEAR_END), kept.decided_on or today)


def _inside(then: Moment, year: int) -> Moment:
    """What was issued or paid after the year is not in its form."""
    return replace(then, on=min(then.on, date(year, *YEAR_END)))


def _filed(projects: Iterable[Project], year: int, then: Moment, today: date) -> Iterator[Late]:
    """A filing counts from its day on: late only against a day of knowledge before the business date."""
    rows = TargetSheet.objects.filter(
        project__in=[one.pk for one in projects], version__isnull=False, filed_on__gt=known_by(then),
        filed_on__lte=min(then.on, today),
    )  # fmt: skip
    for row in rows.order_by("filed_on", "pk"):
        if year in row.years and row.filed_on:
            yield _of(row.project_id, "绩效目标", f"绩效目标第 {row.version} 版备案", row.filed_on, row.filed_on)


def _of(project: int, figure: str, title: str, on: date, posted_on: date) -> Late:
    return Late(figure, title, on, posted_on, "", ZERO, project=project)
