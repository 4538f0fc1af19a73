"""What 附件1 and 附件2 say of each project: as it was declared, under the unit's name of the day."""

from collections.abc import Iterable, Sequence
from datetime import date

from policy.terms import Kind, Sector, UnitType
from projects.importing import ENDING
from projects.models import Project
from projects.queries import units_on

UNDECIDED = "待定"
LAST = 10**6


def studio_rows(projects: Iterable[Project], on: date, phones: Sequence[str]) -> list[list[str]]:
    """F16, of projects read with `occupations`. Two statements. `phones`: as this reader may see them."""
    found = list(projects)
    names = units_on(found, on)
    return [
        [
            _said(one, "order") or str(place),
            one.name.removesuffix(ENDING),
            names[one.pk],
            _unit_type(one),
            one.leader_name,
            _said(one, "gender"),
            age(one.leader_birth, on),
            _occupations(one),
            _said(one, "skill_level"),
            _said(one, "honours"),
            _sector(one),
            one.recommender,
            one.contact,
            phone,
        ]
        for place, (one, phone) in enumerate(zip(found, phones, strict=True), start=1)
    ]


def base_rows(projects: Iterable[Project], on: date, phones: Sequence[str]) -> list[list[str]]:
    """F17, of projects read with `occupations`. Two statements. `phones`: as this reader may see them."""
    found = list(projects)
    names = units_on(found, on)
    counts = ("training_area_m2", "students_or_staff", "trained_per_year", "high_skill_trained")
    return [
        [
            _said(one, "order") or str(place),
            names[one.pk],
            _unit_type(one),
            str(one.get_track_display()),
            _occupations(one),
            _sector(one),
            *(_said(one, key) for key in counts),
            _teachers(one),
            one.recommender,
            one.contact,
            phone,
        ]
        for place, (one, phone) in enumerate(zip(found, phones, strict=True), start=1)
    ]


def place_of(project: Project) -> tuple[str, str, int, int]:
    """Where it stands in the list: each 推荐单位 in the order it gave itself."""
    order = _said(project, "order")
    return project.edition_code, project.recommender, int(order) if order.isdecimal() else LAST, project.pk


def age(born: str, on: date) -> str:
    """Full years on a day of who was born in a month "YYYY-MM"; the month counts as reached."""
    if not born:
        return ""
    year, month = (int(part) for part in born.split("-"))
    return str(on.year - year - (on.month < month))


def _said(project: Project, key: str) -> str:
    return str(project.declared.get(key) or "")


def _teachers(project: Project) -> str:
    """236（41）: 236 teachers, of whom 41 part-time."""
    whole, part = _said(project, "teachers"), _said(project, "part_time_teachers")
    return f"{whole}（{part}）" if whole and part else whole


def _unit_type(project: Project) -> str:
    """As it was at the award; of a draft, as the unit is registered."""
    code = project.unit_type or project.organisation.unit_type
    return str(UnitType(code).label) if code else ""


def _occupations(project: Project) -> str:
    """Those of the award: what a 变更 added since is none of it."""
    return "、".join(one.written for one in project.occupations.all() if one.since is None)


def _sector(project: Project) -> str:
    return str(Sector(project.sector).label) if project.sector else UNDECIDED


def of_kind(projects: Iterable[Project], kind: Kind) -> list[Project]:
    """In the order of the list."""
    return sorted((one for one in projects if one.kind == kind), key=place_of)
