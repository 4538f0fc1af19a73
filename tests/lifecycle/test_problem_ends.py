"""问题 of a title that has ended: nothing is put right any more, every page says so, and a court brings them back."""

from datetime import date, timedelta
from io import BytesIO
from itertools import product

import openpyxl
import pytest
from django.urls import reverse

from lifecycle import f13
from lifecycle.api.endings import order_told
from lifecycle.inbox.problems import problem_tasks
from lifecycle.papers import register_paper
from lifecycle.problem_lines import line_of, lines_of
from lifecycle.problem_watch import refresh_problems
from lifecycle.queries.problems import chosen, counts_of, overdue, problems_for, register, standing
from papers import Grid
from policy.terms import Stage
from projects.models import Problem, Project
from projects.problems import ENDED, LAPSED, LAPSED_NAME, STATES, lapsed, open_problems, state_of
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle import test_problem_pages as pages
from tests.lifecycle import test_problems as acts

REVOKED_ON = scene.day(60)


@pytest.fixture
def project(world):
    return scene.building(world).project


def ended(project, stage=Stage.REVOKED, since=date(2025, 7, 1)):
    Project.objects.filter(pk=project.pk).update(stage=stage, stage_since=since)
    project.refresh_from_db()


def read(problem):
    return Problem.objects.select_related("project").get(pk=problem.pk)


# The one rule


def test_page_and_statement_tell_the_same_state(world, project):
    """Over every stage, state and source the property of a row and the condition of a query agree."""
    made = [acts.opened(world, project), acts.answered(world, project), acts.answered(world, project)]
    acts.close(world, made[2])
    for stage, source in product(Stage, Problem.Source):
        Project.objects.filter(pk=project.pk).update(stage=stage)
        Problem.objects.update(source=source)
        rows = Problem.objects.select_related("project").order_by("serial")

        told = [state_of(row) for row in rows]

        over = stage in ENDED and source != Problem.Source.AUDIT
        assert told == ([LAPSED, LAPSED, "closed"] if over else ["open", "answered", "closed"])
        assert [row.pk for row in rows.filter(lapsed())] == [one.pk for one in made[:2] if over]
        counted = counts_of(Problem.objects.all(), acts.ON)
        assert [counted[state] for state, _ in STATES] == [told.count(state) for state, _ in STATES]
        for state, _ in STATES:
            found = problems_for(world.ph).filter(chosen({"state": state}, acts.ON))
            assert {row.pk for row in found} == {row.pk for row in rows if state_of(row) == state}
        assert open_problems(project).count() == (0 if over else 2)


def test_only_what_still_is_to_be_put_right_is_listed_unasked(world, project):
    acts.opened(world, project, fact="随称号终结的")
    acts.close(world, acts.answered(world, project, fact="此前销号的"))
    ended(project)

    def found(**asked):
        return [one.fact for one in problems_for(world.ph).filter(chosen(asked, acts.ON))]

    assert (found(), found(state=LAPSED), found(state="overdue")) == ([], ["随称号终结的"], [])
    assert set(found(state="all")) == {"随称号终结的", "此前销号的"}


def test_a_day_gone_by_is_told_by_the_title_of_that_day(world):
    """Revoked first, settled later: what lapsed did so on the day of the decision, not on that of the settlement."""
    story = scene.revoked(world)
    story.prepare_settlement(scene.day(61))
    Project.objects.filter(pk=story.pk).update(stage=Stage.SETTLED, stage_since=scene.day(90))
    rows = Problem.objects.filter(project=story.pk)
    assert rows.exists()

    days = [REVOKED_ON - timedelta(days=1), REVOKED_ON, scene.day(70), scene.day(100)]

    assert [rows.filter(standing(on)).exists() for on in days] == [True, False, False, False]
    assert [rows.filter(overdue(on)).exists() for on in days] == [True, False, False, False]


def test_a_judgment_brings_the_problems_back_as_they_stood(world):
    story = scene.revoked(world)
    order = story.project.rectifications.get()
    before = [state_of(one) for one in Problem.objects.select_related("project").filter(project=story.pk)]
    open_before = order_told(world.ph, order)["open_problems"]

    scene.contest(story, "T26", scene.day(90))
    story.decide("T32", scene.day(90))

    rows = Problem.objects.select_related("project").filter(project=story.pk)
    assert (set(before), open_before) == ({LAPSED}, 0)
    assert ({state_of(one) for one in rows}, order_told(world.ph, order)["open_problems"]) == ({"open"}, len(rows))


# What each page says and offers


def test_the_acts_are_refused_and_not_offered(world, project):
    waiting, done = acts.opened(world, project), acts.answered(world, project)
    closed = acts.close(world, acts.answered(world, project))
    ended(project)

    assert acts.refused(acts.drafted, world, waiting) == ["lapsed"]
    assert acts.refused(acts.close, world, done) == ["lapsed"]
    assert acts.refused(acts.ask, world, done) == ["lapsed"]
    assert acts.refused(acts.reopen, world, closed) == ["stage"]
    for one, who in product((waiting, done, closed), ("u1", "u2", "ph")):
        said = pages.text(pages.page(world, who, "problem", project.pk, one.pk))
        assert f'action="/projects/{project.pk}/problems/' not in said
        assert (LAPSED_NAME in said, "称号依法恢复" in said) == (one != closed,) * 2
    assert not list(problem_tasks(world.u1, acts.ON)) + list(problem_tasks(world.ph, acts.ON))
    refresh_problems(project, on=date(2026, 1, 5))
    assert not project.alerts.filter(cleared_on=None).exists()


def test_what_an_audit_found_is_not_over_with_the_title(world, project):
    problem = acts.opened(world, project)
    Problem.objects.filter(pk=problem.pk).update(source="audit", due_on=date(2025, 6, 30))
    ended(project)

    line = line_of(read(problem), world.ph, date(2025, 8, 1))

    assert (line.state, line.overdue, line.answered) == ("open", True, False)


def test_list_workbook_search_and_program_say_the_same(world, project):
    acts.opened(world, project, fact="随称号终结的事实")
    ended(project)
    client = pages.browser(world.ph)

    for answer in (
        pages.page(world, "ph", "problems", project.pk),
        pages.page(world, "ph", "all_problems", state=LAPSED),
        client.get(reverse("reports:search"), {"q": "随称号终结的事实"}),
    ):
        assert LAPSED_NAME in pages.text(answer).replace("随称号终结的事实", "")
    book = pages.page(world, "ph", "problems_export", state=LAPSED).content
    rows = list(openpyxl.load_workbook(BytesIO(book)).active.values)
    assert [row[14] for row in rows if row[4] == 1] == [LAPSED_NAME]
    found = client.get(reverse("api:all_problems"), {"state": LAPSED}).json()["results"]
    assert [(one["state"], one["overdue"]) for one in found] == [(LAPSED, False)]
    assert client.get(reverse("api:problem", args=[project.pk, found[0]["id"]])).json()["state"] == LAPSED


def test_f13_of_an_ended_title_is_final_and_says_why(world, project):
    acts.close(world, acts.answered(world, project))
    acts.opened(world, project)
    ended(project)
    lines = lines_of(register(project.problems.all()).order_by("serial"), world.ph, acts.ON)

    said = f13.content(project, lines, [], about="台账", on=acts.ON)

    assert [row["verdict"] for row in said["rows"]] == ["现场查看属实", LAPSED_NAME]
    assert (said["closed"], said["lapsed"], f13.is_draft(lines)) == (1, 1, False)
    paper = register_paper(project, world.ph, acts.ON)
    words = [cell.text for grid in paper.blocks if isinstance(grid, Grid) for row in grid.rows for cell in row]
    assert (paper.draft, "共 2 个，已销号 1 个，随称号终结 1 个" in words) == (False, True)


def test_the_lists_cost_the_same_for_one_ended_title_and_for_three(world, project):
    def cost():
        return [pages.statements(world, "all_problems", []), pages.statements(world, "problems", [project.pk])]

    acts.opened(world, project)
    ended(project)
    before = cost()
    for _ in range(2):
        other = make.project(make.organisation(world.city), stage=Stage.BUILDING)
        acts.opened(world, other, by="ph")
        ended(other)

    assert cost() == before
