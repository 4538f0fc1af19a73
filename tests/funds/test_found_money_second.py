"""Who confirms what was put right: not who recorded it, not who found it, nobody of the recorder's own house (SD1, SD3)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from funds import operations
from funds.models import FoundMoneyEntry
from funds.queries.tasks_audits import audit_tasks
from funds.rules.found_money import check_second
from projects.together import Together
from tests import factories as make
from tests.funds.found_scene import LATER, audit, confirm, enter, url
from tests.funds.scene import recognise
from tests.funds.test_settlements import refusal
from tests.permissions.posts import moved


@pytest.mark.parametrize("move", ["proved", "recovered"])
def test_who_gave_the_verdict_neither_confirms_nor_returns(ready, found, move):
    entry = enter(ready, found, "400.00", move)
    back = {"actor": ready.city_finance, "reason": "不符", "on": LATER}

    assert refusal(confirm, ready, entry, ready.city_finance) == ["sod"]
    assert refusal(operations.return_found_money, ready.project.pk, entry.pk, **back) == ["sod"]
    colleague = make.user(Role.CF, ready.city_office)
    assert confirm(ready, entry, colleague).confirmed_by == colleague


def test_who_recorded_the_finding_does_not_confirm(ready):
    row = audit(ready, recognise(ready, "1000.00"), "800.00")
    entry = enter(ready, row, "100.00")

    assert refusal(confirm, ready, entry, ready.city_finance) == ["sod"]
    assert confirm(ready, entry).state == "confirmed"


def test_the_recorder_in_another_post_and_a_colleague_of_his_do_not_confirm(ready, found):
    entry = enter(ready, found)
    colleague = make.user(Role.CF, ready.city_office)
    again = moved(ready.clerk, Role.CF, ready.city_office)

    assert refusal(confirm, ready, entry, again) == ["sod", "side"]
    assert refusal(confirm, ready, entry, colleague) == ["side"]
    assert confirm(ready, entry).state == "confirmed"


def test_a_write_off_of_the_province_is_confirmed_by_its_head(ready, found):
    entry = enter(ready, found, "100.00", "written_off", by=ready.finance)

    assert confirm(ready, entry).confirmed_by == ready.finance_head


def test_the_database_keeps_the_finder_from_confirming(ready, found):
    entry = enter(ready, found)

    with pytest.raises(IntegrityError), transaction.atomic():
        FoundMoneyEntry.objects.filter(pk=entry.pk).update(state="confirmed", confirmed_by=ready.city_finance)
    FoundMoneyEntry.objects.filter(pk=entry.pk).update(state="confirmed", confirmed_by=ready.finance)


def test_only_who_may_confirm_has_the_task(ready, found):
    enter(ready, found)

    def asked(user):
        return [task for task in audit_tasks(user, Together()) if task.title == "复核问题资金处理"]

    assert asked(ready.city_finance) == []
    assert len(asked(ready.finance)) == 1


def test_check_second_names_each_reason():
    facts = {"state": "recorded", "move": "proved", "recorder": 1, "actor": 2, "leader": False, "officer": True}

    assert [one.code for one in check_second(**facts, finders={2}, own_side=True)] == ["sod", "side"]
    assert list(check_second(**facts, finders={3})) == []


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (
            "city_finance",
            "这笔问题资金由您查出（不认定或审计发现），须由另一人复核；市州财政没有另一人的，由省财政经办复核。（职责分离 SD1）",
        ),
        ("finance", None),
        ("finance_head", ""),  # a proof is not for the head: no button, and nothing to be told
    ],
)
def test_the_page_shows_who_may_not_confirm_a_closed_button_and_why(ready, found, client, who, said):
    entry = enter(ready, found)
    client.force_login(getattr(ready, who))

    page = client.get(url("found_money", ready.project.pk)).content.decode()

    open_ = [url(name, ready.project.pk, entry.pk) in page for name in ("found_money_confirm", "found_money_return")]
    assert open_ == [said is None] * 2
    assert (">复核</button>" in page) == bool(said)
    assert (said or "") in page


def test_the_recorder_of_a_write_off_is_told_that_another_confirms_it(ready, found, client):
    head = moved(ready.finance, Role.PFL, ready.finance_head_office)
    entry = enter(ready, found, "100.00", "written_off", by=ready.finance)
    client.force_login(head)

    page = client.get(url("found_money", ready.project.pk)).content.decode()

    assert url("found_money_confirm", ready.project.pk, entry.pk) not in page
    assert "这笔处理由您登记，须由另一人复核。（职责分离 SD1）" in page


def test_the_page_asks_once_who_may_confirm_however_many_wait(ready, found, client):
    client.force_login(ready.finance)

    def cost():
        with CaptureQueriesContext(connection) as spent:
            client.get(url("found_money", ready.project.pk))
        return len(spent)

    enter(ready, found, "100.00")
    cost()
    first = cost()
    enter(ready, found, "100.00")
    enter(ready, found, "100.00", "recovered")

    assert cost() == first
