"""What the accepted reports say of a year or of the whole build: the figures a self-evaluation begins with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from funds.ledger import ISSUED_SOURCES, Ledger
from funds.models import Allocation, FundDocument
from funds.queries import Moment, ledger_of, ledgers_at
from performance.models import PERIOD, Assessment, Goal, Indicator, PeriodReturn, Reading, TargetSheet
from performance.queries.figures import key_of
from performance.queries.readings import standing_tiles
from performance.queries.region import money_of_year
from performance.queries.returns import DONE
from performance.rules.assessments import MoneyLine, YearMoney, figure_text, money_lines
from performance.rules.figures import Days, Figure, Tile, block_days, block_figure, days_words, lacking, of_year
from performance.rules.scored import Reached
from policy.money import ZERO
from policy.terms import Aggregation, DocumentKind, Operator
from projects.models import Project

Reports = Mapping[int, tuple[Reached, str]]
DAY = timedelta(days=1)
KIND = Assessment.Kind


@dataclass(frozen=True, slots=True)
class Span:
    """The days a block has, how far accepted reports reach into them, and the days that lack one."""

    start: date
    end: date
    gaps: tuple[Days, ...]
    last: date | None

    @property
    def whole(self) -> bool:
        return self.last is not None and not self.gaps


def reports_of(project: Project, sheet: TargetSheet, block: str, on: date) -> Reports:
    """(value, note) by indicator; the same statements however many. What is missing stays empty and says why."""
    returns = list(project.returns.filter(state__in=DONE).order_by("cut_off"))
    span = _span(project, returns, block, on)
    tiles, levels = standing_tiles(project, returns), _levels(returns, span)
    found, part_year = {}, project.edition.word("part_year")
    for row in Indicator.objects.filter(sheet=sheet).order_by("order", "pk"):
        if row.operator == Operator.QUALITATIVE:
            attained = levels.get(key_of(row), "") if span.whole else ""
            found[row.pk] = Reached(attained=attained), "" if attained else _lacking(span)
            continue
        own = [tile for tile in tiles.get(key_of(row), []) if span.start <= tile.end <= span.end]
        figure = _figure(row, own, block, span, part_year) if span.whole else Figure(None)
        text = figure_text(figure, row.unit)
        found[row.pk] = Reached(actual=text), _note(figure, text, span)
    return found


def _span(project: Project, returns: Sequence[PeriodReturn], block: str, on: date) -> Span:
    """A year is whole when reports reach its end; the build, before its end, as far as it was reported without a gap."""
    first, over = project.build_start_on or date.min, project.build_end_on or date.max
    last = returns[-1].cut_off if returns else None
    if block == PERIOD:
        start, end = first, over if on >= over else min(over, last or over)
    else:
        start, end = block_days(int(block), project.build_start_on, project.build_end_on)
    days = [(one.covers_from, one.cut_off) for one in returns if start <= one.cut_off <= end]
    return Span(start, end, lacking(days, start, end), max((last for _, last in days), default=None))


def _figure(row: Indicator, tiles: Sequence[Tile], block: str, span: Span, part_year: str) -> Figure:
    own = tiles if block == PERIOD else of_year(tiles, int(block))
    end = span.end if block == PERIOD else date(int(block), 12, 31)
    return block_figure(Aggregation(row.aggregation), own, row.unit, row.window, on=end, part_year=part_year)


def _lacking(span: Span) -> str:
    if span.last and span.last >= span.end:
        return f"缺期：{days_words(span.gaps)} 没有审定的季报包"
    return f"季报包审定至 {span.last}，未到 {span.end}" if span.last else "本期间没有审定的季报包"


def _note(figure: Figure, text: str, span: Span) -> str:
    if text:
        return "" if figure.whole else "尚不满一年"
    if not span.whole:
        return _lacking(span)
    if figure.missing:
        return f"缺 {len(figure.missing)} 期数据"
    return "分母为 0，没有比率" if figure.denominator == 0 else "季报包没有报送本指标"


def _levels(returns: Sequence[PeriodReturn], span: Span) -> dict[str, str]:
    """达成程度 as last accepted in the block, by indicator."""
    own = [one.pk for one in returns if span.start <= one.cut_off <= span.end]
    rows = Reading.objects.filter(period_return__in=own).exclude(attained="").select_related("indicator")
    return {key_of(row.indicator): row.attained for row in rows.order_by("period_return__cut_off")}


def money_for(project: Project, sheet: TargetSheet, kind: str, block: str, on: date) -> tuple[MoneyLine, ...]:
    """项目资金 as the form has it: F05 by kind of money, F06 by source, at the end the whole build."""
    if kind == KIND.FINAL:
        ledger = ledger_of(project)
        return (MoneyLine("建设期资金总额", ledger.budget, ledger.budget, ledger.spent),)
    year = int(block)
    if kind == KIND.TRANSFER:
        rows = money_of_year([project], year, on)
        return tuple(MoneyLine(row.label, row.budget, row.budget, row.spent) for row in rows)
    return money_lines(_year_money(project, sheet, year, on))


def _year_money(project: Project, sheet: TargetSheet, year: int, on: date) -> YearMoney:
    """What could be spent in the year: issued by its end, less what was spent before it."""
    before, end = Moment(date(year, 1, 1) - DAY, on), Moment(min(date(year, 12, 31), on), on)
    ledgers = ledgers_at([project], [before, end])
    was, now = ledgers[before][project.pk], ledgers[end][project.pk]
    spent_before = _issued(was, "spent")
    again = Allocation.objects.filter(
        project=project,
        document__kind=DocumentKind.REISSUE,
        document__state=FundDocument.State.APPROVED,
        document__dated_on__range=(date(year, 1, 1), end.on),
    ).aggregate(sum=Sum("effect", default=ZERO))["sum"]
    carried = max(ZERO, _issued(was, "allocated") - spent_before) + again
    plan = Goal.objects.filter(sheet=sheet, block=str(year)).first() or Goal()
    return YearMoney(
        carried=carried,
        issued=_issued(now, "allocated") - spent_before - carried,
        issued_spent=_issued(now, "spent") - spent_before,
        other=_own(now, "limit") - _own(was, "spent"),
        other_spent=_own(now, "spent") - _own(was, "spent"),
        planned_fiscal=plan.fiscal,
        planned_other=plan.other,
    )


def _issued(ledger: Ledger, what: str) -> Decimal:
    return sum((getattr(one, what) for one in ledger.sources if one.source in ISSUED_SOURCES), ZERO)


def _own(ledger: Ledger, what: str) -> Decimal:
    return sum((getattr(one, what) for one in ledger.sources if one.source not in ISSUED_SOURCES), ZERO)
