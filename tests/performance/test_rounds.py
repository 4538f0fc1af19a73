"""监测轮次: opened by the province in one step, nobody asked twice, nobody forgotten without a reason."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry, Notice
from performance.models import PeriodReturn, Round, TargetSheet
from performance.operations import rounds
from performance.operations.return_alerts import SOURCE
from performance.rules.returns import Asked, why_left_out
from policy.findings import Refused
from policy.terms import Stage
from tests import factories as make
from tests.performance import round_scene as scene
from tests.performance.round_scene import DUE, ON, ON2, Q1, Q2, opened

FULL = {"stage": Stage.BUILDING, "filed": True, "start": date(2026, 3, 1), "end": date(2026, 9, 30), "spans": []}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"stage": Stage.ACCEPTED}, "项目处于“通过验收”，不在建设期"),
        ({"stage": Stage.RECTIFYING}, ""),
        ({"filed": False}, "绩效目标尚未备案"),
        ({"start": None}, "建设期尚未起算"),
        ({"start": date(2026, 6, 30)}, ""),
        ({"start": date(2026, 7, 1)}, "建设期 2026-07-01 至 2026-09-30 不在本监测期间内"),
        ({"end": date(2026, 4, 1)}, ""),
        ({"end": date(2026, 3, 31)}, "建设期 2026-03-01 至 2026-03-31 不在本监测期间内"),
        ({"spans": [(date(2026, 3, 1), date(2026, 6, 29))]}, ""),
        ({"spans": [(date(2026, 3, 1), date(2026, 6, 30))]}, "已有截至 2026-06-30 的季报包，同一天不重复填报"),
        ({"spans": [(date(2026, 7, 1), date(2026, 9, 30))]}, ""),
        (
            {"spans": [(date(2026, 6, 30), date(2026, 9, 30))]},
            "2026-06-30 已在 2026-06-30 至 2026-09-30 的季报包内，同一天不重复填报",
        ),
        (
            {"end": date(2026, 5, 31), "spans": [(date(2026, 3, 1), date(2026, 5, 31))]},
            "已有截至 2026-05-31 的季报包，同一天不重复填报",
        ),
    ],
)
def test_a_project_is_left_out_for_a_reason(changes, why):
    asked = Asked(**(FULL | changes))

    assert why_left_out(asked, period_from=date(2026, 4, 1), cut_off=date(2026, 6, 30)) == why


def test_opening_makes_the_round_and_a_return_with_four_parts_for_each_project(world):
    one, two = scene.building(world), scene.building(world)

    made = opened(world)

    assert scene.rows_of_record() == (1, 2, 8)
    told = [(row.project, row.covers_from, row.cut_off, row.due_on, row.first_due_on, row.state) for row in made.made]
    same = (date(2026, 1, 1), date(2026, 3, 31), DUE, DUE, "open")
    assert told == [(one, *same), (two, *same)]
    assert Entry.objects.filter(verb="发起监测轮次", project_id=one.pk).count() == 1
    assert Notice.objects.filter(key__endswith=":open").count() == 4  # U1 and U2, of each project


def test_the_targets_in_force_are_pinned(world):
    project = scene.building(world)
    later = scene.file_targets(project, world, version=2)

    one = scene.made(project, world)
    TargetSheet.objects.filter(pk=later.pk).update(version=3)
    scene.file_targets(project, world, version=4)

    assert scene.fresh(one).sheet == later


def test_a_build_that_ends_inside_the_period_is_read_up_to_its_end(world):
    project = scene.building(world, build_end_on=date(2026, 2, 20))

    assert scene.made(project, world).cut_off == date(2026, 2, 20)


def test_a_free_cut_off_covers_what_no_earlier_return_covers(world):
    """1–7月 = 上半年 + 7月 (handbook 4)."""
    project = scene.building(world)
    scene.made(project, world)
    scene.made(project, world, Q2, ON2, date(2026, 7, 15))
    seven = {"kind": "special", "name": "1–7月", "period_from": date(2026, 1, 1), "cut_off": date(2026, 7, 31)}

    one = scene.made(project, world, seven, date(2026, 8, 3), date(2026, 8, 14))

    assert (one.covers_from, one.cut_off) == (date(2026, 7, 1), date(2026, 7, 31))


def test_the_same_cut_off_again_is_refused_project_by_project(world):
    one = scene.building(world)
    opened(world)
    two = scene.building(world)

    made = opened(world, name="补报")

    assert [row.project for row in made.made] == [two]
    assert made.left_out == [(one, "已有截至 2026-03-31 的季报包，同一天不重复填报")]


def test_a_round_that_asks_nobody_is_refused_with_every_reason(world):
    project = scene.building(world)
    opened(world)

    with pytest.raises(Refused) as refused:
        opened(world, projects=[project.pk])

    assert [found.code for found in refused.value.findings] == ["nobody", "left_out"]
    assert project.name in refused.value.findings[1].message
    assert Round.objects.count() == 1


def test_a_selection_asks_those_and_no_others(world):
    one, two = scene.building(world), scene.building(world)

    made = opened(world, projects=[two.pk])

    assert [row.project for row in made.made] == [two]
    assert not one.returns.exists()


def test_a_project_of_another_province_is_not_asked(world):
    elsewhere = make.world()
    foreign = scene.building(elsewhere)
    scene.building(world)

    opened(world)

    assert not foreign.returns.exists()


@pytest.mark.parametrize("who", ["u1", "u2", "ch", "cf", "phl", "pf", "pfl", "au", "sa"])
def test_only_the_province_s_hr_officer_opens(world, who):
    scene.building(world)

    with pytest.raises(PermissionDenied):
        rounds.open_round(actor=getattr(world, who), on=ON, due_on=DUE, **Q1)

    assert Round.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"due_on": date(2026, 3, 31)}, "due_on"),
        ({"cut_off": date(2025, 12, 31)}, "cut_off"),
        ({"cut_off": date(2027, 1, 31), "due_on": date(2027, 2, 15)}, "year"),
        ({"name": " "}, "name"),
    ],
)
def test_what_a_round_must_say(world, changes, code):
    scene.building(world)

    with pytest.raises(Refused) as refused:
        rounds.open_round(actor=world.ph, on=ON, **(Q1 | {"due_on": DUE} | changes))

    assert code in {found.code for found in refused.value.findings}


def test_a_studio_reports_each_half_year_and_then_for_the_whole_of_it(world):
    """A quarter that ends inside its period does not ask it; the next one asks for both quarters."""
    studio = scene.building(world, kind="studio")
    base = scene.building(world)

    first = opened(world)
    left_out = first.left_out
    second = opened(world, Q2, ON2, date(2026, 7, 15))

    assert [row.project for row in first.made] == [base]
    assert left_out == [(studio, "每 6 个月报送一次，本季度不报；确需报送的，请另行发起专项轮次")]
    assert [(row.project, row.covers_from) for row in second.made] == [
        (studio, date(2026, 1, 1)), (base, date(2026, 4, 1)),
    ]  # fmt: skip


def test_a_special_round_asks_a_studio_at_any_day(world):
    studio = scene.building(world, kind="studio")

    assert [row.project for row in opened(world, kind="special").made] == [studio]


# 补列, 截止日期, 免报


def test_a_project_is_added_to_a_round_that_still_runs(world):
    scene.building(world)
    round_ = opened(world).round
    late = scene.building(world)

    one = rounds.add_to_round(late.pk, round_id=round_.pk, actor=world.ph, on=DUE)

    assert (one.project, one.round, one.due_on, one.sections.count()) == (late, round_, DUE, 4)
    with pytest.raises(Refused, match="不重复填报"):
        rounds.add_to_round(late.pk, round_id=round_.pk, actor=world.ph, on=DUE)


def test_nobody_is_added_after_the_day(world):
    scene.building(world)
    round_ = opened(world).round
    late = scene.building(world)

    with pytest.raises(Refused, match="已过"):
        rounds.add_to_round(late.pk, round_id=round_.pk, actor=world.ph, on=date(2026, 4, 16))


def test_the_day_is_moved_before_it_passes_for_those_who_have_not_sent(world):
    one, other = scene.made(scene.building(world), world), scene.building(world)
    two = rounds.add_to_round(other.pk, round_id=one.round_id, actor=world.ph, on=ON)
    scene.sent(two, world)
    new = date(2026, 4, 20)

    rounds.move_due(one.round_id, due_on=new, actor=world.ph, on=DUE)

    assert (scene.fresh(one).due_on, scene.fresh(one).first_due_on) == (new, new)
    assert scene.fresh(two).due_on == DUE
    with pytest.raises(Refused, match="已过"):
        rounds.move_due(one.round_id, due_on=date(2026, 5, 8), actor=world.ph, on=date(2026, 4, 21))


def test_a_round_of_another_province_is_not_there(world):
    round_ = opened_elsewhere()

    with pytest.raises(Round.DoesNotExist):
        rounds.move_due(round_.pk, due_on=date(2026, 4, 20), actor=world.ph, on=ON)


def opened_elsewhere():
    elsewhere = make.world()
    scene.building(elsewhere)
    return opened(elsewhere).round


def test_free_of_reporting_with_a_reason(world):
    one = scene.made(scene.building(world), world)

    with pytest.raises(Refused, match="理由"):
        rounds.exempt_return(one.project_id, one.pk, reason=" ", actor=world.ph, on=ON)
    rounds.exempt_return(one.project_id, one.pk, reason="资金尚未到位", actor=world.ph, on=ON)

    kept = PeriodReturn.objects.get(pk=one.pk)
    assert (kept.state, kept.reason, kept.exempted_by, kept.exempted_on) == ("exempt", "资金尚未到位", world.ph, ON)
    with pytest.raises(Refused, match="免报"):
        rounds.exempt_return(one.project_id, one.pk, reason="再次", actor=world.ph, on=ON)


def test_what_is_late_is_an_alert_until_it_is_sent(world):
    from performance.operations.return_alerts import refresh_returns

    one = scene.made(scene.building(world), world)
    scene.filled(one, world)

    refresh_returns(one.project, on=DUE)
    on_the_day = one.project.alerts.filter(source=SOURCE, cleared_on=None).count()
    refresh_returns(one.project, on=date(2026, 4, 18))
    alert = one.project.alerts.get(source=SOURCE, cleared_on=None)
    scene.returns.submit_return(one.project_id, one.pk, actor=world.u2, on=date(2026, 4, 18))

    assert on_the_day == 0
    assert alert.message == "季报逾期：2026年第1季度季报包应于 2026-04-15 前报送，已逾期 3 天"
    assert not one.project.alerts.filter(source=SOURCE, cleared_on=None).exists()
    assert scene.fresh(one).late


def test_the_nightly_sweep_raises_the_alert_and_tells_the_people(world):
    from lifecycle.watch import recheck

    one = scene.made(scene.building(world), world)

    recheck(one.project_id, actor=world.sa, on=date(2026, 4, 16))
    recheck(one.project_id, actor=world.sa, on=date(2026, 4, 17))

    alert = one.project.alerts.get(source=SOURCE, cleared_on=None)
    assert alert.message.endswith("已逾期 2 天")
    assert Notice.objects.filter(key=f"alert:{alert.pk}", user=world.u2).count() == 1
