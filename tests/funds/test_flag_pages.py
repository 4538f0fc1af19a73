"""Pages of 疑点: lists, the thread over HTTP, what a unit is told of another project, what waits for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.models import Flag
from funds.operations import flags as operations
from funds.queries.tasks_flags import flag_tasks
from projects.together import Together
from tests.funds.scene import ON
from tests.funds.test_flags import flagged, fresh, invoice, sync, voucher

State = Flag.State
__all__ = ["flagged"]


def listing_cost(client, url):
    with CaptureQueriesContext(connection) as spent:
        client.get(url)
    return len(spent)


@pytest.mark.parametrize("page", ["funds:flags", "funds:flags_all"])
def test_lists_of_flags_cost_the_same_for_one_and_for_three(world, client, page):
    client.force_login(world.finance)
    url = reverse(page, args=[world.project.pk] if page == "funds:flags" else [])
    about = {"rule": "person", "raised_on": ON, "message": "请说明"}
    Flag.objects.create(project=world.project, voucher=voucher(world, 1), **about)
    listing_cost(client, url)
    first = listing_cost(client, url)
    for number in (2, 3):
        Flag.objects.create(project=world.sibling, voucher=voucher(world, number, project=world.sibling), **about)
        Flag.objects.create(project=world.project, raised_by=world.hr, **about)

    assert listing_cost(client, url) == first


def test_a_list_shows_what_was_asked_for(world, client):
    about = {"raised_on": ON, "project": world.project}
    Flag.objects.create(rule="cash", message="现金甲", **about)
    Flag.objects.create(rule="split", message="拆分乙", state=State.CLEARED, **about)
    Flag.objects.create(rule="year_end:2025", message="年底丙", severity="notice", **about)
    client.force_login(world.city_finance)

    def shown(**asked):
        page = client.get(reverse("funds:flags_all"), asked).content.decode()
        return [word for word in ("现金甲", "拆分乙", "年底丙") if word in page]

    assert shown() == ["现金甲", "年底丙"]
    assert shown(state="all") == ["现金甲", "拆分乙", "年底丙"]
    assert shown(state="cleared") == ["拆分乙"]
    assert shown(rule="year_end") == ["年底丙"]
    assert shown(severity="warning") == ["现金甲"]
    assert shown(q="现金") == ["现金甲"]


def test_the_page_tells_a_unit_of_another_project_and_no_more(world, client):
    invoice(world, 1)
    other = invoice(world, 77, project=world.sibling, payee="示例书店")
    sync(world)
    url = reverse("funds:flag", args=[world.project.pk, Flag.objects.get().pk])

    def seen(who):
        client.force_login(who)
        page = client.get(url).content.decode()
        return [word in page for word in ("另一项目", world.sibling.name, other.number)]

    assert seen(world.leader) == [True, False, False]
    assert seen(world.finance) == [True, True, True]


def test_the_thread_runs_over_http(flagged, client):
    ids = [flagged.project.pk, flagged.flag.pk]
    client.force_login(flagged.clerk)
    empty = client.post(reverse("funds:flag_answer", args=ids), {"text": ""})
    client.post(reverse("funds:flag_answer", args=ids), {"text": "分两期验收"})
    barred = client.post(reverse("funds:flag_close", args=ids), {"verdict": "cleared", "conclusion": "已核"})
    client.force_login(flagged.finance)
    wordless = client.post(reverse("funds:flag_close", args=ids), {"verdict": "confirmed", "conclusion": ""})
    client.post(reverse("funds:flag_close", args=ids), {"verdict": "confirmed", "conclusion": "属实，第二笔暂不认定"})

    assert [answer.status_code for answer in (empty, barred, wordless)] == [422, 403, 422]
    assert Flag.objects.get().state == State.CONFIRMED
    page = client.get(reverse("funds:flag", args=ids)).content.decode()
    assert "分两期验收" in page
    assert "属实，第二笔暂不认定" in page


def test_a_person_asks_about_a_payment_over_http(world, client):
    one, foreign = voucher(world), voucher(world, project=world.sibling)
    client.force_login(world.hr)
    page = reverse("funds:flag_new", args=[world.project.pk])
    client.post(f"{page}?voucher={one.pk}", {"text": "为何重复"})

    assert Flag.objects.get().voucher == one
    assert [client.get(f"{page}?voucher={wanted}").status_code for wanted in (foreign.pk, "²", "abc", "")] == [
        404, 200, 200, 200,
    ]  # fmt: skip


def test_a_flag_waits_for_the_unit_and_then_for_finance(flagged):
    def titles(user):
        return [task.title for task in flag_tasks(fresh(user), Together())]

    waiting = titles(flagged.clerk), titles(flagged.leader), titles(flagged.finance)
    operations.answer_flag(flagged.project.pk, flagged.flag.pk, actor=flagged.clerk, text="已说明", on=ON)

    assert waiting == (["说明疑点"], ["说明疑点"], [])
    assert (titles(flagged.clerk), titles(flagged.finance), titles(flagged.city_finance)) == (
        [], ["核定疑点"], ["核定疑点"],
    )  # fmt: skip
