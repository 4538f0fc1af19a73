"""One paper is recorded once, however its number is typed: on the page, over the API and by workbook; kept as typed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from funds import operations
from funds.models import Contract, Voucher
from policy.findings import Refused
from policy.terms import Stage
from tests.api.scene import ENTRY, below, upload
from tests.funds.audit_scene import open_
from tests.funds.found_scene import LATER, confirm, enter
from tests.funds.import_scene import DAY, GOOD, workbook
from tests.funds.import_scene import read as read_book
from tests.funds.scene import ON, document_of, record
from tests.funds.scene import upload as picture
from tests.funds.test_assets import card
from tests.funds.test_contracts import contract_of
from tests.funds.test_documents import codes
from tests.funds.test_incomes import income
from tests.funds.test_repayments import pay
from tests.funds.test_settlements import R, approve, prepare, stage


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return codes(found)


@pytest.mark.parametrize("typed", ["PZ-1", "ＰＺ－１", "pz-1", "PZ - 1", "PZ—1"])
def test_a_voucher_number(ready, typed):
    first = record(ready, number="PZ-1")

    assert refused(record, ready, number=typed) == ["number_taken"]
    assert (
        upload(
            ready.clerk, below(ready, "payments/record/"), ENTRY | {"number": typed, "uploads": picture()}
        ).status_code
        == 409
    )
    assert Voucher.objects.get().number == first.number
    record(ready, number="PZ-2")


def test_an_edit_takes_no_number_that_is_taken_and_keeps_its_own(ready):
    record(ready, number="PZ-1")
    draft = record(ready, number="PZ-2")
    entry = {
        "paid_on": draft.paid_on, "category": "equipment", "source": "central", "abstract": "机床", "payee": "示例设备公司",
        "amount": Decimal(1000), "actor": ready.clerk, "on": ON,
    }  # fmt: skip

    assert refused(operations.edit_voucher, ready.project.pk, draft.pk, number="ｐｚ－１", **entry) == ["number_taken"]
    assert operations.edit_voucher(ready.project.pk, draft.pk, number="pz-3", **entry).number == "pz-3"
    assert refused(record, ready, number="PZ-3") == ["number_taken"]


def test_the_workbook_tells_numbers_apart_as_the_page_does(ready):
    record(ready, number="记〔2026〕1号", amount="55.00")

    found = read_book(ready, workbook([GOOD | {"凭证号": "记[2026] 1号"}]), on=DAY)

    assert "PAY-010" in [one.code for one in found.findings]


def test_the_database_holds_it_too(ready):
    row = record(ready, number="PZ-1")
    row.pk, row.number = None, "ｐｚ－1"

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_contract_number(world):
    contract_of(world, number="HT〔2026〕1号")

    assert refused(contract_of, world, number="ＨＴ［2026］ 1号") == ["number_taken"]
    assert Contract.objects.get().number == "HT〔2026〕1号"


def test_an_asset_card(world):
    card(world, 1)

    assert refused(card, world, card_number="zc－1") == ["card_taken"]


def test_a_fund_document(world):
    document_of(world, number="示例财社指〔2025〕12号")

    assert "number_taken" in refused(document_of, world, number="示例财社指[2025] 12号")


def test_an_interest_receipt(ready):
    income(ready, number="利-1")

    assert refused(income, ready, number="利－1") == ["number"]


def test_an_audit_notice(paid):
    open_(paid, number="示审〔2026〕1号")

    assert refused(open_, paid, number="示审（2026）1号") == ["number"]


def test_a_slip_comes_back_once_as_found_money_or_under_a_claim(ready, found):
    enter(ready, found, move="recovered", number="缴-7")

    assert refused(enter, ready, found, move="recovered", number="缴－７") == ["number_taken"]
    enter(ready, found, move="proved", number="缴-7", amount="100.00")
    stage(ready, Stage.REVOKED)
    prepare(ready)
    approve(ready, R)
    assert refused(pay, ready, number="缴 - 7") == ["number_taken"]
    pay(ready, number="缴-8")
    assert refused(pay, ready, number="缴－8") == ["number_taken"]


def test_a_returned_slip_may_be_recorded_anew(ready, found):
    first = enter(ready, found, move="recovered", number="缴-7")
    operations.return_found_money(ready.project.pk, first.pk, actor=ready.finance, reason="金额有误", on=LATER)

    assert confirm(ready, enter(ready, found, move="recovered", number="缴-7")).state == "confirmed"


@pytest.mark.parametrize(
    ("move", "days", "expected"),
    [
        ("recovered", 1, ["before_finding"]),
        ("written_off", 1, ["before_finding"]),
        ("proved", 1, []),
        ("recovered", 0, []),
    ],
)
def test_money_comes_back_after_it_was_found_wrong(ready, found, move, days, expected):
    told = {"move": move, "happened_on": ON - timedelta(days=days)}

    assert (refused(enter, ready, found, **told) if expected else enter(ready, found, **told) and []) == expected
