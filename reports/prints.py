"""Registered prints of every form a person may know of, for search and comparison: of projects and of places."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import Action
from projects import access
from projects.models import PrintedPaper
from projects.queries import place_prints


def prints_for(user: User) -> QuerySet[PrintedPaper]:
    """Of projects those that were open to the likes of this reader when they were registered; the page of a project
    (lifecycle/queries/printing.py) shows at least these.
    """
    told = Q(for_unit=True) if access.is_unit(user) else Q(for_offices=True)
    seen = access.projects_for(user, Action.VIEW_PRINTS).values("pk")
    places = place_prints(user).order_by().values("pk")
    return PrintedPaper.objects.filter((Q(project__in=seen) & told) | Q(pk__in=places))
