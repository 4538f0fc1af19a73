"""The table of what waits: who may act, at which stage, and when it is due. Where a guard says when, it is asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from accounts.roles import Action, Role
from lifecycle import guards
from lifecycle import guards_endings as gs
from lifecycle.deadlines import BUILD_END, DEFENCE, RECTIFY
from lifecycle.inbox.reading import Reading
from lifecycle.machine import (
    ACCEPTANCE,
    BUILDING,
    DRAFT,
    FILED,
    LIVE,
    NOTICE,
    RECHECKING,
    RECTIFYING,
    REVIEW,
    REVOKED,
)
from lifecycle.models import ChangeRequest, Request
from lifecycle.queries import conditions_of
from performance.models import TargetSheet
from policy.terms import Grade, Occasion, Stage
from projects import access
from projects.models import Project
from projects.tasks import Task

AHEAD = timedelta(days=30)
RULINGS = ("ruling", "T25", "T25R")
Said = Task | None


@dataclass(frozen=True, slots=True)
class Rule:
    action: Action
    stages: tuple[Stage, ...]
    task: Callable[[Reading, Project], Said]


def rule_tasks(now: Reading) -> Iterator[Task]:
    yield from _to_award(now)
    yield from _to_file(now)
    for rule in RULES:
        if access.may(now.user, rule.action):
            for project in now.at(rule.action, rule.stages):
                task = rule.task(now, project)
                if task:
                    yield task


def _task(
    title: str, project: Project, page: str, since: date | None, due_on: date | None = None, note: str = ""
) -> Task:
    return Task(title, project.name, reverse(f"lifecycle:{page}", args=[project.pk]), since, due_on, note)


def _step(title: str, project: Project, code: str, since: date | None, note: str = "") -> Task:
    return Task(title, project.name, reverse("lifecycle:step", args=[project.pk, code]), since, None, note)


# Several projects in one decision


def _grouped(title: str, code: str, projects: list[Project]) -> Iterator[Task]:
    if projects:
        since = min((one.stage_since for one in projects if one.stage_since), default=None)
        names = projects[0].name if len(projects) == 1 else f"{projects[0].name} 等"
        url = reverse("lifecycle:decision_new", args=[code])
        yield Task(title, names, url, since, note=f"{len(projects)} 个项目可以列入")


def _to_award(now: Reading) -> Iterator[Task]:
    if access.may(now.user, Action.DRAFT_AWARD):
        drafts = now.at(Action.DRAFT_AWARD, [DRAFT])
        ready = [one for one in drafts if one.sector and one.grant is not None and not now.waits(one, "T01")]
        yield from _grouped("拟制立项决定", "T01", ready)


def _to_file(now: Reading) -> Iterator[Task]:
    """Sheets both departments have passed. Drafted by 省人社, who leads; 省财政 may as well and is not told twice."""
    if Role.PH not in now.user.roles:
        return
    reviewed = now.at(Action.DRAFT_DECISION, [REVIEW])
    ready = [
        one
        for one in reviewed
        if (sheet := now.sheets.get(one.pk))
        and sheet.state == TargetSheet.State.READY
        and not now.waits(one, "T04", "T05")
    ]
    for code, grade in (("T04", Grade.EXCELLENT), ("T05", Grade.GOOD)):
        title = f"拟制绩效目标备案决定（{grade.label}）"
        yield from _grouped(title, code, [one for one in ready if now.sheets[one.pk].grade == grade])


# One project


def _revision(now: Reading, project: Project) -> Said:
    """绩效目标调整 that both departments have passed; 省人社 leads, as with 备案."""
    sheet = now.sheets.get(project.pk)
    ready = sheet is not None and sheet.revises_id and sheet.state == TargetSheet.State.READY
    if sheet is None or not ready or Role.PH not in now.user.roles or now.waits(project, "T13M"):
        return None
    return _step("拟制绩效目标调整决定", project, "T13M", sheet.state_since)


def _category(now: Reading, project: Project) -> Said:
    if project.sector or now.waits(project, "category"):
        return None
    return _step("认定职业类别", project, "category", project.stage_since)


def _start(now: Reading, project: Project) -> Said:
    issued = now.issued.get(project.pk)
    return _task("启动建设期", project, "start_building", issued) if issued else None


def _extension(now: Reading, project: Project) -> Said:
    request = now.requests.get((project.pk, Request.Kind.EXTENSION))
    open_still = project.build_end_on and now.on <= project.build_end_on
    if request is None or not open_still or now.waits(project, "T14"):
        return None
    return _step("办理延期申请", project, "T14", request.on, f"申请延期 {request.months} 个月")


def _unit_change(now: Reading, project: Project) -> Said:
    request = now.changes.get(project.pk)
    if request is None or now.waits(project, "T31"):
        return None
    return _task("办理变更申请", project, "changes", request.on, note=ChangeRequest.Kind(request.kind).label)


def _termination(now: Reading, project: Project) -> Said:
    request = now.requests.get((project.pk, Request.Kind.TERMINATION))
    if request is None or now.waits(project, "T30"):
        return None
    return _step("办理终止申请", project, "T30", request.on)


def _apply(now: Reading, project: Project) -> Said:
    end = now.due.get((project.pk, BUILD_END.code)) or project.build_end_on
    if end is None or end - AHEAD > now.on:
        return None
    note = "建设期已届满，尚未申请" if now.on > end else ""
    return _task("申请验收", project, "apply", end - AHEAD, end, note)


def _first_check(now: Reading, project: Project) -> Said:
    """For the office that was named when the unit applied, and nobody else."""
    opened = now.acceptances.get(project.pk)
    if opened is None:
        return None
    roles = {Role.CH: "hr", Role.CF: "finance"}
    for held in now.user.live_memberships:
        line = roles.get(Role(held.role))
        office = line and getattr(opened.acceptance, f"{line}_office_id")
        if office and office == held.organisation_id and not getattr(opened.acceptance, f"{line}_checked_on"):
            return _task("提出验收初审意见", project, "first_check", opened.acceptance.applied_on)
    return None


def _accepted(now: Reading, project: Project) -> bool:
    """受理, or begun before there was 形式审查 here."""
    acceptance = now.acceptances[project.pk].acceptance
    return bool(acceptance.accepted_on or acceptance.panel)


def _gate_a(now: Reading, project: Project) -> Said:
    since = now.ready_for_gates(project)
    if since is None or not _accepted(now, project):
        return None
    left = len(conditions_of(project)) - now.acceptances[project.pk].judged
    return _task("核查建设条件", project, "gate_a", since, note=f"还有 {left} 项未核查") if left > 0 else None


def _gate_b(now: Reading, project: Project) -> Said:
    """Who enters first is for the departments to agree; the other one confirms (performance has that task)."""
    since = now.ready_for_gates(project)
    result = now.evaluations.get(project.pk)
    if since is None or (result and (result.total is not None or result.on >= since)):
        return None
    url = reverse("performance:evaluation", args=[project.pk])
    return Task("录入绩效评估实际值", project.name, url, since)


def _conclusion(now: Reading, project: Project) -> Said:
    since = now.ready_for_gates(project)
    result = now.evaluations.get(project.pk)
    if since is None or result is None or not result.confirmed or now.waits(project, "T18", "T19"):
        return None
    if now.acceptances[project.pk].judged < len(conditions_of(project)) or project.pk in now.sealed:
        return None
    return _dossier("拟制验收结论或限期整改通知", project, max(since, result.on))


def _dossier(title: str, project: Project, since: date | None, note: str = "") -> Task:
    """Where the choice between several decisions stands, each with its conditions."""
    return Task(title, project.name, reverse("reports:dossier", args=[project.pk]) + "#steps", since, None, note)


def _serve_order(now: Reading, project: Project) -> Said:
    order = now.rectifications.get(project.pk)
    if order is None or order.served_on:
        return None
    return _task("登记整改通知书送达", project, "serve_order", order.effective_on)


def _answer(now: Reading, project: Project) -> Said:
    order, left = now.rectifications.get(project.pk), now.unanswered.get(project.pk, 0)
    if order is None or not order.served_on or not left:
        return None
    due = now.due.get((project.pk, RECTIFY.code)) or order.due_on
    return _task("填写整改措施", project, "report", order.served_on, due, f"还有 {left} 个问题未填措施或缺佐证")


def _report(now: Reading, project: Project) -> Said:
    order = now.rectifications.get(project.pk)
    if order is None or not order.served_on or now.unanswered.get(project.pk):
        return None
    due = now.due.get((project.pk, RECTIFY.code)) or order.due_on
    return _task("提交整改报告", project, "report", order.served_on, due)


def _recheck(now: Reading, project: Project) -> Said:
    order, report = now.rectifications.get(project.pk), now.reports.get(project.pk)
    if order is None or report is None or report.passed is not None or order.drafted_by_id == now.user.pk:
        return None
    return _task("整改复验", project, "recheck", report.on)


def _recheck_result(now: Reading, project: Project) -> Said:
    report = now.reports.get(project.pk)
    if report is None or report.passed is None or now.waits(project, "T21", "T22", "T23"):
        return None
    code, guard = ("T21", guards.recheck_passed) if report.passed else ("T22", guards.within_cap)
    if not now.passes(guard, project):
        return None
    return _step("拟制复验结果", project, code, report.rechecked_on, "复验通过" if report.passed else "复验不通过")


def _propose(now: Reading, project: Project) -> Said:
    order = now.rectifications.get(project.pk)
    if order is None or not order.due_on or now.waits(project, "T21", "T22", "T23"):
        return None
    if not now.passes(guards.term_over, project):
        return None
    return _step("整改期满，拟制拟取消称号告知", project, "T23", order.due_on, f"整改期至 {order.due_on}")


def _serve_notice(now: Reading, project: Project) -> Said:
    revocation = now.revocations.get(project.pk)
    if revocation is None or revocation.served_on:
        return None
    return _task("登记拟取消告知书送达", project, "serve_notice", project.stage_since)


def _defend(now: Reading, project: Project) -> Said:
    revocation = now.revocations.get(project.pk)
    if revocation is None or not revocation.served_on or revocation.defended_on or not revocation.defend_by:
        return None
    if now.on > revocation.defend_by:
        return None
    due = now.due.get((project.pk, DEFENCE.code)) or revocation.defend_by
    return _task("陈述申辩", project, "defence", revocation.served_on, due, "不提出的，期满后可作出决定")


def _ruling(now: Reading, project: Project) -> Said:
    revocation = now.revocations.get(project.pk)
    if revocation is None or not revocation.defended_on or revocation.upheld is not None:
        return None
    return None if now.waits(project, *RULINGS) else _dossier("复核陈述申辩", project, revocation.defended_on)


def _revoke(now: Reading, project: Project) -> Said:
    if now.waits(project, "T26", *RULINGS) or not now.passes(guards.defence_heard, project):
        return None
    if not now.passes(gs.legality_reviewed, project) or not now.passes(gs.hearing_held, project):
        return None
    since = now.revocations[project.pk].defend_by
    return _step("可以拟制取消称号决定", project, "T26", since, "由两厅联合决定，系统不自动取消")


def _serve_decision(now: Reading, project: Project) -> Said:
    revocation = now.revocations.get(project.pk)
    if revocation is None or not revocation.decision_id or revocation.decision_served_on:
        return None
    return _task("登记取消决定书送达", project, "serve_decision", project.stage_since)


def _settle(now: Reading, project: Project) -> Said:
    settlement = now.settlements.get(project.pk)
    if settlement is None or settlement.prepared_by_id == now.user.pk:
        return None
    if project.stage == REVOKED and not now.passes(guards.decision_served, project):
        return None
    page = "funds:settlement_approve" if settlement.occasion == Occasion.ACCEPTANCE else "lifecycle:settle"
    url = reverse(page, args=[project.pk])
    return Task("批准资金清算", project.name, url, settlement.prepared_on, note=Occasion(settlement.occasion).label)


def _prepare_settlement(now: Reading, project: Project) -> Said:
    """A unit that gives up: the money is settled before the decision (T30)."""
    request = now.requests.get((project.pk, Request.Kind.TERMINATION))
    waiting = now.settlements.get(project.pk)
    if request is None or project.pk in now.closed or project.pk not in now.issued:
        return None
    if waiting and waiting.occasion == Occasion.TERMINATION:
        return None
    return _task("编制资金清算", project, "settle_termination", request.on, note="项目申请终止")


RULES = (
    Rule(Action.DRAFT_CATEGORY, (DRAFT,), _category),
    Rule(Action.START_BUILDING, (FILED,), _start),
    Rule(Action.DRAFT_DECISION, (BUILDING,), _revision),
    Rule(Action.DRAFT_EXTENSION, (BUILDING,), _extension),
    Rule(Action.DRAFT_UNIT_CHANGE, LIVE, _unit_change),
    Rule(Action.DRAFT_TERMINATION, LIVE, _termination),
    Rule(Action.PREPARE_SETTLEMENT, LIVE, _prepare_settlement),
    Rule(Action.APPLY_ACCEPTANCE, (BUILDING,), _apply),
    Rule(Action.FIRST_CHECK_ACCEPTANCE, (ACCEPTANCE,), _first_check),
    Rule(Action.GATE_A, (ACCEPTANCE,), _gate_a),
    Rule(Action.GATE_B, (ACCEPTANCE,), _gate_b),
    Rule(Action.DRAFT_CONCLUSION, (ACCEPTANCE,), _conclusion),
    Rule(Action.RECORD_SERVICE, (RECTIFYING,), _serve_order),
    Rule(Action.ANSWER_PROBLEM, (RECTIFYING,), _answer),
    Rule(Action.SUBMIT_RECTIFICATION, (RECTIFYING,), _report),
    Rule(Action.RECHECK, (RECHECKING,), _recheck),
    Rule(Action.DRAFT_RECHECK_RESULT, (RECHECKING,), _recheck_result),
    Rule(Action.PROPOSE_REVOCATION, (RECTIFYING, RECHECKING), _propose),
    Rule(Action.RECORD_SERVICE, (NOTICE,), _serve_notice),
    Rule(Action.STATE_DEFENCE, (NOTICE,), _defend),
    Rule(Action.DRAFT_RULING, (NOTICE,), _ruling),
    Rule(Action.DRAFT_REVOCATION, (NOTICE,), _revoke),
    Rule(Action.RECORD_SERVICE, (REVOKED,), _serve_decision),
    Rule(Action.APPROVE_SETTLEMENT, (*LIVE, REVOKED), _settle),
)
ACTIONS = frozenset({Action.DRAFT_AWARD, Action.DRAFT_DECISION, *(rule.action for rule in RULES)})
