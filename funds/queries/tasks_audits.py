"""待办 of 审计, 问题资金 and 三方对账, computed from state. The number of statements does not depend on the projects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from funds.models import AuditCase, AuditFinding, FoundMoney, FoundMoneyEntry, Statement
from funds.queries.found_money import WAITING, due_by
from policy.loader import edition
from policy.money import ZERO, yuan
from policy.terms import FoundMoneyMove
from projects import access
from projects.tasks import Task
from projects.together import Answer, Together

State = AuditFinding.State
Side = Statement.Side


def audit_tasks(user: User, read: Together) -> Iterable[Task]:
    puts_right = access.is_unit(user) and access.may(user, Action.RECORD_FOUND_MONEY)
    return chain(
        _cases(user, read) if access.may(user, Action.OPEN_AUDIT) else (),
        _replies(user, read),
        _verifying(user, read) if access.may(user, Action.VERIFY_FINDING) else (),
        _concluding(user, read) if access.may(user, Action.CONCLUDE_AUDIT) else (),
        _to_put_right(user, read) if puts_right else (),
        _to_confirm(user, read) if access.may(user, Action.CONFIRM_FOUND_MONEY) else (),
        _other_side(user, read) if access.may(user, Action.UPLOAD_STATEMENT) else (),
    )


def _case_url(project_id: int, case_id: int) -> str:
    return reverse("funds:audit", args=[project_id, case_id])


def _cases(user: User, read: Together) -> Iterable[Task]:
    """An open case, for who opened it."""
    rows = AuditCase.objects.filter(access.about(user, Action.OPEN_AUDIT), state=AuditCase.State.OPEN, opened_by=user)
    rows = rows.annotate(
        unseen=Count("picks", filter=Q(picks__seen_by=None), distinct=True), found=Count("findings", distinct=True)
    )
    return (
        Task(
            f"办理审计《{case.title}》", case.name, _case_url(case.project_id, case.pk), case.opened_on,
            note=f"样本未查看 {case.unseen} 笔，发现 {case.found} 条",
        )
        for case in read.ask(rows, "pk", "project_id", "title", "opened_on", "unseen", "found", name="project__name")
    )  # fmt: skip


def _grouped(read: Together, rows: QuerySet[AuditFinding], title: str, since: str) -> Iterable[Task]:
    """One task a case, with the nearest day."""
    groups = rows.order_by().values("case_id", project=F("case__project"), name=F("case__project__name"))
    groups = groups.annotate(count=Count("pk"), due=Min("due_on"), start=Min(since))
    return (
        Task(title, one.name, _case_url(one.project, one.case_id), one.start, one.due, note=f"{one.count} 条")
        for one in read.ask(groups, "case_id", "project", "name", "count", "due", "start")
    )


def _replies(user: User, read: Together) -> Iterable[Task]:
    sent = AuditFinding.objects.filter(state=State.SENT)
    if access.may(user, Action.SUBMIT_REPLY):
        mine = sent.filter(access.about(user, Action.SUBMIT_REPLY, "case__project")).exclude(reply="")
        return _grouped(read, mine.exclude(reply_drafted_by=user), "提交审计答复", "case__sent_on")
    if access.may(user, Action.REPLY_FINDING):
        mine = sent.filter(access.about(user, Action.REPLY_FINDING, "case__project"))
        again = Q(reply="") | ~Q(closing_note="")
        return _grouped(read, mine.filter(again), "起草审计答复", "case__sent_on")
    return ()


def _verifying(user: User, read: Together) -> Iterable[Task]:
    rows = AuditFinding.objects.filter(access.about(user, Action.VERIFY_FINDING, "case__project"), state=State.REPLIED)
    return _grouped(read, rows.exclude(recorded_by=user), "核验审计整改", "replied_on")


def _concluding(user: User, read: Together) -> Iterable[Task]:
    """Every finding closed, or a whole sample seen and nothing found."""
    findings = AuditFinding.objects.filter(case=OuterRef("pk"))
    rows = AuditCase.objects.filter(access.about(user, Action.CONCLUDE_AUDIT)).exclude(opened_by=user)
    rows = rows.exclude(state=AuditCase.State.CONCLUDED).filter(~Exists(findings.exclude(state=State.CLOSED)))
    unseen = AuditCase.objects.filter(pk=OuterRef("pk"), picks__seen_by=None, picks__isnull=False)
    rows = rows.filter(~Exists(unseen), ~Exists(findings.filter(recorded_by=user)))
    asked = read.ask(rows, "pk", "project_id", "title", "sent_on", "opened_on", name="project__name")
    return (
        Task(
            f"办结审计《{case.title}》", case.name, reverse("funds:audit_conclude", args=[case.project_id, case.pk]),
            case.sent_on or case.opened_on,
        )
        for case in asked
    )  # fmt: skip


def _to_put_right(user: User, read: Together) -> Iterator[Task]:
    """Money found wrong that the unit has not proved or paid back, one task a project."""
    rows = FoundMoney.objects.filter(access.about(user, Action.RECORD_FOUND_MONEY), left__gt=0)
    asked = read.ask(
        rows.annotate(waiting=WAITING), "project_id", "left", "waiting", "found_on", name="project__name",
        edition_code="project__edition_code", finding_due_on="finding__due_on",
    )  # fmt: skip
    return _wrong(asked)


def _wrong(asked: Answer) -> Iterator[Task]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in asked:
        if row.left > (row.waiting or ZERO):
            groups[row.project_id].append(row)
    for project_id, group in groups.items():
        left = sum((row.left - (row.waiting or ZERO) for row in group), ZERO)
        url = reverse("funds:found_money", args=[project_id])
        first = min(row.found_on for row in group)
        due = min(due_by(row.finding_due_on, row.found_on, edition(row.edition_code)) for row in group)
        note = f"{len(group)} 项，未整改 {yuan(left)}"
        yield Task("处理问题资金（补证或追回）", group[0].name, url, first, due, note=note)


def _to_confirm(user: User, read: Together) -> Iterable[Task]:
    mine = Q(move=FoundMoneyMove.WRITTEN_OFF) if Role.PFL in user.roles else ~Q(move=FoundMoneyMove.WRITTEN_OFF)
    rows = FoundMoneyEntry.objects.filter(
        mine,
        access.about(user, Action.CONFIRM_FOUND_MONEY, "found_money__project"),
        state=FoundMoneyEntry.State.RECORDED,
    )
    others = rows.exclude(recorded_by=user).exclude(finder=user).order_by()
    groups = others.values(project=F("found_money__project"), name=F("found_money__project__name"))
    groups = groups.annotate(count=Count("pk"), total=Sum("amount"), since=Min("recorded_on"))
    return (
        Task(
            "复核问题资金处理", one.name, reverse("funds:found_money", args=[one.project]), one.since,
            note=f"{one.count} 笔，合计 {yuan(one.total)}",
        )
        for one in read.ask(groups, "project", "name", "count", "total", "since")
    )  # fmt: skip


def _other_side(user: User, read: Together) -> Iterable[Task]:
    """The other side has handed in its list of a period, and this side has not."""
    mine, other = (Side.BOOKS, Side.TREASURY) if access.is_unit(user) else (Side.TREASURY, Side.BOOKS)
    ours = Statement.objects.filter(
        project=OuterRef("project"), side=mine, superseded=False,
        period_from=OuterRef("period_from"), period_to=OuterRef("period_to"),
    )  # fmt: skip
    rows = Statement.objects.filter(
        access.about(user, Action.UPLOAD_STATEMENT), ~Exists(ours), side=other, superseded=False
    )
    asked = read.ask(rows, "project_id", "period_from", "period_to", "uploaded_on", name="project__name")
    return (
        Task(
            f"上传{mine.label}", row.name, reverse("funds:reconcile", args=[row.project_id]), row.uploaded_on,
            note=f"{row.period_from} 至 {row.period_to}，{other.label}已上传",
        )
        for row in asked
    )  # fmt: skip
