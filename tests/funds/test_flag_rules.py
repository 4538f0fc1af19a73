"""The rules of 疑点 at their edges."""

from datetime import date
from decimal import Decimal

import pytest

from funds.rules.flags import Contracted, FlagRule, Paid, Surroundings, check_year_end, grew, suspicions
from policy.calendar import WorkCalendar
from policy.loader import edition
from policy.terms import PayWay, UnitType, VoucherState
from tests.funds.scene import ON

EDITION = edition("jilin_2025")
DAY = date(2026, 1, 14)  # a Wednesday in the middle of the build period


def paid(number=1, amount="1000.00", **changes):
    facts = {
        "id": number,
        "number": f"PZ-{number}",
        "paid_on": DAY,
        "category": "equipment",
        "payee": "示例设备公司",
        "abstract": "数控机床首付款",
        "amount": Decimal(amount),
        "carded": True,
    }
    return Paid(**(facts | changes))


def around(**changes):
    facts = {
        "edition": EDITION,
        "unit_type": UnitType.TECHNICAL,
        "start_on": date(2025, 7, 1),
        "end_on": date(2027, 7, 1),
        "on": ON,
        "calendar": WorkCalendar(off=frozenset({date(2026, 1, 1)}), working=frozenset({date(2026, 1, 4)})),
    }
    return Surroundings(**(facts | changes))


def rules_of(one, **surroundings):
    return [found.rule for found in suspicions(one, around(**surroundings))]


def test_an_ordinary_payment_raises_nothing():
    assert rules_of(paid()) == []


# Each rule at its edge


def invoiced(number, amount, total="1000.00", **changes):
    shared = {"invoice_key": "示例|1", "invoice_number": "1"}
    return paid(number, amount, **shared, invoice_total=total and Decimal(total), **changes)


@pytest.mark.parametrize(
    ("first", "second", "total", "expected"),
    [
        ("600.00", "400.00", "1000.00", []),
        ("600.00", "400.01", "1000.00", [FlagRule.INVOICE]),
        ("600.00", "0.01", None, [FlagRule.INVOICE]),
    ],
    ids=["the whole invoice in two parts", "one cent over", "no total was stated"],
)
def test_one_invoice_serves_several_payments_up_to_its_total(first, second, total, expected):
    one, two = invoiced(1, first, total), invoiced(2, second, total)

    assert rules_of(two, by_invoice={"示例|1": (one, two)}) == expected


def test_a_disallowed_payment_uses_up_no_invoice():
    one, two = invoiced(1, "1000.00", state=VoucherState.DISALLOWED), invoiced(2, "1000.00")

    assert rules_of(two, by_invoice={"示例|1": (one, two)}) == []


def test_an_invoice_in_another_project_is_said_without_a_name_or_an_amount():
    own, other = invoiced(1, "600.00"), invoiced(2, "777.77")

    [found] = suspicions(own, around(by_invoice={"示例|1": (own,)}, invoice_elsewhere={"示例|1": (other,)}))

    assert (found.rule, found.elsewhere, found.measure) == (FlagRule.INVOICE_ELSEWHERE, (2,), Decimal("600.00"))
    assert "777.77" not in str(found.figures) + found.message
    assert "另一项目" in found.message
    small = invoiced(2, "400.00")
    assert rules_of(own, by_invoice={"示例|1": (own,)}, invoice_elsewhere={"示例|1": (small,)}) == []


@pytest.mark.parametrize(
    ("first", "second", "days", "expected"),
    [
        ("250000.00", "249999.99", 5, []),
        ("250000.00", "250000.00", 5, [FlagRule.SPLIT]),
        ("250000.00", "250000.00", 30, [FlagRule.SPLIT]),
        ("250000.00", "250000.00", 31, []),
        ("500000.00", "10000.00", 5, []),
    ],
    ids=["one cent below", "at the threshold", "last day of the window", "a day later", "one was above by itself"],
)
def test_splitting_is_said_of_the_payment_that_crosses_the_threshold(first, second, days, expected):
    one = paid(1, first, paid_on=date.fromordinal(DAY.toordinal() - days))
    two = paid(2, second)
    rows = {"示例设备": (one, two)}

    assert rules_of(two, by_party=rows) == expected
    assert FlagRule.SPLIT not in rules_of(one, by_party=rows)


@pytest.mark.parametrize(
    ("one", "surroundings", "expected"),
    [
        (paid(payee="示例 张工"), {"staff": frozenset({"示例张工"})}, [FlagRule.STAFF]),
        (paid(payee="示例李工"), {"staff": frozenset({"示例张工"})}, []),
        (paid(pay_way=PayWay.CASH), {}, [FlagRule.CASH]),
        (paid(amount="999.99", pay_way=PayWay.CASH), {}, []),
        (paid(paid_on=date(2026, 1, 17)), {}, [FlagRule.DAY_OFF]),
        (paid(paid_on=date(2026, 1, 1)), {}, [FlagRule.DAY_OFF]),
        (paid(paid_on=date(2026, 1, 4)), {}, []),
        (paid(abstract="购置车辆一台"), {}, [FlagRule.WORDS]),
        (paid(abstract="课程出版", category="equipment"), {}, []),
        (paid(paid_on=date(2025, 6, 30)), {}, [FlagRule.PERIOD]),
        (paid(paid_on=date(2025, 7, 16)), {}, [FlagRule.PERIOD]),
        (paid(paid_on=date(2025, 7, 17)), {}, []),
        (paid(paid_on=date(2027, 7, 2)), {}, [FlagRule.PERIOD]),
    ],
    ids=[
        "a person of the unit", "somebody else", "cash", "small cash", "a Saturday", "a holiday", "a Sunday worked",
        "a word of the list", "a word of another category", "before the period", "near its start", "not near",
        "after it",
    ],
)  # fmt: skip
def test_rules_of_one_payment_at_their_edges(one, surroundings, expected):
    assert rules_of(one, **surroundings) == expected


def contracted(**changes):
    facts = {
        "number": "HT-1",
        "amount": Decimal("100000.00"),
        "signed_on": date(2026, 1, 5),
        "paid": Decimal("1000.00"),
        "items": (("数控机床", Decimal("100.00")), ("夹具", Decimal("10.00"))),
    }
    return {"contracts": {7: Contracted(**(facts | changes))}}


@pytest.mark.parametrize(
    ("one", "contract", "expected"),
    [
        (paid(contract=7, unit_price=Decimal("120.00")), {}, []),
        (paid(contract=7, unit_price=Decimal("120.01")), {}, [FlagRule.PRICE]),
        (paid(contract=7, abstract="夹具", unit_price=Decimal("12.01")), {}, [FlagRule.PRICE]),
        (paid(contract=7, paid_on=date(2027, 7, 5)), {}, []),
        (paid(contract=7, amount="10.00"), {}, [FlagRule.SLIP]),
        (paid(contract=7), {"paid": Decimal("100000.00")}, []),
        (paid(contract=7), {"paid": Decimal("100000.01")}, [FlagRule.CONTRACT]),
    ],
    ids=[
        "at the factor", "above it", "the item it names", "last payment after the period", "万元 typed as 元",
        "the whole contract", "one cent more",
    ],
)  # fmt: skip
def test_rules_of_a_contract_at_their_edges(one, contract, expected):
    assert rules_of(one, **contracted(**contract)) == expected


@pytest.mark.parametrize(
    ("one", "contract", "said"),
    [
        (paid(contract=7, payee="示例设备（有限）公司"), {"supplier": "示例设备有限公司", "category": "equipment"}, []),
        (paid(contract=7), {"supplier": "示例机械公司"}, ["收款方不是供应商"]),
        (paid(contract=7), {"category": "courses"}, ["支出类别不同"]),
        (paid(contract=7, paid_on=date(2026, 1, 6)), {"signed_on": date(2026, 1, 6)}, []),
        (paid(contract=7, paid_on=date(2026, 1, 6)), {"signed_on": date(2026, 1, 7)}, ["早于签订"]),
        (paid(contract=7, paid_on=date(2027, 7, 5)), {"recorded_on": date(2027, 7, 1)}, []),
        (paid(contract=7, paid_on=date(2027, 7, 5)), {"recorded_on": date(2027, 7, 2)}, ["届满后才登记"]),
        (paid(contract=7, paid_on=date(2027, 7, 5)), {"changed_on": date(2027, 7, 2)}, ["届满后有变更"]),
        (paid(contract=7, paid_on=date(2027, 7, 5)), {"pay_until": date(2027, 7, 5)}, []),
        (paid(contract=7, paid_on=date(2027, 7, 5)), {"pay_until": date(2027, 7, 4)}, ["晚于付款期限"]),
        (
            paid(contract=7, payee="甲"),
            {"supplier": "乙", "category": "courses"},
            ["收款方不是供应商", "支出类别不同"],
        ),
    ],
    ids=[
        "another spelling", "another payee", "another category", "on the day", "before it was signed",
        "recorded on the last day", "recorded after the end", "changed after the end", "on the last day of payment",
        "a day later", "two at once",
    ],
)  # fmt: skip
def test_a_payment_that_departs_from_its_contract_is_asked_once(one, contract, said):
    found = [each for each in suspicions(one, around(**contracted(**contract))) if each.rule == FlagRule.TERMS]

    assert [list(each.figures)[1:] for each in found] == ([said] if said else [])
    assert all(word in each.message for each in found for word in said)


@pytest.mark.parametrize(
    ("one", "usual", "budget", "expected"),
    [
        (paid(amount="1000.00"), ("10", "10", "10", "1000"), None, [FlagRule.SLIP]),
        (paid(amount="999.99"), ("10", "10", "10", "999.99"), None, []),
        (paid(amount="1000.00"), ("10", "10", "1000"), None, []),
        (paid(amount="1000.00"), (), "10", [FlagRule.SLIP]),
        (paid(amount="1000.00"), (), "10.01", []),
        (paid(invoice_total=Decimal("10000000.00")), (), None, [FlagRule.SLIP]),
        (paid(quantity=2, unit_price=Decimal("0.05")), (), None, [FlagRule.SLIP]),
    ],
    ids=["at the factor", "below", "too few to compare", "the budget", "below it", "of the invoice", "of the goods"],
)
def test_a_slip_of_the_unit_is_seen_by_what_surrounds_the_amount(one, usual, budget, expected):
    amounts = {"equipment": tuple(Decimal(amount) for amount in usual)}

    found = rules_of(one, usual=amounts, budgets={"equipment": Decimal(budget)} if budget else {})

    assert found == expected


@pytest.mark.parametrize(
    ("changes", "on", "expected"),
    [
        ({}, date(2026, 3, 15), []),
        ({}, date(2026, 3, 16), [FlagRule.NO_CARD]),
        ({"carded": True}, date(2026, 3, 16), []),
        ({"state": VoucherState.SUBMITTED}, date(2026, 3, 16), []),
        ({"category": "courses"}, date(2026, 3, 16), []),
        ({"unit_price": Decimal("1499.99")}, date(2026, 3, 16), []),
        ({"category": "materials", "unit_price": Decimal("1000.00")}, date(2026, 3, 16), [FlagRule.NO_CARD]),
        ({"category": "materials", "unit_price": Decimal("999.99")}, date(2026, 3, 16), []),
    ],
    ids=[
        "day 60", "day 61", "with a card", "not recognised yet", "no equipment", "below the price of an asset",
        "material of a studio", "material below the price of an asset",
    ],
)  # fmt: skip
def test_equipment_needs_a_card_after_the_term(changes, on, expected):
    priced = {"carded": False, "state": VoucherState.RECOGNISED, "unit_price": Decimal("1500.00")}
    one = paid(**(priced | changes))

    assert rules_of(one, on=on) == expected


def test_the_same_goods_in_two_projects_are_said_without_a_name():
    other = paid(9, abstract="数控机床 首付款")

    [found] = suspicions(paid(), around(payee_elsewhere={"示例设备公司": (other,)}))

    assert (found.rule, found.elsewhere) == (FlagRule.TWICE, (9,))
    assert rules_of(paid(amount="999.99"), payee_elsewhere={"示例设备公司": (other,)}) == []


def test_the_rush_of_a_year_end_is_a_share_of_the_year():
    def share(late):
        return [one.rule for one in check_year_end(2025, edition=EDITION, late=Decimal(late), whole=Decimal(100))]

    assert (share("29.99"), share("30.00")) == ([], [FlagRule.YEAR_END])


def test_a_closed_flag_comes_back_only_when_the_money_grew_by_more_than_a_tenth():
    then = Decimal(100)

    assert [grew(then, Decimal(now), EDITION) for now in ("90", "110", "110.01")] == [False, False, True]
