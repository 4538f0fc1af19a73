"""Which projects a user reaches, and the one door every operation enters by."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Node, User
from accounts.queries import check_approval
from accounts.roles import UNIT_ROLES, Action, Scope, grants
from policy.findings import refuse_if_blocking
from projects.models import Assignment, Project


def reach(user: User, action: str, prefix: str = "organisation") -> Q:
    """Rows whose organisation (`prefix` names the path to it) lies where `user` may do `action`."""
    places: set[tuple[str, int | str]] = set()
    allowed = grants(action)
    for membership in user.live_memberships:
        scope = allowed.get(membership.role)  # type: ignore[call-overload]
        organisation = membership.organisation
        if scope is None:
            continue
        if organisation is None:
            return ~Q(pk__in=[])
        if scope == Scope.OWN:
            places.add((prefix, organisation.pk))
        elif scope == Scope.BELOW:
            places.add((f"{prefix}__node__path__startswith", organisation.node.path))
        elif scope == Scope.PROVINCE:
            places.add((f"{prefix}__node__path__startswith", organisation.node.province_path))
    return Q(*sorted(places, key=str), _connector=Q.OR) if places else Q(pk__in=[])


def assigned_to(user: User) -> frozenset[int]:
    """The projects this person is assigned to today; one statement, kept for the life of this object."""
    kept = user.__dict__
    if "assigned_projects" not in kept:
        rows = Assignment.objects.filter(user=user, until=None)
        kept["assigned_projects"] = frozenset(rows.values_list("project_id", flat=True))
    return kept["assigned_projects"]


def holds(user: User, action: str, scope: Scope) -> bool:
    """Whether some role of `user` has `action` with just this scope."""
    return any(grants(action).get(role) == scope for role in user.roles)


def projects_for(user: User, action: str = Action.VIEW) -> QuerySet[Project]:
    """The projects on which `user` may do `action`. Lists, details, files and exports all start here."""
    within = reach(user, action)
    if holds(user, action, Scope.ASSIGNED):
        within |= Q(pk__in=assigned_to(user))
    return Project.objects.filter(within)


def about(user: User, action: str = Action.VIEW, prefix: str = "project") -> Q:
    """Rows about a project of `projects_for` (`prefix` names the path to it), found from the row and not from the list:
    what costs least for a kind of row that few projects have.
    """
    within = reach(user, action, f"{prefix}__organisation")
    if holds(user, action, Scope.ASSIGNED):
        within |= Q(**{f"{prefix}__in": assigned_to(user)})
    return within


def allows(user: User, project: Project, action: str) -> bool:
    """The same question for one loaded project, without a statement where its organisation's node is loaded."""
    allowed = grants(action)
    node = project.organisation.node
    for membership in user.live_memberships:
        scope = allowed.get(membership.role)  # type: ignore[call-overload]
        if scope is None:
            continue
        own = membership.organisation
        if own is None:
            return True
        if scope == Scope.ASSIGNED and project.pk in assigned_to(user):
            return True
        if scope == Scope.OWN and own.pk == project.organisation_id:
            return True
        if scope == Scope.BELOW and node.path.startswith(own.node.path):
            return True
        if scope == Scope.PROVINCE and node.path.startswith(own.node.province_path):
            return True
    return False


def is_unit(user: User) -> bool:
    """Someone of a project unit and of nothing else: sees what is in force, not what the departments weigh."""
    return bool(user.roles) and not user.roles - UNIT_ROLES


def may(user: User, action: str) -> bool:
    """Whether any role of `user` has the action at all; where is another question."""
    return any(role in grants(action) for role in user.roles)


def enter(project_id: int, *, actor: User, action: Action) -> Project:
    """Lock the project for the rest of the transaction, if `actor` may do `action` there. One statement."""
    locked = Project.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation__node")
    project = locked.get(pk=project_id)
    if not allows(actor, project, action):
        raise PermissionDenied(f"您的角色不能{action.label}")
    refuse_if_blocking(check_approval(actor, action, timezone.now()))
    return project


def paths_where(user: User, action: str) -> set[str]:
    """The places over whose projects `user` may do `action` as an office of theirs; "" is everywhere, a unit has none."""
    paths, allowed = set(), grants(action)
    for membership in user.live_memberships:
        scope = allowed.get(membership.role)  # type: ignore[call-overload]
        if scope not in (Scope.BELOW, Scope.PROVINCE):
            continue
        node = membership.organisation.node if membership.organisation else None
        paths.add("" if node is None else node.path if scope == Scope.BELOW else node.province_path)
    return paths


def within(user: User, action: str, prefix: str = "place") -> Q:
    """Rows whose place (`prefix` names the path to it) lies where `user` may do `action`."""
    found = Q(pk__in=[])
    for path in paths_where(user, action):
        found |= Q(**{f"{prefix}__path__startswith": path})
    return found


def area_of(user: User, action: str) -> Node | None:
    """The one place that takes in all `user` may do `action` on: whose paper a list of it is. None where none does."""
    paths = sorted(paths_where(user, action), key=len)
    if not paths or not all(path.startswith(paths[0]) for path in paths):
        return None
    return Node.objects.filter(path=paths[0]).first()


def enter_place(place_id: int, *, actor: User, action: Action) -> Node:
    """The door of acts about a place's own papers: locks the place for the rest of the transaction. One statement."""
    place = Node.objects.select_for_update(no_key=True).get(pk=place_id)
    if not any(place.path.startswith(path) for path in paths_where(actor, action)):
        raise PermissionDenied(f"您的角色不能{action.label}")
    refuse_if_blocking(check_approval(actor, action, timezone.now()))
    return place


def require(actor: User, action: Action) -> None:
    """The door of acts that are not about one project."""
    if not may(actor, action):
        raise PermissionDenied(f"您的角色不能{action.label}")
