"""模拟验收: the two gates as the acceptance judges them, on what is known today. Pure.

`judge`, `score_of` and `gate_b` are the functions of the real acceptance; nothing is judged a second way here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from performance import scoring
from performance.rules.scored import Goal, Reached, score_of
from policy.edition import Condition, Edition
from policy.findings import Finding
from policy.terms import Attained, Grade
from projects.conditions import NOT_ENTERED, actual_text, judge, requirement_text

HUNDRED = 100
AWARD, UNKNOWN = "立项申报", "尚无数据"
VERIFIED, AGAIN = "立项已核", "验收再核"
SELF_CHECK = "lifecycle:self_check"


@dataclass(frozen=True, slots=True)
class Known:
    """The values of one condition today and where they come from."""

    values: Mapping[str, str]
    source: str = UNKNOWN
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ConditionLine:
    code: str
    text: str
    clause: str
    required: str
    known: Known
    actual: str
    verified: bool
    met: bool | None

    @property
    def mark(self) -> str:
        """立项已核 asks only for change."""
        return VERIFIED if self.verified else AGAIN


@dataclass(frozen=True, slots=True)
class TargetLine:
    pk: int
    name: str
    goal: str
    actual: str
    note: str
    core: bool
    met: bool | None
    score: Decimal | None
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """`code` names the same gap from day to day; `link`: the page where it is mended."""

    code: str
    text: str
    clause: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Mock:
    """若今天验收. `total` None while an indicator has no value; `findings`: what gate B says of what is there."""

    on: date
    conditions: tuple[ConditionLine, ...]
    targets: tuple[TargetLine, ...]
    execution_score: Decimal | None
    total: Decimal | None
    grade: Grade | None
    findings: tuple[Finding, ...]
    preconditions: tuple[Finding, ...]
    gaps: tuple[Gap, ...]

    @property
    def said(self) -> str:
        return f"若今天验收：缺 {len(self.gaps)} 项" if self.gaps else "若今天验收：没有缺项"

    @property
    def unmet_conditions(self) -> tuple[str, ...]:
        return tuple(line.code for line in self.conditions if line.met is False)


def condition_line(item: Condition, known: Known, declared: Mapping[str, str]) -> ConditionLine:
    """Verified at the award where the award's own values met it and nothing newer says otherwise."""
    at_award = {name: str(declared.get(name, "")) for name, _ in item.facts}
    verified = known.source == AWARD and judge(item, at_award) is True
    actual = actual_text(item, known.values)
    return ConditionLine(
        code=item.code,
        text=item.text,
        clause=item.basis.clause,
        required=requirement_text(item),
        known=known,
        actual=UNKNOWN if actual == NOT_ENTERED else actual,
        verified=verified,
        met=judge(item, known.values),
    )


def rate_text(part: Fraction, whole: Fraction) -> str:
    """Percent with two decimals cut off, never rounded up to a target; nothing over 0."""
    if whole == 0:
        return ""
    hundredths = floor(part * HUNDRED * HUNDRED / whole)
    return f"{hundredths // HUNDRED}.{hundredths % HUNDRED:02d}"


def target_line(pk: int, goal: Goal, reached: Reached, note: str, *, core: bool, edition: Edition) -> TargetLine:
    scored = score_of(goal, reached, edition)
    sign = "" if goal.qualitative else goal.operator.label
    said = f"{sign}{goal.value}" if goal.qualitative or goal.unit == "定性" else f"{sign}{goal.value} {goal.unit}"
    actual = Attained(reached.attained).label if reached.attained else reached.actual
    why = "" if goal.qualitative else scored.why
    return TargetLine(pk, goal.name, said, actual, note, core, scored.met, scored.score, why)


def judged_targets(
    lines: Iterable[TargetLine], execution_score: Decimal | None, edition: Edition
) -> tuple[Decimal | None, Grade | None, tuple[Finding, ...]]:
    """Total, grade and what gate B finds: the rule of the acceptance on today's values."""
    rows = list(lines)
    total = scoring.total([*(row.score for row in rows), execution_score])
    grade = edition.grade_of(total) if total is not None else None
    unmet = [row.name for row in rows if row.core and row.met is False]
    return total, grade, tuple(scoring.gate_b(total, grade, unmet, Grade(edition.word("pass_grade"))))


def gaps_of(
    conditions: Iterable[ConditionLine],
    targets: Iterable[TargetLine],
    grade: Iterable[Finding],
    before: Iterable[Finding],
) -> Iterator[Gap]:
    """Every single thing that stands between the project and passing today."""
    for line in conditions:
        if line.met is not True:
            state = f"实际 {line.actual}，不符合" if line.met is False else "没有数据"
            yield Gap(
                f"A:{line.code}", f"{line.code} {line.text}（要求 {line.required}）：{state}", line.clause, SELF_CHECK
            )
    for row in targets:
        if row.met is None and not row.actual:
            text = f"指标“{row.name}”没有实际值：{row.note or '尚未报送'}"
            yield Gap(f"B:{row.pk}", text, scoring.ACCEPTANCE, "performance:returns")
        elif row.core and row.met is False:
            text = f"核心指标“{row.name}”未达到：目标 {row.goal}，现为 {row.actual}"
            yield Gap(f"B:{row.pk}", text, scoring.ACCEPTANCE, "performance:returns")
    for finding in grade:
        if finding.code == "grade":
            yield Gap("B:grade", finding.message, finding.clause, "performance:returns")
    for finding in before:
        if finding.blocks:
            about = finding.message[:40] if finding.code == "pack" else ""
            yield Gap(f"P:{finding.code}:{about}"[:60], finding.message, finding.clause, finding.link)
