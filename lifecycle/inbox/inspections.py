"""待办 of inspections: visits of my teams, my signature, what the leader settles, what the unit is asked; plans to approve."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from lifecycle.models import Inspection, InspectionPlan, InspectionSignature, InspectionTour, Inspector
from lifecycle.queries.inspections import approves, inspections_for, may_conclude, plans_for, tours_for
from projects import access
from projects.tasks import Task

State = Inspection.State


def inspection_tasks(user: User, on: date) -> Iterator[Task]:
    """One statement for each kind of hand a person has."""
    if access.may(user, Action.RECORD_INSPECTION):
        yield from _of_teams(user, on)
    if access.may(user, Action.SEE_INSPECTION):
        yield from _of_units(user)
    if access.may(user, Action.APPROVE_INSPECTION_PLAN):
        waiting = plans_for(user, Action.APPROVE_INSPECTION_PLAN).filter(state=InspectionPlan.State.DRAFT)
        for plan in waiting:
            if approves(user, plan):
                url = reverse("lifecycle:inspection_plan", args=[plan.pk])
                yield Task("批准年度检查计划", str(plan), url, plan.drafted_on)
    if access.may(user, Action.PLAN_INSPECTION):
        yield from _to_summarise(user)


def _task(title: str, one: Inspection, since: date | None, due_on: date | None = None, note: str = "") -> Task:
    url = reverse("lifecycle:inspection", args=[one.project_id, one.pk])
    return Task(title, one.project.name, url, since, due_on, note)


def _of_teams(user: User, on: date) -> Iterator[Task]:
    live = [State.PLANNED, State.SIGNED, State.ASKED, State.ANSWERED]
    mine = Inspector.objects.filter(team=OuterRef("team"), user=user)
    signed = InspectionSignature.objects.filter(inspection=OuterRef("pk"), void_on=None, signer=user)
    rows = inspections_for(user, Action.RECORD_INSPECTION).filter(
        Exists(mine), state__in=live, tour__state__in=[InspectionTour.State.ISSUED, InspectionTour.State.DONE]
    )
    rows = rows.annotate(
        leads=Exists(mine.filter(leads=True)),
        signed=Exists(signed),
        found=Count("findings", distinct=True),
        left=Count("items", filter=Q(items__verdict=""), distinct=True),
    )
    for one in rows:
        if task := _of_member(one, on):
            yield task


def _of_member(one: Inspection, on: date) -> Task | None:
    if one.state == State.PLANNED:
        if one.signed:  # type: ignore[attr-defined]
            return None
        left = one.left  # type: ignore[attr-defined]
        title = "现场检查" if left else "签署检查记录"
        return _task(title, one, one.tour.issued_on, one.visit_on, f"检查表还有 {left} 项" if left else "检查表已填完")
    if not one.leads:  # type: ignore[attr-defined]
        return None
    if one.state == State.SIGNED:
        title = "征求单位意见" if one.found else "办结检查"  # type: ignore[attr-defined]
        return _task(title, one, one.signed_on)
    if may_conclude(one, on):
        return _task("办结检查", one, one.answered_on or one.opinion_due_on)
    return None


def _of_units(user: User) -> Iterator[Task]:
    after = [State.SIGNED, State.ASKED, State.ANSWERED, State.FINAL]
    rows = inspections_for(user, Action.SEE_INSPECTION).filter(Q(state=State.ASKED) | Q(state__in=after, seen_on=None))
    answers = access.may(user, Action.ANSWER_INSPECTION)
    for one in rows:
        if one.state == State.ASKED and answers:
            yield _task("答复检查意见", one, one.asked_on, one.opinion_due_on)
        if one.seen_on is None:
            yield _task("确认检查记录", one, one.signed_on)


def _to_summarise(user: User) -> Iterator[Task]:
    """Tours whose stops are all made or dropped."""
    open_ = Inspection.objects.filter(tour=OuterRef("pk"), state=State.PLANNED)
    rows = tours_for(user, Action.PLAN_INSPECTION).filter(
        ~Exists(open_), state=InspectionTour.State.ISSUED, kind=InspectionTour.Kind.TOUR
    )
    for tour in rows:
        url = reverse("lifecycle:inspection_tour", args=[tour.pk])
        yield Task("填写检查总结", tour.title, url, tour.issued_on, note="路线上的检查均已签字或取消")
