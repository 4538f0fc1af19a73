"""放假安排: the table year by year, a newly published arrangement, and the dates it would move."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.models import Holiday, HolidayArrangement
from accounts.roles import Action
from lifecycle.deadlines import RULES
from lifecycle.forms.deadlines import HolidayForm, MoveForm
from lifecycle.models import DateMove
from lifecycle.operations import calendars as operations
from projects import access
from projects.pages import ProjectAction, RouteMixin
from ui.views import OperationView, page_size

AHEAD = 3  # years shown beyond this one, arranged or not


class Holidays(RouteMixin, TemplateView):
    template_name = "lifecycle/holidays.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        by_year: dict[int, list[Holiday]] = {on.year + ahead: [] for ahead in range(AHEAD)}
        for one in Holiday.objects.order_by("day"):
            by_year.setdefault(one.day.year, []).append(one)
        years = [(year, by_year[year]) for year in sorted(by_year, reverse=True)]
        papers = HolidayArrangement.objects.select_related("recorded_by")
        may = access.may(self.actor, Action.EXTEND_HOLIDAYS)
        return super().get_context_data(years=years, papers=papers, may_extend=may, on=on, **kwargs)


class NewArrangement(RouteMixin, OperationView):
    form_class = HolidayForm
    title, submit_label = "登记放假安排", "登记"
    done = "放假安排已登记；受影响的工作日期限已列为重算建议，由省级经办逐项确认"
    success_name = "lifecycle:holidays"

    def run(self, data: dict[str, Any]) -> HolidayArrangement:
        return operations.extend_holidays(**data, actor=self.actor, on=timezone.localdate())


class ArrangementFile(RouteMixin, View):
    """A published document: whoever sees dates may read it."""

    def get(self, request: HttpRequest, arrangement_id: int) -> HttpResponse:
        paper = get_object_or_404(HolidayArrangement, pk=arrangement_id)
        try:
            content = paper.file.read_bytes()
        except OSError as error:
            raise Http404 from error
        if hashlib.sha256(content).hexdigest() != paper.sha256:
            raise Http404
        answer = HttpResponse(content, content_type=paper.content_type)
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=paper.name)
        answer["X-Content-Type-Options"], answer["Content-Security-Policy"] = "nosniff", "sandbox"
        return answer


def labelled(rows: Iterable[DateMove]) -> list[dict[str, Any]]:
    return [{"move": row, "label": RULES[row.deadline.rule].label, "project": row.deadline.project} for row in rows]


class Moves(RouteMixin, TemplateView):
    """What waits to be confirmed, in reach; below it what was decided last."""

    template_name = "lifecycle/moves.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = access.projects_for(self.actor, Action.MOVE_DATES).values("pk")
        rows = DateMove.objects.filter(deadline__project__in=mine).select_related("deadline__project", "decided_by")
        waiting = Paginator(rows.filter(state=DateMove.State.OPEN), page_size(self.request))
        page = waiting.get_page(self.request.GET.get("page"))
        decided = rows.exclude(state=DateMove.State.OPEN).order_by("-decided_on", "-pk")[:20]
        return super().get_context_data(rows=labelled(page), page_obj=page, decided=labelled(decided), **kwargs)


class DecideMove(ProjectAction):
    form_class = MoveForm
    done = "已办理"

    def load(self) -> None:
        super().load()
        get_object_or_404(DateMove, pk=self.kwargs["move_id"], deadline__project=self.project)

    def run(self, data: dict[str, Any]) -> DateMove:
        return operations.decide_move(
            self.project.pk, self.kwargs["move_id"], **data, actor=self.actor, on=timezone.localdate()
        )

    def get_repeat_url(self) -> str:
        return reverse("lifecycle:moves")
