"""One self-evaluation as its page shows it, what of a project is due, and the list of the offices."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from accounts.roles import Action
from performance.models import PERIOD, Assessment, TargetSheet
from performance.queries.assessments import (
    SIDES,
    WHO,
    WITH_UNIT,
    Kind,
    Side,
    State,
    label_of,
    state_for,
    with_people,
)
from performance.queries.returns import Offices, review_offices, seat_of
from performance.rules.assessments import STAGES, check_when, last_day
from performance.rules.returns import LINES
from policy.terms import Grade, Line
from projects import access
from projects.access import is_unit
from projects.models import Project


def offices_of(one: Assessment) -> Offices:
    return review_offices([one.project.organisation])


def next_seat(one: Assessment, offices: Offices) -> Line | None:
    """The office of the city whose word it waits for: 人社, then 财政; None where nobody's."""
    if one.state != State.SUBMITTED or one.kind == Kind.FINAL:
        return None
    said = set(one.reviews.filter(level="city", turn=one.turn).values_list("line", flat=True))
    return line_waiting(one.project.organisation_id, offices, said)


def line_waiting(unit: int, offices: Offices, said: Collection[str]) -> Line | None:
    return next((line for line in LINES if offices[unit, line] is not None and line not in said), None)


def seat_waiting(one: Assessment, offices: Offices) -> Line | None:
    """The same for a list, its reviews loaded."""
    if one.state != State.SUBMITTED or one.kind == Kind.FINAL:
        return None
    said = {row.line for row in one.reviews.all() if row.turn == one.turn}
    return line_waiting(one.project.organisation_id, offices, said)


def my_seat(user: User, one: Assessment, offices: Offices) -> Line | None:
    """The line for which this person is to speak now."""
    line = seat_waiting(one, offices)
    return line if line and seat_of(user, one.project.organisation, line, offices) else None


def who_acts(one: Assessment, offices: Offices, user: User) -> str:
    """谁在办, in words, as far as this person may know."""
    if one.state in WITH_UNIT:
        return str(one.project.organisation)
    if one.kind == Kind.FINAL or one.state == State.DECIDED:
        return ""
    line = seat_waiting(one, offices)
    if line:
        return str(offices[one.project.organisation_id, line])
    edition = one.project.edition
    if one.kind == Kind.TRANSFER:
        return edition.province_hr
    if one.state == State.SIGNING and not is_unit(user):
        return f"{edition.province_hr}、{edition.province_finance}负责人签署"
    return f"{edition.province_hr}、{edition.province_finance}"


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    total: Decimal | None


def totals_of(one: Assessment, sides: tuple[str, ...]) -> list[Total]:
    """Of the sides that this person reads."""
    found = {Side.UNIT: one.unit_total, Side.CITY: one.city_total, Side.PROVINCE: one.total}
    return [Total(WHO[side], found[side]) for side in SIDES if side in sides]


@dataclass(frozen=True, slots=True)
class DueRow:
    """One self-evaluation that is due or was made. `one` None: not begun; `why`: why it cannot be begun yet."""

    kind: str
    block: str
    label: str
    over: date | None
    one: Assessment | None
    state: str
    words: str
    why: str


def due_rows(project: Project, user: User, on: date) -> list[DueRow]:
    """Every year of the build and its end, in order; three statements."""
    covered = years_covered(project.target_sheets.all())
    made = {(one.kind, one.block): one for one in with_people(project.assessments.all())}
    for one in made.values():
        one.project = project
    rows = []
    for kind, block in _blocks(project):
        known = made.get((kind, block))
        state, words = state_for(user, known) if known else ("", "")
        said = check_when(kind, block, project.stage, start=project.build_start_on, end=project.build_end_on, on=on)
        label = label_of(known or Assessment(kind=kind, block=block))
        why = "" if known else next((finding.message for finding in said), "")
        if not known and not why and block != PERIOD and int(block) not in covered:
            why = "已备案的绩效目标没有本年度的指标值，不编制年度自评。"
        rows.append(DueRow(kind, block, label, last_day(block, project.build_end_on), known, state, words, why))
    return rows


def years_covered(sheets: Iterable[TargetSheet]) -> set[int]:
    """The budget years that filed targets have a block for."""
    return {year for sheet in sheets if sheet.version is not None for year in sheet.years}


def _blocks(project: Project) -> Iterator[tuple[str, str]]:
    start, end = project.build_start_on, project.build_end_on
    if start is None or end is None:
        return
    for year in range(start.year, end.year + 1):
        yield Kind.YEAR, str(year)
        yield Kind.TRANSFER, str(year)
    yield Kind.FINAL, PERIOD


@dataclass(frozen=True, slots=True)
class YearRow:
    """One project in the list of a year. `acts`: whose turn it is; "" where all is done."""

    project: Project
    year: Assessment | None
    transfer: Assessment | None
    acts: str

    @property
    def grade(self) -> str:
        return Grade(self.year.grade).label if self.year and self.year.grade else ""

    @property
    def missing(self) -> list[str]:
        """What the unit has not sent in."""
        pairs = (("F05", self.year), ("F06", self.transfer))
        return [name for name, one in pairs if one is None or one.state in WITH_UNIT]


def asked_in(user: User, year: int) -> QuerySet[Project]:
    """The projects in reach whose build lies in that budget year."""
    rows = access.projects_for(user, Action.VIEW_EVALUATION).filter(stage__in=STAGES)
    return rows.filter(build_start_on__lte=date(year, 12, 31), build_end_on__gte=date(year, 1, 1))


def year_rows(user: User, year: int) -> list[YearRow]:
    """Every project that owes the year's self-evaluation; six statements however many."""
    own = with_people(Assessment.objects.filter(block=str(year))).order_by("pk")
    rows = (
        asked_in(user, year)
        .select_related("organisation__node")
        .prefetch_related(Prefetch("assessments", own), "target_sheets")
    )
    found = rows.order_by("organisation__node__path", "pk")
    projects = [one for one in found if year in years_covered(one.target_sheets.all())]
    offices = review_offices({one.organisation_id: one.organisation for one in projects}.values())
    return [_year_row(project, offices, user) for project in projects]


def _year_row(project: Project, offices: Offices, user: User) -> YearRow:
    found: Mapping[str, Assessment] = {one.kind: one for one in project.assessments.all()}
    for one in found.values():
        one.project = project
    year, transfer = found.get(Kind.YEAR), found.get(Kind.TRANSFER)
    acts = [who_acts(one, offices, user) if one else str(project.organisation) for one in (year, transfer)]
    return YearRow(project, year, transfer, "、".join(dict.fromkeys(filter(None, acts))))


def years_for(user: User, on: date) -> list[int]:
    """Budget years that any project in reach has been building in, the latest first; one statement."""
    rows = access.projects_for(user, Action.VIEW_EVALUATION).filter(stage__in=STAGES, build_start_on__isnull=False)
    first = rows.order_by("build_start_on").values_list("build_start_on", flat=True).first()
    return list(range(on.year, first.year - 1, -1)) if first else []
