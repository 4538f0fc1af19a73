"""The tree and its organisations; the first minutes of an empty system."""

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts import operations
from accounts.models import Entry, Node, Organisation, User
from accounts.roles import Role
from policy.credit_code import check_credit_code
from policy.findings import Refused
from policy.terms import Line, NodeKind
from tests.accounts.scene import ON, codes, lines

CODE = "12220000MB0A00001G"


def unit(world, **changes):
    given = {"node_id": world.city.pk, "name": "示例新学校", "line": "unit", "unit_type": "technical"} | changes
    return operations.create_organisation(**given, actor=world.admin, on=ON)


def test_a_path_is_that_of_the_parent_and_the_next_number(world):
    first = operations.create_node(name="甲县", kind="county", parent_id=world.city.pk, actor=world.admin, on=ON)
    second = operations.create_node(name="乙县", kind="county", parent_id=world.city.pk, actor=world.admin, on=ON)

    assert (first.path, second.path) == (f"{world.city.path}0001/", f"{world.city.path}0002/")
    assert lines("新增区划或部门") == [
        ("ok", "在示例市之下新增县（市、区）甲县"),
        ("ok", "在示例市之下新增县（市、区）乙县"),
    ]


@pytest.mark.parametrize("kind", ["province", "city", "department"])
def test_levels_follow_one_another(world, kind):
    with pytest.raises(Refused) as caught:
        operations.create_node(name="某地", kind=kind, parent_id=world.city.pk, actor=world.admin, on=ON)

    assert codes(caught) == ["kind"]


def test_a_name_stands_once_under_its_parent(world):
    operations.create_node(name="甲县", kind="county", parent_id=world.city.pk, actor=world.admin, on=ON)

    with pytest.raises(Refused):
        operations.create_node(name="甲县", kind="county", parent_id=world.city.pk, actor=world.admin, on=ON)


def test_the_tree_of_another_province_is_out_of_reach(world):
    with pytest.raises(PermissionDenied):
        operations.create_node(name="甲市", kind="city", parent_id=world.outside.node_id, actor=world.admin, on=ON)
    with pytest.raises(PermissionDenied):
        unit(world, node_id=world.outside.node_id)


def test_an_organisation_is_made_with_its_line(world):
    made = unit(world, credit_code="１２２２0000mb0a00001g")

    assert (made.node, made.line, made.credit_code) == (world.city, Line.UNIT, CODE)
    assert lines("新增单位") == [("ok", "新增项目单位单位示例新学校")]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"credit_code": "12220000MB0A00001H"}, ["credit_code"]),
        ({"credit_code": "1222"}, ["credit_code"]),
        ({"unit_type": ""}, ["unit_type"]),
        ({"line": "hr", "unit_type": ""}, ["line"]),
        ({"name": "同市另一所学校"}, ["name"]),
    ],
)
def test_what_is_wrong_with_an_organisation_is_said(world, changes, wrong):
    with pytest.raises(Refused) as caught:
        unit(world, **changes)

    assert codes(caught) == wrong


def test_a_credit_code_belongs_to_one_organisation(world):
    unit(world, credit_code=CODE)

    with pytest.raises(Refused) as caught:
        unit(world, name="另一个名字", credit_code=CODE)

    assert codes(caught) == ["credit_code"]


@pytest.mark.parametrize("role", ["u2", "ch", "ph", "phl", "au"])
def test_only_the_administrator_places_organisations(world, role):
    with pytest.raises(PermissionDenied):
        operations.create_organisation(
            node_id=world.city.pk, name="某校", line="unit", actor=getattr(world, role), on=ON
        )


@pytest.mark.parametrize(
    ("code", "right"), [(CODE, True), ("91220000MA0A00003F", True), ("12220000MB0A0000IG", False), ("", False)]
)
def test_a_credit_code_is_checked_to_its_last_digit(code, right):
    assert (check_credit_code(code) is None) == right


def bootstrap(**changes):
    out = StringIO()
    given = {"province": "示例省", "hr": "示例省人社厅", "finance": "示例省财政厅", "admin": "admin"} | changes
    call_command("bootstrap", **given, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_bootstrap_makes_the_province_its_offices_and_one_administrator():
    said = bootstrap()

    admin = User.objects.get(username="admin")
    [held] = admin.memberships.all()
    assert [(node.kind, node.path) for node in Node.objects.all()] == [(NodeKind.PROVINCE, "0001/")]
    assert set(Organisation.objects.values_list("line", flat=True)) == {Line.HR, Line.FINANCE, Line.SYSTEM}
    assert (held.role, held.organisation.line, admin.must_change_password) == (Role.SA, Line.SYSTEM, True)
    assert admin.check_password(said.strip().rsplit("：", 1)[-1])
    assert Entry.objects.get(verb="系统初始化").actor_name == "系统"


def test_bootstrap_refuses_where_people_are(world):
    before = User.objects.count()

    with pytest.raises(CommandError, match="不能再次初始化"):
        bootstrap()

    assert User.objects.count() == before


@pytest.mark.django_db
def test_bootstrap_asks_for_what_is_not_given(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda words: "某某" if "用户名" not in words else "root.admin")

    with pytest.raises(CommandError, match="不得相同"):
        bootstrap(province="", hr="", finance="", admin="")

    assert not Node.objects.exists()
