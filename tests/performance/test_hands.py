"""Who wrote in a draft of the targets does not send it in, and reviews it in no later post (SD1, decision 0007)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Entry
from accounts.roles import Role
from performance import operations
from performance.models import TargetSheet
from performance.queries import sheet_hands, sheet_of
from policy.findings import Refused
from policy.terms import Line, Stage
from tests import factories
from tests.performance.life import FULL, ON, filled, reviewing, scored, stage, submitted, type_all
from tests.permissions.posts import moved, refusal

State = TargetSheet.State


def change(project, actor, text="改过的目标"):
    return operations.save_sheet(project.pk, goals={"period": text}, rows=[], actor=actor, on=ON)


def hands(project):
    return set(sheet_hands(project).values())


def test_who_changed_anything_does_not_submit_whoever_typed_later(world, project):
    filled(project, world)
    change(project, world.u2)
    change(project, world.u1, "再改")

    assert refusal(operations.submit_sheet, project.pk, actor=world.u2, on=ON) == {"sod"}
    assert hands(project) == {world.u1, world.u2}
    other = factories.user(Role.U2, world.unit)
    assert operations.submit_sheet(project.pk, actor=other, on=ON).state == State.SUBMITTED


def test_saving_what_stands_already_is_no_hand(world, project):
    filled(project, world)
    lines = Entry.objects.count()

    type_all(project, world.u2)

    assert (hands(project), Entry.objects.count(), sheet_of(project).drafted_by) == ({world.u1}, lines, world.u1)
    assert operations.submit_sheet(project.pk, actor=world.u2, on=ON).state == State.SUBMITTED


def test_after_the_clerk_took_over_the_only_leader_submits(world, project):
    filled(project, world)
    change(project, world.u2)

    sheet = operations.take_over_sheet(project.pk, actor=world.u1, on=ON)

    assert (hands(project), sheet.drafted_by) == ({world.u1}, world.u1)
    line = Entry.objects.filter(verb="接手编制绩效目标").get()
    assert (str(world.u1) in line.text, str(world.u2) in line.text) == (True, True)
    assert operations.submit_sheet(project.pk, actor=world.u2, on=ON).state == State.SUBMITTED


def test_who_took_over_does_not_submit_and_typing_again_counts_again(world, project):
    filled(project, world)
    operations.take_over_sheet(project.pk, actor=world.u2, on=ON)
    assert refusal(operations.submit_sheet, project.pk, actor=world.u2, on=ON) == {"sod"}

    operations.take_over_sheet(project.pk, actor=world.u1, on=ON)
    change(project, world.u2)

    assert refusal(operations.submit_sheet, project.pk, actor=world.u2, on=ON) == {"sod"}


def test_hands_outlast_a_return(world, project):
    """A copy of what one typed is not another's work."""
    filled(project, world)
    both = factories.user(Role.U2, world.unit)
    change(project, both)
    operations.submit_sheet(project.pk, actor=world.u2, on=ON)
    stage(project, Stage.TARGET_REVIEW)
    operations.return_sheet(project.pk, line=Line.HR, actor=world.ch, reason="目标偏低", on=ON)
    stage(project, Stage.AWARDED)
    change(project, world.u1, "按意见修改")

    assert refusal(operations.submit_sheet, project.pk, actor=both, on=ON) == {"sod"}
    assert operations.submit_sheet(project.pk, actor=world.u2, on=ON).round == 2


def test_what_only_oneself_typed_is_not_taken_over(world, project):
    filled(project, world)

    assert refusal(operations.take_over_sheet, project.pk, actor=world.u1, on=ON) == {"alone"}


def test_a_sheet_in_review_is_not_taken_over_nor_by_another_unit(world, project):
    filled(project, world)
    stranger = factories.user(Role.U1, factories.organisation(world.city))
    with pytest.raises(PermissionDenied):
        operations.take_over_sheet(project.pk, actor=stranger, on=ON)
    operations.submit_sheet(project.pk, actor=world.u2, on=ON)

    assert refusal(operations.take_over_sheet, project.pk, actor=world.u2, on=ON) == {"state"}


def test_a_hand_of_the_mended_sheet_does_not_send_it(world, project):
    scored(project, world, "good", "good")
    change(project, world.u2)
    change(project, world.u1, "再改")

    assert refusal(operations.submit_mended, project.pk, actor=world.u2, on=ON) == {"sod"}
    operations.take_over_sheet(project.pk, actor=world.u1, on=ON)
    assert operations.submit_mended(project.pk, actor=world.u2, on=ON).state == State.MENDED


@pytest.mark.parametrize("who", ["u1", "u2"])
def test_who_wrote_or_sent_in_the_targets_reviews_them_in_no_later_post(world, project, who):
    reviewing(project, world)
    again = moved(getattr(world, who), Role.PH, world.province_hr)

    assert refusal(operations.record_review, project.pk, points=FULL, comment="", actor=again, on=ON) == {"sod"}


@pytest.mark.parametrize("who", ["u1", "u2"])
def test_nor_gives_the_first_review_nor_checks_what_was_mended(world, project, who):
    submitted(project, world)
    again = moved(getattr(world, who), Role.CH, world.city_hr)
    said = {"agreed": True, "comment": "", "actor": again, "on": ON}
    assert refusal(operations.first_review, project.pk, **said) == {"sod"}
    back = {"line": Line.HR, "reason": "退回", "actor": again, "on": ON}
    assert refusal(operations.return_sheet, project.pk, **back) == {"sod"}

    TargetSheet.objects.update(state=State.MENDED, mend_turn=1)
    last = moved(again, Role.PH, world.province_hr)

    assert refusal(operations.check_mended, project.pk, **(said | {"actor": last})) == {"sod"}


def page(name, project):
    return reverse(f"performance:{name}", args=[project.pk])


def test_taking_over_by_its_page(world, project, client):
    filled(project, world)
    change(project, world.u2)
    client.force_login(world.u1)

    offered = client.get(page("sheet", project)).content.decode()
    unread = client.post(page("sheet_take_over", project), {})
    done = client.post(page("sheet_take_over", project), {"checked": "on"})
    after = client.get(page("sheet", project)).content.decode()

    assert ("take-over/" in offered, "take-over/" in after) == (True, False)
    assert (unread.status_code, done.status_code) == (422, 302)
    assert hands(project) == {world.u1}


def test_the_refusal_says_how_to_go_on(world, project):
    filled(project, world)
    change(project, world.u2)

    with pytest.raises(Refused, match="接手编制"):
        operations.submit_sheet(project.pk, actor=world.u2, on=ON)
