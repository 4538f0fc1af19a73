"""待办: 冲销 of income that this person may decide on."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import IncomeReversal
from funds.queries.people import Handled, Judging, asked_judging
from policy.money import yuan
from projects import access
from projects.tasks import Task
from projects.together import Answer, Together


def income_tasks(user: User, on: date, read: Together) -> Iterable[Task]:
    if not access.may(user, Action.APPROVE_REVERSAL):
        return ()
    within = access.about(user, Action.APPROVE_REVERSAL)
    rows = IncomeReversal.objects.filter(within, state=IncomeReversal.State.PROPOSED)
    asked = read.ask(
        rows, "pk", "project_id", "proposed_by_id", "proposed_on", name="project__name", number="income__number",
        amount="income__amount", recorder="income__recorded_by_id", unit_id="project__organisation_id",
        path="project__organisation__node__path",
    )  # fmt: skip
    hands = User.objects.filter(Q(pk__in=rows.values("proposed_by")) | Q(pk__in=rows.values("income__recorded_by")))
    judging = asked_judging(read, hands.values("pk"), actor=user, action=Action.APPROVE_REVERSAL, on=on)
    return _tasks(asked, judging)


def _tasks(asked: Answer, judging: Any) -> Iterator[Task]:
    mine: Judging = judging()
    for row in asked:
        handled = Handled(
            {row.proposed_by_id, row.recorder}, None, None, reversal=False, unit=row.unit_id, path=row.path
        )
        if not mine.against(handled):
            url = reverse("funds:income_judge", args=[row.project_id, row.pk])
            note = f"{row.number} {yuan(row.amount)}"
            yield Task("审核冲销收入", row.name, url, row.proposed_on, note=note)
