"""绩效自评 with the unit: drafted from the accepted reports, filled in, signed; taken back while nobody has spoken."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from performance import scoring
from performance.checks import kept_text
from performance.models import Assessment, AssessmentRow
from performance.queries.assessments import (
    DRAFT,
    SAVE,
    SUBMIT,
    TAKE_OVER,
    WITH_UNIT,
    Kind,
    Side,
    State,
    TableRow,
    assessment_hands,
    assessment_of,
    goal_text,
    label_of,
    problems_of,
    reached_of,
    scored,
    sheet_for,
    side_total,
    subject_of,
    table_of,
    values_version,
)
from performance.queries.reported import money_for, reports_of
from performance.queries.returns import review_offices
from performance.rules.assessments import FINAL_STAGES, LAW, check_lengths, check_when, check_words, kept_of
from performance.rules.returns import LINES
from performance.rules.scored import Reached
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from projects import access
from projects.models import Project
from ui.versions import refuse_stale

LONGEST_GOAL = 4000


@operation(DRAFT)
def draft_assessment(project_id: int, *, kind: str, block: str, actor: User, on: date) -> Assessment:
    """Every indicator of the block with the figure of the accepted reports; what they lack stays empty, never 0."""
    project = access.enter(project_id, actor=actor, action=Action.SELF_EVALUATE)
    refuse_if_blocking(_check_new(project, kind, block, on))
    sheet = sheet_for(project, kind, block)
    if sheet is None:
        refuse("no_targets", "本期间没有已备案的绩效目标，不能自评。请先完成绩效目标备案。", LAW)
    one = Assessment.objects.create(
        project=project, sheet=sheet, kind=kind, block=block, scheme=project.edition.word("score_scheme"),
        drafted_by=actor, drafted_on=on,
    )  # fmt: skip
    if kind == Kind.TRANSFER:
        one.words = {"goal": goal_text(one)}
        one.save(update_fields=["words"])
    reports = reports_of(project, sheet, block, on)
    values = _values_of_f05(one) or {pk: reached for pk, (reached, _) in reports.items()}
    rows = table_of(one, reports)
    write_side(one, rows, {pk: values.get(pk, Reached()) for pk in _pks(rows)}, side=Side.UNIT, actor=actor, on=on)
    _weigh(one, project, on)
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"编制{label_of(one)}，按已审定季报包取数")
    return one


def _check_new(project: Project, kind: str, block: str, on: date) -> Iterable[Finding]:
    if kind not in Kind.values or not (block == "period" or block.isdigit()):
        yield blocking("what", "请选择要编制的自评。", LAW, field="what")
        return
    yield from check_when(kind, block, project.stage, start=project.build_start_on, end=project.build_end_on, on=on)
    if project.assessments.filter(kind=kind, block=block).exists():
        yield blocking("exists", "本期间的自评已经编制，请在原表上填写。", LAW, field="what")


def _pks(rows: Iterable[TableRow]) -> list[int]:
    return [row.indicator.pk for row in rows]


def _values_of_f05(one: Assessment) -> dict[int, Reached]:
    """F06 begins with what the same year's F05 says."""
    if one.kind != Kind.TRANSFER:
        return {}
    rows = AssessmentRow.objects.filter(
        assessment__project=one.project_id, assessment__kind=Kind.YEAR, assessment__block=one.block, side=Side.UNIT,
        assessment__sheet=one.sheet_id,
    )  # fmt: skip
    return {row.indicator_id: reached_of(row) for row in rows}


def with_unit(project: Project, assessment_id: int, *, wish: str) -> Assessment:
    """The self-evaluation, while the unit may change it. Under the project's lock."""
    one = assessment_of(project, assessment_id)
    one.project = project
    if one.state not in WITH_UNIT:
        text = f"{label_of(one)}现为“{one.get_state_display()}”，不能{wish}；自评中或已退回的可以修改。"
        refuse("state", text, LAW)
    return one


def write_side(
    one: Assessment,
    rows: Iterable[TableRow],
    values: Mapping[int, Reached],
    *,
    side: str,
    actor: User,
    on: date,
    line: str = "",
) -> list[str]:
    """Keep the values of one side and their scores; the names of the indicators that changed. A change is unconfirmed."""
    changed, points = [], scored(one)
    for row in rows:
        own, given = row.sides.get(side), values.get(row.indicator.pk)
        given = given and replace(given, actual=kept_text(given.actual, row.goal.unit))
        if given is None or (own is not None and _same(own, given)):
            continue
        kept = kept_of(row.goal, given, row.edition, scored=points)
        AssessmentRow.objects.update_or_create(
            assessment=one,
            indicator=row.indicator,
            side=side,
            defaults={
                "actual": given.actual,
                "attained": given.attained,
                "points": given.points if points else None,
                "score": kept.score,
                "met": kept.met,
                "inputs": {**kept.inputs, "reported": row.reported.attained or row.reported.actual},
                "reason": given.reason.strip(),
                "entered_by": actor,
                "entered_on": on,
                "line": line,
                "confirmed_by": None,
                "confirmed_on": None,
            },
        )
        changed.append(row.indicator.name)
    return changed


def _same(own: AssessmentRow, given: Reached) -> bool:
    kept = (own.actual, own.attained, own.points, own.reason)
    return kept == (given.actual, given.attained, given.points, given.reason.strip())


def _weigh(one: Assessment, project: Project, on: date) -> list[Finding]:
    """Money from the books as they stand, total of the unit's side, and what is still to be done."""
    lines = money_for(project, one.sheet, one.kind, one.block, on)
    one.money = [line.plain for line in lines]
    one.year_budget, one.year_spent = lines[0].budget, lines[0].spent
    weight = Decimal(project.edition.number("execution_weight"))
    points = scored(one)
    one.execution_score = scoring.execution_score(one.year_spent, one.year_budget, weight) if points else None
    rows = table_of(one, reports_of(project, one.sheet, one.block, on))
    one.unit_total = side_total(one, rows, Side.UNIT) if points else None
    found = problems_of(one, rows)
    one.complete = not found
    one.save(
        update_fields=["money", "year_budget", "year_spent", "execution_score", "unit_total", "complete", "goal_done", "words"]
    )  # fmt: skip
    return found


@operation(SAVE)
def save_assessment(
    project_id: int,
    assessment_id: int,
    *,
    values: Mapping[int, Reached],
    goal_done: str | None = None,
    words: Mapping[str, str] | None = None,
    actor: User,
    on: date,
    seen: str | None = None,
) -> list[Finding]:
    """Keep everything that was typed, scores worked out; what still keeps it from being sent in is given back.

    What is not given stays: `goal_done` None, indicators and `words` left out.
    """
    project = access.enter(project_id, actor=actor, action=Action.SELF_EVALUATE)
    one = with_unit(project, assessment_id, wish="填写")
    rows = table_of(one, reports_of(project, one.sheet, one.block, on))
    refuse_stale(seen, values_version(one, rows, Side.UNIT))
    goal_done = one.goal_done if goal_done is None else goal_done
    words = {**one.words, **{key: text.strip() for key, text in (words or {}).items()}}
    refuse_if_blocking(_check_typed(rows, values, goal_done, words))
    changed = write_side(one, rows, values, side=Side.UNIT, actor=actor, on=on)
    if goal_done.strip() != one.goal_done:
        changed.append("总体目标实际完成情况")
    if words != one.words and one.kind == Kind.TRANSFER:
        changed.append("情况说明")
        one.words = words
    one.goal_done = goal_done.strip()
    found = _weigh(one, project, on)
    if changed:
        journal.record(project_id=project.pk, subject=subject_of(one), text=f"填写 {len(changed)} 项", changed=changed)
    return found


def _check_typed(
    rows: Iterable[TableRow], values: Mapping[int, Reached], goal_done: str, words: Mapping[str, str]
) -> Iterable[Finding]:
    known = {row.indicator.pk: row for row in rows}
    if set(values) - set(known):
        yield blocking("stale", "指标已有变化，请刷新页面后重新填写。")
        return
    for pk, given in values.items():
        yield from check_lengths(known[pk].goal, given, known[pk].field)
    if len(goal_done) > LONGEST_GOAL:
        yield blocking("long", f"总体目标实际完成情况最多 {LONGEST_GOAL} 字。", field="goal_done")
    yield from check_words(words, complete=False)


@operation(TAKE_OVER)
def take_over_assessment(project_id: int, assessment_id: int, *, actor: User, on: date) -> Assessment:
    """Vouch for the whole as it stands: from now on its hands are this person and who types later (SD1)."""
    project = access.enter(project_id, actor=actor, action=Action.SELF_EVALUATE)
    one = with_unit(project, assessment_id, wish="接手")
    before = assessment_hands(one)
    if not before.keys() - {actor.pk}:
        refuse("alone", "本自评没有其他人填写，不需要接手。填写完成后请由另一位负责人报送。")
    names = "、".join(str(person) for person in before.values())
    said = f"核对全部内容并接手填写；此前由{names}填写"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return one


@operation(SUBMIT)
def submit_assessment(project_id: int, assessment_id: int, *, actor: User, on: date) -> Assessment:
    """To the nearest offices; without any, straight to the province. What earlier turns' offices entered is over."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_EVALUATION)
    one = with_unit(project, assessment_id, wish="报送")
    refuse_if_blocking([*_check_hand(one, actor), *_check_stage(one, project), *_weigh(one, project, on)])
    one.rows.exclude(side=Side.UNIT).delete()
    offices = review_offices([project.organisation])
    checked = one.kind != Kind.FINAL and not any(offices[project.organisation_id, line] for line in LINES)
    one.state, one.turn = State.CHECKED if checked else State.SUBMITTED, one.turn + 1
    one.submitted_by, one.submitted_on = actor, on
    one.return_reason, one.city_total, one.total = "", None, None
    one.save(update_fields=["state", "turn", "submitted_by", "submitted_on", "return_reason", "city_total", "total"])
    points = f"，自评总分 {one.unit_total}" if one.unit_total is not None else ""
    said = f"{label_of(one)}第 {one.turn} 次报送{points}"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return one


def submission_findings(one: Assessment, actor: User, on: date) -> list[Finding]:
    """Everything that keeps this person from sending it in now; nothing is written."""
    rows = table_of(one, reports_of(one.project, one.sheet, one.block, on))
    return [*_check_hand(one, actor), *_check_stage(one, one.project), *problems_of(one, rows)]


def _check_hand(one: Assessment, actor: User) -> Iterable[Finding]:
    if is_hand(actor, *assessment_hands(one)):
        text = "您填写过本自评，不能由您报送；请由另一位负责人报送，或由经办接手核对后再报送。"
        yield blocking("sod", text, "职责分离 SD1")


def _check_stage(one: Assessment, project: Project) -> Iterable[Finding]:
    if one.kind == Kind.FINAL and project.stage not in FINAL_STAGES:
        yield blocking("stage", f"项目处于“{project.get_stage_display()}”，期满自评在申请验收之前报送。", LAW)


@operation("撤回绩效自评")
def recall_assessment(project_id: int, assessment_id: int, *, actor: User, on: date) -> Assessment:
    """While no office has spoken of this turn; 期满自评 while acceptance is not applied for."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_EVALUATION)
    one = assessment_of(project, assessment_id)
    if one.state != State.SUBMITTED or one.reviews.filter(turn=one.turn).exists():
        refuse("state", f"{label_of(one)}现为“{one.get_state_display()}”，已有部门办理的不能撤回；请联系其退回。", LAW)
    refuse_if_blocking(_check_stage(one, project))
    one.state = State.DRAFT
    one.save(update_fields=["state"])
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"撤回{label_of(one)}，修改后重新报送")
    return one
