"""材料 of a project: what each file belongs to, narrowed and paged."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Attachment
from tests.funds.scene import record, submit, upload


def names(page):
    return [row.file.name for _, rows in page.context["groups"] for row in rows]


@pytest.fixture
def look(ready, client):
    def go(who="clerk", **asked):
        client.force_login(getattr(ready, who))
        return client.get(reverse("projects:files", args=[ready.project.pk]), asked)

    return go


def test_evidence_says_of_which_voucher_it_is(ready, look):
    submit(ready, number="记-001", uploads=[upload("发票.png")])
    record(ready, number="记-002", uploads=[upload("发票.png")])

    page = look().content.decode()

    assert (page.count("凭证号 记-001"), page.count("凭证号 记-002")) == (1, 1)
    seen = look("hr").content.decode()
    assert ("凭证号 记-001" in seen, "记-002" in seen) == (True, False)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"matter": ""}, ["资金文件.png", "一.png", "二.png"]),
        ({"q": "记-002"}, ["二.png"]),
        ({"q": "一"}, ["一.png"]),
        ({"matter": "资金支出"}, ["一.png", "二.png"]),
        ({"matter": "没有的事项", "q": "二"}, ["二.png"]),
        ({"q": "查不到"}, []),
    ],
)
def test_the_list_is_narrowed_by_a_word_or_a_matter(ready, look, asked, expected):
    record(ready, number="记-001", uploads=[upload("一.png")])
    record(ready, number="记-002", uploads=[upload("二.png")])

    page = look(**asked)

    assert names(page) == expected
    assert ("没有符合条件的材料" in page.content.decode()) == (not expected)


def test_the_list_comes_by_pages(ready, look):
    voucher = record(ready, uploads=[upload("凭证.png")])
    own, others = Attachment.objects.get(name="凭证.png"), Attachment.objects.count() - 1
    for number in range(1, 30):
        own.pk, own.name = None, f"第{number}份.png"
        own.about_id = voucher.pk
        own.save(force_insert=True)

    first, second = look(), look(page=2)

    assert [len(names(first)), len(names(second))] == [20, 10 + others]
    assert f"共 {30 + others} 件" in first.content.decode()
    assert len({*names(first), *names(second)}) == 30 + others


def test_vouchers_are_named_in_one_statement(ready, look):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            look()
        return len(captured)

    record(ready, number="记-001", uploads=[upload("一.png")])
    cost()
    one = cost()
    record(ready, number="记-002", uploads=[upload("二.png")])
    record(ready, number="记-003", uploads=[upload("三.png")])

    assert cost() == one
