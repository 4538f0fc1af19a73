"""验收组: odd and enough, nobody with a conflict, replaced, staying away, absent."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership, User
from lifecycle.demo.papers import paper
from lifecycle.models import Acceptance, ConditionCheck, ExpertCard, ExpertSheet, Inspector, PanelSeat
from lifecycle.operations import formal, panel, sheets
from lifecycle.queries import conditions_of
from lifecycle.queries.panel import case_of, conflicts_of
from lifecycle.rules.panel import (
    Candidate,
    Subject,
    check_absence,
    check_conflict,
    check_sheet,
    check_size,
    criteria_of,
    least_of,
    way_of,
)
from policy.loader import edition
from policy.terms import Kind, Line, NodeKind, Rank
from projects import access
from projects.models import Assignment, Project
from projects.waivers import waivable
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, day, refused
from tests.permissions.inspected import inspected

FORMED, VISIT, CONCLUDED = day(8, APPLIED), day(12, APPLIED), day(30, APPLIED)
LEAST = edition(make.EDITION).limit("experts_min")
STRICT = replace(LEAST, basis=replace(LEAST.basis, blocks=True, rank=Rank.PROVINCE))


# The rules


@pytest.mark.parametrize(
    ("count", "fits"), [(0, False), (3, False), (4, False), (5, True), (6, False), (7, True)], ids=str
)
def test_a_panel_is_odd_and_enough(count, fits):
    warned, blocked = list(check_size(count, LEAST)), list(check_size(count, STRICT))

    assert (not warned, not blocked) == (fits, fits)
    assert [finding.blocks for finding in warned] == ([] if fits else [count % 2 == 0]), "an even panel never sits"
    assert [waivable("step", one.code, one.severity, one.rank) for one in warned] == ([] if fits else [count % 2 == 1])
    assert [finding.blocks for finding in blocked] == ([] if fits else [True])


@pytest.mark.parametrize(("left", "codes"), [(5, []), (4, ["panel_size"]), (3, ["panel_size"]), (7, [])], ids=str)
def test_an_absence_leaves_the_panel_odd_and_enough_whatever_the_rank(left, codes):
    assert [finding.code for finding in check_absence(left, LEAST)] == codes


def test_studios_have_the_light_procedure_of_the_edition():
    own = edition(make.EDITION)

    assert [way_of(own, kind) for kind in (Kind.BASE, Kind.STUDIO)] == ["site", "documents"]
    assert [least_of(own, kind).value for kind in (Kind.BASE, Kind.STUDIO)] == [5, 3]
    assert (len(criteria_of(own, Kind.STUDIO)), sum(criteria_of(own, Kind.STUDIO).values())) == (6, 100)


ABOUT = Subject(unit=1, unit_name="甲学院", node="0001/0002/", recommender="乙厅", named=frozenset({"丙"}))


@pytest.mark.parametrize(
    ("who", "more", "word"),
    [
        (Candidate("丁"), {}, ""),
        (Candidate("丁", units=frozenset({1})), {}, "在项目单位工作"),
        (Candidate("丁", employers=frozenset({"甲学院"})), {}, "在项目单位工作"),
        (Candidate("丁", nodes=frozenset({"0001/0002/"})), {}, "同属一个上级单位"),
        (Candidate("丁", nodes=frozenset({"0001/0003/"})), {}, ""),
        (Candidate("丁", employers=frozenset({"乙厅"})), {}, "推荐单位"),
        (Candidate("丙"), {}, "载明的人员"),
        (Candidate("丁"), {"acts": ["检查签字"]}, "办理过本项目"),
        (Candidate("丁"), {"posts": ["省人社经办"]}, "另有岗位"),
    ],
)
def test_who_is_too_close_stays_away(who, more, word):
    reasons = "、".join(check_conflict(who, ABOUT, **more))

    assert (word in reasons, bool(reasons)) == (True, bool(word))


@pytest.mark.parametrize(
    ("points", "comment", "own_word", "final", "fields"),
    [
        ({"建设": 10, "目标": 0}, "好", True, True, []),
        ({"建设": 11, "目标": 0}, "好", True, True, ["point_0"]),
        ({"建设": 10, "目标": -1}, "好", True, True, ["point_1"]),
        ({"建设": 10}, "", False, True, ["point_1", "comment", "no_conflict"]),
        ({"建设": 10}, "", False, False, []),
        ({"建设": 11}, "", False, False, ["point_0"]),
    ],
)
def test_a_sheet_is_whole_when_it_is_handed_in(points, comment, own_word, final, fields):
    found = check_sheet(points, comment, {"建设": 10, "目标": 10}, no_conflict=own_word, final=final)

    assert [finding.field for finding in found] == fields


# Forming


@pytest.fixture
def story(world):
    one = scene.applied(world)
    formal.accept_application(one.pk, actor=world.ph, on=FORMED)
    one.people = scene.experts(world.ph)
    return one


def form(story, people=None, *, leader=None, **changes):
    people = people if people is not None else story.people[:5]
    visits = changes.pop("visits", {story.pk: panel.Visit(VISIT, "9:00", "实训中心")})
    said = {"name": "验收组", "notice_number": "示例函〔2026〕1号", "notice": paper("通知"), "recuse": False} | changes
    return panel.form_panel(
        visits, experts=[one.pk for one in people], leader=(leader or people[0]).pk if people else 0,
        actor=story.cast["ph"], on=FORMED, **said,
    )  # fmt: skip


def view(story):
    return case_of(story.project.acceptances.get())


def reached(person):
    return set(access.projects_for(User.objects.get(pk=person.pk)).values_list("pk", flat=True))


def test_experts_reach_their_projects_while_the_acceptance_lasts(story, world):
    other = scene.building(world)
    form(story)
    before = [reached(one) for one in story.people[:6]]

    assert before == [{story.pk}] * 5 + [set()]
    assert other.pk not in before[0]
    story.gate_a(VISIT)
    story.gate_b(VISIT)
    story.decide("T18", day(30, APPLIED))
    assert [reached(one) for one in story.people[:5]] == [set()] * 5
    assert not Assignment.objects.filter(until=None).exists()


def test_nobody_is_asked_before_the_application_is_accepted(world):
    story = scene.applied(world)
    story.people = scene.experts(world.ph)

    assert refused(form, story) == ["not_accepted"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"people": []}, ["experts"]),
        ({"notice_number": " "}, ["notice_number"]),
    ],
    ids=["nobody", "no number"],
)
def test_a_panel_names_its_people_and_its_notice(story, changes, expected):
    assert set(expected) <= set(refused(form, story, **changes))


def test_whoever_is_not_on_the_register_or_has_no_card_does_not_sit(story, world):
    stranger = make.user("EX", make.organisation(make.node("示例外省", NodeKind.PROVINCE), Line.HR))
    bare = make.user("EX", world.province_hr)

    assert refused(form, story, [*story.people[:4], stranger]) == ["experts"]
    assert refused(form, story, [*story.people[:4], bare]) == ["card"]
    assert refused(form, story, story.people[:5], leader=story.people[6]) == ["leader"]


def test_too_few_is_pointed_out_while_the_number_is_our_default_and_even_is_refused(story):
    assert "panel_even" in refused(form, story, story.people[:4])
    form(story, story.people[:3])
    assert len(view(story).sitting) == 3


CONFLICTS = {
    "the same unit": lambda world, person: ExpertCard.objects.filter(user=person).update(employer=world.unit.name),
    "the same parent": lambda world, person: ExpertCard.objects.filter(user=person).update(
        organisation=make.organisation(world.city, name="同城学校")
    ),
    "named": lambda world, person: Project.objects.update(contact=person.name),
    "another post": lambda world, person: Membership.objects.create(
        user=person, role="PH", organisation=world.province_hr
    ),
}


@pytest.mark.parametrize("way", ["the same unit", "the same parent", "named", "another post"])
def test_a_conflict_keeps_an_expert_out(story, world, way):
    person = story.people[2]
    CONFLICTS[way](world, person)

    codes = refused(form, story)

    assert set(codes) == {"conflict"}
    assert form(story, [one for one in story.people if one != person][:5]).seats.count() == 5


def test_whoever_did_something_on_the_project_stays_away(story, world):
    """The journal forgets no hand: here the first opinion, by somebody whose post is over."""
    Membership.objects.filter(user=world.ch).update(until=FORMED - timedelta(days=400))
    Membership.objects.create(user=world.ch, role="EX", organisation=world.province_hr)

    reasons = conflicts_of([User.objects.get(pk=world.ch.pk)], [story.project])

    assert reasons == {(world.ch.pk, story.pk): ["办理过本项目（初审绩效目标、验收初审）"]}


def test_who_sat_on_an_inspection_team_stays_away(story, world):
    place = SimpleNamespace(project=story.project, unit=world.unit)
    inspected(world, place)
    Inspector.objects.filter(user=world.cf).update(user=story.people[1])

    assert conflicts_of(story.people, [story.project]) == {
        (story.people[1].pk, story.pk): ["办理过本项目（检查组成员）"]
    }


# Changing


def test_a_replaced_expert_loses_the_project_and_the_next_one_gets_it(story, world):
    form(story)
    seat = PanelSeat.objects.get(expert=story.people[0])

    panel.replace_expert(story.pk, seat.pk, expert=story.people[5].pk, reason="出差", actor=world.ph, on=day(1, FORMED))

    now = view(story)
    assert [one.seat.expert for one in now.sitting if one.seat.leads] == [story.people[5]]
    assert (reached(story.people[0]), reached(story.people[5])) == (set(), {story.pk})
    assert len(now.sitting) == 5


def test_the_next_one_must_be_free_of_conflicts_too(story, world):
    form(story)
    seat = PanelSeat.objects.get(expert=story.people[0])
    CONFLICTS["the same unit"](world, story.people[5])

    def replaced(expert, reason="出差"):
        return panel.replace_expert(story.pk, seat.pk, expert=expert.pk, reason=reason, actor=world.ph, on=FORMED)

    assert refused(replaced, story.people[5]) == ["conflict"]
    assert refused(replaced, story.people[1]) == ["twice"]
    assert refused(replaced, story.people[6], " ") == ["reason"]


def test_a_conflict_is_not_declared_once_the_sheet_is_in(story, world):
    form(story)
    submit(story, story.people[3])
    person = User.objects.get(pk=story.people[3].pk)

    assert refused(panel.declare_recusal, story.pk, reason="曾任顾问", actor=person, on=FORMED) == ["submitted"]


def test_an_expert_declares_a_conflict_and_is_out(story, world):
    form(story)
    person = User.objects.get(pk=story.people[3].pk)

    panel.declare_recusal(story.pk, reason="曾任该校顾问", actor=person, on=day(1, FORMED))

    assert (len(view(story).sitting), reached(person)) == (4, set())
    assert world.ph.notices.filter(text__contains="申报回避").exists()
    with pytest.raises(PermissionDenied):
        panel.declare_recusal(story.pk, reason="又来", actor=User.objects.get(pk=person.pk), on=day(1, FORMED))


def filled(points=10, comment="同意", own_word=True):
    names = criteria_of(edition(make.EDITION), Kind.BASE)
    return sheets.Filled(dict.fromkeys(names, points), comment, own_word)


def submit(story, person, **changes):
    return sheets.submit_sheet(
        story.pk, filled=filled(**changes), actor=User.objects.get(pk=person.pk), on=day(2, FORMED)
    )


def test_an_absence_opens_the_rest_only_while_it_is_odd_and_enough(story, world):
    form(story, story.people[:7])
    PanelSeat.objects.filter(expert=story.people[6]).update(until=FORMED)
    for person in story.people[:5]:
        submit(story, person)
    seat = PanelSeat.objects.get(expert=story.people[5])

    assert not view(story).open
    panel.record_absence(story.pk, seat.pk, reason="生病", actor=world.ph, on=day(3, FORMED))
    assert view(story).open


def test_an_absence_that_leaves_four_is_refused(story, world):
    form(story)
    seat = PanelSeat.objects.get(expert=story.people[4])

    assert refused(panel.record_absence, story.pk, seat.pk, reason="生病", actor=world.ph, on=day(3, FORMED)) == [
        "panel_size"
    ]


def test_a_sheet_is_locked_when_it_is_in_and_its_expert_stays(story, world):
    form(story)
    submit(story, story.people[0])
    seat = PanelSeat.objects.get(expert=story.people[0])

    assert refused(submit, story, story.people[0]) == ["locked"]
    assert refused(
        panel.replace_expert, story.pk, seat.pk, expert=story.people[6].pk, reason="出差", actor=world.ph, on=FORMED
    ) == ["submitted"]


def test_paper_is_recorded_all_at_once(story, world):
    form(story)
    submit(story, story.people[0])
    seats = {one.seat.pk: filled() for one in view(story).missing}
    some = dict(list(seats.items())[:3])
    said = {"scan": paper("评审表"), "actor": world.ph, "on": day(3, FORMED)}

    assert refused(sheets.record_paper_sheets, story.pk, sheets=some, **said) == ["missing"]
    sheets.record_paper_sheets(story.pk, sheets=seats, **said)

    assert view(story).open
    assert ExpertSheet.objects.filter(paper=True).count() == 4


def test_missing_sheets_hold_the_conclusion_up(story):
    form(story)
    for person in story.people[:4]:
        submit(story, person)

    assert "sheets" in refused(story.draft, "T18", day(30, APPLIED))


def test_a_base_is_visited_and_a_studio_passes_on_its_papers_with_three(world, story):
    form(story)
    for person in story.people[:5]:
        submit(story, person)
    studio = scene.applied(world, kind=Kind.STUDIO)
    studio.gate_a(VISIT)
    studio.gate_b(VISIT)
    taken = studio.project.acceptances.get()

    assert "visit" in refused(story.draft, "T18", CONCLUDED)
    assert (taken.visited_on, len(case_of(taken).sitting)) == (None, 3)
    studio.decide("T18", CONCLUDED)
    assert scene.stage_of(studio) == "accepted"


# A batch


def test_a_batch_has_one_panel_and_an_expert_stays_away_from_one_project_of_it(story, world):
    town = make.node("示例邻市", NodeKind.CITY, world.province)
    other = make.project(make.organisation(town), stage="in_acceptance", stage_since=APPLIED)
    other.acceptances.create(round=1, applied_by=world.u2, applied_on=APPLIED, summary="完成", accepted_by=world.ph,
                             accepted_on=FORMED)  # fmt: skip
    for person in story.people[5:7]:
        CONFLICTS["the same unit"](world, person)
    visits = {pk: panel.Visit(VISIT + timedelta(days=n), "", "实训中心") for n, pk in enumerate((story.pk, other.pk))}

    assert set(refused(form, story, story.people[:7], visits=visits)) == {"conflict"}
    assert refused(form, story, story.people[:6], visits=visits, recuse=True) == ["panel_even"]
    made = form(story, story.people[:7], visits=visits, recuse=True)

    assert made.cases.count() == 2
    sizes = [len(case_of(one.acceptance).sitting) for one in made.cases.order_by("visit_on")]
    assert sizes == [5, 7]
    assert reached(story.people[5]) == {other.pk}


# Old and new


def test_a_panel_of_four_concludes_nothing(world):
    story = scene.judged(world)
    seat = PanelSeat.objects.first()
    PanelSeat.objects.filter(pk=seat.pk).update(until=CONCLUDED, leads=False)

    assert refused(story.draft, "T18", CONCLUDED) == ["panel_even"]


def test_a_list_typed_before_there_was_a_register_still_counts(world):
    story = scene.applied(world)
    Acceptance.objects.update(panel=[{"name": f"专家{n}"} for n in range(5)], visited_on=VISIT)
    for item in conditions_of(story.project):
        ConditionCheck.objects.create(acceptance=Acceptance.objects.get(), code=item.code, met=True)
    story.gate_b(CONCLUDED)

    story.decide("T18", CONCLUDED)

    assert scene.stage_of(story) == "accepted"
