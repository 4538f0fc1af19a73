"""A unit learns what a re-check found with the decision on it, by whatever page, list, print or program it asks."""

import pytest
from django.test import Client

from lifecycle.operations import rectification
from lifecycle.queries import problems_of, rectification_of
from lifecycle.queries.served import reports_told
from projects.models import Problem
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import registered

pytestmark = pytest.mark.django_db
WHY, NOTE = "面积仍不足三百平方米", "逐间丈量记录"
PAGES = (
    "/projects/{pk}/rectification/", "/projects/{pk}/problems/?state=all", "/projects/{pk}/problems/{problem}/",
    "/projects/{pk}/journal/", "/projects/{pk}/timeline/", "/projects/{pk}/",
    "/api/v1/projects/{pk}/rectifications/", "/api/v1/projects/{pk}/problems/?state=all",
    "/api/v1/projects/{pk}/problems/{problem}/",
)  # fmt: skip


@pytest.fixture
def looked(world):
    """复验中, the second problem found wanting by 省财政经办."""
    story = scene.rechecking(world, scene.day(-100))
    first, second = problems_of(rectification_of(story.fresh()))
    rectification.record_recheck(
        story.pk, verdicts={first.pk: (True, ""), second.pk: (False, WHY)}, note=NOTE,
        proof=scene.paper("复验记录"), actor=world.pf, on=scene.day(-90),
    )  # fmt: skip
    return story


def shown(person, project):
    """Which of the addresses tell the reason, the note or the result."""
    client = Client()
    client.force_login(person)
    problem = Problem.objects.filter(project=project).order_by("pk").last().pk
    told = {}
    for page in PAGES:
        answer = client.get(page.format(pk=project.pk, problem=problem))
        told[page] = answer.status_code, any(word in answer.content.decode("utf-8", "ignore") for word in (WHY, NOTE))
    return {page for page, (status, found) in told.items() if status == 200 and found}


def test_a_unit_reads_of_a_recheck_with_the_decision_on_it(world, looked):
    before = shown(world.u2, looked.project)
    offices = shown(world.pf, looked.project)
    looked.decide("T22", scene.day(-80), due_on=scene.day(-20).isoformat())

    assert before == set()
    assert {PAGES[0], PAGES[2], PAGES[7], PAGES[8]} <= offices
    assert {PAGES[0], PAGES[2], PAGES[7], PAGES[8]} <= shown(world.u2, looked.project)


def test_the_state_of_a_problem_follows_the_decision(world, looked):
    rows = Problem.objects.filter(project=looked.pk)
    before = set(rows.values_list("state", flat=True))
    looked.decide("T22", scene.day(-80), due_on=scene.day(-20).isoformat())

    assert before == {"answered"}
    assert sorted(rows.values_list("state", flat=True)) == ["answered", "open"]


def test_the_report_is_told_without_what_was_found(world, looked):
    order = rectification_of(looked.fresh())

    (told,), (whole,) = reports_told(world.u2, order), reports_told(world.pf, order)

    assert (told.passed, told.rechecked_by, told.rechecked_on, told.note) == (None, None, None, "")
    assert (whole.passed, whole.note) == (False, NOTE)


def test_the_public_page_says_nothing_of_a_paper_before_its_service(world):
    story = scene.ordered(world)
    order = rectification_of(story.fresh())
    codes = [
        registered(world, story.project, f"{form}-{order.decision_id}", by="ph", on=scene.ORDERED).spelled
        for form in ("F12", "receipt", "countersign")
    ]

    before = ["没有" in Client().get("/verify/", {"code": code}).content.decode() for code in codes]
    numbers = [order.decision.number in Client().get("/verify/", {"code": code}).content.decode() for code in codes]
    scene.serve(story)

    assert (before, numbers) == ([True] * 3, [False] * 3)
    assert order.decision.number in Client().get("/verify/", {"code": codes[0]}).content.decode()
