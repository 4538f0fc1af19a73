"""支出明细: what a filter finds is what is listed, added up and exported, and no more than the reader reaches."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Entry
from funds.models import Flag, Voucher
from funds.queries import payments as payments_query
from funds.queries.payments import NEWEST, chosen, payments_for
from policy.terms import NodeKind, VoucherState
from projects import exports
from tests import factories as make
from tests.funds.scene import judge, recognise, record, submit

pytestmark = pytest.mark.django_db
ALL = reverse("funds:all_payments")


@pytest.fixture
def listed(ready):
    recognise(ready, "1000.00", "PZ-1", paid_on=date(2026, 1, 12))  # a working day: no 疑点 of its own
    judge(ready, submit(ready, "20.00", "PZ-2", paid_on=date(2025, 12, 31), payee="示例教材公司"), "questioned")
    record(ready, "3.50", "PZ-3", category="courses", source="own")
    Voucher.objects.filter(number="PZ-2").update(entry_type="ordinary")
    Voucher.objects.filter(number="PZ-3").update(entry_type="late", state="returned")
    Flag.objects.create(
        project=ready.project,
        voucher=Voucher.objects.get(number="PZ-2"),
        rule="r",
        message="m",
        raised_on=date(2026, 1, 1),
    )
    return ready


def numbers(answer):
    return sorted(voucher.number for voucher in answer.context["vouchers"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["PZ-1", "PZ-2", "PZ-3"]),
        ("?state=questioned", ["PZ-2"]),
        ("?category=courses", ["PZ-3"]),
        ("?source=own", ["PZ-3"]),
        ("?year=2025", ["PZ-2"]),
        ("?year=2026&quarter=1", ["PZ-1", "PZ-3"]),
        ("?year=2026&quarter=2", []),
        ("?start=2025-12-31&end=2025-12-31", ["PZ-2"]),
        ("?least=20&most=1000", ["PZ-1", "PZ-2"]),
        ("?least=20.01", ["PZ-1"]),
        ("?flagged=yes", ["PZ-2"]),
        ("?flagged=no", ["PZ-1", "PZ-3"]),
        ("?late=yes", ["PZ-3"]),
        ("?late=no", ["PZ-1", "PZ-2"]),
        ("?known=2026-03-02", ["PZ-1"]),
        ("?known=2026-03-01", []),
        ("?known=2026-03-02&end=2026-01-11", []),
        ("?q=教材", ["PZ-2"]),
        ("?q=PZ 教材", ["PZ-2"]),
        ("?state=nothing&least=x&year=-3&start=no&page=99&size=7", ["PZ-1", "PZ-2", "PZ-3"]),
    ],
)
def test_each_condition_finds_its_payments_on_both_lists(listed, client, query, expected):
    client.force_login(listed.finance)

    of_one = client.get(reverse("funds:payments", args=[listed.project.pk]) + query)
    of_all = client.get(ALL + query)

    assert (of_one.status_code, of_all.status_code) == (200, 200)
    assert numbers(of_one) == numbers(of_all) == expected
    assert of_all.context["totals"].amount == sum((one.signed_amount for one in of_all.context["vouchers"]), Decimal(0))


def test_the_unit_or_the_project_is_found_by_name(listed, client):
    client.force_login(listed.finance)

    assert len(numbers(client.get(f"{ALL}?unit={listed.unit.name}"))) == 3
    assert numbers(client.get(f"{ALL}?unit={listed.sibling.name}")) == []


def test_nobody_lists_or_exports_what_lies_out_of_reach(listed, client):
    elsewhere = make.node("示例三市", NodeKind.CITY, listed.province)
    client.force_login(make.user("U1", make.organisation(elsewhere)))

    assert numbers(client.get(ALL)) == []
    assert rows_in(client.get(reverse("funds:all_payments_export"))) == []
    for name in ("payments", "payments_export"):
        assert client.get(reverse(f"funds:{name}", args=[listed.project.pk])).status_code == 404


def rows_in(answer):
    from openpyxl import load_workbook

    sheet = load_workbook(BytesIO(answer.content)).active
    return [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[3]]


def test_the_export_holds_exactly_the_filter_and_is_written_into_the_journal(listed, client):
    client.force_login(listed.finance)

    answer = client.get(reverse("funds:payments_export", args=[listed.project.pk]) + "?year=2026")

    rows = rows_in(answer)
    line = Entry.objects.filter(verb="导出支出明细").get()
    assert sorted(row[3] for row in rows) == ["PZ-1", "PZ-3"]
    assert sorted(row[13] for row in rows) == [3.5, 1000]
    assert (line.actor, dict(line.changes)["rows"]) == (listed.finance, 2)
    assert "支付年度：2026" in dict(line.changes)["filter"]


def test_a_large_export_is_for_few_and_for_a_reason(listed, client, monkeypatch):
    monkeypatch.setattr(exports, "FEW", 2)
    export = reverse("funds:all_payments_export")
    client.force_login(listed.city_finance)
    refused = client.get(export)
    client.force_login(listed.finance)
    asked = client.get(export)
    given = client.get(export, {"reason": "年度决算核对"})

    assert (refused.status_code, asked.status_code, given.status_code) == (409, 409, 200)
    assert "请缩小查询条件" in refused.content.decode()
    assert "写明用途" in asked.content.decode()
    assert "年度决算核对" in Entry.objects.filter(verb="导出支出明细").get().text


@pytest.mark.parametrize("name", ["payments", "all_payments"])
def test_a_list_costs_the_same_for_one_payment_and_for_many(ready, client, name):
    client.force_login(ready.finance)
    page = reverse(f"funds:{name}", args=[ready.project.pk] if name == "payments" else [])

    def cost():
        with CaptureQueriesContext(connection) as spent:
            assert client.get(page).status_code == 200
        return len(spent)

    submit(ready, "1.00", "PZ-0")
    cost()
    first = cost()
    for number in range(1, 4):
        submit(ready, "1.00", f"PZ-{number}")

    assert cost() == first


def test_pages_hold_twenty_rows_and_reach_the_last(ready, client):
    template = submit(ready, "1.00", "PZ-0")
    Voucher.objects.bulk_create(
        Voucher(
            project=ready.project, number=f"N-{number}", paid_on=date(2026, 1, 1), category="equipment", source="central",
            abstract="x", payee="y", amount=Decimal(1), recorded_by=template.recorded_by, recorded_on=date(2026, 1, 1),
            state="submitted",
        )
        for number in range(25)
    )  # fmt: skip
    client.force_login(ready.finance)

    pages = [len(numbers(client.get(f"{ALL}?page={page}"))) for page in (1, 2)]

    assert pages == [20, 6]
    assert len(numbers(client.get(f"{ALL}?size=50"))) == 26


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_a_word_is_looked_for_in_an_index_alone():
    drafts = Q(state=VoucherState.DRAFT)
    found = Voucher.objects.filter(~drafts, chosen({"q": "公司7"}), amount__gt=0)

    assert "SCAN funds_voucher USING COVERING INDEX voucher_words" in found.order_by(*NEWEST).values("pk").explain()


@pytest.mark.parametrize("many", [1, 10], ids=["read in the order of the book", "found by project"])
def test_few_projects_or_many_list_the_same_payments(listed, monkeypatch, many):
    monkeypatch.setattr(payments_query, "MANY", many)
    Voucher.objects.filter(number="PZ-2").update(project=listed.sibling)

    reached = {user: payments_for(user, {}).order_by("number") for user in (listed.clerk, listed.finance)}

    assert [row.number for row in reached[listed.clerk]] == ["PZ-1", "PZ-3"]
    assert [row.number for row in reached[listed.finance]] == ["PZ-1", "PZ-2", "PZ-3"]
