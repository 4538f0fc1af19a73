"""Who signs, decides or writes over something does so on what the page showed: a stale page changes nothing."""

import re

import pytest
from django.test import Client

from accounts.models import Entry
from tests.funds.batch_scene import WORKDAY, gather
from tests.funds.scene import record, submit
from tests.funds.stale_scene import ACTS, SAID, at, judging, rewritten, signing, submitting
from tests.seen import posted, seen_on

AGAIN = "请重新查看后再办理"


def client_of(world, who):
    client = Client()
    client.force_login(getattr(world, who))
    return client


def last():
    entry = Entry.objects.order_by("-seq").first()
    return entry.verb, entry.result


@pytest.mark.parametrize("name", list(ACTS))
def test_an_act_on_what_has_changed_since_is_refused_and_may_be_done_anew(world, name):
    act = ACTS[name](world)
    client, url = client_of(world, act.who), act.url or act.page
    seen = seen_on(client, act.page)
    act.change()

    client.post(url, act.data | {"seen": seen})

    entry = Entry.objects.order_by("-seq").first()
    assert (bool(seen), entry.verb, entry.result, AGAIN in entry.text) == (True, act.verb, "refused", True)
    answer = posted(client, url, act.data, page=act.page)
    said = Entry.objects.order_by("-seq").first().text
    assert (answer.status_code, last()) == (302, (act.verb, "ok")), said


@pytest.mark.parametrize("name", list(ACTS))
def test_an_act_that_says_nothing_of_what_it_saw_is_refused(world, name):
    act = ACTS[name](world)

    client_of(world, act.who).post(act.url or act.page, act.data)

    entry = Entry.objects.order_by("-seq").first()
    assert (entry.verb, entry.result, "刷新页面" in entry.text) == (act.verb, "refused", True)


def test_the_refusal_says_who_changed_what_and_keeps_what_was_typed(world):
    act = judging(world)
    client = client_of(world, act.who)
    seen = seen_on(client, act.page)
    act.change()

    answer = client.post(act.page, SAID | {"opinion": "我写的意见", "seen": seen})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf"您打开页面以后，{world.leader}已于 \d{{4}}-\d\d-\d\d \d\d:\d\d “提交支出”", page)
    assert ("我写的意见" in page, "2,000.00" in page) == (True, True)


def test_a_stale_form_names_what_stands_beside_each_field_that_differs(world):
    act = ACTS["editing"](world)
    client = client_of(world, act.who)
    seen = seen_on(client, act.page)
    act.change()

    page = client.post(act.page, act.data | {"seen": seen}).content.decode()

    assert "我改的收款方" in page
    assert page.count("与现存内容不同，现存：") == page.count("与现存内容不同，现存：同事改的收款方")


def test_the_page_to_sign_lists_every_row_and_their_sum(world):
    act = signing(world)
    act.change()

    page = client_of(world, "leader").get(act.page).content.decode()

    assert all(text in page for text in ("PZ-1", "PZ-2", "合计 2 笔", "88,010.00", "共 2 笔、合计 88,010.00 元"))


def test_what_says_nothing_of_a_payment_makes_no_page_stale(world):
    """Negative: another payment, or the batch it was put in, is no reason to send anybody back."""
    act = submitting(world)
    client = client_of(world, "leader")
    seen = seen_on(client, act.page)
    submit(world, "70.00", "PZ-other")
    gather(world, world.project.vouchers.get(number="PZ-001"))

    client.post(act.url, {"seen": seen})

    assert last() == ("提交支出", "ok")


def test_a_page_costs_the_same_however_many_rows_are_signed(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act = signing(world)
    client = client_of(world, "leader")
    client.get(act.page)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(act.page)
    gather(world, *(record(world, "5.00", f"PZ-{n}", **WORKDAY) for n in (3, 4)))

    with django_assert_num_queries(len(one)):
        client.get(act.page)


def test_every_form_of_a_payment_carries_the_same_word(world):
    act = submitting(world)
    voucher = world.project.vouchers.get()
    page, edit = act.page, at(world, "voucher_edit", voucher.pk)

    assert seen_on(client_of(world, "leader"), page) == seen_on(client_of(world, "clerk"), edit)
    rewritten(world, voucher, abstract="改了摘要")
    assert seen_on(client_of(world, "leader"), page) != ""
