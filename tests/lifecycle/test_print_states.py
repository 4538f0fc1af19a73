"""What becomes of a registered print: its decision is served, given up, corrected; its form says something else."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lifecycle.demo.papers import paper
from lifecycle.jobs import JOBS
from lifecycle.operations import corrections, print_states
from lifecycle.operations import decisions as joint
from lifecycle.operations import printing as ops
from lifecycle.operations.province_printing import register_place_print
from lifecycle.operations.revocation import serve_notice
from lifecycle.papers import papers_of
from lifecycle.queries.printing import printables, rows_of, void_prints
from lifecycle.views.verify import answer_to
from projects.models import Decision, FormerUnit, PrintedPaper, Project
from projects.queries import files_for
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.paper_texts import of_pdf, said, squeezed
from tests.lifecycle.printing_scene import words
from tests.lifecycle.scene import DUE, ORDERED, SERVED, day
from tests.permissions.scene import signed_in

CORRECTED = "示例人社联〔2025〕999号"
GONE = "这份打印件已作废或已被新版替代"
CHANGED = "这份打印件登记后内容已有变化"
UNKNOWN = "没有登记过这个校验码"  # nor would anybody outside know of an order that was not served


@pytest.fixture(autouse=True)
def no_calls_yet(db):
    cache.clear()


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def registered(story, person, *keys, on=ORDERED):
    return {one.key: one for one in ops.register_prints(story.pk, keys=keys, actor=fresh(person), on=on)}


def returned(story, person, printed, on):
    return ops.return_print(story.pk, code=printed.code, scan=paper("盖章件"), actor=fresh(person), on=on)


def states(story, person, on):
    project, reader = story.fresh(), fresh(person)
    rows = rows_of(project, reader, printables(project, reader, on), on)
    return {row.key: row.state for row in rows if row.printed}


def public(printed):
    return Client().get("/verify/", {"code": printed.code}).content.decode()


def papers_of_order(decision):
    return f"F12-{decision.pk}", f"receipt-{decision.pk}"


def correct(decision, world, on, field="number", new=CORRECTED):
    given = {"field": field, "new": new, "reason": "看错"}
    made = corrections.propose_correction(decision.pk, **given, actor=fresh(world.ph), on=on)
    corrections.answer_correction(decision.pk, made.pk, agreed=True, answer="", actor=fresh(world.pfl), on=on)


# 送达


def test_what_service_fills_in_is_no_change_of_what_was_sealed(world):
    story = scene.ordered(world)
    order = Decision.objects.get(kind="T29")
    keys = papers_of_order(order)
    prints = registered(story, world.ph, *keys)
    returned(story, world.ph, prints[keys[0]], ORDERED)

    scene.serve(story)

    assert states(story, world.ph, SERVED) == {keys[0]: "returned", keys[1]: "printed"}
    copy = next(one for one in papers_of(story.fresh(), world.ph, SERVED) if one.key == keys[0]).build()
    assert "2025年6月5日送达" in said(copy, "docx")
    assert registered(story, world.ph, keys[0], on=SERVED)[keys[0]] == prints[keys[0]]


def test_a_receipt_signed_by_hand_comes_back_after_its_service_is_registered(world):
    story = scene.ordered(world)
    order = Decision.objects.get(kind="T29")
    blank = registered(story, world.ph, f"receipt-{order.pk}")[f"receipt-{order.pk}"]

    scene.serve(story)

    assert returned(story, world.ph, blank, SERVED).state == "returned"
    shown = signed_in(world.ph).get(f"/projects/{story.pk}/papers/receipt-{order.pk}.pdf")
    assert {"示例签收人" in page and blank.spelled in page for page in words(shown.content)} == {True}


def test_a_notice_stays_what_was_sealed_when_it_is_served_and_ruled_upon(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", day(20), reason="一年内整改后仍不能满足要求。")
    joint.concur_decision(decision.pk, actor=world.pf, on=day(20))
    story.sign(decision, day(20))
    key = f"F14-{decision.pk}"
    notice = registered(story, world.ph, key, on=day(20))[key]
    story.serve(serve_notice, day(21))
    story.defend(day(23))
    story.decide("T25", day(40))
    story.recheck(day(50), passed=True)

    assert returned(story, world.ph, notice, day(51)).state == "returned"


def test_by_service_the_unit_has_the_sealed_scans_that_came_back_before_it(world):
    story = scene.ordered(world)
    order = Decision.objects.get(kind="T29")
    keys = (*papers_of_order(order), f"F13-{order.pk}", f"countersign-{order.pk}")
    for printed in registered(story, world.ph, *keys).values():
        returned(story, world.ph, printed, ORDERED)

    def seen():
        unit = fresh(world.u2)
        return sorted(files_for(unit, story.fresh()).filter(about="printed_paper").values_list("about_id", flat=True))

    before = seen()
    scene.serve(story)

    shared = sorted(PrintedPaper.objects.filter(key__in=keys[:3]).values_list("pk", flat=True))
    assert (before, seen()) == ([], shared)
    assert dict(PrintedPaper.objects.values_list("key", "for_unit")) == dict.fromkeys(keys[:3], True) | {keys[3]: False}
    rows = states(story, world.u2, SERVED)
    assert {rows[key] for key in keys[:3]} == {"returned"}


def test_by_service_the_unit_has_the_sealed_opinion_that_waited_for_it(world):
    story = scene.judged(world, a=("N2a",))
    story.order(day(20, scene.APPLIED), serve=False)
    opinion = registered(story, world.ph, "F11-1", on=day(21, scene.APPLIED))["F11-1"]
    scan = returned(story, world.ph, opinion, day(21, scene.APPLIED)).scan

    scene.serve(story, day(23, scene.APPLIED))

    assert scan in files_for(fresh(world.u2), story.fresh())


# 撤回、退回、移出


def in_signing(world):
    story = scene.story_of(world, scene.accepted(world))
    given = {"term_months": 12, "items": scene.ITEMS}
    return story, scene.draft("T29", story.fresh(), story.cast["ph"], ORDERED, given)


@pytest.mark.parametrize("act", ["withdraw", "return"])
def test_the_prints_of_a_decision_that_came_to_nothing_are_void(world, act):
    story, decision = in_signing(world)
    keys = (*papers_of_order(decision), f"countersign-{decision.pk}")
    prints = registered(story, world.ph, *keys)
    assert [UNKNOWN in public(one) for one in prints.values()] == [True] * 3

    if act == "withdraw":
        joint.withdraw_decision(decision.pk, actor=fresh(world.ph), on=ORDERED, reason="依据不足")
    else:
        joint.return_decision(decision.pk, actor=fresh(world.pfl), on=ORDERED, reason="依据不足")

    assert [UNKNOWN in public(one) for one in prints.values()] == [True] * 3
    assert states(story, world.ph, ORDERED) == {}
    project, reader = story.fresh(), fresh(world.ph)
    why = {one.void_why for one, _ in void_prints(project, reader, printables(project, reader, ORDERED))}
    assert why == {"决定已撤回" if act == "withdraw" else "决定已退回"}


def test_the_prints_of_a_project_that_is_left_out_are_void_and_those_of_the_others_changed(world):
    first, other = scene.ready_drafts(world, 2)
    decision = scene.draft("T01", [first, other], world.ph, ORDERED)
    key = f"countersign-{decision.pk}"
    one, two = (registered(scene.story_of(world, project), world.ph, key)[key] for project in (first, other))

    joint.leave_out_project(decision.pk, first.pk, actor=fresh(world.ph), on=ORDERED, reason="材料待核")

    assert (GONE in public(one), CHANGED in public(two)) == (True, True)


# 内容变化


def test_what_came_into_force_since_it_was_printed_is_told_as_changed(world):
    story, decision = in_signing(world)
    key = papers_of_order(decision)[0]
    draft = registered(story, world.ph, key)[key]

    scene.sign(decision, story.cast["phl"], story.cast["pfl"], on=ORDERED)

    assert UNKNOWN in public(draft)
    assert states(story, world.ph, ORDERED) == {key: "stale"}
    scene.serve(story)
    assert CHANGED in public(draft)


def test_a_corrected_number_is_told_on_the_public_page_at_once(world):
    story = scene.rectifying(world)
    order = Decision.objects.get(kind="T29")
    prints = registered(story, world.ph, *papers_of_order(order), on=SERVED)
    assert all("登记属实，现行有效" in public(one) for one in prints.values())

    correct(order, world, SERVED)

    assert [CHANGED in public(one) for one in prints.values()] == [True, True]
    key = papers_of_order(order)[0]
    assert "登记属实，现行有效" in public(registered(story, world.ph, key, on=SERVED)[key])


def test_the_night_finds_what_changed_and_the_public_page_lays_out_nothing(world, monkeypatch):
    project, on = scene.building(world).project, timezone.localdate()
    key = f"F07-{on:%Y%m%d}"
    story = scene.story_of(world, project)
    printed = registered(story, world.u1, key, on=on)[key]
    assert f"{on} 与系统中的内容一致" in public(printed)
    night = on + timedelta(days=1)

    assert JOBS["compare_prints"](night) == "现行打印件 1 份，内容已变化 0 份"
    held = public(printed)
    Project.objects.filter(pk=project.pk).update(name="示例另名")
    assert JOBS["compare_prints"](night) == "现行打印件 1 份，内容已变化 1 份"

    monkeypatch.setattr("lifecycle.queries.printing.printables", None)
    assert f"{night} 与系统中的内容一致" in held
    told = answer_to(printed.code)
    assert (told["changed"], ("效力", "登记后内容已有变化，不是现行内容") in told["facts"]) == (True, True)
    assert CHANGED in public(printed)
    monkeypatch.undo()
    Project.objects.filter(pk=project.pk).update(name=project.name)
    JOBS["compare_prints"](night)
    assert "登记属实，现行有效" in public(printed)


def test_the_night_compares_the_lists_of_a_place_as_well(world):
    project, on = scene.building(world).project, timezone.localdate()
    listed = register_place_print(key=f"F18-{on:%Y%m%d}", actor=fresh(world.ph), on=on)
    assert JOBS["compare_prints"](on + timedelta(days=1)) == "现行打印件 1 份，内容已变化 0 份"

    Project.objects.filter(pk=project.pk).update(grant=project.grant + 1000)
    JOBS["compare_prints"](on + timedelta(days=2))

    assert CHANGED in public(listed)


def test_a_print_that_cannot_be_compared_stops_no_other(world, monkeypatch):
    on = timezone.localdate()
    for _ in range(2):
        registered(scene.building(world), world.u1, f"F07-{on:%Y%m%d}", on=on)
    broken = PrintedPaper.objects.first().project_id
    real = print_states.compare

    def compare(owner, rows, day):
        if owner.pk == broken:
            raise RuntimeError("broken")
        real(owner, rows, day)

    monkeypatch.setattr(print_states, "compare", compare)

    assert JOBS["compare_prints"](on) == "现行打印件 2 份，内容已变化 0 份，失败 1 个"
    assert set(PrintedPaper.objects.values_list("held_on", flat=True)) == {None, on}


# 更正、更名、会签稿


def test_each_paper_of_a_decision_bears_its_corrected_number_and_date(world):
    story = scene.revoked(world)
    order, was = Decision.objects.get(kind="T29"), Decision.objects.get(kind="T29").number
    correct(order, world, DUE)
    correct(order, world, DUE, field="dated_on", new="2025-05-30")

    texts = {
        one.key: said(one.build(), "docx")
        for one in papers_of(story.fresh(), fresh(world.ph), day(90))
        if one.form in ("F12", "F13", "F14", "F15", "receipt") and one.key != "F13"
    }
    bearing = {key for key, text in texts.items() if CORRECTED in text}
    others = {f"receipt-{one.pk}" for one in Decision.objects.filter(kind__in=["T23", "T26"])}
    assert bearing == set(texts) - others
    assert [key for key, text in texts.items() if was in text] == []
    dated = {key[:3] for key, text in texts.items() if "2025年5月30日" in text}
    assert dated == {"F12", "F14", "F15"}


def test_a_print_names_the_unit_that_held_the_project_on_its_day(world):
    story, first = scene.rectifying(world), world.unit.name
    order = Decision.objects.get(kind="T29")
    project = story.fresh()
    FormerUnit.objects.create(
        project=project, organisation=project.organisation, until=ORDERED + timedelta(days=9), document="示例1号"
    )
    project.organisation = make.organisation(world.city, name="示例合并学院")
    project.save(update_fields=["organisation"])

    printed = registered(story, world.ph, f"F12-{order.pk}", on=day(1, SERVED))[f"F12-{order.pk}"]

    assert (printed.organisation_name, first in public(printed)) == (first, True)


@pytest.mark.parametrize("several", [False, True], ids=["one project", "two projects"])
def test_a_countersign_paper_leaves_with_a_registered_code_or_none(world, several):
    drafts = scene.ready_drafts(world, 2 if several else 1)
    decision = scene.draft("T01", drafts, world.ph, ORDERED)
    url, client = f"/decisions/{decision.pk}/paper.pdf", signed_in(world.ph)
    before = squeezed(of_pdf(client.get(url).content))

    story = scene.story_of(world, drafts[-1])
    printed = registered(story, world.ph, f"countersign-{decision.pk}")[f"countersign-{decision.pk}"]

    after = squeezed(of_pdf(client.get(url).content))
    assert ("未登记的预览" in before, "校验码" in before) == (True, False)
    assert (printed.spelled in after, "未登记的预览" in after) == (True, False)


@pytest.mark.parametrize("act", ["withdraw", "return", "left out"])
def test_the_night_ends_the_prints_of_what_came_to_nothing_before(world, act):
    """As a database of an earlier release has them: the decision was given up, its prints went on standing."""
    story, decision = in_signing(world)
    key = papers_of_order(decision)[0]
    printed = registered(story, world.ph, key)[key]
    other = registered(scene.rectifying(world), world.ph, f"F07-{ORDERED:%Y%m%d}")
    given = {"withdraw": {"state": "withdrawn", "withdrawn_reason": "依据不足"}, "return": {"state": "returned"}}
    if act in given:
        Decision.objects.filter(pk=decision.pk).update(**given[act])
    else:
        decision.items.update(state="left_out")

    JOBS["compare_prints"](SERVED)

    printed.refresh_from_db()
    why = {"withdraw": "决定已撤回", "return": "决定已退回", "left out": print_states.NOT_LISTED}[act]
    assert (printed.state, printed.void_on, printed.void_why) == ("void", SERVED, why)
    assert not PrintedPaper.objects.filter(pk__in=[one.pk for one in other.values()], state="void").exists()
    assert JOBS["compare_prints"](SERVED + timedelta(days=1)).endswith("内容已变化 0 份")
