"""待办 of 建设任务: whose turn it is, at the same cost for one project and for three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.operations import milestones as plans
from performance.queries.tasks_milestones import milestone_tasks
from tests import factories as make
from tests.performance import round_scene as scene
from tests.performance.test_milestones import START, TASKS


def titles(*people):
    return [[task.title for task in milestone_tasks(person)] for person in people]


@pytest.mark.django_db
def test_each_finds_the_plan_while_it_is_his_turn(world):
    make.project(world.unit)  # no build, no plan
    project = scene.building(world)
    people = (world.u1, world.ch, world.ph)

    assert titles(*people, world.u2) == [["编制建设任务计划"], [], [], []]
    plans.save_plan(project.pk, tasks=TASKS, actor=world.u1, on=START)
    assert titles(*people) == [["完成并报送建设任务计划"], [], []]
    plans.submit_plan(project.pk, actor=world.u2, on=START)
    assert titles(*people) == [[], ["审核建设任务计划"], []]
    plans.review_plan(project.pk, agreed=False, remark="占比", actor=world.ch, on=START)
    assert titles(*people) == [["按退回意见修改建设任务计划"], [], []]


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_and_for_three(world):
    counts, blank = [], []
    assert world.ch.live_memberships
    for _ in range(3):
        with CaptureQueriesContext(connection) as taken:
            list(milestone_tasks(world.u1))
        blank.append(len(taken))
        project = scene.building(world)
        plans.save_plan(project.pk, tasks=TASKS, actor=world.u1, on=START)
        plans.submit_plan(project.pk, actor=world.u2, on=START)
        scene.building(world)
        with CaptureQueriesContext(connection) as taken:
            list(milestone_tasks(world.ch))
        counts.append(len(taken))

    assert (len(set(counts)), len(set(blank[1:]))) == (1, 1)
