import io
import random
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from policy import loader
from policy.money import WAN
from policy.terms import Kind, Sector, Track, UnitType
from projects.award_list import read_award_list
from projects.rules import Status, grant_amount
from tests.workbooks.books import book, codes, saved

SAMPLES = Path(__file__).parents[1] / "samples"
HEADERS = (
    "推荐顺序", "单位名称", "统一社会信用代码", "单位性质", "新建/已建", "申报专业（5个及以上职业工种）", "培训场所面积（㎡）",
    "在校生/技能岗位职工数", "年培训人次", "其中高技能人才", "专（兼）职教师数", "推荐单位", "联系人", "电话",
)  # fmt: skip
BASE = {
    "order": 1, "unit": "示例校", "code": "12220000MB0A00001G", "type": "技工院校", "track": "新建",
    "occupations": "车工、铣工、焊工、电工、模具工", "area": "12,600", "students": 4200, "trained": 3800, "high": 1450,
    "teachers": "236（41）", "by": "示例局", "contact": "甲", "phone": "0430-1",
}  # fmt: skip
STUDIO_HEADERS = ("序号", "领办人姓名", "申报单位", "信用代码", "单位类型", "职业（工种）名称", "出生日期")
STUDIO = (1, "示例甲", "示例厂", "91220000MA0A00011A", "企业", "焊工", "1974年3月")


def sample(name):
    return (SAMPLES / name).read_bytes()


def awards(data):
    return read_award_list(data, more_than=3)


def base(**changes):
    return tuple((BASE | changes).values())


def only(**changes):
    """The one row read from one changed line, with the findings that are more than information."""
    result = awards(book(base(**changes), headers=HEADERS))
    [row] = result.rows
    return row, codes(result.findings, "error", "warning")


def test_the_sample_of_bases():
    result = awards(sample("award-bases-2025.xlsx"))

    assert result.kind == Kind.BASE
    assert [(row.sector, row.track) for row in result.rows] == [
        (Sector.MANUFACTURING, Track.NEW),
        (Sector.SERVICES, Track.NEW),
        (Sector.MANUFACTURING, Track.EXISTING),
        (None, Track.NEW),
        (Sector.SERVICES, Track.EXISTING),
        (Sector.MANUFACTURING, Track.NEW),
    ]
    assert not any(row.blocked for row in result.rows)
    assert codes(result.findings, "error", "warning") == ["AWD-006", "AWD-006", "AWD-006", "AWD-010"]


def test_the_first_sample_row_whole():
    row = awards(sample("award-bases-2025.xlsx")).rows[0]

    assert (row.order, row.unit_name, row.credit_code) == (1, "示例市北辰技师学院", "12220000MB0A00001G")
    assert (row.unit_type, row.recommender) == (UnitType.TECHNICAL, "示例市人力资源和社会保障局")
    assert (row.contact, row.phone, row.address) == ("联系人甲", "0430-00000001", "「汇总表」第 5 行")
    assert [found.code[:4] for _, found in row.occupations] == ["6-18", "6-18", "6-18", "6-31", "6-18"]
    assert row.facts == {
        "training_area_m2": "12600", "students_or_staff": "4200", "trained_per_year": "3800",
        "high_skill_trained": "1450", "teachers": "236", "part_time_teachers": "41",
    }  # fmt: skip


def test_the_sample_of_studios():
    result = awards(sample("award-studios-2025.xlsx"))

    assert result.kind == Kind.STUDIO
    assert [(row.sector, row.leader_birth) for row in result.rows] == [
        (Sector.MANUFACTURING, "1974-03"),
        (Sector.MANUFACTURING, "1980-11"),
        (Sector.SERVICES, "1969-05"),
        (Sector.MANUFACTURING, "1958-09"),
        (None, "1971-01"),
    ]
    assert (result.rows[0].studio_name, result.rows[0].leader_name) == ("示例甲焊接技能大师工作室", "示例甲")
    assert (result.rows[3].skill_level, result.rows[3].honours) == ("绝技绝活", "省级非遗代表性传承人")
    assert codes(result.findings, "error", "warning") == ["AWD-010"]


@pytest.mark.parametrize(
    ("name", "wan"),
    [("award-bases-2025.xlsx", [700, 400, 600, None, 300, 700]), ("award-studios-2025.xlsx", [30, 30, 20, 30, None])],
)
def test_the_amounts_of_the_samples_by_the_edition(name, wan):
    edition = loader.edition("jilin_2025")

    rows = read_award_list(sample(name), more_than=edition.number("category_more_than")).rows

    amounts = [row.sector and grant_amount(edition, row.kind, row.sector, row.track) / WAN for row in rows]
    assert amounts == wan


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["award-bases-2025.xlsx", "award-studios-2025.xlsx"])
def test_columns_in_another_order_change_nothing(name, seed):
    workbook = load_workbook(io.BytesIO(sample(name)))
    sheet = workbook.active
    columns = list(range(1, 15))
    random.Random(seed).shuffle(columns)  # noqa: S311
    for row in sheet.iter_rows(min_row=4, max_row=sheet.max_row - 1):
        values = [cell.value for cell in row]
        for cell, column in zip(row, columns, strict=True):
            cell.value = values[column - 1]

    assert awards(saved(workbook)).rows == awards(sample(name)).rows


def test_other_header_words_and_the_kind_by_headers_alone():
    result = awards(book(STUDIO, headers=STUDIO_HEADERS))

    [row] = result.rows
    assert (result.kind, row.leader_name, row.unit_name, row.leader_birth) == (
        Kind.STUDIO,
        "示例甲",
        "示例厂",
        "1974-03",
    )
    assert (row.sector, row.track, row.blocked) == (Sector.MANUFACTURING, Track.NEW, False)
    assert result.findings[0].code == "CEL-000"


def test_both_lists_in_one_file():
    result = awards(book(base(), headers=HEADERS, more=(("工作室", (STUDIO_HEADERS, STUDIO)),)))

    assert result.kind is None
    assert [row.kind for row in result.rows] == [Kind.BASE, Kind.STUDIO]


def test_a_good_line_has_nothing_said_against_it():
    row, said = only()

    assert not row.blocked
    assert said == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "12220000MB0A00001H"}, "AWD-002"),
        ({"type": "文化馆"}, "AWD-003"),
        ({"type": None}, "AWD-003"),
        ({"track": "待定"}, "AWD-004"),
        ({"track": None}, "AWD-004"),
        ({"occupations": "无"}, "AWD-007"),
        ({"teachers": "二百"}, "AWD-012"),
        ({"unit": None}, "CEL-015"),
        ({"trained": "1.5"}, "CEL-002"),
        ({"trained": "很多"}, "CEL-001"),
        ({"trained": -1}, "CEL-004"),
        ({"high": True}, "CEL-008"),
        ({"unit": "长" * 101}, "CEL-006"),
    ],
    ids=str,
)
def test_an_error_blocks_its_row(changes, code):
    row, said = only(**changes)

    assert row.blocked
    assert said == [code]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": None}, ["AWD-002"]),
        ({"occupations": "车工、铣工、焊工、电工"}, ["AWD-008"]),
        ({"occupations": "车工、铣工、焊工、电工、模具工、没有的工"}, ["AWD-006"]),
        ({"occupations": "车工、铣工、焊工、没有的工、汽车维修工"}, ["AWD-006", "AWD-010"]),
        ({"occupations": "车工、铣工、焊工、电工、模具工、数控车工（车工）"}, ["AWD-006"]),
        ({"high": 3801}, ["AWD-011"]),
        ({"teachers": "41（236）"}, ["AWD-011"]),
    ],
    ids=str,
)
def test_a_warning_lets_the_row_pass(changes, said):
    row, found = only(**changes)

    assert not row.blocked
    assert found == said


def test_fewer_than_five_occupations_cite_the_clause():
    result = awards(book(base(occupations="车工"), headers=HEADERS))

    [finding] = [finding for finding in result.findings if finding.code == "AWD-008"]
    assert finding.basis == "通知 二(一)1(3)"
    assert "现为 1 个" in finding.message


def test_an_unknown_occupation_is_answered_with_names_that_exist():
    result = awards(book(base(occupations="车工、铣工、焊工、电工、模具工、轨道列车司机"), headers=HEADERS))

    [finding] = [finding for finding in result.findings if finding.code == "AWD-006"]
    assert (finding.got, finding.cells) == ("轨道列车司机", ("F2",))
    assert "轨道交通列车司机" in finding.fix


def test_an_occupation_said_twice_counts_once():
    row, said = only(occupations="车工、车工、数控车工（车工）、电工、汽车维修工、6-18-01-01")

    assert (row.sector, row.classification.status) == (None, Status.MANUAL)
    assert "AWD-008" in said


@pytest.mark.parametrize(
    ("typed", "teachers", "part"), [("236", "236", None), (236, "236", None), ("1,236人(其中兼职41人)", "1236", "41")]
)
def test_teachers_in_several_writings(typed, teachers, part):
    row, _ = only(teachers=typed)

    assert (row.facts["teachers"], row.facts.get("part_time_teachers")) == (teachers, part)


def test_an_area_with_decimals_is_rounded_down_and_said():
    result = awards(book(base(area="999.9㎡"), headers=HEADERS))

    assert result.rows[0].facts["training_area_m2"] == "999"
    assert "AWD-011" in codes(result.findings, "info")


def test_the_same_award_twice_blocks_the_second():
    result = awards(book(base(), base(order=2, unit="改了名"), headers=HEADERS))

    assert [row.blocked for row in result.rows] == [False, True]
    assert [(f.code, f.cells) for f in result.findings if f.level == "error"] == [("AWD-009", ("B3",))]


def test_a_missing_column_blocks_every_row():
    headers = tuple("别的" if name == "新建/已建" else name for name in HEADERS)

    result = awards(book(base(), headers=headers))

    assert [row.blocked for row in result.rows] == [True]
    assert "TAB-002" in codes(result.findings)


def test_a_file_with_neither_list_is_said_and_empty():
    result = awards(book(("a",), headers=("甲",)))

    assert (result.kind, result.rows, result.blocked) == (None, (), True)
    assert "AWD-001" in codes(result.findings)


def test_one_bad_row_leaves_the_others_alone():
    result = awards(book(base(code="x"), base(order=2, code="12220000MB0A00002K"), headers=HEADERS))

    assert [row.blocked for row in result.rows] == [True, False]


def test_500_rows_with_unknown_occupations_take_less_than_two_seconds():
    rows = [base(order=n, code=None, unit=f"示例{n}校", occupations=f"车工、未知{n}工、某{n}工") for n in range(500)]
    data = book(*rows, headers=HEADERS)
    start = time.process_time()

    result = awards(data)

    assert time.process_time() - start < 2
    assert len(result.rows) == 500
