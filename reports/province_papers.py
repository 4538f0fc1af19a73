"""The lists of a whole province that people file: 附件1 (F16), 附件2 (F17), 项目执行情况汇总表 (F18); a city sees its own."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Node, User
from accounts.roles import Action
from funds.queries import Moment
from lifecycle.papers import province_papers as setting_papers
from lifecycle.queries.past import dated
from papers import Paper, Printable
from performance.papers import province_papers as region_papers
from policy.findings import Finding, blocking, refuse_if_blocking
from policy.loader import configured
from policy.money import CENT
from policy.terms import Grade, Kind, NodeKind, Stage
from projects import access, award_papers, award_rows
from projects.award_papers import Filing
from projects.exports import FEW
from projects.models import Project
from projects.queries import LISTS, awarded_by, given, units_on
from reports import f18
from reports.f18 import Standing
from reports.forms import ProvinceForm
from reports.register import DIRECT_NAME, Row, places_for, rows_of, with_figures
from ui.templatetags.ui import days_left, masked_phone

FORMS = {
    "F16": "附件1 国家级技能大师工作室建设项目基本情况汇总表",
    "F17": "附件2 国家级高技能人才培训基地建设项目基本情况汇总表",
    "F18": f18.TITLE,
}
CITIES = (NodeKind.CITY, NodeKind.DEPARTMENT)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which projects: of a year, an edition, a place (its path); empty means all in reach. `on`, `known`: money of when."""

    year: int | None = None
    edition: str = ""
    place: str = ""
    on: date | None = None
    known: date | None = None

    def moment(self, today: date) -> Moment:
        """截至日 and 所知日 of the money in F18."""
        return Moment(self.on or today, self.known or today)

    def key(self, form: str, today: date) -> str:
        """One a list: other filters or another day are another paper. 附件1 and 附件2 are of the day of filing."""
        at = self.moment(today) if form == "F18" else Moment(today, today)
        parts = {"y": self.year, "e": self.edition, "p": self.place.strip("/").replace("/", ".")}
        said = "".join(f"-{name}{part}" for name, part in parts.items() if part)
        return f"{form}{said}-{at.on:%Y%m%d}" + (f"-known{at.known:%Y%m%d}" if at.known != at.on else "")


KEY = re.compile(
    r"(?P<form>F1[678])(?:-y(?P<year>[0-9]{4}))?(?:-e(?P<edition>.+?))?(?:-p(?P<place>[0-9.]+))?"
    r"-(?P<on>[0-9]{8})(?:-known(?P<known>[0-9]{8}))?"
)


def list_of(reader: User, key: str, on: date) -> Printable | None:
    """The list of this key as this person may print it on a day. Refused where it names too many projects."""
    said = KEY.fullmatch(key)
    asked = _asked(said, on) if said else None
    if said is None or asked is None or not _in_reach(reader, asked.place):
        return None
    one = next((one for one in province_papers(reader, on, asked) if one.form == said["form"]), None)
    if one is not None:
        refuse_if_blocking(check_size(reader, one.form, size_of(reader, one.form, asked)))
    return one


def _asked(said: "re.Match[str]", today: date) -> Asked | None:
    """None where a date is none, or lies ahead."""
    try:
        day = datetime.strptime(said["on"], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        known = datetime.strptime(said["known"], "%Y%m%d").date() if said["known"] else day  # noqa: DTZ007
    except ValueError:
        return None
    place = f"{said['place'].replace('.', '/')}/" if said["place"] else ""
    year = int(said["year"]) if said["year"] else None
    fits = max(day, known) <= today and (not said["edition"] or said["edition"] in configured())
    return Asked(year, said["edition"] or "", place, day, known) if fits else None


def lists_said(keys: Iterable[str], today: date) -> dict[str, str]:
    """By key which projects a list names, in words; a list of all says nothing. One statement."""
    known = {key: found for key in keys if (said := KEY.fullmatch(key)) and (found := _asked(said, today))}
    names = dict(Node.objects.filter(path__in={one.place for one in known.values()}).values_list("path", "name"))
    return {
        key: "，".join(
            filter(None, [names.get(one.place), f"{one.year} 年立项" if one.year else "", document_of(one.edition)])
        )
        for key, one in known.items()
    }


def _in_reach(reader: User, place: str) -> bool:
    return not place or any(place.startswith(path) for path in access.paths_where(reader, LISTS))


def province_papers(reader: User, on: date, asked: Asked = Asked()) -> list[Printable]:
    """What this person may print over all projects in reach. No statement."""
    if not access.may(reader, LISTS):
        return []
    builders = {"F16": studio_list, "F17": base_list, "F18": execution_list}
    return [
        Printable(asked.key(form, on), form, label, on, False, partial(builders[form], reader, on, asked))
        for form, label in FORMS.items()
    ]


def other_papers(reader: User, on: date) -> list[Printable]:
    """Papers of the province that have pages of their own: 区域绩效 (F01, F06), 设定确认单."""
    return [*region_papers(reader, on), *setting_papers(reader, on)]


def form_for(reader: User, data: Mapping[str, Any], today: date) -> ProvinceForm:
    """Years of awards in reach and of the notices; two statements."""
    awards = access.projects_for(reader, LISTS).order_by().dates("awarded_on", "year")
    known = sorted(configured().values(), key=lambda one: (one.sample, -one.issued_on.toordinal()))
    years = {day.year for day in awards} | {one.issued_on.year for one in known}
    editions = [(one.code, one.document) for one in known]
    return ProvinceForm(
        data, years=sorted(years, reverse=True), editions=editions, places=places_for(reader), today=today
    )


def chosen(reader: User, asked: Asked) -> QuerySet[Project]:
    """The projects in reach that were asked for. A draft has no year of its own: it stands under that of its notice."""
    found = access.projects_for(reader, LISTS)
    if asked.year:
        codes = [one.code for one in configured().values() if one.issued_on.year == asked.year]
        of_year = Q(awarded_on__year=asked.year) & ~Q(stage=Stage.DRAFT)
        found = found.filter(of_year | Q(stage=Stage.DRAFT, edition_code__in=codes))
    if asked.edition:
        found = found.filter(edition_code=asked.edition)
    if asked.place:
        found = found.filter(organisation__node__path__startswith=asked.place)
    return found


def recommended(reader: User, asked: Asked) -> QuerySet[Project]:
    """Without drafts that were given up."""
    return chosen(reader, asked).exclude(stage=Stage.TERMINATED, number=None)


def awarded(reader: User, asked: Asked) -> QuerySet[Project]:
    return chosen(reader, asked).filter(given())


def size_of(reader: User, form: str, asked: Asked) -> int:
    """How many projects a form lists. One statement."""
    kinds = {"F16": Kind.STUDIO, "F17": Kind.BASE}
    return (
        recommended(reader, asked).filter(kind=kinds[form]).count() if form in kinds else awarded(reader, asked).count()
    )


def check_size(reader: User, form: str, count: int) -> Iterator[Finding]:
    """附件1 and 附件2 bear telephone numbers, so that no long list of them leaves the house. The reason is asked for by
    whoever gives the list out (projects/exports.py).
    """
    if count <= FEW or (form == "F18" and access.may(reader, Action.EXPORT_MANY)):
        return
    who = "超过的须由省人社经办、省财政经办或审计办理；" if form == "F18" else "表中有联系人电话；"
    said = f"符合条件的有 {count} 个项目，本表一份最多 {FEW} 个，{who}请按年度、政策依据或市州缩小范围后分份打印。"
    yield blocking("many", said, "权限表：批量导出")


def studio_list(reader: User, on: date, asked: Asked) -> Paper:
    """F16. Five statements at most."""
    found, filing = _filed(reader, on, asked, Kind.STUDIO)
    return award_papers.studios(award_rows.studio_rows(found, on, _phones(found, filing)), filing)


def base_list(reader: User, on: date, asked: Asked) -> Paper:
    """F17. Five statements at most."""
    found, filing = _filed(reader, on, asked, Kind.BASE)
    return award_papers.bases(award_rows.base_rows(found, on, _phones(found, filing)), filing)


def _filed(reader: User, on: date, asked: Asked, kind: Kind) -> tuple[list[Project], Filing]:
    rows = recommended(reader, asked).filter(kind=kind).select_related("organisation")
    found = award_rows.of_kind(rows.prefetch_related("occupations"), kind)
    years = {one.edition.issued_on.year for one in found}
    masked = not access.may(reader, Action.CHASE_RETURNS)  # whole numbers are for those who call the units
    return found, Filing(years.pop() if len(years) == 1 else None, scope_of(reader, asked), on, masked)


def _phones(projects: Iterable[Project], filing: Filing) -> list[str]:
    return [masked_phone(one.phone) if filing.masked and one.phone else one.phone for one in projects]


def execution_list(reader: User, on: date, asked: Asked) -> Paper:
    """F18. A constant number of statements."""
    at, scope = asked.moment(on), scope_of(reader, asked)
    rows = standings(reader, on, asked)
    return f18.layout(rows, scope, on) if at == Moment(on, on) else f18.layout(rows, scope, at.on, at.known, on)


def standings(reader: User, on: date, asked: Asked) -> list[Standing]:
    """A line a project, city by city, each figure as 项目台账 shows it. Of another day: without what was awarded after, with
    the score and 建设期 of that day; stage, next date and alerts are always of today, and the head says so.
    """
    at = asked.moment(on)
    until = None if at.on == on else at.on
    projects = with_figures(awarded(reader, asked).filter(awarded_by(at.on)), reader, until)
    ordered = projects.select_related("organisation__node").order_by("organisation__node__path", "number")
    rows = rows_of(dated(ordered, at.on) if until else ordered, on, at)
    units = units_on([row.project for row in rows], at.on)
    cities = list(Node.objects.filter(kind__in=CITIES))
    return [_standing(row, units[row.project.pk], cities, on) for row in rows]


def _late(due: date | None, today: date) -> str:
    """How long it is overdue; nothing before."""
    return f"（{days_left(due, today)}）" if due and due < today else ""


def _standing(row: Row, unit: str, cities: Iterable[Node], today: date) -> Standing:
    project: Any = row.project  # with what the statement added
    node = project.organisation.node
    away = DIRECT_NAME if node.kind == NodeKind.PROVINCE else node.name
    city = next((one.name for one in cities if node.path.startswith(one.path)), away)
    start, end = project.build_start_on, project.build_end_on
    kind = str(project.get_kind_display())
    return Standing(
        city=city,
        unit=unit,
        kind=f"{kind}（{project.get_track_display()}）" if project.kind == Kind.BASE else kind,
        sector=str(project.get_sector_display()),
        year=project.awarded_on.year if project.awarded_on else None,
        term=f"{start} 至 {end}" if start and end else f18.NOTHING,
        term_note=row.beyond if project.extended_months else "",
        grant=row.ledger.granted,
        spent=row.ledger.spent,
        budget=row.ledger.budget,
        score=None if project.total is None else project.total.quantize(CENT),
        grade=str(Grade(project.grade).label) if project.grade else "",
        state="、".join([str(project.get_stage_display()), *(one.label for one in row.overlays)]),
        due_on=row.last_on,
        due=f"{row.due_label}{_late(row.last_on, today)}",
        alerts=row.alerts,
    )


def scope_of(reader: User, asked: Asked) -> str:
    """In words, for the head of the form. One statement at most."""
    if asked.place:
        place = Node.objects.filter(path=asked.place).first()
        where = place.name if place else asked.place
    else:
        posts = (held.organisation for held in reader.live_memberships)
        where = "、".join(dict.fromkeys(own.node.name for own in posts if own)) or "全部"
    said = [where, f"{asked.year} 年立项" if asked.year else "", document_of(asked.edition)]
    return "，".join(filter(None, said))


def document_of(code: str) -> str:
    known = configured().get(code)
    return known.document if known else ""
