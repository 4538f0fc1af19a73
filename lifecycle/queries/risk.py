"""风险分 of many projects: the facts behind it, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, F, Q

from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from funds.ledger import Ledger
from funds.models import Flag, FundHold
from funds.queries import ledgers_of
from lifecycle.deadlines import RULES
from lifecycle.models import Deadline
from lifecycle.queries.deadlines import last_on, overdue_rows
from lifecycle.rules.risk import Facts, Money, Risk, risk_of
from performance.models import PeriodReturn
from performance.queries.forecasts import short_targets
from performance.rules.monitoring import Span
from policy.calendar import WorkCalendar, days_left_text
from policy.terms import Stage
from projects import access
from projects.models import Problem, Project

WATCHED = (Stage.BUILDING, Stage.IN_ACCEPTANCE)
OVER = (Stage.DRAFT, Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED)
Counts = dict[int, dict[str, int]]


def risks_of(projects: Iterable[Project], on: date) -> dict[int, Risk]:
    """By project; the same statements for one project and for three hundred."""
    rows = list(projects)
    ids = [project.pk for project in rows]
    calendar = work_calendar()
    overdue, late = _reports(ids, on, calendar)
    ledgers, short, held, past = ledgers_of(rows), short_targets(rows), _held(ids), _past(ids, on, calendar)
    problems, flags = _problems(ids), _flags(ids)
    return {
        project.pk: risk_of(
            Facts(
                overdue=tuple(overdue[project.pk]),
                late=tuple(late[project.pk]),
                money=_money(project, ledgers[project.pk], on),
                problems=problems.get(project.pk, {}),
                flags=flags.get(project.pk, 0),
                short=short.get(project.pk, ()),
                held=project.pk in held,
                past=tuple(past[project.pk]),
            ),
            project.edition,
        )
        for project in rows
    }


@dataclass(frozen=True, slots=True)
class RiskRow:
    project: Project
    risk: Risk


def ranked(user: User, on: date, *, level: str = "") -> list[RiskRow]:
    """The projects in hand that this person watches, the riskiest first; `level` keeps one level."""
    found = access.projects_for(user, Action.VIEW_RISK).exclude(stage__in=OVER)
    projects = list(found.select_related("organisation__node"))
    risks = risks_of(projects, on)
    rows = [RiskRow(project, risks[project.pk]) for project in projects]
    kept = [row for row in rows if not level or row.risk.level == level]
    return sorted(kept, key=lambda row: (-row.risk.score, row.project.pk))


def _reports(
    ids: list[int], on: date, calendar: WorkCalendar
) -> tuple[Mapping[int, list[str]], Mapping[int, list[str]]]:
    """Rounds not reported though due, and rounds reported after their day; a day off moves it on (handbook 11)."""
    missed = calendar.working_before(on)
    waiting = Q(state__in=[PeriodReturn.State.OPEN, PeriodReturn.State.RETURNED], due_on__lte=missed)
    sent = Q(state__in=[PeriodReturn.State.SUBMITTED, PeriodReturn.State.ACCEPTED], submitted_on__gt=F("due_on"))
    rows = PeriodReturn.objects.filter(waiting | sent, project__in=ids)
    overdue: dict[int, list[str]] = defaultdict(list)
    late: dict[int, list[str]] = defaultdict(list)
    for one in rows.select_related("round").order_by("cut_off"):
        if one.state in (PeriodReturn.State.OPEN, PeriodReturn.State.RETURNED):
            overdue[one.project_id].append(str(one.round))
        elif one.submitted_on and one.submitted_on > calendar.next_working(one.due_on):
            late[one.project_id].append(str(one.round))
    return overdue, late


def _money(project: Project, ledger: Ledger, on: date) -> Money | None:
    """Only while the money is to be spent."""
    if project.stage not in WATCHED or project.build_start_on is None or project.build_end_on is None:
        return None
    planned = ledger.planned_share(on)
    share: Fraction = Span(project.build_start_on, project.build_end_on, on).share if planned is None else planned
    return Money(ledger.spent, ledger.budget, share, by_plan=planned is not None)


def _problems(ids: list[int]) -> Counts:
    rows = Problem.objects.filter(project__in=ids).exclude(state=Problem.State.CLOSED).order_by()
    found: Counts = defaultdict(dict)
    for pk, level, count in rows.values_list("project", "level").annotate(count=Count("pk")):
        found[pk][level] = count
    return found


def _flags(ids: list[int]) -> dict[int, int]:
    open_ = Flag.objects.filter(project__in=ids, state__in=[Flag.State.OPEN, Flag.State.ANSWERED]).order_by()
    return dict(open_.values_list("project").annotate(count=Count("pk")))


def _held(ids: list[int]) -> set[int]:
    return set(FundHold.objects.filter(project__in=ids, lifted_on=None).values_list("project", flat=True))


def _past(ids: list[int], on: date, calendar: WorkCalendar) -> Mapping[int, list[str]]:
    """One statement."""
    rows = Deadline.objects.filter(overdue_rows(on, calendar.working_before(on)), project__in=ids)
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows.order_by("due_on"):
        label = RULES[row.rule].label if row.rule in RULES else row.rule
        found[row.project_id].append(f"{label} {row.due_on} {days_left_text(on, last_on(row, calendar))}")
    return found
