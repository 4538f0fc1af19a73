"""待办 of the money: what waits for one person, computed from state. One statement, however many projects there are."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import ABOUT_VOUCHER, EVIDENCE, Allocation, Budget, FundDocument, Voucher
from funds.queries.tasks_audits import audit_tasks
from funds.queries.tasks_batches import batch_tasks
from funds.queries.tasks_budgets import change_tasks
from funds.queries.tasks_flags import flag_tasks
from funds.queries.tasks_incomes import income_tasks
from funds.queries.tasks_judging import judging_tasks
from funds.queries.tasks_money_in import money_in_tasks
from funds.queries.tasks_settlements import settlement_tasks
from funds.rules import BUDGET_STAGES
from policy.money import yuan
from policy.terms import VoucherState
from projects import access
from projects.models import Attachment
from projects.tasks import Task
from projects.together import Together


def tasks_for(user: User, on: date) -> list[Task]:
    return list(asked_tasks(user, on, Together()))


def asked_tasks(user: User, on: date, read: Together) -> Iterable[Task]:
    """Asked for at once, read when the first is looked at."""
    return chain(
        money_in_tasks(user, read),
        _budgets(user, read),
        _vouchers(user, read),
        audit_tasks(user, read),
        batch_tasks(user, read),
        judging_tasks(user, on, read),
        income_tasks(user, on, read),
        flag_tasks(user, read),
        settlement_tasks(user, read),
        change_tasks(user, read),
    )


def _budgets(user: User, read: Together) -> Iterable[Task]:
    state = Budget.State
    found = [_budgets_to_fill(user, read)] if access.may(user, Action.EDIT_BUDGET) else []
    for action, waiting, title, since in (
        (Action.SUBMIT_BUDGET, state.DRAFT, "提交预算", "drafted_on"),
        (Action.CONSENT_BUDGET, state.SUBMITTED, "会签预算", "submitted_on"),
        (Action.APPROVE_BUDGET, state.CONSENTED, "批准预算", "consented_on"),
    ):
        if access.may(user, action):
            rows = Budget.objects.filter(access.about(user, action), state=waiting)
            found.append(_budget_tasks(read, rows, title, since))
    return chain.from_iterable(found)


def _budget_tasks(read: Together, rows: QuerySet[Budget], title: str, since: str) -> Iterable[Task]:
    return (
        Task(title, one.name, reverse("funds:budget", args=[one.project_id]), one.since)
        for one in read.ask(rows, "project_id", name="project__name", since=since)
    )


def _budgets_to_fill(user: User, read: Together) -> Iterable[Task]:
    """Money is issued, and no version of a budget stands or is under way."""
    signed = Allocation.objects.filter(project=OuterRef("pk"), document__state=FundDocument.State.APPROVED)
    standing = Budget.objects.filter(project=OuterRef("pk")).exclude(state=Budget.State.RETURNED)
    rows = access.projects_for(user, Action.EDIT_BUDGET).filter(Exists(signed), ~Exists(standing))
    rows = rows.filter(stage__in=BUDGET_STAGES).annotate(returned=Count("budgets"))
    rows = rows.annotate(issued=Min("allocations__document__approved_on"))
    return (
        Task(
            "修改被退回的预算" if one.returned else "编报预算", one.name, reverse("funds:budget_edit", args=[one.pk]), one.issued
        )
        for one in read.ask(rows, "pk", "name", "returned", "issued")
    )  # fmt: skip


def _vouchers(user: User, read: Together) -> Iterable[Task]:
    """One task a project: returned and unproven rows for the clerk, drafts for whoever submits."""
    evidence = Attachment.objects.filter(
        project=OuterRef("project"), about=ABOUT_VOUCHER, about_id=OuterRef("pk"), purpose=EVIDENCE
    )
    drafts, found = Voucher.objects.filter(state=VoucherState.DRAFT), []
    if access.may(user, Action.RECORD_VOUCHER):
        mine = access.about(user, Action.RECORD_VOUCHER)
        returned = Voucher.objects.filter(mine, state=VoucherState.RETURNED)
        found.append(_grouped(read, returned, "补正被退回的支出", VoucherState.RETURNED, "judged_on"))
        bare = drafts.filter(mine, ~Exists(evidence))
        found.append(_grouped(read, bare, "为支出草稿上传凭证", VoucherState.DRAFT, "recorded_on"))
    if access.may(user, Action.SUBMIT_VOUCHER):
        ready = drafts.filter(access.about(user, Action.SUBMIT_VOUCHER), Exists(evidence)).exclude(hands=user)
        found.append(_grouped(read, ready, "提交支出", VoucherState.DRAFT, "recorded_on"))
    return chain.from_iterable(found)


def _grouped(read: Together, rows: QuerySet[Voucher], title: str, state: str, since: str) -> Iterable[Task]:
    groups = rows.order_by().values("project_id", name=F("project__name"))
    groups = groups.annotate(count=Count("pk"), total=Sum("amount"), since=Min(since))
    return (
        Task(
            title, one.name, f"{reverse('funds:payments', args=[one.project_id])}?state={state}", one.since,
            note=f"{one.count} 笔，合计 {yuan(one.total)}",
        )
        for one in read.ask(groups, "project_id", "name", "count", "total", "since")
    )  # fmt: skip
