"""初审: which offices below the province look first at what a unit hands in, by the setting of its place.

A setting stands on a node and counts for all below it until a lower node says otherwise. The province's own default
is the nearest office. `stepwise` sends it from the county's office to the city's.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import FirstReview, Node, Organisation
from policy.terms import Line, NodeKind

LINES = (Line.HR, Line.FINANCE)


def places_above(path: str) -> list[str]:
    """The paths of a node and of all nodes above it, the highest first."""
    return [path[: index + 1] for index, letter in enumerate(path) if letter == "/"]


def path_by(setting: str, offices: Sequence[Organisation]) -> list[Organisation]:
    """The offices that review one after the other. `offices`: of one line above the unit, the highest first."""
    if setting == FirstReview.NONE:
        return []
    if setting == FirstReview.CITY:
        return [one for one in offices if one.node.kind == NodeKind.CITY][:1]
    if setting == FirstReview.STEPWISE:
        return list(reversed(offices))
    return list(offices[-1:])


def first_review_paths(units: Iterable[Organisation]) -> Mapping[tuple[int, Line], list[Organisation]]:
    """The path of each unit and line, in two statements however many units there are."""
    places = {unit.pk: places_above(unit.node.path) for unit in units}
    wanted = {path for above in places.values() for path in above}
    settings = dict(settings_set().filter(path__in=wanted).values_list("path", "first_review"))
    rows = reviewing_offices().filter(node__path__in=wanted).select_related("node")
    return paths_from(places, settings, {(one.node.path, one.line): one for one in rows})


def settings_set() -> QuerySet[Node]:
    """Places with a setting of their own."""
    return Node.objects.exclude(first_review="")


def reviewing_offices() -> QuerySet[Organisation]:
    """Below the province."""
    return Organisation.objects.filter(line__in=LINES).exclude(node__kind=NodeKind.PROVINCE)


def paths_from(
    places: Mapping[int, Sequence[str]], settings: Mapping[str, str], offices: Mapping[tuple[str, str], Any]
) -> Mapping[tuple[int, Line], list[Any]]:
    """`places`: unit → its node and all above it; `offices`: by place and line, each with its `node`."""
    found = {}
    for pk, above in places.items():
        setting = next((settings[path] for path in reversed(above) if path in settings), FirstReview.NEAREST)
        for line in LINES:
            of_line = [offices[path, line] for path in above if (path, line) in offices]
            found[pk, line] = path_by(setting, of_line)
    return found


def first_review_path(unit: Organisation, line: Line) -> list[Organisation]:
    return first_review_paths([unit])[unit.pk, line]


def next_office(unit: Organisation, line: Line, office: Organisation) -> Organisation | None:
    """Where it goes after `office` has agreed; None: on to the province."""
    path = first_review_path(unit, line)
    after = [one for place, one in enumerate(path) if office in path[:place]]
    return after[0] if after else None
