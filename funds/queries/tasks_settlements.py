"""待办 of 清算 and 缴回. Approving a 清算 is in the list of `lifecycle`."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import ClawBack, Receipt, Repayment, Settlement
from policy.money import yuan
from policy.terms import Occasion, Stage
from projects import access
from projects.models import Project
from projects.tasks import Task
from projects.together import Together

State = Settlement.State


def settlement_tasks(user: User, read: Together) -> Iterable[Task]:
    return chain(
        _to_prepare(user, read) if access.may(user, Action.PREPARE_SETTLEMENT) else (),
        _to_collect(user, read) if access.may(user, Action.RECORD_REPAYMENT) else (),
        _to_confirm(user, read) if access.may(user, Action.CONFIRM_REPAYMENT) else (),
    )


def _to_prepare(user: User, read: Together) -> Iterable[Task]:
    """After 取消称号, and after acceptance where money came in. One for a termination waits in `lifecycle`."""
    reached = access.projects_for(user, Action.PREPARE_SETTLEMENT)
    theirs = Settlement.objects.filter(project=OuterRef("pk"))
    fresh = theirs.filter(occasion=Occasion.REVOCATION, state=State.PREPARED, prepared_on__gte=OuterRef("stage_since"))
    revoked = reached.filter(~Exists(fresh), stage=Stage.REVOKED)
    standing = theirs.filter(state__in=[State.PREPARED, State.APPROVED])
    money = Receipt.objects.filter(project=OuterRef("pk"))
    accepted = reached.filter(Exists(money), ~Exists(standing), stage=Stage.ACCEPTED)
    return chain(_prepare(read, revoked, "已取消称号"), _prepare(read, accepted, "已通过验收"))


def _prepare(read: Together, projects: QuerySet[Project], note: str) -> Iterable[Task]:
    return (
        Task("编制资金清算", one.name, reverse("funds:settlement", args=[one.pk]), one.stage_since, note=note)
        for one in read.ask(projects, "pk", "name", "stage_since")
    )


def _to_collect(user: User, read: Together) -> Iterable[Task]:
    """Claims with something left that nobody has recorded yet."""
    reached = access.about(user, Action.RECORD_REPAYMENT)
    waiting = Repayment.objects.filter(claw_back=OuterRef("pk"), state=Repayment.State.RECORDED)
    rows = ClawBack.objects.filter(reached, ~Exists(waiting), left__gt=0, settlement__state=State.APPROVED)
    asked = read.ask(
        rows, "pk", "project_id", "due_on", "left", name="project__name", approved_on="settlement__approved_on"
    )
    return (
        Task(
            "登记缴回", row.name, reverse("funds:repayment_new", args=[row.project_id, row.pk]), row.approved_on, row.due_on,
            note=f"尚未缴回 {yuan(row.left)}",
        )
        for row in asked
    )  # fmt: skip


def _to_confirm(user: User, read: Together) -> Iterable[Task]:
    reached = access.about(user, Action.CONFIRM_REPAYMENT, "claw_back__project")
    rows = Repayment.objects.filter(reached, state=Repayment.State.RECORDED).exclude(recorded_by=user)
    asked = read.ask(
        rows, "pk", "recorded_on", "amount", name="claw_back__project__name", where="claw_back__project_id"
    )
    return (
        Task(
            "复核缴回",
            row.name,
            reverse("funds:repayment_confirm", args=[row.where, row.pk]),
            row.recorded_on,
            note=yuan(row.amount),
        )
        for row in asked
    )
