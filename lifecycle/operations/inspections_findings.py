"""征求意见: findings are put before the unit, answered, kept, changed or dropped with reason; then problems are opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.roles import Action
from lifecycle import deadlines
from lifecycle.models import Deadline, Inspection, InspectionFinding
from lifecycle.models.inspections import ABOUT_OPINION
from lifecycle.operations.inspections import enter, enter_as_member, tell_unit
from lifecycle.queries.inspections import may_conclude, opinion_due
from lifecycle.rules.inspections import BASIS
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from projects import files
from projects.models import Problem
from projects.problems import open_problem

State, Outcome = Inspection.State, InspectionFinding.Outcome


@dataclass(frozen=True, slots=True)
class Wording:
    """A finding as the team words it."""

    fact: str
    clause: str
    requirement: str
    level: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a finding. The words are asked for where it is changed."""

    outcome: str
    reason: str = ""
    fact: str = ""
    requirement: str = ""
    level: str = ""


@operation("记录检查发现")
def word_finding(
    project_id: int, inspection_id: int, finding_id: int | None, *, wording: Wording, actor: User, on: date
) -> InspectionFinding:
    """A new one, or a better wording, until the unit is asked."""
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=[State.SIGNED])
    _refuse_unworded(wording, on)
    number = (inspection.findings.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    finding = (
        inspection.findings.get(pk=finding_id)
        if finding_id
        else InspectionFinding(inspection=inspection, number=number, by=actor)
    )
    finding.fact, finding.clause = wording.fact.strip()[:300], wording.clause.strip()[:160]
    finding.requirement, finding.level, finding.due_on = (
        wording.requirement.strip()[:300],
        wording.level,
        wording.due_on,
    )
    finding.save()
    text = f"检查发现 {finding.number}（{finding.get_level_display()}）：{finding.fact}"
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text)
    return finding


def _refuse_unworded(wording: Wording, on: date) -> None:
    found = []
    if not wording.fact.strip():
        found.append(blocking("fact", "请写明事实。", field="fact"))
    if not wording.requirement.strip():
        found.append(blocking("requirement", "请写明整改要求。", field="requirement"))
    if wording.level not in Problem.Level.values:
        found.append(blocking("level", "请选择问题程度。", field="level"))
    if wording.due_on <= on:
        found.append(blocking("due_on", f"整改期限 {wording.due_on} 应晚于今天 {on}。", field="due_on"))
    refuse_if_blocking(found)


@operation("删除检查发现")
def drop_finding(project_id: int, inspection_id: int, finding_id: int, *, actor: User, on: date) -> Inspection:
    """Only one the team added itself: what stands in the signed record is dropped after the unit was heard, with reason."""
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=[State.SIGNED])
    finding = inspection.findings.get(pk=finding_id)
    if finding.item_id:
        refuse("item", "该发现来自已签字的检查表，不能删除；征求意见后可以写明理由撤销。", BASIS)
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=f"删除检查发现：{finding.fact}")
    finding.delete()
    return inspection


@operation("征求检查意见")
def ask_opinion(project_id: int, inspection_id: int, *, actor: User, on: date) -> Inspection:
    """The draft findings go to the unit, with a last day for its answer."""
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=[State.SIGNED], leads=True)
    findings = list(inspection.findings.all())
    if not findings:
        refuse("findings", "没有检查发现，不需要征求意见，可以直接办结。", BASIS)
    late = [str(one.number) for one in findings if one.due_on <= on]
    if late:
        refuse("due_on", f"发现 {'、'.join(late)} 的整改期限已到或已过，请先改期。", BASIS)
    inspection.state, inspection.asked_on = State.ASKED, on
    inspection.opinion_due_on = opinion_due(inspection, on)
    inspection.save(update_fields=["state", "asked_on", "opinion_due_on"])
    due = inspection.opinion_due_on
    deadlines.open_(project, deadlines.INSPECTION_OPINION, due_on=due, on=on, about_id=inspection.pk)
    tell_unit(inspection, f"检查发现征求意见，请于 {due} 前答复", on=on, action=Action.ANSWER_INSPECTION)
    text = f"检查发现 {len(findings)} 条征求单位意见，截止 {due}"
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text, due_on=due)
    return inspection


@operation("答复检查意见")
def answer_opinion(
    project_id: int,
    inspection_id: int,
    *,
    answers: Mapping[int, tuple[bool, str]],
    uploads: Sequence[UploadedFile] = (),
    actor: User,
    on: date,
) -> Inspection:
    """The unit's head: agreed or not, finding by finding. Late answers count until the inspection is concluded."""
    project, inspection = enter(
        project_id, inspection_id, actor=actor, action=Action.ANSWER_INSPECTION, states=[State.ASKED]
    )
    findings = list(inspection.findings.all())
    found = []
    for one in findings:
        agreed, text = answers.get(one.pk, (None, ""))
        if agreed is None:
            found.append(blocking("agreed", f"请选择对发现 {one.number} 的意见。", field=f"agreed_{one.pk}"))
        elif not agreed and not text.strip():
            said = f"不同意发现 {one.number} 的，请说明事实和理由。"
            found.append(blocking("opinion", said, BASIS, field=f"opinion_{one.pk}"))
    refuse_if_blocking(found)
    for one in findings:
        agreed, text = answers[one.pk]
        one.agreed, one.opinion = agreed, text.strip()[:500]
        one.save(update_fields=["agreed", "opinion"])
    for upload in uploads:
        files.accept(
            project, upload, about=ABOUT_OPINION, about_id=inspection.pk, purpose="检查意见佐证", actor=actor, on=on
        )
    inspection.state, inspection.answered_by, inspection.answered_on = State.ANSWERED, actor, on
    inspection.save(update_fields=["state", "answered_by", "answered_on"])
    deadlines.close(project, deadlines.INSPECTION_OPINION, on=on, about_id=inspection.pk)
    against = sum(not one.agreed for one in findings)
    late = inspection.opinion_due_on and on > inspection.opinion_due_on
    text = f"单位答复：{len(findings)} 条发现，不同意 {against} 条{'（晚于截止日）' if late else ''}"
    _tell_team(inspection, text)
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text)
    return inspection


def _tell_team(inspection: Inspection, text: str) -> None:
    people = [seat.user for seat in inspection.team.members.select_related("user")]
    url = f"/projects/{inspection.project_id}/inspections/{inspection.pk}/"
    notify(people, key=f"inspection:{inspection.pk}:answered", text=f"{inspection.project.name}：{text}", url=url)


@operation("办结检查")
def conclude(
    project_id: int, inspection_id: int, *, verdicts: Mapping[int, Verdict], note: str = "", actor: User, on: date
) -> Inspection:
    """T10. The leader settles each finding; what is kept or changed becomes a problem. The stage stays as it is."""
    states = [State.SIGNED, State.ASKED, State.ANSWERED]
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=states, leads=True)
    if not may_conclude(inspection, on):
        _refuse_early(inspection)
    findings = list(inspection.findings.select_related("item"))
    refuse_if_blocking(finding for one in findings for finding in _check_verdict(one, verdicts.get(one.pk)))
    for one in findings:
        _settle(inspection, one, verdicts[one.pk], actor=actor, on=on)
    inspection.state, inspection.concluded_by, inspection.concluded_on = State.FINAL, actor, on
    inspection.note = note.strip()[:300]
    inspection.save(update_fields=["state", "concluded_by", "concluded_on", "note"])
    dropped = Deadline.State.DROPPED  # open still: the unit let its time go by
    deadlines.close(project, deadlines.INSPECTION_OPINION, on=on, about_id=inspection.pk, state=dropped)
    opened = sum(one.problem_id is not None for one in findings)
    tell_unit(inspection, f"检查已办结，列入问题 {opened} 个", on=on, action=Action.ANSWER_INSPECTION)
    text = f"检查办结：发现 {len(findings)} 条，列入问题 {opened} 个"
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text)
    return inspection


def _refuse_early(inspection: Inspection) -> None:
    if inspection.state == State.SIGNED:
        refuse("unasked", "检查发现尚未征求单位意见，请先征求意见。", BASIS)
    due = inspection.opinion_due_on
    refuse("window", f"单位尚未答复，征求意见至 {due}；单位答复后或 {due} 以后才能办结。", BASIS)


def _check_verdict(finding: InspectionFinding, verdict: Verdict | None) -> list[Finding]:
    said = f"发现 {finding.number}"
    if verdict is None or verdict.outcome not in Outcome.values:
        return [blocking("outcome", f"请选择{said}的处理：维持、修改或撤销。", field=f"outcome_{finding.pk}")]
    found = []
    disputed = finding.agreed is False
    if (verdict.outcome != Outcome.KEPT or disputed) and not verdict.reason.strip():
        why = "单位不同意，维持的" if verdict.outcome == Outcome.KEPT else "修改或撤销的"
        found.append(blocking("reason", f"{said}：{why}请写明理由。", BASIS, field=f"reason_{finding.pk}"))
    if verdict.outcome == Outcome.CHANGED and not (verdict.fact.strip() and verdict.requirement.strip()):
        found.append(blocking("final", f"{said}：修改的请写明定稿的事实和整改要求。", field=f"fact_{finding.pk}"))
    return found


def _settle(inspection: Inspection, finding: InspectionFinding, verdict: Verdict, *, actor: User, on: date) -> None:
    """The outcome on the finding; the problem, with its own term where the planned one has run out meanwhile."""
    changed = verdict.outcome == Outcome.CHANGED
    finding.outcome, finding.reason = verdict.outcome, verdict.reason.strip()[:300]
    finding.final_fact = (verdict.fact.strip() if changed else finding.fact)[:300]
    finding.final_requirement = (verdict.requirement.strip() if changed else finding.requirement)[:300]
    finding.final_level = verdict.level if changed and verdict.level in Problem.Level.values else finding.level
    if verdict.outcome != Outcome.DROPPED:
        finding.problem = open_problem(
            inspection.project,
            source=Problem.Source.INSPECTION,
            about_id=inspection.pk,
            fact=finding.final_fact,
            clause=finding.clause or BASIS,
            requirement=finding.final_requirement,
            level=finding.final_level,
            due_on=finding.due_on if finding.due_on > on else None,
            by=actor,
            on=on,
        )
    finding.save()
