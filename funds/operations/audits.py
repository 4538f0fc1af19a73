"""资金审计: opened with its sample drawn, seen pick by pick, sent with its findings, concluded when all are closed."""

import secrets
from datetime import date
from typing import Any

from django.db.models import Q

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.notices import notify
from accounts.persons import is_hand, own_accounts
from accounts.queries import people_who_may
from accounts.roles import Action
from funds.alerts import refresh_alerts
from funds.found_money import open_for_finding
from funds.models import ABOUT_FINDING, AuditCase, AuditFinding, AuditPick
from funds.operations.seen import check_seen
from funds.queries.audits import frame_of, papers_of
from funds.rules import audits as rules
from policy.findings import refuse, refuse_if_blocking
from policy.spelling import number_key
from policy.terms import SampleMethod
from projects import access, files
from projects.models import Problem, Project
from projects.problems import open_problem

State = AuditCase.State


@operation("资金审计立项")
def open_audit(
    project_id: int,
    *,
    actor: User,
    number: str,
    title: str,
    period_from: date,
    period_to: date,
    method: str,
    size: int,
    batch_id: int | None = None,
    on: date,
) -> AuditCase:
    """The sample is drawn at once and kept with what it was drawn from, so that anyone can draw it again."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_AUDIT)
    batch = project.batches.get(pk=batch_id) if batch_id else None
    frame = frame_of(project, start=period_from, end=period_to, batch=batch)
    found = list(
        rules.check_opening(
            edition=project.edition, start=period_from, end=period_to, size=size, population=len(frame), on=on
        )
    )
    refuse_if_blocking(found)
    if project.audits.filter(number_key=number_key(number)).exists():
        refuse("number", f"审计通知书 {number.strip()} 已在本项目立项。", field="number")
    seed = secrets.token_hex(16)
    case = project.audits.create(
        batch=batch, number=number.strip(), title=title.strip(), period_from=period_from, period_to=period_to,
        method=SampleMethod(method), size=size, population=len(frame), seed=seed, frame=rules.kept(frame),
        opened_by=actor, opened_on=on,
    )  # fmt: skip
    drawn = rules.draw(frame, method=method, size=size, seed=seed)
    AuditPick.objects.bulk_create(AuditPick(case=case, voucher_id=pk, why=why[:120]) for pk, why in drawn)
    said = f"立项审计《{case.title}》（{case.number}），{case.get_method_display()}，总体 {len(frame)} 笔，抽 {len(drawn)} 笔"
    _journal(case, said, seed=seed, picks=[pk for pk, _ in drawn])
    return case


def open_case(project: Project, case_id: int) -> AuditCase:
    """A case whose findings are still being recorded."""
    case = project.audits.get(pk=case_id)
    if case.state != State.OPEN:
        refuse("state", f"本审计{case.get_state_display()}，不能再增改样本和发现；有新情况请另行立项。")
    return case


@operation("查看审计样本")
def see_audit_pick(project_id: int, case_id: int, *, actor: User, pick_id: int, on: date) -> AuditPick:
    """An officer has opened the payment and its evidence."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_AUDIT)
    case = open_case(project, case_id)
    pick = case.picks.select_related("voucher").get(pk=pick_id)
    if pick.seen_by_id is None:
        pick.seen_by, pick.seen_on = actor, on
        pick.save(update_fields=["seen_by", "seen_on"])
        _journal(case, f"查看样本 {pick.voucher.number}")
    return pick


@operation("送达审计发现")
def send_audit(project_id: int, case_id: int, *, actor: User, seen: str | None = None, on: date) -> AuditCase:
    """The unit sees the findings from now on; each becomes a problem, each amount goes to the 问题资金 ledger."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_AUDIT)
    case = project.audits.get(pk=case_id)
    check_seen(project, case, seen, actor=actor)
    findings = list(case.findings.select_related("voucher__project", "case__project", "recorded_by"))
    papers = papers_of(project, findings)
    bare = [f"第 {one.number} 条" for one in findings if not papers[one.pk].evidence]
    unseen = case.picks.filter(seen_by=None).count()
    refuse_if_blocking(rules.check_sending(state=case.state, unseen=unseen, findings=len(findings), bare=bare))
    for finding in findings:
        finding.problem = _problem(finding, on)
        finding.state = AuditFinding.State.SENT
        finding.save(update_fields=["problem", "state"])
        files.publish(project, about=ABOUT_FINDING, about_id=finding.pk)
        open_for_finding(finding, actor=actor, on=on)
    case.state, case.sent_by, case.sent_on = State.SENT, actor, on
    case.save(update_fields=["state", "sent_by", "sent_on"])
    refresh_alerts(project, on)
    people = people_who_may(Action.REPLY_FINDING, project.organisation, on)
    due = min(finding.due_on for finding in findings)
    text = f"{project.name}：审计发现 {len(findings)} 条已送达，请于 {due} 前答复并整改"
    notify(people, key=f"audit:{case.pk}", text=text, url=url_of(case))
    _journal(case, f"送达审计发现 {len(findings)} 条")
    return case


def _problem(finding: AuditFinding, on: date) -> Problem:
    """One object for problems of all sources (handbook 7), so that a severe one stands in the way of acceptance."""
    return open_problem(
        finding.case.project,
        source=Problem.Source.AUDIT,
        about_id=finding.pk,
        fact=finding.fact,
        clause=finding.clause,
        requirement=finding.measure,
        level=finding.level,
        amount=finding.amount,
        due_on=finding.due_on,
        by=finding.recorded_by,
        on=on,
    )


@operation("办结资金审计")
def conclude_audit(
    project_id: int, case_id: int, *, actor: User, conclusion: str, seen: str | None = None, on: date
) -> AuditCase:
    project = access.enter(project_id, actor=actor, action=Action.CONCLUDE_AUDIT)
    case = project.audits.get(pk=case_id)
    check_seen(project, case, seen, actor=actor)
    findings = AuditFinding.objects.filter(case=case)
    mine = Q(recorded_by__in=own_accounts(actor))
    refuse_if_blocking(
        rules.check_conclusion(
            state=case.state,
            unseen=case.picks.filter(seen_by=None).count(),
            drafts=findings.filter(state=AuditFinding.State.DRAFT).count(),
            opened=findings.filter(state__in=[AuditFinding.State.SENT, AuditFinding.State.REPLIED]).count(),
            recorded=is_hand(actor, case.opened_by_id) or findings.filter(mine).exists(),
            text=conclusion,
        )
    )
    case.state, case.concluded_by, case.concluded_on = State.CONCLUDED, actor, on
    case.conclusion = conclusion.strip()
    case.save(update_fields=["state", "concluded_by", "concluded_on", "conclusion"])
    people = people_who_may(Action.REPLY_FINDING, project.organisation, on)
    notify(people, key=f"audit_done:{case.pk}", text=f"{project.name}：审计《{case.title}》已办结", url=url_of(case))
    _journal(case, f"办结审计：{case.conclusion}"[:300])
    return case


def url_of(case: AuditCase) -> str:
    return f"/projects/{case.project_id}/funds/audits/{case.pk}/"


def _journal(case: AuditCase, text: str, **changes: Any) -> None:
    journal.record(project_id=case.project_id, subject=f"audit:{case.pk}", text=text, state=case.state, **changes)
