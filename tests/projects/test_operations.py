"""Registering awards: what a draft says, who may, and that a second time changes nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts import groundwork
from accounts.models import Entry, Organisation
from policy.findings import Refused
from policy.loader import edition
from policy.terms import Kind, Line, Sector, Stage, Track
from projects import decisions, importing, operations
from projects.models import Project
from tests import factories as make
from tests.projects.scene import BASES, EDITION, ON, STUDIOS, codes, facts, lines, studio


def register(world, said, actor=None, **changes):
    return operations.register_project(said, edition_code=EDITION, actor=actor or world.ph, on=ON, **changes)


def sample(path):
    return importing.read_list(path.read_bytes(), edition(EDITION)).rows


def test_a_base_is_registered_as_a_draft_with_category_and_amount(world):
    project, is_new = register(world, facts(), document=" 备案〔2026〕1号 ", awarded_on=date(2026, 1, 5))

    project.refresh_from_db()
    assert is_new
    assert project.name == "示例新学校国家级高技能人才培训基地建设项目"
    assert (project.stage, project.sector, project.grant) == (Stage.DRAFT, Sector.MANUFACTURING, Decimal(7_000_000))
    assert (project.award_document, project.awarded_on) == ("备案〔2026〕1号", date(2026, 1, 5))
    assert [one.code[:1] for one in project.occupations.all()] == ["6"] * 5
    assert (project.declared, project.edition_code) == ({"teachers": "236"}, EDITION)


def test_a_registration_leaves_its_lines(world):
    project, _ = register(world, facts())

    rows = list(Entry.objects.filter(verb="登记立项"))
    assert [(row.project_id, row.text) for row in rows] == [
        (None, "新增项目单位示例新学校，挂在示例市之下"),
        (project.pk, f"登记草稿：{project.name}"),
    ]
    assert Decimal(dict(rows[1].changes)["grant"]) == 7_000_000


@pytest.mark.parametrize(
    ("recommender", "where"),
    [
        ("示例市人力资源和社会保障局", "示例市"),
        ("示例州人力资源和社会保障局", "示例州"),
        ("示例省教育厅", "省教育厅"),
        ("省教育厅", "省教育厅"),
        ("示例省国资委", "示例省"),
        ("", "示例省"),
        ("外省人社厅", "示例省"),
    ],
)
def test_a_new_unit_hangs_where_its_recommender_sits(world, recommender, where):
    project, _ = register(world, facts(recommender=recommender))

    assert project.organisation.node.name == where


def test_a_unit_is_found_by_its_code_whatever_its_name(world):
    unit = make.organisation(world.city, name="旧名学校", credit_code="12220000MB0A00001G")

    project, _ = register(world, facts())

    assert (project.organisation, Organisation.objects.filter(name="示例新学校").count()) == (unit, 0)


def test_a_unit_is_found_by_its_name_and_gets_its_code(world):
    unit = make.organisation(world.city, name="示例(新)学校")

    project, _ = register(world, facts(unit_name="示例（新）学校"))

    unit.refresh_from_db()
    assert (project.organisation, unit.credit_code) == (unit, "12220000MB0A00001G")


@pytest.mark.parametrize(
    ("unit", "wrong"),
    [
        ({"line": Line.HR, "name": "示例新学校"}, ["line"]),
        ({"name": "示例新学校", "credit_code": "12220000MB0A00002K"}, ["other_code"]),
    ],
)
def test_a_unit_that_cannot_be_meant_is_refused(world, unit, wrong):
    make.organisation(world.prefecture, **unit)

    with pytest.raises(Refused) as caught:
        register(world, facts())

    assert codes(caught) == wrong
    assert not Project.objects.exists()


def test_a_unit_of_another_province_is_refused(world):
    make.organisation(world.other_hr.node, name="示例新学校", credit_code="12220000MB0A00001G")

    with pytest.raises(Refused) as caught:
        register(world, facts())

    assert codes(caught) == ["elsewhere"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"unit_type": ""}, ["unit_type"]),
        ({"occupations": ()}, ["occupations"]),
        ({"credit_code": "12220000MB0A00001H"}, ["credit_code"]),
        ({"contact": "某" * 41}, ["too_long"]),
        ({"unit_name": "校" * 121, "credit_code": ""}, ["too_long"]),
    ],
)
def test_what_is_missing_or_too_long_is_refused(world, changes, wrong):
    with pytest.raises(Refused) as caught:
        register(world, facts(**changes))

    assert codes(caught) == wrong


def test_a_studio_without_its_leader_is_refused(world):
    with pytest.raises(Refused) as caught:
        register(world, studio(leader_name=""))

    assert codes(caught) == ["leader_name"]


def test_an_award_is_not_dated_in_the_future(world):
    with pytest.raises(Refused) as caught:
        register(world, facts(), awarded_on=date(2026, 3, 3))

    assert codes(caught) == ["awarded_on"]


def test_an_open_category_has_no_amount(world):
    project, _ = register(world, facts(occupations=("车工", "焊工", "电工", "汽车维修工", "无人机驾驶员")))

    assert (project.sector, project.grant) == ("", None)
    assert "由人社、财政两部门书面说明理由后确定" in project.sector_reason


@pytest.mark.parametrize("who", ["u1", "u2", "ch", "cf", "phl", "pf", "pfl", "au", "sa"])
def test_only_the_office_in_charge_registers(world, who):
    with pytest.raises(PermissionDenied):
        register(world, facts(), actor=getattr(world, who))

    assert not Project.objects.exists()
    assert [result for result, _ in lines("登记立项")] == ["refused"]


def test_the_same_award_stands_as_it_is(world):
    project, _ = register(world, facts())
    count = Entry.objects.count()

    again, is_new = register(world, facts(contact="别人", occupations=("养老护理员",)))

    assert (again, is_new, Entry.objects.count()) == (project, False, count)
    assert Project.objects.get().contact == "联系人甲"


@pytest.mark.parametrize("first", [facts(credit_code=""), facts()])
def test_an_award_is_the_same_with_and_without_the_credit_code(world, first):
    register(world, first)

    _, is_new = register(world, facts(credit_code="" if first.credit_code else "12220000MB0A00001G"))

    assert not is_new


def test_one_unit_may_have_a_base_and_two_studios(world):
    awards = [facts(), studio(), studio(leader_name="示例乙", studio_name="")]

    made = [register(world, said)[0] for said in awards]

    assert [project.name for project in made] == [
        "示例新学校国家级高技能人才培训基地建设项目",
        "示例甲焊接技能大师工作室建设项目",
        "示例乙技能大师工作室建设项目",
    ]
    assert Organisation.objects.filter(name="示例新学校").count() == 1


def test_the_samples_give_the_amounts_of_the_notice(world):
    done = [
        operations.register_awards(sample(path), edition_code=EDITION, actor=world.ph, on=ON)
        for path in (BASES, STUDIOS)
    ]

    amounts = [[project.grant and int(project.grant) // 10_000 for project in one.created] for one in done]
    assert amounts == [[700, 400, 600, None, 300, 700], [30, 30, 20, 30, None]]
    assert [(len(one.unchanged), len(one.refused)) for one in done] == [(0, 0), (0, 0)]
    assert Organisation.objects.filter(name="示例市北辰技师学院").get().projects.count() == 2


def test_a_second_run_changes_nothing(world):
    rows = sample(BASES)
    operations.register_awards(rows, edition_code=EDITION, actor=world.ph, on=ON)
    before = Project.objects.count(), Organisation.objects.count(), Entry.objects.count()

    done = operations.register_awards(rows, edition_code=EDITION, actor=world.ph, on=ON, document="另一号")

    assert (len(done.created), len(done.unchanged)) == (0, 6)
    assert (Project.objects.count(), Organisation.objects.count(), Entry.objects.count()) == before


def test_a_row_that_is_refused_leaves_the_others_alone(world):
    first, second, third = sample(BASES)[:3]
    make.organisation(world.city, Line.RECOMMENDER, name=second.unit_name)

    done = operations.register_awards(
        [first, second, replace(third, blocked=True)], edition_code=EDITION, actor=world.ph, on=ON
    )

    assert [project.organisation.name for project in done.created] == [first.unit_name]
    assert [(said.unit_name, [one.code for one in why]) for said, why in done.refused] == [
        (second.unit_name, ["line"]),
        (third.unit_name, ["row"]),
    ]


@pytest.fixture
def draft(world):
    project, _ = register(world, facts())
    return project


def edit(world, project, actor=None, **changes):
    return operations.edit_draft(project.pk, changes=changes, actor=actor or world.ph, on=ON)


def test_a_correction_is_judged_anew(world, draft):
    services = ("养老护理员", "保育师", "健康照护师", "家政服务员")

    edit(world, draft, occupations=services, track=Track.EXISTING)

    draft.refresh_from_db()
    assert (draft.sector, draft.grant) == (Sector.SERVICES, Decimal(3_000_000))
    assert [one.written for one in draft.occupations.all()] == list(services)
    changed = dict(Entry.objects.get(verb="更正草稿").changes)
    assert set(changed) == {"occupations", "sector", "grant", "track"}
    assert changed["track"] == ["new", "existing"]


def test_an_awarded_project_is_not_corrected(world):
    project = make.project(world.unit)

    with pytest.raises(Refused) as caught:
        edit(world, project, contact="别人")

    assert codes(caught) == ["stage"]


def test_a_draft_in_a_decision_is_not_corrected(world, draft):
    decisions.propose(
        kind="award", title="立项决定", number="1号", dated_on=ON, reason="评审通过", basis="通知三",
        items={draft: {}}, actor=world.ph, on=ON,
    )  # fmt: skip

    with pytest.raises(Refused) as caught:
        edit(world, draft, contact="别人")

    assert codes(caught) == ["signing"]


@pytest.mark.parametrize("who", ["u2", "ch", "phl", "stranger"])
def test_only_the_office_in_charge_corrects(world, draft, who):
    with pytest.raises(PermissionDenied):
        edit(world, draft, actor=getattr(world, who), contact="别人")


def test_two_drafts_do_not_become_one(world):
    register(world, studio())
    second, _ = register(world, studio(leader_name="示例乙", leader_birth="1980-01"))

    with pytest.raises(Refused) as caught:
        edit(world, second, leader_name="示例甲", leader_birth="1974-03")

    assert codes(caught) == ["identity"]


def test_facts_come_back_from_a_draft_as_they_went_in(world):
    said = studio(declared={"skill_level": "高级技师"})

    project, _ = register(world, said)

    assert importing.facts_of_project(project) == said


def test_the_system_works_in_the_only_province(db):
    make.node()

    done = operations.register_awards(sample(BASES), edition_code=EDITION, actor=groundwork.system_user(), on=ON)

    assert len(done.created) == 6


def test_the_system_works_in_the_province_of_the_edition(world):
    make.node(edition(EDITION).province)

    project, _ = register(world, facts(recommender=""), actor=groundwork.system_user())

    assert project.organisation.node.name == edition(EDITION).province


def test_among_several_provinces_the_system_does_not_guess(world):
    with pytest.raises(Refused) as caught:
        register(world, facts(), actor=groundwork.system_user())

    assert codes(caught) == ["province"]


def test_without_a_province_nothing_is_registered(db):
    with pytest.raises(Refused, match="还没有省级节点"):
        register(None, facts(), actor=groundwork.system_user())


def test_a_kind_has_its_words():
    assert importing.project_name(facts(kind=Kind.BASE, unit_name="甲校")) == "甲校国家级高技能人才培训基地建设项目"
