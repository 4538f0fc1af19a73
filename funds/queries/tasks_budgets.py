"""待办 of 调剂: a proposal that no joint decision takes up yet."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import Budget
from funds.queries.budgets import CHANGE_KIND
from projects import access
from projects.models import Decision, DecisionItem
from projects.tasks import Task


def change_tasks(user: User) -> Iterator[Task]:
    """One statement."""
    if not access.may(user, Action.DRAFT_CHANGE):
        return
    waiting = DecisionItem.objects.filter(
        project=OuterRef("project"),
        state=DecisionItem.State.OPEN,
        decision__kind=CHANGE_KIND,
        decision__state=Decision.State.SIGNING,
    )
    reached = access.projects_for(user, Action.DRAFT_CHANGE).values("pk")
    rows = Budget.objects.filter(~Exists(waiting), project__in=reached, state=Budget.State.PROPOSED)
    for budget in rows.select_related("project"):
        url = reverse("funds:budget", args=[budget.project_id])
        yield Task("办理预算调剂申请", budget.project.name, url, budget.submitted_on, note=budget.reason[:60])
