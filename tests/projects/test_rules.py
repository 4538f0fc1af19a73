import csv
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy import loader
from policy.terms import Kind, Sector, Track
from projects import rules
from projects.rules import Classification, Status, classify, classify_counts, classify_studio, classify_with_unknowns

VECTORS = Path(__file__).parents[1] / "vectors" / "cases_category.csv"
CODES = [
    "12220000MB0A00001G", "12220000MB0A00002K", "91220000MA0A00003F", "12220000MB0A00004R", "12220000MB0A00005W",
    "12220000MB0A000060", "91220000MA0A00011A", "12220000MB0A00014T", "12220000MB0A00015X",
]  # fmt: skip


def vectors():
    with VECTORS.open(encoding="utf-8-sig", newline="") as lines:
        rows = [list(row.values()) for row in csv.DictReader(lines)]
    return [(*map(int, row[:3]), row[4].lower(), row[5]) for row in rows]


def test_there_are_29_vectors():
    assert len(vectors()) == 29


@pytest.mark.parametrize(("six", "four", "other", "status", "category"), vectors())
def test_category_vectors(six, four, other, status, category):
    result = classify_counts(six, four, other, more_than=3)

    assert (result.status, result.sector.label if result.sector else "") == (status, category)
    assert classify([6] * six + [4] * four + [5] * other, more_than=3) == result
    assert result.reason


def test_the_threshold_comes_from_outside():
    assert classify_counts(3, 2, 0, more_than=2).sector == Sector.MANUFACTURING


@pytest.mark.parametrize(
    ("majors", "sector"),
    [
        ([6, 6, 6, 6, None, None], Sector.MANUFACTURING),
        ([4, 4, 4, 4, None], Sector.SERVICES),
        ([4, 4, 4, 4, None, None, None], Sector.SERVICES),
        ([4, 4, 4, 4, None, None, None, None], None),
        ([6, 6, 6, None], None),
        ([None], None),
        ([6, 6, 6, 6, 4], Sector.MANUFACTURING),
    ],
)
def test_an_unknown_occupation_leaves_open_only_what_it_could_change(majors, sector):
    result = classify_with_unknowns(majors, more_than=3)

    assert result.sector == sector
    assert result.status == (Status.AUTO if sector else Status.MANUAL)


def test_no_occupation_is_no_data():
    assert classify_with_unknowns([], more_than=3).status == Status.NO_DATA


@given(st.lists(st.sampled_from([6, 4, 5, None]), max_size=9), st.integers(0, 4))
def test_unknowns_agree_with_trying_everything(majors, more_than):
    options = [[major] if major else [6, 4, 5] for major in majors]
    every = {(r.status, r.sector) for case in product(*options) for r in [classify(case, more_than=more_than)]}

    result = classify_with_unknowns(majors, more_than=more_than)

    assert (result.status, result.sector) == (every.pop() if len(every) == 1 else (Status.MANUAL, None))


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 40))
def test_many_unknowns_are_as_good_as_enough(six, four, more):
    majors = [6] * six + [4] * four + [None] * 9

    first = classify_with_unknowns(majors, more_than=3)

    assert first.sector == classify_with_unknowns([*majors, *[None] * more], more_than=3).sector


@pytest.mark.parametrize(
    ("major", "status", "sector"),
    [(6, "auto", Sector.MANUFACTURING), (4, "auto", Sector.SERVICES), (5, "manual", None), (None, "manual", None)],
)
def test_a_studio_follows_its_leader(major, status, sector):
    result = classify_studio(major)

    assert isinstance(result, Classification)
    assert (result.status, result.sector) == (status, sector)


def test_a_studio_without_occupation_is_no_data():
    assert classify_studio(None, named=False).status == Status.NO_DATA


def test_the_amount_is_the_editions():
    edition = loader.edition("jilin_2025")

    assert rules.grant_amount(edition, Kind.BASE, Sector.SERVICES, Track.EXISTING) == Decimal(3_000_000)
    assert rules.grant_amount(edition, Kind.STUDIO, Sector.SERVICES, Track.NEW) == Decimal(200_000)


@pytest.mark.parametrize("code", CODES)
def test_sample_codes_are_right_and_one_wrong_sign_is_noticed(code):
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    changed = [code[:at] + sign + code[at + 1 :] for at in range(18) for sign in signs if sign != code[at]]

    assert rules.check_credit_code(code) is None
    assert all(rules.check_credit_code(wrong) for wrong in changed)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "应为 18 位，现为 0 位"),
        ("12220000MB0A00001", "应为 18 位，现为 17 位"),
        ("1222000OMB0A00001G", "不使用“O”，是否应为 0？"),
        ("12220000MB0A0000中G", "不使用“中”"),
        ("12220000MB0A00001H", "校验位不符"),
    ],
)
def test_a_wrong_code_is_explained(code, words):
    assert words in rules.check_credit_code(code)


def test_a_code_may_be_typed_in_full_width_small_letters_and_blanks():
    assert rules.check_credit_code(" 12220000 ｍｂ0a00001g") is None


def test_identity_takes_the_code_before_the_name():
    base = rules.identity_key("jilin_2025", Kind.BASE, "12220000MB0A00001G", "甲校")

    assert base == rules.identity_key("jilin_2025", Kind.BASE, "12220000mb0a00001g ", "乙校", "某人")
    assert base != rules.identity_key("jilin_2026", Kind.BASE, "12220000MB0A00001G", "甲校")
    assert base != rules.identity_key("jilin_2025", Kind.STUDIO, "12220000MB0A00001G", "甲校")


def test_identity_without_code_takes_the_name_in_any_writing():
    names = ("示例（集团）有限公司", "示例(集团) 有限公司", "示例〔集团〕有限公司", "示例 （集团）　有限公司")

    assert len({rules.identity_key("e", Kind.BASE, "", name) for name in names}) == 1


def test_a_very_long_name_still_makes_a_key_that_fits():
    one, two = (rules.identity_key("e", Kind.BASE, "", "厂" * 300 + end) for end in "甲乙")

    assert len(one) == len(two) == 200
    assert one != two


def test_two_leaders_of_one_unit_are_two_studios():
    one, two, three = (
        rules.identity_key("e", Kind.STUDIO, CODES[0], "甲", leader, birth)
        for leader, birth in (("示例甲", "1974-03"), ("示例乙", "1974-03"), ("示例 甲", "1974-04"))
    )

    assert len({one, two, three}) == 3
    assert one == rules.identity_key("e", Kind.STUDIO, CODES[0], "", " 示例甲", "1974-03")
