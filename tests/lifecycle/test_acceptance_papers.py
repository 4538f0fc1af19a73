"""申请书 (F10) and 意见书 (F11) of a day that is past: what was applied with, what was concluded on, whatever came after."""

import pytest

from funds import operations as funds
from funds.models import FoundMoney, FoundMoneyEntry
from funds.queries import ledger_of
from lifecycle import acceptance_prints
from lifecycle.demo.story import reached
from lifecycle.models import Acceptance
from lifecycle.operations import mock
from lifecycle.papers import papers_of
from lifecycle.queries import acceptance_of, order_items
from performance import operations as performance
from performance.models import PERIOD, Target
from performance.queries import filed_sheet
from policy.terms import Stage
from projects.models import Decision, Project
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, END, START, day
from tests.lifecycle.test_decision_papers import TODAY, conclude, contest
from tests.performance import life

LATER = day(200, APPLIED)


def application(story, on=LATER):
    project = story.fresh()
    return acceptance_prints.application(project, acceptance_of(project), on=on)


def opinion(world, story, on=LATER, acceptance=None):
    project = story.fresh()
    return acceptance_prints.opinion(project, acceptance or acceptance_of(project), reader=world.ph, on=on)


def said_of(data, code):
    """实际, 佐证, 自查."""
    return next(row[3:] for row in data["conditions"] if row[0] == code)


def checked(story, area, proof, on):
    values = {"N2a": {"training_area_m2": area}}
    mock.save_self_check(story.pk, values=values, evidence={"N2a": proof}, actor=story.u1, on=on)


def ready(world):
    """A project whose targets are filed, in its build period."""
    project = make.project(world.unit)
    life.filed(project, world)
    given = {"stage": Stage.BUILDING, "build_start_on": START, "build_end_on": END}
    Project.objects.filter(pk=project.pk).update(**given)
    return scene.story_of(world, Project.objects.get(pk=project.pk))


# F10


def test_an_application_keeps_the_units_own_words_whatever_the_departments_found(world):
    story = scene.applied(world)
    before = application(story, APPLIED)["conditions"]

    story.gate_a(day(10, APPLIED), failing=("N2a",))
    judged = application(story)["conditions"]
    story.gate_b(day(11, APPLIED))
    story.order(day(20, APPLIED))

    assert (judged, application(story)["conditions"]) == (before, before)
    assert {row[5] for row in before} == {"—"}


def test_an_application_keeps_them_when_the_unit_says_otherwise_in_its_rectification(world):
    story = ready(world)
    checked(story, "1200", "测绘报告", END)
    life.budgeted(story.project)
    story.apply(APPLIED)
    first = application(story)
    story.gate_a(day(10, APPLIED), failing=("N2a",))
    story.gate_b(day(11, APPLIED))
    story.order(day(20, APPLIED))

    checked(story, "700", "复测", day(30, APPLIED))

    assert said_of(first, "N2a")[1:] == ["测绘报告", "符合"]
    assert application(story)["conditions"] == first["conditions"]


def test_an_application_of_before_they_were_kept_has_the_units_words_of_that_day_alone(world):
    story = scene.judged(world, a=("N2a",))
    Acceptance.objects.update(own_words={})
    story.order(day(20, APPLIED))

    assert {row[5] for row in application(story)["conditions"]} == {"—"}


# F11


def test_an_opinion_keeps_the_evaluation_it_was_concluded_on(world):
    story = scene.judged(world, a=("N2a",), b=("B01",))
    story.order(day(20, APPLIED))
    first = opinion(world, story)
    story.report(day(40, APPLIED))
    found = Target.objects.filter(indicator__sheet=filed_sheet(story.fresh()), block=PERIOD).select_related("indicator")
    values = {target.indicator_id: reached(target, False) for target in found}
    performance.enter_values(story.pk, acceptance_ref=2, values=values, actor=world.ph, on=day(41, APPLIED))
    performance.confirm_values(story.pk, actor=world.pf, on=day(42, APPLIED))
    story.recheck(day(44, APPLIED), passed=True)

    story.decide("T21", day(46, APPLIED))

    kept = ("total", "grade", "targets", "issues", "execution", "conclusion", "dated_on")
    after = opinion(world, story)
    assert {name: after[name] for name in kept} == {name: first[name] for name in kept}
    assert sorted(str(one.total) for one in story.fresh().evaluations.all()) == sorted({first["total"], "99.00"})


def spent(data):
    return data["money"][-1][3]


@pytest.fixture
def financed(world):
    """Paid for, judged and ordered to rectify."""
    project = make.project(world.unit, awarded_on=scene.AWARDED)
    life.filed(project, world)
    story = scene.story_of(world, Project.objects.get(pk=project.pk))
    story.start(START)
    story.pay("equipment", 20, day(40, START), what="实训设备")
    story.apply(APPLIED)
    story.gate_a(day(10, APPLIED), failing=("N2a",))
    story.gate_b(day(11, APPLIED))
    return story


def wrong(story, world, voucher, on):
    return FoundMoney.objects.create(
        project=story.project, voucher=voucher, kind="超范围", fact="购置办公家具", found=1000, left=1000,
        found_by=world.pf, found_on=on,
    )  # fmt: skip


def test_an_opinion_keeps_the_money_of_its_day(world, financed):
    story, voucher = financed, financed.project.vouchers.get()
    draft = opinion(world, story, day(12, APPLIED))
    story.order(day(20, APPLIED))
    first = opinion(world, story)

    given = {"amount": voucher.amount, "reason": "退货", "on": day(60, APPLIED)}
    back = propose_reversal(story.pk, voucher.pk, actor=world.u1, **given)
    funds.judge_reversal(story.pk, back.pk, actor=world.cf, verdict="recognised", on=day(61, APPLIED))
    wrong(story, world, voucher, day(61, APPLIED))
    after = opinion(world, story)
    assert (spent(draft), spent(first)) == ("140.00", "140.00")
    assert ledger_of(story.fresh()).whole.spent == 0
    assert (after["money"], after["wrong_money"]) == (first["money"], "0.00")


def test_an_opinion_keeps_the_wrong_money_that_was_put_right_after_it(world, financed):
    story, voucher = financed, financed.project.vouchers.get()
    row = wrong(story, world, voucher, day(5, APPLIED))
    story.order(day(20, APPLIED))
    first = opinion(world, story)["wrong_money"]

    FoundMoneyEntry.objects.create(
        found_money=row, move="proved", amount=row.found, on=day(30, APPLIED), number="补-1", note="补齐合同",
        state="confirmed", recorded_by=world.u1, recorded_on=day(30, APPLIED), confirmed_by=world.cf,
        confirmed_on=day(31, APPLIED),
    )  # fmt: skip
    FoundMoney.objects.filter(pk=row.pk).update(proved=row.found, left=0)

    assert (first, opinion(world, story)["wrong_money"]) == ("0.10", "0.10")


# Every application


def test_every_application_and_its_opinion_is_printed(world):
    """The machine knows one application a project today; the model, and what is printed of it, know any number."""
    story = scene.judged(world, a=("N2a",), b=("B01",))
    story.order(day(20, APPLIED))
    first = opinion(world, story)
    again = Acceptance.objects.create(
        project=story.project, round=2, applied_by=world.u2, applied_on=day(100, APPLIED), summary="再次申请"
    )
    Project.objects.filter(pk=story.pk).update(stage=Stage.IN_ACCEPTANCE, stage_since=again.applied_on)

    for reader in (world.ph, world.u2):
        own = {one.key: one for one in papers_of(story.fresh(), reader, LATER) if one.form in ("F10", "F11")}
        assert list(own) == ["F10-1", "F11-1", "F10-2", *(["F11-2"] if reader == world.ph else [])]
        assert (own["F11-1"].draft, own["F10-1"].dated_on, own["F10-2"].dated_on) == (False, APPLIED, again.applied_on)
        assert "第 1 次" in own["F10-1"].label
    past = story.fresh().acceptances.get(round=1)
    now = opinion(world, story)
    assert opinion(world, story, acceptance=past) == first
    assert (now["conclusion"], now["total"], now["draft"]) == ("", "—", True)


def test_an_opinion_says_nothing_of_a_conclusion_that_was_annulled(world):
    """A draft again from the judgment on, until the new conclusion stands."""
    story = scene.judged(world, a=("N2a",))
    on = day(30, APPLIED)
    story.decide("T19", on, term_months=6, items=[{**item, "level": "major"} for item in order_items(story.fresh())])
    order = Decision.objects.get(kind="T19")
    scene.serve(story, on, day(31, APPLIED))
    before = opinion(world, story)
    case = contest(story.project, order, world.ph, accepted_on=day(40, APPLIED))

    conclude(case, world.ph)
    meanwhile = opinion(world, story)
    drafter = make.user("PH", world.province_hr)
    scene.sign(scene.draft("annul", story.fresh(), drafter, TODAY), world.phl, world.pfl, on=TODAY)
    undone = opinion(world, story)

    said = [(data["conclusion"], data["document"], data["term"], data["draft"]) for data in (before, meanwhile, undone)]
    assert said == [("责令限期整改", order.right_number, "6 个月，自送达之日起算", False)] + [("", "", "", True)] * 2
    assert [one.draft for one in papers_of(story.fresh(), world.ph, LATER) if one.form == "F11"] == [True]
