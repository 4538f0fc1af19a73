"""Several experts absent: recorded in one act, for only who is left of all must be odd and enough."""

import pytest
from django.urls import reverse

from lifecycle.models import ExpertSheet, PanelSeat
from lifecycle.operations import formal, panel
from projects.models import Assignment
from tests.accounts.scene import one_person
from tests.lifecycle import scene
from tests.lifecycle.scene import day, refused
from tests.lifecycle.test_panel import FORMED, form, submit, view
from tests.permissions.scene import signed_in


@pytest.fixture
def seven(world):
    story = scene.applied(world)
    formal.accept_application(story.pk, actor=world.ph, on=FORMED)
    story.people = scene.experts(world.ph)[:7]
    form(story, story.people)
    return story


def test_two_of_seven_are_absent_in_one_act_where_one_alone_would_leave_six(seven, world):
    for person in seven.people[:5]:
        submit(seven, person)
    seats = [PanelSeat.objects.get(expert=person).pk for person in seven.people[5:7]]
    on = day(3, FORMED)
    assert refused(panel.record_absences, seven.pk, absences={seats[0]: "生病"}, actor=world.ph, on=on) == [
        "panel_size"
    ]

    panel.record_absences(seven.pk, absences=dict.fromkeys(seats, "出差"), actor=world.ph, on=on)

    assert view(seven).open
    assert ExpertSheet.objects.filter(state="absent", comment="出差").count() == 2
    assert not Assignment.objects.filter(user__in=seven.people[5:7], project=seven.pk, until=None).exists()


def test_absences_name_a_reason_each_and_nobody_whose_sheet_is_in(seven, world):
    submit(seven, seven.people[0])
    first, second, third = (PanelSeat.objects.get(expert=person).pk for person in seven.people[:3])
    args = {"actor": world.ph, "on": day(3, FORMED)}

    assert refused(panel.record_absences, seven.pk, absences={}, **args) == ["none"]
    assert refused(panel.record_absences, seven.pk, absences={second: "生病", third: " "}, **args) == ["reason"]
    assert "seat" in refused(panel.record_absences, seven.pk, absences={first: "生病", second: "生病"}, **args)


def test_the_page_of_absences_keeps_what_was_typed_and_records_all_at_once(seven, world):
    page = reverse("lifecycle:panel_absences", args=[seven.pk])
    seats = [PanelSeat.objects.get(expert=person).pk for person in seven.people[:2]]
    one = {f"absent_{seats[0]}": "on", f"why_{seats[0]}": "生病"}

    answer = signed_in(world.ph).post(page, one)
    assert (answer.status_code, "生病" in answer.content.decode()) == (422, True)
    both = one | {f"absent_{seats[1]}": "on", f"why_{seats[1]}": "出差"}
    assert signed_in(world.ph).post(page, both).status_code == 302

    assert ExpertSheet.objects.filter(state="absent").count() == 2


def test_one_person_with_two_accounts_takes_one_seat(world):
    story = scene.applied(world)
    formal.accept_application(story.pk, actor=world.ph, on=FORMED)
    story.people = scene.experts(world.ph)
    one_person(story.people[1], story.people[5])

    assert refused(form, story, [*story.people[:4], story.people[5]]) == ["same_person"]
    form(story)
    seat = PanelSeat.objects.get(expert=story.people[0])
    asked = {"expert": story.people[5].pk, "reason": "出差", "actor": world.ph, "on": FORMED}
    assert refused(panel.replace_expert, story.pk, seat.pk, **asked) == ["twice"]
