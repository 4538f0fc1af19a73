"""编制: the sheet out of the edition's template, and what the unit types into it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from performance.checks import weight_of
from performance.models import PERIOD, Goal, Indicator, Target, TargetSheet
from performance.operations.copying import copy_sheet
from performance.operations.standing import State, open_sheet
from performance.queries import field_of, grid_of, problems_of, sheet_hands, sheet_of, sheet_version
from performance.queries.sheets import DRAFT, SAVE, TAKE_OVER
from performance.rules.typed import read_target
from performance.targets import Ambiguous
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Aggregation, EvidenceKind, Frequency, Kind, Operator, Stage, Track
from projects import access
from projects.models import Project
from ui.versions import refuse_stale

STAGE_OF = {State.DRAFT: Stage.AWARDED, State.RETURNED: Stage.AWARDED, State.MENDING: Stage.TARGET_REVIEW}
LENGTHS = {
    "name": 60,
    "unit": 20,
    "value": 60,
    "weight": 20,
    "goal": 2000,
    "baseline": 60,
    "baseline_source": 120,
}
CHOSEN = {"operator": "计算符号", "aggregation": "汇总方式", "frequency": "报送频次", "evidence": "佐证来源"}
OWN = ("level1", "level2", "name", "operator", "unit", "aggregation", "frequency", "evidence")


def stage_of(sheet: TargetSheet) -> Stage | None:
    """The stage in which a sheet of this state is edited: 目标调整 happens while the project is being built."""
    usual = STAGE_OF.get(State(sheet.state))
    return Stage.BUILDING if usual and sheet.revises_id else usual


@dataclass(frozen=True, slots=True)
class RowInput:
    """What was typed in one row. `values`, `weights`: by block, blocks left out stay as they are.

    `id` None: a new indicator of the unit's own. Of a template's row only values, weights and 基期值 are read.
    `baseline`, `baseline_source` None: stay as they are.
    """

    id: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    level1: str = ""
    level2: str = ""
    name: str = ""
    operator: str = Operator.GE
    unit: str = ""
    aggregation: str = Aggregation.LATEST
    frequency: str = Frequency.YEAR
    evidence: str = EvidenceKind.FILE
    baseline: str | None = None
    baseline_source: str | None = None
    remove: bool = False


@operation(DRAFT)
def draft_sheet(project_id: int, *, first_year: int, years: int, actor: User, on: date) -> TargetSheet:
    """The first draft: the template of the project's kind and track, the unit's own targets blank."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_TARGETS)
    if project.stage != Stage.AWARDED:
        refuse("stage", f"项目处于“{project.get_stage_display()}”，只有“已立项”的项目可以编制绩效目标。")
    if (before := sheet_of(project)) is not None:
        refuse("exists", f"本项目已有绩效目标（{before.get_state_display()}），请在原表上修改。")
    refuse_if_blocking(_check_years(project, first_year, years))
    sheet = TargetSheet.objects.create(
        project=project,
        years=list(range(first_year, first_year + years)),
        drafted_by=actor,
        drafted_on=on,
        state_since=on,
    )
    _add_goals(sheet, project)
    _add_template(sheet, project)
    journal.record(project_id=project.pk, subject=str(sheet), text="按模板编制", years=sheet.years)
    return sheet


def _check_years(project: Project, first_year: int, years: int) -> Iterable[Finding]:
    limit, most = project.edition.limit("target_years_max"), project.edition.number("target_years_max")
    clause, rank = limit.basis.clause, limit.basis.rank
    if not 1 <= years <= most:
        message = f"预算年度应为 1 至 {most} 个，现为 {years} 个。"
        yield blocking("years", message, clause, rank=rank, field="years")
    awarded = project.awarded_on.year if project.awarded_on else first_year
    if not awarded <= first_year <= awarded + most:
        message = f"首个预算年度应在 {awarded} 至 {awarded + most} 年之间，现为 {first_year} 年。"
        yield blocking("first_year", message, clause, rank=rank, field="first_year")


def _add_goals(sheet: TargetSheet, project: Project) -> None:
    """The award's money is proposed for the period and, as it comes in one sum, for the first year."""
    grant = project.grant or Decimal(0)
    first = str(sheet.years[0])
    Goal.objects.bulk_create(
        Goal(sheet=sheet, block=block, fiscal=grant if block in (PERIOD, first) else Decimal(0))
        for block in sheet.blocks
    )


def _add_template(sheet: TargetSheet, project: Project) -> None:
    kind, track = Kind(project.kind), Track(project.track)
    templates = project.edition.indicators_for(kind)
    indicators = Indicator.objects.bulk_create(
        Indicator(
            sheet=sheet,
            order=order,
            level1=template.level1,
            level2=template.level2,
            name=template.name,
            operator=template.operator,
            unit=template.unit,
            aggregation=template.aggregation,
            window=template.window,
            frequency=template.frequency,
            evidence=template.evidence,
            draws=template.draws,
            core=template.core,
            template_code=template.code,
        )
        for order, template in enumerate(templates, 1)
    )
    Target.objects.bulk_create(
        Target(indicator=indicator, block=block, value=template.targets.get(track, ""), weight=template.weight)
        for indicator, template in zip(indicators, templates, strict=True)
        for block in sheet.blocks
    )


@operation(SAVE)
def save_sheet(
    project_id: int,
    *,
    goals: Mapping[str, str],
    rows: Sequence[RowInput],
    actor: User,
    on: date,
    money: Mapping[str, tuple[Decimal, Decimal]] | None = None,
    seen: str | None = None,
) -> list[Finding]:
    """Keep everything that was typed, also what is not yet right; the findings say what keeps it from submission.

    `money`: block → (财政拨款, 其他资金) in yuan. `seen`: the version (sheet_version) of the sheet the person was
    shown. A returned sheet is not overwritten: its next round begins. Who changes nothing has no hand in it.
    """
    project = access.enter(project_id, actor=actor, action=Action.EDIT_TARGETS)
    sheet = open_sheet(project, STAGE_OF, wish="修改")
    if project.stage != stage_of(sheet):
        refuse("stage", f"项目处于“{project.get_stage_display()}”，不能修改绩效目标。")
    before = sheet_version(grid_of(sheet))
    refuse_stale(seen, before)
    known = {indicator.pk: indicator for indicator in sheet.indicators.all()}
    refuse_if_blocking(_check_input(sheet, known, goals, rows, money or {}))
    if sheet.state == State.RETURNED:
        sheet, known = copy_sheet(sheet, actor=actor, on=on, return_reason=sheet.return_reason)
    _write_goals(sheet, goals, money or {})
    for row in rows:
        _write_row(sheet, known, row)
    grid = grid_of(sheet)
    found = problems_of(grid, project)
    if sheet_version(grid) != before:
        sheet.drafted_by = actor
        sheet.save(update_fields=["drafted_by"])
        journal.record(project_id=project.pk, subject=str(sheet), text=f"暂存，送审前还需处理 {len(found)} 处")
    return found


@operation(TAKE_OVER)
def take_over_sheet(project_id: int, *, actor: User, on: date) -> TargetSheet:
    """Vouch for the whole draft as it stands: from now on its hands are this person and who types later (SD1)."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_TARGETS)
    sheet = open_sheet(project, STAGE_OF, wish="接手编制")
    if project.stage != stage_of(sheet):
        refuse("stage", f"项目处于“{project.get_stage_display()}”，不能接手编制绩效目标。")
    before = sheet_hands(project)
    if not before.keys() - {actor.pk}:
        refuse("alone", "本稿只由您填写，不需要接手。填写完成后请由另一位负责人送审。")
    sheet.drafted_by = actor
    sheet.save(update_fields=["drafted_by"])
    names = "、".join(str(person) for person in before.values())
    text = f"核对全部内容并接手编制；此前由{names}填写"
    journal.record(project_id=project.pk, subject=str(sheet), text=text, version=sheet_version(grid_of(sheet)))
    return sheet


def _check_input(
    sheet: TargetSheet,
    known: Mapping[int, Indicator],
    goals: Mapping[str, str],
    rows: Sequence[RowInput],
    money: Mapping[str, tuple[Decimal, Decimal]],
) -> Iterable[Finding]:
    """What cannot even be kept: foreign rows and blocks, text that is too long, negative money."""
    given = {*goals, *money, *(block for row in rows for block in (*row.values, *row.weights))}
    if given - set(sheet.blocks) or {row.id for row in rows if row.id is not None} - set(known):
        yield blocking("stale", "绩效目标表已有更新，请刷新页面后重新填写。")
        return
    texts = [(f"goal-{block}", "goal", text) for block, text in goals.items()]
    for row in rows:
        texts += _texts(row, known.get(row.id or 0))
    for name, what, text in texts:
        if len(text) > LENGTHS[what]:
            yield blocking("long", f"内容过长：最多 {LENGTHS[what]} 个字，现为 {len(text)} 个。", field=name)
    for block, amounts in money.items():
        if any(amount < 0 for amount in amounts):
            yield blocking("negative", "金额不能为负数。", field=f"fiscal-{block}")
    for row in rows:
        yield from _check_own(row, known, sheet)


def _texts(row: RowInput, indicator: Indicator | None) -> list[tuple[str, str, str]]:
    def named(what: str, block: str = "") -> str:
        return field_of(indicator, what, block) if indicator else f"new-{what}-{block}".rstrip("-")

    return [
        (named("name"), "name", row.name),
        (named("unit"), "unit", row.unit),
        *((named("value", block), "value", text) for block, text in row.values.items()),
        *((named("weight", block), "weight", text) for block, text in row.weights.items()),
        (named("baseline"), "baseline", row.baseline or ""),
        (named("baseline_source"), "baseline_source", row.baseline_source or ""),
    ]


def _check_own(row: RowInput, known: Mapping[int, Indicator], sheet: TargetSheet) -> Iterable[Finding]:
    own = known.get(row.id or 0)
    if own is not None and own.template_code:
        if row.remove and own.core:
            yield blocking("core", f"“{own.name}”是核心指标，不得删除。", field=field_of(own, "remove"))
        return
    name = field_of(own, "name") if own else "new-name"
    levels = {(t.level1, t.level2) for t in sheet.project.edition.indicators_for(Kind(sheet.project.kind))}
    if not row.remove and (row.level1, row.level2) not in levels:
        yield blocking("level", f"自定指标“{row.name}”须选择一、二级指标。", field=name.replace("name", "level"))
    offered = {"operator": Operator, "aggregation": Aggregation, "frequency": Frequency, "evidence": EvidenceKind}
    for what, choices in offered.items():
        if not row.remove and getattr(row, what) not in choices.values:
            message = f"自定指标“{row.name}”须选择{CHOSEN[what]}。"
            yield blocking(what, message, field=name.replace("name", what))
    if own is None and not row.name.strip():
        yield blocking("name", "新增的自定指标没有名称。", field=name)


def _write_goals(sheet: TargetSheet, goals: Mapping[str, str], money: Mapping[str, tuple[Decimal, Decimal]]) -> None:
    for goal in sheet.goals.all():
        goal.text = goals.get(goal.block, goal.text).strip()
        goal.fiscal, goal.other = money.get(goal.block, (goal.fiscal, goal.other))
        goal.save(update_fields=["text", "fiscal", "other"])


def _write_row(sheet: TargetSheet, known: Mapping[int, Indicator], row: RowInput) -> None:
    indicator = known.get(row.id or 0)
    if row.remove:
        if indicator is not None:
            indicator.targets.all().delete()
            indicator.delete()
        return
    if indicator is None:
        indicator = _new_indicator(sheet, row)
    elif not indicator.template_code:
        for name in OWN:
            setattr(indicator, name, getattr(row, name).strip())
        indicator.window = _window(sheet, indicator.unit)
    for name in ("baseline", "baseline_source"):
        if (text := getattr(row, name)) is not None:
            setattr(indicator, name, text.strip())
    indicator.save(update_fields=[*OWN, "window", "baseline", "baseline_source"])
    targets = list(indicator.targets.all())
    for target in targets:
        if target.block in row.values:
            _write_value(target, indicator, row.values[target.block].strip())
        if target.block in row.weights:
            text = row.weights[target.block].strip()
            target.weight = weight_of(text)
            target.weight_text = "" if target.weight is not None else text
    Target.objects.bulk_update(targets, ["value", "typed", "weight", "weight_text"])


def _write_value(target: Target, indicator: Indicator, text: str) -> None:
    """What can be read without doubt is kept as its number, beside the words; all else stays as it was typed."""
    read = read_target(text, Operator(indicator.operator), indicator.unit, target.block)
    if isinstance(read, Ambiguous):
        target.value, target.typed = text, ""
    elif read != text:
        target.value, target.typed = read, text
    elif target.value != text:
        target.value, target.typed = text, ""


def _window(sheet: TargetSheet, unit: str) -> str:
    """A figure per year is read through the window of the edition, the unit's own as the template's."""
    return sheet.project.edition.window_for(Kind(sheet.project.kind), unit)


def _new_indicator(sheet: TargetSheet, row: RowInput) -> Indicator:
    """Behind the last row of its own level 2, so that the sheet stays in the order of the form."""
    rows = list(sheet.indicators.all())
    place = max((r.order for r in rows if (r.level1, r.level2) == (row.level1, row.level2)), default=len(rows))
    made = Indicator.objects.create(
        sheet=sheet,
        order=place,
        window=_window(sheet, row.unit.strip()),
        **{name: getattr(row, name).strip() for name in OWN},
    )
    Target.objects.bulk_create(Target(indicator=made, block=block) for block in sheet.blocks)
    return made
