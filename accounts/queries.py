"""Reading the tree of units and people."""

from datetime import date

from django.db.models import Q

from accounts.models import Holiday, Membership, Organisation, User
from accounts.roles import Role, Scope, grants
from policy.calendar import WorkCalendar
from policy.terms import Line, NodeKind


def work_calendar() -> WorkCalendar:
    """Working days from the holiday table; one statement."""
    rows = list(Holiday.objects.values_list("day", "works"))
    return WorkCalendar.from_rows(rows)


def first_review_office(unit: Organisation, line: Line) -> Organisation | None:
    """The nearest office of a line above the unit and below the province; None: the step does not exist."""
    above = [unit.node.path[: index + 1] for index, letter in enumerate(unit.node.path) if letter == "/"]
    offices = Organisation.objects.filter(line=line, node__path__in=above).exclude(node__kind=NodeKind.PROVINCE)
    return offices.select_related("node").order_by("-node__path").first()


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


def unread_count(user: User) -> int:
    return user.notices.filter(read_at=None).count()


def holds(user: User, *roles: Role) -> bool:
    return bool(user.roles & set(roles))
