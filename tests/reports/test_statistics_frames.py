"""The tables of 统计分析 by their data: the charts are drawn from these and from nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from policy.terms import Stage
from reports.statistics import frames
from reports.statistics.facts import Fact, Trouble
from reports.statistics.reached import Reached
from reports.statistics.tables import Row

ON = date(2026, 7, 2)
START, END = date(2026, 1, 1), date(2027, 12, 31)
PLACES = {"0001/0001/": "示例一市", "0001/0002/": "示例二市", "direct": "省直属单位"}
FACT = Fact(
    1, "SL1", "示例项目一", "0001/0001/", "base", "manufacturing", "new", 2025, "jilin_2025", Stage.BUILDING, START, END,
    Decimal("7000000.00"), Decimal("7000000.00"), Decimal("6000000.00"), Decimal("7000000.00"), Decimal("1500000.10"),
)  # fmt: skip


def fact(pk, **changes):
    amounts = {name: Decimal(value) for name, value in changes.items() if name in frames.SUMS}
    return replace(FACT, pk=pk, **changes | amounts)


OTHER = fact(2, place="0001/0002/", kind="studio", sector="services", track="existing", year=2024, granted="200000",
             allocated="200000", received="200000", budget="200000", spent="180000.05")  # fmt: skip
UNPAID = fact(3, stage=Stage.AWARDED, build_start_on=None, build_end_on=None, allocated="0", received="0", budget="0",
              spent="0")  # fmt: skip


def link(**more):
    return "&".join(f"{name}={value}" for name, value in more.items()) or "all"


def test_projects_and_money_are_grouped_in_the_order_of_the_names():
    table = frames.grouped(frames.frame_of([OTHER, FACT, UNPAID]), "place", PLACES, link)

    assert [(row.cells, row.url) for row in table.rows] == [
        (("示例一市", 2, "14000000.00", "7000000.00", "6000000.00", "1500000.10", "4499999.90", "0.2143"),
         "place=0001/0001/"),
        (("示例二市", 1, "200000.00", "200000.00", "200000.00", "180000.05", "19999.95", "0.9000"), "place=0001/0002/"),
    ]  # fmt: skip
    assert table.total == Row(
        ("合计", 3, "14200000.00", "7200000.00", "6200000.00", "1680000.15", "4519999.85", "0.2333"), "all"
    )
    assert [column.head for column in table.columns] == [
        "市州或部门", "项目数", "批复", "下达", "到账", "支出", "结余", "执行率",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "names", "expected"),
    [
        ("kind", {"base": "基地", "studio": "工作室"}, [("基地", 2), ("工作室", 1)]),
        ("sector", {"manufacturing": "生产", "services": "服务"}, [("生产", 2), ("服务", 1)]),
        ("track", {"new": "新建", "existing": "已建"}, [("新建", 2), ("已建", 1)]),
        ("year", {2024: "2024 年", 2025: "2025 年", 2026: "2026 年"}, [("2024 年", 1), ("2025 年", 2)]),
    ],
)
def test_each_dimension_counts_every_project_once(by, names, expected):
    table = frames.grouped(frames.frame_of([FACT, OTHER, UNPAID]), by, names, link)

    assert [row.cells[:2] for row in table.rows] == expected


def test_cents_of_many_projects_add_up():
    many = [fact(pk, spent="0.01", budget="0.03") for pk in range(3000)]

    table = frames.grouped(frames.frame_of(many), "place", PLACES, link)

    assert (table.cell("合计", "支出"), table.cell("合计", "执行率")) == ("30.00", "0.3333")


def test_the_funnel_says_each_step_beside_the_grant():
    table = frames.funnel(frames.frame_of([FACT, OTHER]), link)

    assert [row.cells for row in table.rows] == [
        ("批复", "7200000.00", "1.0000"),
        ("下达", "7200000.00", "1.0000"),
        ("到账", "6200000.00", "0.8611"),
        ("支出", "1680000.15", "0.2333"),
        ("结余", "4519999.85", "0.6278"),
    ]


def test_execution_stands_beside_elapsed_time_the_farthest_behind_first():
    late = fact(4, name="示例项目四", spent="0")

    table = frames.pace([OTHER, FACT, UNPAID, late], PLACES, ON, lambda pk: f"/{pk}/", link)

    assert [(row.cells[0], *row.cells[3:], row.url) for row in table.rows] == [
        ("示例项目四", "0.2497", "0.0000", "0.2497", "/4/"),
        ("示例项目一", "0.2497", "0.2143", "0.0354", "/1/"),
        ("示例项目一", "0.2497", "0.9000", "-0.6503", "/2/"),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"spent": "1830000"}, "3650000.00"),  # 183 of 365 days
        ({"spent": "1830000", "build_end_on": date(2026, 9, 30)}, "2730000.00"),  # 183 of 273 days
        ({"spent": "6900000"}, "7000000"),  # never more than the budget
        ({"spent": "1830000", "stage": Stage.ACCEPTED}, "1830000"),
        ({"spent": "0", "build_start_on": date(2026, 8, 1)}, "0"),
        ({"spent": "0", "build_start_on": None}, "0"),
        ({"spent": "1830000", "build_end_on": date(2026, 3, 31)}, "1830000.00"),
    ],
    ids=["whole year", "build ends first", "capped", "not building", "not begun", "no dates", "build is over"],
)
def test_the_end_of_the_year_follows_the_pace_so_far(changes, expected):
    assert frames.ahead(fact(1, **changes), ON) == Decimal(expected)


def test_the_forecast_is_summed_by_place():
    table = frames.year_end([fact(1, spent="1830000"), OTHER], PLACES, ON, link)

    assert [row.cells for row in table.rows] == [
        ("示例一市", "7000000.00", "1830000.00", "3650000.00", "0.2614", "0.5214"),
        ("示例二市", "200000.00", "180000.05", "200000.00", "0.9000", "1.0000"),
    ]
    assert table.total.cells == ("合计", "7200000.00", "2010000.05", "3850000.00", "0.2792", "0.5347")


def test_problems_are_counted_by_source_and_age():
    rows = [
        Trouble(1, "audit", date(2026, 7, 2), overdue=False),
        Trouble(1, "audit", date(2026, 6, 2), overdue=True),
        Trouble(2, "audit", date(2026, 6, 1), overdue=False),
        Trouble(2, "inspection", date(2025, 1, 1), overdue=True),
    ]

    table = frames.problems(rows, ON, link)

    assert [(row.cells, row.url) for row in table.rows] == [
        (("监督检查", 0, 0, 0, 1, 1, 1), "source=inspection"),
        (("资金审计", 2, 1, 0, 0, 3, 1), "source=audit"),
    ]
    assert table.rows[1].cell_urls == (
        (1, "source=audit&age=30"),
        (2, "source=audit&age=90"),
        (6, "source=audit&state=overdue"),
    )
    assert (table.total.cells, table.total.url) == (("合计", 2, 1, 0, 1, 4, 2), "all")


def test_problems_are_counted_by_degree_too():
    rows = [
        Trouble(1, "audit", date(2026, 7, 2), overdue=False, level="severe"),
        Trouble(1, "order", date(2026, 6, 2), overdue=True, level="minor"),
        Trouble(2, "audit", date(2026, 6, 2), overdue=False, level="severe"),
    ]

    table = frames.problems(rows, ON, link, "level")

    assert (table.key, table.columns[0].head) == ("levels", "程度")
    assert [(row.cells, row.url) for row in table.rows] == [
        (("一般", 1, 0, 0, 0, 1, 1), "level=minor"),
        (("严重", 2, 0, 0, 0, 2, 0), "level=severe"),
    ]


def test_a_problem_without_a_day_is_not_given_an_age():
    table = frames.problems([Trouble(1, "audit", None, overdue=False)], ON, link)

    assert table.total.cells == ("合计", 0, 0, 0, 0, 1, 1, 0)
    assert table.columns[5].head == "提出日期不详"


def test_attainment_counts_projects_by_indicator_and_place():
    rows = [
        Reached(1, "0001/0001/", "base", 1, "年培训人次", met=False, ahead=True),
        Reached(1, "0001/0001/", "base", 1, "年培训人次", met=False, ahead=False),
        Reached(1, "0001/0002/", "base", 1, "年培训人次", met=True, ahead=True),
        Reached(1, "0001/0002/", "base", 1, "年培训人次", met=None, ahead=None),
        Reached(1, "0001/0002/", "base", 0, "合格率", met=True, ahead=True),
    ]

    table = frames.attained(rows, PLACES, link)

    assert [column.head for column in table.columns] == [
        "指标", "类型", "示例一市", "示例二市", "合计", "现已达到", "可达成比例",
    ]  # fmt: skip
    assert [row.cells for row in table.rows] == [
        ("合格率", "高技能人才培训基地", None, "1/1", "1/1", 1, "1.0000"),
        ("年培训人次", "高技能人才培训基地", "1/2", "1/1", "2/3", 1, "0.6667"),
    ]
    row = "indicator=年培训人次&kind=base"
    assert (table.rows[1].url, table.rows[1].cell_urls) == (
        row, ((2, f"{row}&place=0001/0001/"), (3, f"{row}&place=0001/0002/"), (4, row), (5, f"{row}&reached=met")),
    )  # fmt: skip


def test_nothing_gives_empty_tables():
    frame = frames.frame_of([])

    assert frames.grouped(frame, "place", PLACES, link).total.cells == (
        "合计", 0, "0.00", "0.00", "0.00", "0.00", "0.00", None,
    )  # fmt: skip
    assert frames.pace([], PLACES, ON, str, link).rows == ()
    assert frames.year_end([], PLACES, ON, link).rows == ()
    assert frames.problems([], ON, link).rows == ()
    assert frames.attained([], PLACES, link).rows == ()
    assert frames.funnel(frame, link).cell("批复", "金额") == "0.00"
