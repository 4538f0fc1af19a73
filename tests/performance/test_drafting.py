"""A target sheet is drawn up and submitted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry
from accounts.roles import Role
from performance import operations
from performance.forms import NewSheetForm
from performance.models import Target, TargetSheet
from performance.operations import RowInput
from performance.queries import (
    grid_of,
    readiness,
    sheet_of,
    submission_findings,
)
from policy.findings import Refused
from policy.terms import Kind, NodeKind, Stage, Track
from tests import factories
from tests.performance.life import (
    ON,
    drafted,
    filled,
    stage,
    submitted,
    type_all,
)

State = TargetSheet.State
LATER = date(2026, 3, 20)


def codes(refused):
    return [finding.code for finding in refused.value.findings]


def row_of(sheet, name):
    return next(line for line in grid_of(sheet).lines if line.indicator.name == name)


def first_line(sheet):
    return grid_of(sheet).lines[0]


# Drafting


def test_a_draft_takes_the_template_of_its_track_and_leaves_own_targets_blank(world):
    project = factories.project(world.unit, track=Track.EXISTING)

    sheet = drafted(project, world)

    values = {line.indicator.template_code: line.targets["period"].value for line in grid_of(sheet).lines}
    assert (values["B01"], values["B02"], values["B04"]) == ("3000", "1000", "")
    assert grid_of(sheet).sums == (Decimal(90), Decimal(90), Decimal(90))
    assert list(sheet.goals.values_list("block", "fiscal")) == [
        ("period", Decimal("7000000.00")),
        ("2026", Decimal("7000000.00")),
        ("2027", Decimal("0.00")),
    ]


def test_a_studio_has_its_own_template(world):
    project = factories.project(world.unit, kind=Kind.STUDIO, grant=Decimal("300000.00"))

    sheet = drafted(project, world, years=1)

    assert {line.indicator.template_code[0] for line in grid_of(sheet).lines} == {"S"}


@pytest.mark.parametrize(("first", "years"), [(2025, 2), (2030, 2), (2026, 0), (2026, 4)])
def test_budget_years_lie_near_the_award(world, project, first, years):
    with pytest.raises(Refused):
        operations.draft_sheet(project.pk, first_year=first, years=years, actor=world.u1, on=ON)

    assert not TargetSheet.objects.exists()


def test_there_is_one_sheet_at_a_time(world, project):
    drafted(project, world)

    with pytest.raises(Refused) as refused:
        drafted(project, world)

    assert codes(refused) == ["exists"]


@pytest.mark.parametrize("to", [Stage.DRAFT, Stage.TARGET_REVIEW, Stage.BUILDING, Stage.REVOKED])
def test_only_an_awarded_project_gets_targets(world, project, to):
    stage(project, to)

    with pytest.raises(Refused) as refused:
        drafted(project, world)

    assert codes(refused) == ["stage"]


def test_a_draft_keeps_what_is_not_a_number_and_says_so(world, project):
    sheet = drafted(project, world)
    line = first_line(sheet)
    typed = RowInput(id=line.indicator.pk, values={"period": "两千左右"}, weights={"2026": "六"})

    found = operations.save_sheet(project.pk, goals={"period": "建成"}, rows=[typed], actor=world.u1, on=ON)

    kept = first_line(sheet).targets
    assert (kept["period"].value, kept["2026"].weight, kept["2026"].weight_text) == ("两千左右", None, "六")
    assert kept["2027"].weight == Decimal(6)
    fields = {finding.field for finding in found}
    assert {f"i{line.indicator.pk}-value-period", f"i{line.indicator.pk}-weight-2026", "goal-2026"} <= fields
    assert "goal-period" not in fields


def test_money_of_the_years_adds_up_to_the_award(world, project):
    filled(project, world)
    money = {"2026": (Decimal("3000000.00"), Decimal(0)), "2027": (Decimal("3000000.00"), Decimal(0))}

    found = operations.save_sheet(project.pk, goals={}, rows=[], money=money, actor=world.u1, on=ON)

    assert [finding.message for finding in found] == ["各年度财政拨款合计 600.00 万元，应等于实施期 700.00 万元"]


def test_an_own_indicator_is_added_and_removed(world, project):
    sheet = filled(project, world)
    new = RowInput(
        level1="效益指标", level2="经济效益指标", name="带动就业", unit="人", operator="ge", values={"period": "5"}
    )

    operations.save_sheet(project.pk, goals={}, rows=[new], actor=world.u1, on=ON)

    names = [line.indicator.name for line in grid_of(sheet).lines]
    assert names.index("带动就业") == names.index("服务企业数") + 1
    own = row_of(sheet, "带动就业").indicator
    gone = RowInput(id=own.pk, level1=own.level1, level2=own.level2, name=own.name, remove=True)
    assert operations.save_sheet(project.pk, goals={}, rows=[gone], actor=world.u1, on=ON) == []


def test_a_core_indicator_is_neither_removed_nor_set_below_the_notice(world, project):
    sheet = filled(project, world)
    core = first_line(sheet).indicator

    with pytest.raises(Refused) as refused:
        operations.save_sheet(project.pk, goals={}, rows=[RowInput(id=core.pk, remove=True)], actor=world.u1, on=ON)
    low = RowInput(id=core.pk, values={"period": "1999", "2026": "800"})
    found = operations.save_sheet(project.pk, goals={}, rows=[low], actor=world.u1, on=ON)

    assert codes(refused) == ["core"]
    assert [finding.message for finding in found] == ["实施期“年度培训人次”应达到 ≥2000人次/年，现为 1999"]


def test_rows_of_another_project_are_not_touched(world, project):
    other = factories.project(world.unit)
    foreign = first_line(drafted(other, world)).indicator
    drafted(project, world)

    with pytest.raises(Refused) as refused:
        operations.save_sheet(
            project.pk, goals={}, rows=[RowInput(id=foreign.pk, values={"period": "1"})], actor=world.u1, on=ON
        )

    assert codes(refused) == ["stale"]
    assert Target.objects.get(indicator=foreign, block="period").value == "2000"


def test_text_that_is_too_long_is_refused_with_its_field(world, project):
    sheet = drafted(project, world)
    pk = first_line(sheet).indicator.pk
    rows = [RowInput(id=pk, values={"period": "9" * 61})]

    with pytest.raises(Refused) as refused:
        operations.save_sheet(project.pk, goals={"2026": "长" * 2001}, rows=rows, actor=world.u1, on=ON)

    assert [finding.field for finding in refused.value.findings] == ["goal-2026", f"i{pk}-value-period"]


# Submission


def test_submission_refuses_with_every_fault_at_once(world, project):
    drafted(project, world)

    with pytest.raises(Refused) as refused:
        operations.submit_sheet(project.pk, actor=world.u2, on=ON)

    assert {"goal", "value_missing"} <= set(codes(refused))
    assert len(refused.value.findings) > 10
    assert sheet_of(project).state == State.DRAFT


def test_the_edition_says_how_many_years_a_sheet_may_have(world, project, monkeypatch):
    limits = dict(project.edition.limits)
    limits["target_years_max"] = replace(limits["target_years_max"], value=1)
    monkeypatch.setattr(type(project), "edition", replace(project.edition, limits=limits))

    with pytest.raises(Refused) as refused:
        drafted(project, world, years=2)

    assert codes(refused) == ["years"]
    assert [number for number, _ in NewSheetForm(project=project).fields["years"].choices] == [1]


def test_submission_fixes_the_nearest_offices(world, project):
    sheet = submitted(project, world)

    assert (sheet.state, sheet.hr_office, sheet.finance_office) == (State.SUBMITTED, world.city_hr, world.city_finance)
    assert [finding.message for finding in readiness(project)] == [
        f"等待{world.city_hr}初审。",
        f"等待{world.city_finance}初审。",
    ]


def test_without_offices_the_sheet_goes_straight_to_the_province(world):
    department = factories.node("示例厅", NodeKind.DEPARTMENT, world.province)
    unit = factories.organisation(department)
    clerk, leader = factories.user(Role.U1, unit), factories.user(Role.U2, unit)
    project = factories.project(unit)
    operations.draft_sheet(project.pk, first_year=2026, years=1, actor=clerk, on=ON)
    type_all(project, clerk)

    sheet = operations.submit_sheet(project.pk, actor=leader, on=ON)

    assert (sheet.state, sheet.hr_office, sheet.finance_office) == (State.REVIEWING, None, None)


@pytest.mark.parametrize("role", ["u2", "u1", "ch", "ph", "phl", "au"])
def test_a_submitted_sheet_is_not_edited_and_not_submitted_twice(world, project, role):
    submitted(project, world)
    stage(project, Stage.AWARDED)
    actor = getattr(world, role)

    with pytest.raises((Refused, PermissionDenied)):
        operations.save_sheet(project.pk, goals={}, rows=[], actor=actor, on=ON)
    with pytest.raises((Refused, PermissionDenied)):
        operations.submit_sheet(project.pk, actor=actor, on=ON)

    assert sheet_of(project).state == State.SUBMITTED


# Throughout


def test_another_unit_does_not_reach_the_targets(world, project):
    drafted(project, world)
    stranger = factories.user(Role.U1, factories.organisation(world.city))

    with pytest.raises(PermissionDenied):
        operations.save_sheet(project.pk, goals={"period": "改"}, rows=[], actor=stranger, on=ON)

    assert sheet_of(project).goals.get(block="period").text == ""


def test_every_act_and_every_refusal_has_its_line_in_the_journal(world, project):
    drafted(project, world)
    with pytest.raises(Refused):
        operations.submit_sheet(project.pk, actor=world.u2, on=ON)
    type_all(project, world.u1)
    operations.submit_sheet(project.pk, actor=world.u2, on=ON)

    lines = list(Entry.objects.filter(project_id=project.pk).order_by("seq").values_list("verb", "result"))

    assert lines == [
        ("编制绩效目标", "ok"),
        ("送审绩效目标", "refused"),
        ("暂存绩效目标", "ok"),
        ("送审绩效目标", "ok"),
    ]


def test_submission_findings_say_what_lifecycle_asks(world, project):
    nothing = submission_findings(project)
    sheet = filled(project, world)
    complete = submission_findings(project)
    TargetSheet.objects.filter(pk=sheet.pk).update(state=State.RETURNED)

    returned = submission_findings(project)

    assert [(finding.code, finding.link) for finding in nothing] == [("no_sheet", "performance:sheet_new")]
    assert complete == []
    assert [finding.code for finding in returned] == ["returned"]
