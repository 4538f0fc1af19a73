"""Confirmed numbers laid over an edition, and a province's own folder of editions beside ours."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policy import loader
from policy.confirmed import Confirmed, Sheet, check_rows, laid_over, open_limits, read, written
from policy.edition import EditionError
from policy.terms import Rank

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
