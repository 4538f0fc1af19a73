"""待办 of 审计, 问题资金 and 三方对账, computed from state. The number of statements does not depend on the projects."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from funds.models import AuditCase, AuditFinding, FoundMoney, FoundMoneyEntry, Statement
from funds.queries.found_money import WAITING, due_of
from policy.money import ZERO, yuan
from policy.terms import FoundMoneyMove
from projects import access
from projects.tasks import Task

State = AuditFinding.State
Side = Statement.Side


def audit_tasks(user: User, on: date) -> Iterator[Task]:
    yield from _cases(user)
    yield from _replies(user)
    yield from _verifying(user)
    yield from _concluding(user)
    yield from _to_put_right(user)
    yield from _to_confirm(user)
    yield from _other_side(user)


def _in(user: User, action: Action, path: str) -> Q:
    return Q(**{f"{path}__in": access.projects_for(user, action).values("pk")})


def _case_url(project_id: int, case_id: int) -> str:
    return reverse("funds:audit", args=[project_id, case_id])


def _cases(user: User) -> Iterator[Task]:
    """An open case, for who opened it."""
    if not access.may(user, Action.OPEN_AUDIT):
        return
    rows = AuditCase.objects.filter(_in(user, Action.OPEN_AUDIT, "project"), state=AuditCase.State.OPEN, opened_by=user)
    rows = (
        rows.defer("frame")
        .select_related("project")
        .annotate(
            unseen=Count("picks", filter=Q(picks__seen_by=None), distinct=True), found=Count("findings", distinct=True)
        )
    )
    for case in rows:
        note = f"样本未查看 {case.unseen} 笔，发现 {case.found} 条"
        url = _case_url(case.project_id, case.pk)
        yield Task(f"办理审计《{case.title}》", case.project.name, url, case.opened_on, note=note)


def _grouped(rows: QuerySet[AuditFinding], title: str, since: str) -> Iterator[Task]:
    """One task a case, with the nearest day."""
    groups = rows.order_by().values("case", project=F("case__project"), name=F("case__project__name"))
    for one in groups.annotate(count=Count("pk"), due=Min("due_on"), start=Min(since)):
        url = _case_url(one["project"], one["case"])
        yield Task(title, one["name"], url, one["start"], one["due"], note=f"{one['count']} 条")


def _replies(user: User) -> Iterator[Task]:
    sent = AuditFinding.objects.filter(state=State.SENT)
    if access.may(user, Action.SUBMIT_REPLY):
        mine = sent.filter(_in(user, Action.SUBMIT_REPLY, "case__project")).exclude(reply="")
        yield from _grouped(mine.exclude(reply_drafted_by=user), "提交审计答复", "case__sent_on")
    elif access.may(user, Action.REPLY_FINDING):
        mine = sent.filter(_in(user, Action.REPLY_FINDING, "case__project"))
        again = Q(reply="") | ~Q(closing_note="")
        yield from _grouped(mine.filter(again), "起草审计答复", "case__sent_on")


def _verifying(user: User) -> Iterator[Task]:
    if access.may(user, Action.VERIFY_FINDING):
        rows = AuditFinding.objects.filter(_in(user, Action.VERIFY_FINDING, "case__project"), state=State.REPLIED)
        yield from _grouped(rows.exclude(recorded_by=user), "核验审计整改", "replied_on")


def _concluding(user: User) -> Iterator[Task]:
    """Every finding closed, or a whole sample seen and nothing found."""
    if not access.may(user, Action.CONCLUDE_AUDIT):
        return
    findings = AuditFinding.objects.filter(case=OuterRef("pk"))
    rows = AuditCase.objects.filter(_in(user, Action.CONCLUDE_AUDIT, "project")).exclude(opened_by=user)
    rows = rows.exclude(state=AuditCase.State.CONCLUDED).filter(~Exists(findings.exclude(state=State.CLOSED)))
    unseen = AuditCase.objects.filter(pk=OuterRef("pk"), picks__seen_by=None, picks__isnull=False)
    rows = rows.filter(~Exists(unseen), ~Exists(findings.filter(recorded_by=user)))
    for case in rows.defer("frame").select_related("project"):
        url = reverse("funds:audit_conclude", args=[case.project_id, case.pk])
        yield Task(f"办结审计《{case.title}》", case.project.name, url, case.sent_on or case.opened_on)


def _to_put_right(user: User) -> Iterator[Task]:
    """Money found wrong that the unit has not proved or paid back, one task a project."""
    if not (access.is_unit(user) and access.may(user, Action.RECORD_FOUND_MONEY)):
        return
    rows = FoundMoney.objects.filter(_in(user, Action.RECORD_FOUND_MONEY, "project"), left__gt=0)
    groups: dict[int, list[FoundMoney]] = {}
    for row in rows.select_related("project", "finding").annotate(waiting=WAITING):
        if row.left > (row.waiting or ZERO):
            groups.setdefault(row.project_id, []).append(row)
    for project_id, group in groups.items():
        left = sum((row.left - (row.waiting or ZERO) for row in group), ZERO)  # type: ignore[attr-defined]
        url = reverse("funds:found_money", args=[project_id])
        first, due = min(row.found_on for row in group), min(due_of(row) for row in group)
        note = f"{len(group)} 项，未整改 {yuan(left)}"
        yield Task("处理问题资金（补证或追回）", group[0].project.name, url, first, due, note=note)


def _to_confirm(user: User) -> Iterator[Task]:
    if not access.may(user, Action.CONFIRM_FOUND_MONEY):
        return
    mine = Q(move=FoundMoneyMove.WRITTEN_OFF) if Role.PFL in user.roles else ~Q(move=FoundMoneyMove.WRITTEN_OFF)
    rows = FoundMoneyEntry.objects.filter(
        mine, _in(user, Action.CONFIRM_FOUND_MONEY, "found_money__project"), state=FoundMoneyEntry.State.RECORDED
    )
    others = rows.exclude(recorded_by=user).exclude(finder=user).order_by()
    groups = others.values(project=F("found_money__project"), name=F("found_money__project__name"))
    for one in groups.annotate(count=Count("pk"), total=Sum("amount"), since=Min("recorded_on")):
        url = reverse("funds:found_money", args=[one["project"]])
        note = f"{one['count']} 笔，合计 {yuan(one['total'])}"
        yield Task("复核问题资金处理", one["name"], url, one["since"], note=note)


def _other_side(user: User) -> Iterator[Task]:
    """The other side has handed in its list of a period, and this side has not."""
    if not access.may(user, Action.UPLOAD_STATEMENT):
        return
    mine, other = (Side.BOOKS, Side.TREASURY) if access.is_unit(user) else (Side.TREASURY, Side.BOOKS)
    ours = Statement.objects.filter(
        project=OuterRef("project"), side=mine, superseded=False,
        period_from=OuterRef("period_from"), period_to=OuterRef("period_to"),
    )  # fmt: skip
    rows = Statement.objects.filter(
        _in(user, Action.UPLOAD_STATEMENT, "project"), ~Exists(ours), side=other, superseded=False
    )
    for row in rows.select_related("project"):
        url = reverse("funds:reconcile", args=[row.project_id])
        note = f"{row.period_from} 至 {row.period_to}，{other.label}已上传"
        yield Task(f"上传{mine.label}", row.project.name, url, row.uploaded_on, note=note)
