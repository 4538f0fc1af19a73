"""Reading one project's target sheets, and what is still wrong with one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from accounts.journal import hands_of
from accounts.models import User
from performance.checks import Block, advise_baseline, check_baseline, check_blocks, check_core, check_years
from performance.models import PERIOD, Goal, Indicator, Target, TargetSheet
from performance.rules import SheetRow, check_sheet
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import EvidenceKind, Frequency, Kind, Operator, Track
from projects.models import Project
from ui.versions import version_of

State = TargetSheet.State
NO_NUMBER = Decimal("NaN")
WEIGHT_CODES = {"weight", "weight_total"}
# The acts that make somebody a hand of the draft, by the words the journal has for them (decision 0007).
DRAFT, SAVE, TAKE_OVER = "编制绩效目标", "暂存绩效目标", "接手编制绩效目标"
HANDS = (DRAFT, SAVE, TAKE_OVER)
# What a row says beside its figures, and the words for it.
DETAILS = {"frequency": "报送频次", "evidence": "佐证来源", "baseline": "基期值", "baseline_source": "基期值来源"}
WORDS: Mapping[str, type[TextChoices]] = {"operator": Operator, "frequency": Frequency, "evidence": EvidenceKind}


def sheet_of(project: Project) -> TargetSheet | None:
    """The latest round: the sheet that is being worked on, or the last one filed. A 调整 that was withdrawn is none."""
    return (
        project.target_sheets.exclude(state=State.WITHDRAWN)
        .select_related("hr_office", "finance_office", "drafted_by", "submitted_by", "revises")
        .order_by("-round")
        .first()
    )


def filed_sheet(project: Project) -> TargetSheet | None:
    """The version in force."""
    return project.target_sheets.filter(version__isnull=False).order_by("-version").first()


def sheets_of(projects: Iterable[Project]) -> dict[int, TargetSheet]:
    """The latest sheet of each project, by its pk; one statement."""
    rows = TargetSheet.objects.filter(project__in=[project.pk for project in projects])
    rows = rows.exclude(state=State.WITHDRAWN).order_by("round")
    return {sheet.project_id: sheet for sheet in rows}


def sheet_hands(project: Project) -> dict[int, User]:
    """Everybody who wrote in the targets since somebody last took the draft over (SD1); the journal forgets nobody."""
    return User.objects.in_bulk(hands_of(project.pk, *HANDS, since=TAKE_OVER))


def writers_of(project: Project) -> set[int]:
    """Everybody who ever wrote in the targets of a project or sent them in: none of them reviews them (SD1)."""
    sent = project.target_sheets.exclude(submitted_by=None).values_list("submitted_by", flat=True)
    return {*hands_of(project.pk, *HANDS), *(pk for pk in sent if pk)}


@dataclass(frozen=True, slots=True)
class Line3:
    """One 三级指标 with its targets by block. `said`: the remarks on it that the reader may see."""

    indicator: Indicator
    targets: Mapping[str, Target]
    said: tuple[Any, ...] = ()

    @property
    def sign(self) -> str:
        return str(Operator(self.indicator.operator).label)

    @property
    def cells(self) -> tuple[Target, ...]:
        """In the order of the blocks: 实施期, then the years."""
        return tuple(self.targets[block] for block in sorted(self.targets, key=lambda block: (block != PERIOD, block)))


@dataclass(frozen=True, slots=True)
class Branch:
    """A level 1 or 2 of the tree, its weight in each block (words, points), and what hangs below it."""

    name: str
    sums: tuple[tuple[str, Decimal], ...]
    branches: tuple["Branch", ...] = ()
    lines: tuple[Line3, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it is read: blocks in order, indicators in order."""

    sheet: TargetSheet
    goals: Mapping[str, Goal]
    lines: tuple[Line3, ...]

    @property
    def blocks(self) -> tuple[str, ...]:
        return self.sheet.blocks

    @property
    def columns(self) -> tuple[tuple[Goal, str], ...]:
        """Each block's goal and its words, in order."""
        return tuple((self.goals[block], label) for block, label in self.sheet.labels.items())

    @property
    def sums(self) -> tuple[Decimal, ...]:
        return tuple(self.weight(block) for block in self.blocks)

    @property
    def totals(self) -> tuple[tuple[str, Decimal], ...]:
        return self._sums()

    def _sums(self, level1: str | None = None, level2: str | None = None) -> tuple[tuple[str, Decimal], ...]:
        return tuple((label, self.weight(block, level1, level2)) for block, label in self.sheet.labels.items())

    @property
    def tree(self) -> tuple[Branch, ...]:
        """一级指标 → 二级指标 → rows, with subtotals by block."""
        levels: dict[str, dict[str, list[Line3]]] = {}
        for line in self.lines:
            levels.setdefault(line.indicator.level1, {}).setdefault(line.indicator.level2, []).append(line)
        return tuple(
            Branch(
                level1,
                self._sums(level1),
                tuple(Branch(level2, self._sums(level1, level2), (), tuple(lines)) for level2, lines in below.items()),
            )
            for level1, below in levels.items()
        )

    def weight(self, block: str, level1: str | None = None, level2: str | None = None) -> Decimal:
        """The weights of a block, of a level 1 or of a level 2 in it."""
        return sum(
            (
                line.targets[block].weight or Decimal(0)
                for line in self.lines
                if block in line.targets
                and level1 in (None, line.indicator.level1)
                and level2 in (None, line.indicator.level2)
            ),
            Decimal(0),
        )

    def rows(self, block: str) -> list[SheetRow]:
        """The block as the rules take it; a weight that is no number fails there."""
        return [
            SheetRow(
                level1=line.indicator.level1,
                level2=line.indicator.level2,
                name=line.indicator.name,
                operator=Operator(line.indicator.operator),
                unit=line.indicator.unit,
                block=block,
                value=line.targets[block].value,
                weight=NO_NUMBER if (weight := line.targets[block].weight) is None else weight,
            )
            for line in self.lines
            if block in line.targets
        ]


def grid_of(sheet: TargetSheet) -> Grid:
    """Three statements, however many indicators."""
    goals = {goal.block: goal for goal in sheet.goals.all()}
    lines = tuple(
        Line3(indicator, {target.block: target for target in indicator.targets.all()})
        for indicator in sheet.indicators.prefetch_related("targets")
    )
    return Grid(sheet, goals, lines)


def content_of(grid: Grid) -> dict[str, Any]:
    """The sheet as plain values: what reviewers read, kept for comparison."""
    return {
        "goals": {block: [goal.text, str(goal.fiscal), str(goal.other)] for block, goal in grid.goals.items()},
        "rows": [
            {
                "name": line.indicator.name,
                "level2": line.indicator.level2,
                "operator": line.indicator.operator,
                "unit": line.indicator.unit,
                **{name: getattr(line.indicator, name) for name in DETAILS},
                "targets": {
                    block: [target.value, str(target.weight)] for block, target in sorted(line.targets.items())
                },
            }
            for line in grid.lines
        ],
    }


def sheet_version(grid: Grid) -> str:
    """What the sheet is now, to the last field: compared before it is written over."""
    sheet, extra = grid.sheet, ("level1", "aggregation")
    rows = [
        [line.indicator.pk, *(getattr(line.indicator, name) for name in extra), *(t.weight_text for t in line.cells)]
        for line in grid.lines
    ]
    return version_of(sheet.pk, sheet.state, content_of(grid), rows)


def rows_before(grid: Grid) -> dict[int, int]:
    """Rows of the round before, by pk, and the rows they became: a page opened before a return leads to them."""
    older = Indicator.objects.filter(sheet__project=grid.sheet.project_id, sheet__round=grid.sheet.round - 1)
    now = {same_row(line.indicator): line.indicator.pk for line in grid.lines}
    return {row.pk: now[same_row(row)] for row in older if same_row(row) in now}


def same_row(row: Indicator) -> tuple[str, ...]:
    """One indicator through the rounds of a project."""
    return (row.template_code,) if row.template_code else ("", row.level2, row.name)


def problems_of(grid: Grid, project: Project) -> list[Finding]:
    """Everything that keeps the sheet from being submitted; `field` names the field of the form where it is mended."""
    edition, kind = project.edition, Kind(project.kind)
    labels = grid.sheet.labels
    found = list(check_blocks(_blocks(grid), project.grant or Decimal(0)))
    for block, label in labels.items():
        said = check_sheet(edition, grid.rows(block), {block: label}, kind)
        found += [replace(finding, field=_field(grid, block, finding)) for finding in said]
    found += _core(grid, edition, kind, Track(project.track))
    found += [finding for finding in yearly_floors(grid, project) if finding.blocks]
    return [*found, *_baselines(grid)]


def _baselines(grid: Grid) -> Iterator[Finding]:
    for line in grid.lines:
        row = line.indicator
        for finding in check_baseline(row.name, row.baseline, row.baseline_source):
            yield replace(finding, field=field_of(row, finding.field))


def advice_of(grid: Grid) -> list[Finding]:
    """What the sheet would do well to have: said beside what keeps it from submission, and blocks nothing."""
    found = [
        replace(finding, field=field_of(line.indicator, "baseline"))
        for line in grid.lines
        if (finding := advise_baseline(line.indicator.name, _quantified_core(line.indicator), line.indicator.baseline))
    ]
    return [*found, *(finding for finding in yearly_floors(grid, grid.sheet.project) if not finding.blocks)]


def _quantified_core(row: Indicator) -> bool:
    return row.core and row.operator != Operator.QUALITATIVE


def submission_findings(project: Project) -> list[Finding]:
    """Why the targets cannot be submitted now: nothing drawn up, not yet mended, or what the sheet itself lacks."""
    sheet = sheet_of(project)
    if sheet is None:
        return [replace(blocking("no_sheet", "尚未编制绩效目标，请由单位经办编制。"), link="performance:sheet_new")]
    if sheet.state == State.RETURNED:
        return [blocking("returned", "绩效目标已退回，请按意见修改并暂存后再送审。")]
    return problems_of(grid_of(sheet), project) if sheet.state == State.DRAFT else []


def _blocks(grid: Grid) -> Iterator[Block]:
    for block, label in grid.sheet.labels.items():
        goal = grid.goals[block]
        yield Block(block, label, goal.text, goal.fiscal, goal.other)


def _core(grid: Grid, edition: Edition, kind: Kind, track: Track) -> Iterator[Finding]:
    by_code = {line.indicator.template_code: line for line in grid.lines if line.indicator.template_code}
    values = {code: line.targets[PERIOD].value for code, line in by_code.items()}
    for finding in check_core(edition, kind, track, values, grid.sheet.labels):
        line = by_code.get(finding.field)
        yield replace(finding, field=field_of(line.indicator, "value", PERIOD) if line else "")


def yearly_floors(grid: Grid, project: Project) -> list[Finding]:
    """Figures of the notice by the year, in each year's column: what keeps the sheet back and what reviewers look at."""
    by_code = {line.indicator.template_code: line.indicator for line in grid.lines if line.indicator.template_code}
    values = {
        line.indicator.template_code: {block: target.value for block, target in line.targets.items()}
        for line in grid.lines
        if line.indicator.template_code
    }
    whole = _whole_years(grid.sheet, project)
    said = check_years(project.edition, Kind(project.kind), Track(project.track), values, whole)
    return [
        replace(finding, field=field_of(by_code[code], "value", block))
        for finding in said
        for code, block in [finding.field.split(" ")]
    ]


def _whole_years(sheet: TargetSheet, project: Project) -> set[str]:
    """Where the build has no days yet, its first and its last year may be parts."""
    start, end, years = project.build_start_on, project.build_end_on, sheet.years
    if start is None or end is None:
        return {str(year) for year in years[1:-1]}
    return {str(year) for year in years if start <= date(year, 1, 1) and date(year, 12, 31) <= end}


def field_of(indicator: Indicator, what: str, block: str = "") -> str:
    """The name of a field of the grid form."""
    return f"i{indicator.pk}-{what}-{block}" if block else f"i{indicator.pk}-{what}"


def _field(grid: Grid, block: str, finding: Finding) -> str:
    """Where on the form a finding of a block is mended: the row it names, else the first row of its level."""
    what = "weight" if finding.code.startswith("weight") else "value"
    own = [line.indicator for line in grid.lines]
    named = [row for row in own if row.name == finding.field]
    levels = [row for row in own if finding.field in (row.level1, row.level2)]
    for row in [*named, *levels, *own]:
        if finding.code in ("name_missing", "name_twice") and not row.template_code:
            return field_of(row, "name")
        return field_of(row, what, block)
    return ""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that differs from what was submitted."""

    what: str
    before: str
    after: str


def changes_since_submission(grid: Grid) -> list[Change]:
    """What was mended after the review."""
    old = grid.sheet.submitted_content
    return changes_of(old, content_of(grid)) if old else []


def changes_between(before: Grid, after: Grid) -> list[Change]:
    """What differs between two versions of a project's targets."""
    return changes_of(content_of(before), content_of(after))


def changes_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    return [*_goal_changes(old["goals"], new["goals"]), *_row_changes(old["rows"], new["rows"])]


def _goal_changes(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[Change]:
    labels = ("总体目标", "财政拨款（元）", "其他资金（元）")
    for block, after in new.items():
        before = old.get(block, ["", "", ""])
        label = "实施期" if block == PERIOD else f"{block}年度"
        yield from (
            Change(f"{label}{name}", was, now)
            for name, was, now in zip(labels, before, after, strict=True)
            if was != now
        )


def _row_changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    """Rows are matched by name; a renamed row reads as one removed and one added."""
    before = {row["name"]: row for row in old}
    after = {row["name"]: row for row in new}
    yield from (Change(f"指标“{name}”", "有", "已删除") for name in before if name not in after)
    for name, row in after.items():
        was = before.get(name)
        if was is None:
            yield Change(f"指标“{name}”", "无", "新增")
            continue
        for key, label in {"operator": "计算符号", "unit": "计量单位", **DETAILS}.items():
            before_, after_ = was.get(key, row.get(key)), row.get(key)  # content of older rounds has fewer keys
            if before_ != after_:
                yield Change(f"“{name}”{label}", _word(key, str(before_)), _word(key, str(after_)))
        for block, (value, weight) in row["targets"].items():
            label = "实施期" if block == PERIOD else f"{block}年度"
            old_value, old_weight = was["targets"].get(block, ["", ""])
            if old_value != value:
                yield Change(f"“{name}”{label}指标值", old_value, value)
            if old_weight != weight:
                yield Change(f"“{name}”{label}权重", old_weight, weight)


def _word(key: str, value: str) -> str:
    return str(WORDS[key](value).label) if key in WORDS else value
