"""季报包 with the unit: filled by several, kept as typed, signed once by somebody who did not type."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry
from performance.models import Section
from performance.operations import returns
from performance.queries.returns import period_rows, return_hands, section_version
from performance.queries.tasks_returns import return_tasks
from policy.findings import Refused
from tests import factories as make
from tests.performance import round_scene as scene
from tests.performance.round_scene import DUE2, ON, ON2, Q2, made, sent


@pytest.fixture
def project(world):
    return scene.building(world)


@pytest.fixture
def one(project, world):
    return made(project, world)


def fill(one, code, actor, **said):
    return returns.fill_section(one.project_id, one.pk, code, actor=actor, on=ON, **said)


def codes(refused):
    return [found.code for found in refused.value.findings]


def test_every_period_of_the_build_is_known_from_the_first_day(project, one):
    rows = period_rows(project)

    assert [(row.name, row.cut_off, row.one) for row in rows[:2]] == [
        ("2026年第1季度", date(2026, 3, 31), one),
        ("2026年第2季度", date(2026, 6, 30), None),
    ]
    assert (len(rows), rows[-1].cut_off) == (8, date(2027, 12, 31))


def test_what_is_typed_is_kept_and_who_types_has_a_hand_in_it(one, world):
    section = fill(one, "progress", world.u1, text="完成两间实训室", plan="采购设备")

    assert (section.text, section.plan, section.done) == ("完成两间实训室", "采购设备", False)
    assert set(return_hands(one)) == {world.u1.pk}


def test_a_save_that_changes_nothing_is_no_hand(one, world):
    fill(one, "progress", world.u1, text="进展")
    before = Entry.objects.count()

    fill(one, "progress", world.u2, text="进展 ")

    assert (set(return_hands(one)), Entry.objects.count()) == ({world.u1.pk}, before)


def test_a_stale_page_is_refused_and_overwrites_nothing(one, world):
    seen = section_version(one.sections.get(code="questions"))
    fill(one, "questions", world.u1, text="甲写的")

    with pytest.raises(Refused) as refused:
        fill(one, "questions", world.u2, text="乙写的", seen=seen)

    assert codes(refused) == ["stale"]
    assert one.sections.get(code="questions").text == "甲写的"


def test_an_empty_progress_is_not_finished(one, world):
    with pytest.raises(Refused, match="建设进展"):
        fill(one, "progress", world.u1, text=" ", done=True)


def test_a_part_is_given_to_a_named_clerk_of_the_unit(one, world):
    clerk = make.user("U1", world.unit)

    section = returns.assign_section(one.project_id, one.pk, "payments", assignee_id=clerk.pk, actor=world.u2, on=ON)

    assert section.assignee == clerk
    with pytest.raises(Refused, match="本单位"):
        returns.assign_section(one.project_id, one.pk, "payments", assignee_id=world.ch.pk, actor=world.u2, on=ON)
    returns.assign_section(one.project_id, one.pk, "payments", assignee_id=None, actor=world.u2, on=ON)
    assert one.sections.get(code="payments").assignee is None


def test_the_named_clerk_is_told_how_many_parts_wait_for_him(one, world):
    clerk = make.user("U1", world.unit)
    returns.assign_section(one.project_id, one.pk, "payments", assignee_id=clerk.pk, actor=world.u2, on=ON)

    notes = {who: [task.note for task in return_tasks(who, ON)] for who in (clerk, world.u1)}

    assert [note.partition("，")[2] for note in notes[clerk]] == ["还差 4 个部分，其中由您承办 1 个"]
    assert [note.partition("，")[2] for note in notes[world.u1]] == ["还差 4 个部分"]


@pytest.mark.parametrize("who", ["ch", "cf", "ph", "pf", "au"])
def test_nobody_but_the_unit_writes_in_it(one, world, who):
    with pytest.raises(PermissionDenied):
        fill(one, "progress", getattr(world, who), text="代写")

    assert one.sections.get(code="progress").text == ""


def test_a_clerk_of_another_unit_is_kept_out(one, world):
    other = make.user("U1", make.organisation(world.city))

    with pytest.raises(PermissionDenied):
        fill(one, "progress", other, text="代写")


# 报送


def test_everything_that_is_missing_is_told_at_once(one, world):
    fill(one, "questions", world.u1, text="无", done=True)

    with pytest.raises(Refused) as refused:
        returns.submit_return(one.project_id, one.pk, actor=world.u2, on=date(2026, 3, 30))

    assert codes(refused) == ["cut_off", "undone", "undone", "undone", "progress", "missing"]
    assert scene.fresh(one).state == "open"


def test_one_signature_sends_it_in(one, world):
    scene.filled(one, world)

    returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)

    kept = scene.fresh(one)
    assert (kept.state, kept.turn, kept.submitted_by, kept.submitted_on, kept.late) == (
        "submitted", 1, world.u2, ON, False,
    )  # fmt: skip


def test_who_typed_does_not_sign_until_another_takes_over(one, world):
    scene.filled(one, world)
    fill(one, "questions", world.u2, text="补充一句", done=True)

    with pytest.raises(Refused) as refused:
        returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)
    returns.take_over_return(one.project_id, one.pk, actor=world.u1, on=ON)
    returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)

    assert codes(refused) == ["sod"]
    assert set(return_hands(one)) == {world.u1.pk}


def test_taking_over_one_s_own_return_is_refused(one, world):
    scene.filled(one, world)

    with pytest.raises(Refused, match="不需要接手"):
        returns.take_over_return(one.project_id, one.pk, actor=world.u1, on=ON)


def test_the_hands_of_one_return_are_not_those_of_another(project, one, world):
    fill(one, "progress", world.u2, text="进展")
    two = made(project, world, Q2, ON2, DUE2)

    assert return_hands(two) == {}


@pytest.mark.parametrize("who", ["u1", "ph", "ch"])
def test_only_the_leader_signs(one, world, who):
    scene.filled(one, world)

    with pytest.raises(PermissionDenied):
        returns.submit_return(one.project_id, one.pk, actor=getattr(world, who), on=ON)


def test_an_earlier_period_is_sent_in_first(project, one, world):
    two = made(project, world, Q2, ON2, DUE2)
    scene.filled(two, world)

    with pytest.raises(Refused, match="截至 2026-03-31 的季报包尚未报送") as refused:
        returns.submit_return(project.pk, two.pk, actor=world.u2, on=ON2)

    assert codes(refused) == ["earlier"]
    sent(one, world)
    returns.submit_return(project.pk, two.pk, actor=world.u2, on=ON2)


def test_what_was_sent_in_is_not_written_in(one, world):
    sent(one, world)

    for act in (
        lambda: fill(one, "progress", world.u1, text="改"),
        lambda: returns.assign_section(one.project_id, one.pk, "progress", assignee_id=None, actor=world.u1, on=ON),
        lambda: returns.declare_zero(one.project_id, one.pk, zero=True, reason="无", actor=world.u1, on=ON),
        lambda: returns.take_over_return(one.project_id, one.pk, actor=world.u1, on=ON),
        lambda: returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON),
    ):
        with pytest.raises(Refused, match="待审核"):
            act()


def test_the_return_of_another_project_is_not_found_here(one, world):
    other = scene.building(world)

    with pytest.raises(type(one).DoesNotExist):
        returns.fill_section(other.pk, one.pk, "progress", text="改", actor=world.u1, on=ON)


# 零报告


def test_a_zero_report_needs_no_part_and_counts_as_nothing_happened(one, world):
    returns.declare_zero(one.project_id, one.pk, zero=True, reason="设备未到货", actor=world.u1, on=ON)

    returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)

    kept = scene.fresh(one)
    assert (kept.state, kept.zero, kept.reason, kept.readings.count()) == ("submitted", True, "设备未到货", 0)


def test_a_zero_report_never_throws_typed_figures_away(one, world):
    scene.typed(one, world)

    with pytest.raises(Refused) as refused:
        returns.declare_zero(one.project_id, one.pk, zero=True, reason="无", actor=world.u1, on=ON)

    assert codes(refused) == ["typed"]
    assert one.readings.get().value == "500"


def test_payments_and_classes_of_the_period_speak_against_a_zero_report(one, world):
    from funds.models import Voucher

    Voucher.objects.create(
        project=one.project, number="记-1", paid_on=date(2026, 3, 31), category="equipment", source="central",
        abstract="购置设备", payee="示例公司", amount=100, recorded_by=world.u1, recorded_on=ON,
    )  # fmt: skip

    with pytest.raises(Refused) as refused:
        returns.declare_zero(one.project_id, one.pk, zero=True, reason="", actor=world.u1, on=ON)

    assert codes(refused) == ["reason", "payments"]


def test_a_zero_report_is_taken_back(one, world):
    returns.declare_zero(one.project_id, one.pk, zero=True, reason="无", actor=world.u1, on=ON)
    returns.declare_zero(one.project_id, one.pk, zero=False, actor=world.u1, on=ON)

    assert (scene.fresh(one).zero, scene.fresh(one).reason) == (False, "")
    with pytest.raises(Refused):
        returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)


def test_text_that_is_too_long_is_refused_by_name(one, world):
    with pytest.raises(Refused, match="最多 4000 个字") as refused:
        fill(one, "questions", world.u1, text="字" * 4001)

    assert refused.value.findings[0].field == "text"
    assert Section.objects.get(period_return=one, code="questions").text == ""
