"""催报电话: written down once, shown in the list, kept among the offices."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from performance.models import ChaseCall
from performance.operations import progress as ops
from performance.queries.rounds import round_rows, with_calls
from policy.findings import Refused
from tests.performance import round_scene as scene
from tests.permissions.scene import signed_in

NOON = timezone.make_aware(datetime(2026, 4, 20, 12))
LATE = date(2026, 4, 20)


@pytest.mark.django_db
def test_a_call_is_written_down_once_and_shown_in_the_list(world):
    project = scene.building(world)
    one = scene.made(project, world)
    said = {"called_at": NOON, "person": "王老师", "said": "周五报", "promised_on": date(2026, 4, 24)}

    call = ops.record_call(project.pk, one.pk, actor=world.ch, on=LATE, **said)
    row = with_calls(round_rows(world.ph, one.round, LATE, {"state": "late"}))[0]

    assert (row.call, row.calls) == (call, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        ChaseCall.objects.filter(pk=call.pk).update(said="改写")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "on", "words"),
    [
        ({}, date(2026, 4, 15), "没有逾期"),
        ({"called_at": timezone.make_aware(datetime(2026, 4, 21, 8))}, LATE, "晚于今天"),
        ({"promised_on": date(2026, 4, 19)}, LATE, "早于通话日期"),
        ({"said": " "}, LATE, "接听人和通话内容"),
    ],
)
def test_a_call_that_cannot_be_is_refused(world, changes, on, words):
    project = scene.building(world)
    one = scene.made(project, world)
    said = {"called_at": NOON, "person": "王老师", "said": "周五报"} | changes

    with pytest.raises(Refused, match=words):
        ops.record_call(project.pk, one.pk, actor=world.ch, on=on, **said)


@pytest.mark.django_db
def test_the_unit_is_not_shown_who_called_whom(world):
    project = scene.building(world)
    one = scene.made(project, world)
    ops.record_call(project.pk, one.pk, called_at=NOON, person="王老师", said="态度不好", actor=world.ch, on=LATE)

    unit = signed_in(world.u1)

    assert unit.get(f"/projects/{project.pk}/returns/{one.pk}/calls/").status_code == 403
    assert "态度不好" not in unit.get(f"/projects/{project.pk}/journal/").content.decode()
    assert "态度不好" in signed_in(world.ch).get(f"/projects/{project.pk}/journal/").content.decode()
