"""The dates as a list with a countdown, as a month, of one project with their reasons, and as one day's digest."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.roles import Action
from lifecycle.forms.deadlines import DeadlineFilter
from lifecycle.queries.calendars import chosen, digest_of, month_of, places_of, rows_for, rows_of
from lifecycle.queries.deadlines import closed_dates
from projects import access
from projects.pages import ProjectPage, RouteMixin
from ui.views import page_size

FIRST_YEAR, LAST_YEAR = 2000, 2099


def all_of(request: HttpRequest) -> bool:
    """For paper: everything on one page."""
    return request.GET.get("print") == "1"


class DeadlineList(RouteMixin, TemplateView):
    template_name = "lifecycle/deadlines.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        rows = rows_for(self.actor, on)
        form = DeadlineFilter(self.request.GET, places=places_of(rows))
        found = chosen(rows, form.asked())
        size = max(len(found), 1) if all_of(self.request) else page_size(self.request)
        page = Paginator(found, size).get_page(self.request.GET.get("page"))
        query = self.request.GET.copy()
        query["print"] = "1"
        return super().get_context_data(
            form=form, page_obj=page, on=on, printing=all_of(self.request), query=query.urlencode(),
            late=sum(row.overdue for row in found), may_move=access.may(self.actor, Action.MOVE_DATES), **kwargs,
        )  # fmt: skip


class ProjectDeadlines(ProjectPage):
    template_name = "lifecycle/project_deadlines.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        rows = rows_of(self.actor, self.project, on)
        return super().get_context_data(rows=rows, closed=closed_dates(self.project), on=on, **kwargs)


class CalendarPage(RouteMixin, TemplateView):
    template_name = "lifecycle/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        month = month_of(rows_for(self.actor, on), self._first(on), on)
        return super().get_context_data(month=month, on=on, **kwargs)

    def _first(self, on: date) -> date:
        """The month asked for; anything else is this one."""
        try:
            asked = date.fromisoformat(f"{self.request.GET.get('month', '')}-01")
        except ValueError:
            return on.replace(day=1)
        return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else on.replace(day=1)


class Digest(RouteMixin, TemplateView):
    """What one notice named for this person, with a link each."""

    template_name = "lifecycle/deadline_digest.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            day = date.fromisoformat(self.kwargs["day"])
        except ValueError as error:
            raise Http404 from error
        return super().get_context_data(**kwargs | {"day": day, "told": digest_of(self.actor, day)})
