"""What a sheet must hold beside its indicators: goals, money, and the figures that the notice itself sets. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from performance.scoring import AT_LEAST, AT_MOST, PERCENT
from performance.targets import DATE_UNIT, number_text, parse_day, parse_value, plain_text
from policy.edition import Basis, Edition, IndicatorTemplate
from policy.findings import Finding
from policy.money import wan
from policy.terms import Kind, Operator, Rank, Severity, Track

FORM = Basis("项目绩效目标申报表（F02）", Rank.LAW)
BASELINE = Basis("绩效目标细化量化、合理可行", Rank.DEFAULT)
PERIOD = "period"
A_YEAR = "/年"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the sheet: its words, its goal, its money in yuan."""

    key: str
    label: str
    goal: str
    fiscal: Decimal
    other: Decimal


def _finding(code: str, message: str, basis: Basis, field: str) -> Finding:
    return Finding(code, basis.severity, message, basis.clause, basis.rank, field)


def exact(text: str, unit: str) -> Fraction:
    """The number as its unit counts it: with %, "1850/2000" is 92.5 and a sign that was typed is dropped.

    A 日期 is its day's number, so that days compare as figures do. Raises ValueError, in words for the user.
    """
    if unit == DATE_UNIT:
        return Fraction(parse_day(text).toordinal())
    plain = plain_text(text)
    if unit != PERCENT:
        return parse_value(plain)
    value = parse_value(plain.removesuffix(PERCENT))
    return value * 100 if "/" in plain else value


def kept_text(text: str, unit: str) -> str:
    """A figure as it is kept, written in one way however it was typed; what is no number stays as it is."""
    try:
        exact(text, unit)
    except ValueError:
        return text.strip()
    return parse_day(text).isoformat() if unit == DATE_UNIT else plain_text(text).replace(",", "")


def slip(text: str, unit: str) -> str:
    """What to ask where a share was perhaps typed into a row of percents: 0.85 says 0.85 %, and 85 may be meant."""
    plain = plain_text(text)
    if unit != PERCENT or plain.endswith(PERCENT) or "/" in plain:
        return ""
    try:
        value = parse_value(plain)
    except ValueError:
        return ""
    if not 0 < abs(value) < 1:
        return ""
    whole = number_text(value * 100)
    return f"“{text.strip()}”在以 % 为单位的行里是 {plain}%：如为 {whole}% 请填 {whole}，确为 {plain}% 的请写 {plain}%"


def weight_of(text: str) -> Decimal | None:
    """A typed weight, or None for what is no number of 0 to 100 with two decimals."""
    try:
        weight = Decimal(text.strip())
        whole = weight.is_finite() and 0 <= weight <= HUNDRED and weight == weight.quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return weight if whole else None


def check_blocks(blocks: Iterable[Block], grant: Decimal) -> Iterator[Finding]:
    """Each block has its goal; the money of the years adds up to that of the period, and that to the award."""
    blocks = list(blocks)
    for block in blocks:
        if not block.goal.strip():
            yield _finding("goal", f"{block.label}：没有填写总体目标", FORM, f"goal-{block.key}")
    period, years = blocks[0], blocks[1:]
    if period.fiscal != grant:
        message = f"实施期财政拨款 {wan(period.fiscal)}，应等于批复的补助 {wan(grant)}"
        yield _finding("grant", message, FORM, f"fiscal-{period.key}")
    for name, label in (("fiscal", "财政拨款"), ("other", "其他资金")):
        whole, parts = getattr(period, name), sum((getattr(year, name) for year in years), Decimal(0))
        if whole != parts:
            message = f"各年度{label}合计 {wan(parts)}，应等于实施期 {wan(whole)}"
            yield _finding("years", message, FORM, f"{name}-{period.key}")


def check_baseline(name: str, baseline: str, source: str) -> Iterator[Finding]:
    """A 基期值 and where it comes from are given together. `field`: the one that is missing."""
    if bool(baseline.strip()) != bool(source.strip()):
        lacking = ("baseline_source", "基期值来源") if baseline.strip() else ("baseline", "基期值")
        message = f"“{name}”：基期值和来源须同时填写，现缺{lacking[1]}"
        yield _finding("baseline", message, BASELINE, lacking[0])


def advise_baseline(name: str, asked: bool, baseline: str) -> Finding | None:
    """A core quantified indicator without 基期值 can be submitted; whether its target is high or low is hard to say."""
    if not asked or baseline.strip():
        return None
    message = f"核心指标“{name}”没有填写基期值，不便判断目标高低"
    return Finding("baseline_missing", Severity.WARNING, message, BASELINE.clause, BASELINE.rank)


def check_core(
    edition: Edition, kind: Kind, track: Track, values: Mapping[str, str], labels: Mapping[str, str]
) -> Iterator[Finding]:
    """An indicator whose figure the notice sets stays, and is not set lower. `values`: template code → 实施期 value."""
    for template in edition.indicators_for(kind):
        floor = template.targets.get(track, "")
        if not template.core or not template.basis.blocks:
            continue
        if template.code not in values:
            message = f"核心指标“{template.name}”不得删除"
            yield _finding("core_missing", message, template.basis, template.code)
        elif floor and weaker(template, values[template.code], floor):
            sign = Operator(template.operator).label
            message = (
                f"{labels[PERIOD]}“{template.name}”应达到 {sign}{floor}{template.unit}，现为 {values[template.code]}"
            )
            yield _finding("core_low", message, template.basis, template.code)


def check_years(
    edition: Edition, kind: Kind, track: Track, values: Mapping[str, Mapping[str, str]], whole: Collection[str]
) -> Iterator[Finding]:
    """A figure of the notice that is counted by the year stands in the column of each year. `values`: template code →
    block → value; `whole`: the years that lie wholly in the build. In the others a lower one is told and may be right."""
    for template in edition.indicators_for(kind):
        floor = template.targets.get(track, "")
        if not (template.core and template.basis.blocks and floor and template.unit.endswith(A_YEAR)):
            continue
        for block, value in values.get(template.code, {}).items():
            if block == PERIOD or not weaker(template, value, floor):
                continue
            sign = Operator(template.operator).label
            said = f"{block} 年“{template.name}”应达到 {sign}{floor}{template.unit}，现为 {value}"
            if block in whole:
                yield _finding("core_low", said, template.basis, f"{template.code} {block}")
            else:
                said += "；该年在建设期内不满一年的，请核对折算是否合理"
                field = f"{template.code} {block}"
                yield Finding(
                    "part_year_low", Severity.WARNING, said, template.basis.clause, template.basis.rank, field
                )


def weaker(template: IndicatorTemplate, value: str, floor: str) -> bool:
    """Whether a target asks less than the figure of the notice. What is no number is another rule's business."""
    if template.operator == Operator.QUALITATIVE:
        return False
    try:
        given, wanted = exact(value, template.unit), exact(floor, template.unit)
    except ValueError:
        return False
    if template.operator in AT_MOST:
        return given > wanted
    return given < wanted if template.operator in AT_LEAST else given != wanted
