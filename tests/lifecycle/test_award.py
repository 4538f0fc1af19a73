"""T01: publicity before the award, both dates kept; the unit's type stays what it was at the award."""

from datetime import date

import pytest

from accounts.models import Entry
from lifecycle.queries import conditions_of
from policy.findings import Refused
from policy.terms import UnitType
from projects.models import Attachment, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import refused

ON = date(2026, 3, 2)  # 春节 2026: no working day from 15 to 23 February, 28 February is worked


@pytest.fixture
def world(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return make.world()


@pytest.fixture
def project(world):
    return scene.ready_drafts(world, 1)[0]


def payload(start, end):
    return {"publicity_from": start, "publicity_to": end}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-02-02", "2026-02-09", []),
        ("2026-02-02", "2026-02-08", ["publicity_to"]),
        ("2026-02-12", "2026-02-25", ["publicity_to"]),
        ("2026-02-12", "2026-02-26", []),
        ("2026-02-09", "2026-02-02", ["publicity_to"]),
        ("2026-02-02", "2026-03-02", ["publicity_to"]),
        ("2026-02-02", "2026-03-01", []),
        ("", "2026-02-09", ["publicity_from"]),
        ("2026-02-02", "", ["publicity_to"]),
    ],
    ids=["five working days", "four", "over 春节, a day short", "over 春节", "ends before it starts",
         "ends with the day of the decision", "ends the day before", "no start", "no end"],
)  # fmt: skip
def test_publicity_lasts_its_working_days_and_is_over_before_the_award(world, project, start, end, expected):
    if expected:
        assert refused(scene.draft, "T01", project, world.ph, ON, payload(start, end)) == expected
    else:
        assert scene.draft("T01", project, world.ph, ON, payload(start, end)).items.get().payload == payload(start, end)


def test_a_decision_is_not_dated_back_into_the_publicity(world, project):
    given = payload("2026-02-02", "2026-02-26")

    assert refused(scene.draft, "T01", project, world.ph, ON, given, dated_on=date(2026, 2, 26)) == ["publicity_to"]


def test_the_refusal_says_the_limit_the_clause_and_the_earliest_end(world, project):
    with pytest.raises(Refused) as caught:
        scene.draft("T01", project, world.ph, ON, payload("2026-02-12", "2026-02-20"))

    finding = caught.value.findings[0]
    assert (finding.clause, str(finding.rank)) == ("通知三（三）", "notice")
    assert "5 个工作日" in finding.message
    assert "2026-02-26" in finding.message


def test_both_dates_are_in_the_journal(world, project):
    scene.draft("T01", project, world.ph, ON, payload("2026-02-02", "2026-02-09"))

    changes = dict(Entry.objects.get(verb="拟制联合决定", result="ok").changes)
    assert changes == payload("2026-02-02", "2026-02-09")


def test_the_form_asks_both_dates_for_one_and_for_several(world, project, client):
    client.force_login(world.ph)

    for path in ("/decisions/new/T01/", f"/projects/{project.pk}/steps/T01/"):
        page = client.get(path).content.decode()
        assert 'name="publicity_from"' in page
        assert 'name="publicity_to"' in page


def test_a_unit_type_corrected_later_changes_no_condition_of_the_award(world, project):
    decision = scene.draft("T01", project, world.ph, ON)
    scene.sign(decision, world.phl, world.pfl, on=ON)
    awarded = Project.objects.get(pk=project.pk)
    before = conditions_of(awarded)

    unit = awarded.organisation
    unit.unit_type = UnitType.ENTERPRISE
    unit.save(update_fields=["unit_type"])

    assert awarded.unit_type == UnitType.TECHNICAL
    assert conditions_of(Project.objects.get(pk=project.pk)) == before
    assert {one.code for one in before} != {one.code for one in conditions_of(make.project(unit))}


def test_nothing_is_awarded_to_a_unit_without_a_type(world, project):
    type(world.unit).objects.filter(pk=world.unit.pk).update(unit_type="")

    assert refused(scene.draft, "T01", project, world.ph, ON) == ["unit_type"]
    with pytest.raises(Refused) as caught:
        conditions_of(Project.objects.get(pk=project.pk))
    assert caught.value.findings[0].code == "unit_type"


def test_two_signatures_decide_a_category_again_where_two_decided_it(world, project):
    """By the rule it stands; what both decided by hand both may decide anew before the award."""
    assert refused(scene.draft, "category", project, world.ph, ON, {"sector": "services"}) == ["category_done"]
    by_hand = scene.draft_project(world)
    for sector in ("manufacturing", "services"):
        decision = scene.draft("category", by_hand, world.ph, ON, {"sector": sector})
        scene.sign(decision, world.phl, world.pfl, on=ON)
        assert Project.objects.get(pk=by_hand.pk).sector == sector


def test_a_unit_reads_a_decision_and_its_papers_when_it_is_in_force_for_its_own_project(world, client):
    kept, left = scene.ready_drafts(world, 2)
    unit = make.organisation(world.city)
    Project.objects.filter(pk=left.pk).update(organisation=unit)
    out = make.user("U2", unit)
    decision = scene.draft("T01", [kept, left], world.ph, ON)

    def read(user):
        client.force_login(user)
        page = client.get(f"/decisions/{decision.pk}/")
        return page.status_code, [paper.name for paper in page.context["papers"]] if page.status_code == 200 else []

    assert read(world.u2) == (404, [])
    Project.objects.filter(pk=left.pk).update(sector="", grant=None)
    scene.sign(decision, world.phl, world.pfl, on=ON)

    assert (read(world.u2)[0], len(read(world.u2)[1])) == (200, 2)
    assert read(out) == (404, [])
    assert list(Attachment.objects.filter(issued=True).values_list("project", flat=True)) == [kept.pk] * 2
