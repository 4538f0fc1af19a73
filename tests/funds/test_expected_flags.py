"""预计疑点: the preview of a workbook says what the submission of its rows will raise, by the same rules."""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds import operations
from funds.models import Flag, Voucher
from funds.queries.expected_flags import expected_flags
from tests.funds.import_scene import GOOD, confirm, keep, read, url, workbook
from tests.funds.scene import ON, recognise, upload

PLAIN = GOOD | {"付款日期": "2026-02-10"}
INVOICE = {"发票号码": "26222000000000000011", "开票方": "示例建筑公司", "发票总额": 1000}


def preview(world, *rows):
    rows = [PLAIN | row for row in rows]
    found = read(world, workbook(rows, headers=tuple(dict.fromkeys(key for row in rows for key in row))))
    return found, expected_flags(found, world.project, ON)


def said(flags):
    return [[str(one.rule) for one in row] for row in flags]


def raised(world):
    """What is raised when the rows are recorded and submitted after all."""
    rows = Flag.objects.filter(voucher__isnull=False).order_by("voucher__number", "pk")
    return {number: sorted(Flag.objects.filter(voucher__number=number).values_list("rule", flat=True))
            for number in rows.values_list("voucher__number", flat=True)}  # fmt: skip


def test_rows_of_one_file_are_seen_beside_each_other(ready):
    _, flags = preview(ready, INVOICE | {"凭证号": "记-1"}, INVOICE | {"凭证号": "记-2"}, {"凭证号": "记-3"})

    assert said(flags) == [["invoice"], ["invoice"], []]
    assert "超过发票总额 1,000.00 元" in flags[0][0].message


def test_what_is_recorded_already_counts(ready):
    recognise(ready, number="旧-1", invoice_number="26222000000000000011", invoice_seller="示例建筑公司",
              invoice_total=Decimal(1000))  # fmt: skip

    _, flags = preview(ready, INVOICE | {"凭证号": "记-1"})

    assert said(flags) == [["invoice"]]


def test_the_preview_says_what_the_submission_raises(ready):
    """Every rule that a row can meet at once: the forecast is the outcome."""
    limit = ready.project.edition.number("second_signature_yuan")
    share = Decimal(limit) * Decimal("0.6")
    rows = [
        {"凭证号": "记-1", "付款日期": "2026-03-01", "支付方式": "现金", "金额（元）": 50_000, "收款单位": "甲单位"},
        {"凭证号": "记-2", "付款日期": "2026-02-10", "金额（元）": share, "收款单位": "乙公司", "用途类别": "购置技能研修实训设备"},
        {"凭证号": "记-3", "付款日期": "2026-02-11", "金额（元）": share, "收款单位": "乙公司", "用途类别": "购置技能研修实训设备"},
        {"凭证号": "记-4", "收款单位": ready.clerk.name, "金额（元）": 12},
        INVOICE | {"凭证号": "记-5"}, INVOICE | {"凭证号": "记-6"}, {"凭证号": "记-7", "付款日期": "2025-07-03", "金额（元）": 20},
    ]  # fmt: skip
    rows = [PLAIN | row for row in rows]
    content = workbook(rows, headers=tuple(dict.fromkeys(key for row in rows for key in row)))
    found = read(ready, content)
    flags = expected_flags(found, ready.project, ON)
    expected = {
        line.number: sorted(str(one.rule) for one in row) for line, row in zip(found.lines, flags, strict=True) if row
    }

    confirm(ready, keep(ready, content))
    for voucher in Voucher.objects.order_by("pk"):
        operations.edit_voucher(ready.project.pk, voucher.pk, actor=ready.clerk, on=ON, **entry_of(voucher))
        operations.submit_voucher(ready.project.pk, voucher.pk, actor=ready.leader, on=ON)

    assert {rule for rules in expected.values() for rule in rules} >= {
        "cash",
        "day_off",
        "split",
        "staff",
        "invoice",
        "period",
    }
    assert raised(ready) == expected


def entry_of(voucher):
    names = ("number", "paid_on", "category", "source", "amount", "payee", "abstract", "pay_way", "invoice_number",
             "invoice_seller", "invoice_total")  # fmt: skip
    return {name: getattr(voucher, name) for name in names} | {"uploads": [upload()]}


def test_rows_that_are_not_recorded_raise_nothing(ready):
    _, flags = preview(ready, INVOICE | {"凭证号": "记-1", "金额（元）": "十二万"}, INVOICE | {"凭证号": "记-2"})

    assert said(flags) == [[], []]


def test_it_takes_the_same_statements_for_one_row_and_for_forty_and_writes_nothing(ready):
    def statements(count):
        rows = [INVOICE | PLAIN | {"凭证号": f"记-{number}"} for number in range(count)]
        found = read(ready, workbook(rows, headers=tuple(rows[0])))
        with CaptureQueriesContext(connection) as captured:
            expected_flags(found, ready.project, ON)
        return len(captured)

    assert statements(1) == statements(40)
    assert not Flag.objects.exists()


def test_the_page_shows_them_by_row(ready, client):
    client.force_login(ready.clerk)
    rows = [PLAIN | INVOICE | {"凭证号": f"记-{number}"} for number in (1, 2)] + [PLAIN | {"凭证号": "记-3"}]
    kept = keep(ready, workbook(rows, headers=tuple(rows[0])), on=date(2026, 3, 2))

    page = client.get(url("import_preview", ready.project.pk, kept.pk))

    text = page.content.decode()
    assert "其中 2 笔预计有疑点" in text
    assert text.count("同一发票超过发票总额") == 2
    assert "预计疑点" in text
    assert not Flag.objects.exists()


def test_of_a_long_file_the_rows_of_the_page_are_looked_at_beside_all(ready, client, monkeypatch):
    monkeypatch.setattr("funds.views.imports.COUNTED_ROWS", 20)
    client.force_login(ready.clerk)
    rows = [PLAIN | INVOICE | {"凭证号": f"记-{number}"} for number in range(21)]
    kept = keep(ready, workbook(rows, headers=tuple(rows[0])), on=date(2026, 3, 2))

    first, second = (
        client.get(url("import_preview", ready.project.pk, kept.pk), {"page": page, "size": 20}).content.decode()
        for page in (1, 2)
    )

    assert (first.count("同一发票超过发票总额"), second.count("同一发票超过发票总额")) == (20, 1)
    assert "列支 21,000.00 元" in second
    assert "预计疑点逐页列出" in second


def test_a_file_without_rows_has_a_preview(ready, client):
    client.force_login(ready.clerk)
    kept = keep(ready, workbook([], headers=tuple(GOOD)))

    page = client.get(url("import_preview", ready.project.pk, kept.pk))

    assert (page.status_code, "没有读到支出" in page.content.decode()) == (200, True)
