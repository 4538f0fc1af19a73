"""What a unit learns of an order, a notice or a revocation before it is served: nothing, on no page and by no program."""

import json
import re

import pytest
from django.urls import reverse

from accounts.models import Notice
from lifecycle.demo.papers import paper
from lifecycle.operations import build, false_material, rectification, revocation
from lifecycle.operations import decisions as joint
from lifecycle.queries import order_items, problems_of, rectification_of, snapshot_of
from lifecycle.queries.calendars import rows_for
from lifecycle.queries.served import (
    cases_told,
    entries_told,
    orders_told,
    problems_told,
    readable_alerts,
    visible_decisions,
)
from lifecycle.queries.told import results_wait
from policy.terms import Stage
from projects.models import Alert, Decision, Problem
from projects.problems import open_problem
from projects.queries import files_for
from reports.dossier.next_step import told_to_unit
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, ORDERED, day, refused
from tests.permissions.routes import every_route
from tests.permissions.scene import signed_in

FACT, NUMBER = "绝密事实：设备未到位", "示例密〔2025〕77号"
ITEMS = [{"fact": FACT, "requirement": "限期补齐", "clause": "通知 二（一）"}]
HANDED = {"way": "direct", "receiver": "示例签收人"}


def given(story, code, on, **payload):
    decision = scene.draft(code, story.fresh(), story.cast["ph"], on, payload, number=NUMBER, reason=FACT)
    if code in {"T23", "false"}:
        joint.concur_decision(decision.pk, actor=story.cast["pf"], on=on)
    story.sign(decision, on)
    return story, on


def ordered(world):
    return given(scene.story_of(world, scene.accepted(world)), "T29", ORDERED, term_months=12, items=ITEMS)


def noticed(world):
    return given(scene.rectifying(world), "T23", day(20))


def revoked(world):
    story = scene.noticed(world)
    story.review_legality(day(59))
    return given(story, "T26", day(60))


def found_false(world):
    story = scene.story_of(world, scene.accepted(world, failed=False))
    args = {"document": "设备清单", "facts": "与实物不符", "evidence": "现场照片", "actor": world.pf}
    false_material.open_false_case(story.pk, on=ORDERED, **args)
    return given(story, "false", day(0))


ACTS = {"order": ordered, "notice": noticed, "revocation": revoked, "false": found_false}
SERVE = {
    "order": rectification.serve_order,
    "notice": revocation.serve_notice,
    "revocation": revocation.serve_decision,
    "false": revocation.serve_notice,
}


def serve(act, story, on):
    args = {"served_on": on, "proof": paper("送达回证"), "actor": story.cast["ph"], "on": on}
    SERVE[act](story.pk, **args, **HANDED)


# Money and targets are read below this app, which cannot quote a decision; what it leaves there is asked for by name.
LOOKED_AT = ("lifecycle:", "reports:", "projects:files", "api:", "accounts:notices", "funds:settlements")
MONEY = re.compile(
    r"api/v1/(.*/)?(payments|batches|flags|assets|contracts|packages|classes|rounds|returns|assessments|region)"
)


def addresses(story, decision):
    """Every address that asks for nothing, for the project, for this decision, or for a problem that it lists."""
    known = {"project_id": story.pk, "decision_id": decision.pk, "pk": decision.pk}
    for route in every_route():
        keys = set(route.keys)
        if not route.name.startswith(LOOKED_AT) or MONEY.match(route.pattern) or route.name == "reports:health":
            continue
        of_decision = route.name.startswith("lifecycle:decision")
        if keys <= {"project_id"} or keys == {"project_id", "decision_id"} or (keys == {"pk"} and of_decision):
            yield reverse(route.name, kwargs={key: known[key] for key in route.keys})
        elif keys == {"project_id", "problem_id"}:
            for one in Problem.objects.filter(decision=decision):
                yield reverse(route.name, kwargs={"project_id": story.pk, "problem_id": one.pk})


def names(answer):
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return any(word.encode() in text for word in (FACT, NUMBER, json.dumps(NUMBER)[1:9]))


def leaks(person, story, decision):
    """The addresses that name the paper to this person, and those that hand it over."""
    client, found = signed_in(person), []
    for address in addresses(story, decision):
        answer = client.get(address)
        handed = re.search(rf"/(decisions|papers)/{decision.pk}/", address) and answer.status_code == 200
        if names(answer) or handed:
            found.append(address)
    return found


@pytest.mark.once
@pytest.mark.parametrize("act", ACTS)
def test_no_address_tells_a_unit_of_a_paper_before_its_service(world, act):
    story, on = ACTS[act](world)
    decision = Decision.objects.get(number=NUMBER)

    assert leaks(world.u2, story, decision) == []

    serve(act, story, on)
    page = signed_in(world.u2).get(reverse("lifecycle:decision", args=[decision.pk]))
    assert (page.status_code, names(page)) == (200, True)


@pytest.mark.parametrize("act", ACTS)
def test_the_unit_is_told_and_gets_the_papers_with_the_service(world, act):
    story, on = ACTS[act](world)
    decision = Decision.objects.get(number=NUMBER)
    unit = [world.u1, world.u2]
    kept = files_for(world.u2, story.project).filter(about="decision", about_id=decision.pk)
    told = Notice.objects.filter(text__contains=NUMBER).order_by("user")
    assert (kept.exists(), told.filter(user__in=unit).exists()) == (False, False)
    assert told.filter(user=world.pf).exists()

    serve(act, story, on)

    assert kept.exists()
    assert {one.user for one in told.filter(text__contains="送达")} == set(unit)
    assert visible_decisions(world.u2).filter(pk=decision.pk).exists()


@pytest.mark.parametrize(("act", "left"), [("order", 0), ("notice", 1), ("revocation", 1)])
def test_no_date_no_problem_and_no_result_comes_before_the_service(world, act, left):
    story, on = ACTS[act](world)
    project = story.fresh()
    assert [row.one.code for row in rows_for(world.ph, on)].count("serve") == 1
    assert "serve" not in [row.one.code for row in rows_for(world.u2, on)]
    assert orders_told(world.u2, project).count() == left
    assert problems_told(world.u2, project).count() == left * len(scene.ITEMS)
    assert results_wait(world.u2, project)
    assert not results_wait(world.ph, project)

    serve(act, story, on)

    assert problems_told(world.u2, project).count() == Problem.objects.count()
    assert not results_wait(world.u2, project)


def test_the_record_of_a_recheck_that_a_notice_rests_on_comes_with_the_notice(world):
    story = scene.rechecking(world, on=day(-10))
    story.recheck(day(-5), passed=False)
    given(story, "T23", day(20))
    records = files_for(world.u2, story.project).filter(about="report")
    assert not records.exists()

    serve("notice", story, day(20))

    assert records.get().purpose == "复验记录"


def test_a_problem_of_the_register_comes_back_with_the_order_that_took_it_over(world):
    story = scene.story_of(world, scene.accepted(world))
    known = {"clause": "通知 二", "requirement": "补齐", "level": "major", "by": world.ph, "on": ORDERED}
    taken = open_problem(story.project, source="monitoring", about_id=0, fact="设备未验收", **known)
    listed = {"ref": f"problem:{taken.pk}", "fact": taken.fact, "requirement": FACT, "clause": taken.clause}
    given(story, "T29", ORDERED, term_months=12, items=[listed])
    page = reverse("lifecycle:problem", args=[story.pk, taken.pk])
    unit = signed_in(world.u1)
    assert unit.get(page).status_code == 404

    serve("order", story, ORDERED)

    assert names(unit.get(page))


def test_a_problem_that_an_order_leaves_out_says_so_to_the_unit_with_the_order(world):
    story = scene.story_of(world, scene.accepted(world))
    known = {"clause": "通知 二", "requirement": "补齐", "level": "major", "by": world.ph, "on": ORDERED}
    other = open_problem(story.project, source="monitoring", about_id=0, fact="台账不全", **known)
    given(story, "T29", ORDERED, term_months=12, items=ITEMS, left_out={f"problem:{other.pk}": FACT})
    other.refresh_from_db()
    assert FACT in [one.text[-len(FACT) :] for one in entries_told(world.ph, other)]
    assert FACT not in "".join(one.text for one in entries_told(world.u1, other))

    serve("order", story, ORDERED)

    assert FACT in "".join(one.text for one in entries_told(world.u1, Problem.objects.get(pk=other.pk)))


def test_what_comes_to_an_end_by_a_revocation_does_not_quote_it_to_the_unit(world):
    story = scene.noticed(world)
    build.request_termination(story.pk, reason="单位注销", actor=world.u2, on=day(30))
    story.review_legality(day(59))

    given(story, "T26", day(60))

    answer = story.project.requests.get().answer
    assert "终止申请不再办理" in answer
    assert NUMBER not in answer


def test_a_measure_is_not_written_before_the_order_is_served(world):
    story, on = ordered(world)
    problem = problems_of(rectification_of(story.fresh()))[0]

    args = {"answer": "已补齐", "actor": world.u1, "on": on}
    assert refused(rectification.answer_problem, story.pk, problem.pk, **args) == ["served"]


@pytest.mark.parametrize("act", ACTS)
def test_the_next_step_of_the_unit_is_the_service_alone(world, act):
    story, on = ACTS[act](world)
    project = story.fresh()
    assert told_to_unit(project, snapshot_of(project, on=on)).what == "送达两厅文书"

    serve(act, story, on)

    assert told_to_unit(project, snapshot_of(project, on=on)).what != "送达两厅文书"


def test_a_case_that_was_found_still_runs_for_the_unit_until_it_is_served(world):
    story, on = found_false(world)
    (own,), (office,) = cases_told(world.u2, story.project), cases_told(world.pf, story.project)
    assert (own.state, own.decision, own.closed_on) == ("open", None, None)
    assert (office.state, office.decision.number) == ("found", NUMBER)
    names_of = ("lifecycle:rectification", "lifecycle:false_material")
    pages = [reverse(name, args=[story.pk]) for name in names_of]
    unit = signed_in(world.u2)
    assert not any("已认定" in unit.get(page).content.decode() for page in pages)

    serve("false", story, on)

    assert all("已认定" in unit.get(page).content.decode() for page in pages)

    assert cases_told(world.u2, story.project)[0].decision.number == NUMBER


def test_what_gate_b_lacks_is_no_alert_of_the_unit_before_the_order_is_served(world):
    story = scene.judged(world, b=("B01",))
    alerts = Alert.objects.filter(source="evaluation")
    assert alerts.filter(readable_alerts(world.ph)).exists()
    told = Notice.objects.filter(text__contains="核心指标未达到")
    assert {one.user for one in told} & {world.u1, world.u2, world.ph} == {world.ph}
    for stage in (Stage.IN_ACCEPTANCE, Stage.RECTIFYING):
        if stage == Stage.RECTIFYING:
            items = [item | {"level": "major"} for item in order_items(story.fresh())]
            given(story, "T19", day(30, APPLIED), term_months=12, items=items)
        assert story.fresh().stage == stage
        assert not alerts.filter(readable_alerts(world.u2)).exists()

    serve("order", story, day(31, APPLIED))

    assert alerts.filter(readable_alerts(world.u2)).exists()
