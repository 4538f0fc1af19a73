"""One paper is one, however its number was typed."""

import pytest

from policy.spelling import LONGEST_KEY, number_key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("PZ-1", "ＰＺ－１", True),
        ("PZ-1", "pz-1", True),
        ("记 - 1", "记-1", True),
        ("PZ—1", "PZ-1", True),
        ("示例财社指〔2025〕12号", "示例财社指[2025]12号", True),
        ("示例财社指〔2025〕12号", "示例财社指（２０２５） 12 号", True),
        ("示例财社指【2025】12号", "示例财社指(2025)12号", True),
        ("PZ\u200b1", "PZ1", True),
        ("26-1", "2-61", False),
        ("001", "1", False),
        ("PZ-11", "PZ-1-1", False),
        ("记1", "付1", False),
    ],
)
def test_number_key(one, other, same):
    assert (number_key(one) == number_key(other)) is same


def test_a_key_fits_its_column_whatever_is_typed():
    assert len(number_key("\ufdfa" * 80)) == LONGEST_KEY
