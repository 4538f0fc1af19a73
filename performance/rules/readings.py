"""指标填报: what keeps one reading from being sent in, and what has to be explained. Pure.

A figure that stands out is never refused: it needs its reason. A missing figure is never 0, and "0" is a true zero.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from performance.checks import PERCENT, exact
from performance.rules.figures import Figure
from performance.rules.possible import Measure, below_zero, too_much
from performance.scoring import AT_LEAST, two_decimals
from performance.targets import DATE_UNIT, figure_text
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Aggregation, Attained, Operator, Severity

CLAUSE = "指标填报要求"
ASK = "请在“异常原因”中说明"
LENGTHS = {"value": 40, "numerator": 40, "denominator": 40, "reason": 300, "note": 300}
LABELS = {"value": "本期值", "numerator": "分子", "denominator": "分母", "reason": "异常原因", "note": "说明"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What the unit typed for one indicator, letter by letter."""

    value: str = ""
    numerator: str = ""
    denominator: str = ""
    attained: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One due indicator and its figures with this period in them. `targets`: of the year and of 实施期, as filed.

    `yearly`: the target is per year, so that the figure of the whole build is not held against it. `code`: of the
    template. `bound`: of 人数, what the register counts in 人次 in the same days.
    """

    name: str
    operator: Operator
    unit: str
    aggregation: Aggregation
    drawn: bool
    this: Figure
    last: Figure
    year: Figure
    build: Figure
    year_target: str = ""
    period_target: str = ""
    yearly: bool = False
    code: str = ""
    bound: Fraction | None = None

    @property
    def measure(self) -> Measure:
        return Measure(self.name, self.unit, self.aggregation, self.code, (self.year_target, self.period_target))

    @property
    def qualitative(self) -> bool:
        return self.operator == Operator.QUALITATIVE


def check_lengths(typed: Typed) -> Iterator[Finding]:
    """What cannot even be kept; `field` is the name of the part."""
    for part, most in LENGTHS.items():
        if (length := len(getattr(typed, part))) > most:
            message = f"{LABELS[part]}最多 {most} 个字，现为 {length} 个。"
            yield blocking("long", message, CLAUSE, field=part)
    if typed.attained and typed.attained not in Attained.values:
        yield blocking("attained", "请从列表中选择达成程度。", CLAUSE, field="attained")


def check_reading(edition: Edition, typed: Typed, standing: Standing) -> Iterator[Finding]:
    """Everything that is wrong with one reading, each with the part of the row where it is mended."""
    yield from check_lengths(typed)
    if standing.qualitative:
        yield from _check_words(typed, standing)
        return
    if not standing.drawn:
        found = list(_check_typed(typed, standing, edition))
        yield from found
        if any(finding.blocks for finding in found):
            return
    if standing.aggregation == Aggregation.RATIO and standing.this.denominator == 0:
        yield Finding(
            "undefined", Severity.NOTICE, f"“{standing.name}”本期分母为 0，本期比率不适用（不是 0）。", CLAUSE
        )
    if not typed.reason.strip():
        yield from unusual(edition, standing)


def _check_words(typed: Typed, standing: Standing) -> Iterator[Finding]:
    if not typed.attained:
        yield blocking("missing", f"“{standing.name}”没有选择达成程度。", CLAUSE, field="attained")
    if not typed.note.strip():
        yield blocking("note", f"“{standing.name}”是定性指标，请写明达成情况的依据。", CLAUSE, field="note")


def _check_typed(typed: Typed, standing: Standing, edition: Edition) -> Iterator[Finding]:
    parts = ("numerator", "denominator") if standing.aggregation == Aggregation.RATIO else ("value",)
    numbers: dict[str, Fraction] = {}
    for part in parts:
        text = getattr(typed, part)
        if not text.strip():
            message = f"“{standing.name}”没有填写{LABELS[part]}；确实没有发生的请填 0。"
            yield blocking("missing", message, CLAUSE, field=part)
            continue
        try:
            numbers[part] = exact(text, standing.unit if part == "value" else "")
        except ValueError as error:
            yield blocking("number", f"“{standing.name}”{LABELS[part]}：{error}。", CLAUSE, field=part)
    if {"numerator", "denominator"} <= numbers.keys():
        yield from _check_parts(numbers["numerator"], numbers["denominator"], standing, edition)
    elif "value" in numbers:
        yield from _check_count(numbers["value"], standing)


def _check_parts(over: Fraction, under: Fraction, standing: Standing, edition: Edition) -> Iterator[Finding]:
    for part, number in (("numerator", over), ("denominator", under)):
        if number < 0:
            yield blocking("negative", f"“{standing.name}”{LABELS[part]}不能为负数。", CLAUSE, field=part)
    if message := too_much(standing.measure, over, under, edition):
        yield blocking("parts", message, CLAUSE, field="numerator")


def _check_count(value: Fraction, standing: Standing) -> Iterator[Finding]:
    """A period may take back what an earlier one said too much; what stands in all is never below 0."""
    whole = standing.build.value if standing.aggregation == Aggregation.SUM else value
    if whole is not None and (message := below_zero(standing.measure, whole)):
        yield blocking("negative", message, CLAUSE, field="value")


def target_value(text: str, unit: str) -> Fraction | None:
    try:
        return exact(text, unit)
    except ValueError:
        return None


def unusual(edition: Edition, standing: Standing) -> Iterator[Finding]:
    """Figures that need a reason: running totals that fall, leaps, and more than was aimed at."""
    yield from _falling(standing)
    yield from _leap(edition, standing)
    yield from _beyond(standing)
    yield from _more_than_register(standing)


def _falling(standing: Standing) -> Iterator[Finding]:
    this, last = standing.this, standing.last
    parts = [part for part in (this.value, this.numerator, this.denominator) if part is not None]
    sums = standing.aggregation in (Aggregation.SUM, Aggregation.RATIO) and any(part < 0 for part in parts)
    level = (
        standing.aggregation == Aggregation.LATEST
        and standing.operator in AT_LEAST
        and this.value is not None
        and last.value is not None
        and this.value < last.value
    )
    if sums or level:
        message = f"“{standing.name}”的累计数比上期减少，{ASK}。"
        yield blocking("falling", message, CLAUSE, field="reason")


def _leap(edition: Edition, standing: Standing) -> Iterator[Finding]:
    this, last, times = standing.this.value, standing.last.value, edition.number("reading_jump")
    if this is not None and last is not None and last > 0 and this > times * last:
        basis = edition.limit("reading_jump").basis
        message = f"“{standing.name}”本期 {short(this)}，超过上期 {short(last)} 的 {times} 倍，{ASK}。"
        yield blocking("jump", message, basis.clause, rank=basis.rank, field="reason")


def _beyond(standing: Standing) -> Iterator[Finding]:
    """More than the target, of what counts upwards. A rate above its target is what was wished for."""
    if standing.operator not in AT_LEAST or standing.aggregation == Aggregation.RATIO:
        return
    pairs = [("本年累计", standing.year.value, standing.year_target)]
    if not standing.yearly:
        pairs.append(("建设期累计", standing.build.value, standing.period_target))
    for label, value, text in pairs:
        target = target_value(text, standing.unit)
        if value is not None and target is not None and value > target:
            message = f"“{standing.name}”{label} {short(value)}，超过指标值 {short(target)}，{ASK}。"
            yield blocking("beyond", message, CLAUSE, field="reason")
            return


def _more_than_register(standing: Standing) -> Iterator[Finding]:
    """People are no more than the 人次 of the same classes; who was trained elsewhere is explained."""
    value, bound = standing.this.value, standing.bound
    if value is not None and bound is not None and value > bound:
        message = f"“{standing.name}”本期 {short(value)}，多于班次台账同期的 {short(bound)} 人次，{ASK}来源。"
        yield blocking("bound", message, CLAUSE, field="reason")


def shown(value: Fraction, unit: str) -> str:
    """For reading, in its unit: a day is a day, a rate has its sign."""
    if unit == DATE_UNIT:
        return figure_text(value, unit)
    return f"{short(value)}{PERCENT if unit == PERCENT else ''}"


def short(value: Fraction) -> str:
    """For reading: two decimals at most, half up, thousands parted."""
    text = f"{two_decimals(value):,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_once(indicators: Sequence[int], *, field: str = "rows") -> Iterator[Finding]:
    """A list that names an indicator twice says two things of it, and is asked which."""
    if twice := sorted({pk for pk in indicators if indicators.count(pk) > 1}):
        names = "、".join(str(pk) for pk in twice)
        yield blocking("twice", f"指标 {names} 列了不止一次，请每个指标只列一行。", field=field)
