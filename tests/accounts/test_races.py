"""Two people register the same thing at the same moment: one of them is told so, nobody meets an error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import journal, operations
from accounts.models import Entry, Node, Organisation, User
from accounts.operations import places
from policy.findings import Refused
from tests import factories as make
from tests.accounts.scene import ON, codes, make_scene

CODE = "12220000MB0A00001G"


def registering(world, node, **changes):
    given = {"name": "同名学校", "line": "unit", "unit_type": "technical"} | changes
    return lambda: operations.create_organisation(node_id=node.pk, **given, actor=world.admin, on=ON)


@pytest.fixture
def rival(monkeypatch):
    """Something done by somebody else, between the look at what is there and the write."""

    def arrange(module, name, act):
        look, done = getattr(module, name), []

        def looks(*args, **kwargs):
            found = list(look(*args, **kwargs))
            if not done:
                done.append(act())
            return found

        monkeypatch.setattr(module, name, looks)

    return arrange


@pytest.mark.parametrize(("taken", "code"), [("name", "name"), ("credit_code", "credit_code"), ("line", "line")])
def test_an_organisation_registered_in_between_is_refused_by_name(world, rival, taken, code):
    facts = {"name": "同名学校", "credit_code": CODE}
    given, theirs = facts, {"name": "另一所", "node": world.city} | {taken: facts.get(taken)}
    node = world.city
    if taken == "line":
        node = make.node("示例县", "county", world.city)
        given, theirs = {"line": "hr", "unit_type": ""}, {"name": "先到的局", "line": "hr", "node": node}
    rival(places, "check_organisation", lambda: Organisation.objects.create(**theirs))

    with pytest.raises(Refused) as caught:
        registering(world, node, **given)()

    assert codes(caught) == [code]
    assert not Entry.objects.filter(verb="新增单位", result="ok").exists()


def test_a_username_taken_in_between_is_refused_by_name(world, monkeypatch):
    """The look finds nothing: the other one had not committed."""
    User.objects.create(username="clerk01", name="先到的人")
    monkeypatch.setattr("accounts.operations.people.User.objects.filter", lambda **_: User.objects.none())

    with pytest.raises(Refused) as caught:
        operations.create_user(username="clerk01", name="后到的人", actor=world.admin, on=ON)

    assert (codes(caught), caught.value.findings[0].field) == (["username"], "username")
    assert "clerk01 已被使用" in str(caught.value)


def test_a_path_taken_in_between_is_refused_and_may_be_sent_again(world, monkeypatch):
    taken = make.node("先到的县", "county", world.city)
    monkeypatch.setattr(places, "next_path", lambda parent: taken.path)

    with pytest.raises(Refused) as caught:
        operations.create_node(name="后到的县", kind="county", parent_id=world.city.pk, actor=world.admin, on=ON)

    assert codes(caught) == ["path"]


def test_any_other_fault_of_the_database_is_not_taken_for_a_twin(world, monkeypatch):
    def fault(**_):
        raise IntegrityError("something else")

    monkeypatch.setattr(Organisation.objects, "create", fault)

    with pytest.raises(IntegrityError):
        registering(world, world.city)()


def test_one_username_in_any_case(world):
    User.objects.create(username="clerk02")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="Clerk02")


@pytest.fixture
def committed(transactional_db):
    world = make_scene()
    assert [person.roles for person in world.people.values()]  # read once, for the threads
    return world


def at_once(*acts):
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act()
        except Refused as refused:
            return refused.findings[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.postgres
def test_two_administrators_register_the_same_at_once(committed):
    world = committed
    other = world.sibling.node.parent
    for trial in range(5):
        outcomes = at_once(
            registering(world, world.city, name=f"学校{trial}"), registering(world, other, name=f"学校{trial}")
        )
        assert sorted(map(str, outcomes)) == ["name", f"学校{trial}"]

        def account(name, trial=trial):
            return lambda: (
                operations.create_user(username=f"{name}{trial}", name="某人", actor=world.admin, on=ON).user.name
            )

        assert sorted(at_once(account("clerk"), account("Clerk"))) == ["username", "某人"]
    assert journal.verify() is None
    assert Node.objects.filter(pk=world.city.pk).exists()
