"""绩效自评 with the unit: figures of the accepted reports, points, what is missing, one signature (handbook 4)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from performance import operations, self_prints
from performance.models import AssessmentRow
from performance.operations import Reached
from performance.queries.assessments import table_of
from performance.rules.scored import again
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Project
from tests import factories as make
from tests.performance import assess_scene as scene
from tests.performance.assess_scene import ON, drafted, fresh, rows_of, saved, sent, typed

pytestmark = pytest.mark.django_db
NAMES = ("培训人次", "满意率", "设备故障率", "安全事故", "开发课程", "制度建设")


@pytest.fixture
def project(world):
    return scene.ready(world)


def said(one, name, side="unit"):
    row = AssessmentRow.objects.get(assessment=one, indicator__name=name, side=side)
    return (row.actual or row.attained, row.score)


def test_it_begins_with_the_accepted_figures_and_a_missing_one_stays_empty(project, world):
    one = drafted(project, world)

    assert {name: said(one, name) for name in NAMES} == {
        "培训人次": ("2000", Decimal("30.00")),
        "满意率": ("350/400", Decimal("19.44")),
        "设备故障率": ("6", Decimal("12.00")),
        "安全事故": ("0", Decimal("10.00")),
        "开发课程": ("", None),
        "制度建设": ("full", None),
    }
    assert (fresh(one).unit_total, one.year_budget, one.year_spent) == (None, 1_000_000, 800_000)


def test_page_paper_and_api_say_the_same_figure(project, world, signed_in):
    one = sent(project, world)
    client = signed_in(world.u1)

    page = client.get(f"/projects/{project.pk}/assessments/{one.pk}/").content.decode()
    paper = {row["name"]: row["actual"] for row in self_prints.content(one, table_of(one, {}), side="unit")["rows"]}
    told = client.get(f"/api/v1/projects/{project.pk}/assessments/{one.pk}/").json()
    api = {row["name"]: row["sides"][0] for row in told["rows"]}

    assert paper == {
        "培训人次": "2000", "满意率": "87.5%（350/400）", "设备故障率": "6%", "安全事故": "0", "开发课程": "12",
        "制度建设": "达成年度指标",
    }  # fmt: skip
    assert {name: row["shown"] for name, row in api.items()} == paper
    assert all(text in page for text in paper.values())
    assert (api["满意率"]["actual"], api["设备故障率"]["score"], told["unit_total"]) == ("350/400", "12.00", "93.94")
    assert "12.00 分" in page


def test_the_total_is_the_sum_of_the_stored_scores_and_can_be_worked_out_again(project, world):
    one = sent(project, world)

    rows = list(one.rows.all())
    assert one.execution_score == Decimal("8.00")
    assert one.unit_total == sum(row.score for row in rows) + one.execution_score == Decimal("93.94")
    assert [again(row.inputs) for row in rows] == [row.score for row in rows]
    assert {row.inputs["scheme"] for row in rows} == {one.scheme}


def test_overspending_earns_no_more_than_the_weight_and_no_budget_no_total(world):
    rich, poor = scene.building(world), scene.building(world)
    for project in (rich, poor):
        scene.reported(project, world, scene.sheet(project, world))
    scene.money(rich, world, allocated=1_000_000, spent=1_300_000)

    first, second = drafted(rich, world), drafted(poor, world)
    found = saved(second, world)

    assert (first.execution_score, second.execution_score) == (Decimal("10.00"), None)
    assert (["no_budget"], fresh(second).unit_total) == ([one.code for one in found], None)


def test_everything_typed_is_kept_and_all_problems_come_at_once(project, world):
    one = drafted(project, world)
    values = typed(
        one,
        培训人次=Reached("约两千"),
        满意率=Reached("", reason="问卷未回收"),
        安全事故=Reached("1"),
        制度建设=Reached(attained="partly", points=Decimal("9.99")),
    )

    found = operations.save_assessment(project.pk, one.pk, values=values, actor=world.u1, on=ON)

    assert said(one, "培训人次") == ("约两千", None)
    assert said(one, "制度建设") == ("partly", None)
    pks = {row.indicator.name: row.indicator.pk for row in rows_of(one).values()}
    assert [(finding.code, finding.field) for finding in found] == [
        ("value", f"v{pks['培训人次']}-actual"),
        ("missing", f"v{pks['满意率']}-actual"),
        ("reason", f"v{pks['设备故障率']}-reason"),
        ("reason", f"v{pks['安全事故']}-reason"),
        ("missing", f"v{pks['开发课程']}-actual"),
        ("qualitative_score", f"v{pks['制度建设']}-points"),
        ("reason", f"v{pks['制度建设']}-reason"),
        ("goal_done", "goal_done"),
    ]
    with pytest.raises(Refused):
        operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)


def test_another_value_than_the_accepted_one_says_why(project, world):
    one = drafted(project, world)

    without = saved(one, world, 培训人次=Reached("2100"))
    with_reason = saved(one, world, 培训人次=Reached("2100", reason="两个班次漏报"))
    same = saved(one, world, 培训人次=Reached("2,000"))

    assert [(finding.code, "审定数（2000）" in finding.message) for finding in without] == [("differs", True)]
    assert (with_reason, same) == ([], [])


def test_who_typed_does_not_sign_until_a_colleague_takes_over(project, world):
    one = drafted(project, world)
    saved(one, world, actor=world.u2)

    with pytest.raises(Refused, match="您填写过"):
        operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    operations.take_over_assessment(project.pk, one.pk, actor=world.u1, on=ON)
    done = operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)

    assert (done.state, done.turn) == ("submitted", 1)


def test_a_page_read_before_somebody_saved_is_refused_as_stale(project, world):
    from performance.queries.assessments import values_version

    one = drafted(project, world)
    seen = values_version(one, rows_of(one).values(), "unit")
    saved(one, world)

    with pytest.raises(Refused, match="他人修改"):
        operations.save_assessment(project.pk, one.pk, values=typed(one), actor=world.u1, on=ON, seen=seen)


def test_a_year_is_assessed_when_it_is_over_and_once(world):
    project = scene.ready(world)

    with pytest.raises(Refused, match="之后编制"):
        operations.draft_assessment(project.pk, kind="year", block="2026", actor=world.u1, on=scene.Q1)
    with pytest.raises(Refused, match="不在建设期内"):
        operations.draft_assessment(project.pk, kind="year", block="2025", actor=world.u1, on=ON)
    drafted(project, world)
    with pytest.raises(Refused, match="已经编制"):
        drafted(project, world)


def test_reports_that_do_not_reach_the_end_give_no_figure(world):
    project = scene.building(world, build_end_on=scene.date(2026, 9, 30))
    scene.reported(project, world, scene.sheet(project, world))

    one = operations.draft_assessment(project.pk, kind="year", block="2026", actor=world.u1, on=scene.date(2026, 10, 8))

    assert {row.actual for row in one.rows.all()} == {""}
    assert {row.note for row in rows_of(one).values()} == {"季报包审定至 2026-06-30，未到 2026-09-30"}


def test_the_version_in_force_at_the_end_of_the_year_judges_it(world):
    project = scene.building(world)
    scene.sheet(project, world)
    second = scene.sheet(project, world, version=2, filed_on=scene.Q1)
    late = scene.sheet(project, world, version=3, filed_on=ON)

    made = drafted(project, world)
    final = drafted(project, world, "final", "period")

    assert (made.sheet_id, final.sheet_id) == (second.pk, late.pk)


@pytest.mark.parametrize("who", ["ch", "ph", "au"])
def test_nobody_but_the_unit_drafts(project, world, who):
    with pytest.raises(PermissionDenied):
        drafted(project, world, actor=world.people[who.upper()])


def test_another_unit_neither_drafts_nor_reads(project, world, signed_in):
    one = sent(project, world)
    other = make.user("U1", make.organisation(world.city))

    with pytest.raises(PermissionDenied):
        operations.save_assessment(project.pk, one.pk, values={}, actor=other, on=ON)
    assert signed_in(other).get(f"/projects/{project.pk}/assessments/{one.pk}/").status_code == 404


def test_it_is_taken_back_while_no_office_has_spoken(project, world):
    one = sent(project, world)
    operations.recall_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    values = typed(fresh(one), "city")
    operations.check_assessment(project.pk, one.pk, values=values, actor=world.ch, on=ON)

    with pytest.raises(Refused, match="不能撤回"):
        operations.recall_assessment(project.pk, one.pk, actor=world.u2, on=ON)


def test_at_the_end_the_whole_build_is_assessed_and_stands_for_the_paper_of_the_application(project, world):
    from lifecycle.queries import snapshot_of

    before = snapshot_of(project, on=ON).pack_missing
    one = drafted(project, world, "final", "period")
    saved(one, world)
    left = fresh(one).complete

    assert left is False  # gate B's money counts approved budgets alone
    from tests.performance.life import budgeted

    budgeted(project, spent="7000000.00")
    operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    assert "绩效自评表" in before
    assert "绩效自评表" not in snapshot_of(project, on=ON).pack_missing
    assert fresh(one).execution_score == Decimal("10.00")


def test_gate_b_asks_why_it_differs_from_what_the_unit_said(project, world):
    from tests.performance.life import budgeted

    budgeted(project)
    one = drafted(project, world, "final", "period")
    saved(one, world)
    operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    Project.objects.filter(pk=project.pk).update(stage=Stage.IN_ACCEPTANCE, stage_since=ON)
    pk = rows_of(one)["培训人次"].indicator.pk

    with pytest.raises(Refused, match="期满自评值（2000）不同"):
        operations.enter_values(project.pk, acceptance_ref=1, values={pk: Reached("2100")}, actor=world.ph, on=ON)
    value = Reached("2100", reason="核实补录班次")
    operations.enter_values(project.pk, acceptance_ref=1, values={pk: value}, actor=world.ph, on=ON)
    operations.enter_values(project.pk, acceptance_ref=1, values={pk: Reached("2000.0")}, actor=world.ph, on=ON)
