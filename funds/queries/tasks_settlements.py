"""待办 of 清算 and 缴回. Approving a 清算 is in the list of `lifecycle`."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import ClawBack, Receipt, Repayment, Settlement
from policy.money import yuan
from policy.terms import Occasion, Stage
from projects import access
from projects.models import Project
from projects.tasks import Task

State = Settlement.State


def settlement_tasks(user: User, on: date) -> Iterator[Task]:
    yield from _to_prepare(user)
    yield from _to_collect(user)
    yield from _to_confirm(user)


def _to_prepare(user: User) -> Iterator[Task]:
    """After 取消称号, and after acceptance where money came in. One for a termination waits in `lifecycle`."""
    if not access.may(user, Action.PREPARE_SETTLEMENT):
        return
    reached = access.projects_for(user, Action.PREPARE_SETTLEMENT).order_by("pk")
    theirs = Settlement.objects.filter(project=OuterRef("pk"))
    fresh = theirs.filter(occasion=Occasion.REVOCATION, state=State.PREPARED, prepared_on__gte=OuterRef("stage_since"))
    yield from _prepare(reached.filter(~Exists(fresh), stage=Stage.REVOKED), "已取消称号")
    standing = theirs.filter(state__in=[State.PREPARED, State.APPROVED])
    money = Receipt.objects.filter(project=OuterRef("pk"))
    yield from _prepare(reached.filter(Exists(money), ~Exists(standing), stage=Stage.ACCEPTED), "已通过验收")


def _prepare(projects: QuerySet[Project], note: str) -> Iterator[Task]:
    for project in projects:
        url = reverse("funds:settlement", args=[project.pk])
        yield Task("编制资金清算", project.name, url, project.stage_since, note=note)


def _to_collect(user: User) -> Iterator[Task]:
    """Claims with something left that nobody has recorded yet."""
    if not access.may(user, Action.RECORD_REPAYMENT):
        return
    reached = Q(project__in=access.projects_for(user, Action.RECORD_REPAYMENT).values("pk"))
    waiting = Repayment.objects.filter(claw_back=OuterRef("pk"), state=Repayment.State.RECORDED)
    rows = ClawBack.objects.filter(reached, ~Exists(waiting), left__gt=0, settlement__state=State.APPROVED)
    for row in rows.select_related("project", "settlement"):
        url = reverse("funds:repayment_new", args=[row.project_id, row.pk])
        since = row.settlement.approved_on
        yield Task("登记缴回", row.project.name, url, since, row.due_on, note=f"尚未缴回 {yuan(row.left)}")


def _to_confirm(user: User) -> Iterator[Task]:
    if not access.may(user, Action.CONFIRM_REPAYMENT):
        return
    reached = Q(claw_back__project__in=access.projects_for(user, Action.CONFIRM_REPAYMENT).values("pk"))
    rows = Repayment.objects.filter(reached, state=Repayment.State.RECORDED).exclude(recorded_by=user)
    for row in rows.annotate(name=F("claw_back__project__name"), where=F("claw_back__project")):
        url = reverse("funds:repayment_confirm", args=[row.where, row.pk])
        yield Task("复核缴回", row.name, url, row.recorded_on, note=yuan(row.amount))
