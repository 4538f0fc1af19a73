"""双监控: target progress and money side by side, what deviates and where it leads (handbook 4). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from performance.checks import exact
from performance.rules.figures import Days, Figure, days_in, gaps_words
from performance.scoring import AT_MOST, ON_TIME, light, met, score, two_decimals
from performance.targets import DATE_UNIT, figure_text, number_text
from policy.edition import Basis, Edition
from policy.findings import Finding
from policy.terms import Aggregation, Attained, Light, Operator, Rank

F04 = Basis("项目支出绩效目标执行监控表（F04）", Rank.LAW)
ATTAINED_LIGHTS = {Attained.FULL: Light.GREEN, Attained.PARTLY: Light.YELLOW, Attained.NOT: Light.RED}
WHOLE = Fraction(1)
BARE = "比例"
SHARES = range(1, 10)  # denominators of a share that people write: 1/3


@dataclass(frozen=True, slots=True)
class Span:
    """The days a target is meant for and the day it is looked at. A share of days is exact: 45/365.

    `planned`: the share the milestone plan has due by that day, where one is in force (handbook 4).
    `gaps`: days gone that no report covers: the pace is that of the days reported.
    """

    start: date
    end: date
    on: date
    planned: Fraction | None = None
    gaps: tuple[Days, ...] = ()

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def gone(self) -> int:
        return min(max((self.on - self.start).days + 1, 0), self.days)

    @property
    def reported(self) -> int:
        return self.gone - days_in(self.gaps)

    @property
    def share(self) -> Fraction:
        return Fraction(self.gone, self.days) if self.planned is None else self.planned

    @property
    def words(self) -> str:
        if self.planned is None:
            return f"已过 {self.gone}/{self.days} 天"
        return f"建设任务应完成 {percent(self.planned)}"


@dataclass(frozen=True, slots=True)
class Signal:
    """A light with the arithmetic behind it."""

    light: Light
    why: str


def target_light(
    operator: Operator,
    aggregation: Aggregation,
    done: Figure,
    target: Fraction | None,
    unit: str,
    span: Span,
    edition: Edition,
) -> Signal:
    """Done ÷ planned by now. Only counts that accumulate are planned by elapsed days; a level is due in full.

    A ≤ that is kept is green; one that is missed counts by how much of its points is left.
    """
    if done.value is None:
        missing = f"缺 {len(done.missing)} 个期间的数值" if done.missing else "还没有数值"
        return Signal(Light.UNDEFINED, f"{missing}，不亮灯")
    if done.gaps and aggregation == Aggregation.SUM:
        return Signal(Light.UNDEFINED, f"{gaps_words(done)}，累计不全，不亮灯")
    if target is None:
        return Signal(Light.UNDEFINED, "目标值不是一个数，不亮灯")
    value, goal = number_text(done.value), number_text(target)
    if operator in AT_MOST or target <= 0:
        return _falling(operator, done.value, target, unit, edition)
    share = span.share if aggregation == Aggregation.SUM else WHOLE
    if share == 0:
        return Signal(Light.UNDEFINED, "期间尚未开始，不亮灯")
    ratio = done.value / (target * share)
    found = light(done.value, target, share, edition)
    plan = f"目标 {goal} × {span.words}" if aggregation == Aggregation.SUM else f"目标 {goal}"
    return Signal(found, f"已完成 {value} ÷（{plan}）＝{percent(ratio)}，{found.label}")


def _falling(operator: Operator, value: Fraction, target: Fraction, unit: str, edition: Edition) -> Signal:
    sign, told, goal = Operator(operator).label, figure_text(value, unit), figure_text(target, unit)
    if met(operator, value, target):
        return Signal(Light.GREEN, f"实际 {told}，未超过目标 {sign}{goal}，绿灯")
    left = score(operator, Decimal(100), value, target, ON_TIME if unit == DATE_UNIT else edition.word("reverse_rule"))
    share = Fraction(left or 0) / 100
    found = min_light(edition.light_of(share))
    return Signal(found, f"实际 {told}，已突破目标 {sign}{goal}，按得分比例 {percent(share)}，{found.label}")


def min_light(found: Light) -> Light:
    """A limit that is broken is never green, however little."""
    return Light.YELLOW if found in (Light.GREEN, Light.BLUE) else found


def qualitative_light(attained: str) -> Signal:
    if not attained:
        return Signal(Light.UNDEFINED, "还没有填写达成程度，不亮灯")
    found = ATTAINED_LIGHTS[Attained(attained)]
    return Signal(found, f"{Attained(attained).label}，{found.label}")


def money_light(spent: Decimal, budget: Decimal, planned: Fraction | None, span: Span, edition: Edition) -> Signal:
    """支出 against 用款计划, else against elapsed days. No budget: undefined, not 0 %."""
    if budget <= 0:
        return Signal(Light.UNDEFINED, "没有预算，不适用")
    share = span.share if planned is None else planned
    if share == 0:
        return Signal(Light.UNDEFINED, "按用款计划本期前没有应支出的资金" if planned is not None else "期间尚未开始")
    found = light(spent, budget, share, edition)
    ratio = Fraction(spent) / (Fraction(budget) * min(share, WHOLE))
    base = "用款计划应支出" if planned is not None else f"{span.words}应支出"
    due = two_decimals(Fraction(budget) * min(share, WHOLE))
    return Signal(found, f"已支出 {spent:,.2f} 元 ÷ {base} {due:,.2f} 元＝{percent(ratio)}，{found.label}")


def percent(ratio: Fraction) -> str:
    return f"{two_decimals(ratio * 100)}%"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the present pace leads at the end. `expected` None: it cannot be said, `why` tells what is missing."""

    expected: Fraction | None
    why: str
    enough: bool | None = None

    @property
    def shown(self) -> str:
        return "" if self.expected is None else number_text(Fraction(two_decimals(self.expected)))


def forecast(
    operator: Operator, aggregation: Aggregation, done: Figure, target: Fraction | None, unit: str, span: Span
) -> Forecast:
    """期末预计: a count goes on at its pace per day, anything else stays where it is. With its arithmetic."""
    if done.value is None:
        return Forecast(None, "缺少数值，不能预计")
    if aggregation != Aggregation.SUM:
        enough = None if target is None else met(operator, done.value, target)
        told = f"按现有水平，期末预计 {with_unit(done.value, unit)}"
        return Forecast(done.value, told + _beside(operator, target, unit), enough)
    if span.reported <= 0:
        return Forecast(None, "期间尚未开始，不能预计")
    expected = done.value * span.days / span.reported
    whole = Fraction(int(expected)) if done.value.denominator == 1 else Fraction(two_decimals(expected))
    enough = None if target is None else met(operator, whole, target)
    days = f"已报送的 {span.reported} 天" if span.gaps else f"{span.gone} 天"
    arithmetic = f"{number_text(done.value)} ÷ {days} × {span.days} 天"
    told = f"按当前进度，期末预计 {number_text(whole)}{unit}（{arithmetic}）"
    return Forecast(whole, told + _beside(operator, target, unit), enough)


def _beside(operator: Operator, target: Fraction | None, unit: str) -> str:
    return "" if target is None else f"，目标 {Operator(operator).label}{with_unit(target, unit)}"


def with_unit(value: Fraction, unit: str) -> str:
    """For people: a day is its own unit, 1/3 stays one, anything else has two decimals at most."""
    if unit == DATE_UNIT:
        return figure_text(value, unit)
    short = value if value.denominator in SHARES else Fraction(two_decimals(value))
    return f"{number_text(short)}{'' if unit == BARE else unit}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The columns of F04 as typed for one indicator, and the target of the year they are held against."""

    name: str
    field: str
    expected: str
    likelihood: str
    cause: str
    cause_text: str
    measure: str
    operator: Operator = Operator.QUALITATIVE
    unit: str = ""
    target: str = ""

    @property
    def falls_short(self) -> bool:
        """Whether the unit itself expects less than the target."""
        if self.operator == Operator.QUALITATIVE:
            return False
        try:
            return met(self.operator, exact(self.expected, self.unit), exact(self.target, self.unit)) is False
        except ValueError:
            return False


CERTAIN = "certain"


def check_outlook(row: Outlook) -> Iterator[Finding]:
    """Anything but 确定能 needs its cause and a measure (F04, note 2); so does 确定能 beside a forecast that falls short."""
    where = f"“{row.name}”"
    if not row.likelihood:
        yield _no("likelihood", f"{where}：请选择完成目标可能性。", f"{row.field}-likelihood")
    elif row.likelihood != CERTAIN or row.falls_short:
        yield from _check_cause(row, where)
    if not row.expected.strip():
        yield _no("expected", f"{where}：请填写全年预计完成值。", f"{row.field}-expected")


def _check_cause(row: Outlook, where: str) -> Iterator[Finding]:
    why = "可能性不是“确定能”"
    if row.likelihood == CERTAIN:
        why = f"预计 {row.expected.strip()} 未达到目标 {row.operator.label}{row.target.strip()}，与“确定能”不符"
    if not row.cause:
        yield _no("cause", f"{where}：{why}，请选择偏差原因。", f"{row.field}-cause")
    if not row.cause_text.strip():
        yield _no("cause_text", f"{where}：{why}，请写明偏差的具体原因。", f"{row.field}-cause_text")
    if not row.measure.strip():
        yield _no("measure", f"{where}：{why}，请写明改进措施。", f"{row.field}-measure")


def _no(code: str, message: str, field: str) -> Finding:
    return Finding(code, F04.severity, message, F04.clause, F04.rank, field)
