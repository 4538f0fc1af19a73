"""待办 of 调剂: a proposal that no joint decision takes up yet."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import Budget
from funds.queries.budgets import CHANGE_KIND
from projects import access
from projects.models import Decision, DecisionItem
from projects.tasks import Task
from projects.together import Together


def change_tasks(user: User, read: Together) -> Iterable[Task]:
    if not access.may(user, Action.DRAFT_CHANGE):
        return ()
    waiting = DecisionItem.objects.filter(
        project=OuterRef("project"),
        state=DecisionItem.State.OPEN,
        decision__kind=CHANGE_KIND,
        decision__state=Decision.State.SIGNING,
    )
    within = access.about(user, Action.DRAFT_CHANGE)
    rows = Budget.objects.filter(~Exists(waiting), within, state=Budget.State.PROPOSED)
    asked = read.ask(rows, "project_id", "submitted_on", "reason", name="project__name")
    return (
        Task(
            "办理预算调剂申请",
            row.name,
            reverse("funds:budget", args=[row.project_id]),
            row.submitted_on,
            note=row.reason[:60],
        )
        for row in asked
    )
