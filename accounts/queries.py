"""Reading the tree of units and people."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.first_review import first_review_path
from accounts.models import Holiday, Membership, Organisation, OrganisationName, User
from accounts.roles import UNIT_ROLES, Action, Role, Scope, exclusive, grants
from policy.calendar import WorkCalendar
from policy.findings import Finding, blocking
from policy.terms import Line

LEADERS = (Role.PHL, Role.PFL)
# The acts that let money go with one name under them; joint decisions ask `check_may_sign` themselves.
APPROVALS = frozenset({Action.APPROVE_FUNDS, Action.APPROVE_BUDGET, Action.APPROVE_SETTLEMENT, Action.APPROVE_REVERSAL})
TWO_PEOPLE = "职责分离 SD2"


def work_calendar() -> WorkCalendar:
    """Working days from the holiday table; one statement."""
    rows = list(Holiday.objects.values_list("day", "works"))
    return WorkCalendar.from_rows(rows)


def first_review_office(unit: Organisation, line: Line) -> Organisation | None:
    """Who reviews first by the setting of the unit's place; None: the step does not exist. See accounts.first_review."""
    path = first_review_path(unit, line)
    return path[0] if path else None


def name_on(organisation: Organisation, day: date | None) -> str:
    """The name the unit bore on a day; forms go by their own date, one without a date by today. One statement."""
    if day is None:
        return organisation.name
    former = organisation.former_names.filter(until__gt=day).order_by("until").first()
    return former.name if former else organisation.name


def province_office(unit: Organisation, line: Line) -> Organisation | None:
    """The department of a line at the head of the province a unit lies in; None where it is not registered."""
    return Organisation.objects.filter(node__path=unit.node.province_path, line=line).first()


def fact_on(organisation: Organisation | None, kind: str, day: date) -> str:
    """What held of a unit on a day, "" where nobody has registered it. One statement."""
    rows = organisation.facts.filter(kind=kind, since__lte=day).order_by("-since") if organisation else None
    return (rows.values_list("value", flat=True).first() or "") if rows is not None else ""


def names_on(organisations: Iterable[Organisation], day: date) -> dict[int, str]:
    """The names units bore on a day, by unit. One statement."""
    found = {one.pk: one.name for one in organisations}
    former = OrganisationName.objects.filter(organisation__in=found, until__gt=day).order_by("-until")
    return found | dict(former.values_list("organisation", "name"))


def people_who_may(action: str, unit: Organisation, today: date) -> list[User]:
    """The people whose role and reach let them do `action` on a project of this unit. One statement."""
    path = unit.node.path
    prefixes = [path[: index + 1] for index, letter in enumerate(path) if letter == "/"]
    may = Q(pk__in=[])
    for role, scope in grants(action).items():
        if scope == Scope.OWN:
            may |= Q(role=role, organisation=unit)
        elif scope == Scope.BELOW:
            may |= Q(role=role, organisation__node__path__in=prefixes)
        elif scope == Scope.PROVINCE:
            may |= Q(role=role, organisation__node__path__startswith=unit.node.province_path)
    held = Membership.objects.filter(may, Q(until=None) | Q(until__gte=today), since__lte=today, user__is_active=True)
    users = {membership.user_id: membership.user for membership in held.select_related("user").order_by("pk")}
    return list(users.values())


def unit_people(unit: Organisation, today: date) -> list[User]:
    """Everybody who holds a post of the project unit itself today. One statement."""
    held = Membership.objects.filter(
        Q(until=None) | Q(until__gte=today), organisation=unit, role__in=UNIT_ROLES, since__lte=today,
        user__is_active=True,
    )  # fmt: skip
    return list({row.user_id: row.user for row in held.select_related("user").order_by("pk")}.values())


def unread_count(user: User) -> int:
    return user.notices.filter(read_at=None).count()


def holds(user: User, *roles: Role) -> bool:
    return bool(user.roles & set(roles))


def other_leaders(user: User, organisation: Organisation, today: date) -> list[User]:
    """The 负责人 of both departments in the province of `organisation`, but `user`; one statement."""
    held = Membership.objects.filter(
        Q(until=None) | Q(until__gte=today),
        role__in=LEADERS,
        since__lte=today,
        user__is_active=True,
        organisation__node__path__startswith=organisation.node.province_path,
    ).exclude(user=user)
    return list({row.user_id: row.user for row in held.select_related("user").order_by("pk")}.values())


def administrators(today: date) -> list[User]:
    """Every 系统管理员 in office."""
    held = Membership.objects.filter(
        Q(until=None) | Q(until__gte=today), role=Role.SA, since__lte=today, user__is_active=True
    )
    return list({row.user_id: row.user for row in held.select_related("user").order_by("pk")}.values())


def signs(user: User) -> bool:
    """Whether a role of `user` signs joint decisions or approves money alone."""
    return any(role in grants(action) for action in (Action.SIGN_DECISION, *APPROVALS) for role in user.roles)


def may_sign(user: User, at: datetime) -> bool:
    return not any(check_may_sign(user, at))


def check_may_sign(user: User, at: datetime) -> Iterator[Finding]:
    """Nobody signs with a password that somebody else has just made: one 系统管理员 could give both signatures."""
    since = user.password_reset_at
    if since is None or at >= (until := since + timedelta(hours=settings.SIGN_PAUSE_HOURS)):
        return
    yield blocking(
        "password_reset",
        f"您的密码于 {_moment(since)} 由系统管理员重置，至 {_moment(until)}（{settings.SIGN_PAUSE_HOURS} 小时）"
        "不能签署或批准。请届时由本人办理，或由本厅另一位有权人员办理；如重置不是您本人提出，请立即告知另一部门负责人。",
        TWO_PEOPLE,
    )


def check_approval(user: User, action: str, at: datetime) -> Iterator[Finding]:
    """The same for the approvals that need no second signature."""
    if action in APPROVALS:
        yield from check_may_sign(user, at)


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def exclusive_violations(today: date) -> list[tuple[Membership, Membership]]:
    """Pairs of terms of one natural person today that exclude each other (SD7), however they came about; one statement."""
    held = Membership.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today, user__is_active=True)
    terms: dict[int | str, list[Membership]] = {}
    for row in held.select_related("user", "organisation__node").order_by("user", "pk"):
        terms.setdefault(row.user.person_key or row.user_id, []).append(row)
    pairs = (pair for several in terms.values() for pair in combinations(several, 2))
    return [(one, other) for one, other in pairs if exclusive(Role(one.role), Role(other.role))]
