"""疑似拆分 looks at whom and what money went for, however it was typed, as the second signature does (L9)."""

from itertools import combinations

import pytest

from funds.models import Contract
from funds.rules.sameness import party, same
from tests.funds.scene import ON
from tests.funds.test_flags import DAY, states, sync, voucher

HALF = "300000.00"


def split(world):
    return [number for number, rule, state in states(world) if rule == "split"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"payee": "示例教育有限公司"}, {"payee": "示例 教育（有限）公司"}, ["PZ-2"]),
        ({"payee": "Ａ示例教育有限责任公司"}, {"payee": "a示例教育公司"}, ["PZ-2"]),
        ({"payee": "甲"}, {"payee": "乙", "invoice_seller": "甲"}, ["PZ-2"]),
        ({"payee": "甲", "contract_number": "HT-1"}, {"payee": "乙", "contract_number": "ht 1"}, ["PZ-2"]),
        ({"payee": "甲", "contract_number": "HT-1"}, {"payee": "乙", "contract_number": "HT-2"}, []),
        ({"payee": "示例教育公司"}, {"payee": "示例设备公司"}, []),
    ],
    ids=["marks", "width, case, legal form", "seller", "contract number", "two contracts", "two firms"],
)
def test_a_payment_is_split_whatever_the_spelling(ready, first, second, expected):
    voucher(ready, 1, HALF, **first)
    later = voucher(ready, 2, HALF, **second)

    sync(ready, later)

    assert split(ready) == expected


def test_one_registered_contract_is_one_matter(ready):
    contract = Contract.objects.create(
        project=ready.project, number="HT-9", category="courses", supplier="甲", amount=1_000_000, signed_on=DAY,
        recorded_by=ready.clerk, recorded_on=ON, procurement="公开招标",
    )  # fmt: skip
    voucher(ready, 1, HALF, payee="甲", contract=contract)
    sync(ready, voucher(ready, 2, HALF, payee="乙", contract=contract))

    assert split(ready) == ["PZ-2"]


def test_the_nightly_look_costs_the_same_for_any_number_of_spellings(ready):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from funds.queries.flags import surroundings_of, touched

    counts = []
    for number in range(1, 4):
        voucher(ready, number, "10.00", payee=f"示例{number}公司", contract_number=f"HT-{number}")
        rows = list(ready.project.vouchers.select_related("contract"))
        with CaptureQueriesContext(connection) as caught:
            surroundings_of(ready.project, touched(ready.project, rows), on=ON)
        counts.append(len(caught))
    assert len(set(counts)) == 1


def test_two_parties_agree_exactly_when_they_share_a_key():
    parties = [
        party(names, numbers, contract)
        for names in (("甲公司",), ("甲 有限公司", "乙"), ("丙",), ("",))
        for numbers, contract in ((("HT-1",), None), (("ht1",), 7), ((), 7), ((), None))
    ]

    assert all(bool(same(one, other)) == bool(one.keys & other.keys) for one, other in combinations(parties, 2))
