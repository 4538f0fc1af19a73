"""F16, F17, F18: the columns of the notice, the figures of the list, what a city sees, and the way back in."""

import io
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import Entry, OrganisationName
from funds.queries import ledgers_of
from papers import Grid, render
from policy.terms import Kind, Sector, Stage
from projects import exports
from projects.award_list import read_award_list
from projects.award_rows import age
from projects.importing import facts_of
from projects.models import FormerUnit, Occupation, Project
from reports.f18 import HEADERS, Standing, layout, totals_of
from reports.province_papers import Asked, province_papers, standings
from reports.register import DIRECT_NAME
from tests import factories as make
from tests.reports.scene import ON, elsewhere, furnished

ADDRESS = "/reports/papers/"
BASE = {
    "training_area_m2": "1500", "students_or_staff": "2300", "trained_per_year": "3200", "high_skill_trained": "1100",
    "teachers": "236", "part_time_teachers": "41", "order": "2",
}  # fmt: skip
STUDIO = {"gender": "男", "skill_level": "高级技师", "honours": "示例技术能手", "order": "1"}
TRADES = ("焊工", "钳工", "车工", "铣工", "电工")


def trades(project, *names):
    for order, name in enumerate(names, start=1):
        Occupation.objects.create(project=project, order=order, written=name)


@pytest.fixture
def lists(world):
    """A base and a draft of one city, a studio of another."""
    said = {"recommender": "示例市人力资源和社会保障局", "contact": "示例乙", "phone": "13900001234"}
    base = furnished(world, name="甲基地", declared=BASE, unit_type="technical", **said)
    base.occupations.all().delete()
    trades(base, *TRADES)
    studio = furnished(
        world, elsewhere(world), name="示例甲技能大师工作室建设项目", kind=Kind.STUDIO, sector=Sector.SERVICES,
        grant=Decimal("200000.00"), spent="123456.78", declared=STUDIO, leader_name="示例甲", leader_birth="1974-03",
        unit_type="enterprise", awarded_on=date(2025, 6, 1), **said,
    )  # fmt: skip
    studio.occupations.all().delete()
    trades(studio, "汽车维修工")
    draft = {
        "stage": Stage.DRAFT,
        "number": None,
        "award_document": "",
        "awarded_on": None,
        "declared": BASE | {"order": "1"},
    }
    world.draft = make.project(world.unit, name="丙待立项", **draft)
    world.base, world.studio = base, studio
    return world


def paper(reader, form, **asked):
    return next(one for one in province_papers(reader, ON, Asked(**asked)) if one.form == form).build()


def rows(found):
    """The texts of each row of the table."""
    grid = next(block for block in found.blocks if isinstance(block, Grid))
    return [[cell.text for cell in row] for row in grid.rows]


@pytest.mark.django_db
def test_the_list_of_bases_has_the_columns_of_the_annex_in_the_order_of_recommendation(lists):
    found = rows(paper(lists.ph, "F17"))

    assert found[0] == [
        "推荐顺序", "单位名称", "单位性质", "新建/已建", "申报专业（5个及以上职业工种）", "类别", "培训场所面积（㎡）",
        "在校生/技能岗位职工数", "年培训人次", "其中高技能人才", "专（兼）职教师数", "推荐单位", "联系人", "电话",
    ]  # fmt: skip
    assert [row[0] for row in found[1:]] == ["1", "2"]
    assert found[2] == [
        "2", lists.unit.name, "技工院校", "新建", "、".join(TRADES), "生产制造", "1500", "2300", "3200", "1100", "236（41）",
        "示例市人力资源和社会保障局", "示例乙", "13900001234",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_list_of_studios_has_the_columns_of_the_annex(lists):
    found = rows(paper(lists.ph, "F16"))

    assert found[0] == [
        "推荐顺序", "工作室名称", "所在单位", "单位性质", "带头人", "性别", "年龄", "职业（工种）", "技能等级", "主要荣誉", "类别",
        "推荐单位", "联系人", "电话",
    ]  # fmt: skip
    assert found[1:] == [[
        "1", "示例甲技能大师工作室", "示例二市机电公司", "企业", "示例甲", "男", "52", "汽车维修工", "高级技师", "示例技术能手",
        "社会生产和生活服务", "示例市人力资源和社会保障局", "示例乙", "13900001234",
    ]]  # fmt: skip


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [("1974-03", date(2026, 2, 28), "51"), ("1974-03", date(2026, 3, 1), "52"), ("", ON, "")],
    ids=["the month before", "the month", "unknown"],
)
def test_age_in_full_years(born, on, expected):
    assert age(born, on) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["F16", "F17"])
def test_the_workbook_is_read_back_by_the_import_of_awards(lists, form):
    project = lists.studio if form == "F16" else lists.base
    lists.draft.delete()

    read = read_award_list(render(paper(lists.ph, form), "xlsx"), more_than=3)
    (row,) = read.rows
    facts = facts_of(row)

    assert [one.message for one in read.findings if one.level == "error" or one.code.startswith("TAB")] == []
    assert (facts.unit_name, facts.unit_type, facts.track) == (
        project.organisation.name, project.unit_type, project.track,
    )  # fmt: skip
    assert facts.declared == project.declared
    assert facts.occupations == tuple(one.written for one in project.occupations.all())
    assert row.sector == project.sector
    assert (facts.recommender, facts.contact, facts.phone) == (project.recommender, project.contact, project.phone)
    assert (facts.leader_name, facts.label) == (project.leader_name, facts.studio_name or project.organisation.name)


@pytest.mark.django_db
def test_the_execution_list_says_what_the_register_says(lists):
    found = rows(paper(lists.ph, "F18"))
    ledgers = ledgers_of([lists.base, lists.studio])

    assert tuple(found[0]) == HEADERS
    assert found[1] == [
        "1", "示例市", lists.unit.name, "高技能人才培训基地（新建）", "生产制造", str(lists.base.awarded_on.year),
        "2025-03-01 至 2027-03-01", "700.00", "210.00", "30.00%", "—", "—", "建设中", "2027-03-01\n建设期届满", "1",
    ]  # fmt: skip
    assert found[2][1:4] == ["示例二市", "示例二市机电公司", "技能大师工作室"]
    spent = sum(one.spent for one in ledgers.values())
    assert found[3] == ["合计", "2 个项目（高技能人才培训基地 1 个、技能大师工作室 1 个）", "720.00", f"{spent / 10000:.2f}",
                        f"{spent / Decimal(14_000_000) * 100:.2f}%", "", "2"]  # fmt: skip


def line(spent):
    return Standing(
        "", "", "工作室", "", None, "", "", Decimal(0), Decimal(spent), Decimal(0), None, "", "", None, "", 0
    )


def test_shown_parts_add_up_to_the_shown_total():
    found = rows(layout([line("50.00"), line("50.00"), line("50.00")], "示例省", ON))

    assert [row[8] for row in found[1:4]] == ["0.01", "0.01", "0.00"]
    assert found[4][3] == "0.02"


@pytest.mark.django_db
def test_the_totals_are_the_same_on_the_page_and_in_every_file(lists, visit):
    found = paper(lists.ph, "F18")
    wanted = rows(found)[-1][2:5]
    page = visit(lists.ph, ADDRESS)

    cells = [cell for row in load_workbook(io.BytesIO(render(found, "xlsx"))).active.iter_rows() for cell in row]
    numbers = {cell.value for cell in cells if isinstance(cell.value, int | float)}
    words = "".join(one.extract_text() for one in PdfReader(io.BytesIO(render(found, "pdf"))).pages)
    table = Document(io.BytesIO(render(found, "docx"))).tables[0]
    totals = page.context["totals"]

    assert {float(wanted[0]), float(wanted[1])} <= {round(float(one), 2) for one in numbers}
    assert all(one in words for one in wanted)
    assert set(wanted) <= {cell.text for row in table.rows for cell in row.cells}
    assert [f"{totals.grant / 10000:.2f}", f"{totals.spent / 10000:.2f}", f"{totals.rate * 100:.2f}%"] == wanted
    assert all(one.removesuffix("%") in page.content.decode() for one in wanted)
    assert totals == totals_of(standings(lists.ph, ON, Asked()))


@pytest.mark.django_db
def test_a_unit_of_the_province_itself_stands_under_no_city(lists):
    furnished(lists, make.organisation(lists.province))

    assert [row.city for row in standings(lists.ph, ON, Asked())].count(DIRECT_NAME) == 1


@pytest.mark.django_db
def test_a_city_has_its_own_projects_only(lists):
    assert [row[2] for row in rows(paper(lists.ch, "F18"))[1:-1]] == [lists.unit.name]
    assert rows(paper(lists.ch, "F16"))[1:] == [["（没有符合条件的项目）"]]
    assert "范围：示例市" in paper(lists.ch, "F18").blocks[0].text
    assert province_papers(lists.u2, ON) == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["u1", "u2", "sa", "ex"])
def test_the_page_is_for_offices(lists, visit, role):
    from accounts.roles import Role

    user = lists.people.get(role.upper()) or make.user(Role[role.upper()], lists.province_hr)

    assert [visit(user, one).status_code for one in (ADDRESS, f"{ADDRESS}file/")] == [403, 403]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "units"),
    [
        ({"year": 2025}, ["示例二市机电公司"]),
        ({"edition": "no such"}, []),
        ({"place": "city"}, ["unit"]),
    ],
    ids=["a year", "an edition", "a city"],
)
def test_year_edition_and_city_narrow_the_lists(lists, asked, units):
    asked = {key: lists.city.path if value == "city" else value for key, value in asked.items()}

    found = [one.unit for one in standings(lists.ph, ON, Asked(**asked))]

    assert found == [lists.unit.name if one == "unit" else one for one in units]


@pytest.mark.django_db
def test_a_unit_stands_under_the_name_of_the_day(lists):
    OrganisationName.objects.create(
        organisation=lists.unit, name="示例旧名学校", until=date(2026, 6, 1), document="示例文"
    )

    assert rows(paper(lists.ph, "F18"))[1][2] == rows(paper(lists.ph, "F17"))[1][1] == "示例旧名学校"


@pytest.mark.django_db
def test_a_project_handed_on_stands_under_the_unit_that_held_it_that_day(lists):
    held = {"organisation": make.organisation(lists.city, name="示例原承担学校"), "document": "示例文"}
    FormerUnit.objects.create(project=lists.base, until=date(2026, 3, 1), **held)
    assert rows(paper(lists.ph, "F18"))[1][2] == lists.unit.name

    FormerUnit.objects.update(until=date(2026, 3, 3))

    assert rows(paper(lists.ph, "F18"))[1][2] == "示例原承担学校"


@pytest.mark.django_db
def test_whole_telephone_numbers_are_for_those_who_call_the_units(lists):
    assert rows(paper(lists.pf, "F16"))[1][-1] == "13900001234"
    assert rows(paper(lists.au, "F16"))[1][-1] == rows(paper(lists.phl, "F16"))[1][-1] == "139****1234"
    assert "电话未显示全号" in paper(lists.au, "F16").blocks[2].text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["pdf", "xlsx", "docx"])
@pytest.mark.parametrize("form", ["F16", "F17", "F18"])
def test_every_file_is_made_and_written_into_the_journal(lists, visit, form, kind):
    answer = visit(lists.ph, f"{ADDRESS}file/?form={form}&as={kind}&year=2025&place=nonsense")

    assert answer.status_code == 200
    title = {"F16": "工作室", "F17": "培训基地", "F18": "项目执行情况汇总表"}[form]
    assert title in unquote(answer["Content-Disposition"])
    assert Entry.objects.filter(verb="打印省级报表", actor=lists.ph).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["form=F99", "as=exe", "key=settings-1", "key=F18"])
def test_what_is_not_offered_is_not_found(lists, visit, query):
    assert visit(lists.ph, f"{ADDRESS}file/?{query}").status_code == 404


@pytest.mark.django_db
def test_a_long_list_is_refused_with_the_way_on(lists, visit, monkeypatch):
    from reports import province_papers as module

    monkeypatch.setattr(module, "FEW", 1)

    said = visit(lists.ch, f"{ADDRESS}file/?form=F17")
    assert said.status_code == 409
    assert "请按年度、政策依据或市州缩小范围后分份打印" in said.content.decode()
    assert visit(lists.ph, f"{ADDRESS}file/?form=F18").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "late"), [(date(2026, 3, 2), ""), (date(2026, 3, 1), "（逾期 1 天）")])
def test_a_date_gone_by_is_told_as_overdue(world, day, late):
    project = furnished(world)
    project.deadlines.update(due_on=day)

    (one,) = standings(world.ph, date(2026, 3, 2), Asked())

    assert (one.due_on, one.due.removesuffix(late)) == (day, one.due.partition("（逾期")[0])
    assert one.due.endswith(late)
    assert ("逾期" in one.due) == bool(late)


@pytest.mark.django_db
def test_a_long_list_is_given_out_with_its_reason(lists, visit, monkeypatch):
    monkeypatch.setattr(exports, "FEW", 1)

    asked = visit(lists.ph, f"{ADDRESS}file/?form=F18&edition=jilin_2025&as=docx")
    given = visit(lists.ph, f"{ADDRESS}file/?form=F18&edition=jilin_2025&as=docx&reason=年度核对")
    refused = visit(lists.phl, f"{ADDRESS}file/?form=F18&reason=年度核对")

    assert (asked.status_code, given.status_code, refused.status_code) == (422, 200, 409)
    assert 'name="edition" value="jilin_2025"' in asked.content.decode()
    assert Entry.objects.get(verb="打印省级报表").text.endswith("：年度核对")


@pytest.mark.django_db
def test_lists_and_page_cost_the_same_at_one_project_and_at_three(world, cost):
    def all_of():
        found = []
        for one in province_papers(world.ph, ON):
            with CaptureQueriesContext(connection) as captured:
                one.build()
            found.append(len(captured))
        return [*found, cost(world.ph, ADDRESS)]

    for kind in (Kind.BASE, Kind.STUDIO):
        furnished(world, kind=kind)
    first = all_of()
    for kind in (Kind.BASE, Kind.STUDIO) * 2:
        furnished(world, make.organisation(world.city), kind=kind)

    assert all_of() == first
    assert Project.objects.count() == 6


@pytest.mark.django_db
def test_other_papers_of_the_province_are_listed_and_made(world, visit):
    sheet = make.setting_sheet(world.phl, ON, date(2026, 4, 1), world.province.path)
    page = visit(world.ph, ADDRESS)

    assert [row["paper"].key for row in page.context["others"]] == [f"settings-{sheet.pk}"]
    assert f"key=settings-{sheet.pk}&amp;as=docx" in page.content.decode()
    assert visit(world.ph, f"{ADDRESS}file/?key=settings-{sheet.pk}").status_code == 200
    assert visit(world.ch, f"{ADDRESS}file/?key=settings-{sheet.pk}").status_code == 404
