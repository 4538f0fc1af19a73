"""待办 of the money: what waits for one person, computed from state. The number of statements does not depend on how
many projects there are.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import ABOUT_VOUCHER, EVIDENCE, Allocation, Budget, FundDocument, Voucher
from funds.queries.people import judging_of
from funds.queries.tasks_audits import audit_tasks
from funds.queries.tasks_batches import batch_tasks, in_review
from funds.queries.tasks_budgets import change_tasks
from funds.queries.tasks_flags import flag_tasks
from funds.queries.tasks_money_in import money_in_tasks
from funds.queries.tasks_settlements import settlement_tasks
from funds.rules import BUDGET_STAGES
from policy.money import ZERO, yuan
from policy.terms import VoucherState
from projects import access
from projects.models import Attachment
from projects.tasks import Task


def tasks_for(user: User, on: date) -> list[Task]:
    found = [*money_in_tasks(user), *_budgets(user), *_vouchers(user)]
    found += [*audit_tasks(user, on), *batch_tasks(user, on)]
    return [*found, *_judging(user, on), *flag_tasks(user, on), *settlement_tasks(user, on), *change_tasks(user)]


def _reached(user: User, action: Action) -> Q:
    return Q(project__in=access.projects_for(user, action).values("pk"))


def _budgets(user: User) -> Iterator[Task]:
    state = Budget.State
    yield from _budgets_to_fill(user)
    for action, waiting, title, name, since in (
        (Action.SUBMIT_BUDGET, state.DRAFT, "提交预算", "funds:budget", "drafted_on"),
        (Action.CONSENT_BUDGET, state.SUBMITTED, "会签预算", "funds:budget", "submitted_on"),
        (Action.APPROVE_BUDGET, state.CONSENTED, "批准预算", "funds:budget", "consented_on"),
    ):
        if access.may(user, action):
            rows = Budget.objects.filter(_reached(user, action), state=waiting).select_related("project")
            for budget in rows:
                url = reverse(name, args=[budget.project_id])
                yield Task(title, budget.project.name, url, getattr(budget, since))


def _budgets_to_fill(user: User) -> Iterator[Task]:
    """Money is issued, and no version of a budget stands or is under way."""
    if not access.may(user, Action.EDIT_BUDGET):
        return
    signed = Allocation.objects.filter(project=OuterRef("pk"), document__state=FundDocument.State.APPROVED)
    standing = Budget.objects.filter(project=OuterRef("pk")).exclude(state=Budget.State.RETURNED)
    rows = access.projects_for(user, Action.EDIT_BUDGET).filter(Exists(signed), ~Exists(standing))
    rows = rows.filter(stage__in=BUDGET_STAGES).annotate(returned=Count("budgets"))
    for project in rows.annotate(issued=Min("allocations__document__approved_on")):
        title = "修改被退回的预算" if project.returned else "编报预算"
        yield Task(title, project.name, reverse("funds:budget_edit", args=[project.pk]), project.issued)


def _vouchers(user: User) -> Iterator[Task]:
    """One task a project: returned and unproven rows for the clerk, drafts for whoever submits."""
    evidence = Attachment.objects.filter(
        project=OuterRef("project"), about=ABOUT_VOUCHER, about_id=OuterRef("pk"), purpose=EVIDENCE
    )
    drafts = Voucher.objects.filter(state=VoucherState.DRAFT)
    if access.may(user, Action.RECORD_VOUCHER):
        mine = _reached(user, Action.RECORD_VOUCHER)
        returned = Voucher.objects.filter(mine, state=VoucherState.RETURNED)
        yield from _grouped(returned, "补正被退回的支出", VoucherState.RETURNED, "judged_on")
        bare = drafts.filter(mine, ~Exists(evidence))
        yield from _grouped(bare, "为支出草稿上传凭证", VoucherState.DRAFT, "recorded_on")
    if access.may(user, Action.SUBMIT_VOUCHER):
        ready = drafts.filter(_reached(user, Action.SUBMIT_VOUCHER), Exists(evidence)).exclude(hands=user)
        yield from _grouped(ready, "提交支出", VoucherState.DRAFT, "recorded_on")


def _grouped(rows: QuerySet[Voucher], title: str, state: str, since: str) -> Iterator[Task]:
    groups = rows.order_by().values("project", name=F("project__name"))
    for group in groups.annotate(count=Count("pk"), total=Sum("amount"), since=Min(since)):
        url = f"{reverse('funds:payments', args=[group['project']])}?state={state}"
        yield Task(title, group["name"], url, group["since"], note=f"{group['count']} 笔，合计 {yuan(group['total'])}")


def _judging(user: User, on: date) -> Iterator[Task]:
    """Payments and 冲销 that this person may judge, one task a project and kind."""
    if not access.may(user, Action.JUDGE_VOUCHER):
        return
    reached = Voucher.objects.filter(_reached(user, Action.JUDGE_VOUCHER), state=VoucherState.SUBMITTED)
    reached = reached.exclude(in_review())
    rows = list(reached.select_related("project__organisation__node").prefetch_related("hands"))
    judging = judging_of(rows, actor=user, action=Action.JUDGE_VOUCHER, on=on)
    groups: dict[tuple[int, bool], list[Voucher]] = {}
    for row in rows:
        if not judging.findings(row):
            groups.setdefault((row.project_id, row.reverses_id is not None), []).append(row)
    for (project_id, reversal), group in groups.items():
        url = f"{reverse('funds:payments', args=[project_id])}?state={VoucherState.SUBMITTED}"
        note = f"{len(group)} 笔，合计 {yuan(sum((row.amount for row in group), ZERO))}"
        since = min((row.submitted_on for row in group if row.submitted_on), default=None)
        yield Task("审核冲销" if reversal else "审核支出", group[0].project.name, url, since, note=note)
