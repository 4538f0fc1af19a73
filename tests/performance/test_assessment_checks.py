"""市州核查 and 省级评定: who may say what after whom, what the unit reads, what two signatures fix (SD1, SD2)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry
from performance import operations, self_prints
from performance.models import AssessmentRow
from performance.operations import Reached
from performance.queries.assessments import table_of
from policy.findings import Refused
from projects.models import Decision
from tests import factories as make
from tests.performance import assess_scene as scene
from tests.performance.assess_scene import ON, checked, confirmed, decided, fresh, rows_of, sent, typed

pytestmark = pytest.mark.django_db
LOWER = Reached("1800", reason="两个班次佐证不全，不予认可")


@pytest.fixture
def project(world):
    return scene.ready(world)


def page(client, one):
    return client.get(f"/projects/{one.project_id}/assessments/{one.pk}/").content.decode()


def test_the_city_checks_first_hr_then_finance(project, world):
    one = sent(project, world)

    with pytest.raises(Refused, match="请先由"):
        operations.check_assessment(project.pk, one.pk, actor=world.cf, on=ON)
    operations.check_assessment(project.pk, one.pk, values=typed(one, "city", 培训人次=LOWER), actor=world.ch, on=ON)
    between = fresh(one)
    operations.check_assessment(project.pk, one.pk, actor=world.cf, on=ON)

    assert (between.state, fresh(one).state) == ("submitted", "checked")
    assert (fresh(one).unit_total, fresh(one).city_total) == (Decimal("93.94"), Decimal("90.94"))


def test_a_changed_value_of_an_office_owes_its_own_reason(project, world):
    one = sent(project, world)
    same_words = Reached("7", reason="两台旧设备待报废")

    with pytest.raises(Refused) as without:
        operations.check_assessment(
            project.pk, one.pk, values=typed(one, "city", 培训人次=Reached("1800"), 设备故障率=same_words),
            actor=world.ch, on=ON,
        )  # fmt: skip
    with pytest.raises(Refused, match="没有填写实际完成值"):
        operations.check_assessment(project.pk, one.pk, values={}, actor=world.ch, on=ON)

    pks = {name: row.indicator.pk for name, row in rows_of(one).items()}
    assert [(f.code, f.field) for f in without.value.findings] == [
        ("differs", f"v{pks['培训人次']}-reason"),
        ("differs", f"v{pks['设备故障率']}-reason"),
    ]


def test_an_office_of_another_city_and_the_province_do_not_check(project, world):
    one = sent(project, world)
    town = make.node("示例邻市", "city", world.province)
    stranger = make.user("CH", make.organisation(town, "hr"))

    for actor in (stranger, world.ph, world.u2):
        with pytest.raises(PermissionDenied):
            operations.check_assessment(project.pk, one.pk, actor=actor, on=ON)


def test_without_city_offices_the_step_does_not_exist(world):
    unit = make.organisation(world.province)
    clerk, leader = make.user("U1", unit), make.user("U2", unit)
    project = scene.ready(world, unit)
    one = scene.drafted(project, world, actor=clerk)
    scene.saved(one, world, actor=clerk)

    operations.submit_assessment(project.pk, one.pk, actor=leader, on=ON)

    assert fresh(one).state == "checked"


def test_returned_with_all_remarks_it_comes_back_as_a_new_turn(project, world):
    one = sent(project, world)
    operations.check_assessment(project.pk, one.pk, values=typed(one, "city"), actor=world.ch, on=ON)

    with pytest.raises(Refused, match="一次性写明"):
        operations.return_assessment(project.pk, one.pk, remarks=" ", actor=world.cf, on=ON)
    operations.return_assessment(project.pk, one.pk, remarks="1. 支出口径；2. 佐证", actor=world.cf, on=ON)
    back = fresh(one)
    operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    again = fresh(one)

    assert (back.state, "支出口径" in back.return_reason) == ("returned", True)
    assert (again.state, again.turn, again.city_total) == ("submitted", 2, None)
    assert not again.rows.filter(side="city").exists()


def test_one_department_enters_and_the_other_confirms(project, world):
    one = checked(project, world, 培训人次=LOWER)

    operations.enter_assessed(project.pk, one.pk, values=typed(one, "province"), actor=world.pf, on=ON)
    with pytest.raises(Refused, match="由财政部门录入，须由人社部门"):
        operations.confirm_assessed(project.pk, one.pk, actor=world.pf, on=ON)
    operations.confirm_assessed(project.pk, one.pk, actor=world.ph, on=ON)
    done = fresh(one)
    raised = Reached("1900", reason="补充佐证后核增")
    operations.enter_assessed(project.pk, one.pk, values=typed(one, "province", 培训人次=raised), actor=world.ph, on=ON)

    assert (done.state, done.total) == ("signing", Decimal("90.94"))
    assert (fresh(one).state, fresh(one).total) == ("checked", Decimal("92.44"))
    waiting = AssessmentRow.objects.filter(assessment=one, side="province", confirmed_by=None)
    assert [(row.indicator.name, row.line) for row in waiting] == [("培训人次", "hr")]


def test_who_once_wrote_for_the_unit_neither_checks_nor_confirms(project, world):
    from accounts.models import Membership

    one = sent(project, world)
    Membership.objects.create(user=world.u2, role="CH", organisation=world.city_hr)
    moved = type(world.u2).objects.get(pk=world.u2.pk)

    with pytest.raises(Refused, match="您填写或报送过"):
        operations.check_assessment(project.pk, one.pk, values=typed(one, "city"), actor=moved, on=ON)


def test_until_it_is_decided_the_unit_reads_its_own_values_alone(project, world, signed_in):
    one = confirmed(project, world, 培训人次=Reached("1777", reason="核减两个班次"))
    address = f"/api/v1/projects/{project.pk}/assessments/"

    unit = signed_in(world.u1)
    before = page(unit, one)
    told = unit.get(f"{address}{one.pk}/").json()
    listed = unit.get(address).json()["results"][0]
    journal = unit.get(f"/projects/{project.pk}/journal/").content.decode()
    province = page(signed_in(world.ph), one)

    for text in ("1777", "核减两个班次", "90.60", "省级评定</th>", "市州核查</th>"):
        assert text not in before
    assert {side["side"] for row in told["rows"] for side in row["sides"]} == {"unit"}
    assert (told["state"], listed["state"], told["total"], listed["total"]) == ("checked", "checked", None, None)
    assert not [word for word in ("录入绩效评定数值", "确认绩效评定数值", "核查绩效自评") if word in journal]
    assert [text for text in ("1777", "90.60") if text not in province] == []


def test_two_signatures_fix_total_grade_and_form(project, world, signed_in):
    one = decided(project, world, 培训人次=Reached("1777", reason="核减两个班次"))

    assert (one.state, one.total, one.grade, one.decided_on) == ("decided", Decimal("90.60"), "excellent", ON)
    assert one.decision_ref == Decision.objects.get(kind="assess").pk
    assert (one.form["total"], one.form["document"]) == ("90.60", "示例评〔2026〕1号")
    assert self_prints.of_assessment(one, table_of(one, {})) == one.form
    seen = page(signed_in(world.u1), one)
    assert [text for text in ("1777", "核减两个班次", "可予优先考虑") if text not in seen] == []
    for act, actor in ((operations.enter_assessed, world.ph), (operations.check_assessment, world.ch)):
        with pytest.raises(Refused):
            act(project.pk, one.pk, values={}, actor=actor, on=ON)


def test_values_stand_still_while_the_decision_is_signed_and_who_judged_does_not_sign(project, world):
    from lifecycle.demo.papers import papers_of
    from lifecycle.operations import decisions
    from performance.queries import assessment_payload

    one = confirmed(project, world)
    said = {"number": "示例1号", "dated_on": ON, "reason": "同意", "uploads": papers_of("assess"), "on": ON}
    with pytest.raises(Refused, match="已变更"):
        decisions.draft_decision(
            "assess", {project.pk: {"assessment": one.pk, "total": "99.00"}}, actor=world.pf, **said
        )
    decision = decisions.draft_decision(
        "assess", {project.pk: assessment_payload(project)}, actor=make.user("PF", world.province_finance), **said
    )

    changed = typed(one, "province", 培训人次=LOWER)
    with pytest.raises(Refused, match="正在两厅会签"):
        operations.enter_assessed(project.pk, one.pk, values=changed, actor=world.ph, on=ON)
    with pytest.raises(Refused, match="正在两厅会签"):
        operations.return_assessment(project.pk, one.pk, remarks="改", actor=world.ph, on=ON)
    from accounts.models import Membership

    Membership.objects.filter(user=world.pf).update(role="PFL")
    with pytest.raises(Refused, match="您参与过"):
        decisions.sign_decision(decision.pk, actor=type(world.pf).objects.get(pk=world.pf.pk), on=ON)


def test_a_poor_grade_stands_as_an_alert_and_people_decide(project, world):
    nothing = Reached("1", reason="佐证不全")
    poor = {
        "培训人次": nothing, "满意率": Reached("10", reason="问卷无效"), "设备故障率": Reached("40", reason="记录不实"),
        "开发课程": nothing,
    }  # fmt: skip
    one = decided(project, world, **poor)

    alert = project.alerts.get(source="assessment", cleared_on=None)
    assert one.grade == "poor"
    assert "建议核减或暂停资金" in alert.message
    assert not project.holds.exists()


def test_the_transfer_form_carries_no_points_and_needs_no_signatures(project, world):
    one = checked(project, world, "transfer")

    done = operations.accept_transfer(project.pk, one.pk, actor=world.ph, on=ON)

    assert (done.state, done.total, done.grade, done.unit_total) == ("decided", None, "", None)
    assert set(done.rows.values_list("score", flat=True)) == {None}
    assert (done.form["form"], done.form["notes"], len(done.form["management"])) == ("F06", "无", 7)
    assert [row[3] for row in done.form["money"]] == ["80.00%", "80.00%", "不适用", "不适用"]
    with pytest.raises(Refused):
        operations.enter_assessed(project.pk, one.pk, values={}, actor=world.ph, on=ON)


def test_the_transfer_form_asks_its_words_and_a_reason_where_it_was_not_met(project, world):
    one = scene.drafted(project, world, "transfer")

    found = operations.save_assessment(project.pk, one.pk, values=typed(one), actor=world.u1, on=ON)

    fields = {finding.field for finding in found}
    pks = {name: row.indicator.pk for name, row in rows_of(one).items()}
    assert {"distribution", "duty", "notes", "goal_done", f"v{pks['满意率']}-reason"} <= fields
    assert f"v{pks['制度建设']}-points" not in fields


@pytest.mark.parametrize("who", ["u1", "ch", "cf", "phl", "au"])
def test_nobody_else_enters_or_confirms_for_the_province(project, world, who):
    one = checked(project, world)
    actor = world.people[who.upper()]
    before = Entry.objects.filter(result="ok").count()

    for act in (
        lambda: operations.enter_assessed(project.pk, one.pk, values={}, actor=actor, on=ON),
        lambda: operations.confirm_assessed(project.pk, one.pk, actor=actor, on=ON),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Entry.objects.filter(result="ok").count() == before


def test_what_was_decided_keeps_the_reported_figures_of_its_day(project, world):
    one = decided(project, world)
    pk = rows_of(one)["培训人次"].indicator.pk
    later = {pk: (Reached("9999"), "")}

    [row] = [row for row in table_of(one, later) if row.indicator.pk == pk]
    one.state = "checked"
    [open_] = [row for row in table_of(one, later) if row.indicator.pk == pk]

    assert (row.reported.actual, open_.reported.actual) == ("2000", "9999")
