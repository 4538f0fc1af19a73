"""Rows that others point to are locked without their key, so that the journal's lines about a person never wait.

The journal's head is taken last and held until commit, and each of its lines points to a person. An act that held
that person (or a place of the tree) with a full lock while waiting for the head stood across from one that held the
head: a deadlock. FOR NO KEY UPDATE lets the FOR KEY SHARE of a foreign key pass.
"""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet

from accounts import journal, operations
from accounts.models import Entry, JournalHead, Organisation
from policy.terms import Line
from tests.accounts.scene import ON, make_scene

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "reports", "lifecycle", "performance", "funds", "projects", "accounts", "ui")
PATIENCE = 20


def locking_calls():
    """(place, source) of every `select_for_update` in the product."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "select_for_update":
                    yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", ast.unparse(node)


def test_only_the_journals_head_is_locked_with_its_key():
    calls = dict(locking_calls())

    assert len(calls) > 10
    assert {
        place: call
        for place, call in calls.items()
        if "no_key=True" not in call and call != "JournalHead.objects.select_for_update()"
    } == {}


def test_nothing_points_to_the_journals_head():
    assert list(JournalHead._meta.related_objects) == []


@pytest.fixture
def world(transactional_db):
    world = make_scene()
    assert [person.roles for person in world.people.values()]  # read once, for the threads
    return world


@journal.operation("测试：先取日志尾再引用")
def head_first(*, node, actor, on):
    """As T01 does: the head early, then rows that point to something."""
    JournalHead.objects.select_for_update().get(pk=1)
    Stage.holds_head.set()
    assert Stage.waits_for_head.wait(PATIENCE)
    made = Organisation.objects.create(node=node, name="引用区划的单位", line=Line.UNIT, unit_type="technical")
    journal.record(text=f"新增{made}")


class Stage:
    """The order of events: A holds its row; B holds the head; A asks for the head; B points to A's row."""

    holds_row: Event
    holds_head: Event
    waits_for_head: Event


@pytest.fixture
def stage(monkeypatch):
    """`journal.append` and what it asks after it took the head, made to wait for one another."""
    for name in ("holds_row", "holds_head", "waits_for_head"):
        setattr(Stage, name, Event())
    append, standing = journal.append, journal._standing

    def appends(running):
        if running.verb in {"重置密码", "新增区划或部门", "新增单位"} and not Stage.holds_row.is_set():
            Stage.holds_row.set()
            assert Stage.holds_head.wait(PATIENCE)
            Stage.waits_for_head.set()
        append(running)

    def stands(actor):
        if not Stage.holds_head.is_set():
            Stage.holds_head.set()
            assert Stage.waits_for_head.wait(PATIENCE)
        return standing(actor)

    monkeypatch.setattr(journal, "append", appends)
    monkeypatch.setattr(journal, "_standing", stands)


def reset(world):
    return (
        lambda: operations.reset_password(world.u1.pk, actor=world.admin, on=ON),
        lambda: operations.record_logout(actor=world.u1, on=ON),
    )


def place_node(world):
    return (
        lambda: operations.create_node(name="示例县", kind="county", parent_id=world.city.pk, actor=world.admin, on=ON),
        lambda: head_first(node=world.city, actor=world.ph, on=ON),
    )


def place_unit(world):
    return (
        lambda: operations.create_organisation(
            node_id=world.city.pk, name="新校", line="unit", unit_type="technical", actor=world.admin, on=ON
        ),
        lambda: head_first(node=world.city, actor=world.ph, on=ON),
    )


def together(administrator, person):
    """Both, in the order that met head-on; the faults of the database."""

    def run(act, first):
        try:
            if first:
                assert Stage.holds_row.wait(PATIENCE)
            act()
        except OperationalError as fault:
            return fault.__cause__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(run, administrator, False), pool.submit(run, person, True)]
        return [type(one.result(2 * PATIENCE)) for one in outcomes if one.result(2 * PATIENCE)]


ACTS = pytest.mark.parametrize("acts", [reset, place_node, place_unit])


@ACTS
@pytest.mark.postgres
def test_an_administrators_act_and_a_persons_act_both_pass(world, stage, acts):
    before = Entry.objects.count()

    assert together(*acts(world)) == []

    assert Entry.objects.count() == before + 2
    assert journal.verify() is None


@ACTS
@pytest.mark.postgres
def test_with_the_full_lock_the_same_two_acts_meet_head_on(world, stage, acts, monkeypatch):
    """The control: what the test above would show without `no_key`."""
    plain = QuerySet.select_for_update

    def full(self, *args, no_key=False, **kwargs):
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", full)

    assert together(*acts(world)) == [psycopg.errors.DeadlockDetected]
