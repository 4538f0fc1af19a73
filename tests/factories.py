"""Small invented people, places and projects for tests. Nothing here calls an operation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Membership, Node, Organisation, User
from accounts.roles import Role
from policy.terms import Kind, Line, NodeKind, Sector, Stage, Track, UnitType
from projects.models import Project, SettingSheet, Waiver
from tests.numbers import fresh
from tests.remember import remembered

EDITION = "jilin_2025"
AWARDED_ON = date(2026, 1, 15)


def node(name="示例省", kind=NodeKind.PROVINCE, parent=None):
    above = parent.path if parent else ""
    return Node.objects.create(name=name, kind=kind, parent=parent, path=f"{above}{fresh():04d}/")


def organisation(place, line=Line.UNIT, name="", **facts):
    facts.setdefault("unit_type", UnitType.TECHNICAL if line == Line.UNIT else "")
    return Organisation.objects.create(node=place, line=line, name=name or f"示例单位{fresh()}", **facts)


def user(role, organisation=None, name=""):
    number = fresh()
    person = User.objects.create_user(f"user{number}", password="示例口令", name=name or f"{role}{number}")
    Membership.objects.create(user=person, role=role, organisation=organisation)
    return person


def project(unit, **facts):
    number = fresh()
    given = {
        "number": f"SL{number:05d}",
        "name": f"示例项目{number}",
        "kind": Kind.BASE,
        "track": Track.NEW,
        "sector": Sector.MANUFACTURING,
        "edition_code": EDITION,
        "stage": Stage.AWARDED,
        "identity_key": f"示例{number}",
        "grant": Decimal("7000000.00"),
        "award_document": "示例人社联〔2026〕1号",
        "awarded_on": AWARDED_ON,
        "stage_since": AWARDED_ON,
    } | facts
    return Project.objects.create(organisation=unit, **given)


@dataclass
class World:
    """A province with its two departments, a city with its two offices, a unit, and one person in every role."""

    province: Node
    city: Node
    unit: Organisation
    province_hr: Organisation
    province_finance: Organisation
    city_hr: Organisation
    city_finance: Organisation
    people: dict[str, User]

    def __getattr__(self, name):
        """`world.u1`, `world.phl`: the person in that role."""
        try:
            return self.__dict__["people"][name.upper()]
        except KeyError:
            raise AttributeError(name) from None


@remembered
def world():
    province = node()
    city = node("示例市", NodeKind.CITY, province)
    unit = organisation(city, name=f"示例市技师学院{fresh()}")
    offices = {
        "province_hr": organisation(province, Line.HR, f"示例省人社厅{fresh()}"),
        "province_finance": organisation(province, Line.FINANCE, f"示例省财政厅{fresh()}"),
        "city_hr": organisation(city, Line.HR, f"示例市人社局{fresh()}"),
        "city_finance": organisation(city, Line.FINANCE, f"示例市财政局{fresh()}"),
    }
    seats = {
        Role.U1: unit,
        Role.U2: unit,
        Role.CH: offices["city_hr"],
        Role.CF: offices["city_finance"],
        Role.PH: offices["province_hr"],
        Role.PHL: offices["province_hr"],
        Role.PF: offices["province_finance"],
        Role.PFL: offices["province_finance"],
        Role.AU: offices["province_hr"],
        Role.SA: offices["province_hr"],
    }
    people = {str(role.value): user(role, place) for role, place in seats.items()}
    return World(province, city, unit, people=people, **offices)


def waiver(project, by, on, until):
    """One that waits for both departments."""
    said = {"finding": "缺资产卡", "rank": "default", "reason": "停产", "number": "示例8号", "dated_on": on}
    facts = said | {"until": until, "proposed_by": by, "proposed_on": on}
    return Waiver.objects.create(project=project, source="funds", code="asset_card", **facts)


def setting_sheet(by, on, effective_on, province):
    """One that waits for both departments."""
    rows = [{"key": "experts_min", "text": "7", "blocks": True}]
    facts = {"number": f"示例{fresh()}号", "effective_on": effective_on, "rows": rows, "state": "signing"}
    return SettingSheet.objects.create(edition_code=EDITION, province=province, drafted_by=by, drafted_on=on, **facts)
