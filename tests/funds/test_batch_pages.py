"""报账批次: its pages."""

import pytest
from django.test import Client
from django.urls import reverse

from funds import operations, queries
from funds.models import Batch
from tests import factories as make
from tests.funds.batch_scene import WORKDAY, gather, signed
from tests.funds.scene import ON, record, submit
from tests.seen import posted

# The pages


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def at(name, world, *more):
    return reverse(f"funds:{name}", args=[world.project.pk, *more])


def test_a_batch_goes_its_way_through_the_pages(ready):
    rows = [
        record(ready, amount, f"PZ-{n}", **WORKDAY) for n, amount in enumerate(["100000.00", "5000.00", "6000.00"], 1)
    ]
    clerk, leader, finance = client_of(ready.clerk), client_of(ready.leader), client_of(ready.city_finance)

    assert "PZ-1" in clerk.get(at("batches", ready)).content.decode()
    clerk.post(at("batch_gather", ready), {"vouchers": [one.pk for one in rows], "title": "三月"})
    batch = Batch.objects.get()
    assert "移出" in clerk.get(at("batch", ready, batch.pk)).content.decode()
    assert "抽样种子" in leader.get(at("batch_sign", ready, batch.pk)).content.decode()
    answer = posted(leader, at("batch_sign", ready, batch.pk), follow=True)
    assert "3 笔已提交" in answer.content.decode()
    assert "达到限额" not in answer.content.decode()  # the unit learns the draw when it is over

    page = finance.get(at("batch_review", ready, batch.pk)).content.decode()
    assert "还有 3 笔须由您查看" in page
    assert "达到限额" in page
    assert posted(finance, at("batch_pass", ready, batch.pk), {"opinion": ""}).status_code == 422
    for one in rows:
        finance.post(at("batch_seen", ready, batch.pk), {"voucher": one.pk})
    answer = posted(finance, at("batch_pass", ready, batch.pk), {"opinion": "同意"}, follow=True)
    assert "3 笔已认定或初审同意" in answer.content.decode()

    batch.refresh_from_db()
    sheet = client_of(ready.leader).get(at("batch_sheet", ready, batch.pk)).content.decode()
    assert batch.state == "passed"
    assert all(text in sheet for text in (batch.seed, "HMAC-SHA256", "达到限额", str(ready.city_finance)))


def test_who_may_not_judge_the_batch_is_told_why_and_finds_its_buttons_closed(ready):
    batch = signed(ready, "10.00")
    links = [at(name, ready, batch.pk) for name in ("batch_pass", "batch_return")]

    for name in ("batch", "batch_review"):
        page = client_of(ready.finance).get(at(name, ready, batch.pk)).content.decode()
        assert (
            f"本单位的支出由所在地财政部门审核；其无人可办时才由省财政厅审核。请联系{ready.city_office.name}。" in page
        )
        assert ("逐笔查看" in page, "逐笔审核" in page) == (name == "batch", False)
        assert not [link for link in links if f'href="{link}"' in page]
        page = client_of(ready.city_finance).get(at(name, ready, batch.pk)).content.decode()
        assert [link for link in links if f'href="{link}"' in page] == links


def test_a_verdict_on_the_review_page_comes_back_to_it(ready):
    batch = signed(ready, "10.00", "20.00")
    row_pk = batch.vouchers.order_by("pk").last().pk
    back = f"{at('batch_review', ready, batch.pk)}?at={row_pk}"
    data = {"verdict": "questioned", "opinion": "请说明", "next": back}

    answer = posted(client_of(ready.city_finance), at("voucher_judge", ready, row_pk), data)

    assert (answer.status_code, answer["Location"]) == (302, back)
    foreign = data | {"next": "https://example.com/", "verdict": "returned"}
    assert (
        "example.com"
        not in posted(client_of(ready.city_finance), at("voucher_judge", ready, row_pk), foreign)["Location"]
    )


@pytest.mark.parametrize("text", ["", "abc", "²", "9" * 30, "-1"])
def test_an_odd_row_in_the_address_shows_the_first(ready, text):
    batch = signed(ready, "10.00")

    answer = client_of(ready.city_finance).get(at("batch_review", ready, batch.pk), {"at": text})

    assert (answer.status_code, "PZ-1" in answer.content.decode()) == (200, True)


def test_pages_of_a_batch_cost_the_same_for_two_rows_and_for_eight(ready):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for size in (2, 8):
        rows = [record(ready, "10.00", f"R{size}-{n}") for n in range(size)]
        batch = operations.sign_batch(ready.project.pk, gather(ready, *rows).pk, actor=ready.leader, on=ON).batch
        client = client_of(ready.city_finance)
        for name in ("batch", "batch_review", "batch_sheet", "batches"):
            url = at(name, ready) if name == "batches" else at(name, ready, batch.pk)
            client.get(url)
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
            counts.setdefault(name, set()).add(len(seen))

    assert {name: len(found) for name, found in counts.items()} == dict.fromkeys(counts, 1)


def test_evidence_is_shown_in_a_frame_of_our_own_only(ready):
    voucher = submit(ready)
    file = queries.files_of(voucher).get()
    url = reverse("projects:file_inline", args=[ready.project.pk, file.pk])

    answer = client_of(ready.city_finance).get(url)

    assert {name: answer[name] for name in ("Content-Disposition", "X-Frame-Options", "X-Content-Type-Options")} == {
        "Content-Disposition": "inline", "X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    assert answer["Content-Security-Policy"] == "sandbox; frame-ancestors 'self'"
    assert client_of(make.user("U1", ready.sibling.organisation)).get(url).status_code == 404


def test_what_no_browser_shows_by_itself_is_a_download(ready):
    from projects.models import Attachment

    file = queries.files_of(submit(ready)).get()
    Attachment.objects.filter(pk=file.pk).update(content_type="application/xml")

    answer = client_of(ready.city_finance).get(reverse("projects:file_inline", args=[ready.project.pk, file.pk]))

    assert (answer["Content-Disposition"].startswith("attachment"), answer["Content-Security-Policy"]) == (
        True,
        "sandbox",
    )


def test_a_batch_and_its_papers_wait_for_one_person_after_another(ready):
    people = {"clerk": ready.clerk, "leader": ready.leader, "city": ready.city_finance, "province": ready.finance}

    def told():
        titles = {"签字提交报账批次", "审核报账批次", "答复补件", "审核支出"}
        found = {name: {task.title for task in queries.tasks_for(who, ON)} & titles for name, who in people.items()}
        return {name: titles for name, titles in found.items() if titles}

    row = record(ready)
    batch = gather(ready, row)
    made_up = told()
    operations.sign_batch(ready.project.pk, batch.pk, actor=ready.leader, on=ON)
    operations.ask_for_paper(ready.project.pk, row.pk, actor=ready.city_finance, text="验收单", on=ON)

    assert made_up == {"leader": {"签字提交报账批次"}}
    assert told() == {"clerk": {"答复补件"}, "city": {"审核报账批次"}}
