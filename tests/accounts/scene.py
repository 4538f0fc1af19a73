"""A province whose 系统管理员 sits where the seats say, a second province that must stay out of reach, and helpers."""

from datetime import date

from accounts.models import Entry, User
from accounts.persons import person_key
from accounts.roles import Role
from policy.terms import Line, NodeKind
from tests import factories as make

ON = date(2026, 3, 2)
PASSWORD = "示例口令"


def make_scene():
    world = make.world()
    world.system = make.organisation(world.province, Line.SYSTEM, "示例省系统管理机构")
    world.people["ADMIN"] = make.user(Role.SA, world.system, "甲管理员")
    world.people["ADMIN2"] = make.user(Role.SA, world.system, "乙管理员")
    other = make.node("外省", NodeKind.PROVINCE)
    world.outside = make.organisation(other, name="外省示例学校")
    world.people["STRANGER"] = make.user(Role.U2, world.outside, "外省校长")
    world.sibling = make.organisation(world.city, name="同市另一所学校")
    world.people["SIBLING"] = make.user(Role.U2, world.sibling, "邻校校长")
    world.people["NEWCOMER"] = make.User.objects.create_user("newcomer", password=PASSWORD, name="新同事")
    return world


def lines(verb):
    """What the journal says of an act: (result, text)."""
    return [(row.result, row.text) for row in Entry.objects.filter(verb=verb)]


def codes(caught):
    return [finding.code for finding in caught.value.findings]


def one_person(*accounts):
    """These accounts, fresh, as of one natural person."""
    User.objects.filter(pk__in=[one.pk for one in accounts]).update(person_key=person_key("示例身份标识"))
    return [User.objects.get(pk=one.pk) for one in accounts]
