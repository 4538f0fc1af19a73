"""绩效自评: when a block is assessed, what a changed value owes, what a grade leads to. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm

from performance.checks import PERCENT, exact, kept_text
from performance.rules.figures import Figure
from performance.rules.region_form import MANAGEMENT
from performance.rules.scored import LONGEST_ACTUAL, LONGEST_REASON, Goal, Reached, check_reached, score_of
from performance.scoring import two_decimals
from performance.targets import DATE_UNIT, number_text
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import ZERO
from policy.terms import Attained, Grade, Operator, Stage

LAW = "财预〔2015〕163号"
YEAR, TRANSFER, FINAL = "year", "transfer", "final"
PERIOD = "period"
LONGEST_WORDS = 2000
HUNDRED = 100
STAGES = (
    Stage.BUILDING, Stage.IN_ACCEPTANCE, Stage.ACCEPTED, Stage.RECTIFYING, Stage.RECHECKING, Stage.REVOCATION_NOTICE,
)  # fmt: skip
FINAL_STAGES = (Stage.BUILDING, Stage.RECTIFYING)
# What the yearly result is used for. It recommends; people decide (handbook 3, 应用).
CONSEQUENCE: Mapping[Grade, str] = {
    Grade.EXCELLENT: "评定结果作为以后安排同类资金的参考，可予优先考虑。",
    Grade.GOOD: "按评定意见完善，正常实施。",
    Grade.FAIR: "单位须按评定意见改进，市州和省级跟踪改进情况，安排后续资金时从紧掌握。",
    Grade.POOR: "列入预警；建议核减或暂停资金，是否核减、暂停由省人社厅、省财政厅另行联合决定，系统不自动处理。",
}
# 资金管理情况 of F06: each with 情况说明 and 存在问题和改进措施.
WORDS: Mapping[str, str] = {
    "goal": "总体目标",
    **MANAGEMENT,
    **{f"{key}_issue": f"{label}：存在问题和改进措施" for key, label in MANAGEMENT.items()},
    "notes": "说明（审计、财政监督发现的问题及金额，没有填无）",
}
NEEDED = ("goal", *MANAGEMENT, "notes")


@dataclass(frozen=True, slots=True)
class Before:
    """What a value is held against. `who`: in words; `asks`: a value that differs owes its own reason."""

    who: str
    reached: Reached
    asks: bool = True


def last_day(block: str, build_end: date | None) -> date | None:
    """The day on which a block is over: the end of its year, or of the build where that came first."""
    if block == PERIOD:
        return build_end
    end = date(int(block), 12, 31)
    return min(end, build_end) if build_end else end


def check_when(
    kind: str, block: str, stage: str, *, start: date | None, end: date | None, on: date
) -> Iterator[Finding]:
    """A year is assessed once it is over; the whole period at its end, or before it when acceptance is prepared."""
    allowed = FINAL_STAGES if kind == FINAL else STAGES
    if stage not in allowed or start is None:
        names = "、".join(f"“{one.label}”" for one in allowed)
        yield blocking("stage", f"项目处于“{Stage(stage).label}”，{names}的项目编制绩效自评。", LAW)
        return
    if (block == PERIOD) != (kind == FINAL):
        yield blocking("block", "期满自评对应实施期，年度自评和转移支付自评对应预算年度。", LAW, field="what")
        return
    if kind == FINAL:
        return
    over = last_day(block, end)
    if int(block) < start.year or (end and int(block) > end.year):
        yield blocking(
            "block", f"{block} 年不在建设期内（{start} 至 {end or '—'}），不编制年度自评。", LAW, field="what"
        )
    elif over and on < over:
        yield blocking("early", f"{block} 年度自评在 {over} 之后编制，今天是 {on}。", LAW, field="what")


def ratio_text(over: Fraction, under: Fraction) -> str:
    """分子/分母 in whole numbers, to be read back exactly."""
    whole = lcm(over.denominator, under.denominator)
    return f"{int(over * whole)}/{int(under * whole)}"


def figure_text(figure: Figure, unit: str) -> str:
    """A figure as it is typed: exact, read back by `exact` under the same unit; "" where it is missing."""
    if figure.value is None:
        return ""
    if figure.numerator is not None and figure.denominator:
        return ratio_text(figure.numerator, figure.denominator)
    if unit == DATE_UNIT:
        return date.fromordinal(int(figure.value)).isoformat()
    text = number_text(figure.value)
    return number_text(figure.value / HUNDRED) if unit == PERCENT and "/" in text else text


def shown(text: str, unit: str) -> str:
    """For people, the same on page, paper and API: a rate as its percentage with the parts behind it."""
    if not text.strip():
        return ""
    try:
        value = exact(text, unit)
    except ValueError:
        return text
    if unit == DATE_UNIT:
        return text
    text = kept_text(text, unit)
    if "/" not in text:
        return f"{text.removesuffix(PERCENT)}{PERCENT}" if unit == PERCENT else text
    if unit == PERCENT:
        return f"{number_text(Fraction(two_decimals(value)))}%（{text}）"
    return text


def shown_reached(attained: str, actual: str, unit: str) -> str:
    return str(Attained(attained).label) if attained in Attained.values else shown(actual, unit)


def same(goal: Goal, one: Reached, other: Reached) -> bool:
    """Two sides say the same: by value, not by how it was written."""
    if goal.qualitative:
        return one.attained == other.attained
    texts = one.actual.strip(), other.actual.strip()
    try:
        return exact(texts[0], goal.unit) == exact(texts[1], goal.unit)
    except ValueError:
        return texts[0] == texts[1]


def check_lengths(goal: Goal, given: Reached, field: str) -> Iterator[Finding]:
    """What cannot even be kept."""
    if len(given.actual) > LONGEST_ACTUAL or len(given.reason) > LONGEST_REASON:
        text = f"“{goal.name}”：实际值最多 {LONGEST_ACTUAL} 字，原因最多 {LONGEST_REASON} 字。"
        yield blocking("long", text, field=f"{field}-reason")


def check_value(
    goal: Goal, given: Reached, edition: Edition, field: str, *, scored: bool, before: Before | None, own: bool
) -> Iterator[Finding]:
    """One value of one side. `own`: the unit's, which explains what it missed; an office explains what it changed."""
    if given.empty:
        yield blocking(
            "missing", f"“{goal.name}”：没有填写实际完成值，不计分，也不会按 0 计。", LAW, field=_field(goal, field)
        )
        return
    found = list(_reached(goal, given, edition, field, scored=scored))
    yield from (finding for finding in found if own or finding.code != "reason")
    if before is None or not before.asks or before.reached.empty or any(one.code == "value" for one in found):
        return
    if not same(goal, given, before.reached) and given.reason.strip() in ("", before.reached.reason.strip()):
        stands = shown_reached(before.reached.attained, before.reached.actual, goal.unit)
        text = f"“{goal.name}”：与{before.who}（{stands}）不同，请写明原因。"
        if not any(one.code == "reason" for one in found) or not own:
            yield blocking("differs", text, LAW, field=f"{field}-reason")


def _field(goal: Goal, field: str) -> str:
    return f"{field}-attained" if goal.qualitative else f"{field}-actual"


def _reached(goal: Goal, given: Reached, edition: Edition, field: str, *, scored: bool) -> Iterator[Finding]:
    if scored or not goal.qualitative:
        yield from check_reached(goal, given, edition, field)
    elif given.attained not in Attained.values:
        yield blocking("level", f"“{goal.name}”：请选择达成程度。", field=f"{field}-attained")
    elif given.attained != Attained.FULL and not given.reason.strip():
        yield blocking("reason", f"“{goal.name}”：未完全达成，请说明原因。", field=f"{field}-reason")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of a value; `score` None: missing, wrong, or a form without points."""

    score: Decimal | None
    met: bool | None
    inputs: Mapping[str, object]


def kept_of(goal: Goal, given: Reached, edition: Edition, *, scored: bool) -> Kept:
    """Everything typed is kept; what is no number yet, or lies outside its band, earns no points until it is mended."""
    wrong = [one for one in _reached(goal, given, edition, "", scored=scored) if one.code != "reason"]
    if given.empty or wrong:
        return Kept(None, None, {})
    if not scored and goal.qualitative:
        return Kept(None, given.attained == Attained.FULL, {"attained": given.attained})
    found = score_of(goal, given, edition)
    return Kept(found.score if scored else None, found.met, dict(found.inputs))


def check_words(words: Mapping[str, str], *, complete: bool) -> Iterator[Finding]:
    """F06: a draft may lack words; what is sent in may not."""
    for key, text in words.items():
        if len(text) > LONGEST_WORDS:
            yield blocking("long", f"“{WORDS[key]}”最多 {LONGEST_WORDS} 字，现为 {len(text)} 字。", field=key)
    for key in NEEDED if complete else ():
        if not words.get(key, "").strip():
            yield blocking("words", f"请填写“{WORDS[key]}”，没有的填“无”。", LAW, field=key)


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One line of 项目资金 in yuan: 年初预算数, 全年预算数, 全年执行数."""

    label: str
    initial: Decimal
    budget: Decimal
    spent: Decimal

    @property
    def rate(self) -> str:
        if self.budget <= 0:
            return "不适用"
        return f"{two_decimals(Fraction(self.spent) / Fraction(self.budget) * HUNDRED)}%"

    @property
    def plain(self) -> list[str]:
        return [self.label, f"{self.initial:.2f}", f"{self.budget:.2f}", f"{self.spent:.2f}"]


@dataclass(frozen=True, slots=True)
class YearMoney:
    """What the books say of a year. `carried`: issued before and not spent by then, or given again in the year."""

    carried: Decimal
    issued: Decimal
    issued_spent: Decimal
    other: Decimal
    other_spent: Decimal
    planned_fiscal: Decimal
    planned_other: Decimal


def money_lines(year: YearMoney) -> tuple[MoneyLine, ...]:
    """The lines of F05. Money carried over is spent first (先进先出); 年初预算数 is what the filed targets planned."""
    from_carried = max(ZERO, min(year.issued_spent, year.carried))
    planned_carried = max(ZERO, min(year.planned_fiscal, year.carried))
    parts = (
        MoneyLine(
            "其中：当年财政拨款", year.planned_fiscal - planned_carried, year.issued, year.issued_spent - from_carried
        ),
        MoneyLine("上年结转资金", planned_carried, year.carried, from_carried),
        MoneyLine("其他资金", year.planned_other, year.other, year.other_spent),
    )
    sums = (sum((getattr(one, name) for one in parts), ZERO) for name in ("initial", "budget", "spent"))
    return (MoneyLine("年度资金总额", *sums), *parts)


def difference(goal: Goal, one: Reached, other: Reached) -> str:
    """How far the second side lies from the first, in the unit of the indicator; "" where they agree or lack a value."""
    if goal.operator == Operator.QUALITATIVE or one.empty or other.empty or same(goal, one, other):
        return "" if one.attained == other.attained else "等级不同"
    try:
        gap = exact(other.actual, goal.unit) - exact(one.actual, goal.unit)
    except ValueError:
        return ""
    sign = "+" if gap > 0 else "−"
    if goal.unit == DATE_UNIT:
        return f"{sign}{abs(int(gap))} 天"
    return f"{sign}{number_text(Fraction(two_decimals(abs(gap))))}{PERCENT if goal.unit == PERCENT else ''}"
