"""Where the numbers lead: the list that counts the same, with the filter of the page and of the row."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reports.register import GIVEN

Link = Callable[..., str]


def to_register(asked: Mapping[str, Any]) -> Link:
    """项目台账."""

    def link(**more: Any) -> str:
        return f"{reverse('reports:projects')}?{urlencode({'stage': GIVEN, **asked, **more})}"

    return link


def to_problems(asked: Mapping[str, Any]) -> Link:
    """问题台账, which calls a place a city."""
    own = {("city" if name == "place" else name): value for name, value in asked.items()}

    def link(**more: Any) -> str:
        query = urlencode(own | more)
        return f"{reverse('lifecycle:all_problems')}{'?' if query else ''}{query}"

    return link


def to_targets(asked: Mapping[str, Any]) -> Link:
    """The projects that reported an indicator."""

    def link(**more: Any) -> str:
        return f"{reverse('reports:statistics_targets')}?{urlencode({**asked, **more})}"

    return link


def to_paces(asked: Mapping[str, Any]) -> Link:
    """The projects behind the chart of money and time, or those of some points of it."""

    def link(**more: Any) -> str:
        query = urlencode({**asked, **more})
        return f"{reverse('reports:statistics_pace')}{'?' if query else ''}{query}"

    return link


def to_project(pk: int) -> str:
    return reverse("reports:dossier", args=[pk])
