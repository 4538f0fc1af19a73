"""Corrected decisions, changed contracts and prints of one form, side by side; nothing before service, nothing of others."""

from datetime import date
from decimal import Decimal

import pytest

from funds.models import Contract, PurchaseStep
from lifecycle.models import Service
from lifecycle.operations import corrections
from policy.terms import PurchaseStage, Stage
from projects.models import Decision, PrintedPaper
from tests import factories as make
from tests.lifecycle import scene
from tests.reports.scene import sibling
from tests.reports.test_compare import said, shown

pytestmark = pytest.mark.django_db
ON, TODAY = date(2026, 7, 1), date(2026, 7, 2)
NEW = "示例人社联〔2026〕99号"


def proposed(world, decision, field="number", new=NEW):
    return corrections.propose_correction(
        decision.pk, field=field, new=new, reason="录入时看错一位", actor=world.ph, on=TODAY
    )


def confirmed(world, decision, made):
    corrections.answer_correction(decision.pk, made.pk, agreed=True, answer="", actor=world.pfl, on=TODAY)


def corrected(world, decision, *change):
    confirmed(world, decision, proposed(world, decision, *change))


@pytest.fixture
def decision(world):
    project = make.project(world.unit, stage=Stage.BUILDING)
    return scene.sign(scene.draft("T11", project, world.ph, ON), world.phl, world.pfl, on=ON)


def test_a_decision_before_and_after_each_correction(world, visit, decision):
    project = decision.items.get().project
    assert shown(visit, world.ph, project, "kind=decisions")["versions"] == []
    corrected(world, decision)
    corrected(world, decision, "dated_on", "2026-06-30")

    context = shown(visit, world.ph, project, f"kind=decisions&a={decision.pk}-0&b={decision.pk}-1")
    both = shown(visit, world.ph, project, f"kind=decisions&a={decision.pk}-0&b={decision.pk}-2")

    assert [one.key for one in context["versions"]] == [f"{decision.pk}-{number}" for number in (0, 1, 2)]
    assert said(context) == [("决定", "文号", decision.number, NEW), ("更正", "理由", None, "录入时看错一位")]
    assert ("决定", "成文日期", str(decision.dated_on), "2026-06-30") in said(both)


def test_a_unit_compares_a_decision_only_once_it_is_served(world, visit, decision):
    project = decision.items.get().project
    corrected(world, decision)
    Decision.objects.filter(pk=decision.pk).update(kind="T19")

    before = shown(visit, world.u2, project, f"kind=decisions&a={decision.pk}-0&b={decision.pk}-1")
    Service.objects.create(
        project=project, decision=decision, way="direct", acted_on=ON, served_on=ON, recorded_by=world.ph, on=ON,
    )  # fmt: skip
    after = shown(visit, world.u2, project, "kind=decisions")

    assert (before["versions"], before["rows"]) == ([], [])
    assert [one.key for one in after["versions"]] == [f"{decision.pk}-0", f"{decision.pk}-1"]


def contract(project, world, number="采-88"):
    return Contract.objects.create(
        project=project, number=number, number_key=number, name="数控车床采购", supplier="示例公司", category="equipment",
        amount=Decimal(1000), signed_on=ON, recorded_by=world.u1, recorded_on=ON,
    )  # fmt: skip


def changed(one, world, on, **facts):
    return PurchaseStep.objects.create(
        project=one.project,
        contract=one,
        stage=PurchaseStage.CHANGED,
        on=on,
        recorded_by=world.u1,
        recorded_on=ON,
        **facts,
    )


def test_a_contract_as_signed_and_after_its_changes(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    one = contract(project, world)
    contract(project, world, "采-89")  # never changed
    changed(one, world, date(2026, 8, 1), amount=Decimal(1200))
    changed(one, world, date(2026, 9, 1), pay_until=date(2027, 9, 1))

    context = shown(visit, world.ph, project, f"kind=contracts&a={one.pk}-0&b={one.pk}-1")
    last = shown(visit, world.u1, project, "kind=contracts")

    assert [row.key for row in context["versions"]] == [f"{one.pk}-0", f"{one.pk}-1", f"{one.pk}-2"]
    assert said(context) == [("合同", "合同金额", "1,000.00 元", "1,200.00 元")]
    assert said(last) == [("合同", "付款截止", "—", "2027-09-01")]


def printed(project, world, version, **facts):
    given = {"key": "F12-1", "form": "F12", "title": "整改通知书", "version": version, "digest": str(version) * 64,
             "code": f"abcdef01234{version}", "organisation_name": "示例学院", "registered_on": ON,
             "registered_by": world.ph}  # fmt: skip
    return PrintedPaper.objects.create(project=project, **given | facts)


def test_two_prints_of_one_form_by_what_the_register_keeps(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    gone = {"state": "void", "void_on": ON, "void_by": world.ph, "void_why": "有新内容"}
    printed(project, world, 1, number="旧号", for_unit=False, **gone)
    printed(project, world, 2, number="新号", for_unit=False)
    printed(project, world, 3, key="F07-1", form="F07", title="只登记一次")
    other = make.project(sibling(world))
    theirs = printed(other, world, 4)

    context = shown(visit, world.ph, project, "kind=prints")
    own = shown(visit, world.u2, project, f"kind=prints&a={theirs.pk}&b={theirs.pk}")

    assert len(context["versions"]) == 2
    changes = {row[1]: row[2:] for row in said(context)}
    assert changes["文号"] == ("旧号", "新号")
    assert changes.keys() == {"文号", "内容摘要", "校验码", "作废"}
    assert own["versions"] == []  # the unit was not served
