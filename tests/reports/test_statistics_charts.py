"""The drawings: every kind is drawn, needs no style, says its figures in words and differs in more than colour."""

import re

import pytest
from defusedxml import ElementTree

from reports.statistics import charts
from reports.statistics.inline import linked, unlinked
from reports.statistics.svg import plain
from reports.statistics.tables import COUNT, MONEY, RATE, TEXT, Column, Row, Spot, Table

GROUPED = (
    Column("市州或部门", TEXT), Column("项目数"), *(Column(head, MONEY) for head in ("批复", "下达", "到账", "支出", "结余")),
    Column("执行率", RATE),
)  # fmt: skip
STEPS = ("批复", "下达", "到账", "支出", "结余")


def table(key, columns, *rows):
    spots = tuple(Spot((number,)) for number in range(len(rows))) if key == "pace" else ()
    return Table(key, "示例图", "", tuple(columns), tuple(Row(row) for row in rows), spots=spots)


TABLES = [
    table("place", GROUPED, ("示例一市", 3, "7000000.00", "6000000.00", "5000000.00", "1234567.89", "1.00", "0.2469"),
          ("示例二市", 1, "0.00", "0.00", "0.00", "0.00", "0.00", None)),
    table("funnel", [Column("环节", TEXT), Column("金额", MONEY), Column("占批复", RATE)],
          *((step, "1234567.89", "1.0000") for step in STEPS)),
    table("pace", [*(Column(head, TEXT) for head in ("项目", "市", "类型")), *(Column(head, RATE) for head in "时支落")],
          ("示例项目", "示例一市", "高技能人才培训基地", "0.5000", "0.1000", "0.4000"),
          ("示例项目二", "示例一市", "技能大师工作室", "0.5000", "0.6000", "-0.1000")),
    table("targets", [Column("指标", TEXT), Column("类型", TEXT), Column("示例一市", TEXT), Column("合计", TEXT), Column("现"),
                      Column("例", RATE)],
          ("年培训人次", "高技能人才培训基地", "3/4", "3/4", 1, "0.7500"), ("满意度", "技能大师工作室", None, "0/2", 0, "0.0000")),
    table("problems", [Column("来源", TEXT), *(Column(head) for head in ("30 天以内", "31–90 天", "小计", "逾期"))],
          ("监督检查", 2, 1, 3, 1), ("资金审计", 0, 4, 4, 0)),
    table("forecast", [Column("市", TEXT), *(Column(head, MONEY) for head in ("预算", "支出", "预计")), Column("执行率", RATE),
                       Column("预计年末执行率", RATE)],
          ("示例一市", "100.00", "25.00", "50.00", "0.2500", "0.5000"), ("示例二市", "0.00", "0.00", "0.00", None, None)),
]  # fmt: skip
SAID = {
    "place": {"示例一市", "3", "700.00", "123.46", "批复", "到账", "支出"},
    "funnel": {"批复", "123.46 万元　占批复 100.00%"},
    "pace": {"1", "2", "执行率（%）", "支出与时间同步"},
    "targets": {"3/4", "—", "年培训人次（基地）", "满意度（工作室）"},
    "problems": {"监督检查", "2", "共 3，逾期 1"},
    "forecast": {"25.00%", "50.00%", "—", "预计年末执行率"},
}


@pytest.fixture(scope="module")
def drawn():
    return {one.key: charts.draw(one) for one in TABLES}


def texts(svg):
    return {element.text for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")}


@pytest.mark.parametrize("key", sorted(SAID))
def test_a_drawing_says_its_figures_as_text(drawn, key):
    assert SAID[key] - texts(drawn[key].svg) == set()


@pytest.mark.parametrize("key", sorted(SAID))
def test_a_drawing_asks_nothing_of_the_policy_of_the_page(drawn, key):
    svg = drawn[key].svg

    assert re.findall(r"<style|\sstyle=|<script|\son\w+=|javascript:|https?://(?!www\.w3\.org)", svg) == []
    assert "Noto Sans CJK SC" in svg
    assert 'aria-label="示例图"' in svg


@pytest.mark.parametrize("key", ["place", "funnel", "problems", "forecast"])
def test_what_is_told_apart_is_hatched_too(drawn, key):
    assert re.search(r'fill="url\(#', drawn[key].svg)


def test_projects_of_two_kinds_have_two_shapes(drawn):
    shapes = {element.get("d") for element in ElementTree.fromstring(drawn["pace"].svg).iter()
              if element.tag.endswith("}path") and (element.get("id") or "").startswith("pace-m")}  # fmt: skip

    assert len(shapes) >= 2


LEADS = {
    "place": ["0", "1"],
    "funnel": ["0", "1", "2", "3", "4"],
    "pace": ["1", "0"],  # the first on top
    "targets": ["0", "0-2", "0-3", "1", "1-3"],
    "problems": ["0", "1", "0-1", "0-2", "1-2"],
    "forecast": ["0", "1"],
}


@pytest.mark.parametrize("key", sorted(LEADS))
def test_every_bar_point_and_field_leads_on_and_says_where(drawn, key):
    root = ElementTree.fromstring(drawn[key].svg)
    fields = [element for element in root if element.tag.endswith("}a")]
    picture = next(element for element in root if element.get("role") == "img")

    assert [re.sub("#(row|spot)-", "", one.get("href")) for one in fields] == LEADS[key]
    assert {one.get("tabindex") for one in fields if one.get("href").count("-") == 1} <= {None}
    assert [one.get("aria-label") == one[0].text != "" for one in fields] == [True] * len(fields)
    assert [element for element in picture.iter() if element.tag.endswith("}a")] == []


def test_a_field_lies_over_its_own_bar(drawn):
    """The rows of a bar chart share its whole width, from the first to the last."""
    root = ElementTree.fromstring(drawn["forecast"].svg)
    shapes = [one[1].get("d").split() for one in root if one.tag.endswith("}a")]
    height = float(root.get("viewBox").split()[3])
    spans = [sorted({float(shape[2]), float(shape[8])}) for shape in shapes]

    assert [shape[1:5:3] for shape in shapes] == [["0", root.get("viewBox").split()[2]]] * 2
    assert 0 < spans[0][0] < spans[0][1] == spans[1][0] < spans[1][1] < height


def test_names_inside_several_drawings_on_one_page_are_apart(drawn):
    names = [
        element.get("id")
        for one in drawn.values()
        for element in ElementTree.fromstring(one.svg).iter()
        if element.get("id")
    ]

    assert names
    assert len(names) == len(set(names))


ROWED = Table("place", "示例图", "", (Column("名"), Column("数")),
              (Row(("甲", 1), "/a/?x=1&y=2", ((1, "/cell/"),)), Row(("乙", 2))))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [("0", '<a href="/a/?x=1&amp;y=2" class="lead">x</a>'), ("0-1", '<a href="/cell/" class="lead">x</a>'), ("1", ""),
     ("1-1", ""), ("7", "")],
    ids=["a row", "a cell", "a row without a list", "a cell without one", "no such row"],
)  # fmt: skip
def test_a_field_leads_where_the_row_of_the_reader_leads(name, expected):
    field = f'<svg><a href="#row-{name}" class="lead">x</a></svg>'

    assert linked(field, ROWED) == f"<svg>{expected}</svg>"
    assert unlinked(field) == "<svg></svg>"


def test_the_same_table_is_drawn_the_same(drawn):
    again = charts.draw(TABLES[0])

    assert (again.svg, again.png) == (drawn["place"].svg, drawn["place"].png)


def test_a_table_without_rows_says_so():
    empty = charts.draw(table("problems", [Column("来源", TEXT), Column("小计", COUNT)]))

    assert texts(empty.svg) == {"没有数据"}
    assert empty.png.startswith(b"\x89PNG")


def test_four_charts_stand_on_one_sheet():
    sheet = charts.overview([one for one in TABLES if one.key in ("place", "funnel", "forecast", "problems")])

    assert SAID["place"] | SAID["forecast"] <= texts(sheet.svg)


def test_styles_become_attributes_and_what_is_not_drawn_goes():
    said = plain(
        '<svg xmlns="http://www.w3.org/2000/svg"><metadata>who</metadata><defs><style>*{fill:red}</style></defs>'
        "<text style=\"font-size: 9px; font-family: 'Some'; fill: #1d2939; text-anchor: middle\">字</text></svg>",
        "示例",
    )

    text = next(element for element in ElementTree.fromstring(said).iter() if element.tag.endswith("}text"))
    assert text.attrib == {
        "font-size": "9", "fill": "#1d2939", "text-anchor": "middle", "font-family": text.get("font-family"),
    }  # fmt: skip
    assert "who" not in said
    assert "red" not in said
