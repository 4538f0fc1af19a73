"""Who may do what to people, units and the tree, and where. The counterpart of projects/access.py below projects."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet

from accounts.groundwork import SYSTEM
from accounts.models import Node, Organisation, User
from accounts.roles import Action, Scope, grants

# Until SE 安全管理员 is in force SA grants roles (row of permissions.json with this name).
GRANT_ROLE = "user:grant role until SE exists"
VERIFY_JOURNAL = "audit:verify chain"
WIDE = {Scope.PROVINCE, Scope.METADATA}


def may(user: User, action: str) -> bool:
    """Whether any role of `user` has the action at all."""
    return any(role in grants(action) for role in user.roles)


def require(actor: User, action: str, label: str = "") -> None:
    if not may(actor, action):
        raise PermissionDenied(f"您的角色不能{label or Action(action).label}")


def _provinces(user: User, action: str, prefix: str) -> Q:
    """Rows whose node lies in a province where `user` holds a role with the action."""
    within = Q(pk__in=[])
    for membership in user.live_memberships:
        if grants(action).get(membership.role) in WIDE and membership.organisation:  # type: ignore[call-overload]
            within |= Q(**{f"{prefix}path__startswith": membership.organisation.node.province_path})
    return within


def nodes_for(user: User, action: str = Action.MANAGE_ORGANISATIONS) -> QuerySet[Node]:
    return Node.objects.filter(_provinces(user, action, ""))


def organisations_for(user: User, action: str = Action.MANAGE_ORGANISATIONS) -> QuerySet[Organisation]:
    """Organisations in reach: the own one, or those of the province."""
    within = _provinces(user, action, "node__")
    own = [
        membership.organisation_id
        for membership in user.live_memberships
        if grants(action).get(membership.role) == Scope.OWN  # type: ignore[call-overload]
    ]
    return Organisation.objects.filter(within | Q(pk__in=own)).select_related("node")


def users_for(user: User, action: str = Action.VIEW_USERS) -> QuerySet[User]:
    """People in reach. An account without any role belongs to no unit yet: only a province-wide role sees it."""
    within = Q(memberships__organisation__in=organisations_for(user, action).order_by().values("pk"))
    if any(grants(action).get(membership.role) in WIDE for membership in user.live_memberships):  # type: ignore[call-overload]
        within |= Q(memberships__isnull=True)
    return User.objects.filter(pk__in=User.objects.filter(within).values("pk")).exclude(username=SYSTEM)


def enter_user(user_id: int, *, actor: User, action: str, label: str = "") -> User:
    """Lock a person for the rest of the transaction, if `actor` may do `action` to them."""
    require(actor, action, label)
    person = User.objects.select_for_update(no_key=True).get(pk=user_id)
    return _inside(person, users_for(actor, action))


def enter_organisation(organisation_id: int, *, actor: User, action: str) -> Organisation:
    require(actor, action)
    return _inside(
        Organisation.objects.select_related("node").get(pk=organisation_id), organisations_for(actor, action)
    )


def _inside(found: Any, reach: QuerySet[Model]) -> Any:
    if not reach.filter(pk=found.pk).exists():
        raise PermissionDenied("不在您的管理范围内")
    return found
