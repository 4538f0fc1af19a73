"""验收 between the application and the conclusion: what waits for 省人社, the unit, its clerks and the experts."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from django.urls import reverse

from accounts.roles import Action
from lifecycle.inbox.reading import Reading
from lifecycle.machine import ACCEPTANCE
from lifecycle.models import GapTask, PackReturn, Panel
from lifecycle.queries.panel import CaseView, assignments_of
from lifecycle.rules.panel import least_of, size_fits
from policy.terms import Kind
from projects import access
from projects.models import Project
from projects.tasks import Task
from projects.together import Answer

AHEAD = timedelta(days=3)
ACTIONS = frozenset({Action.GATE_A, Action.APPLY_ACCEPTANCE})


def acceptance_tasks(now: Reading) -> Iterable[Task]:
    returned = now.read.ask(
        PackReturn.objects.filter(access.about(now.user, prefix="acceptance__project"), mended_on=None), "returned_on",
        "due_on", "items", project_id="acceptance__project_id",
    )  # fmt: skip
    return chain(_sheets(now), _gaps(now), _mending(now, returned), _at_province(now, returned))


def _at_province(now: Reading, returned: Answer) -> Iterator[Task]:
    if access.may(now.user, Action.GATE_A):
        waits = {row.project_id for row in returned}
        for project in now.at(Action.GATE_A, [ACCEPTANCE]):
            yield from _of_province(now, project, now.cases.get(project.pk), waits=project.pk in waits)


def _task(title: str, project: Any, page: str, since: object, due_on: object = None, note: str = "") -> Task:
    return Task(title, project.name, reverse(f"lifecycle:{page}", args=[project.pk]), since, due_on, note)  # type: ignore[arg-type]


def _of_province(now: Reading, project: Project, view: CaseView | None, *, waits: bool) -> Iterator[Task]:
    opened = now.acceptances.get(project.pk)
    if opened is None or opened.acceptance.panel:  # its panel was typed before there was a register
        return
    acceptance, since = opened.acceptance, now.ready_for_gates(project)
    if acceptance.accepted_on is None:
        if since and not waits:
            due = now.due.get((project.pk, "acceptance_organise"))
            yield _task("形式审查验收申请", project, "formal_check", since, due)
        return
    due = now.due.get((project.pk, "acceptance_organise"))
    if view is None or view.case.acceptance_id != acceptance.pk:
        yield _task("组成验收组", project, "panel", acceptance.accepted_on, due)
        return
    if not view.open and not size_fits(len(view.sitting), least_of(project.edition, Kind(project.kind))):
        note = f"现 {len(view.sitting)} 人"
        yield _task("补足或更换验收专家", project, "panel", view.case.panel.formed_on, due, note)
    on_site = view.case.panel.procedure == Panel.Procedure.SITE
    if on_site and acceptance.visited_on is None and now.on >= view.case.visit_on:
        yield _task("登记现场验收", project, "visit", view.case.visit_on, due)
    if view.missing and now.on > view.case.visit_on + AHEAD:
        note = f"还差 {len(view.missing)} 份"
        yield _task("催交或代录专家评审表", project, "panel", view.case.visit_on, due, note)


def _mending(now: Reading, returned: Answer) -> Iterator[Task]:
    """Sent back for completion: for the leader, who sends it in again."""
    if not access.may(now.user, Action.APPLY_ACCEPTANCE):
        return
    projects = {one.pk: one for one in now.at(Action.APPLY_ACCEPTANCE, [ACCEPTANCE])}
    for row in returned:
        if row.project_id in projects:
            note = f"{len(row.items)} 项" if row.items else ""
            yield _task("补正验收材料", projects[row.project_id], "pack", row.returned_on, row.due_on, note)


def _gaps(now: Reading) -> Iterable[Task]:
    """Given to this person in 模拟验收, until they say it is done."""
    if not access.may(now.user, Action.UPLOAD_PACK):
        return ()
    rows = GapTask.objects.filter(access.about(now.user), clerk=now.user, done_on=None)
    asked = now.read.ask(rows, "assigned_on", "due_on", "text", pk="project_id", name="project__name")
    return (_task("补齐验收缺口", row, "mock", row.assigned_on, row.due_on, row.text[:60]) for row in asked)


def _sheets(now: Reading) -> Iterator[Task]:
    if not access.may(now.user, Action.SCORE_SHEET):
        return
    for view in assignments_of(now.user):
        own = view.of(now.user)
        if own and not own.handed_in:
            project = view.case.acceptance.project
            yield _task("填写专家评审表", project, "sheet", own.seat.since, view.case.visit_on)
