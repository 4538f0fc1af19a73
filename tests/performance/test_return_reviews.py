"""人社 and 财政 in parallel: what both said decides, and what was accepted never changes."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.models import Entry
from performance import snapshot
from performance.models import PeriodReturn, ReturnReview
from performance.operations import return_reviews, returns
from performance.operations.return_reviews import RemarkInput, review_return
from performance.queries.returns import review_offices, who_acts
from policy.findings import Refused
from policy.terms import Line
from projects.models import Attachment
from tests import factories as make
from tests.performance import round_scene as scene
from tests.performance.round_scene import DUE2, ON, ON2, Q2, made, reviewed, sent

REMARK = RemarkInput("progress", "请写明设备到货情况")
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def project(world):
    return scene.building(world)


@pytest.fixture
def one(project, world):
    return made(project, world)


def say(one, actor, *remarks, agreed=None, **more):
    agreed = not remarks if agreed is None else agreed
    return review_return(one.project_id, one.pk, agreed=agreed, remarks=remarks, actor=actor, on=ON, **more)


def test_one_line_alone_decides_nothing(one, world):
    sent(one, world)

    say(one, world.cf, REMARK)

    kept = scene.fresh(one)
    offices = review_offices([world.unit])
    assert kept.state == "submitted"
    assert who_acts(kept, offices) == str(world.city_hr)
    assert Entry.objects.filter(verb="审核季报包").latest("seq").text == f"{world.city_finance}已审核，等待另一部门"


def test_both_agree_and_it_is_accepted_with_its_hash(one, world):
    sent(one, world)

    kept = reviewed(one, world)

    assert (kept.state, kept.accepted_on) == ("accepted", ON)
    assert kept.digest == snapshot.digest(kept.snapshot)
    told = kept.snapshot
    assert told["readings"][0]["value"] == "500"
    assert [part["text"] for part in told["sections"]][2] == "本期建设进度"
    assert (told["signed"]["name"], told["targets"]["version"]) == (str(world.u2), 1)
    assert [(row["line"], row["agreed"]) for row in told["reviews"]] == [("hr", True), ("finance", True)]
    assert told["money"]["granted"] == "0" or told["money"]["granted"].endswith(".00")


def test_a_snapshot_changes_its_hash_with_any_figure(one, world):
    sent(one, world)
    kept = reviewed(one, world)

    told = kept.snapshot | {"unit": "别的单位"}

    assert snapshot.digest(told) != kept.digest


def test_any_remark_sends_it_back_with_the_remarks_of_both_in_one_list(one, world):
    sent(one, world)

    kept = reviewed(one, world, hr=[REMARK], finance=[RemarkInput("payments", "请补两笔支出的凭证")])

    assert (kept.state, kept.returned_on, kept.due_on, kept.first_due_on) == (
        "returned", ON, date(2026, 4, 15), date(2026, 4, 15),
    )  # fmt: skip
    texts = [row.text for review in kept.reviews.order_by("pk") for row in review.remarks.all()]
    assert texts == ["请写明设备到货情况", "请补两笔支出的凭证"]
    assert set(kept.sections.filter(done=False).values_list("code", flat=True)) == {"progress", "payments"}


@pytest.mark.parametrize(
    ("returned", "due"),
    [
        (date(2026, 4, 1), date(2026, 4, 15)),
        (date(2026, 4, 8), date(2026, 4, 15)),
        (date(2026, 4, 9), date(2026, 4, 16)),
        (date(2026, 4, 15), date(2026, 4, 22)),
    ],
)
def test_a_return_that_came_back_is_due_no_sooner_than_it_was_asked_for(one, world, returned, due):
    sent(one, world)

    kept = reviewed(one, world, hr=[REMARK], on=returned)

    assert (kept.due_on, kept.first_due_on) == (due, date(2026, 4, 15))


def test_the_next_turn_is_read_by_both_again(one, world):
    sent(one, world)
    reviewed(one, world, hr=[REMARK])
    scene.filled(one, world)
    returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)

    kept = reviewed(one, world)

    assert (kept.state, kept.turn, kept.reviews.count()) == ("accepted", 2, 4)


def test_a_reader_who_saw_an_earlier_turn_is_told_so(one, world):
    sent(one, world)
    reviewed(one, world, hr=[REMARK])
    scene.filled(one, world)
    returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)

    with pytest.raises(Refused, match="重新报送"):
        say(one, world.ch, seen=1)


@pytest.mark.parametrize(
    ("agreed", "remarks", "code"),
    [(False, [], "remarks"), (True, [REMARK], "remarks"), (False, [RemarkInput("elsewhere", "意见")], "section"),
     (False, [RemarkInput("progress", "意见", 0)], "indicator"), (False, [RemarkInput("progress", "字" * 301)], "long")],
)  # fmt: skip
def test_what_a_review_must_say(one, world, agreed, remarks, code):
    sent(one, world)

    with pytest.raises(Refused) as refused:
        say(one, world.ch, *remarks, agreed=agreed)

    assert [found.code for found in refused.value.findings] == [code]
    assert not ReturnReview.objects.exists()


def test_a_line_speaks_once_a_turn(one, world):
    sent(one, world)
    say(one, world.ch)

    with pytest.raises(Refused, match="已审核本次报送"):
        say(one, world.ch, REMARK)


@pytest.mark.parametrize("who", ["ph", "pf"])
def test_the_province_does_not_read_where_the_city_has_an_office(one, world, who):
    sent(one, world)

    with pytest.raises(PermissionDenied, match=str(world.city_hr)):
        say(one, getattr(world, who))


def test_the_province_reads_the_returns_of_direct_units(world):
    unit = make.organisation(world.province)
    clerk, leader = make.user("U1", unit), make.user("U2", unit)
    one = made(scene.building(world, unit), world)
    scene.filled(one, world, actor=clerk)
    returns.submit_return(one.project_id, one.pk, actor=leader, on=ON)

    with pytest.raises(PermissionDenied):
        say(one, world.ch)
    say(one, world.ph)
    say(one, world.pf)

    assert scene.fresh(one).state == "accepted"


def test_who_typed_or_signed_reads_no_return_of_the_project(project, one, world):
    from accounts.models import Membership

    sent(one, world)
    world.u1.memberships.update(until=date(2026, 4, 1))
    moved = Membership.objects.create(user=world.u1, role="CH", organisation=world.city_hr)

    with pytest.raises(Refused) as refused:
        say(one, type(world.u1).objects.get(pk=world.u1.pk))

    assert [found.code for found in refused.value.findings] == ["sod"]
    assert moved.role == "CH"


def test_acceptance_follows_the_order_of_the_periods(project, one, world):
    sent(one, world)
    two = made(project, world, Q2, ON2, DUE2)
    sent(two, world)

    with pytest.raises(Refused, match="截至 2026-03-31 的季报包尚未审定"):
        review_return(project.pk, two.pk, agreed=True, actor=world.ch, on=ON2)
    reviewed(one, world)
    assert reviewed(two, world).state == "accepted"


def test_what_was_accepted_is_frozen_in_the_database(one, world):
    sent(one, world)
    reviewed(one, world)

    for change in ({"snapshot": {}}, {"state": "open"}, {"due_on": date(2027, 1, 1)}):
        with pytest.raises(DatabaseError, match="may not change"), transaction.atomic():
            PeriodReturn.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(DatabaseError, match="may not change"), transaction.atomic():
        ReturnReview.objects.filter(period_return=one).update(agreed=False)


def test_later_targets_leave_the_pinned_sheet(project, one, world):
    sheet = one.sheet
    sent(one, world)
    scene.file_targets(project, world, version=2)

    assert reviewed(one, world).snapshot["targets"]["sheet"] == sheet.pk


# 补件


def ask(one, actor, **said):
    given = {"section": "payments", "text": "请补验收单"} | said
    return return_reviews.ask_paper(one.project_id, one.pk, actor=actor, on=ON, **given)


@pytest.mark.parametrize("who", ["ch", "cf", "ph", "pf", "au"])
def test_a_paper_is_asked_for_without_sending_it_back(one, world, who):
    sent(one, world)

    made_ = ask(one, getattr(world, who))

    assert (made_.due_on, scene.fresh(one).state, scene.fresh(one).turn) == (date(2026, 4, 9), "submitted", 1)


def test_the_paper_is_handed_in_and_no_figure_changes(one, world, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    sent(one, world)
    asked = ask(one, world.cf)
    upload = SimpleUploadedFile("验收单.png", PNG, "image/png")

    answered = return_reviews.answer_paper(
        one.project_id, one.pk, asked.pk, answer="已补", uploads=[upload], actor=world.u1, on=ON
    )

    assert (answered.answered_by, answered.answered_on, answered.answer) == (world.u1, ON, "已补")
    assert Attachment.objects.get(about="return_ask", about_id=asked.pk).name == "验收单.png"
    assert scene.fresh(one).state == "submitted"
    with pytest.raises(Refused, match="已于"):
        return_reviews.answer_paper(one.project_id, one.pk, asked.pk, answer="再补", actor=world.u1, on=ON)


def test_nothing_is_asked_of_a_return_that_is_with_the_unit(one, world):
    with pytest.raises(Refused, match="待报送"):
        ask(one, world.cf)


@pytest.mark.parametrize(("said", "field"), [({"text": " "}, "text"), ({"section": "x"}, "section")])
def test_what_an_ask_must_say(one, world, said, field):
    sent(one, world)

    with pytest.raises(Refused) as refused:
        ask(one, world.cf, **said)

    assert refused.value.findings[0].field == field


def test_an_answer_says_or_shows_something(one, world):
    sent(one, world)
    asked = ask(one, world.cf)

    with pytest.raises(Refused, match="请上传材料"):
        return_reviews.answer_paper(one.project_id, one.pk, asked.pk, answer=" ", actor=world.u1, on=ON)


def test_the_offices_of_many_units_are_those_of_each(world):
    from accounts.queries import first_review_office

    county = make.node("示例县", "county", world.city)
    county_hr = make.organisation(county, Line.HR)
    units = [world.unit, make.organisation(world.province), make.organisation(county)]

    offices = review_offices(units)

    told = {(unit.pk, line): first_review_office(unit, line) for unit in units for line in (Line.HR, Line.FINANCE)}
    assert offices == told
    assert offices[units[2].pk, Line.HR] == county_hr
