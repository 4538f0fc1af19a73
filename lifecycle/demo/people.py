"""The invented province: its tree, offices, units and one person or two for every role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.test.utils import override_settings

from accounts import operations as accounts
from accounts.groundwork import system_user
from accounts.models import Node, Organisation, User
from accounts.roles import Role
from lifecycle.demo import accepting
from policy.terms import Line, NodeKind

PASSWORD = "yanshi-2026-ceshi"  # noqa: S105 - printed for everyone who tries the demo
PLACES = (
    ("示例市", NodeKind.CITY, True, True),
    ("示例州", NodeKind.CITY, True, True),
    ("示例省教育厅", NodeKind.DEPARTMENT, False, False),
)
# user name, name, role, the organisation's name
SEATS = (
    ("ph", "省人社经办甲", Role.PH, "示例省人力资源和社会保障厅"),
    ("phl", "省人社负责人", Role.PHL, "示例省人力资源和社会保障厅"),
    ("pf", "省财政经办甲", Role.PF, "示例省财政厅"),
    ("pf2", "省财政经办乙", Role.PF, "示例省财政厅"),
    ("pfl", "省财政负责人", Role.PFL, "示例省财政厅"),
    ("ch", "市人社经办", Role.CH, "示例市人力资源和社会保障局"),
    ("cf", "市财政经办", Role.CF, "示例市财政局"),
    ("ch2", "州人社经办", Role.CH, "示例州人力资源和社会保障局"),
    ("cf2", "州财政经办", Role.CF, "示例州财政局"),
    ("tj", "教育厅经办", Role.CH, "示例省教育厅职教处"),
    ("au", "审计人员", Role.AU, "示例省信息中心"),
)


# A third city, a county of the first and one more department: places of the whole demo only.
MORE_PLACES = (
    ("示例江市", NodeKind.CITY, "", ((Line.HR, "人力资源和社会保障局"), (Line.FINANCE, "财政局"))),
    ("示例县", NodeKind.COUNTY, "示例市", ((Line.HR, "人力资源和社会保障局"), (Line.FINANCE, "财政局"))),
    ("示例省国资委", NodeKind.DEPARTMENT, "", ((Line.RECOMMENDER, "企业改革处"),)),
)
MORE_SEATS = (
    ("ch3", "江市人社经办", Role.CH, "示例江市人力资源和社会保障局"),
    ("cf3", "江市财政经办", Role.CF, "示例江市财政局"),
    ("ch4", "县人社经办", Role.CH, "示例县人力资源和社会保障局"),
    ("cf4", "县财政经办", Role.CF, "示例县财政局"),
    ("gz", "国资委经办", Role.CH, "示例省国资委企业改革处"),
)


@dataclass
class Cast:
    """Everyone by user name; units' people as `<unit>.u1`, `<unit>.u2`."""

    people: dict[str, User]

    def __getitem__(self, name: str) -> User:
        return self.people[name]


class ThrownAway(PBKDF2PasswordHasher):
    """For first passwords that are replaced at once by the demo's and never seen by anyone."""

    algorithm, iterations = "thrown_away", 1


@contextmanager
def quick_accounts() -> Iterator[None]:
    """Argon2 is slow on purpose: hash what is kept, once, and the forty first passwords cheaply."""
    _hashed()
    with override_settings(PASSWORD_HASHERS=[f"{ThrownAway.__module__}.{ThrownAway.__name__}"]):
        yield


def build(on: date) -> Cast:
    """The province, its offices and the people who are not of a unit."""
    accounts.set_up(
        province="示例省",
        hr="示例省人力资源和社会保障厅",
        finance="示例省财政厅",
        system="示例省信息中心",
        username="sa",
        name="系统管理员",
        actor=system_user(),
        on=on,
    )
    admin = User.objects.get(username="sa")
    root = Node.objects.get(kind=NodeKind.PROVINCE)
    for name, kind, hr, finance in PLACES:
        node = accounts.create_node(name=name, kind=kind, parent_id=root.pk, actor=admin, on=on)
        for wanted, line, title in ((hr, Line.HR, "人力资源和社会保障局"), (finance, Line.FINANCE, "财政局")):
            if wanted:
                accounts.create_organisation(node_id=node.pk, name=name + title, line=line, actor=admin, on=on)
        if kind == NodeKind.DEPARTMENT:
            accounts.create_organisation(
                node_id=node.pk, name=f"{name}职教处", line=Line.RECOMMENDER, actor=admin, on=on
            )
    cast = Cast({"sa": _with_password(admin)})
    for username, name, role, unit in SEATS:
        cast.people[username] = seat(username, name, role, Organisation.objects.get(name=unit), admin=admin, on=on)
    accepting.register(cast, Organisation.objects.get(name="示例省人力资源和社会保障厅"), on=on)
    return cast


def widen(cast: Cast, on: date) -> None:
    """The places and people of the other half of the province."""
    admin = cast["sa"]
    for name, kind, parent, offices in MORE_PLACES:
        above = Node.objects.get(name=parent) if parent else Node.objects.get(kind=NodeKind.PROVINCE)
        node = accounts.create_node(name=name, kind=kind, parent_id=above.pk, actor=admin, on=on)
        for line, title in offices:
            accounts.create_organisation(node_id=node.pk, name=name + title, line=line, actor=admin, on=on)
    for username, name, role, unit in MORE_SEATS:
        cast.people[username] = seat(username, name, role, Organisation.objects.get(name=unit), admin=admin, on=on)


def seat(username: str, name: str, role: Role, unit: Organisation, *, admin: User, on: date) -> User:
    """An account with one role, and the demo's password."""
    made = accounts.create_user(username=username, name=name, actor=admin, on=on)
    accounts.grant_role(made.user.pk, role=role, organisation_id=unit.pk, since=on, actor=admin, on=on)
    return _with_password(User.objects.get(pk=made.user.pk))


@cache
def _hashed() -> str:
    """One hash for everybody: this password is printed anyway."""
    return make_password(PASSWORD)


def _with_password(user: User) -> User:
    user.password, user.must_change_password = _hashed(), False
    user.save(update_fields=["password", "must_change_password"])
    return user


def staff(cast: Cast, key: str, unit: Organisation, *, on: date) -> None:
    """U1 and U2 of a unit."""
    for role, title in ((Role.U1, "经办"), (Role.U2, "负责人")):
        name = f"{key}.{role.value.lower()}"
        if name not in cast.people:
            cast.people[name] = seat(name, f"{unit.name[:16]}{title}", role, unit, admin=cast["sa"], on=on)
