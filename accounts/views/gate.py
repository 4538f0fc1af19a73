"""The door of the account pages: the route's row of the permission table must grant it to a role of the person."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts.models import User
from accounts.operations.door import may
from accounts.roles import row_of_route
from ui.views import ProjectMixin, page_size


def route_action(request: HttpRequest) -> str:
    match = request.resolver_match
    row = row_of_route(match.view_name) if match else None
    if row is None:
        raise PermissionDenied("本页没有权限登记")
    return f"{row['object']}:{row['action']}"


class Gate(ProjectMixin):
    """`self.actor` and `self.action` for everything behind it."""

    request: HttpRequest
    actor: User
    action = ""
    listed = ("", "")  # label and URL name of the list this page belongs to

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        label, name = self.listed
        section = (label, reverse(name) if name else "")
        return super().get_context_data(**{"section": section, **kwargs})  # type: ignore[misc]

    def load(self) -> None:
        super().load()
        assert isinstance(self.request.user, User)  # noqa: S101 - `load` runs for those who are signed in
        self.actor = self.request.user
        self.action = route_action(self.request)
        if not may(self.actor, self.action):
            raise PermissionDenied("您的角色不能打开本页")


class ShowsOnce:
    """A secret is shown on the answer itself, never stored: a repetition shows the form again."""

    request: HttpRequest
    carried_out: bool
    shown_template = ""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)  # type: ignore[misc]
        if not self.carried_out:
            return response
        shown = render(self.request, self.shown_template, self.told())
        add_never_cache_headers(shown)
        return shown

    def told(self) -> dict[str, Any]:
        raise NotImplementedError


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, page_size(request)).get_page(request.GET.get("page"))
