"""资金文件, 到账, 预算, 清算: on a real database."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.models import Entry
from funds import operations
from funds.models import Allocation, Budget, BudgetLine, FundDocument, Receipt, SourceLine
from funds.queries import ledger_of, money_issued
from policy.findings import Refused
from policy.terms import Source, Stage
from projects.models import Alert, Attachment, Project
from tests import factories as make
from tests.funds.scene import (
    ON,
    PLAN,
    budget,
    document_of,
    issue,
    judge,
    receive,
    record,
    submit,
)


def codes(refused):
    return [finding.code for finding in refused.value.findings]


def stage(project, to):
    Project.objects.filter(pk=project.pk).update(stage=to)


# 资金文件


def test_a_signed_document_gives_money_to_every_project_in_it(world):
    lines = {world.project.pk: Decimal(7_000_000), world.sibling.pk: Decimal(3_000_000)}

    document = document_of(world, lines)
    before = money_issued(world.project)
    operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)

    assert (before, money_issued(world.project), money_issued(world.sibling)) == (False, True, True)
    assert ledger_of(world.sibling).allocated == Decimal(3_000_000)
    assert Attachment.objects.filter(about="fund_document", purpose="资金文件").count() == 2
    said = list(Entry.objects.order_by("seq").values_list("verb", "project_id"))
    assert said == [(verb, pk) for verb in ("登记资金文件", "签批资金文件") for pk in lines]


def test_a_document_with_a_project_without_filed_targets_is_refused_whole(world):
    stage(world.sibling, Stage.TARGET_REVIEW)

    with pytest.raises(Refused) as refused:
        document_of(world, {world.project.pk: Decimal("7000000.01"), world.sibling.pk: Decimal(1)})

    assert codes(refused) == ["grant", "targets"]
    assert world.sibling.name in str(refused.value)
    assert not FundDocument.objects.exists()
    assert not Attachment.objects.exists()
    assert Entry.objects.get().result == "refused"


def test_documents_together_never_exceed_the_grant(world):
    document_of(world, {world.project.pk: Decimal("6999999.99")})

    with pytest.raises(Refused) as refused:
        document_of(world, {world.project.pk: Decimal("0.02")}, number="示例2号")
    document_of(world, {world.project.pk: Decimal("0.01")}, number="示例2号")

    assert codes(refused) == ["grant"]
    assert Allocation.objects.count() == 2


def test_a_number_is_recorded_once_until_it_is_returned(world):
    document = document_of(world)

    with pytest.raises(Refused) as refused:
        document_of(world)
    operations.return_fund_document(document.pk, actor=world.finance_head, reason="金额有误", on=ON)
    again = document_of(world)

    assert "number_taken" in codes(refused)
    assert again.state == FundDocument.State.RECORDED
    assert not money_issued(world.project)


def test_who_recorded_a_document_does_not_sign_or_return_it(world):
    make.Membership.objects.create(user=world.finance, role="PFL", organisation=world.finance_head_office)
    world.finance.__dict__.pop("live_memberships", None)
    document = document_of(world)

    for act in (
        lambda: operations.approve_fund_document(document.pk, actor=world.finance, on=ON),
        lambda: operations.return_fund_document(document.pk, actor=world.finance, reason="x", on=ON),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["sod"]

    document.refresh_from_db()
    assert document.state == FundDocument.State.RECORDED


def test_what_changed_since_recording_is_asked_again_at_signing(world):
    document = document_of(world)
    stage(world.project, Stage.TARGET_REVIEW)

    with pytest.raises(Refused) as refused:
        operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)

    assert codes(refused) == ["targets"]
    assert not money_issued(world.project)


def test_a_document_is_signed_once(world):
    document = issue(world)

    with pytest.raises(Refused):
        operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)
    with pytest.raises(Refused):
        operations.return_fund_document(document.pk, actor=world.finance_head, reason="x", on=ON)
    with pytest.raises(DatabaseError), transaction.atomic():
        FundDocument.objects.filter(pk=document.pk).update(title="另一标题")


@pytest.mark.parametrize("who", ["clerk", "leader", "city_finance", "hr", "finance_head"])
def test_only_finance_of_the_province_records_documents(world, who):
    world.finance = getattr(world, who)

    with pytest.raises(PermissionDenied):
        document_of(world)

    assert not FundDocument.objects.exists()


def test_finance_of_another_province_records_nothing_here(world):
    elsewhere = make.world()
    world.finance = elsewhere.pf

    with pytest.raises(PermissionDenied):
        document_of(world)


def test_a_return_needs_its_reason(world):
    document = document_of(world)

    with pytest.raises(Refused) as refused:
        operations.return_fund_document(document.pk, actor=world.finance_head, reason=" ", on=ON)

    assert codes(refused) == ["reason"]


# 到账


def test_receipts_raise_what_may_be_spent_up_to_the_allocation(world):
    issue(world)

    receive(world, Decimal("6999999.99"))
    with pytest.raises(Refused) as refused:
        receive(world, Decimal("0.02"))
    receive(world, Decimal("0.01"))

    assert codes(refused) == ["allocated"]
    assert SourceLine.objects.get().limit == Decimal(7_000_000)
    assert ledger_of(world.project).received == Decimal(7_000_000)


def test_money_of_an_unsigned_document_is_not_received(world):
    document_of(world)

    with pytest.raises(Refused) as refused:
        receive(world)

    assert codes(refused) == ["document"]
    assert not SourceLine.objects.exists()


def test_an_allocation_of_another_project_is_not_found(world):
    issue(world, {world.sibling.pk: Decimal(5)})

    with pytest.raises(Allocation.DoesNotExist):
        operations.confirm_receipt(
            world.project.pk, Allocation.objects.get().pk, actor=world.leader, received_on=ON, amount=Decimal(5), on=ON
        )


@pytest.mark.parametrize("who", ["clerk", "city_finance", "finance", "hr"])
def test_only_the_head_of_the_unit_confirms_receipts(world, who):
    issue(world)
    world.leader = getattr(world, who)

    with pytest.raises(PermissionDenied):
        receive(world)

    assert not Receipt.objects.exists()


# 预算


def test_an_approved_budget_opens_its_balance_rows(world):
    issue(world)

    budget(world)

    assert {(line.category, line.source): line.budget for line in BudgetLine.objects.all()} == PLAN
    assert dict(SourceLine.objects.values_list("source", "limit")) == {
        Source.CENTRAL: Decimal(0),
        Source.OWN: Decimal(300_000),
    }


def test_there_is_no_budget_before_the_money_is_issued(world):
    document_of(world)

    with pytest.raises(Refused) as refused:
        operations.save_budget(world.project.pk, actor=world.clerk, items=PLAN, on=ON)

    assert codes(refused) == ["issued"]
    assert not Budget.objects.exists()


def test_a_budget_that_does_not_add_up_is_kept_as_a_draft_and_not_submitted(world):
    issue(world)
    short = PLAN | {("equipment", Source.CENTRAL): Decimal("4999999.99")}
    operations.save_budget(world.project.pk, actor=world.clerk, items=short, on=ON)

    with pytest.raises(Refused) as refused:
        operations.submit_budget(world.project.pk, actor=world.leader, on=ON)

    assert codes(refused) == ["sum"]
    assert Budget.objects.get().state == Budget.State.DRAFT


def test_a_returned_budget_is_kept_and_a_new_version_drafted(world):
    issue(world)
    pk = world.project.pk
    operations.save_budget(pk, actor=world.clerk, items=PLAN, on=ON)
    operations.submit_budget(pk, actor=world.leader, on=ON)

    operations.return_budget(pk, actor=world.hr, reason="设备占比偏高", on=ON)
    again = operations.save_budget(pk, actor=world.clerk, items=PLAN, on=ON)

    assert again.version == 2
    assert list(Budget.objects.values_list("version", "state")) == [(2, "draft"), (1, "returned")]


def test_finance_returns_only_what_waits_for_it(world):
    issue(world)
    operations.save_budget(world.project.pk, actor=world.clerk, items=PLAN, on=ON)
    operations.submit_budget(world.project.pk, actor=world.leader, on=ON)

    with pytest.raises(Refused) as refused:
        operations.return_budget(world.project.pk, actor=world.finance, reason="x", on=ON)
    with pytest.raises(Refused):
        operations.approve_budget(world.project.pk, actor=world.finance, on=ON)

    assert codes(refused) == ["state"]


@pytest.mark.parametrize("act", ["save_budget", "submit_budget"])
def test_there_is_one_approved_budget(world, act):
    issue(world)
    budget(world)
    more = {"items": PLAN} if act == "save_budget" else {}

    with pytest.raises(Refused) as refused:
        getattr(operations, act)(world.project.pk, actor=world.leader, on=ON, **more)

    assert "每个项目只有一份批准的预算" in str(refused.value)
    assert Budget.objects.count() == 1


@pytest.mark.parametrize(
    ("act", "who"),
    [
        ("save_budget", "finance"),
        ("submit_budget", "clerk"),
        ("consent_budget", "finance"),
        ("approve_budget", "hr"),
        ("approve_budget", "finance_head"),
        ("return_budget", "city_finance"),
    ],
)
def test_each_step_of_the_budget_has_its_own_door(world, act, who):
    more = {"save_budget": {"items": PLAN}, "return_budget": {"reason": "x"}}.get(act, {})

    with pytest.raises(PermissionDenied):
        getattr(operations, act)(world.project.pk, actor=getattr(world, who), on=ON, **more)


# Alerts


def test_alerts_follow_the_ledger(ready):
    voucher = submit(ready, "4240000.00")
    raised = set(Alert.objects.filter(cleared_on=None, source="funds").values_list("code", flat=True))
    judge(ready, voucher, "disallowed")

    assert raised == {"nearly_spent:equipment", "waiting"}
    left = Alert.objects.filter(cleared_on=None, source="funds")
    assert [alert.message for alert in left] == ["问题资金未整改余额 4,240,000.00 元。"]


def test_the_receipt_and_the_allocation_are_rows_of_record(ready):
    for model in (Receipt, Allocation):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(amount=Decimal(1))
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_a_late_payment_date_is_a_fact_of_the_unit(ready):
    assert record(ready, paid_on=date(2024, 1, 1)).state == "draft"
