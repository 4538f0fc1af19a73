"""The province's sheet: same figures on page, paper and workbook; who has not reported is named; issued it stands."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from performance import operations
from performance.models import PERIOD, RegionSheet, Target
from performance.queries.region import region_begun, region_of
from performance.rules.region_form import NEEDED, WORDS
from policy.findings import Refused
from policy.terms import Stage
from tests import factories as make
from tests.api.scene import data_of, get, rows_of
from tests.performance import life

ON = date(2026, 3, 2)
WHERE = {"edition_code": "jilin_2025", "kind": "targets", "year": 2026}
KINDS = ("targets", "results")


@pytest.fixture
def two(world):
    """Two bases with filed targets of 2,000 and 2,500, and one that has none yet."""
    projects = [make.project(world.unit, name=f"示例基地{number}") for number in range(3)]
    for project, value in zip(projects[:2], ("2000", "2500"), strict=True):
        life.filed(project, world)
        Target.objects.filter(indicator__sheet__project=project, indicator__template_code="B01").update(value=value)
    return projects


def address(name, **where):
    kept = WHERE | where
    return reverse(f"performance:{name}", args=[kept["edition_code"], kept["kind"], kept["year"]])


def row(region, key="B01"):
    return next(one for one in region.rows if one.key == key)


def words(kind="targets", **more):
    return dict.fromkeys(WORDS[kind], "无") | more


def drafted(world, **where):
    kept = WHERE | where
    return operations.save_region(**kept, words=words(kept["kind"]), actor=world.ph, on=ON)


def test_counts_of_filed_targets_are_added_and_the_third_is_named(world, two):
    region = region_of("jilin_2025", "targets", 2026, world.ph, ON)

    found = row(region)
    assert (found.period.value, found.year.value) == (4500, 4500)
    assert found.year.missing == (f"{world.unit.name}（{two[2].label}）",)
    assert (region.told, region.asked) == ("3 户中 1 户未报", 3)


def test_rates_that_agree_stay_and_shares_stay_exact(world, two):
    region = region_of("jilin_2025", "targets", 2026, world.ph, ON)
    assert (row(region, "B07").year.shown, row(region, "B10").year.shown) == ("90%", "1/3")


def test_terminated_projects_and_other_years_do_not_count(world, two):
    life.stage(two[0], Stage.TERMINATED)
    assert row(region_of("jilin_2025", "targets", 2026, world.ph, ON)).year.value == 2500
    assert region_of("jilin_2025", "targets", 2030, world.ph, ON).rows == ()


def test_without_accepted_reports_the_results_are_missing_never_zero(world, two):
    region = region_of("jilin_2025", "results", 2026, world.ph, ON)
    assert (row(region).year.value, row(region).year.told) == (None, "3 户中 3 户未报")
    assert region.money[0][1:] == ("0.00", "0.00", "不适用")


@pytest.mark.parametrize("kind", KINDS)
def test_the_figures_cost_the_same_for_one_project_and_for_three(world, two, kind):
    assert world.ph.roles  # read once a person, whichever step was the first to ask
    counts = []
    for gone in (two[1:], ()):
        for project in two:
            life.stage(project, Stage.TERMINATED if project in gone else Stage.BUILDING)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            region_of("jilin_2025", kind, 2026, world.ph, ON)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_page_workbook_and_issue_say_the_same(world, two, signed_in):
    sheet = drafted(world)
    operations.issue_region(sheet.pk, actor=world.phl, on=ON)
    client = signed_in(world.pf)

    page = client.get(address("region")).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get(address("region_xlsx")).content))
    lines = {line[3]: line for line in book["区域绩效表"].iter_rows(values_only=True)}
    paste = {line[2]: line[3] for line in book["粘贴用"].iter_rows(values_only=True)}

    assert "≥4500人次" in page
    assert lines["年度培训人次"][5] == "≥4500人次"
    assert paste["高技能人才培训基地：年度培训人次"] == "≥4500人次"
    assert client.get(address("region_pdf")).content.startswith(b"%PDF")


def test_what_was_issued_does_not_move_with_later_figures(world, two, signed_in):
    sheet = operations.issue_region(drafted(world).pk, actor=world.pfl, on=ON)
    Target.objects.filter(block__in=[PERIOD, "2026"], indicator__template_code="B01").update(value="9000")

    assert "≥4500人次" in signed_in(world.ph).get(address("region")).content.decode()
    with pytest.raises(Refused, match="已于 2026-03-02 定稿"):
        operations.save_region(**WHERE, words=words(), actor=world.ph, on=ON)
    with pytest.raises(Refused, match="无需重复办理"):
        operations.issue_region(sheet.pk, actor=world.phl, on=ON)


def test_a_draft_without_its_words_is_not_issued_and_all_are_named(world, two):
    sheet = operations.save_region(**WHERE | {"kind": "results"}, words={}, actor=world.ph, on=ON)
    with pytest.raises(Refused) as refused:
        operations.issue_region(sheet.pk, actor=world.phl, on=ON)
    assert {one.field for one in refused.value.findings} == NEEDED & set(WORDS["results"])


def test_two_writers_do_not_overwrite_each_other(world, two, signed_in):
    client = signed_in(world.ph)
    shown = client.get(address("region_edit")).context["form"]["seen"].value()
    operations.save_region(**WHERE, words=words(year_goal="先写的"), actor=world.pf, on=ON)

    answer = client.post(address("region_edit"), {"period_goal": "后写的", "year_goal": "后写的", "seen": shown})

    assert answer.status_code == 422
    assert "后写的" in answer.content.decode()
    assert RegionSheet.objects.get().words["year_goal"] == "先写的"


@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf"])
def test_units_and_cities_do_not_see_the_sheet_of_the_province(world, two, signed_in, role):
    client = signed_in(getattr(world, role))
    codes = {
        name: client.get(address(name)).status_code for name in ("region", "region_pdf", "region_xlsx", "region_edit")
    }
    assert set(codes.values()) == {403}


@pytest.mark.parametrize("where", [{"edition_code": "nowhere"}, {"kind": "other"}, {"year": 1900}, {"year": 99999}])
def test_an_address_of_nothing_is_not_found(world, two, signed_in, where):
    client = signed_in(world.ph)
    assert {client.get(address(name, **where)).status_code for name in ("region", "region_xlsx", "region_edit")} == {
        404
    }
    assert client.post(address("region_issue", **where)).status_code in {403, 404}


def test_the_drafter_does_not_issue(world, two):
    sheet = drafted(world)
    RegionSheet.objects.update(drafted_by=world.phl)
    with pytest.raises(Refused, match="须由另一位负责人定稿"):
        operations.issue_region(sheet.pk, actor=world.phl, on=ON)


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        ("targets", date(2026, 3, 2), True),
        ("results", date(2026, 12, 31), False),
        ("results", date(2027, 1, 1), True),
    ],
)
def test_of_a_year_to_come_there_are_targets_and_no_results(kind, on, expected):
    assert region_begun(kind, 2027, on) is expected


# By program


def test_programs_read_the_figures_of_the_page_and_who_has_not_reported(world, two):
    listed = rows_of(world.ph, "region/")
    told = data_of(world.ph, "region/jilin_2025/targets/2026/")

    assert {(one["edition"], one["kind"], one["year"], one["state"]) for one in listed} >= {
        ("jilin_2025", "targets", 2026, None),
        ("jilin_2025", "results", 2026, None),
    }
    assert not any(one["kind"] == "results" and one["year"] > timezone.localdate().year for one in listed)
    found = next(one for one in told["rows"] if one["name"] == "年度培训人次")
    assert (found["year"]["sign"], found["year"]["shown"], found["year"]["exact"]) == ("≥", "4500人次", "4500")
    assert (told["asked"], told["missing"]) == (3, [f"{world.unit.name}（{two[2].label}）"])
    assert set(told["money"][0]) == {"name", "period", "year"}
    assert (told["digest"], told["drafted_by"]) == ("", None)


def test_programs_read_what_was_issued(world, two):
    operations.issue_region(drafted(world, kind="results").pk, actor=world.phl, on=ON)
    life.stage(two[0], Stage.TERMINATED)

    told = data_of(world.au, "region/jilin_2025/results/2026/")

    assert (told["state"], told["issued_on"], told["told"]) == ("issued", "2026-03-02", "3 户中 3 户未报")
    assert (told["issued_by"], len(told["digest"])) == (str(world.phl), 64)
    assert told["money"][0] == {"name": "年度资金总额", "budget": "0.00", "spent": "0.00", "rate": "不适用"}


@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf", "sa"])
def test_programs_of_units_and_cities_do_not_read_the_sheet_of_the_province(world, two, role):
    paths = ("region/", "region/jilin_2025/targets/2026/", "region/nowhere/targets/2026/")
    answers = [get(getattr(world, role), path) for path in paths]
    assert {one.status_code for one in answers} == {403}
    assert "4500" not in answers[1].content.decode()


@pytest.mark.parametrize("path", ["nowhere/targets/2026/", "jilin_2025/other/2026/", "jilin_2025/targets/1900/"])
def test_programs_find_no_sheet_of_nothing(world, two, path):
    assert get(world.ph, f"region/{path}").status_code == 404
    assert get(world.ph, "region/jilin_2025/targets/2026/", year="1").status_code == 400
