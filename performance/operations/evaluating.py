"""Gate B: actual values entered by one department and confirmed by the other; scores by performance.scoring."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.queries import people_who_may, unit_people
from accounts.roles import Action
from funds.queries import ledger_of
from performance import scoring
from performance.models import PERIOD, Evaluation, Score, Target, TargetSheet
from performance.operations.standing import province_membership
from performance.queries import (
    blank_rows,
    check_not_in_signing,
    evaluation_of,
    filed_sheet,
    final_values,
    gate_b,
    is_over,
    rows_of,
    values_version,
)
from performance.queries.assessments import reached_of
from performance.queries.evaluations import JUDGING, goal_of
from performance.rules.assessments import same, shown_reached
from performance.rules.scored import Reached, check_reached, score_of
from performance.scoring import ACCEPTANCE
from policy.edition import Edition
from policy.findings import Finding, Severity, blocking, refuse, refuse_if_blocking
from policy.terms import Line
from projects import access, alerts
from projects.models import Project
from ui.versions import refuse_stale

STAGES = JUDGING
ALERTS = "evaluation"


@operation("录入绩效评估数值")
def enter_values(
    project_id: int,
    *,
    acceptance_ref: int,
    values: Mapping[int, Reached],
    actor: User,
    on: date,
    seen: str | None = None,
) -> Evaluation:
    """Keep the actual values (by indicator pk) and score them. A changed value takes back its own confirmation.

    Values may still be missing; what is entered must be right, with a reason where one is due. `seen`: the version
    (values_version) of the values the person was shown.
    """
    line, _ = province_membership(actor)
    project = _enter(project_id, actor)
    evaluation = _evaluation(project, acceptance_ref)
    sheet = evaluation.sheet if evaluation else _filed(project)
    refuse_stale(seen, values_version(rows_of(evaluation) if evaluation else blank_rows(sheet)))
    targets = _targets(sheet)
    refuse_if_blocking([*_check_values(values, targets, project.edition), *_check_final(project, values, targets)])
    standing = {score.indicator_id: score for score in evaluation.scores.all()} if evaluation else {}
    changed = [pk for pk, value in values.items() if not _same(value, standing.get(pk))]
    if evaluation is not None and not changed:
        return evaluation
    evaluation = _open(project, acceptance_ref, sheet, line=line, actor=actor, on=on)
    for pk in changed:
        _write(evaluation, targets[pk], values[pk], {"line": line, "entered_by": actor, "entered_on": on})
    _total(evaluation, project, len(targets))
    changes = {targets[pk].indicator.name: values[pk].actual or values[pk].attained for pk in changed}
    journal.record(project_id=project.pk, subject=f"绩效评估{evaluation.pk}", text="录入数值", values=changes)
    return evaluation


def _filed(project: Project) -> TargetSheet:
    sheet = filed_sheet(project)
    if sheet is None:
        refuse("no_targets", "本项目没有已备案的绩效目标，不能评估。请先完成绩效目标备案。")
    return sheet


def _targets(sheet: TargetSheet) -> dict[int, Target]:
    """The 实施期 targets by their indicator."""
    rows = Target.objects.filter(indicator__sheet=sheet, block=PERIOD).select_related("indicator")
    return {target.indicator_id: target for target in rows}


def _open(
    project: Project, acceptance_ref: int, sheet: TargetSheet, *, line: Line, actor: User, on: date
) -> Evaluation:
    """The evaluation of this acceptance, begun or open again: with a changed value it is confirmed no longer."""
    entered = {"line": line, "entered_by": actor, "entered_on": on}
    evaluation, _ = Evaluation.objects.update_or_create(
        project=project,
        acceptance_ref=acceptance_ref,
        defaults={**entered, "state": Evaluation.State.ENTERED, "confirmed_by": None, "confirmed_on": None},
        create_defaults={**entered, "sheet": sheet},
    )
    return evaluation


@operation("确认绩效评估数值")
def confirm_values(project_id: int, *, actor: User, on: date) -> Evaluation:
    """One department confirms what the other entered; confirmed is the evaluation when every value is.

    The scores are worked out anew with today's books.
    """
    line, _ = province_membership(actor)
    project = _enter(project_id, actor)
    evaluation = evaluation_of(project)
    if evaluation is None or is_over(evaluation, project):
        refuse("no_evaluation", "还没有录入绩效评估数值，不能确认。请先由一方录入。")
    if evaluation.state == Evaluation.State.CONFIRMED:
        refuse("state", "绩效评估数值已确认，无需重复办理。")
    own, others = _waiting(evaluation, line, actor)
    if own and not others:
        refuse("sod", _not_yours(own, line), "职责分离 SD1")
    _total(evaluation, project, len(_targets(evaluation.sheet)))
    missing = [finding for finding in gate_b(project).findings if finding.code in ("value_missing", "no_budget")]
    refuse_if_blocking(missing)
    Score.objects.filter(pk__in=[score.pk for score in others]).update(confirmed_by=actor, confirmed_on=on)
    text = f"确认 {len(others)} 项数值" + (f"，还有 {len(own)} 项等待另一部门确认" if own else "")
    if not own:
        _confirmed(evaluation, project, actor, on)
        text = f"{text}，全部数值已确认"
    journal.record(project_id=project.pk, subject=f"绩效评估{evaluation.pk}", text=text, total=evaluation.total)
    return evaluation


def _waiting(evaluation: Evaluation, line: Line, actor: User) -> tuple[list[Score], list[Score]]:
    """The values that wait for a confirmation: those this person may not confirm, those this person may."""
    waiting = list(evaluation.scores.filter(confirmed_by=None).select_related("entered_by"))
    others = [score for score in waiting if score.line != line and not is_hand(actor, score.entered_by_id)]
    return [score for score in waiting if score not in others], others


def _not_yours(own: Iterable[Score], line: Line) -> str:
    """Why this person confirms nothing: the own department's values, or the own ones from another post."""
    if any(score.line == line for score in own):
        other = Line.FINANCE if line == Line.HR else Line.HR
        return f"等待确认的数值由{line.label}部门录入，须由{other.label}部门经办确认。"
    return f"等待确认的数值由您本人录入，须由{line.label}部门另一位经办确认。"


def _confirmed(evaluation: Evaluation, project: Project, actor: User, on: date) -> None:
    """Every value was entered by one department and confirmed by the other: now, and not before, it is told."""
    evaluation.state = Evaluation.State.CONFIRMED
    evaluation.confirmed_by, evaluation.confirmed_on = actor, on
    evaluation.save(update_fields=["state", "confirmed_by", "confirmed_on"])
    _sync(project, on)


def _enter(project_id: int, actor: User) -> Project:
    project = access.enter(project_id, actor=actor, action=Action.GATE_B)
    if project.stage not in STAGES:
        refuse("stage", f"项目处于“{project.get_stage_display()}”，只有验收中、整改复验的项目可以评估绩效目标。")
    refuse_if_blocking(check_not_in_signing(project, "绩效评估数值"))
    return project


def _evaluation(project: Project, acceptance_ref: int) -> Evaluation | None:
    """The evaluation of this acceptance, if it was begun; one of an earlier acceptance is closed."""
    latest = evaluation_of(project)
    if latest is None or latest.acceptance_ref < acceptance_ref:
        return None
    if latest.acceptance_ref > acceptance_ref or is_over(latest, project):
        refuse("closed", "这是以前一次验收的绩效评估，已经结束，不能再改动。")
    return latest


def _check_values(values: Mapping[int, Reached], targets: Mapping[int, Target], edition: Edition) -> Iterable[Finding]:
    if set(values) - set(targets):
        yield blocking("stale", "指标已有变化，请刷新页面后重新填写。")
        return
    for pk, value in values.items():
        if not value.empty:
            yield from check_reached(goal_of(targets[pk]), value, edition, f"v{pk}")


def _check_final(project: Project, values: Mapping[int, Reached], targets: Mapping[int, Target]) -> Iterable[Finding]:
    """A value that differs from the unit's own at the end says why."""
    for pk, own in final_values(project).items():
        value, told = values.get(pk, Reached()), reached_of(own)
        if value.empty or told.empty or value.reason.strip() or same(goal_of(targets[pk]), value, told):
            continue
        stands = shown_reached(told.attained, told.actual, targets[pk].indicator.unit)
        text = f"“{targets[pk].indicator.name}”：与单位期满自评值（{stands}）不同，请写明原因。"
        yield blocking("differs", text, ACCEPTANCE, field=f"v{pk}-reason")


def _same(value: Reached, score: Score | None) -> bool:
    if score is None:
        return value.empty
    kept = (score.actual, score.attained, score.points, score.reason)
    return kept == (value.actual.strip(), value.attained, value.points, value.reason.strip())


def _write(evaluation: Evaluation, target: Target, value: Reached, hand: Mapping[str, object]) -> None:
    """`hand`: who enters it, when and for which department; an earlier confirmation of this value is over."""
    scored = score_of(goal_of(target), value, evaluation.project.edition)
    Score.objects.update_or_create(
        evaluation=evaluation,
        indicator=target.indicator,
        defaults={
            "actual": value.actual.strip(),
            "attained": value.attained,
            "points": value.points,
            "score": scored.score,
            "met": scored.met,
            "inputs": scored.inputs,
            "reason": value.reason.strip(),
            "confirmed_by": None,
            "confirmed_on": None,
            **hand,
        },
    )


def _total(evaluation: Evaluation, project: Project, count: int) -> None:
    """Execution score from the books; a total only when nothing is missing."""
    ledger = ledger_of(project)
    weight = Decimal(project.edition.number("execution_weight"))
    evaluation.spent, evaluation.budget = ledger.spent, ledger.budget
    evaluation.execution_score = scoring.execution_score(ledger.spent, ledger.budget, weight)
    scores = list(evaluation.scores.values_list("score", flat=True))
    scores += [None] * (count - len(scores))
    evaluation.total = scoring.total([*scores, evaluation.execution_score])
    evaluation.grade = "" if evaluation.total is None else project.edition.grade_of(evaluation.total)
    evaluation.save(update_fields=["spent", "budget", "execution_score", "total", "grade"])


def _sync(project: Project, on: date) -> None:
    """A missed core target or a failing grade stands as an alert until confirmed values say otherwise.

    The unit is told by the conclusion.
    """
    found = [
        Finding(f"{finding.code}_{finding.field}"[:64], Severity.WARNING, finding.message, finding.clause, finding.rank)
        for finding in gate_b(project).findings
        if finding.code in ("grade", "core_unmet")
    ]
    unit = {person.pk for person in unit_people(project.organisation, on)}
    offices = [one for one in people_who_may(Action.VIEW_ALERT, project.organisation, on) if one.pk not in unit]
    alerts.sync(project, source=ALERTS, findings=found, on=on, people=offices)
