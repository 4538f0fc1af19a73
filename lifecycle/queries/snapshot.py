"""Reading where a project stands: the snapshot the guards look at, its open proceedings, its dates."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.journal import hands_of
from accounts.queries import work_calendar
from funds.ledger import Ledger
from funds.queries import ledger_of, money_issued, open_found_money, open_payments, settlement_state
from funds.queries.budgets import change_findings, change_in_words, proposed
from lifecycle.guards import AcceptanceFacts, RectificationFacts, RevocationFacts, Snapshot
from lifecycle.machine import Step, steps_from
from lifecycle.models import Acceptance, Deadline, Rectification, RectificationReport, Request, Revocation
from lifecycle.queries.changes import change_findings_of
from lifecycle.queries.disputes import annulments_of
from lifecycle.queries.pack import pack_missing
from lifecycle.queries.panel import panel_facts
from lifecycle.queries.sanctions import false_facts, hearing_owed, legality_of
from lifecycle.queries.yearly import failing_year, yearly_payload
from performance.models import Review
from performance.queries import (
    assessment_payload,
    gate_b,
    readiness,
    revision_findings,
    sheet_of,
    submission_findings,
    writers_of,
)
from performance.rules.assessments import STAGES as ASSESSED_STAGES
from policy.edition import Condition
from policy.findings import Finding, refuse
from policy.terms import Kind, Stage, Track, UnitType
from projects import decisions
from projects.conditions import actual_text, requirement_text
from projects.models import Attachment, Problem, Project
from projects.problems import proof_label, severe_open
from projects.waivers import Lifts, lifted
from ui.versions import version_of


def acceptance_of(project: Project) -> Acceptance | None:
    """The application the project is in, or was last judged by."""
    return project.acceptances.prefetch_related("checks").select_related("hr_office", "finance_office").first()


def gate_a_version(acceptance: Acceptance) -> str:
    """What was found of the conditions until now: compared before it is written over."""
    checks = acceptance.checks.order_by("code").values_list("code", "values", "evidence")
    return version_of(acceptance.pk, list(checks))


def rectification_of(project: Project) -> Rectification | None:
    """The open proceeding; after it ended, none."""
    return project.rectifications.filter(closed_on=None).select_related("decision").first()


def revocation_of(project: Project) -> Revocation | None:
    return project.revocations.filter(closed_on=None).select_related("notice", "ruling", "rectification").first()


def last_decided(project: Project) -> Revocation | None:
    """The proceeding that ended in the last 取消称号决定."""
    return project.revocations.exclude(decision=None).select_related("decision").order_by("-pk").first()


def termination_asked(project: Project) -> Request | None:
    """The unit's request for the end, not answered yet."""
    return project.requests.filter(kind=Request.Kind.TERMINATION, state=Request.State.OPEN).first()


def report_of(rectification: Rectification | None) -> RectificationReport | None:
    return rectification.reports.order_by("-round").first() if rectification else None


def unit_type_of(project: Project) -> UnitType:
    """As it stood at the award; a draft's is that of its unit (T01 keeps it)."""
    known = project.unit_type or project.organisation.unit_type
    if not known:
        refuse(
            "unit_type",
            f"{project.organisation}未登记单位性质，不能确定适用的建设条件，请系统管理员在“单位与区划”中补登。",
        )
    return UnitType(known)


def conditions_of(project: Project) -> tuple[Condition, ...]:
    """The conditions of part two that apply to this kind, track and unit type."""
    return project.edition.conditions_for(Kind(project.kind), Track(project.track), unit_type_of(project))


def next_round(project: Project) -> int:
    return project.acceptances.count() + 1


def snapshot_of(project: Project, *, on: date, ledger: Ledger | None = None) -> Snapshot:
    """Everything the guards of the project's present stage ask for; what the stage does not need is not read."""
    stage = Stage(project.stage)
    ledger = ledger or ledger_of(project)
    requests = {row.kind: row for row in Request.objects.filter(project=project, state=Request.State.OPEN)}
    extension = requests.get(Request.Kind.EXTENSION)
    return Snapshot(
        on=on,
        edition=project.edition,
        calendar=work_calendar(),
        kind=Kind(project.kind),
        stage=stage,
        sector=project.sector,
        sector_decided=stage == Stage.DRAFT and decisions.standing(project, decisions.CATEGORY) is not None,
        grant=project.grant,
        build_end_on=project.build_end_on,
        extended_months=project.extended_months,
        **_money_facts(project, ledger),
        severe_problems=_severe(project),
        waived=Lifts(project, on),
        asked=frozenset(requests),
        change=_change(project),
        revision=_revision(project) if stage == Stage.BUILDING else None,
        assessed=stage in ASSESSED_STAGES and bool(assessment_payload(project)),
        extension_months=extension.months if extension else 0,
        unit_change=change_findings_of(project, on),
        annulled=annulments_of(project),
        settlement=settlement_state(project),
        rectification=_rectification_facts(project),
        revocation=_revocation_facts(project),
        false_case=false_facts(project),
        **_year_facts(project, stage),
        sheet=tuple(submission_findings(project)) if stage == Stage.AWARDED else (),
        grade=_grade(project) if stage == Stage.TARGET_REVIEW else "",
        readiness=tuple(readiness(project)) if stage == Stage.TARGET_REVIEW else (),
        money_issued=stage == Stage.TARGET_FILED and money_issued(project),
        held=project.holds.filter(lifted_on=None).exists(),
        pack_missing=pack_missing(project, next_round(project)) if stage == Stage.BUILDING else (),
        acceptance=_acceptance_facts(project) if stage == Stage.IN_ACCEPTANCE else None,
    )


def _money_facts(project: Project, ledger: Ledger) -> dict[str, Any]:
    pending, pending_count = open_payments(project)
    sums = {"allocated": ledger.allocated, "received": ledger.received, "found_open": open_found_money(project)}
    return sums | {"pending": pending, "pending_count": pending_count}


def _year_facts(project: Project, stage: Stage) -> dict[str, Any]:
    """Of a project in service: the year that waits to be graded, the year that failed."""
    if stage != Stage.ACCEPTED:
        return {}
    return {"graded": bool(yearly_payload(project)), "failed_year": failing_year(project)}


def _change(project: Project) -> tuple[Finding, ...] | None:
    found = change_findings(project)
    return None if found is None else tuple(found)


def _revision(project: Project) -> tuple[Finding, ...] | None:
    found = revision_findings(project)
    return None if found is None else tuple(found)


def change_payload(project: Project) -> dict[str, Any]:
    """Which 调剂 a decision approves: the one proposed now, and what it moves, in words."""
    budget = proposed(project)
    if budget is None:
        return {}
    words = f"第 {budget.version} 版：{change_in_words(project, budget)}"
    return {"budget": budget.pk, "change": words}


def _grade(project: Project) -> str:
    sheet = sheet_of(project)
    return sheet.grade if sheet else ""


def _severe(project: Project) -> int:
    """Of a project whose order is re-checked without those of the order: the verdict on them is the re-check's."""
    order = rectification_of(project) if project.stage == Stage.RECHECKING else None
    rows = severe_open(project)
    return (rows.exclude(decision=order.decision_id) if order else rows).count()


def _acceptance_facts(project: Project) -> AcceptanceFacts:
    acceptance = acceptance_of(project)
    if acceptance is None:
        return AcceptanceFacts(gate_a_open=len(conditions_of(project)))
    missing = []
    if acceptance.hr_office and not acceptance.hr_checked_on:
        missing.append(acceptance.hr_office.name)
    if acceptance.finance_office and not acceptance.finance_checked_on:
        missing.append(acceptance.finance_office.name)
    checks = {check.code: check for check in acceptance.checks.all()}
    rows = [(item, checks.get(item.code)) for item in conditions_of(project)]
    judged = gate_b(project)
    return AcceptanceFacts(
        first_checks_missing=tuple(missing),
        **panel_facts(acceptance),
        gate_a_open=sum(1 for _, check in rows if check is None or check.met is None),
        gate_a_unmet=tuple(
            f"{item.code} {item.text}（要求 {requirement_text(item)}）"
            for item, check in rows
            if check and check.met is False
        ),
        gate_b_open=judged.open,
        gate_b_unmet=tuple(finding.message for finding in judged.unmet),
    )


def _rectification_facts(project: Project) -> RectificationFacts | None:
    rectification = rectification_of(project)
    if rectification is None:
        return None
    report = report_of(rectification)
    return RectificationFacts(
        served_on=rectification.served_on,
        due_on=rectification.due_on,
        cap_on=rectification.cap_on,
        unanswered=unanswered(rectification),
        reported_on=report.on if report else None,
        recheck=report.passed if report else None,
        ruled_in_favour=bool(report and report.ruling_id),
    )


def order_items(project: Project) -> list[dict[str, str]]:
    """Every failing condition and target of the acceptance: what an order must list (none may be left over)."""
    acceptance = acceptance_of(project)
    if acceptance is None or project.stage != Stage.IN_ACCEPTANCE:
        return []
    failed = {check.code: check for check in acceptance.checks.all() if check.met is False}
    items = [
        {
            "ref": item.code,
            "fact": f"{item.text}：实际为 {actual_text(item, failed[item.code].values)}，不符合要求",
            "clause": item.basis.clause,
            "requirement": f"达到：{item.text}（{requirement_text(item)}）",
        }
        for item in conditions_of(project)
        if item.code in failed
    ]
    items += [
        {
            "ref": f"{finding.code}:{finding.field}"[:60],
            "fact": finding.message,
            "clause": finding.clause,
            "requirement": "完成已备案的绩效目标并提供佐证",
        }
        for finding in gate_b(project).unmet
    ]
    return items


def problems_of(rectification: Rectification) -> list[Problem]:
    rows = Problem.objects.filter(decision=rectification.decision, project=rectification.project_id)
    return list(rows.select_related("project"))


def unanswered(rectification: Rectification) -> int:
    """Problems still open without a measure or without proof."""
    problems = [item for item in problems_of(rectification) if item.state != Problem.State.CLOSED]
    files = Attachment.objects.filter(about="problem", about_id__in=[item.pk for item in problems])
    proven = set(files.values_list("about_id", "purpose"))
    return sum(1 for item in problems if not item.answer or (item.pk, proof_label(item)) not in proven)


def _revocation_facts(project: Project) -> RevocationFacts | None:
    """Of the open proceeding; of a revoked title, of the one that ended in it."""
    revocation = last_decided(project) if project.stage == Stage.REVOKED else revocation_of(project)
    if revocation is None:
        return None
    return RevocationFacts(
        revocation.served_on,
        revocation.defend_by,
        revocation.defended_on,
        revocation.upheld,
        revocation.decision_served_on,
        hearing_owed=hearing_owed(revocation),
        legal=legality_of(revocation),
        false=revocation.cause == Revocation.Cause.FALSE,
    )


def findings_for(step: Step, snapshot: Snapshot) -> list[Finding]:
    """What stands in the way of a step, and what only deserves a look."""
    return list(lifted((one for guard in step.guards for one in guard(snapshot)), snapshot.waived))


# Taken by a form of their own (T06, T07), or from the pages of money (T11, T12) and 自评 (assess) at any stage.
ASIDE = frozenset({"T06", "T07", "T11", "T12", "assess", "T28J", "false"})


def offered(project: Project, snapshot: Snapshot) -> list[tuple[Step, list[Finding]]]:
    """The steps of the table from this stage, each with its findings; T06 and T07 come about by review alone."""
    unasked = {"T31"} if snapshot.unit_change is None else set()
    aside = ASIDE | unasked | (set() if snapshot.annulled.next else {"annul"})
    return [(step, findings_for(step, snapshot)) for step in steps_from(project.stage) if step.code not in aside]


GATES = (
    "受理验收申请", "组成验收组", "登记验收现场", "代录纸质评审表",
    "核查建设条件", "验收初审", "录入绩效评估数值", "确认绩效评估数值",
)  # fmt: skip
INVOLVED = {
    "T01": ("登记立项", "导入立项名单", "确认导入名单", "更正草稿"),
    "T13": ("提出预算调剂",),
    "assess": (
        "编制绩效自评",
        "填写绩效自评",
        "接手绩效自评",
        "报送绩效自评",
        "核查绩效自评",
        "录入绩效评定数值",
        "确认绩效评定数值",
    ),
    "T18": GATES,
    "T19": GATES,
    "T21": ("整改复验",),
    "T22": ("整改复验",),
    "T26": ("法制审核",),
    "T28J": ("提出年度考核等次", "初审年度报告", "报送年度报告"),
    "T30": ("申请终止项目",),
    "false": ("虚假材料立案",),
    "T31": ("申请变更",),
    "annul": ("登记复议诉讼", "登记复议诉讼结果"),
    "T32": ("登记复议诉讼", "登记复议诉讼结果"),
}


def people_involved(code: str, project: Project) -> set[int]:
    """Who took part in what a decision rests on, and so may not sign it (SD1)."""
    people: set[int | None] = set(hands_of(project.pk, *INVOLVED.get(code, ())))
    if code in {"T04", "T05"}:
        people |= set(Review.objects.filter(sheet__project=project).values_list("reviewer", flat=True))
        people |= writers_of(project)
    if code == "T26" and (revocation := revocation_of(project)):
        people |= {revocation.notice.drafted_by_id, revocation.notice.concurred_by_id}
    return {person for person in people if person}


def open_deadlines(projects: Iterable[Project]) -> dict[int, list[Deadline]]:
    """The open dates of many projects, earliest first; one statement."""
    found: dict[int, list[Deadline]] = {project.pk: [] for project in projects}
    for deadline in Deadline.objects.filter(project__in=list(found), state=Deadline.State.OPEN):
        found[deadline.project_id].append(deadline)
    return found
