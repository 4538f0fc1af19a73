"""No problem is left over when an order is issued; what an order or an audit holds is answered there."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from lifecycle.demo.papers import paper
from lifecycle.forms import DecisionForm
from lifecycle.machine import STEP
from lifecycle.operations import problems as ops
from lifecycle.operations import rectification
from lifecycle.queries import problems_of, rectification_of
from lifecycle.queries.order_problems import standing_items
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Problem
from projects.problems import open_problem
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import ORDERED, day, refused

GIVEN = {"about_id": 0, "fact": "账实不符", "clause": "通知 五", "requirement": "逐台核对", "on": date(2025, 5, 5)}


def found(world, project, source="inspection", level="major", by="ch", **changes):
    return open_problem(project, source=source, level=level, by=getattr(world, by), **(GIVEN | changes))


def order(world, project, items=scene.ITEMS, left_out=None, on=ORDERED):
    payload = {"term_months": 6, "items": items, "left_out": left_out or {}}
    decision = scene.draft("T29", project, world.ph, on, payload)
    scene.sign(decision, world.phl, world.pfl, on=on)
    return scene.story_of(world, project)


def as_item(problem, **changes):
    return {"ref": f"problem:{problem.pk}", "fact": problem.fact, "requirement": problem.requirement} | changes


def test_an_open_problem_of_every_level_is_listed_or_answered_for(world):
    project = scene.accepted(world)
    rows = [found(world, project, level=level) for level in ("major", "severe", "minor")]
    major, severe, minor = rows

    payload = {"term_months": 6, "items": scene.ITEMS}
    with pytest.raises(Refused) as refusal:
        scene.draft("T29", project, world.ph, ORDERED, payload)

    said = [finding.message for finding in refusal.value.findings]
    assert [f"问题 {one.serial}" in text and one.fact in text for one, text in zip(rows, said, strict=True)]
    assert [item["ref"] for item in standing_items(project)] == [f"problem:{one.pk}" for one in rows]
    blank = payload | {
        "left_out": {f"problem:{major.pk}": " ", f"problem:{severe.pk}": "另案处理", f"problem:{minor.pk}": "已整改"}
    }
    assert refused(scene.draft, "T29", project, world.ph, ORDERED, blank) == ["left_over"]


def test_a_problem_taken_into_an_order_goes_on_there_and_one_left_out_has_its_reason(world):
    project = scene.accepted(world)
    taken, left = found(world, project), found(world, project)

    story = order(
        world, project, [*scene.ITEMS, as_item(taken, requirement="三十日内核对")], {f"problem:{left.pk}": "已有承诺"}
    )

    taken.refresh_from_db()
    decision = rectification_of(story.fresh()).decision
    assert (taken.decision, taken.number, taken.round, taken.requirement) == (decision, 3, 2, "三十日内核对")
    assert (taken.source, taken.fact, taken.due_on) == ("inspection", "账实不符", None)
    assert [one.kind for one in taken.thread.all()] == ["listed"]
    assert left.thread.get().text.endswith("已有承诺")
    assert sorted(project.problems.values_list("serial", flat=True)) == [1, 2, 3, 4]
    assert [one.opened_by for one in problems_of(rectification_of(story.project))] == [world.ph, world.ph, world.ch]


def test_what_is_closed_foreign_or_made_up_is_not_listed(world):
    project, other = scene.accepted(world), scene.accepted(world)
    mine, foreign = found(world, project, level="minor"), found(world, other, level="minor")
    Problem.objects.filter(pk=mine.pk).update(state="closed", verified_by=world.pf, closed_on=ORDERED)

    for ref in (f"problem:{mine.pk}", f"problem:{foreign.pk}", "problem:abc", "problem:" + "9" * 40):
        items = [{**as_item(mine), "ref": ref}]
        assert refused(scene.draft, "T29", project, world.ph, ORDERED, {"term_months": 6, "items": items}) == ["gone"]
    order(world, project, left_out={"problem:abc": "理由", f"problem:{foreign.pk}": "理由"})
    assert not foreign.thread.exists()


def test_a_problem_found_after_the_draft_stops_the_signature_or_stays_open(world):
    """Whatever happens between draft and signature, no listed problem is lost."""
    project = scene.accepted(world)
    listed = found(world, project)
    payload = {"term_months": 6, "items": [as_item(listed)]}
    decision = scene.draft("T29", project, world.ph, ORDERED, payload)
    late = found(world, project)

    with pytest.raises(Refused, match=f"问题 {late.serial}"):
        scene.sign(decision, world.phl, world.pfl, on=ORDERED)

    listed.refresh_from_db()
    assert (listed.decision, late.decision) == (None, None)


def test_the_form_of_the_order_offers_them_with_a_place_for_the_reason(world):
    project = scene.accepted(world)
    problem = found(world, project, level="severe")

    form = DecisionForm(project=project, step=STEP["T29"])

    assert form.fields["item_0_ref"].initial == f"problem:{problem.pk}"
    assert form.fields["item_0_level"].initial == "severe"
    assert "item_0_left" in form.fields
    form.cleaned_data = {"item_0_ref": f"problem:{problem.pk}", "item_0_fact": "事实", "item_0_left": "另案"}
    assert (form._items(form.cleaned_data), form._left_out(form.cleaned_data)) == (
        [], {f"problem:{problem.pk}": "另案"},
    )  # fmt: skip


def test_the_order_gives_its_problems_their_day_and_its_recheck_closes_them(world, client):
    project, another = scene.accepted(world), make.user(Role.PF, world.province_finance)
    taken = found(world, project, by="pf")
    story = order(world, project, [*scene.ITEMS, as_item(taken)])
    scene.serve(story)
    due_on = rectification_of(story.fresh()).due_on
    assert set(story.project.problems.values_list("due_on", flat=True)) == {due_on}
    print_url = f"{reverse('lifecycle:f13', args=[story.pk])}?order={taken.project.rectifications.get().decision_id}"
    client.force_login(world.u1)
    assert print_url in client.get(reverse("lifecycle:rectification", args=[story.pk])).content.decode()
    assert client.get(print_url).content.startswith(b"%PDF")
    ids = (story.pk, taken.pk)
    said = {"owner": "张示例", "measure": "核对", "answer": "已核对", "on": ORDERED}
    assert refused(ops.draft_answer, *ids, actor=world.u1, **said) == ["elsewhere"]

    for problem in problems_of(rectification_of(story.project)):
        rectification.answer_problem(
            story.pk, problem.pk, answer="已整改", proofs=[paper("佐证")], actor=world.u1, on=day(-300)
        )
    rectification.submit_report(story.pk, text="已整改", actor=world.u2, on=day(-300))
    verdicts = {one.pk: (True, "属实") for one in problems_of(rectification_of(story.fresh()))}
    told = {"verdicts": verdicts, "note": "现场", "on": day(-290)}
    assert refused(rectification.record_recheck, story.pk, actor=world.pf, proof=paper("记录"), **told) == ["sod"]
    rectification.record_recheck(story.pk, actor=another, proof=paper("记录"), **told)
    story.decide("T21", day(-280))

    taken.refresh_from_db()
    assert (scene.stage_of(story), taken.state, taken.verified_by) == (Stage.ACCEPTED, "closed", another)
    assert [one.kind for one in taken.thread.all()] == ["listed", "answer", "close"]
    assert not project.problems.exclude(state="closed").exists()


def test_the_day_of_an_order_without_service_is_not_known(world):
    project = scene.accepted(world)
    story = order(world, project)

    assert set(story.project.problems.values_list("due_on", flat=True)) == {None}
