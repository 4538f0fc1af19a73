"""变更 (T31): the unit proposes, two signatures approve, old values stay, the money never follows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry, OrganisationName
from accounts.queries import name_on
from lifecycle.demo.papers import paper
from lifecycle.models import ChangeRequest
from lifecycle.operations import changes as ops
from lifecycle.queries.changes import rows_of, standing_occupations
from policy.findings import Refused
from policy.terms import Kind, Sector, Stage
from projects.models import Attachment, FormerUnit, Project
from projects.queries import holder_on, unit_on
from tests import factories as make
from tests.lifecycle import scene

ON = date(2026, 7, 1)
SINCE = date(2026, 6, 1)
LEADER = {"leader_name": "示例乙", "leader_birth": "1980-01", "leader_level": "高级技师", "leader_able": "true"}


@pytest.fixture
def project(world):
    return make.project(world.unit, stage=Stage.BUILDING, kind=Kind.BASE)


@pytest.fixture
def studio(world):
    facts = {"leader_name": "示例甲", "leader_birth": "1970-01", "grant": Decimal(300_000)}
    return make.project(world.unit, stage=Stage.BUILDING, kind=Kind.STUDIO, **facts)


def propose(project, world, kind, new, **changes):
    given = {
        "reason": "登记机关核准",
        "document": "示例市监〔2026〕1号",
        "effective_on": SINCE,
        "proof": paper("变更依据"),
    }
    return ops.propose_change(project.pk, kind=kind, new=new, actor=world.u2, on=ON, **(given | changes))


def approve(project, world):
    from lifecycle.payloads import own_payload

    decision = scene.draft("T31", project, world.ph, ON, own_payload("T31", project))
    scene.sign(decision, world.phl, world.pfl, on=ON)
    return decision, Project.objects.select_related("organisation").get(pk=project.pk)


def codes(act, *args, **kwargs):
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return [one.code for one in found.value.findings]


def test_a_rename_keeps_code_and_old_name_with_its_days(project, world):
    old = world.unit.name
    propose(project, world, "rename", {"name": "示例新名学院"})

    decision, after = approve(project, world)

    unit = after.organisation
    assert (unit.pk, unit.name) == (world.unit.pk, "示例新名学院")
    assert OrganisationName.objects.get().document == decision.number
    assert (name_on(unit, date(2026, 5, 31)), name_on(unit, SINCE)) == (old, "示例新名学院")
    assert rows_of(after)[0]["words"] == f"单位名称：{old} → 示例新名学院"


def test_a_second_rename_leaves_each_name_its_own_days(project, world):
    first = world.unit.name
    propose(project, world, "rename", {"name": "示例二名学院"})
    _, after = approve(project, world)
    propose(after, world, "rename", {"name": "示例三名学院"}, effective_on=ON)
    _, after = approve(after, world)

    days = (date(2026, 5, 1), date(2026, 6, 15), ON)
    assert [name_on(after.organisation, day) for day in days] == [first, "示例二名学院", "示例三名学院"]


def test_a_merger_hands_the_project_to_a_registered_successor(project, world):
    successor = make.organisation(world.city, name="示例合并学院", credit_code="91220000MA0000000X")
    new = {"name": successor.name, "credit_code": successor.credit_code}
    assert codes(propose, project, world, "merger", new | {"credit_code": "无"}) == ["credit_code"]
    assert codes(propose, project, world, "merger", new | {"name": "另一名称"}) == ["name"]
    propose(project, world, "merger", new)

    _, after = approve(project, world)

    assert after.organisation == successor
    assert ChangeRequest.objects.get().old["name"] == world.unit.name


def test_a_form_names_the_unit_that_held_the_project_on_its_date(project, world):
    """A rename, then a merger, then a rename of the successor: each paper by its own day."""
    first, later = world.unit.name, date(2026, 6, 20)
    successor = make.organisation(world.city, name="示例合并学院", credit_code="91220000MA0000000X")
    propose(project, world, "rename", {"name": "示例更名学院"}, effective_on=SINCE - timedelta(days=20))
    _, after = approve(project, world)
    propose(after, world, "merger", {"name": successor.name, "credit_code": successor.credit_code})
    decision, after = approve(after, world)
    OrganisationName.objects.create(organisation=successor, name="示例旧院", until=later, document="更名文件")

    days = [SINCE - timedelta(days=21), SINCE - timedelta(days=1), SINCE, later, None]
    assert [unit_on(after, day) for day in days] == [first, "示例更名学院", "示例旧院", "示例合并学院", "示例合并学院"]
    assert after.former_units.get().document == decision.number
    assert holder_on(after, SINCE - timedelta(days=1)) == world.unit


def test_a_project_is_handed_on_once_a_day(project, world):
    names = {"示例合并学院": "91220000MA0000000X", "示例再并学院": "91220000MA00000019"}
    for name, code in names.items():
        make.organisation(world.city, name=name, credit_code=code)
    (one, code), (two, other) = names.items()
    propose(project, world, "merger", {"name": one, "credit_code": code})
    _, after = approve(project, world)
    FormerUnit.objects.filter(project=after).update(until=ON)

    leader = make.user("U2", after.organisation)
    given = {"kind": "merger", "new": {"name": two, "credit_code": other}, "reason": "再次合并", "document": "示例1号"}
    ops.propose_change(after.pk, **given, effective_on=ON, proof=paper("依据"), actor=leader, on=ON)

    assert codes(approve, after, world) == ["effective_on"]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"leader_level": "其他"}, "T5"), ({"leader_able": "false"}, "T6"), ({"leader_name": "示例丙"}, "T7")],
    ids=["skill", "health", "has a studio in this unit already"],
)
def test_a_new_leader_meets_the_conditions(studio, world, change, code):
    make.project(world.unit, kind=Kind.STUDIO, leader_name="示例丙", leader_birth="1980-01")

    assert codes(propose, studio, world, "leader", LEADER | change) == [code]


def test_a_new_leader_takes_over_and_the_old_one_stays_readable(studio, world):
    propose(studio, world, "leader", LEADER)

    _, after = approve(studio, world)

    assert (after.leader_name, after.leader_birth) == ("示例乙", "1980-01")
    assert ChangeRequest.objects.get().old == {"leader_name": "示例甲", "leader_birth": "1970-01"}


def test_a_base_has_no_leader_to_change(project, world):
    assert "kind" in codes(propose, project, world, "leader", LEADER)


def test_occupations_change_and_neither_category_nor_money_follows(project, world):
    """From 6 (生产制造) to nothing but 4 (服务): the award's category is frozen (handbook 2)."""
    row = {"written": "车工", "code": "6-18-01-01", "name": "车工", "level": "细类", "major": 6}
    kept = {"written": "焊工", "code": "6-18-02-04", "name": "焊工", "level": "细类", "major": 6}
    for order, facts in enumerate((row, kept), 1):
        project.occupations.create(order=order, **facts)
    added = {"written": "汽车维修工", "code": "4-12-01-01", "name": "汽车维修工", "level": "细类", "major": 4}
    propose(project, world, "occupations", {"occupations": [added]})

    _, after = approve(project, world)

    assert [one.written for one in standing_occupations(after)] == ["汽车维修工"]
    assert {one.written: one.until for one in after.occupations.all()} == {
        "车工": SINCE,
        "焊工": SINCE,
        "汽车维修工": None,
    }
    assert (after.sector, after.grant) == (Sector.MANUFACTURING, Decimal("7000000.00"))


def test_construction_content_is_read_from_the_last_approved_change(project, world):
    propose(project, world, "content", {"content": "增建一个实训室"})
    _, after = approve(project, world)
    request = propose(after, world, "content", {"content": "再增一个实训室"})

    assert request.old == {"content": "增建一个实训室"}


def test_papers_reason_and_a_day_that_has_come_are_asked_for(project, world):
    new = {"name": "示例新名学院"}
    bare = {"reason": " ", "document": "", "proof": None, "effective_on": date(2026, 7, 2)}

    assert codes(propose, project, world, "rename", new, **bare) == ["reason", "document", "proof", "effective_on"]
    assert codes(propose, project, world, "rename", {"name": world.unit.name}) == ["name"]
    assert not ChangeRequest.objects.exists()


def test_one_request_of_a_kind_waits_and_may_be_withdrawn(project, world):
    request = propose(project, world, "rename", {"name": "示例新名学院"})
    assert codes(propose, project, world, "rename", {"name": "示例另名学院"}) == ["waiting"]

    ops.withdraw_change(project.pk, request.pk, actor=world.u2, on=ON)

    assert propose(project, world, "rename", {"name": "示例另名学院"}).state == "open"


def test_the_department_says_why_not(project, world):
    request = propose(project, world, "rename", {"name": "示例新名学院"})
    assert codes(ops.refuse_change, project.pk, request.pk, answer=" ", actor=world.ph, on=ON) == ["answer"]

    ops.refuse_change(project.pk, request.pk, answer="登记未完成", actor=world.ph, on=ON)

    assert ChangeRequest.objects.get().answer == "登记未完成"
    assert scene.refused(scene.draft, "T31", project, world.ph, ON) == ["unit_change", "unit_change"]


def test_what_is_being_signed_is_not_withdrawn_and_not_swapped(project, world):
    from lifecycle.payloads import own_payload

    request = propose(project, world, "rename", {"name": "示例新名学院"})
    decision = scene.draft("T31", project, world.ph, ON, own_payload("T31", project))
    assert codes(ops.withdraw_change, project.pk, request.pk, actor=world.u2, on=ON) == ["signing"]
    ChangeRequest.objects.update(new={"name": "被换掉的名称"})
    scene.sign(decision, world.phl, on=ON)

    with pytest.raises(Refused, match="已办理、撤回或变更"):
        scene.sign(decision, world.pfl, on=ON)
    assert Project.objects.get(pk=project.pk).organisation.name == world.unit.name


def test_a_value_that_changed_meanwhile_stops_the_approval(project, world):
    propose(project, world, "rename", {"name": "示例新名学院"})
    world.unit.name = "示例别处改名学院"
    world.unit.save(update_fields=["name"])

    from lifecycle.payloads import own_payload

    assert "old" in scene.refused(scene.draft, "T31", Project.objects.get(pk=project.pk), world.ph, ON,
                                  own_payload("T31", Project.objects.get(pk=project.pk)))  # fmt: skip


def test_nobody_but_the_units_leader_proposes_and_a_stranger_learns_nothing(project, world):
    stranger = make.user("U2", make.organisation(world.city))
    people = [world.people[role] for role in ("U1", "CH", "CF", "PH", "PHL", "PF", "PFL", "AU", "SA")] + [stranger]
    for person in people:
        with pytest.raises(PermissionDenied):
            ops.propose_change(
                project.pk, kind="rename", new={"name": "示例"}, reason="r", document="d", effective_on=SINCE,
                proof=paper("变更依据"), actor=person, on=ON,
            )  # fmt: skip
    assert not ChangeRequest.objects.exists()
    assert not Attachment.objects.filter(about="change").exists()


def test_the_page_shows_old_and_new_to_the_unit_and_not_to_another(project, world, client):
    propose(project, world, "rename", {"name": "示例新名学院"})
    stranger = make.user("U2", make.organisation(world.city))

    client.force_login(world.u1)
    page = client.get(f"/projects/{project.pk}/changes/")
    client.force_login(stranger)

    assert world.unit.name in page.content.decode()
    assert "示例新名学院" in page.content.decode()
    assert client.get(f"/projects/{project.pk}/changes/").status_code == 404
    assert client.get(f"/api/v1/projects/{project.pk}/changes/").status_code == 404


def test_the_unit_proposes_on_the_page_and_keeps_what_it_typed(studio, world, client):
    client.force_login(world.u2)
    path = f"/projects/{studio.pk}/changes/new/leader/"
    given = LEADER | {"reason": "原带头人退休", "document": "示例1号", "effective_on": SINCE, "proof": paper("依据")}

    wrong = client.post(path, given | {"leader_level": "其他", "proof": paper("依据")})
    right = client.post(path, given)

    assert wrong.status_code == 422
    assert "原带头人退休" in wrong.content.decode()
    assert "T5" in wrong.content.decode()
    assert right.status_code == 302
    assert right.url == f"/projects/{studio.pk}/changes/"
    assert ChangeRequest.objects.get().new == LEADER
    assert client.get(f"/projects/{studio.pk}/changes/new/nothing/").status_code == 404
    assert Entry.objects.filter(verb="申请变更", result="ok").count() == 1


def test_a_form_shows_the_name_of_its_own_date(project, world):
    """The targets were filed before the rename, the report came after it."""
    from lifecycle import f13
    from performance import f02
    from performance.queries import sheet_of
    from tests.performance import life

    filed = make.project(world.unit)
    life.filed(filed, world)
    sheet = sheet_of(filed)
    sheet.filed_on = date(2026, 5, 1)
    old = world.unit.name
    propose(project, world, "rename", {"name": "示例新名学院"})
    approve(project, world)

    after = Project.objects.select_related("organisation__node").get(pk=filed.pk)
    assert f02.content(after, sheet)["unit"] == old
    assert f13.content(after, [], [], about="整改", on=ON)["unit"] == "示例新名学院"


def test_who_drafts_the_approval_finds_the_request_among_the_tasks_of_the_day(project, world):
    from lifecycle.inbox import tasks_for

    propose(project, world, "rename", {"name": "示例新名学院"})

    told = [(task.title, task.note) for task in tasks_for(world.ph, ON) if task.url.endswith("/changes/")]
    assert told == [("办理变更申请", "单位更名")]
