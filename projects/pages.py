"""What every page under a project shares: the project is found within the viewer's reach, the route's row of the
permission table says who may open it. Out of reach is 404, not granted is 403 (design/trust.md, Requests).
"""

from datetime import date
from typing import Any, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView

from accounts.models import User
from accounts.roles import row_of_route
from projects import access
from projects.models import Attachment, Project
from ui.views import ActionView, ConfirmView, OperationView
from ui.views import ProjectMixin as FrameMixin


def route_action(request: HttpRequest) -> str:
    """The permission row `object:action` of the page that is being opened."""
    match = request.resolver_match
    row = row_of_route(match.view_name) if match else None
    if row is None:
        raise PermissionDenied("本页没有权限登记")
    return f"{row['object']}:{row['action']}"


def reachable(request: HttpRequest) -> QuerySet[Project]:
    """The projects the person may see, with what every project page shows."""
    if not request.user.is_authenticated:
        raise Http404
    return access.projects_for(request.user).select_related("organisation__node")


def find_project(request: HttpRequest, project_id: int) -> Project:
    """One project in reach whose page this person may open."""
    project = get_object_or_404(reachable(request), pk=project_id)
    if not access.allows(request.user, project, route_action(request)):  # type: ignore[arg-type]
        raise PermissionDenied("您的角色不能办理此事项")
    return project


class Acting:
    """Who acts and on which day: the edge is where both are asked. The views below let nobody in who is not known."""

    request: HttpRequest

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    @property
    def today(self) -> date:
        return timezone.localdate()


class Found(Acting, FrameMixin):
    """Gives `self.project` before anything else runs."""

    project: Project

    def load(self) -> None:
        self.project = find_project(self.request, self.kwargs["project_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"project": self.project}  # type: ignore[misc]


class ProjectPage(Found, TemplateView):
    """A page that only reads."""


class ProjectOperation(Found, OperationView):
    """A form under a project that makes one call to one operation."""

    template_name = "projects/form.html"


class ProjectConfirm(Found, ConfirmView):
    """A confirm page: consequences, checklist, the form, the button."""

    template_name = "projects/confirm.html"


class ProjectAction(Found, ActionView):
    """A button without a form of its own."""


def as_download(attachment: Attachment, content: bytes, **shown: str) -> HttpResponse:
    """Never a page of ours. `shown`: headers that differ from a download's."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=attachment.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=attachment.content_type, headers=headers | shown)


class RouteMixin(Acting, LoginRequiredMixin):
    """A page that belongs to no one project: the route's row must grant it to some role of the person."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not access.may(request.user, route_action(request)):
            raise PermissionDenied("您的角色不能打开本页")
        return super().dispatch(request, *args, **kwargs)
