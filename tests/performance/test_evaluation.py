"""Gate B: values entered by one department, confirmed by the other, scored exactly."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notice
from accounts.roles import Role
from performance import operations
from performance.models import Evaluation
from performance.operations import Reached
from performance.queries import evaluations_of, gate_b, grid_of
from policy.findings import Refused
from policy.terms import Grade, Operator, Stage
from projects.models import Decision, DecisionItem, Project
from tests import factories
from tests.performance.life import budgeted, filed, stage
from tests.permissions.posts import moved, refusal

APPLIED = date(2028, 4, 1)
ON = date(2028, 4, 10)


@pytest.fixture
def judged(world, project):
    """A project in 验收中 with filed targets and 90 % of its budget spent."""
    filed(project, world)
    budgeted(project)
    enter_stage(project, Stage.IN_ACCEPTANCE, APPLIED)
    return project


def enter_stage(project, to, since):
    stage(project, to)
    Project.objects.filter(pk=project.pk).update(stage_since=since)
    project.refresh_from_db()


def reached(project, **changed):
    """Values that meet every target exactly; `changed` by template code."""
    found = {}
    for line in grid_of(project.target_sheets.get(version=1)).lines:
        indicator, target = line.indicator, line.targets["period"]
        full = Reached(attained="full", points=target.weight)
        value = full if indicator.operator == Operator.QUALITATIVE else Reached(actual=target.value)
        found[indicator.pk] = changed.get(indicator.template_code, value)
    return found


def enter(project, actor, *, ref=1, on=ON, **changed):
    return operations.enter_values(
        project.pk, acceptance_ref=ref, values=reached(project, **changed), actor=actor, on=on
    )


def notices_of(person):
    return list(Notice.objects.filter(user=person))


def codes(findings):
    return [finding.code for finding in findings]


def test_everything_reached_scores_ninety_and_execution_counts_what_was_spent(world, judged):
    enter(judged, world.ph)

    evaluation = operations.confirm_values(judged.pk, actor=world.pf, on=ON)

    assert (evaluation.execution_score, evaluation.total, evaluation.grade) == (
        Decimal("9.00"),
        Decimal("99.00"),
        Grade.EXCELLENT,
    )
    gate = gate_b(judged)
    assert (gate.passed, gate.open, gate.unmet) == (True, (), ())
    assert gate.execution_why == "已支出 630.00 万元 ÷ 预算 700.00 万元 × 10，最高 10 分＝9.00 分"


def test_one_short_of_the_target_scores_full_points_and_is_not_met(world, judged):
    enter(judged, world.ph, B01=Reached(actual="1999", reason="疫情停训"))

    row = next(row for row in gate_b(judged).rows if row.indicator.template_code == "B01")

    assert (row.score.score, row.score.met) == (Decimal("6.00"), False)
    assert row.why == "目标 ≥2000，实际 1999，未达到目标；1999÷2000×6＝6.00 分"
    assert [finding.code for finding in gate_b(judged).unmet] == ["core_unmet"]


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("B01", Reached(actual="1999"), ["reason"]),
        ("B01", Reached(actual="2600"), ["reason"]),
        ("B01", Reached(actual="2599"), []),
        ("B01", Reached(actual="两千"), ["value"]),
        ("B07", Reached(actual="1850/2000"), []),
        ("B07", Reached(actual="92.5%"), []),
        ("B07", Reached(actual="1/2"), ["reason"]),
        ("B10", Reached(actual="1/3"), []),
        ("B10", Reached(actual="0.34"), ["reason"]),
        ("B20", Reached(attained="full", points=Decimal("3.19")), ["qualitative_score"]),
        ("B20", Reached(attained="partly", points=Decimal("3.19")), ["reason"]),
        ("B20", Reached(attained="full"), ["level"]),
    ],
)
def test_values_are_checked_with_their_reasons(world, judged, code, value, expected):
    try:
        enter(judged, world.ph, **{code: value})
        found = []
    except Refused as refused:
        found = codes(refused.findings)

    assert found == expected
    assert Evaluation.objects.exists() is (expected == [])


def test_all_problems_come_at_once_with_their_fields(world, judged):
    with pytest.raises(Refused) as refused:
        enter(judged, world.ph, B01=Reached(actual="1"), B07=Reached(actual="x"))

    fields = [finding.field.split("-")[1] for finding in refused.value.findings]
    assert fields == ["reason", "actual"]


def test_a_missing_value_is_never_zero(world, judged):
    enter(judged, world.ph, B04=Reached())

    gate = gate_b(judged)

    assert (gate.total, gate.grade) == (None, None)
    assert gate.open[0] == "“新购（更新）实训设备”没有录入实际值。"
    with pytest.raises(Refused) as refused:
        operations.confirm_values(judged.pk, actor=world.pf, on=ON)
    assert codes(refused.value.findings) == ["value_missing"]


def test_without_a_budget_there_is_no_total(world, judged):
    judged.budget_lines.all().delete()

    evaluation = enter(judged, world.ph)

    assert (evaluation.execution_score, evaluation.total) == (None, None)
    assert "no_budget" in codes(gate_b(judged).findings)


@pytest.mark.parametrize(("first", "second"), [("ph", "pf"), ("pf", "ph")])
def test_the_other_department_confirms(world, judged, first, second):
    enter(judged, getattr(world, first))
    waiting = gate_b(judged).open
    colleague = (
        factories.user(Role.PH, world.province_hr) if first == "ph" else factories.user(Role.PF, world.province_finance)
    )

    with pytest.raises(Refused) as refused:
        operations.confirm_values(judged.pk, actor=colleague, on=ON)
    evaluation = operations.confirm_values(judged.pk, actor=getattr(world, second), on=ON)

    assert len(waiting) == 1
    assert codes(refused.value.findings) == ["sod"]
    assert evaluation.state == Evaluation.State.CONFIRMED


def test_a_changed_value_takes_back_its_own_confirmation_and_an_unchanged_one_does_not(world, judged):
    enter(judged, world.ph)
    operations.confirm_values(judged.pk, actor=world.pf, on=ON)

    same = enter(judged, world.pf)
    kept = same.state
    changed = enter(judged, world.pf, B01=Reached(actual="2001"))

    assert (kept, changed.state, changed.confirmed_by, changed.entered_by) == (
        Evaluation.State.CONFIRMED,
        Evaluation.State.ENTERED,
        None,
        world.pf,
    )
    waiting = changed.scores.get(confirmed_by=None)
    assert (waiting.indicator.template_code, waiting.line, waiting.entered_by) == ("B01", "finance", world.pf)
    assert operations.confirm_values(judged.pk, actor=world.ph, on=ON).state == Evaluation.State.CONFIRMED


def test_each_department_confirms_what_the_other_one_entered(world, judged):
    enter(judged, world.ph)
    enter(judged, world.pf, B01=Reached(actual="2001"))
    open_ = gate_b(judged).open

    first = operations.confirm_values(judged.pk, actor=world.ph, on=ON).state
    again = refusal(operations.confirm_values, judged.pk, actor=world.ph, on=ON)
    last = operations.confirm_values(judged.pk, actor=world.pf, on=ON)

    assert len(open_) == 2
    assert (first, again, last.state) == (Evaluation.State.ENTERED, {"sod"}, Evaluation.State.CONFIRMED)
    hands = {(score.line, score.entered_by, score.confirmed_by) for score in last.scores.all()}
    assert hands == {("hr", world.ph, world.pf), ("finance", world.pf, world.ph)}


def test_who_entered_a_value_confirms_it_in_no_later_post(world, judged):
    enter(judged, world.ph)
    again = moved(world.ph, Role.PF, world.province_finance)

    assert refusal(operations.confirm_values, judged.pk, actor=again, on=ON) == {"sod"}


@pytest.mark.parametrize("kind", ["T18", "T19", "T21", "T22"])
def test_values_stand_still_while_a_conclusion_is_signed(world, judged, kind):
    enter(judged, world.ph)
    decision = Decision.objects.create(
        kind=kind,
        title="示例结论",
        number="示例1号",
        dated_on=ON,
        reason="理由",
        basis="通知",
        drafted_by=world.ph,
        drafted_on=ON,
    )
    item = DecisionItem.objects.create(decision=decision, project=judged)

    assert refusal(enter, judged, world.ph, B01=Reached(actual="2001")) == {"signing"}
    assert refusal(operations.confirm_values, judged.pk, actor=world.pf, on=ON) == {"signing"}
    DecisionItem.objects.filter(pk=item.pk).update(state=DecisionItem.State.LEFT_OUT)
    enter(judged, world.ph, B01=Reached(actual="2001"))
    DecisionItem.objects.filter(pk=item.pk).update(state=DecisionItem.State.OPEN)
    Decision.objects.update(state=Decision.State.WITHDRAWN)
    operations.confirm_values(judged.pk, actor=world.pf, on=ON)


@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf", "phl", "pfl", "au"])
def test_only_the_clerks_of_the_province_enter_values(world, judged, role):
    with pytest.raises(PermissionDenied):
        enter(judged, getattr(world, role))

    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("to", [Stage.BUILDING, Stage.ACCEPTED, Stage.RECTIFYING])
def test_values_are_entered_while_the_project_is_judged(world, judged, to):
    stage(judged, to)

    with pytest.raises(Refused) as refused:
        enter(judged, world.ph)

    assert codes(refused.value.findings) == ["stage"]


def test_an_evaluation_that_was_judged_by_does_not_change_in_the_re_check(world, judged):
    enter(judged, world.ph, B01=Reached(actual="1000", reason="未完成"))
    operations.confirm_values(judged.pk, actor=world.pf, on=ON)
    enter_stage(judged, Stage.RECHECKING, ON + timedelta(days=200))

    with pytest.raises(Refused) as refused:
        enter(judged, world.ph)
    enter(judged, world.ph, ref=2, on=ON + timedelta(days=210))

    assert codes(refused.value.findings) == ["closed"]
    first, second = judged.evaluations.order_by("acceptance_ref")
    assert (first.total, second.total) == (Decimal("96.00"), Decimal("99.00"))


def test_a_new_acceptance_does_not_pass_on_the_values_of_the_last_one(world, judged):
    enter(judged, world.ph)
    operations.confirm_values(judged.pk, actor=world.pf, on=ON)
    enter_stage(judged, Stage.IN_ACCEPTANCE, ON + timedelta(days=300))

    assert codes(gate_b(judged).findings) == ["no_evaluation"]


def test_a_poor_grade_fails_the_gate_and_stands_as_an_alert_once_confirmed(world, judged):
    low = {
        line.indicator.template_code: Reached(actual="0", reason="未开展")
        for line in grid_of(judged.target_sheets.get()).lines
        if line.indicator.operator == Operator.GE
    }
    enter(judged, world.ph, **low)
    gate, standing = gate_b(judged), judged.alerts.filter(source="evaluation", cleared_on=None)
    before = standing.count()

    operations.confirm_values(judged.pk, actor=world.pf, on=ON)

    assert gate.grade == Grade.POOR
    assert "grade" in codes(gate.unmet)
    assert (before, standing.count()) == (0, len(gate.unmet))


def test_the_offices_are_told_of_confirmed_values_and_the_unit_by_the_conclusion_alone(world, judged):
    told, offices = len(notices_of(world.u2)), len(notices_of(world.ph))
    enter(judged, world.ph, B01=Reached(actual="1000", reason="未完成"))
    unconfirmed = len(notices_of(world.u2)), len(notices_of(world.ph))

    operations.confirm_values(judged.pk, actor=world.pf, on=ON)

    assert unconfirmed == (told, offices)
    assert (len(notices_of(world.u2)), len(notices_of(world.ph))) == (told, offices + 1)


def test_results_of_many_projects_cost_one_statement(world, judged, django_assert_num_queries):
    enter(judged, world.ph)
    other = factories.project(world.unit)

    with django_assert_num_queries(1):
        found = evaluations_of([judged, other])

    assert {pk: (row.total, row.confirmed) for pk, row in found.items()} == {judged.pk: (Decimal("99.00"), False)}
