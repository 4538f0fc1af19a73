"""Whose figures: the branches of the tree a person sees statistics of, and the name a result is kept under."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.roles import Action, Scope, grants

Paths = tuple[str, ...]
# Goes into every name: a change of tables or drawings makes what was kept under the old one be drawn anew.
EDITION_OF_CODE = "3"


def paths_of(user: User) -> Paths:
    """The branches in which this person may see statistics, none inside another; "" is everything."""
    allowed, found = grants(Action.VIEW_STATISTICS), set()
    for held in user.live_memberships:
        scope = allowed.get(held.role)  # type: ignore[call-overload]
        if scope is None:
            continue
        if held.organisation is None:
            found.add("")
        elif scope == Scope.BELOW:
            found.add(held.organisation.node.path)
        elif scope == Scope.PROVINCE:
            found.add(held.organisation.node.province_path)
    return tuple(sorted(path for path in found if not any(path != up and path.startswith(up) for up in found)))


def under(paths: Iterable[str], prefix: str = "organisation__node__path") -> Q:
    """Rows whose organisation lies on one of these branches."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(**{f"{prefix}__startswith": path})
    return within


def key_of(paths: Paths, asked: Mapping[str, Any]) -> str:
    """One name for one question of one reach, however it was written in the address."""
    told = {name: str(value) for name, value in asked.items() if value not in ("", None)}
    return digest([EDITION_OF_CODE, list(paths), told])


def digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
