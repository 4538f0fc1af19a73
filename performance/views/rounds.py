"""监测轮次: the list, one round with every project it asks, opening one, chasing what is late."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.journal import record_access
from accounts.roles import Action
from performance.forms.rounds import AddForm, DueForm, PeriodForm, ReturnFilter, RoundForm
from performance.models import PeriodReturn, Round
from performance.operations import rounds as operations
from performance.queries.rounds import (
    candidates_for,
    chase_text,
    proposed_due,
    round_rows,
    rounds_for,
    with_calls,
)
from performance.rules.returns import last_quarter, name_for
from projects import access
from projects.models import Project
from projects.pages import RouteMixin, route_action
from ui.views import ActionView, OperationView

OLDEST, NEWEST = date(2010, 1, 1), date(2100, 1, 1)


class Rounds(RouteMixin, TemplateView):
    template_name = "performance/rounds.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"rounds": rounds_for(self.actor, self.today), "on": self.today}
        return super().get_context_data(may_open=access.may(self.actor, Action.OPEN_ROUND), **shown, **kwargs)


class OneRound(RouteMixin):
    """Gives `self.round`, if it asks a project in reach."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def find(self) -> Round:
        """The grant is asked first: setting up a form comes before the door of the page."""
        if not access.may(self.actor, route_action(self.request)):
            raise PermissionDenied("您的角色不能打开本页")
        return get_object_or_404(rounds_for(self.actor, timezone.localdate()), pk=self.kwargs["round_id"])

    def get_success_url(self) -> str:
        return reverse("performance:round", args=[self.kwargs["round_id"]])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class RoundPage(OneRound, TemplateView):
    """`counts` are of every project in reach, whatever the filter shows."""

    template_name = "performance/round.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.find()
        form = ReturnFilter(self.request.GET)
        chosen = form.cleaned_data if form.is_valid() else {}
        opens = access.may(self.actor, Action.OPEN_ROUND)
        left_out = self.left_out(asked) if opens else []
        return super().get_context_data(
            round=asked,
            rows=round_rows(self.actor, asked, self.today, chosen),
            filter=form,
            on=self.today,
            opens=opens,
            chases=access.may(self.actor, Action.CHASE_RETURNS),
            running=asked.due_on >= self.today,
            left_out=left_out,
            title=asked.name,
            **kwargs,
        )

    def left_out(self, asked: Round) -> list[Any]:
        """The projects of the province that this round does not ask, each with the reason that holds now."""
        inside = set(PeriodReturn.objects.filter(round=asked).values_list("project", flat=True))
        found = candidates_for(self.actor, period_from=asked.period_from, cut_off=asked.cut_off, kind=asked.kind)
        return [row for row in found if row.project.pk not in inside]


class OpenRound(RouteMixin, OperationView):
    """The days first (GET), then the projects they ask, those left out with their reasons, and the day it is due."""

    template_name = "performance/round_open.html"
    form_class = RoundForm
    title, submit_label = "发起监测轮次", "发起"
    result: operations.Opened

    def period(self) -> dict[str, Any]:
        """What the list is of: as sent, as asked in the address, or the last quarter that ended."""
        form = PeriodForm(self.request.POST if self.request.method == "POST" else self.request.GET)
        if form.is_valid():
            told = form.cleaned_data
            if all(OLDEST <= told[name] < NEWEST for name in ("period_from", "cut_off")):
                return {**told, "kind": told["kind"] or Round.Kind.QUARTER}
        start, end = last_quarter(self.today)
        return {"kind": Round.Kind.QUARTER, "period_from": start, "cut_off": end}

    def load(self) -> None:
        """Whoever may not open rounds gets an empty list here, and is turned away at the door."""
        self.asked = self.period()
        self.found = candidates_for(self.actor, **self.asked)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"found": self.found}

    def get_initial(self) -> dict[str, Any]:
        due_on = proposed_due(self.found, self.asked["cut_off"])
        return self.asked | {"due_on": due_on, "name": name_for(self.asked["period_from"], self.asked["cut_off"])}

    def run(self, data: dict[str, Any]) -> operations.Opened:
        return operations.open_round(actor=self.actor, on=self.today, **data)

    @property
    def done(self) -> str:  # type: ignore[override]
        """n made, m left out, each with its reason."""
        made, left_out = self.result.made, self.result.left_out
        names = "；".join(f"{project.name}：{why}" for project, why in left_out)
        return f"已向 {len(made)} 个项目发起季报包" + (f"，{len(left_out)} 个未列入（{names}）" if left_out else "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = self.request.GET if {"period_from", "cut_off"} & set(self.request.GET) else None
        days = PeriodForm(typed, initial=self.asked)
        return super().get_context_data(days=days, asked_days=self.asked, **kwargs)

    def get_success_url(self) -> str:
        return reverse("performance:round", args=[self.result.round.pk])

    def get_cancel_url(self) -> str:
        return reverse("performance:rounds")


class MoveDue(OneRound, OperationView):
    form_class = DueForm
    title, submit_label, done = "调整报送截止日期", "调整", "报送截止日期已调整，未报送的项目同时调整"

    def load(self) -> None:
        self.round = self.find()

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": self.round.due_on}

    def run(self, data: dict[str, Any]) -> Round:
        return operations.move_due(self.round.pk, actor=self.actor, on=self.today, **data)


class AddToRound(OneRound, ActionView):
    form_class = AddForm
    done = "已补列，单位可以填报"

    def load(self) -> None:
        self.round = self.find()

    def run(self, data: dict[str, Any]) -> PeriodReturn:
        mine = access.projects_for(self.actor, Action.OPEN_ROUND)
        project: Project = get_object_or_404(mine, pk=data["project_id"])
        return operations.add_to_round(project.pk, round_id=self.round.pk, actor=self.actor, on=self.today)


class Chase(OneRound, TemplateView):
    """催报: who is late, whom to call, words to copy. Numbers are masked; to see them leaves a line in the journal."""

    template_name = "performance/chase.html"
    shown = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.find()
        record_access("查看催报联系电话", actor=self.actor, on=self.today, text=f"{asked.name}催报名单")
        self.shown = True
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.find()
        late = round_rows(self.actor, asked, self.today, {"state": "late"})
        rows = with_calls(row for row in late if row.to_chase)
        texts = list(chase_text(rows, asked, self.today))
        shown = {"round": asked, "rows": rows, "texts": texts, "on": self.today, "shown": self.shown}
        shown["calls_may"] = access.may(self.actor, Action.CHASE_RETURNS)
        return super().get_context_data(title=f"催报名单 · {asked.name}", **shown, **kwargs)
