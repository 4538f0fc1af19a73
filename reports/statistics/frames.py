"""The tables of 统计分析, made with pandas: rows in, a frame, a table out. Pure; only the task worker comes here.

Money is whole 分 inside a frame, so that sums are exact.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from lifecycle.queries.problems import AGES, UNDATED, UNDATED_NAME
from performance.rules.figures import Figure
from performance.rules.monitoring import Span, forecast
from performance.scoring import two_decimals
from policy.money import CENT, ZERO, share
from policy.terms import Aggregation, Kind, Operator
from projects.models import Problem
from reports.progress import WATCHED
from reports.statistics.facts import Fact, Trouble
from reports.statistics.paces import BOUNDS, Pace, bounds_of, groups_of, paces_of
from reports.statistics.reached import Reached
from reports.statistics.tables import ALL, MONEY, RATE, TEXT, Cell, Column, Row, Spot, Table

if TYPE_CHECKING:
    import pandas as pd

SUMS = ("granted", "allocated", "received", "budget", "spent")
HEADS = {"granted": "批复", "allocated": "下达", "received": "到账", "spent": "支出", "left": "结余"}
FEN = 100
GROUPS = {
    "place": ("市州或部门", "按市州和部门"),
    "kind": ("项目类型", "按项目类型"),
    "sector": ("职业类别", "按职业类别"),
    "track": ("新建/已建", "按新建和已建"),
    "year": ("立项年度", "按立项年度"),
}
FIRST = 20
Link = Callable[..., str]


def frame_of(facts: Iterable[Fact]) -> "pd.DataFrame":
    """One line a project."""
    import pandas as pd

    names = ("pk", "place", "kind", "sector", "track", "year", "edition")
    rows = [
        [*(getattr(fact, name) for name in names), *(int(getattr(fact, name) * FEN) for name in SUMS)] for fact in facts
    ]
    return pd.DataFrame(rows, columns=[*names, *SUMS]).astype(dict.fromkeys(SUMS, "int64"))


def grouped(frame: "pd.DataFrame", by: str, names: Mapping[Any, str], link: Link) -> Table:
    """Projects and money by one dimension, in the order of `names`; groups without a project are left out."""
    sums = frame.groupby(by, sort=False)[list(SUMS)].sum()
    sums.insert(0, "projects", frame.groupby(by, sort=False)["pk"].count())
    known = [value for value in names if value in sums.index]
    rows = [
        Row((names[value], *_figures(sums.loc[value])), link(**{by: value}))
        for value in [*known, *sums.index.difference(known)]
        if value in names
    ]
    whole = frame[list(SUMS)].sum()
    whole["projects"] = len(frame)
    head, title = GROUPS[by]
    columns = (Column(head, TEXT), Column("项目数"), *(Column(head, MONEY) for head in HEADS.values()))
    note = "结余＝到账－支出；执行率＝支出÷预算（按资金文件下达的资金）。"
    return Table(by, title, note, (*columns, Column("执行率", RATE)), tuple(rows), Row((ALL, *_figures(whole)), link()))


def _figures(sums: Any) -> tuple[Cell, ...]:
    money = {name: Decimal(int(sums[name])) * CENT for name in SUMS}
    money["left"] = money["received"] - money["spent"]
    rate = share(money["spent"], money["budget"])
    return (int(sums["projects"]), *(_yuan(money[name]) for name in HEADS), None if rate is None else str(rate))


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def funnel(frame: "pd.DataFrame", link: Link) -> Table:
    """批复→下达→到账→支出→结余, each beside 批复."""
    whole = frame[list(SUMS)].sum()
    money = {name: Decimal(int(whole[name])) * CENT for name in SUMS}
    money["left"] = money["received"] - money["spent"]
    rows = [
        Row((HEADS[name], _yuan(money[name]), _text(share(money[name], money["granted"]))), link()) for name in HEADS
    ]
    columns = (Column("环节", TEXT), Column("金额", MONEY), Column("占批复", RATE))
    note = "批复为核定补助；下达按已签批的资金文件；到账由单位确认；支出经财政认定，不含自筹；结余＝到账－支出。"
    return Table("funnel", "资金链：批复→下达→到账→支出→结余", note, columns, tuple(rows))


def _text(rate: Decimal | None) -> str | None:
    return None if rate is None else str(rate)


def pace(facts: Iterable[Fact], places: Mapping[str, str], on: date, page: Callable[[int], str], listed: Link) -> Table:
    """执行率 beside elapsed time, of projects under way; the farthest behind first. Every point leads on: to its project
    (`page`), or where others lie on it to the list of them all (`listed`).
    """
    found = paces_of(facts, on)
    told = [
        Row(
            (one.fact.name, places.get(one.fact.place, ""), Kind(one.fact.kind).label,
             *map(str, (one.gone, one.rate, one.behind))),
            page(one.fact.pk),
        )
        for one in found
    ]  # fmt: skip
    columns = (
        Column("项目", TEXT), Column("市州或部门", TEXT), Column("类型", TEXT), Column("时间已过", RATE),
        Column("执行率", RATE), Column("落后", RATE),
    )  # fmt: skip
    note = "只列建设中和验收中、预算已批准的项目；落后＝时间已过－执行率，为负即支出快于时间。"
    spots = tuple(_spot(found, group, listed) for group in groups_of(found))
    return Table("pace", "预算执行与时间进度", note, columns, tuple(told), None, FIRST, spots, listed())


def _spot(found: Sequence[Pace], group: tuple[int, ...], listed: Link) -> Spot:
    bounds = bounds_of(found[number] for number in group)
    return Spot(group, "" if len(group) == 1 else listed(**dict(zip(BOUNDS, bounds, strict=True))))


def ahead(fact: Fact, on: date) -> Decimal:
    """支出 expected at the end of the year: the present pace a day, never more than the budget (the pace of F04)."""
    start, end = fact.build_start_on, fact.build_end_on
    if fact.stage not in WATCHED or start is None or end is None or start > on or fact.budget <= ZERO:
        return fact.spent
    span = Span(start, min(end, date(on.year, 12, 31)), on)
    told = forecast(Operator.GE, Aggregation.SUM, Figure(Fraction(fact.spent)), None, "元", span)
    return fact.spent if told.expected is None else min(two_decimals(told.expected), fact.budget)


def year_end(facts: Sequence[Fact], places: Mapping[str, str], on: date, link: Link) -> Table:
    """执行率 now and at the end of the year, by place."""
    import pandas as pd

    rows = [[fact.place, *(int(one * FEN) for one in (fact.budget, fact.spent, ahead(fact, on)))] for fact in facts]
    frame = pd.DataFrame(rows, columns=["place", "budget", "spent", "ahead"]).astype(
        dict.fromkeys(("budget", "spent", "ahead"), "int64")
    )
    sums = frame.groupby("place", sort=False).sum()
    told = [
        Row((places[place], *_forecast(sums.loc[place])), link(place=place)) for place in places if place in sums.index
    ]
    columns = (
        Column("市州或部门", TEXT), Column("预算", MONEY), Column("支出", MONEY), Column("预计年末支出", MONEY),
        Column("执行率", RATE), Column("预计年末执行率", RATE),
    )  # fmt: skip
    note = f"按建设期开始以来的日均支出推算到 {on.year} 年 12 月 31 日（建设期先届满的到届满日），不超过预算；不在建设的按现有支出。"
    total = Row((ALL, *_forecast(frame[["budget", "spent", "ahead"]].sum())), link())
    return Table("forecast", "年末预算执行预测", note, columns, tuple(told), total)


def _forecast(sums: Any) -> tuple[Cell, ...]:
    budget, spent, expected = (Decimal(int(sums[name])) * CENT for name in ("budget", "spent", "ahead"))
    rates = share(spent, budget), share(expected, budget)
    return (*map(_yuan, (budget, spent, expected)), *map(_text, rates))


BY = {
    "source": ("来源", "未销号问题：来源和账龄", Problem.Source),
    "level": ("程度", "未销号问题：程度和账龄", Problem.Level),
}


def problems(rows: Iterable[Trouble], on: date, link: Link, by: str = "source") -> Table:
    """Problems not closed, by source or 程度 and by days since they were raised."""
    import pandas as pd

    head, title, choices = BY[by]
    groups: Iterable[Any] = choices
    frame = pd.DataFrame(
        [[getattr(one, by), _age(one.opened_on, on), int(one.overdue)] for one in rows], columns=[by, "age", "overdue"]
    )
    counts = pd.crosstab(frame[by], frame["age"])
    late = frame.groupby(by)["overdue"].sum()
    ages = {code: label for code, label, _, _ in AGES} | (
        {UNDATED: UNDATED_NAME} if UNDATED_NAME in counts.columns else {}
    )
    counts = counts.reindex(columns=list(ages.values()), fill_value=0)
    told = [
        _counted(group.label, counts.loc[group], int(late[group]), ages, partial(link, **{by: group.value}))
        for group in groups
        if group.value in counts.index
    ]
    columns = (
        Column(head, TEXT), *(Column(age) for age in ages.values()), Column("小计"), Column("其中逾期未答复"),
    )  # fmt: skip
    note = "未销号的问题；天数从提出之日起算。"
    key = "problems" if by == "source" else "levels"
    whole = _counted(ALL, counts.sum(), int(frame["overdue"].sum()), ages, link)
    return Table(key, title, note, columns, tuple(told), whole)


def _counted(label: str, counts: Any, late: int, ages: Mapping[str, str], link: Link) -> Row:
    """Each number with the list of what it counts."""
    urls = [(at, link(age=code)) for at, code in enumerate(ages, 1)] + [(len(ages) + 2, link(state="overdue"))]
    cells: tuple[Cell, ...] = (label, *map(int, counts), int(counts.sum()), late)
    return Row(cells, link(), tuple((at, url) for at, url in urls if url and cells[at]))


def _age(opened_on: date | None, on: date) -> str:
    if opened_on is None:
        return UNDATED_NAME
    days = (on - opened_on).days
    return next(label for _, label, _, most in AGES if most is None or days <= most)


def attained(rows: Iterable[Reached], places: Mapping[str, str], link: Link) -> Table:
    """By indicator and place: how many of the projects that reported it will reach it at the present pace."""
    import pandas as pd

    known = [row for row in rows if row.ahead is not None]
    frame = pd.DataFrame(
        [[row.kind, row.order, row.name, row.place, int(bool(row.met)), int(bool(row.ahead))] for row in known],
        columns=["kind", "order", "name", "place", "met", "ahead"],
    )
    present = [place for place in places if place in set(frame["place"])]
    groups = frame.groupby(["kind", "name"])
    order = groups["order"].min().reset_index().sort_values(["kind", "order", "name"])
    told = [_reached(groups.get_group((one.kind, one.name)), present, link) for one in order.itertuples()]
    columns = (Column("指标", TEXT), Column("类型", TEXT), *(Column(places[place], TEXT) for place in present))
    ends = (Column(ALL, TEXT), Column("现已达到"), Column("可达成比例", RATE))
    note = (
        "每格：按当前进度期末能达到目标的项目数／已报送该指标的项目数；空格为没有项目报送。"
        "以最近一期审定的季报包为准，定性指标不列。"
    )
    return Table("targets", "指标达成", note, (*columns, *ends), tuple(told))


def _reached(rows: "pd.DataFrame", places: Sequence[str], link: Link) -> Row:
    by_place = rows.groupby("place")["ahead"].agg(["sum", "count"])
    cells = [
        f"{by_place.loc[place, 'sum']}/{by_place.loc[place, 'count']}" if place in by_place.index else None
        for place in places
    ]
    reached, whole, met = int(rows["ahead"].sum()), len(rows), int(rows["met"].sum())
    name, kind = str(rows["name"].iloc[0]), Kind(rows["kind"].iloc[0])
    rate = _text(share(Decimal(reached), Decimal(whole)))
    own = partial(link, indicator=name, kind=kind.value)
    urls = [(at, own(place=place)) for at, place in enumerate(places, 2) if cells[at - 2]]
    urls.append((len(places) + 2, own()))
    urls += [(len(places) + 3, own(reached="met"))] if met else []
    return Row((name, kind.label, *cells, f"{reached}/{whole}", met, rate), own(), tuple(urls))
