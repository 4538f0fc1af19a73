"""三方对账: every row in exactly one pair; only differences are shown, each with a reason that lasts."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from funds import operations
from funds.models import Explanation, Statement, StatementRow
from funds.queries.reconciliation import reconcile
from funds.queries.tasks_audits import audit_tasks
from funds.rules.reconciliation import (
    BOOKS,
    MATCHED,
    SIDES,
    SYSTEM,
    TREASURY,
    Line,
    key_of,
    pair,
    plain_number,
    sums_of,
)
from funds.rules.statements import read_statement
from policy.findings import Refused
from policy.terms import Source
from projects.together import Together
from tests.funds.scene import ON, recognise, submit
from workbooks.writer import Sheet, xlsx

FROM, TO = date(2026, 1, 1), date(2026, 1, 31)
JAN = date(2026, 1, 10)
HEADERS = ("凭证字号", "支付日期", "支付金额", "收款人", "用途")


def url(name, *args):
    return reverse(f"funds:{name}", args=args)


def line(side, ref, number, amount, on=JAN, **more):
    return Line(side, ref, number, on, Decimal(amount), **more)


def book(rows, headers=HEADERS):
    content = xlsx([Sheet("清单", headers, [[n, on, Decimal(a), "示例公司", "设备款"] for n, on, a in rows])])
    return SimpleUploadedFile("清单.xlsx", content)


def upload_list(world, rows, actor=None, side=None, **changes):
    actor = actor or world.clerk
    side = side or ("books" if actor == world.clerk else "treasury")
    given_ = {"period_from": FROM, "period_to": TO, "upload": book(rows), "on": ON} | changes
    return operations.upload_statement(world.project.pk, actor=actor, side=side, **given_)


# Pairing


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("记-001", "记1", True),
        ("ＰＺ－０１", "pz-1", True),
        ("26-1", "2-61", False),
        ("记1", "付1", False),
        ("100", "1", False),
    ],
)
def test_plain_number(one, other, same):
    assert (plain_number(one) == plain_number(other)) is same


THREE = (SYSTEM, BOOKS, TREASURY)
NOT_BEFORE = date(2025, 12, 30)


@pytest.mark.parametrize(
    ("lines", "elsewhere", "kinds"),
    [
        ([line(SYSTEM, 1, "记-01", 5), line(BOOKS, 1, "记1", 5), line(TREASURY, 1, "记001", 5)], {}, ["matched"]),
        ([line(SYSTEM, 1, "1", 5), line(BOOKS, 1, "1", 2), line(BOOKS, 2, "1", 3), line(TREASURY, 1, "1", 5)], {},
         ["matched"]),
        ([line(SYSTEM, 1, "1", 5), line(BOOKS, 1, "1", "5.01"), line(TREASURY, 1, "1", 5)], {}, ["amount"]),
        ([line(SYSTEM, 1, "1", 5), line(BOOKS, 1, "1", 5)], {}, ["missing"]),
        ([line(SYSTEM, 1, "1", 5), line(BOOKS, 1, "1", 5)], {(TREASURY, "1", Decimal(5)): NOT_BEFORE}, ["other_period"]),
        ([line(SYSTEM, 1, "1", 5), line(BOOKS, 1, "1", 5), line(TREASURY, 1, "T9", 5)], {}, ["matched"]),
        ([line(SYSTEM, 1, "1", 5), line(BOOKS, 1, "1", 5), line(TREASURY, 1, "T9", 5), line(TREASURY, 2, "T8", 5)], {},
         ["missing"] * 3),
        ([line(SYSTEM, 1, "1", 5, fiscal=False), line(BOOKS, 1, "1", 5)], {}, ["matched"]),
        ([line(BOOKS, 1, "记1", 5), line(BOOKS, 2, "记1", 5, date(2026, 2, 1))], {}, ["missing"] * 2),
        ([line(SYSTEM, 1, "1", 5, date(2026, 1, 31)), line(BOOKS, 1, "1", 5, date(2026, 2, 1)),
          line(TREASURY, 1, "1", 5, date(2026, 2, 1))], {}, ["matched"]),
        ([line(SYSTEM, 1, "1冲1", -5), line(BOOKS, 1, "1冲1", -5), line(TREASURY, 1, "1冲1", -5)], {}, ["matched"]),
    ],
    ids=["written otherwise", "split in two lines", "one cent", "missing", "in another period", "other number, same day",
         "two that fit", "own money", "numbers start anew", "next month, same voucher", "reversal"],
)  # fmt: skip
def test_pair(lines, elsewhere, kinds):
    assert [one.kind for one in pair(lines, sides=THREE, elsewhere=elsewhere)] == kinds


@pytest.mark.parametrize(
    ("system", "books", "treasury", "kind", "said"),
    [
        ("设备", "设备", "设备", "matched", ""),
        ("设备", "", "设备", "matched", ""),
        ("设备", "课程", "", "category", "支出类别不一致：本系统「设备」，单位辅助账「课程」"),
        ("设备", "设备", "课程", "category", "本系统「设备」，单位辅助账「设备」，财政支付清单「课程」"),
    ],
    ids=["one category", "a side that does not say", "the unit's books differ", "the treasury's list differs"],
)
def test_a_payment_booked_under_another_category_is_a_difference(system, books, treasury, kind, said):
    words = {SYSTEM: system, BOOKS: books, TREASURY: treasury}

    [one] = pair([line(side, 1, "1", 5, category=word) for side, word in words.items()], sides=THREE)

    assert one.kind == kind
    assert kind == "matched" or said in one.said()


def test_a_category_that_differs_is_shown_and_its_reason_lasts_until_it_changes(ready):
    submit(ready, "50.00", "记-2")
    headers = (*HEADERS[:3], "收款人", "科目")

    def books(word):
        content = xlsx([Sheet("清单", headers, [["记2", JAN, Decimal(50), "示例公司", word]])])
        upload_list(ready, [], upload=SimpleUploadedFile("清单.xlsx", content))
        return reconcile(ready.project, FROM, TO).differences

    assert books("购置技能研修实训设备") == ()
    assert books("其他应付款") == ()
    [found] = books("聘用指导教师")
    assert "单位辅助账「聘用指导教师」" in found.pair.said()
    explain(ready, found.key, "wrong_category")
    assert books("聘用指导教师")[0].explanation.reason == "wrong_category"
    assert books("完善培训基础设施")[0].explanation is None


def test_a_side_that_handed_in_nothing_is_not_asked():
    assert [one.kind for one in pair([line(SYSTEM, 1, "1", 5), line(BOOKS, 1, "1", 5)], sides=(SYSTEM, BOOKS))] == [
        MATCHED
    ]


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(SIDES), st.sampled_from(["1", "01", "记1", "2", "3-1", "T9"]),
                  st.integers(-3, 3), st.integers(1, 12), st.booleans()),
        max_size=25,
    )
)  # fmt: skip
def test_matched_and_differences_account_for_every_row_once_and_sums_balance(rows):
    lines = [
        line(side, ref, number, amount, date(2026, 1 + day // 7, day), fiscal=own or side != SYSTEM)
        for ref, (side, number, amount, day, own) in enumerate(rows)
    ]

    pairs = pair(lines, sides=THREE)
    sums = sums_of(pairs, [])

    assert sorted(one.ref for found in pairs for one in found.lines) == list(range(len(lines)))
    assert sums.matched + sums.differences == len(pairs)
    for side in SIDES:
        assert sums.totals[side] == sum((one.amount for one in lines if one.side == side), Decimal(0))
    assert sums.gaps[BOOKS] == sums.totals[BOOKS] - sums.totals[SYSTEM]
    keys = [key_of(one, FROM, TO) for one in pairs if one.kind != MATCHED]
    assert all(len(key) <= 120 for key in keys)


def test_a_long_number_still_has_a_short_key():
    one = pair([line(SYSTEM, 1, "记1付2" * 10, "99999999999.99")], sides=THREE)[0]

    assert len(key_of(one, FROM, TO)) <= 120


# Reading


def test_headers_are_read_tolerantly():
    content = book([("记-1", JAN, "5.00")]).read()

    found = read_statement(content, start=FROM, end=TO)

    assert [(one.number, one.paid_on, one.amount, one.payee) for one in found.rows] == [
        ("记-1", JAN, Decimal("5.00"), "示例公司")
    ]


def test_every_fault_is_said_with_its_cell_and_nothing_is_written(ready):
    bad = xlsx([Sheet("清单", HEADERS, [["", JAN, "十元", "", ""], ["记2", date(2026, 2, 1), Decimal(1), "", ""]])])

    found = read_statement(bad, start=FROM, end=TO)
    with pytest.raises(Refused, match="清单有 3 处错误，没有写入"):
        upload_list(ready, [], upload=SimpleUploadedFile("清单.xlsx", bad))

    assert [one.cells for one in found.findings if one.blocks] == [("A2",), ("C2",), ("B3",)]
    assert not Statement.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a workbook"], ids=["empty", "text"])
def test_what_is_no_workbook_is_refused(ready, content):
    with pytest.raises(Refused):
        upload_list(ready, [], upload=SimpleUploadedFile("清单.xlsx", content))
    assert not Statement.objects.exists()


# Acts


def test_each_side_is_handed_in_by_its_own_people(ready):
    with pytest.raises(Refused, match="单位上传项目辅助账"):
        upload_list(ready, [("1", JAN, "1")], side="treasury")
    with pytest.raises(Refused, match="财政部门上传财政支付清单"):
        upload_list(ready, [("1", JAN, "1")], actor=ready.city_finance, side="books")
    with pytest.raises(PermissionDenied):
        upload_list(ready, [("1", JAN, "1")], actor=ready.leader)


def test_only_differences_are_shown_with_three_totals(ready):
    recognise(ready, "100.00", "记-1")
    submit(ready, "50.00", "记-2")
    submit(ready, "7.00", "记-3", source=Source.OWN)
    upload_list(ready, [("记1", JAN, "100"), ("记2", JAN, "55"), ("记3", JAN, "7")])
    upload_list(ready, [("记1", JAN, "100"), ("记2", JAN, "50")], actor=ready.city_finance)

    found = reconcile(ready.project, FROM, TO)

    assert [(one.pair.number, one.pair.said()) for one in found.differences] == [("记-2", "金额不一致")]
    assert dict(found.sums.totals) == {SYSTEM: 157, BOOKS: 162, TREASURY: 150}
    assert (found.sums.matched, found.sums.matched_amount, found.sums.own) == (2, 107, 7)
    assert (found.sums.gaps[BOOKS], found.sums.gaps[TREASURY]) == (5, 0)


def explain(world, key, reason="in_transit", note=""):
    return operations.explain_difference(
        world.project.pk, actor=world.clerk, start=FROM, end=TO, key=key, reason=reason, note=note, on=ON
    )


def test_a_reason_lasts_over_uploads_and_ends_with_other_amounts(ready):
    submit(ready, "50.00", "记-2")
    upload_list(ready, [("记2", JAN, "55")])
    first = reconcile(ready.project, FROM, TO)
    explain(ready, first.differences[0].key)

    upload_list(ready, [("记2", JAN, "55")])
    again = reconcile(ready.project, FROM, TO)
    upload_list(ready, [("记2", JAN, "56")])
    changed = reconcile(ready.project, FROM, TO)

    assert again.differences[0].explanation.reason == "in_transit"
    assert (again.sums.unexplained, again.sums.unexplained_gap(BOOKS)) == (0, 0)
    assert changed.differences[0].explanation is None
    assert changed.sums.unexplained_gap(BOOKS) == 6
    assert Statement.objects.filter(superseded=False).count() == 1
    assert StatementRow.objects.count() == 3


def test_a_new_reason_takes_the_place_of_the_old_which_stays_readable(ready):
    upload_list(ready, [("记2", JAN, "55")])
    key = reconcile(ready.project, FROM, TO).differences[0].key
    explain(ready, key)
    with pytest.raises(Refused, match="请写明说明"):
        explain(ready, key, "other")
    explain(ready, key, "wrong_category", "记入房租")

    assert list(Explanation.objects.order_by("pk").values_list("reason", "withdrawn_on")) == [
        ("in_transit", ON), ("wrong_category", None),
    ]  # fmt: skip
    with pytest.raises(Refused, match="已不存在"):
        explain(ready, "别的")


def test_a_row_of_another_period_is_named_as_such(ready):
    submit(ready, "50.00", "记-2", paid_on=date(2025, 12, 31))
    upload_list(ready, [("记2", JAN, "50")])

    assert reconcile(ready.project, FROM, TO).differences[0].pair.said() == "本系统记在 2025-12-31"


def test_the_other_side_is_asked_for_its_list(ready):
    upload_list(ready, [("1", JAN, "1")])

    assert [task.title for task in audit_tasks(ready.city_finance, Together())] == ["上传财政支付清单"]
    upload_list(ready, [("1", JAN, "1")], actor=ready.city_finance)
    assert [task.title for task in audit_tasks(ready.city_finance, Together())] == []


# Pages


def test_the_way_by_pages(ready, client):
    pk = ready.project.pk
    submit(ready, "50.00", "记-2")
    client.force_login(ready.clerk)
    typed = {"period_from": "2026-01-01", "period_to": "2026-01-31"}

    bad = client.post(url("statement_upload", pk), typed | {"upload": book([("记2", date(2026, 2, 2), "5")])})
    good = client.post(url("statement_upload", pk), typed | {"upload": book([("记2", JAN, "55")])})
    page = client.get(good.url)
    key = page.context["differences"][0].key
    explain_at = f"{url('reconcile_explain', pk)}?start=2026-01-01&end=2026-01-31&key={key}"
    refused = client.post(explain_at, {"reason": "other", "note": ""})
    done = client.post(explain_at, {"reason": "in_transit", "note": "月底在途"})

    assert bad.status_code == 422
    assert "B2" in bad.content.decode()
    assert "2026-01-01" in bad.content.decode()
    assert "金额不一致" in page.content.decode()
    assert refused.status_code == 422
    assert done.url == good.url
    assert "月底在途" in client.get(url("reconcile_sheet", pk)).content.decode()
    rows = list(load_workbook(BytesIO(client.get(url("reconcile_export", pk)).content))["差异"].values)
    assert rows[2][4:9] == (50, 55, None, "金额不一致", "在途")


@pytest.mark.parametrize("query", ["", "?start=x&end=2026-01-31", "?start=2026-02-01&end=2026-01-01"])
def test_a_period_that_cannot_be_read_is_the_newest(ready, client, query):
    client.force_login(ready.hr)

    empty = client.get(url("reconcile", ready.project.pk) + query)
    assert empty.status_code == 200
    assert client.get(url("reconcile_sheet", ready.project.pk) + query).status_code == 409
    upload_list(ready, [("1", JAN, "1")])
    assert client.get(url("reconcile", ready.project.pk) + query).context["found"].start == FROM


def test_a_difference_that_is_gone_says_where_to_go(ready, client):
    client.force_login(ready.clerk)

    answer = client.get(url("reconcile_explain", ready.project.pk))

    assert (answer.status_code, "请回到对账页" in answer.content.decode()) == (409, True)


def test_statements_do_not_grow_with_the_rows(ready):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            reconcile(ready.project, FROM, TO)
        return len(asked)

    upload_list(ready, [("1", JAN, "1")])
    one = cost()
    upload_list(ready, [(str(number), JAN, "1") for number in range(1, 60)])
    assert cost() == one
