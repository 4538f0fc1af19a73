"""待办 of inspections: visits of my teams, my signature, what the leader settles, what the unit is asked; plans to approve."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from lifecycle.models import Inspection, InspectionSignature, InspectionTour, Inspector
from lifecycle.queries.inspections import inspections_for, may_conclude, to_approve, tours_for
from projects import access
from projects.tasks import Task
from projects.together import Answer, Together

State = Inspection.State
SHOWN = ("pk", "project_id", "state", "signed_on", "opinion_due_on")
ALL_MADE = "路线上的检查均已签字或取消"


def inspection_tasks(user: User, on: date, read: Together) -> Iterable[Task]:
    """One question for each kind of hand a person has."""
    return chain(
        _of_teams(user, on, read) if access.may(user, Action.RECORD_INSPECTION) else (),
        _of_units(user, read) if access.may(user, Action.SEE_INSPECTION) else (),
        _to_approve(user, read) if access.may(user, Action.APPROVE_INSPECTION_PLAN) else (),
        _to_summarise(user, read) if access.may(user, Action.PLAN_INSPECTION) else (),
    )


def _task(title: str, one: Any, since: date | None, due_on: date | None = None, note: str = "") -> Task:
    url = reverse("lifecycle:inspection", args=[one.project_id, one.pk])
    return Task(title, one.name, url, since, due_on, note)


def _to_approve(user: User, read: Together) -> Iterable[Task]:
    asked = read.ask(to_approve(user), "pk", "year", "drafted_on", office="organisation__name")
    return (
        Task(
            "批准年度检查计划", f"{plan.office} {plan.year} 年检查计划", reverse("lifecycle:inspection_plan", args=[plan.pk]),
            plan.drafted_on,
        )
        for plan in asked
    )  # fmt: skip


def _of_teams(user: User, on: date, read: Together) -> Iterable[Task]:
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
    asked = read.ask(
        rows, *SHOWN, "visit_on", "leads", "signed", "found", "left", "answered_on", name="project__name",
        issued_on="tour__issued_on",
    )  # fmt: skip
    return (task for one in asked if (task := _of_member(one, on)))


def _of_member(one: Any, on: date) -> Task | None:
    if one.state == State.PLANNED:
        if one.signed:
            return None
        title, note = ("现场检查", f"检查表还有 {one.left} 项") if one.left else ("签署检查记录", "检查表已填完")
        return _task(title, one, one.issued_on, one.visit_on, note)
    if not one.leads:
        return None
    if one.state == State.SIGNED:
        return _task("征求单位意见" if one.found else "办结检查", one, one.signed_on)
    if may_conclude(one, on):
        return _task("办结检查", one, one.answered_on or one.opinion_due_on)
    return None


def _of_units(user: User, read: Together) -> Iterator[Task]:
    after = [State.SIGNED, State.ASKED, State.ANSWERED, State.FINAL]
    rows = inspections_for(user, Action.SEE_INSPECTION).filter(Q(state=State.ASKED) | Q(state__in=after, seen_on=None))
    asked = read.ask(rows, *SHOWN, "seen_on", "asked_on", name="project__name")
    return _to_answer(asked, answers=access.may(user, Action.ANSWER_INSPECTION))


def _to_answer(asked: Answer, *, answers: bool) -> Iterator[Task]:
    for one in asked:
        if one.state == State.ASKED and answers:
            yield _task("答复检查意见", one, one.asked_on, one.opinion_due_on)
        if one.seen_on is None:
            yield _task("确认检查记录", one, one.signed_on)


def _to_summarise(user: User, read: Together) -> Iterable[Task]:
    """Tours whose stops are all made or dropped."""
    open_ = Inspection.objects.filter(tour=OuterRef("pk"), state=State.PLANNED)
    rows = tours_for(user, Action.PLAN_INSPECTION).filter(
        ~Exists(open_), state=InspectionTour.State.ISSUED, kind=InspectionTour.Kind.TOUR
    )
    return (
        Task(
            "填写检查总结",
            tour.title,
            reverse("lifecycle:inspection_tour", args=[tour.pk]),
            tour.issued_on,
            note=ALL_MADE,
        )
        for tour in read.ask(rows, "pk", "title", "issued_on")
    )
