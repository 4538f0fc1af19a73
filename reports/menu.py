"""What the page frame asks of the upper apps: the menu, the bell, who one is (settings UI_NAV_FILTER, UI_BELL, …)."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from accounts.queries import unread_count
from accounts.roles import Action, Role
from projects import access


def allowed(user: User, item: Mapping[str, Any]) -> bool:
    """An entry without `needs` is everybody's; else `needs` is a row `object:action` of the permission table."""
    needs = item.get("needs")
    return not needs or access.may(user, needs)


def bell(user: User) -> int:
    """Unread notices; one statement."""
    return unread_count(user)


def standing(user: User) -> str:
    """单位 · 岗位, one after another where a person holds several."""
    seats = (
        " · ".join(filter(None, [str(held.organisation or ""), Role(held.role).label]))
        for held in user.live_memberships
    )
    return "；".join(dict.fromkeys(seats))


def alert_tabs(user: User) -> dict[str, bool]:
    """Which lists beside the alerts this person may open."""
    return {"sees_risk": access.may(user, Action.VIEW_RISK), "sees_waivers": access.may(user, Action.VIEW_WAIVER)}
