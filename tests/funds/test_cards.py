"""When a payment needs an asset card: one reading of the edition, and the cards of the contract it is paid under."""

from datetime import date
from decimal import Decimal

import pytest

from funds.models import Asset, Flag
from funds.operations import assets as operations
from funds.rules import check_required
from funds.rules.flags import FlagRule, suspicions
from funds.rules.required import card_asked
from policy.loader import edition
from policy.terms import Source, VoucherState
from tests.funds.scene import ON
from tests.funds.test_contracts import JAN, contract_of, pay
from tests.funds.test_flag_rules import around, paid
from tests.funds.test_flags import sync

EDITION, LATE = edition("jilin_2025"), date(2026, 6, 1)


def states():
    rows = Flag.objects.filter(rule=FlagRule.NO_CARD).order_by("voucher__number")
    return list(rows.values_list("voucher__number", "state"))


@pytest.mark.parametrize("category", ["equipment", "materials", "courses"])
@pytest.mark.parametrize("unit_type", ["technical", "public_base"])
@pytest.mark.parametrize("price", ["999.99", "1000.00", "1499.99", "1500.00"])
def test_the_flag_and_the_required_field_ask_of_the_same_payments(category, unit_type, price):
    price = Decimal(price)
    told = {"category": category, "unit_type": unit_type, "amount": Decimal(9000)}
    missing = check_required(EDITION, source=Source.CENTRAL, facts={"unit_price": price}, **told)
    one = paid(carded=False, state=VoucherState.RECOGNISED, category=category, unit_price=price, amount=Decimal(9000))

    asked = "asset_card" in {finding.field for finding in missing}
    flagged = FlagRule.NO_CARD in {found.rule for found in suspicions(one, around(unit_type=unit_type, on=LATE))}

    assert flagged == asked == card_asked(EDITION, unit_price=price, **told)


def test_the_edition_says_nothing_of_the_cards_of_an_enterprise():
    told = {"category": "equipment", "amount": Decimal(9000), "unit_price": None}

    assert card_asked(EDITION, unit_type="enterprise", **told) is None
    one = paid(carded=False, state=VoucherState.RECOGNISED)
    assert [found.rule for found in suspicions(one, around(unit_type="enterprise", on=LATE))] == [FlagRule.NO_CARD]


def test_every_instalment_of_a_contract_has_the_cards_of_the_contract(world):
    contract, other = contract_of(world), contract_of(world, number="HT-2")
    given = {"amount": "1500.00", "asset_card": "", "state": VoucherState.RECOGNISED}
    first, second = pay(world, contract, 1, **given), pay(world, contract, 2, **given)
    pay(world, other, 3, **given)
    sync(world, on=LATE)
    raised = states()
    facts = {
        "card_number": "ZC-1", "name": "车床", "model": "", "room": "一号车间", "keeper": "", "quantity": 1,
        "unit_price": Decimal(3000), "acquired_on": JAN,
    }  # fmt: skip
    told = {"actor": world.clerk, "on": LATE, "contract_id": contract.pk}
    asset = operations.record_asset(world.project.pk, voucher_id=first.pk, **facts, **told)
    carded = states()
    Asset.objects.filter(pk=asset.pk).update(retired_on=ON)
    sync(world, second, on=LATE)

    assert raised == [("PZ-1", "open"), ("PZ-2", "open"), ("PZ-3", "open")]
    assert carded == [("PZ-1", "gone"), ("PZ-2", "gone"), ("PZ-3", "open")]
    assert states() == raised
