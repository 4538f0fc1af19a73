"""A province that receives award lists, with the recommenders the samples name; and the samples."""

from datetime import date
from pathlib import Path

from accounts.models import Entry
from policy.terms import Kind, Line, NodeKind, Track
from projects.importing import AwardFacts
from tests import factories as make

SAMPLES = Path(__file__).parents[1] / "samples"
BASES, STUDIOS = SAMPLES / "award-bases-2025.xlsx", SAMPLES / "award-studios-2025.xlsx"
ON = date(2026, 3, 2)
EDITION = "jilin_2025"


def make_scene():
    world = make.world()
    world.city_hr.name = "示例市人力资源和社会保障局"
    world.city_hr.save(update_fields=["name"])
    world.education = make.node("省教育厅", NodeKind.DEPARTMENT, world.province)
    world.prefecture = make.node("示例州", NodeKind.CITY, world.province)
    other = make.node("外省", NodeKind.PROVINCE)
    world.other_hr = make.organisation(other, Line.HR, "外省人社厅")
    world.people["STRANGER"] = make.user("PH", world.other_hr)
    world.sibling = make.organisation(world.city, name="同市另一所学校")
    world.people["SIBLING"] = make.user("U2", world.sibling)
    return world


def facts(**changes):
    given = {
        "kind": Kind.BASE,
        "unit_name": "示例新学校",
        "unit_type": "technical",
        "track": Track.NEW,
        "occupations": ("车工", "铣工", "焊工", "电工", "模具工"),
        "credit_code": "12220000MB0A00001G",
        "recommender": "示例市人力资源和社会保障局",
        "contact": "联系人甲",
        "phone": "0430-00000001",
        "declared": {"teachers": "236"},
    } | changes
    return AwardFacts(**given)


def studio(**changes):
    given = {
        "kind": Kind.STUDIO,
        "studio_name": "示例甲焊接技能大师工作室",
        "leader_name": "示例甲",
        "leader_birth": "1974-03",
        "occupations": ("焊工",),
    } | changes
    return facts(**given)


def lines(verb):
    return [(row.result, row.text) for row in Entry.objects.filter(verb=verb)]


def codes(caught):
    return [finding.code for finding in caught.value.findings]
