"""The pages: who may open them, what they keep, what they refuse."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from performance import operations
from performance.models import Review, TargetSheet
from performance.queries import (
    blank_rows,
    evaluation_of,
    filed_sheet,
    grid_of,
    rows_of,
    sheet_of,
    sheet_version,
    values_version,
)
from policy.terms import Line, Stage
from tests import factories
from tests.performance.life import FULL, ON, POINTS, drafted, filed, filled, reviewing, scored, stage, submitted
from tests.performance.test_evaluation import budgeted, enter, enter_stage, reached

State = TargetSheet.State


def url(name, project, *args):
    return reverse(f"performance:{name}", args=[project.pk, *args])


def typed(project, **changed):
    """The grid as the browser sends it back unchanged, with `changed` fields."""
    sheet = sheet_of(project)
    data = {}
    for line in grid_of(sheet).lines:
        for block, target in line.targets.items():
            data[f"i{line.indicator.pk}-value-{block}"] = target.value
            data[f"i{line.indicator.pk}-weight-{block}"] = target.weight or target.weight_text
    for block, goal in grid_of(sheet).goals.items():
        data |= {
            f"goal-{block}": goal.text,
            f"fiscal-{block}": goal.fiscal / 10000,
            f"other-{block}": goal.other / 10000,
        }
    data["seen"] = sheet_version(grid_of(sheet))
    data |= {"new-level": "产出指标|数量指标", "new-operator": "ge", "new-aggregation": "latest"}
    return data | {name.replace("__", "-"): value for name, value in changed.items()}


PAGES = {
    "sheet": {"U1", "U2", "CH", "CF", "PH", "PHL", "PF", "PFL", "AU"},
    "sheet_new": {"U1", "U2"},
    "sheet_edit": {"U1", "U2"},
    "first_review": {"CH", "CF"},
    "mended": {"U2"},
    "mended_check": {"PH", "PF"},
    "evaluation": {"PH", "PF"},
    "evaluation_confirm": {"PH", "PF"},
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_its_roles_alone(world, project, signed_in, page):
    filled(project, world)

    answers = {role: signed_in(person).get(url(page, project)).status_code for role, person in world.people.items()}

    denied = {role for role, code in answers.items() if code in (403, 404) and role != "SA"}
    reachable = {role for role in PAGES[page] if answers[role] in (200, 409, 404)}
    assert reachable == PAGES[page]
    assert denied >= set(world.people) - PAGES[page] - {"SA"}
    assert answers["SA"] == 404


@pytest.mark.parametrize("page", PAGES)
def test_another_unit_finds_nothing(world, project, signed_in, page):
    filled(project, world)
    stranger = factories.user(Role.U2, factories.organisation(world.city))

    assert signed_in(stranger).get(url(page, project)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_asked_to(client, world, project, page):
    answer = client.get(url(page, project))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("accounts:login"))


def test_drawing_up_the_sheet(world, project, signed_in):
    client = signed_in(world.u1)
    empty = client.get(url("sheet", project))

    wrong = client.post(url("sheet_new", project), {"first_year": 2020, "years": 2})
    right = client.post(url("sheet_new", project), {"first_year": 2026, "years": 2})

    assert "编制绩效目标" in empty.content.decode()
    assert (wrong.status_code, "首个预算年度应在 2026" in wrong.content.decode()) == (422, True)
    assert (right.status_code, right["Location"]) == (302, url("sheet_edit", project))
    assert sheet_of(project).years == [2026, 2027]


def test_the_grid_keeps_what_is_wrong_and_links_to_it(world, project, signed_in):
    drafted(project, world)
    pk = grid_of(sheet_of(project)).lines[0].indicator.pk
    client = signed_in(world.u1)

    changed = {f"i{pk}__value__period": "两千左右", f"i{pk}__weight__2026": "六"}
    answer = client.post(url("sheet_edit", project), typed(project, **changed), follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain[0][0] == url("sheet_edit", project)
    assert f'href="#id_i{pk}-value-period"' in page
    assert ("两千左右" in page, 'value="六"' in page) == (True, True)


def test_money_that_is_no_number_keeps_the_whole_page(world, project, signed_in):
    drafted(project, world)
    data = typed(project, fiscal__2026="七百万", goal__2026="本年完成设备采购")

    answer = signed_in(world.u1).post(url("sheet_edit", project), data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("七百万" in page, "本年完成设备采购" in page) == (True, True)
    assert sheet_of(project).goals.get(block="2026").text == ""


def test_an_own_indicator_comes_in_by_the_last_row(world, project, signed_in):
    filled(project, world)
    data = typed(
        project, new__name="带动就业", new__unit="人", new__level="效益指标|社会效益指标", new__value__period="50"
    )

    signed_in(world.u1).post(url("sheet_edit", project), data)

    own = sheet_of(project).indicators.get(template_code="")
    assert (own.name, own.level2, own.targets.get(block="period").value) == ("带动就业", "社会效益指标", "50")


def test_a_complete_sheet_leads_back_to_its_page(world, project, signed_in):
    filled(project, world)

    answer = signed_in(world.u1).post(url("sheet_edit", project), typed(project))

    assert (answer.status_code, answer["Location"]) == (302, url("sheet", project))


def test_the_grid_is_closed_in_review(world, project, signed_in):
    submitted(project, world)

    answer = signed_in(world.u1).get(url("sheet_edit", project))

    assert (answer.status_code, "不能修改" in answer.content.decode()) == (409, True)


def test_the_page_offers_what_the_person_may_do_now(world, project, signed_in):
    submitted(project, world)

    offered = {
        role: [words for words in ("初审</a>", "退回单位</a>", "审核打分</a>", "送审</a>") if words in page]
        for role in ("U1", "U2", "CH", "CF", "PH", "AU")
        for page in [signed_in(world.people[role]).get(url("sheet", project)).content.decode()]
    }

    both = ["初审</a>", "退回单位</a>"]
    assert offered == {"U1": [], "U2": [], "CH": both, "CF": both, "PH": [], "AU": []}


def test_first_review_by_its_page(world, project, signed_in):
    submitted(project, world)

    done = signed_in(world.ch).post(url("first_review", project), {"comment": "材料齐全"})
    again = signed_in(world.ch).post(url("first_review", project), {"comment": "再来一次"})

    assert (done.status_code, again.status_code) == (302, 422)
    assert Review.objects.get().comment == "材料齐全"


def test_a_recommender_is_offered_an_opinion_and_no_return(world, project, signed_in):
    recommender = factories.user(Role.CH, factories.organisation(world.city, Line.RECOMMENDER))
    submitted(project, world)

    page = signed_in(recommender).get(url("first_review", project)).content.decode()

    assert ("推荐部门意见" in page, "退回单位修改" in page) == (True, False)


def test_mended_and_checked_by_their_pages(world, project, signed_in):
    scored(project, world, "good", "excellent")
    unit_page = signed_in(world.u2).get(url("mended", project)).content.decode()

    sent = signed_in(world.u2).post(url("mended", project))
    silent = signed_in(world.ph).post(url("mended_check", project), {"agreed": "no", "comment": ""})
    for actor in (world.ph, world.pf):
        signed_in(actor).post(url("mended_check", project), {"agreed": "yes", "comment": ""})

    assert "人社意见" in unit_page
    assert (sent.status_code, silent.status_code) == (302, 422)
    assert sheet_of(project).state == State.READY


def test_a_review_sheet_is_read_point_by_point(world, project, signed_in):
    scored(project, world, "good", "excellent")
    review = Review.objects.get(line="hr", level="province")

    page = signed_in(world.u1).get(url("review_sheet", project, review.pk)).content.decode()

    assert ("可行性审核" in page, "85" in page, "人社意见" in page) == (True, True, True)


def test_the_other_departments_scores_are_closed_until_both_are_in(world, project, signed_in):
    reviewing(project, world)
    operations.record_review(project.pk, points=POINTS["good"], comment="秘密意见", actor=world.ph, on=ON)
    review = Review.objects.get(level="province")

    sheet_page = signed_in(world.pf).get(url("sheet", project)).content.decode()
    review_page = signed_in(world.pf).get(url("review_sheet", project, review.pk))

    assert ("秘密意见" in sheet_page, review_page.status_code) == (False, 403)


def test_a_review_of_another_project_is_not_found_here(world, project, signed_in):
    scored(project, world)
    other = factories.project(world.unit)

    assert signed_in(world.u1).get(url("review_sheet", other, Review.objects.first().pk)).status_code == 404


def test_the_form_is_printed(world, project, signed_in):
    filed(project, world)

    answer = signed_in(world.au).get(url("f02", project, 1))

    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert signed_in(world.au).get(url("f02", project, 2)).status_code == 404


def test_earlier_rounds_stay_readable(world, project, signed_in):
    submitted(project, world)
    operations.return_sheet(project.pk, line=Line.HR, actor=world.ch, reason="目标偏低", on=ON)
    stage(project, Stage.AWARDED)
    operations.save_sheet(project.pk, goals={"period": "新的目标"}, rows=[], actor=world.u1, on=ON)
    client = signed_in(world.u1)

    first = client.get(url("sheet", project), {"round": 1}).content.decode()
    latest = client.get(url("sheet", project)).content.decode()

    assert ("新的目标" in first, "新的目标" in latest) == (False, True)
    assert client.get(url("sheet", project), {"round": "9"}).status_code == 404
    assert client.get(url("sheet", project), {"round": "x"}).status_code == 404


def test_the_sheet_costs_the_same_with_more_indicators(world, project, signed_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    filled(project, world)
    client = signed_in(world.u1)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get(url("sheet", project))
        return len(seen)

    cost()
    before = cost()
    for number in range(3):
        client.post(url("sheet_edit", project), typed(project, new__name=f"自定{number}"))

    assert cost() == before


def values(project, **changed):
    data = {}
    for pk, value in reached(project, **changed).items():
        data |= {f"v{pk}-actual": value.actual, f"v{pk}-attained": value.attained, f"v{pk}-points": value.points or ""}
        data[f"v{pk}-reason"] = value.reason
    evaluation = evaluation_of(project)
    rows = rows_of(evaluation) if evaluation else blank_rows(filed_sheet(project))
    return data | {"seen": values_version(rows)}


@pytest.fixture
def judged(world, project):
    filed(project, world)
    budgeted(project)
    enter_stage(project, Stage.IN_ACCEPTANCE, timezone.localdate())
    return project


def test_gate_b_is_entered_and_confirmed_by_its_pages(world, judged, signed_in):
    wrong = signed_in(world.ph).post(
        url("evaluation", judged), values(judged, B01=operations.Reached(actual="约两千", reason="估计"))
    )
    right = signed_in(world.ph).post(url("evaluation", judged), values(judged))
    own = signed_in(world.ph).get(url("evaluation_confirm", judged)).content.decode()
    confirmed = signed_in(world.pf).post(url("evaluation_confirm", judged))
    page = signed_in(world.pf).get(url("evaluation", judged)).content.decode()

    assert (wrong.status_code, "约两千" in wrong.content.decode()) == (422, True)
    assert (right.status_code, "disabled" in own, confirmed.status_code) == (302, True, 302)
    assert ("99.00 分" in page, "2000" in page) == (True, True)


def test_confirming_before_anything_was_entered_finds_nothing(world, judged, signed_in):
    assert signed_in(world.pf).get(url("evaluation_confirm", judged)).status_code == 404


def test_the_review_form_counts_points_in_the_order_of_the_edition(world, project):
    from performance.forms import ReviewForm

    data = {f"point_{number}": points for number, points in enumerate(FULL, 1)}

    right = ReviewForm(data, project=project)
    wrong = ReviewForm(data | {"point_5": "8.5", "point_6": "9"}, project=project)

    assert (right.is_valid(), right.cleaned_data["points"], right.cleaned_data["comment"]) == (True, FULL, "")
    assert (wrong.is_valid(), set(wrong.errors)) == (False, {"point_5", "point_6"})
    assert [(part, most) for part, most, _ in right.parts()] == [
        ("完整性审核", 20),
        ("相关性审核", 30),
        ("适当性审核", 30),
        ("可行性审核", 20),
    ]


def test_entering_again_in_the_same_acceptance_keeps_one_evaluation(world, judged, signed_in):
    enter(judged, world.ph, on=timezone.localdate())

    signed_in(world.pf).post(url("evaluation", judged), values(judged, B01=operations.Reached(actual="2100")))

    assert judged.evaluations.count() == 1
