"""季报包 of a project: what it holds, who typed in it, whose turn it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.first_review import first_review_paths, paths_from, places_above, reviewing_offices, settings_set
from accounts.models import Entry, Membership, Organisation, User
from accounts.queries import work_calendar
from accounts.roles import Role
from funds.models import Voucher
from performance.models import PeriodReturn, ReturnReview, Section
from performance.rules.periods import Period, periods
from performance.rules.returns import LINES
from policy.terms import Kind, Line, VoucherState
from projects.models import Project
from projects.together import Together
from ui.versions import version_of

State = PeriodReturn.State
Code = Section.Code
# The verbs of the operations that put something into a return (SD1); 接手 begins anew.
FILL, ZERO, TAKE_OVER = "填写季报包", "申报零报告", "接手填报季报包"
OUTLOOK_VERB = "填写监控表"
HANDS = ("填写季报包", "填报指标", "填写建设进度", OUTLOOK_VERB, "申报零报告", "接手填报季报包")
WITH_UNIT = (State.OPEN, State.RETURNED)
DONE = (State.ACCEPTED, State.EXEMPT)
ABOUT_ASK = "return_ask"  # Attachment.about
CITY_ROLE = {Line.HR: Role.CH, Line.FINANCE: Role.CF}
PROVINCE_ROLE = {Line.HR: Role.PH, Line.FINANCE: Role.PF}


def returns_of(project: Project) -> QuerySet[PeriodReturn]:
    """Newest first, with what a list shows of each."""
    return project.returns.select_related("round", "submitted_by").order_by("-cut_off", "-pk")


def open_return(project: Project) -> PeriodReturn | None:
    """The one the unit works on: the earliest that is with it."""
    return returns_of(project).filter(state__in=WITH_UNIT).order_by("cut_off").first()


def return_of(project: Project, pk: int) -> PeriodReturn:
    """One return of this project, or DoesNotExist."""
    rows = project.returns.select_related(
        "round", "sheet", "submitted_by", "exempted_by", "project__organisation__node"
    )
    return rows.get(pk=pk)


def subject_of(one: PeriodReturn) -> str:
    """Journal lines about one return share it; its hands are read by it."""
    return f"return:{one.pk}"


def return_hands(one: PeriodReturn) -> dict[int, User]:
    """Everybody who typed in it since somebody last took it over (SD1). Being sent back forgets nobody."""
    rows = Entry.objects.filter(
        project_id=one.project_id, subject=subject_of(one), verb__in=HANDS, result="ok", actor__isnull=False
    )
    anew = rows.filter(verb=TAKE_OVER).order_by("-seq").values_list("seq", flat=True).first()
    people = rows.filter(seq__gte=anew or 0).order_by("actor").values_list("actor", flat=True).distinct()
    return User.objects.in_bulk([pk for pk in people if pk])


def reporters_of(project: Project) -> set[int]:
    """Everybody who ever typed in a return of the project or sent one in: none of them reviews one (SD1)."""
    rows = Entry.objects.filter(project_id=project.pk, verb__in=HANDS, result="ok", actor__isnull=False)
    sent = project.returns.exclude(submitted_by=None).values_list("submitted_by", flat=True)
    return {pk for pk in (*rows.order_by().values_list("actor", flat=True).distinct(), *sent) if pk}


def section_version(section: Section) -> str:
    return version_of(section.text, section.plan, section.done)


def periods_of(project: Project) -> tuple[Period, ...]:
    """Every period of the build, from its first day on; none before the build has its dates."""
    if project.build_start_on is None or project.build_end_on is None:
        return ()
    kind = Kind(project.kind)
    return periods(project.build_start_on, project.build_end_on, project.edition, kind, work_calendar())


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period of the build, or one that was asked for besides; `one` None: not opened yet.

    `inside`: the later return that reports its days as well, where it has none of its own.
    """

    name: str
    start: date
    cut_off: date
    due_on: date
    one: PeriodReturn | None
    inside: PeriodReturn | None = None


def period_rows(project: Project) -> list[PeriodRow]:
    """The whole build, in order, with the return of each period and the days it reports; three statements."""
    every = list(returns_of(project))
    asked = {one.cut_off: one for one in every}
    rows = []
    for period in periods_of(project):
        one = asked.pop(period.cut_off, None)
        inside = None if one else next((of for of in every if of.covers_from <= period.cut_off < of.cut_off), None)
        start = one.covers_from if one else max(period.start, project.build_start_on or period.start)
        due_on = one.due_on if one else period.due_on
        name = str(one.round) if one and one.covers_from < period.start else period.name
        rows.append(PeriodRow(name, start, period.cut_off, due_on, one, inside))
    rows += [PeriodRow(str(one.round), one.covers_from, one.cut_off, one.due_on, one) for one in asked.values()]
    return sorted(rows, key=lambda row: row.cut_off)


Offices = Mapping[tuple[int, Line], Organisation | None]


def review_offices(units: Iterable[Organisation]) -> Offices:
    """Who reviews for each unit and line below the province, None where the province does itself.

    Two statements, however many units; the same answer as accounts.queries.first_review_office.
    """
    return {key: path[0] if path else None for key, path in first_review_paths(units).items()}


def asked_offices(read: Together, user: User) -> Callable[[Iterable[Any]], Offices]:
    """The same, read together with what else a page asks: of rows with `unit_id` and `path` of their unit."""
    provinces = {held.organisation.node.province_path for held in user.live_memberships if held.organisation}
    near = Q(*(("path__startswith", path) for path in provinces), _connector=Q.OR) if provinces else Q(pk__in=[])
    settings = read.ask(settings_set().filter(near), "path", "first_review")
    below = Q(*(("node__path__startswith", path) for path in provinces), _connector=Q.OR) if provinces else Q(pk__in=[])
    offices = read.ask(reviewing_offices().filter(below), "pk", "line", path="node__path", kind="node__kind")

    def of(rows: Iterable[Any]) -> Offices:
        found = {}
        for one in offices:
            one.node = one
            found[one.path, one.line] = one
        paths = paths_from(
            {row.unit_id: places_above(row.path) for row in rows},
            {row.path: row.first_review for row in settings},
            found,
        )
        return {key: path[0] if path else None for key, path in paths.items()}

    return of


def seat_of(user: User, unit: Organisation, line: Line, offices: Offices) -> Organisation | None:
    """The office in which this person reviews the returns of a unit for a line, if any. No statement."""
    return seat_at(user, unit.pk, unit.node.path, line, offices)


def seat_at(user: User, unit_id: int, path: str, line: Line, offices: Offices) -> Organisation | None:
    office = offices[unit_id, line]
    for held in user.live_memberships:
        own = held.organisation
        if own is None:
            continue
        if office is not None and held.role == CITY_ROLE[line] and own.pk == office.pk:
            return own
        province = path.startswith(own.node.province_path)
        if office is None and held.role == PROVINCE_ROLE[line] and province:
            return own
    return None


def said_by(one: PeriodReturn) -> dict[Line, ReturnReview]:
    """The reviews of the turn it is in."""
    return {Line(review.line): review for review in one.reviews.all() if review.turn == one.turn}


def who_acts(one: PeriodReturn, offices: Offices) -> str:
    """Whose turn it is, in words; no statement where reviews and the unit are loaded."""
    unit = one.project.organisation
    if one.state in WITH_UNIT:
        return str(unit)
    if one.state != State.SUBMITTED:
        return ""
    said = said_by(one)
    province = {Line.HR: "省人社厅经办", Line.FINANCE: "省财政厅经办"}
    return "、".join(str(offices[unit.pk, line] or province[line]) for line in LINES if line not in said)


def with_reviews(rows: QuerySet[PeriodReturn]) -> QuerySet[PeriodReturn]:
    """With everything a page shows of the reviews; three statements more."""
    reviews = ReturnReview.objects.select_related("reviewer", "office").prefetch_related("remarks__indicator")
    return rows.prefetch_related(Prefetch("reviews", reviews))


def earlier_than(one: PeriodReturn, *, without: Sequence[str]) -> list[date]:
    """The cut-offs before it that stand in no state of `without`."""
    rows = PeriodReturn.objects.filter(project=one.project_id, cut_off__lt=one.cut_off).exclude(state__in=without)
    return list(rows.order_by("cut_off").values_list("cut_off", flat=True))


def payments_in(one: PeriodReturn) -> QuerySet[Voucher]:
    """The payments of its days, whatever became of them."""
    within = Q(paid_on__gte=one.covers_from, paid_on__lte=one.cut_off)
    return Voucher.objects.filter(within, project=one.project_id).order_by("paid_on", "pk")


def drafts_in(one: PeriodReturn) -> int:
    """Payments of its days that the unit has not handed in."""
    return payments_in(one).filter(state__in=[VoucherState.DRAFT, VoucherState.RETURNED]).count()


def typed_in(one: PeriodReturn) -> int:
    """How many indicators have a figure of their own."""
    blank = Q(value="", numerator="", denominator="", attained="")
    return one.readings.exclude(blank).count()


def clerks_of(project: Project, on: date) -> list[User]:
    """The people of the unit, by name: who may be asked to fill a part. One statement."""
    live = Q(until=None) | Q(until__gte=on)
    held = Membership.objects.filter(
        live, since__lte=on, user__is_active=True, organisation=project.organisation_id, role__in=[Role.U1, Role.U2]
    )
    return list({row.user_id: row.user for row in held.select_related("user").order_by("pk")}.values())
