"""What is sealed stays sealed: sheets before the last is in, names before the day of the visit, in every place."""

import pytest
from django.test import Client

from accounts.models import Entry, Notice, User
from lifecycle.demo.papers import paper
from lifecycle.models import ExpertSheet
from lifecycle.operations import formal, panel, sheets
from lifecycle.queries.panel import case_of, shown_sheets
from lifecycle.rules.panel import criteria_of
from policy.loader import edition
from policy.terms import Kind
from projects.models import Attachment, Project
from projects.queries import files_for
from reports.journal import entries_of
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, day

FORMED, VISIT, EVE = day(8, APPLIED), day(12, APPLIED), day(11, APPLIED)
SECRET = "秘密意见"
NAME = "保密专家"
UNIT, OFFICES = ("U1", "U2"), ("CH", "CF", "PH", "PHL", "PF", "PFL")


@pytest.fixture
def story(world):
    """A panel of five whose first four sheets are in."""
    one = scene.applied(world)
    formal.accept_application(one.pk, actor=world.ph, on=FORMED)
    one.people = scene.experts(world.ph)
    User.objects.filter(pk__in=[person.pk for person in one.people]).update(name=NAME)
    panel.form_panel(
        {one.pk: panel.Visit(VISIT, "", "实训中心")}, name="验收组", notice_number="示例函〔2026〕1号",
        experts=[person.pk for person in one.people[:5]], leader=one.people[0].pk, notice=paper(NAME),
        actor=world.ph, on=FORMED,
    )  # fmt: skip
    for person in one.people[:4]:
        hand_in(one, person)
    return one


def hand_in(story, person, act=sheets.submit_sheet):
    names = criteria_of(edition(make.EDITION), Kind.BASE)
    filled = sheets.Filled(dict.fromkeys(names, 13), SECRET, no_conflict=True)
    return act(story.pk, filled=filled, actor=User.objects.get(pk=person.pk), on=day(9, APPLIED))


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


PLACES = ("acceptance/", "acceptance/panel/", "", "journal/", "files/", "acceptance/mock/")


def pages(person, story, places=PLACES):
    """Everything about the project this person can open, as one text."""
    client, said = signed_in(person), []
    for place in places:
        said.append(client.get(f"/projects/{story.pk}/{place}").content.decode())
    for place in ("acceptance/", "files/", "decisions/"):
        said.append(client.get(f"/api/v1/projects/{story.pk}/{place}").content.decode())
    said += [client.get(place).content.decode() for place in ("/", "/journal/", "/accounts/notices/")]
    return "".join(said)


def test_nobody_reads_a_sheet_before_the_last_is_in(story, world):
    asked = ("U2", "CH", "PH", "PHL", "PFL")
    assert [role for role in asked if SECRET in pages(world.people[role], story)] == []

    hand_in(story, story.people[4])

    assert [role for role in asked if SECRET in pages(world.people[role], story)] == ["PH", "PHL", "PFL"]


def test_an_expert_reads_the_own_sheet_and_nobody_elses(story, world):
    last, first = story.people[4], story.people[0]

    assert SECRET not in pages(last, story)
    own = signed_in(first).get(f"/projects/{story.pk}/acceptance/sheet/").content.decode()
    assert SECRET in own
    hand_in(story, last)
    view = case_of(story.project.acceptances.get())
    assert [one.seat.expert_id for one in shown_sheets(User.objects.get(pk=last.pk), view, story.project)] == [last.pk]


def test_a_draft_is_its_experts_alone(story, world):
    hand_in(story, story.people[4], act=sheets.save_sheet)
    ExpertSheet.objects.filter(state="draft").update(comment="未定稿的话")

    assert "未定稿的话" in signed_in(story.people[4]).get(f"/projects/{story.pk}/acceptance/sheet/").content.decode()
    assert [role for role in ("PH", "AU") if "未定稿的话" in pages(world.people[role], story)] == []


def test_the_journal_and_the_notices_say_no_point_and_no_word_of_a_sheet(story, world):
    names = list(criteria_of(edition(make.EDITION), Kind.BASE))
    filled = sheets.Filled({names[0]: 87}, SECRET, no_conflict=True)
    actor = User.objects.get(pk=story.people[4].pk)
    scene.refused(sheets.submit_sheet, story.pk, filled=filled, actor=actor, on=day(9, APPLIED))

    said = "".join(f"{row.text}{row.changes}" for row in Entry.objects.filter(verb__contains="评审表"))
    assert (SECRET in said, "87" in said, "65" in said) == (False, False, False)
    assert not Notice.objects.filter(text__contains=SECRET).exists()


def test_scans_of_paper_sheets_open_with_the_sheets(story, world):
    view = case_of(story.project.acceptances.get())
    kept = Attachment.objects.create(
        project=story.project, about="expert_sheet", about_id=view.members[0].sheet.pk, purpose="评审表", name="密.pdf",
        size=1, content_type="application/pdf", sha256="0" * 64, path="none", uploaded_by=world.ph, on=FORMED,
        issued=False, handed_in=False,
    )  # fmt: skip

    def seen(role):
        return files_for(User.objects.get(pk=world.people[role].pk), story.project).filter(pk=kept.pk).exists()

    assert [role for role in (*UNIT, *OFFICES, "AU") if seen(role)] == []
    hand_in(story, story.people[4])
    assert [role for role in (*UNIT, *OFFICES, "AU") if seen(role)] == ["CH", "CF", "PH", "PHL", "PF", "PFL", "AU"]


# Names


@pytest.mark.parametrize("role", ["U1", "U2"])
def test_the_unit_finds_no_name_anywhere_before_the_visit(story, world, role, monkeypatch):
    from django.utils import timezone

    person = world.people[role]
    monkeypatch.setattr(timezone, "localdate", lambda *_: EVE)
    assert NAME not in pages(person, story)
    assert "名单于验收当日公开" in signed_in(person).get(f"/projects/{story.pk}/acceptance/").content.decode()
    assert not entries_of(story.project, User.objects.get(pk=person.pk)).filter(text__contains=NAME).exists()
    assert not Notice.objects.filter(user=person, text__contains=NAME).exists()

    monkeypatch.setattr(timezone, "localdate", lambda *_: VISIT)
    assert NAME in signed_in(person).get(f"/projects/{story.pk}/acceptance/").content.decode()


def test_the_notice_with_the_names_is_the_units_after_the_visit(story, world):
    def has(person):
        return files_for(User.objects.get(pk=person.pk), story.project).filter(about="panel_notice").exists()

    assert (has(world.u2), has(world.ph)) == (False, True)
    formal.record_visit(
        story.pk, visited_on=VISIT, place="实训中心", participants="全体", photos=[], actor=world.ph, on=VISIT
    )
    assert has(world.u2)


# Where an expert may go


def test_an_expert_reaches_assigned_projects_only_and_no_act_of_the_offices(story, world):
    other = make.project(make.organisation(world.city), stage="in_acceptance")
    client = signed_in(story.people[0])

    assert client.get(f"/projects/{other.pk}/acceptance/").status_code == 404
    assert client.get(f"/api/v1/projects/{other.pk}/acceptance/").status_code == 404
    for place in ("acceptance/gate-a/", "acceptance/panel/", "acceptance/formal-check/", "journal/"):
        assert client.get(f"/projects/{story.pk}/{place}").status_code == 403, place
    listed = client.get("/projects/").content.decode()
    assert (story.project.name in listed, other.name in listed) == (True, False)


def test_an_expert_reads_the_pack_and_no_paper_of_a_payee(story, world):
    paid = Attachment.objects.create(
        project=story.project, about="voucher", purpose="支出凭证", name="银行回单.pdf", size=1,
        content_type="application/pdf", sha256="0" * 64, path="none", uploaded_by=world.u1, on=FORMED,
    )  # fmt: skip
    person = User.objects.get(pk=story.people[0].pk)
    client = signed_in(person)

    seen = set(files_for(person, story.project).values_list("about", flat=True))
    assert ("acceptance_pack" in seen, "voucher" in seen, "decision" in seen) == (True, False, False)
    assert client.get(f"/projects/{story.pk}/files/{paid.pk}/").status_code == 404
    assert [client.get(url).status_code for url in (f"/projects/{story.pk}/funds/payments/", "/funds/payments/")] == [
        403
    ] * 2


def test_an_expert_of_the_register_without_an_assignment_finds_nothing(story):
    idle = signed_in(story.people[6])

    assert idle.get(f"/projects/{story.pk}/acceptance/").status_code == 404
    assert story.project.name not in idle.get("/projects/").content.decode()
    assert "没有委派给您的项目" in idle.get("/assignments/").content.decode()


def test_the_experts_own_way_by_page(story, world):
    client = signed_in(story.people[4])
    assert story.project.name in client.get("/assignments/").content.decode()
    names = criteria_of(edition(make.EDITION), Kind.BASE)
    url = f"/projects/{story.pk}/acceptance/sheet/"
    points = {f"point_{number}": most for number, most in enumerate(names.values())}

    kept = client.post(url, points | {"comment": "先存一下"})
    assert (kept.status_code, ExpertSheet.objects.get(comment="先存一下").state) == (302, "draft")
    short = client.post(url, points | {"comment": "先存一下", "final": "1"})
    assert (short.status_code, "没有利害关系" in short.content.decode()) == (422, True)
    done = client.post(url, points | {"comment": "同意通过", "no_conflict": "on", "final": "1"})
    assert done.status_code == 302
    assert case_of(Project.objects.get(pk=story.pk).acceptances.get()).open
