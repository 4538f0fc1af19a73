"""A slip of the year is refused wherever money has a date, with words, before anything is computed from it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from funds.models import Voucher
from policy.findings import Refused
from tests.api.scene import ENTRY, below, upload
from tests.funds.audit_scene import find, open_
from tests.funds.found_scene import enter
from tests.funds.scene import ON, document_of, judge, record, submit
from tests.funds.scene import upload as picture
from tests.funds.test_assets import card
from tests.funds.test_contracts import contract_of
from tests.funds.test_documents import codes
from tests.funds.test_incomes import income

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return codes(found)


@pytest.mark.parametrize("day", [FIRST, date(1999, 12, 31)])
def test_a_payment(ready, client, day):
    assert "implausible_day" in refused(record, ready, paid_on=day)
    assert "implausible_day" in refused(record, ready, invoice_on=day)
    sent = ENTRY | {"paid_on": f"{day}"}
    assert upload(ready.clerk, below(ready, "payments/record/"), sent | {"uploads": picture()}).status_code == 409
    client.force_login(ready.clerk)
    answer = client.post(reverse("funds:voucher_new", args=[ready.project.pk]), sent | {"uploads": picture()})
    assert (answer.status_code, "请核对年份" in answer.content.decode()) == (422, True)
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_a_row_that_bears_such_a_day_already_breaks_no_page(ready, client, day):
    row = submit(ready, "1200000.00", number="PZ-9")
    Voucher.objects.filter(pk=row.pk).update(paid_on=day)
    client.force_login(ready.city_finance)

    for name, args in (("voucher", [row.pk]), ("voucher_judge", [row.pk]), ("payments", []), ("flags", [])):
        assert client.get(reverse(f"funds:{name}", args=[ready.project.pk, *args])).status_code == 200
    assert judge(ready, Voucher.objects.get(pk=row.pk), "returned").state == "returned"


@pytest.mark.parametrize(
    ("year", "right"), [(1999, False), (2000, True), (2100, True), (2101, False), (99999999, False)]
)
def test_the_year_of_the_money(ready, client, year, right):
    sent = ENTRY | {"fund_year": str(year), "number": "PZ-2"}
    client.force_login(ready.clerk)

    answer = client.post(
        reverse("funds:voucher_new", args=[ready.project.pk]), ENTRY | {"fund_year": str(year), "uploads": picture()}
    )
    assert (answer.status_code == 302) is right
    told = upload(ready.clerk, below(ready, "payments/record/"), sent | {"uploads": picture()})
    assert (told.status_code < 300) is right
    if not right:
        assert "implausible_year" in refused(record, ready, number="PZ-3", fund_year=year)


def test_everything_else_of_the_money(ready, found):
    assert "implausible_day" in refused(contract_of, ready, signed_on=FIRST)
    assert "implausible_day" in refused(contract_of, ready, retention=Decimal(1), retention_due_on=LAST)
    assert "implausible_day" in refused(card, ready, acquired_on=FIRST)
    assert "implausible_day" in refused(document_of, ready, number="示例9号", dated_on=FIRST)
    assert "implausible_day" in refused(income, ready, received_on=FIRST)
    assert "implausible_day" in refused(open_, ready, period_from=FIRST)
    assert "implausible_day" in refused(enter, ready, found, happened_on=FIRST)


def test_an_audit_and_the_term_of_its_findings(paid):
    case = open_(paid)

    assert refused(find, paid, case, due_on=LAST) == ["implausible_day"]


@pytest.mark.parametrize(("year", "right"), [(2024, False), (2025, True), (2026, True), (2027, False), (2100, False)])
def test_a_first_issue_is_of_its_own_year_or_the_next(world, year, right):
    """Dated 2025-09-01."""
    if right:
        assert document_of(world, fiscal_year=year, on=ON).fiscal_year == year
    else:
        assert "fiscal_year" in refused(document_of, world, fiscal_year=year)
