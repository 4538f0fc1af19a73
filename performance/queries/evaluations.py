"""Gate B as a page or a verdict reads it: target, actual, met, score and the arithmetic, row by row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from performance.models import PERIOD, Evaluation, Indicator, Score, Target, TargetSheet
from performance.queries.reviews import province_names
from performance.rules.scored import Goal, Reached, score_of
from performance.scoring import ACCEPTANCE
from performance.scoring import gate_b as check_gate_b
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import wan
from policy.terms import Aggregation, Attained, Grade, Line, Operator, Rank, Stage
from projects.models import Project
from ui.versions import version_of

FAILED = {"grade", "core_unmet"}
JUDGING = {Stage.IN_ACCEPTANCE, Stage.RECHECKING}


@dataclass(frozen=True, slots=True)
class GateRow:
    """One indicator: what was promised, what was reached, how the points come about."""

    indicator: Indicator
    target: Target
    score: Score | None
    why: str

    @property
    def goal(self) -> str:
        sign = "" if self.indicator.operator == Operator.QUALITATIVE else Operator(self.indicator.operator).label
        return f"{sign}{self.target.value}"

    @property
    def actual(self) -> str:
        if self.score is None:
            return ""
        return Attained(self.score.attained).label if self.score.attained else self.score.actual

    @property
    def missing(self) -> bool:
        return self.score is None or self.score.score is None


@dataclass(frozen=True, slots=True)
class GateB:
    """`findings` empty: the gate is passed."""

    evaluation: Evaluation | None
    rows: tuple[GateRow, ...]
    findings: tuple[Finding, ...]
    total: Decimal | None
    grade: Grade | None
    execution_score: Decimal | None
    execution_why: str

    @property
    def passed(self) -> bool:
        return not self.findings

    @property
    def unmet(self) -> tuple[Finding, ...]:
        """What fails the gate, as far as values stand."""
        return tuple(finding for finding in self.findings if finding.code in FAILED)

    @property
    def open(self) -> tuple[str, ...]:
        """What is still to be done before the gate can be judged."""
        return tuple(finding.message for finding in self.findings if finding.code not in FAILED)


def evaluation_of(project: Project) -> Evaluation | None:
    """The latest evaluation."""
    rows = project.evaluations.select_related("sheet", "entered_by", "confirmed_by")
    return rows.order_by("-acceptance_ref").first()


def standing_evaluation(project: Project) -> Evaluation | None:
    """The evaluation the present stage is judged by: in 验收中 never one of an acceptance that is over."""
    latest = evaluation_of(project)
    return None if project.stage == Stage.IN_ACCEPTANCE and is_over(latest, project) else latest


def concluded_evaluation(project: Project) -> Evaluation | None:
    """What the unit is told: the last one that was confirmed and that a conclusion has been drawn from."""
    rows = project.evaluations.filter(state=Evaluation.State.CONFIRMED).select_related("sheet", "entered_by")
    found = rows.order_by("-acceptance_ref")
    if project.stage in JUDGING and project.stage_since is not None:
        found = found.filter(entered_on__lt=project.stage_since)
    return found.first()


def is_over(evaluation: Evaluation | None, project: Project) -> bool:
    """Whether it was made before the project entered its stage: what was judged by it stays as it was."""
    since = project.stage_since
    return evaluation is not None and since is not None and evaluation.entered_on < since


def next_ref(project: Project) -> int:
    """The number of the acceptance or re-check that values are entered for now."""
    latest = evaluation_of(project)
    if latest is None:
        return 1
    return latest.acceptance_ref + (1 if is_over(latest, project) else 0)


def gate_b(project: Project) -> GateB:
    """What stands between the project and passing gate B."""
    return gate_of(project, standing_evaluation(project))


def gate_of(project: Project, evaluation: Evaluation | None) -> GateB:
    """The gate as one evaluation has it."""
    if evaluation is None:
        found = blocking(
            "no_evaluation",
            "绩效评估尚未录入，请由省人社厅或省财政厅录入各项指标的实际值。",
            ACCEPTANCE,
            rank=Rank.NOTICE,
        )
        return GateB(None, (), (found,), None, None, None, "")
    rows = rows_of(evaluation)
    grade = Grade(evaluation.grade) if evaluation.grade else None
    return GateB(
        evaluation=evaluation,
        rows=rows,
        findings=tuple(_findings(project, evaluation, rows, grade)),
        total=evaluation.total,
        grade=grade,
        execution_score=evaluation.execution_score,
        execution_why=execution_why(project, evaluation),
    )


def _findings(
    project: Project, evaluation: Evaluation, rows: Iterable[GateRow], grade: Grade | None
) -> Iterable[Finding]:
    rows = list(rows)
    for row in rows:
        if row.missing:
            yield blocking("value_missing", f"“{row.indicator.name}”没有录入实际值。", ACCEPTANCE, rank=Rank.NOTICE)
    if evaluation.execution_score is None:
        yield blocking("no_budget", "没有已批准的预算，预算执行率不能计分。", ACCEPTANCE, rank=Rank.NOTICE)
    unmet = [row.indicator.name for row in rows if row.indicator.core and row.score and row.score.met is False]
    limit = project.edition.word("pass_grade")
    judged = check_gate_b(evaluation.total, grade, unmet, Grade(limit))
    yield from (finding for finding in judged if finding.code != "evaluation_incomplete")
    if evaluation.state != Evaluation.State.CONFIRMED:
        yield from _unconfirmed(project, rows)


def _unconfirmed(project: Project, rows: Iterable[GateRow]) -> Iterable[Finding]:
    """Each department's values wait for the other one."""
    waiting = [row.score for row in rows if row.score and row.score.confirmed_by_id is None]
    names = province_names(project)
    for line, other in ((Line.HR, Line.FINANCE), (Line.FINANCE, Line.HR)):
        own = [score for score in waiting if score.line == line]
        if own:
            who = "、".join(dict.fromkeys(str(score.entered_by) for score in own))
            text = f"{len(own)} 项数值由{who}录入，等待{names[other]}经办确认。"
            yield blocking("unconfirmed", text, ACCEPTANCE, rank=Rank.NOTICE)


def values_version(rows: Iterable[GateRow]) -> str:
    """What the values are now: compared before they are written over."""
    return version_of([_typed(row) for row in rows])


def _typed(row: GateRow) -> list[object]:
    score = row.score or Score()
    points = None if score.points is None else f"{score.points:.2f}"
    return [row.indicator.pk, score.actual, score.attained, points, score.reason]


def blank_rows(sheet: TargetSheet) -> tuple[GateRow, ...]:
    """The rows of an evaluation that nobody has begun."""
    targets = Target.objects.filter(indicator__sheet=sheet, block=PERIOD).select_related("indicator")
    return tuple(GateRow(target.indicator, target, None, "") for target in targets.order_by("indicator__order", "pk"))


def rows_of(evaluation: Evaluation) -> tuple[GateRow, ...]:
    """Every 实施期 target of the filed sheet, scored or not; two statements."""
    rows = evaluation.scores.select_related("entered_by", "confirmed_by")
    scores = {score.indicator_id: score for score in rows}
    targets = Target.objects.filter(indicator__sheet=evaluation.sheet_id, block=PERIOD).select_related("indicator")
    edition = evaluation.project.edition
    return tuple(
        GateRow(target.indicator, target, score, why(target, score, edition))
        for target in targets.order_by("indicator__order", "pk")
        for score in [scores.get(target.indicator_id)]
    )


def goal_of(target: Target) -> Goal:
    """A target as the rules take it."""
    indicator = target.indicator
    weight, aggregation = target.weight or Decimal(0), Aggregation(indicator.aggregation)
    held = (indicator.unit, target.value, weight, aggregation, indicator.template_code)
    return Goal(indicator.name, Operator(indicator.operator), *held)


def why(target: Target, score: Score | None, edition: Edition) -> str:
    """The arithmetic of one row."""
    found = Reached(score.actual, score.attained, score.points) if score else Reached()
    return score_of(goal_of(target), found, edition).why


def execution_why(project: Project, evaluation: Evaluation) -> str:
    weight = project.edition.number("execution_weight")
    if evaluation.execution_score is None:
        return "没有已批准的预算，不计分"
    return (
        f"已支出 {wan(evaluation.spent)} ÷ 预算 {wan(evaluation.budget)} × {weight}，最高 {weight} 分"
        f"＝{evaluation.execution_score} 分"
    )


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    total: Decimal | None
    grade: Grade | None
    confirmed: bool
    on: date


def evaluations_of(projects: Iterable[Project]) -> dict[int, EvaluationResult]:
    """The latest evaluation of each project, by its pk; one statement."""
    rows = Evaluation.objects.filter(project__in=[project.pk for project in projects]).order_by("acceptance_ref")
    return {row.project_id: evaluation_from(row) for row in rows}


def evaluation_from(row: Any) -> EvaluationResult:
    """Of an Evaluation, or of its total, grade, state and days."""
    return EvaluationResult(
        row.total,
        Grade(row.grade) if row.grade else None,
        row.state == Evaluation.State.CONFIRMED,
        row.confirmed_on or row.entered_on,
    )
