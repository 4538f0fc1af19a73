"""What waits for whom, at a constant price."""

import pytest

from accounts.models import User
from accounts.roles import Role
from performance import operations
from performance.queries import readable, review_state, sheet_of, sheets_of, tasks_for
from policy.terms import Stage
from tests import factories
from tests.performance.life import FULL, ON, POINTS, drafted, filled, reviewing, scored, stage, submitted
from tests.performance.test_evaluation import APPLIED, budgeted, enter, enter_stage, filed


def titles(user):
    return [task.title for task in tasks_for(User.objects.get(pk=user.pk), ON)]


def waiting(world):
    return {role.lower(): titles(person) for role, person in world.people.items() if titles(person)}


def test_each_state_waits_for_its_people(world, project):
    seen = [waiting(world)]
    filled(project, world)
    seen.append(waiting(world))
    operations.submit_sheet(project.pk, actor=world.u2, on=ON)
    stage(project, Stage.TARGET_REVIEW)
    seen.append(waiting(world))
    operations.first_review(project.pk, actor=world.ch, agreed=True, comment="", on=ON)
    seen.append(waiting(world))
    operations.first_review(project.pk, actor=world.cf, agreed=True, comment="", on=ON)
    seen.append(waiting(world))
    operations.record_review(project.pk, points=FULL, comment="", actor=world.ph, on=ON)
    seen.append(waiting(world))

    assert seen == [
        {"u1": ["编制绩效目标"]},
        {"u1": ["完成并送审绩效目标"], "u2": ["完成并送审绩效目标"]},
        {"ch": ["初审绩效目标"], "cf": ["初审绩效目标"]},
        {"cf": ["初审绩效目标"]},
        {"ph": ["审核绩效目标"], "pf": ["审核绩效目标"]},
        {"pf": ["审核绩效目标"]},
    ]


def test_mending_waits_for_the_unit_and_then_for_both_departments(world, project):
    scored(project, world, "good", "good")
    mending = waiting(world)
    operations.submit_mended(project.pk, actor=world.u2, on=ON)
    operations.check_mended(project.pk, actor=world.pf, agreed=True, comment="", on=ON)

    assert mending == {"u1": ["按审核意见完善绩效目标"], "u2": ["按审核意见完善绩效目标"]}
    assert waiting(world) == {"ph": ["复核完善后的绩效目标"]}


def test_values_of_gate_b_wait_for_the_other_department(world, project):
    filed(project, world)
    budgeted(project)
    enter_stage(project, Stage.IN_ACCEPTANCE, APPLIED)
    enter(project, world.pf)

    assert waiting(world) == {"ph": ["确认绩效评估数值"]}


def test_a_review_is_due_after_ten_working_days(world, project):
    reviewing(project, world)

    [task] = tasks_for(User.objects.get(pk=world.ph.pk), ON)

    assert task.due_on.isoformat() == "2026-03-16"


def test_other_units_and_cities_see_none_of_it(world, project):
    submitted(project, world)
    stranger = factories.world()

    assert waiting(stranger) == {}


def statements(user, capture):
    person = User.objects.get(pk=user.pk)
    with capture() as seen:
        found = tasks_for(person, ON)
    return len(found), len(seen)


@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf", "ph", "pf"])
def test_tasks_cost_the_same_for_one_project_and_for_three(world, role, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make = {"u1": drafted, "u2": drafted, "ch": submitted, "cf": submitted, "ph": reviewing, "pf": reviewing}[role]

    def seen():
        return statements(getattr(world, role), lambda: CaptureQueriesContext(connection))

    make(factories.project(world.unit), world)
    one = seen()
    make(factories.project(world.unit), world)
    make(factories.project(world.unit), world)
    three = seen()

    assert (one[0], three[0]) == (1, 3)
    assert one[1] == three[1]


def test_sheets_of_many_projects_cost_one_statement(world, project, django_assert_num_queries):
    drafted(project, world)
    other = factories.project(world.unit)

    with django_assert_num_queries(1):
        found = sheets_of([project, other])

    assert list(found) == [project.pk]


def test_a_department_does_not_read_the_scores_of_the_other_before_both_are_in(world, project):
    reviewing(project, world)
    operations.record_review(project.pk, points=POINTS["good"], comment="补充", actor=world.ph, on=ON)
    sheet = sheet_of(project)
    review = sheet.reviews.get(level="province")

    before = {role: readable(review, person, sheet) for role, person in world.people.items()}
    operations.record_review(project.pk, points=FULL, comment="", actor=world.pf, on=ON)
    after = {role: readable(review, person, sheet_of(project)) for role, person in world.people.items()}

    assert {role for role, may in before.items() if may} == {Role.PH, Role.PHL}
    assert all(after.values())


def test_the_page_says_who_acts(world, project):
    submitted(project, world)

    assert review_state(project).who_acts() == f"{world.city_hr}初审、{world.city_finance}初审"
