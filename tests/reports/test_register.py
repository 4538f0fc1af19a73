"""项目台账: filters, order, figures, export."""

import io
from datetime import date
from decimal import Decimal

import pytest

from funds.queries import ledger_of
from policy.terms import Kind, Light, Sector, Stage
from projects.models import Alert
from reports.forms import RegisterForm
from reports.register import projects_in, rows_of
from tests import factories as make
from tests.reports.scene import END, ON, elsewhere, furnished
from ui.parts import Progress


def names(page):
    return [row.project.name for row in page.context["rows"]]


@pytest.fixture
def three(world):
    furnished(world, name="甲基地")
    furnished(
        world,
        elsewhere(world),
        name="乙工作室",
        kind=Kind.STUDIO,
        sector=Sector.SERVICES,
        grant=Decimal("200000.00"),
        spent="100000.00",
    )
    make.project(world.unit, name="丙待立项", stage=Stage.DRAFT, number=None, award_document="", awarded_on=None)
    Alert.objects.filter(project__name="甲基地").update(cleared_on=ON)
    return world


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["甲基地", "乙工作室", "丙待立项"]),
        ("q=甲", ["甲基地"]),
        ("q=乙 机电", ["乙工作室"]),
        ("kind=studio", ["乙工作室"]),
        ("sector=services", ["乙工作室"]),
        ("stage=draft", ["丙待立项"]),
        ("stage=in_hand", ["甲基地", "乙工作室"]),
        ("alert=yes", ["乙工作室"]),
        ("alert=no", ["甲基地", "丙待立项"]),
        ("sort=grant", ["甲基地", "丙待立项", "乙工作室"]),
        ("stage=nonsense&sort=nonsense", ["甲基地", "乙工作室", "丙待立项"]),
    ],
)
def test_filters_and_order_stand_in_the_address(three, visit, query, expected):
    assert names(visit(three.ph, f"/projects/?{query}")) == expected


@pytest.mark.django_db
def test_a_city_is_chosen_by_its_place_in_the_tree(three, visit):
    page = visit(three.ph, f"/projects/?place={three.city.path}")

    assert names(page) == ["甲基地", "丙待立项"]


@pytest.mark.django_db
def test_a_place_out_of_reach_is_not_offered_and_not_asked(three, visit):
    page = visit(three.ch, f"/projects/?place={three.province.path}")

    assert "place" not in page.context["form"].fields
    assert names(page) == ["甲基地", "丙待立项"]


@pytest.mark.django_db
def test_what_waits_for_me_is_a_filter(three, visit):
    assert names(visit(three.ph, "/projects/?mine=1")) == ["丙待立项"]


@pytest.mark.django_db
def test_the_pager_offers_twenty_fifty_and_a_hundred(world, visit):
    for _ in range(21):
        make.project(world.unit)

    assert len(names(visit(world.ph, "/projects/"))) == 20
    assert len(names(visit(world.ph, "/projects/?page=2"))) == 1
    assert len(names(visit(world.ph, "/projects/?size=50"))) == 21


@pytest.mark.django_db
def test_a_row_shows_the_three_bars_the_light_and_the_next_date(world):
    furnished(world)

    row = rows_of(projects_in(world.ph, {}, ON), ON)[0]

    assert row.bars.time == Progress(366, 730, "天")
    assert row.bars.funds == Progress(Decimal("2100000.00"), Decimal("7000000.00"), "万元")
    assert (row.bars.targets, row.bars.why) == (None, "绩效不适用：未完成期满评估")
    assert row.bars.light == Light.RED
    assert (row.due_on, row.due_label, row.alerts) == (END, "建设期届满", 1)


@pytest.mark.django_db
def test_the_figures_are_those_of_the_ledger(world, visit):
    project = furnished(world)
    ledger = ledger_of(project)

    row = rows_of(projects_in(world.ph, {}, ON), ON)[0]
    shown = [figure["value"] for figure in visit(world.ph, f"/projects/{project.pk}/").context["dossier"].figures]

    assert (row.bars.funds.part, row.bars.funds.whole) == (ledger.spent, ledger.budget)
    amounts = [ledger.granted, ledger.allocated, ledger.received, ledger.spent, ledger.left]
    assert shown == [*(f"{amount / 10000:.2f}" for amount in amounts), f"{ledger.execution_rate * 100:.2f}%"]


@pytest.mark.django_db
def test_a_project_not_yet_building_says_why_its_bars_do_not_apply(world):
    make.project(world.unit)

    bars = rows_of(projects_in(world.ph, {}, ON), ON)[0].bars

    assert (bars.time, bars.funds, bars.light) == (None, None, Light.UNDEFINED)
    assert bars.why == "时间不适用：建设期未开始；资金不适用：预算未批准；绩效不适用：未完成期满评估"


@pytest.mark.parametrize(
    ("on", "gone"), [(date(2025, 2, 1), 0), (date(2025, 3, 2), 1), (date(2030, 1, 1), 730)],
    ids=["before the start", "second day", "long after the end"],
)  # fmt: skip
@pytest.mark.django_db
def test_time_never_leaves_its_bar(world, on, gone):
    furnished(world)

    assert rows_of(projects_in(world.ph, {}, on), on)[0].bars.time.part == gone


def sheet(answer):
    from openpyxl import load_workbook

    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    return rows[0][0], rows[1][0], rows[2], [row for row in rows[3:] if row[1]]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "stage=in_hand", "q=乙", "alert=no&sort=grant", "q=没有这个项目"])
def test_the_export_has_exactly_the_rows_of_the_list(three, visit, query):
    listed = names(visit(three.ph, f"/projects/?{query}"))

    _, _, headers, rows = sheet(visit(three.ph, f"/projects/export/?{query}"))

    assert [row[1] for row in rows] == listed
    assert headers[8] == "阶段之外"
    assert headers[9:16] == (
        "批复（万元）",
        "下达（万元）",
        "到账（万元）",
        "预算（万元）",
        "支出（万元）",
        "结余（万元）",
        "执行率",
    )


@pytest.mark.django_db
def test_the_export_takes_all_pages_and_names_its_filters(world, visit):
    for _ in range(21):
        make.project(world.unit)

    answer = visit(world.ph, "/projects/export/?stage=awarded&size=20&page=2")
    title, said, _, rows = sheet(answer)

    assert len(rows) == 21
    assert (title, said.endswith("阶段：已立项")) == ("项目台账", True)
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.django_db
def test_the_export_of_a_unit_has_its_own_projects_only(three, visit):
    _, _, _, rows = sheet(visit(three.u1, "/projects/export/"))

    assert [row[1] for row in rows] == ["甲基地", "丙待立项"]


@pytest.mark.django_db
def test_the_chosen_filters_are_counted_for_the_phone():
    form = RegisterForm({"q": "甲", "stage": "draft", "sort": "due"}, places=[])

    assert (form.chosen, form.in_words()) == (2, "关键字：甲；阶段：待立项")


@pytest.mark.django_db
def test_what_is_not_yet_awarded_has_no_approved_amount_in_list_and_export(three, visit):
    _, _, headers, rows = sheet(visit(three.ph, "/projects/export/?stage=draft"))
    [row] = rows_of(projects_in(three.ph, {"stage": "draft"}, ON), ON)

    assert (row.project.grant, row.ledger.six[0].value) == (Decimal(7_000_000), "0.00")
    assert rows[0][headers.index("批复（万元）")] == 0
