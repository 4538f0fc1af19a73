"""What tests stand on: a scene that is put back is the scene that was lived, and names are the same in every test."""

from datetime import date, time

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from funds.models import FundDocument
from lifecycle.models import InspectionTour
from tests import factories as make
from tests import remember
from tests.permissions.routes import changed, snapshot
from tests.remember import remembered

pytestmark = pytest.mark.django_db
lived = []


@remembered
def toured(world, at=time(9, 30)):
    """New rows, and one that is changed."""
    lived.append(at)
    tour = InspectionTour.objects.create(
        organisation=world.unit, title="巡查", number=make.user("EX", world.province_hr).username, dated_on=date(2026, 3, 2),
        drafted_by=world.ph, drafted_on=date(2026, 3, 2),
    )  # fmt: skip
    Organisation.objects.filter(pk=world.unit.pk).update(contact=str(at))
    return tour


def undone(act):
    """What it gives and leaves behind; then as before."""
    with transaction.atomic():
        given, left = act(), snapshot()
        transaction.set_rollback(True)
    return given, left


def test_what_is_put_back_is_what_was_lived():
    world = make.world()
    lived.clear()

    first, second = (undone(lambda: toured(world)) for _ in range(2))

    assert len(lived) == 1
    assert (first[0].pk, first[1]) == (second[0].pk, second[1])
    assert changed(snapshot(), first[1]) == {
        "accounts.User", "accounts.Membership", "accounts.Organisation", "lifecycle.InspectionTour",
    }  # fmt: skip


def test_on_other_ground_of_another_day_or_told_otherwise_it_is_lived(monkeypatch):
    world = make.world()
    lived.clear()
    undone(lambda: toured(world, time(8)))

    undone(lambda: toured(world, time(9)))
    undone(lambda: (make.user("EX", world.city_hr), toured(world, time(8))))
    monkeypatch.setattr(timezone, "localdate", lambda *words: date(2031, 1, 1))
    undone(lambda: toured(world, time(8)))

    assert len(lived) == 4


def test_names_go_on_behind_what_was_put_back():
    world = make.world()
    undone(lambda: toured(world))
    toured(world)
    taken = set(User.objects.values_list("username", flat=True))

    assert make.user("EX", world.city_hr).username not in taken


@pytest.mark.parametrize("round_", [1, 2])
def test_names_are_the_same_in_every_test(round_):
    assert make.node().path == "1001/"


def test_a_scene_that_hardly_comes_again_is_no_longer_kept(monkeypatch):
    monkeypatch.setattr(remember, "OFTEN", remember._lived[toured.__wrapped__])
    monkeypatch.setitem(remember._hits, toured.__wrapped__, 0)
    world = make.world()
    lived.clear()

    undone(lambda: toured(world, time(7)))
    undone(lambda: toured(world, time(7)))

    assert len(lived) == 2


@remembered
def approved(document, by):
    day = {"approved_by": by, "approved_on": date(2026, 3, 2)}
    FundDocument.objects.filter(pk=document.pk).update(state="approved", **day)


def test_rows_of_record_are_guarded_again_after_they_were_put_back():
    world = make.world()
    document = FundDocument.objects.create(
        number="一号", dated_on=date(2026, 3, 2), fiscal_year=2026, source="central", title="下达", total=1,
        recorded_by=world.pf, recorded_on=date(2026, 3, 2),
    )  # fmt: skip
    undone(lambda: approved(document, world.pfl))
    approved(document, world.pfl)

    assert document.state == "approved"
    with pytest.raises(DatabaseError, match="may not change"), transaction.atomic():
        FundDocument.objects.update(title="别的")


def test_a_snapshot_sees_every_row_but_the_last_login():
    user = make.world().ph
    before = snapshot()
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    assert changed(before) == set()

    User.objects.filter(pk=user.pk).update(name="别人")
    assert changed(before) == {"accounts.User"}
    make.node()
    assert changed(before) == {"accounts.User", "accounts.Node"}
