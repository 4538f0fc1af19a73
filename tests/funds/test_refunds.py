"""冲销: the refund has its own day, its own voucher and its paper, or it is not posted."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from funds import operations
from funds.models import Voucher
from funds.rules import check_refund, takes_paper
from funds.verify import verify
from policy.findings import Refused
from projects.models import Attachment
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, recognise, submit, upload
from tests.seen import posted

PAID = date(2026, 1, 10)


def codes(found):
    return [one.code for one in found]


def refusal(act, *args, **given):
    with pytest.raises(Refused) as caught:
        act(*args, **given)
    return codes(caught.value.findings)


def back(world, paid, **changes):
    given = {"actor": world.clerk, "amount": Decimal(400), "reason": "退货退款", "on": ON} | changes
    return propose_reversal(world.project.pk, paid.pk, **given)


def judged(world, row, verdict="recognised", **given):
    told = {"actor": world.city_finance, "verdict": verdict, "opinion": "核对无误", "on": ON} | given
    return operations.judge_reversal(world.project.pk, row.pk, **told)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"paid_on": PAID}, []),
        ({"paid_on": date(2026, 1, 9)}, ["paid_on"]),
        ({"paid_on": date(2026, 3, 3)}, ["paid_on"]),
        ({"number": " "}, ["number"]),
        ({"number": "\u200b"}, ["number"]),
        ({"twin": "PZ-001"}, ["number"]),
    ],
    ids=["as it is", "the day it was paid", "the day before", "tomorrow", "blank", "nothing to see", "of a payment"],
)
def test_check_refund(changes, expected):
    given = {"paid_on": date(2026, 3, 2), "original_on": PAID, "on": date(2026, 3, 2), "number": "退-1", "twin": ""}
    assert codes(check_refund(**(given | changes))) == expected


@pytest.mark.parametrize(
    ("state", "reversal", "evidence", "expected"),
    [
        ("questioned", False, 1, True),
        ("submitted", False, 0, False),
        ("recognised", False, 0, False),
        ("submitted", True, 1, True),
        ("recognised", True, 0, True),
        ("recognised", True, 1, False),
        ("disallowed", True, 0, False),
    ],
)
def test_takes_paper(state, reversal, evidence, expected):
    assert takes_paper(state=state, reversal=reversal, evidence=evidence) is expected


def test_a_refund_stands_on_its_own_day_under_its_own_number(ready):
    paid = recognise(ready)

    row = back(ready, paid, paid_on=date(2026, 2, 3), number=" 退-7 ")
    same = refusal(back, ready, paid, number="ＰＺ－００１")
    judged(ready, row)

    row.refresh_from_db()
    assert (row.paid_on, row.number, row.recorded_on, row.state) == (date(2026, 2, 3), "退-7", ON, "recognised")
    assert same == ["number"]
    assert [file.name for file in Attachment.objects.filter(about="voucher", about_id=row.pk)] == ["退款回单.png"]


def test_without_paper_it_is_asked_for_and_not_posted(ready):
    row = back(ready, recognise(ready), uploads=[])

    bare = refusal(judged, ready, row)
    ask = operations.ask_for_paper(ready.project.pk, row.pk, actor=ready.city_finance, text="请补退款回单", on=ON)
    given = {"actor": ready.clerk, "answer": "", "uploads": [upload("回单.png")], "on": ON}
    operations.answer_ask(ready.project.pk, row.pk, ask.pk, **given)

    assert bare == ["evidence"]
    assert judged(ready, row).state == "recognised"


def test_a_refund_without_paper_may_still_be_refused(ready):
    assert judged(ready, back(ready, recognise(ready), uploads=[]), "disallowed").state == "disallowed"


def test_the_page_of_a_refund_offers_what_it_lacks(ready):
    row, pk = back(ready, recognise(ready), uploads=[]), ready.project.pk
    page = reverse("funds:voucher", args=[pk, row.pk])
    adds, asks = (reverse(f"funds:{name}", args=[pk, row.pk]) for name in ("voucher_evidence", "voucher_ask"))
    clerk, finance = client_of(ready.clerk), client_of(ready.city_finance)

    assert (adds in clerk.get(page).content.decode(), asks in clerk.get(page).content.decode()) == (True, False)
    assert (adds in finance.get(page).content.decode(), asks in finance.get(page).content.decode()) == (False, True)
    judge = reverse("funds:reversal_judge", args=[pk, row.pk])
    bare = posted(finance, judge, {"verdict": "recognised", "opinion": "我写的"})
    assert (bare.status_code, "本笔冲销没有凭证材料" in bare.content.decode()) == (422, True)
    assert "我写的" in bare.content.decode()
    assert clerk.post(adds, {"uploads": upload("回单.png")}).status_code == 302
    assert posted(finance, judge, {"verdict": "recognised"}).status_code == 302
    assert adds not in clerk.get(page).content.decode()


def test_a_refused_form_keeps_what_was_typed(ready):
    paid = recognise(ready)
    url = reverse("funds:voucher_reverse", args=[ready.project.pk, paid.pk])
    typed = {"amount": "400", "reason": "我写的理由", "paid_on": "2025-12-31", "number": "退-9"}

    answer = client_of(ready.clerk).post(url, typed)

    page = answer.content.decode()
    assert (answer.status_code, "早于原支出的支付日期 2026-01-10" in page) == (422, True)
    assert all(text in page for text in ("我写的理由", "退-9", "2025-12-31"))
    assert not Voucher.objects.exclude(reverses=None).exists()


def test_the_books_are_at_fault_where_a_refund_has_no_paper(ready):
    row = judged(ready, back(ready, recognise(ready)))
    sound = [fault.rule for fault in verify([ready.project]) if fault.grave]
    Attachment.objects.filter(about="voucher", about_id=row.pk).delete()

    [fault] = [one for one in verify([ready.project]) if one.grave]

    assert (sound, fault.rule, "没有冲销凭证" in fault.text) == ([], "L10", True)
    operations.add_evidence(ready.project.pk, row.pk, actor=ready.clerk, uploads=[upload("补.png")], on=ON)
    assert [one for one in verify([ready.project]) if one.grave] == []
    another = submit(ready, "5.00", "PZ-2")
    given = {"actor": ready.clerk, "uploads": [upload()], "on": ON}
    assert refusal(operations.add_evidence, ready.project.pk, another.pk, **given) == ["state"]
