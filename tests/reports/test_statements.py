"""What a page costs: the same at one row and at three, and within its limit."""

import pytest
from django.utils import timezone

from lifecycle.inbox import tasks_for
from lifecycle.models import ChangeRequest
from reports.tasks import tasks_for as tasks_of_all
from tests.lifecycle import scene
from tests.reports.scene import ON, alert, furnished

LISTS = ["/", "/projects/", "/projects/export/", "/alerts/", "/journal/"]
ROLES = ["u1", "u2", "ch", "cf", "ph", "phl", "pf", "pfl", "au"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", ROLES)
def test_a_list_costs_the_same_at_one_row_and_at_three(world, cost, role, path):
    user = getattr(world, role)
    furnished(world)
    one = cost(user, path)
    furnished(world)
    furnished(world)

    assert cost(user, path) == one


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_the_list_of_projects_takes_thirteen_statements_at_most(world, cost, role):
    """One of them reads the holidays: a filing date that falls on a day off is not overdue yet."""
    for _ in range(3):
        furnished(world)

    assert cost(getattr(world, role), "/projects/?alert=yes&stage=in_hand&sort=rate&q=示例") <= 13


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["u2", "ph", "phl"])
def test_what_waits_for_me_costs_the_same_at_one_row_and_at_three(world, cost, role):
    furnished(world)
    one = cost(getattr(world, role), "/projects/?mine=1")
    furnished(world)
    furnished(world)

    assert cost(getattr(world, role), "/projects/?mine=1") == one


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf", "ph", "phl", "pf", "pfl"])
@pytest.mark.parametrize("stage", ["applied", "rectifying", "rechecking", "noticed"])
def test_the_inbox_costs_the_same_for_one_project_and_for_three(world, django_assert_num_queries, role, stage):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    user, bring = getattr(world, role), getattr(scene, stage)
    bring(world)
    assert user.live_memberships
    with CaptureQueriesContext(connection) as captured:
        tasks_for(user, ON)
    bring(world)
    bring(world)

    with django_assert_num_queries(len(captured)):
        tasks_for(user, ON)


def reviewed(world):
    from tests import factories as make
    from tests.performance import life

    project = make.project(world.unit)
    life.scored(project, world)
    return scene.story_of(world, project)


def drawn_up(world):
    from tests import factories as make
    from tests.performance import life

    project = make.project(world.unit)
    life.filled(project, world)
    return scene.story_of(world, project)


def concluding(world):
    """Gates passed, the decision waiting for signatures."""
    story = scene.judged(world)
    story.draft("T18", scene.day(20, scene.APPLIED))
    return story


def building(world):
    return scene.story_of(world, furnished(world))


STAGES = [
    drawn_up, reviewed, building, scene.applied, scene.judged, concluding, scene.ordered, scene.rectifying,
    scene.rechecking, scene.noticed, scene.revoked,
]  # fmt: skip


def asked(user):
    """How many statements the tasks of this person take."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    user = type(user).objects.get(pk=user.pk)
    assert user.live_memberships
    with CaptureQueriesContext(connection) as captured:
        tasks_of_all(user, timezone.localdate())
    return len(captured)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["u2", "ph"])
@pytest.mark.parametrize("bring", STAGES, ids=lambda bring: bring.__name__)
def test_the_dossier_takes_the_same_few_statements(world, cost, role, bring):
    """The reader's own tasks are those of the 工作台 and cost what they cost there; the rest stays within its limit."""
    story = bring(world)
    furnished(world)
    own, user = asked(getattr(world, role)), getattr(world, role)
    one = cost(user, f"/projects/{story.pk}/")

    assert one - own <= 44
    furnished(world)
    furnished(world)
    assert cost(user, f"/projects/{story.pk}/") == one


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["u2", "ph", "au"])
def test_the_line_of_time_costs_the_same_however_much_happened(world, cost, role):
    """All that is past takes one statement and its count another, the dates ahead the same few."""
    story = scene.rectifying(world)
    furnished(world)
    path, user = f"/projects/{story.pk}/timeline/", getattr(world, role)
    before = cost(user, path)
    for number in range(3):
        alert(story.project, code=f"more{number}")
        ChangeRequest.objects.create(
            project=story.project, kind=list(ChangeRequest.Kind)[number], reason="工种调整", document="示例文件",
            effective_on=ON, on=ON, requested_by=world.u2,
        )  # fmt: skip

    assert cost(user, path) == before
    assert before <= 40


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["monitor", "compare"])
@pytest.mark.parametrize("role", ["u2", "ph"])
def test_the_other_pages_of_a_dossier_take_few_statements(world, cost, role, page):
    story = scene.rectifying(world)

    assert cost(getattr(world, role), f"/projects/{story.pk}/{page}/") <= 40
