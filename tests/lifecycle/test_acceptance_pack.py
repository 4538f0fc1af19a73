"""形式审查: each paper by itself, one list of remarks, mended in time, accepted; the same by the API; the forms printed."""

import pytest
from django.test import Client

from lifecycle import acceptance_prints as prints
from lifecycle.demo.papers import paper
from lifecycle.models import PackReturn
from lifecycle.operations import acceptance, formal
from lifecycle.queries import acceptance_of, order_items
from lifecycle.queries.pack import open_return, pack_items, pack_of
from papers import render
from policy.loader import edition
from policy.terms import Kind, Stage
from projects.models import Attachment, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, day, refused

CHECKED = day(8, APPLIED)


@pytest.fixture
def story(world):
    return scene.applied(world)


def states(story):
    row = acceptance_of(story.project)
    return {item.code: item.state for item in pack_items(story.project, row.round, open_return(row))}


def send_back(story, on=CHECKED, **changes):
    said = {"reasons": {"audit_report": "缺审计机构盖章"}, "remark": "", "due_on": None} | changes
    return formal.return_pack(story.pk, **said, actor=story.cast["ph"], on=on)


def mend(story, code="audit_report", on=CHECKED):
    return acceptance.upload_pack(story.pk, uploads={code: paper("新材料")}, actor=story.u1, on=on)


def accept(story, on=CHECKED):
    return formal.accept_application(story.pk, actor=story.cast["ph"], on=on)


def test_the_papers_are_those_of_the_edition():
    own = edition(make.EDITION)

    assert list(pack_of(own, Kind.BASE)) == ["self_evaluation", "income_expense", "audit_report", "asset_list"]
    assert set(pack_of(own, Kind.STUDIO)) <= set(pack_of(own, Kind.BASE))


def test_accepted_in_time_the_term_to_organise_runs_from_the_day_of_acceptance(story):
    taken = accept(story)

    due = story.project.deadlines.get(rule="acceptance_organise", state="open")
    assert (taken.accepted_on, due.due_on, due.opened_on) == (CHECKED, day(60, CHECKED), CHECKED)
    assert refused(accept, story) == ["accepted"]
    assert refused(send_back, story) == ["accepted"]


def test_a_return_keeps_the_stage_and_names_every_remark_with_a_day(story, world):
    returned = send_back(story, reasons={"audit_report": "缺盖章", "asset_list": "缺卡号"}, remark="装订成册")

    assert scene.stage_of(story) == Stage.IN_ACCEPTANCE
    assert [(item["code"], item["reason"]) for item in returned.items] == [
        ("audit_report", "缺盖章"),
        ("asset_list", "缺卡号"),
    ]
    assert returned.due_on > CHECKED
    assert states(story) == {
        "self_evaluation": "have", "income_expense": "have", "audit_report": "returned", "asset_list": "returned"
    }  # fmt: skip
    assert world.u2.notices.filter(text__contains="退回补正").exists()
    assert refused(send_back, story) == ["returned"]
    assert "returned" in refused(accept, story)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reasons": {}}, ["nothing"]),
        ({"reasons": {"audit_report": " "}}, ["nothing"]),
        ({"reasons": {"photo": "缺"}}, ["code"]),
        ({"due_on": CHECKED}, ["due_on"]),
        ({"reasons": {"audit_report": "长" * 201}}, ["long"]),
    ],
    ids=["nothing", "blank", "no such paper", "due today", "too long"],
)
def test_a_return_says_what_and_by_when(story, changes, expected):
    assert refused(send_back, story, **changes) == expected


def test_what_was_asked_for_is_mended_old_versions_stay_and_the_leader_sends_it_in(story, world):
    send_back(story)
    assert refused(formal.submit_mended, story.pk, actor=world.u2, on=CHECKED) == ["pack"]
    assert refused(mend, story, "asset_list") == ["pack"]
    mend(story)

    kept = Attachment.objects.filter(project=story.project, purpose="audit_report")
    assert [file.handed_in for file in kept] == [True, False]
    formal.submit_mended(story.pk, actor=world.u2, on=day(3, CHECKED))

    assert [file.handed_in for file in kept.all()] == [True, True]
    assert set(states(story).values()) == {"have"}
    assert accept(story, day(4, CHECKED)).accepted_on == day(4, CHECKED)


def test_a_second_look_may_send_back_again(story, world):
    send_back(story)
    mend(story)
    formal.submit_mended(story.pk, actor=world.u2, on=CHECKED)

    send_back(story, day(1, CHECKED), reasons={"audit_report": "仍缺页"})

    assert PackReturn.objects.count() == 2
    assert states(story)["audit_report"] == "returned"


def test_nothing_is_mended_that_was_not_asked_for(story, world):
    assert refused(formal.submit_mended, story.pk, actor=world.u2, on=CHECKED) == ["not_returned"]
    assert refused(mend, story) == ["stage"]


def test_a_missing_paper_is_not_accepted(story):
    Attachment.objects.filter(project=story.project, purpose="asset_list").delete()

    assert refused(accept, story) == ["pack"]


# By page and by API


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_the_way_by_page(story, world):
    base = f"/projects/{story.pk}/acceptance/"
    ph, u2 = signed_in(world.ph), signed_in(world.u2)
    assert "形式审查" in ph.get(f"{base}formal-check/").content.decode()
    empty = ph.post(f"{base}return/", {"due_on": "2026-04-20"})
    assert (empty.status_code, "请写明须补正的材料" in empty.content.decode()) == (422, True)
    sent = {"reason_audit_report": "缺盖章", "due_on": "2027-04-20"}
    assert ph.post(f"{base}return/", sent).status_code == 302
    assert "缺盖章" in u2.get(f"{base}pack/").content.decode()
    mend(story)
    assert u2.post(f"{base}pack/send/", {}).status_code == 302
    assert ph.post(f"{base}formal-check/", {}).status_code == 302
    assert acceptance_of(story.project).accepted_on


def test_programs_accept_return_and_read(story, world):
    client, base = signed_in(world.ph), f"/api/v1/projects/{story.pk}/acceptance/"

    def call(path, data, key):
        headers = {"Idempotency-Key": key}
        return client.post(f"{base}{path}", data, content_type="application/json", headers=headers)

    back = call("return/", {"items": [{"code": "audit_report", "reason": "缺盖章"}]}, "return-0001")
    again = call("return/", {"items": [{"code": "audit_report", "reason": "缺盖章"}]}, "return-0001")
    refusal = call("accept/", {}, "accept-0001")

    assert (back.status_code, again.json() == back.json(), refusal.status_code) == (200, True, 409)
    assert PackReturn.objects.count() == 1
    mend(story)
    formal.submit_mended(story.pk, actor=world.u2, on=CHECKED)
    assert call("accept/", {}, "accept-0002").json()["accepted_on"]
    told = signed_in(world.u2).get(base).json()
    assert (told["panel"], {row["met"] for row in told["conditions"]}, told["targets"]) == (None, {None}, [])
    assert signed_in(world.u2).post(f"{base}accept/", {}, headers={"Idempotency-Key": "12345678"}).status_code == 403


# F10, F11


def fields_of(data, *names):
    return [name for name in names if name not in data]


def test_the_application_form_says_what_the_paper_has(story):
    """forms.json F10, row by row."""
    data = prints.application(story.project, acceptance_of(story.project), on=CHECKED)

    wanted = (
        "name", "sector", "track", "unit", "credit_code", "contact", "award", "grant", "period", "extension", "summary",
        "conditions", "self_evaluation", "money", "audit", "assets", "issues", "attachments", "recommender",
    )  # fmt: skip
    assert fields_of(data, *wanted) == []
    assert (data["draft"], len(data["conditions"]), data["attachments"][0]) == (
        False, len(acceptance.conditions_of(story.project)), "绩效自评表：已有",
    )  # fmt: skip
    assert (
        render(prints.application_paper(story.project, acceptance_of(story.project), on=CHECKED), "pdf")[:5] == b"%PDF-"
    )


def test_the_opinion_is_a_draft_until_both_have_signed(world):
    story = scene.judged(world, a=("N2a",))
    reader, on = world.ph, day(12, APPLIED)

    def opinion():
        project = Project.objects.select_related("organisation__node").get(pk=story.pk)
        return prints.opinion(project, acceptance_of(project), reader=reader, on=on)

    before = opinion()
    wanted = (
        "hr", "finance", "visited_on", "place", "way", "panel", "conditions", "targets", "grade", "money", "wrong_money",
        "achieved", "issues", "conclusion", "items", "term", "leader",
    )  # fmt: skip
    assert fields_of(before, *wanted) == []
    assert (before["draft"], before["conclusion"], len(before["panel"])) == (True, "", 5)
    assert [row[0] for row in before["conditions"] if row[5] == "不符合"] == ["N2a"]
    unit = signed_in(world.u2).get(f"/projects/{story.pk}/acceptance/f11.pdf")
    assert (unit.status_code, "结论生效并送达后" in unit.content.decode()) == (409, True)

    items = [{**item, "level": "major"} for item in order_items(Project.objects.get(pk=story.pk))]
    decision = story.decide("T19", day(30, APPLIED), term_months=6, items=items)

    after = opinion()
    assert (after["draft"], after["conclusion"], after["document"]) == (False, "责令限期整改", decision.number)
    assert after["term"] == "6 个月，自送达之日起算"
    project = Project.objects.select_related("organisation__node").get(pk=story.pk)
    assert render(prints.opinion_paper(project, acceptance_of(project), reader=reader, on=on), "pdf")[:5] == b"%PDF-"
