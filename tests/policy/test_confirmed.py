"""Confirmed numbers laid over an edition, and a province's own folder of editions beside ours."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policy import loader
from policy.confirmed import Confirmed, Sheet, check_rows, laid_over, open_limits, read, told, written
from policy.edition import EditionError
from policy.terms import Light, Rank

FOLDER = Path(loader.__file__).parent / "editions"
DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def jilin():
    return loader.editions(FOLDER)["jilin_2025"]


@pytest.fixture
def own(tmp_path):
    yield tmp_path
    loader.configure([FOLDER])


def sheet(*rows, day=DAY, number="2026年第1号"):
    return Sheet("jilin_2025", number, day, rows)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("experts_min", "7", 7),
        ("second_signature_yuan", "600,000", 600_000),
        ("warn_share", "85", Decimal("0.85")),
        ("warn_share", "12.5%", Decimal("0.125")),
        ("remind_build_end", "120，60、0", "120,60,0"),
        ("pass_grade", "good", "good"),
    ],
)
def test_a_value_is_read_as_people_write_it(jilin, key, text, value):
    assert read(jilin.limit(key), text) == value


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("experts_min", "五", "整数"),
        ("experts_min", "-1", "整数"),
        ("experts_min", "9" * 13, "整数"),
        ("warn_share", "很高", "百分比"),
        ("remind_build_end", "九十", "逗号分隔"),
        ("pass_grade", "splendid", "列出的取值"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(jilin, key, text, words):
    with pytest.raises(ValueError, match=words):
        read(jilin.limit(key), text)


def test_what_is_written_is_read_back_the_same(jilin):
    for limit in open_limits(jilin):
        assert read(limit, written(limit.value)) == limit.value


def test_only_our_own_practice_is_open_to_confirmation(jilin):
    keys = {limit.key for limit in open_limits(jilin)}

    assert "experts_min" in keys
    assert {"build_months", "rectify_months", "publicity_working_days", "execution_weight"}.isdisjoint(keys)
    assert [one.code for one in check_rows(jilin, [Confirmed("rectify_months", "24")])] == ["key"]
    assert [one.code for one in check_rows(jilin, [])] == ["rows"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Confirmed("experts_min", "6"), "单数"),
        (Confirmed("expert_points", "建设条件"), "名称:分值"),
        (Confirmed("acceptance_pack", "绩效自评表、报纸"), "材料应在以下之内"),
        (Confirmed("risk_middle", "50"), "应小于"),
        (Confirmed("light_yellow", "80"), "应小于"),
        (Confirmed("yearly_failed", "较差"), "等次之一"),
        (Confirmed("review_days", "90"), "只能按原值确认"),
        (Confirmed("field_invoice", "optional"), "列出的取值"),
    ],
    ids=lambda value: getattr(value, "key", ""),
)
def test_what_the_reader_of_the_files_would_refuse_no_sheet_confirms(jilin, row, said):
    (found,) = check_rows(jilin, [row])

    assert said in found.message
    assert found.field == f"{row.key}-text"


def test_grades_are_renamed_together(jilin):
    both = [Confirmed("yearly_grades", "好、中、差"), Confirmed("yearly_failed", "差")]

    assert list(check_rows(jilin, both)) == []
    assert [one.code for one in check_rows(jilin, both[:1])] == ["grades"]


def test_a_number_that_is_still_to_be_read_in_the_law_is_confirmed_as_it_is_and_blocks(jilin):
    before = jilin.limit("pass_on_days")
    assert (before.basis.rank, before.basis.blocks) == (Rank.LAW, False)

    now = laid_over(jilin, [sheet(Confirmed("pass_on_days", "30"))]).limit("pass_on_days")

    assert (now.value, now.basis.rank, now.basis.blocks) == (30, Rank.LAW, True)
    assert now.basis.clause == f"{before.basis.clause}；设定确认单 2026年第1号"


def test_lights_begin_where_the_province_says_and_the_lowest_stays_at_nothing(jilin):
    keys = {limit.key for limit in open_limits(jilin)}
    assert {"light_yellow", "light_green", "light_blue"} <= keys
    assert "light_red" not in keys
    now = laid_over(jilin, [sheet(Confirmed("light_yellow", "50", blocks=False))])

    floors = {one.light: (one.at_least, one.basis.rank) for one in now.lights}
    assert floors[Light.YELLOW] == (Decimal("0.5"), Rank.PROVINCE)
    assert floors[Light.RED] == (0, Rank.DEFAULT)
    assert (jilin.light_of(Decimal("0.55")), now.light_of(Decimal("0.55"))) == (Light.RED, Light.YELLOW)


def test_a_fact_of_a_payment_that_the_province_asks_for_blocks(jilin):
    now = laid_over(jilin, [sheet(Confirmed("field_invoice", "required"))])

    bases = {row.code: row.basis for row in now.payment_fields}
    assert (bases["invoice"].rank, bases["invoice"].blocks) == (Rank.PROVINCE, True)
    assert bases["seller"] == next(row.basis for row in jilin.payment_fields if row.code == "seller")


def test_a_row_that_cannot_be_read_any_more_is_left_aside(jilin):
    old = sheet(Confirmed("expert_points", "建设条件"), Confirmed("experts_min", "7"))

    now = laid_over(jilin, [old])

    assert now.limit("expert_points") == jilin.limit("expert_points")
    assert now.number("experts_min") == 7
    assert told(jilin.limit("expert_points"), "建设条件") == "建设条件"


def test_a_confirmed_number_is_the_provinces_and_blocks(jilin):
    now = laid_over(jilin, [sheet(Confirmed("experts_min", "7"), Confirmed("warn_share", "85", blocks=False))])

    experts, warn = now.limit("experts_min"), now.limit("warn_share")
    assert (experts.value, experts.basis.rank, experts.basis.blocks) == (7, Rank.PROVINCE, True)
    assert experts.basis.clause == "设定确认单 2026年第1号"
    assert (warn.value, warn.basis.blocks) == (Decimal("0.85"), False)
    assert jilin.limit("experts_min").basis.rank == Rank.DEFAULT
    assert now.limit("build_months") == jilin.limit("build_months")


def test_a_later_sheet_replaces_a_value_and_no_sheet_touches_the_law(jilin):
    first, second = sheet(Confirmed("experts_min", "7")), sheet(Confirmed("experts_min", "9"), day=date(2026, 9, 1))
    unlawful = sheet(Confirmed("rectify_months", "24"), Confirmed("no_such", "1"))

    assert laid_over(jilin, [second, first]).number("experts_min") == 9
    assert laid_over(jilin, [unlawful]).limits == jilin.limits


def test_a_folder_of_the_provinces_own_editions_is_read_beside_ours(own):
    text = (FOLDER / "jilin_2025.toml").read_text("utf-8").replace('"jilin_2025"', '"jilin_2026"', 1)
    (own / "jilin_2026.toml").write_text(text, "utf-8")

    loader.configure([FOLDER, own])

    assert sorted(loader.configured()) == ["demo_2022", "jilin_2025", "jilin_2026"]
    assert loader.edition("jilin_2026").number("experts_min") == 5


def test_an_edition_of_ours_is_not_replaced_by_a_file_of_the_same_name(own):
    (own / "jilin_2025.toml").write_text((FOLDER / "jilin_2025.toml").read_text("utf-8"), "utf-8")
    loader.configure([FOLDER, own])

    with pytest.raises(EditionError, match="重复"):
        loader.configured()


def test_a_folder_that_is_not_there_is_told_by_name(own):
    loader.configure([FOLDER, own / "没有"])

    with pytest.raises(EditionError, match="没有这个政策版本目录"):
        loader.configured()
