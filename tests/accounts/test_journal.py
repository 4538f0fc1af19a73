"""One user action, one transaction, its lines at the end; a refusal leaves its own line and nothing else."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import journal
from accounts.models import Entry, Node
from policy.findings import Refused, refuse
from tests import factories as make
from tests.accounts.scene import ON
from ui import request_context


@journal.operation("示例事项")
def act(name="甲地", *, actor, on, fail=None):
    node = make.node(name)
    journal.record(subject=name, text=f"建立{name}", amount=Decimal("1.50"), day=ON, list=["a", None], flag=True)
    if fail:
        raise fail
    return node


@journal.operation("外层事项")
def outer(*, actor, on):
    act("内一", actor=actor, on=on)
    try:
        with journal.savepoint():
            act("内二", actor=actor, on=on, fail=Refused([]))
    except Refused:
        journal.record(text="内二没有办成")


def said():
    return [(row.verb, row.result, row.text) for row in Entry.objects.all()]


def test_an_act_leaves_one_line_with_who_when_and_what(world):
    node = act(actor=world.ph, on=ON)

    row = Entry.objects.get()
    assert node.pk
    assert (row.seq, row.verb, row.result, row.text, row.on) == (1, "示例事项", "ok", "建立甲地", ON)
    assert (row.actor, row.actor_name, row.role) == (world.ph, world.ph.name, "PH")
    assert row.organisation == world.province_hr.name
    assert row.changes == [["amount", "1.50"], ["day", "2026-03-02"], ["flag", True], ["list", ["a", None]]]
    assert journal.verify() is None


@pytest.mark.parametrize("error", [Refused([]), PermissionDenied("不可以")])
def test_a_refusal_leaves_its_line_and_nothing_else(world, error):
    before = Node.objects.count()

    with pytest.raises(type(error)):
        act(actor=world.ph, on=ON, fail=error)

    assert said() == [("示例事项", "refused", str(error))]
    assert Node.objects.count() == before


def test_a_mistake_of_ours_leaves_no_line(world):
    with pytest.raises(ZeroDivisionError):
        act(actor=world.ph, on=ON, fail=ZeroDivisionError())

    assert said() == []
    act(actor=world.ph, on=ON)
    assert said() == [("示例事项", "ok", "建立甲地")]


def test_acts_within_an_act_are_lines_of_the_outer_one(world):
    outer(actor=world.ph, on=ON)

    assert said() == [("外层事项", "ok", "建立内一"), ("外层事项", "ok", "内二没有办成")]
    assert not Node.objects.filter(name="内二").exists()


def test_lines_are_numbered_without_gaps_over_refusals(world):
    act(actor=world.ph, on=ON)
    with pytest.raises(Refused):
        act("乙地", actor=world.ph, on=ON, fail=Refused([]))
    act("丙地", actor=None, on=ON)

    assert list(Entry.objects.values_list("seq", "actor_name")) == [
        (1, world.ph.name),
        (2, world.ph.name),
        (3, "系统"),
    ]
    assert journal.verify() is None


def test_a_refusal_says_why_and_about_which_project(world):
    @journal.operation("关于项目")
    def about(project_id, *, actor, on):
        refuse("x", "因为规则不许")

    with pytest.raises(Refused):
        about(7, actor=world.ph, on=ON)

    row = Entry.objects.get()
    assert (row.project_id, row.text, row.result, row.on) == (7, "因为规则不许", "refused", ON)


def test_a_line_names_the_request_and_the_address(world):
    token = request_context.set_current(request_context.RequestFacts("abc123", "192.0.2.7"))
    try:
        act(actor=world.ph, on=ON)
    finally:
        request_context.reset(token)

    row = Entry.objects.get()
    assert (row.request_id, row.ip) == ("abc123", "192.0.2.7")


def test_outside_a_request_there_is_no_address(world):
    act(actor=world.ph, on=ON)

    assert (Entry.objects.get().request_id, Entry.objects.get().ip) == ("", "")


def test_nothing_is_recorded_outside_an_operation(db):
    with pytest.raises(RuntimeError, match="outside an operation"):
        journal.record(text="不在事项内")


def test_money_never_enters_the_journal_as_a_float():
    with pytest.raises(TypeError):
        journal.plain(1.5)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (Decimal("2.10"), "2.10"),
        (date(2026, 1, 2), "2026-01-02"),
        ((1,), [1]),
        ({1: 2}, {"1": 2}),
    ],
)
def test_values_are_kept_plain(value, kept):
    assert journal.plain(value) == kept


def test_what_is_rolled_back_outside_takes_its_line_along(world):
    with transaction.atomic():
        act(actor=world.ph, on=ON)
        transaction.set_rollback(True)

    assert said() == []
    assert journal.verify() is None
