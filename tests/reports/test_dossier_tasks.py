"""等您办理: a dossier lists what waits for its reader in this project, and nothing of another one."""

import pytest

from policy.terms import Stage
from projects.problems import open_problem
from reports.dossier.tasks import tasks_of
from reports.tasks import tasks_for
from tests import factories as make
from tests.lifecycle import scene
from tests.reports.scene import ON

pytestmark = pytest.mark.django_db


def found(project, by):
    given = {"fact": "标签缺失", "clause": "通知 六（一）", "requirement": "补齐", "level": "major"}
    return open_problem(project, source="inspection", about_id=1, by=by, on=ON, **given)


def test_the_dossier_lists_the_readers_own_tasks_of_this_project(world, visit):
    mine = scene.building(world).project
    other = make.project(mine.organisation, stage=Stage.BUILDING)
    problem, elsewhere = found(mine, world.ph), found(other, world.ph)

    pages = {who: visit(getattr(world, who), f"/projects/{mine.pk}/").content.decode() for who in ("u1", "ph")}
    listed = visit(world.u1, f"/projects/{mine.pk}/").context["dossier"].tasks

    urls = [task.url for task in listed]
    assert f"/projects/{mine.pk}/problems/{problem.pk}/" in urls
    assert all(url.startswith(f"/projects/{mine.pk}/") for url in urls)
    assert f"/projects/{other.pk}/problems/{elsewhere.pk}/" in [task.url for task in tasks_for(world.u1, ON)]
    assert [("本项目等您办理" in page, "答复 1 个问题的整改" in page) for page in pages.values()] == [
        (True, True),
        (False, False),
    ]


def test_a_task_that_is_of_no_one_project_is_none_of_the_dossiers(world):
    """Its page is of a decision, of a document, or of a step that takes several projects."""
    project = scene.ready_drafts(world, 1)[0]
    scene.draft("T01", [project], world.ph, ON)

    assert [task.url for task in tasks_for(world.phl, ON)] != []
    assert tasks_of(project, world.phl, ON) == []
