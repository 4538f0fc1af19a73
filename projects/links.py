"""A page by URL name, only if it is there and this person may open it: no dead links, no doors that do not open."""

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.roles import row_of_route
from projects import access
from projects.models import Project


def page_for(user: User, name: str, project: Project) -> str:
    """A page of this project, or else of none; "" where the person has no way in."""
    row = row_of_route(name) if name else None
    if row is None or not access.allows(user, project, f"{row['object']}:{row['action']}"):
        return ""
    for arguments in ([project.pk], []):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return ""
