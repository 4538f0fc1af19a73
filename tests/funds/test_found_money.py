"""问题资金: found = proved + recovered + written_off + left, whatever people do and in whatever order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds import balances, operations, queries
from funds.models import FoundMoney, FoundMoneyEntry, Voucher
from funds.rules.found_money import Standing, by_age, check_entry, check_second
from policy.findings import Refused
from policy.loader import edition
from policy.terms import FoundMoneyMove
from tests import factories as make
from tests.funds.found_scene import LATER, MOVES, confirm, enter, figures
from tests.funds.scene import ON, judge, upload

# Opening


def test_a_disallowed_payment_is_found_money_with_opinion_clause_and_amount(ready, found):
    assert (found.found, found.left, found.kind) == (1000, 1000, "disallowed")
    assert found.fact == "支出 PZ-001 不认定：无合同"
    assert found.clause == ready.project.edition.category("equipment").basis.clause
    assert found.found_by == ready.city_finance


def test_opening_twice_changes_nothing(ready, found):
    from funds.found_money import open_for_voucher

    open_for_voucher(Voucher.objects.get(), actor=ready.finance, on=LATER)

    assert figures(found) == ["1000.00", "0.00", "0.00", "0.00", "1000.00"]
    assert FoundMoney.objects.count() == 1


# Rules


ROW = Standing(Decimal(1000), Decimal(600), Decimal(100), ON)


def entry_codes(**changes):
    given_ = {
        "move": "proved",
        "amount": Decimal(500),
        "happened_on": ON,
        "number": "1",
        "has_file": True,
        "unit": True,
    }
    return [found.code for found in check_entry(ROW, on=ON, **(given_ | changes))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"amount": Decimal("500.01")}, ["amount"]),
        ({"amount": Decimal(0)}, ["amount"]),
        ({"move": "written_off"}, ["move"]),
        ({"move": "written_off", "unit": False}, []),
        ({"unit": False}, ["move"]),
        ({"move": "lost"}, ["move"]),
        ({"happened_on": LATER}, ["on"]),
        ({"number": " "}, ["number"]),
        ({"has_file": False}, ["proof"]),
    ],
    ids=["all that is open", "one cent more", "nothing", "unit writes off", "finance writes off", "finance proves",
         "unknown", "tomorrow", "no number", "no proof"],
)  # fmt: skip
def test_check_entry(changes, expected):
    assert entry_codes(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"state": "confirmed"}, ["state"]),
        ({"actor": 1}, ["sod"]),
        ({"officer": False}, ["level"]),
        ({"move": "written_off"}, ["level"]),
        ({"move": "written_off", "leader": True, "officer": False}, []),
    ],
)
def test_check_second(changes, expected):
    given_ = {"state": "recorded", "move": "proved", "recorder": 1, "actor": 2, "leader": False, "officer": True}

    assert [one.code for one in check_second(**(given_ | changes))] == expected


def test_ages_put_every_open_row_in_one_band():
    rows = [(ON - timedelta(days=days), Decimal(1)) for days in (0, 30, 31, 90, 91, 365, 366)]
    rows.append((ON, Decimal(0)))

    assert [(label, count) for label, count, _ in by_age(rows, edition=edition("jilin_2025"), on=ON)] == [
        ("0—30 天", 2), ("31—90 天", 2), ("91—180 天", 1), ("181—365 天", 1), ("365 天以上", 1),
    ]  # fmt: skip


# Acts


def test_an_entry_counts_once_another_person_confirms_it(ready, found):
    entry = enter(ready, found)
    before = figures(found)

    confirm(ready, entry)

    assert before == ["1000.00", "0.00", "0.00", "0.00", "1000.00"]
    assert figures(found) == ["1000.00", "400.00", "0.00", "0.00", "600.00"]
    entry.refresh_from_db()
    assert (entry.state, entry.confirmed_by, entry.confirmed_on) == ("confirmed", ready.finance, LATER)


def test_waiting_entries_are_taken_off_what_may_be_recorded(ready, found):
    enter(ready, found, "700.00")

    with pytest.raises(Refused, match=r"未整改余额 1,000.00 元（另有 700.00 元 待复核），本笔最多 300.00 元"):
        enter(ready, found, "300.01")
    enter(ready, found, "300.00", "recovered")


def test_a_returned_entry_counts_nothing_and_may_be_recorded_anew(ready, found):
    entry = enter(ready, found, "1000.00")

    returned = operations.return_found_money(
        ready.project.pk, entry.pk, actor=ready.finance, reason="票据不清", on=LATER
    )

    assert (returned.state, returned.return_reason) == ("returned", "票据不清")
    assert figures(found)[-1] == "1000.00"
    with pytest.raises(Refused, match="已复核或已退回"):
        confirm(ready, entry)
    enter(ready, found, "1000.00")


def test_a_write_off_is_proposed_by_finance_and_confirmed_by_its_head_alone(ready, found):
    with pytest.raises(Refused, match="核销由财政部门"):
        enter(ready, found, move="written_off", by=ready.clerk)
    entry = enter(ready, found, "1000.00", "written_off", number="核销批复1号")

    with pytest.raises(Refused, match="核销由省财政厅负责人批准"):
        confirm(ready, entry, by=ready.finance)
    confirm(ready, entry)

    assert figures(found) == ["1000.00", "0.00", "0.00", "1000.00", "0.00"]


def test_the_head_does_not_confirm_what_officers_confirm(ready, found):
    with pytest.raises(Refused, match="由市州财政或省财政经办复核"):
        confirm(ready, enter(ready, found), by=ready.finance_head)


@pytest.mark.parametrize("who", ["leader", "hr", "finance_head"])
def test_others_record_nothing(ready, found, who):
    with pytest.raises(PermissionDenied):
        enter(ready, found, by=getattr(ready, who))


def test_a_row_of_another_project_is_not_found(ready, found):
    entry = enter(ready, found)

    with pytest.raises(FoundMoney.DoesNotExist):
        operations.record_found_money(
            ready.sibling.pk, found.pk, actor=make.user("U1", ready.sibling.organisation), move="proved",
            amount=Decimal(1), happened_on=ON, number="1", uploads=[upload()], on=ON,
        )  # fmt: skip
    with pytest.raises(FoundMoneyEntry.DoesNotExist):
        operations.confirm_found_money(ready.sibling.pk, entry.pk, actor=ready.city_finance, on=ON)


def test_a_payment_wholly_proved_may_be_recognised_after_all(ready, found):
    voucher = Voucher.objects.get()
    assert not queries.proved(voucher)

    confirm(ready, enter(ready, found, "999.99"))
    with pytest.raises(Refused, match="全额补证"):
        judge(ready, voucher, "recognised")
    confirm(ready, enter(ready, found, "0.01"))

    assert queries.proved(voucher)
    assert judge(ready, voucher, "recognised").state == "recognised"


# Always balanced


@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["record", "confirm", "return", "raise"]),
            st.sampled_from(MOVES),
            st.integers(1, 120_000),
            st.integers(0, 5),
        ),
        max_size=14,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_ledger_balances_at_all_times(ready, found, acts):
    """Against a model in plain numbers; what the model forbids is refused, what it allows is done."""
    point = transaction.savepoint()
    try:
        _play(ready, found, acts)
    finally:
        transaction.savepoint_rollback(point)


def _play(ready, found, acts):
    found.refresh_from_db()
    model = {"found": found.found, "left": found.found, **dict.fromkeys(MOVES, Decimal(0))}
    entries = []
    for what, move, fen, which in acts:
        amount = Decimal(fen) / 100
        if what == "record":
            waiting = sum(one.amount for one, state in entries if state == "recorded")
            allowed = amount <= model["left"] - waiting
            try:
                entries.append([enter(ready, found, str(amount), move), "recorded"])
                assert allowed
            except Refused:
                assert not allowed
        elif what == "raise":
            balances.raise_found(found.pk, amount)
            model["found"] += amount
            model["left"] += amount
        elif entries:
            one = entries[which % len(entries)]
            allowed = one[1] == "recorded"
            try:
                if what == "confirm":
                    confirm(ready, one[0])
                    model[one[0].move] += one[0].amount
                    model["left"] -= one[0].amount
                    one[1] = "confirmed"
                else:
                    head = ready.finance_head if one[0].move == "written_off" else ready.finance
                    operations.return_found_money(ready.project.pk, one[0].pk, actor=head, reason="不符", on=ON)
                    one[1] = "returned"
                assert allowed
            except Refused:
                assert not allowed
        wanted = [model["found"], *(model[one] for one in MOVES), model["left"]]
        assert [Decimal(one) for one in figures(found)] == wanted
        assert wanted[0] == sum(wanted[1:])
        assert min(wanted) >= 0


def test_the_balance_refuses_more_than_is_left_whatever_the_rules_said(ready, found):
    with pytest.raises(Refused, match="超过未整改余额"):
        balances.put_right(found.pk, FoundMoneyMove.PROVED, Decimal("1000.01"))
    assert figures(found)[-1] == "1000.00"


def test_the_database_refuses_rows_that_do_not_balance(ready, found):
    with pytest.raises(IntegrityError), transaction.atomic():
        FoundMoney.objects.filter(pk=found.pk).update(left=Decimal(1))


def test_a_confirmed_entry_never_changes(ready, found):
    entry = confirm(ready, enter(ready, found))

    with pytest.raises(DatabaseError, match="may not change"), transaction.atomic():
        FoundMoneyEntry.objects.filter(pk=entry.pk).update(amount=Decimal(1))
