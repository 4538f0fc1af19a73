"""问题资金: what it stands in the way of, and its pages."""

from datetime import timedelta
from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from funds import queries
from funds.alerts import refresh_alerts
from funds.models import FoundMoney, FoundMoneyEntry
from funds.queries.found_money import all_lines, lines_of, sums_of
from funds.queries.tasks_audits import audit_tasks
from lifecycle.guards import found_money_put_right
from lifecycle.machine import STEPS
from lifecycle.queries import snapshot_of
from projects.together import Together
from tests import factories as make
from tests.funds.found_scene import LATER, confirm, enter, figures, url
from tests.funds.scene import ON, judge, submit, upload

# Acceptance


def test_open_found_money_stands_in_the_way_of_passing(ready, found):
    now = snapshot_of(ready.project, on=ON)
    said = [one.message for one in found_money_put_right(now)]
    guarded = {step.code for step in STEPS if found_money_put_right in step.guards}

    confirm(ready, enter(ready, found, "1000.00", "recovered"))

    assert said == ["问题资金未整改余额 1,000.00 元，须全部补证、追回或核销并经复核"]
    assert list(found_money_put_right(snapshot_of(ready.project, on=ON))) == []
    assert guarded == {"T18", "T21"}
    assert queries.open_found_money(ready.project) == 0


def test_an_alert_stands_while_money_is_open_and_says_when_it_is_late(ready, found):
    def said(on):
        refresh_alerts(ready.project, on)
        rows = ready.project.alerts.filter(code="found_money", cleared_on=None)
        return list(rows.values_list("message", flat=True))

    assert said(ON) == ["问题资金未整改余额 1,000.00 元。"]
    assert said(ON + timedelta(days=31)) == ["问题资金未整改余额 1,000.00 元，其中 1 项逾期。"]
    confirm(ready, enter(ready, found, "1000.00"))
    assert said(LATER) == []


# Pages


def test_the_project_page_adds_up_and_shows_the_thread(ready, found, client):
    confirm(ready, enter(ready, found, "400.00"))
    enter(ready, found, "100.00", "recovered", number="缴-9")

    client.force_login(ready.finance)
    answer = client.get(url("found_money", ready.project.pk))

    page = answer.content.decode()
    assert answer.context["sums"].balances
    assert (answer.context["sums"].proved, answer.context["sums"].left) == (400, 600)
    assert "缴-9" in page
    assert "其中待复核 100.00 元" in page
    assert url("found_money_confirm", ready.project.pk, FoundMoneyEntry.objects.last().pk) in page


def test_recording_by_the_page_keeps_what_was_typed_and_says_what_is_wrong(ready, found, client):
    client.force_login(ready.clerk)
    page = url("found_money_entry", ready.project.pk, found.pk)
    typed = {
        "move": "recovered",
        "amount": "2000",
        "happened_on": "2026-03-02",
        "number": "缴-7",
        "uploads": [upload()],
    }

    answer = client.post(page, typed)

    assert answer.status_code == 422
    assert "本笔最多 1,000.00 元" in answer.content.decode()
    assert "缴-7" in answer.content.decode()
    assert client.post(page, typed | {"amount": "1000", "uploads": [upload()]}).status_code == 302
    assert FoundMoneyEntry.objects.get().number == "缴-7"


def test_confirming_and_returning_by_the_page(ready, found, client):
    first, second = enter(ready, found, "100.00"), enter(ready, found, "200.00")
    client.force_login(ready.finance)

    shown = client.get(url("found_money_confirm", ready.project.pk, first.pk)).content.decode()
    client.post(url("found_money_confirm", ready.project.pk, first.pk))
    client.post(url("found_money_return", ready.project.pk, second.pk), {"reason": "票据不清"})

    assert "未整改余额由 1,000.00 元 减少 100.00 元" in shown
    assert [one.state for one in FoundMoneyEntry.objects.order_by("pk")] == ["confirmed", "returned"]
    assert figures(found)[-1] == "900.00"


def test_the_list_over_projects_filters_ages_and_marks_what_is_late(ready, found, client):
    client.force_login(ready.finance)

    answer = client.get(url("all_found_money"))
    late = all_lines(ready.finance, {"state": "overdue"}, ON + timedelta(days=31))

    assert [line.row for line in answer.context["page_obj"]] == [found]
    assert [line.row for line in late] == [found]
    assert all_lines(ready.finance, {"state": "overdue"}, ON) == []
    assert all_lines(ready.finance, {"state": "done"}, ON) == []
    assert all_lines(ready.finance, {"q": "没有这个单位"}, ON) == []
    assert "1,000.00" in answer.content.decode()


def test_another_city_sees_nothing_of_it(ready, found, client):
    elsewhere = make.node("示例远市", "city", ready.province)
    stranger = make.user("CF", make.organisation(elsewhere, "finance"))
    client.force_login(stranger)

    assert list(client.get(url("all_found_money")).context["page_obj"]) == []
    assert client.get(url("found_money", ready.project.pk)).status_code == 404


def test_the_list_costs_the_same_for_one_row_and_for_four(ready, found, client):
    client.force_login(ready.finance)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get(url("all_found_money"))
            list(lines_of(ready.project, ON))
            list(audit_tasks(ready.clerk, Together()))
        return len(asked)

    one = cost()
    for number in range(3):
        judge(ready, submit(ready, "10.00", f"PZ-1{number}"), "disallowed")
        enter(ready, FoundMoney.objects.last(), "1.00")
    assert cost() == one


def test_the_export_has_every_row_and_the_totals(ready, found, client):
    confirm(ready, enter(ready, found, "400.00"))
    client.force_login(ready.finance)

    answer = client.get(url("all_found_money_export"))

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[3][9:14] == (1000, 400, 0, 0, 600)
    assert rows[4][0] == "合计"
    assert rows[4][9:14] == (1000, 400, 0, 0, 600)


def test_the_right_people_are_asked(ready, found):
    def titles(user):
        return [task.title for task in audit_tasks(user, Together())]

    assert titles(ready.clerk) == ["处理问题资金（补证或追回）"]
    enter(ready, found, "600.00")
    enter(ready, found, "400.00", "written_off")
    assert titles(ready.clerk) == []
    assert titles(ready.finance) == titles(ready.finance_head) == ["复核问题资金处理"]
    assert titles(ready.city_finance) == []  # gave the 不认定
    assert titles(ready.hr) == []


def test_sums_of_nothing_balance():
    assert sums_of([]).balances
