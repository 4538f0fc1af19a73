"""监测轮次 as the offices see them: who was asked, who has not reported, whom to call."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from performance.models import ChaseCall, PeriodReturn, Round, TargetSheet
from performance.queries.returns import Offices, State, review_offices, who_acts, with_reviews
from performance.rules.figures import Days
from performance.rules.periods import begins, due_after, report_months
from performance.rules.returns import Asked, why_left_out
from policy.calendar import WorkCalendar
from policy.edition import Edition
from policy.terms import Kind, Stage
from projects import access
from projects.models import Project


def returns_for(user: User) -> QuerySet[PeriodReturn]:
    """The returns of the projects in reach."""
    return PeriodReturn.objects.filter(access.reach(user, Action.VIEW_ROUND, "project__organisation"))


def rounds_for(user: User, on: date) -> QuerySet[Round]:
    """The rounds that ask a project in reach, counted over those alone; two statements."""
    mine = access.reach(user, Action.VIEW_ROUND, "returns__project__organisation")
    sums = {
        name: Count("returns", filter=mine & Q(returns__state=name), distinct=True)
        for name in ("open", "returned", "submitted", "accepted", "exempt")
    }
    missed = work_calendar().working_before(on)  # a day off moves the end on (handbook 11)
    late = mine & Q(returns__state__in=[State.OPEN, State.RETURNED], returns__due_on__lte=missed)
    rows = Round.objects.filter(Exists(returns_for(user).filter(round=OuterRef("pk")))).order_by("-cut_off", "-pk")
    return rows.annotate(
        asked=Count("returns", filter=mine, distinct=True), late=Count("returns", filter=late, distinct=True), **sums
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project of the province and why a round does not ask it, "" where it does. `sheet_id`: 0 where nothing is filed."""

    project: Project
    cut_off: date
    covers_from: date
    sheet_id: int
    last: date | None
    why: str


def candidates(projects: QuerySet[Project], *, period_from: date, cut_off: date, kind: str = "") -> list[Candidate]:
    """Every awarded project, asked or left out; three statements."""
    rows = projects.exclude(stage=Stage.DRAFT).select_related("organisation__node")
    filed = TargetSheet.objects.filter(state=TargetSheet.State.FILED, project__in=projects.order_by().values("pk"))
    sheets = dict(filed.order_by("version").values_list("project", "pk"))  # the last version stands
    covered = covered_days(projects)
    days = {"period_from": period_from, "cut_off": cut_off}
    found = []
    for project in rows.order_by("organisation__node__path", "pk"):
        spans, end, months = covered.get(project.pk, []), project.build_end_on, _months(project)
        asked = Asked(Stage(project.stage), project.pk in sheets, project.build_start_on, end, spans, months)
        why = why_left_out(asked, **days, quarterly=kind == Round.Kind.QUARTER)
        own = min(cut_off, end or cut_off)
        covers_from = begins(own, project.build_start_on or own, spans)
        last = max((last for _, last in spans if last < own), default=None)
        found.append(Candidate(project, own, covers_from, sheets.get(project.pk, 0), last, why))
    return found


def _months(project: Project) -> int:
    return report_months(project.edition, Kind(project.kind))


def covered_days(projects: QuerySet[Project]) -> dict[int, list[Days]]:
    """The days that the returns of each project cover, whatever became of them; one statement."""
    found: dict[int, list[Days]] = {}
    rows = PeriodReturn.objects.filter(project__in=projects.order_by().values("pk")).order_by("cut_off")
    for project, first, last in rows.values_list("project", "covers_from", "cut_off"):
        found.setdefault(project, []).append((first, last))
    return found


def candidates_for(user: User, *, period_from: date, cut_off: date, kind: str = "") -> list[Candidate]:
    """Those a person may ask."""
    projects = access.projects_for(user, Action.OPEN_ROUND)
    return candidates(projects, period_from=period_from, cut_off=cut_off, kind=kind)


def proposed_due(found: Iterable[Candidate], cut_off: date) -> date | None:
    """By the edition that most of the asked projects are under; None where none is."""
    editions: Counter[str] = Counter(one.project.edition_code for one in found if not one.why)
    if not editions:
        return None
    code = editions.most_common(1)[0][0]
    edition: Edition = next(one.project.edition for one in found if one.project.edition_code == code)
    return due_after(cut_off, edition, work_calendar())


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One project of a round. `late`: past its day and with the unit, or sent in after its day."""

    one: PeriodReturn
    acts: str
    late: bool
    call: ChaseCall | None = None
    calls: int = 0

    @property
    def to_chase(self) -> bool:
        return self.late and self.one.state in (State.OPEN, State.RETURNED)


def round_rows(user: User, asked: Round, on: date, chosen: Mapping[str, Any] | None = None) -> list[ReturnRow]:
    """The projects of a round in reach; five statements, however many."""
    rows = with_reviews(returns_for(user).filter(round=asked).select_related("project__organisation__node"))
    calendar = work_calendar()
    found = list(rows.filter(_chosen(chosen or {})).order_by("project__organisation__node__path", "project"))
    if (chosen or {}).get("state") == "late":
        found = [one for one in found if is_late(one, on, calendar)]
    offices: Offices = review_offices({one.project.organisation_id: one.project.organisation for one in found}.values())
    return [ReturnRow(one, who_acts(one, offices), is_late(one, on, calendar)) for one in found]


def with_calls(rows: Iterable[ReturnRow]) -> list[ReturnRow]:
    """Each with the last time somebody called, and how often; one statement."""
    found = list(rows)
    calls: dict[int, list[ChaseCall]] = {}
    for call in ChaseCall.objects.filter(period_return__in=[row.one.pk for row in found]).select_related("by"):
        calls.setdefault(call.period_return_id, []).append(call)
    said = {pk: (own[0], len(own)) for pk, own in calls.items()}
    return [
        replace(row, call=said[row.one.pk][0], calls=said[row.one.pk][1]) if row.one.pk in said else row
        for row in found
    ]


def is_late(one: PeriodReturn, on: date, calendar: WorkCalendar) -> bool:
    """Past its day and with the unit, or sent in after its day; a day off moves it on (handbook 11)."""
    ends = calendar.next_working(one.due_on)
    with_unit = one.state in (State.OPEN, State.RETURNED)
    return (with_unit and on > ends) or (one.submitted_on is not None and one.submitted_on > ends)


def _chosen(chosen: Mapping[str, Any]) -> Q:
    found = Q()
    state = chosen.get("state")
    if state and state != "late":
        found &= Q(state=state)
    if words := chosen.get("q"):
        found &= Q(project__name__icontains=words) | Q(project__organisation__name__icontains=words)
    return found


def chase_text(rows: Iterable[ReturnRow], asked: Round, on: date) -> Iterator[str]:
    """One line a unit, to be copied into a message."""
    for row in rows:
        what = "补正后重新报送" if row.one.state == State.RETURNED else "报送"
        days = (on - row.one.due_on).days
        yield (
            f"{row.one.project.organisation}（{row.one.project.name}）：{asked.name}季报包应于 "
            f"{row.one.due_on} 前{what}，已逾期 {days} 天，请尽快办理。"
        )
