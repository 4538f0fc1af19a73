"""采购与合同: the order of steps, what a contract must have, what is left to pay, what is struck out."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.models import Contract, Flag, Package, PurchaseStep, Voucher
from funds.operations import contracts as operations
from funds.queries.contracts import history_of, paid_of, standing_of, steps_of
from funds.rules.contracts import StepFacts, check_package, check_step, rail_of
from policy.findings import Refused
from policy.loader import edition
from policy.terms import PurchaseStage, Severity, Source, UnitType, VoucherState
from tests.funds.scene import ON, upload

EDITION = edition("jilin_2025")
INTENTION, PROCURED, SIGNED = PurchaseStage.INTENTION, PurchaseStage.PROCURED, PurchaseStage.SIGNED
DELIVERED, ACCEPTED, CHANGED = PurchaseStage.DELIVERED, PurchaseStage.ACCEPTED, PurchaseStage.CHANGED


def checked(stage, day, done=(), unit_type=UnitType.TECHNICAL, has_contract=True):
    found = check_step(
        StepFacts(stage, day),
        [StepFacts(of, on) for of, on in done],
        edition=EDITION,
        unit_type=unit_type,
        has_contract=has_contract,
        on=ON,
    )
    return [(finding.code, finding.severity == Severity.BLOCKING) for finding in found]


JAN, FEB = date(2026, 1, 10), date(2026, 2, 10)


@pytest.mark.parametrize(
    ("stage", "day", "done", "expected"),
    [
        (DELIVERED, FEB, [(PROCURED, JAN), (SIGNED, JAN)], []),
        (DELIVERED, FEB, [(PROCURED, JAN), (SIGNED, FEB)], []),
        (DELIVERED, JAN, [(PROCURED, JAN), (SIGNED, FEB)], [("order", True)]),
        (DELIVERED, FEB, [(PROCURED, JAN), (SIGNED, JAN), (ACCEPTED, JAN)], [("order", True)]),
        (ACCEPTED, FEB, [(PROCURED, JAN), (SIGNED, JAN)], [("skipped", False)]),
        (ACCEPTED, date(2026, 3, 3), [(PROCURED, JAN), (SIGNED, JAN), (DELIVERED, JAN)], [("on", True)]),
        (SIGNED, FEB, [], [("stage", True)]),
        (PROCURED, FEB, [(PROCURED, JAN), (INTENTION, date(2025, 12, 1))], [("twice", True)]),
        (CHANGED, FEB, [(SIGNED, JAN)], []),
    ],
    ids=[
        "in order", "on the same day", "before the contract", "after a later step", "one step left out",
        "in the future", "the system's own step", "a second time", "a change of the contract",
    ],
)  # fmt: skip
def test_steps_come_in_their_order(stage, day, done, expected):
    assert checked(stage, day, done) == expected


@pytest.mark.parametrize(
    ("told", "unit_type", "expected"),
    [
        (date(2026, 1, 11), UnitType.TECHNICAL, []),
        (date(2026, 1, 12), UnitType.TECHNICAL, [("intention", False)]),
        (None, UnitType.TECHNICAL, [("intention", False)]),
        (date(2026, 1, 12), UnitType.ENTERPRISE, []),
    ],
    ids=["30 days", "29 days", "never published", "an enterprise"],
)
def test_an_intention_is_published_so_many_days_before_the_purchase(told, unit_type, expected):
    done = [(INTENTION, told)] if told else []

    assert checked(PROCURED, FEB, done, unit_type) == expected


def test_goods_need_a_contract():
    assert checked(DELIVERED, FEB, [], has_contract=False) == [("stage", True)]


@pytest.mark.parametrize(
    ("budget", "category", "packaged", "expected"),
    [
        ("200.00", "200.00", "0", []),
        ("199.99", "500.00", "0", [("items_over", True)]),
        ("200.00", "300.00", "100.01", [("category_over", False)]),
        ("200.00", None, "0", [("no_budget", False)]),
    ],
    ids=["to the cent", "items above the package", "packages above the category", "no budget yet"],
)
def test_a_package_stays_within_its_budget(budget, category, packaged, expected):
    found = check_package(
        items=[("车床", 2, Decimal("100.00"))],
        budget=Decimal(budget),
        category_budget=category and Decimal(category),
        packaged=Decimal(packaged),
    )

    assert [(finding.code, finding.blocks) for finding in found] == expected


def test_the_rail_stands_at_the_first_station_after_the_last_one_done():
    steps = rail_of([StepFacts(SIGNED, JAN), StepFacts(DELIVERED, FEB)], paid=True, whole=False)

    assert [(step.label, step.state, step.note) for step in steps] == [
        ("采购包", "todo", "未登记"), ("意向公开", "todo", "未登记"), ("采购完成", "todo", "未登记"), ("签约", "done", ""),
        ("到货", "done", ""), ("验收", "now", ""), ("付款", "done", "部分已付"), ("质保金付清", "todo", ""),
    ]  # fmt: skip


def test_the_rail_of_a_contract_without_retention_ends_with_the_payment():
    steps = rail_of([StepFacts(ACCEPTED, JAN)], paid=True, retained=False)

    assert [(step.label, step.state) for step in steps[-2:]] == [("验收", "done"), ("付款", "done")]
    assert not [step for step in steps if step.state == "now"]


# In the database


def facts(**changes):
    return {
        "number": "HT-1",
        "name": "数控机床采购",
        "supplier": "示例设备公司",
        "category": "equipment",
        "procurement": "公开招标",
        "amount": Decimal("1000.00"),
        "signed_on": JAN,
        "retention": Decimal("50.00"),
        "retention_due_on": date(2027, 1, 10),
    } | changes


def package_of(world, name="设备包"):
    items = [("数控机床", "X1", 2, Decimal("500.00"))]
    told = {"name": name, "category": "equipment", "procurement": "公开招标", "budget": Decimal("1000.00")}
    return operations.record_package(world.project.pk, actor=world.clerk, items=items, on=ON, **told)


def contract_of(world, package=None, **changes):
    about = package.row.pk if package else None
    kept = operations.record_contract(
        world.project.pk, actor=world.clerk, on=ON, uploads=[upload("合同.png")], package_id=about, **facts(**changes)
    )
    return kept.row


def pay(world, contract, number=1, amount="400.00", state=VoucherState.SUBMITTED, **changes):
    given = {"fits": True, "entry_number": number} if state == VoucherState.RECOGNISED else {}
    return Voucher.objects.create(
        project=world.project, number=f"PZ-{number}", paid_on=date(2026, 1, 21), category="equipment",
        source=Source.CENTRAL, abstract="机床", payee="示例设备公司", amount=Decimal(amount), contract=contract,
        state=state, recorded_by=world.clerk, recorded_on=ON, **({"asset_card": "ZC-1"} | given | changes),
    )  # fmt: skip


def step(world, contract, stage, day, **changes):
    return operations.record_step(
        world.project.pk, actor=world.clerk, contract_id=contract.pk, stage=stage, day=day, on=ON, **changes
    )


def test_a_purchase_runs_from_its_package_to_the_last_step(world):
    package = package_of(world)
    told = {"package_id": package.row.pk, "on": ON}
    for stage, day in ((INTENTION, date(2025, 12, 1)), (PROCURED, date(2026, 1, 5))):
        operations.record_step(world.project.pk, actor=world.clerk, stage=stage, day=day, **told)
    contract = contract_of(world, package)
    step(world, contract, DELIVERED, FEB, uploads=[upload("到货单.png")])
    step(world, contract, ACCEPTED, date(2026, 2, 12))
    [standing] = standing_of([contract])

    assert [one.label for one in standing.rail if one.state == "done"] == [
        "采购包", "意向公开", "采购完成", "签约", "到货", "验收",
    ]  # fmt: skip
    assert [[file.name for file in row.files] for row in history_of(contract)] == [[], [], ["到货单.png"], []]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal("49.99")}, "retention"),
        ({"retention_due_on": None}, "retention_due_on"),
        ({"signed_on": date(2026, 3, 3)}, "signed_on"),
        ({"number": " "}, "number"),
        ({"category": "materials"}, "category"),
    ],
    ids=["kept back more than the contract", "no day for it", "in the future", "no number", "not of this kind"],
)
def test_a_contract_that_cannot_be_is_refused(world, changes, field):
    with pytest.raises(Refused) as refused:
        contract_of(world, **changes)

    assert field in [finding.field for finding in refused.value.findings]
    assert not Contract.objects.exists()


def test_a_contract_comes_with_its_paper_and_once(world):
    with pytest.raises(Refused) as bare:
        operations.record_contract(world.project.pk, actor=world.clerk, on=ON, uploads=[], **facts())
    contract_of(world)
    with pytest.raises(Refused) as twice:
        contract_of(world)

    assert [finding.field for finding in bare.value.findings] == ["uploads"]
    assert [finding.code for finding in twice.value.findings] == ["number_taken"]


def test_a_contract_above_its_package_is_kept_with_a_word(world):
    package = package_of(world)

    kept = operations.record_contract(
        world.project.pk, actor=world.clerk, on=ON, uploads=[upload()], package_id=package.row.pk,
        **facts(amount=Decimal("1000.01")),
    )  # fmt: skip

    assert [finding.code for finding in kept.warnings] == ["package_over"]
    assert Contract.objects.get() == kept.row


def test_paid_and_left_are_counted_from_the_payments(world):
    contract = contract_of(world)
    first = pay(world, contract, 1, "400.00", VoucherState.RECOGNISED)
    pay(world, contract, 2, "300.00")
    pay(world, contract, 3, "100.00", VoucherState.DISALLOWED)
    pay(world, contract, 4, "100.00", VoucherState.DRAFT)
    pay(world, None, 5, "150.00", VoucherState.RECOGNISED, reverses=first)
    [standing] = standing_of([contract])

    assert paid_of([contract.pk]) == {contract.pk: Decimal("550.00")}
    assert (standing.left, standing.retention_left, standing.over) == (Decimal("450.00"), Decimal("50.00"), 0)


def test_the_retention_left_is_never_more_than_what_is_left(world):
    contract = contract_of(world)
    pay(world, contract, 1, "980.00")

    assert standing_of([contract])[0].retention_left == Decimal("20.00")


def test_standings_cost_the_same_for_one_contract_and_for_three(world):
    def cost():
        with CaptureQueriesContext(connection) as spent:
            standing_of(world.project.contracts.select_related("package"))
        return len(spent)

    package = package_of(world)
    contract_of(world, package)
    first = cost()
    for number in (2, 3):
        step(world, contract_of(world, package, number=f"HT-{number}", amount=Decimal(100)), CHANGED, FEB, note="补")

    assert cost() == first == 5


def test_a_contract_stands_once_a_payment_under_it_is_recognised(world):
    contract = contract_of(world)
    edit = {"actor": world.clerk, "on": ON}
    operations.edit_contract(world.project.pk, contract.pk, **edit, **facts(amount=Decimal("900.00")))
    changed = Contract.objects.get().amount
    pay(world, contract, 1, "400.00", VoucherState.RECOGNISED)

    with pytest.raises(Refused) as refused:
        operations.edit_contract(world.project.pk, contract.pk, **edit, **facts(amount=Decimal("800.00")))
    assert [finding.code for finding in refused.value.findings] == ["fixed"]
    assert (changed, Contract.objects.get().amount) == (Decimal("900.00"), Decimal("900.00"))
    with pytest.raises(Refused):
        step(world, contract, CHANGED, FEB)
    assert step(world, contract, CHANGED, FEB, note="补充协议：增加夹具").row.stage == CHANGED


@pytest.mark.parametrize("state", [VoucherState.SUBMITTED, VoucherState.QUESTIONED])
def test_a_contract_is_not_edited_while_finance_has_a_payment_under_it(world, client, state):
    contract = contract_of(world)
    payment = pay(world, contract, 1, "400.00", state)
    edit = {"actor": world.clerk, "on": ON} | facts(amount=Decimal("900.00"))

    with pytest.raises(Refused, match="请先由财政退回或认定"):
        operations.edit_contract(world.project.pk, contract.pk, **edit)
    client.force_login(world.clerk)
    page = client.get(reverse("funds:contract", args=[world.project.pk, contract.pk])).content.decode()
    assert "请先由财政退回或认定" in page
    assert Contract.objects.get().amount != Decimal("900.00")

    Voucher.objects.filter(pk=payment.pk).update(state=VoucherState.RETURNED)
    assert operations.edit_contract(world.project.pk, contract.pk, **edit).row.amount == Decimal("900.00")


def test_another_amount_asks_again_about_what_was_paid(world):
    contract = contract_of(world)
    pay(world, contract, 1, "1000.00", VoucherState.DISALLOWED)
    told = facts(amount=Decimal("10000000.00"))

    operations.edit_contract(world.project.pk, contract.pk, actor=world.clerk, on=ON, **told)

    assert list(Flag.objects.filter(rule="slip").values_list("figures__合同金额", flat=True)) == ["10,000,000.00 元"]


def test_a_wrong_step_is_struck_out_and_stays_readable(world):
    contract = contract_of(world)
    wrong = step(world, contract, DELIVERED, FEB).row
    operations.void_step(world.project.pk, wrong.pk, actor=world.clerk, reason="日期错误", on=ON)
    again = step(world, contract, DELIVERED, date(2026, 2, 11)).row

    assert steps_of(contracts=[contract]) == [again]
    assert [(row.pk, bool(row.struck)) for row in history_of(contract) if not row.voids_id] == [
        (wrong.pk, True), (again.pk, False),
    ]  # fmt: skip
    with pytest.raises(Refused):
        operations.void_step(world.project.pk, wrong.pk, actor=world.clerk, reason="再次", on=ON)
    with pytest.raises(DatabaseError), transaction.atomic():
        PurchaseStep.objects.filter(pk=wrong.pk).update(on=FEB)


@pytest.mark.parametrize("who", ["leader", "city_finance", "hr", "finance"])
def test_only_the_clerk_keeps_the_register(world, who):
    with pytest.raises(PermissionDenied):
        operations.record_contract(world.project.pk, actor=getattr(world, who), on=ON, uploads=[upload()], **facts())


def test_a_package_of_another_project_is_not_found(world):
    theirs = Package.objects.create(
        project=world.sibling, name="他人", category="equipment", procurement="询价", budget=Decimal(1),
        recorded_by=world.clerk, recorded_on=ON,
    )  # fmt: skip

    with pytest.raises(Package.DoesNotExist):
        operations.record_contract(
            world.project.pk, actor=world.clerk, on=ON, uploads=[upload()], package_id=theirs.pk, **facts()
        )


# Pages


def test_the_register_is_filled_in_over_http(world, client):
    client.force_login(world.clerk)
    pk = world.project.pk
    lines = {f"{part}_{line}": "" for line in range(8) for part in ("name", "model", "quantity", "price")}
    head = {"name": "设备包", "category": "equipment", "procurement": "公开招标", "budget": "1,000.00"}
    broken = client.post(reverse("funds:package_new", args=[pk]), lines | head | {"name_0": "车床", "price_0": "x"})
    client.post(
        reverse("funds:package_new", args=[pk]),
        lines | head | {"name_0": "车床", "quantity_0": "2", "price_0": "500.00"},
    )
    data = facts(signed_on="2026-01-10", retention_due_on="2027-01-10", amount="1000.00", retention="")
    bare = client.post(reverse("funds:contract_new", args=[pk]), data)
    client.post(reverse("funds:contract_new", args=[pk]), data | {"uploads": upload("合同.png")})
    contract = Contract.objects.get()
    page = client.get(reverse("funds:contract", args=[pk, contract.pk]))

    assert (broken.status_code, bare.status_code, page.status_code) == (422, 422, 200)
    assert "请填写第 1 项的数量" in broken.content.decode()
    assert Package.objects.get().items.get().quantity == 2
    assert "合同.png" in page.content.decode()


def test_the_register_costs_the_same_for_one_contract_and_for_three(world, client):
    client.force_login(world.clerk)
    page = reverse("funds:contracts", args=[world.project.pk])

    def cost():
        with CaptureQueriesContext(connection) as spent:
            client.get(page)
        return len(spent)

    contract_of(world, package_of(world))
    cost()
    first = cost()
    for number in (2, 3):
        package = package_of(world, f"包{number}")
        step(world, contract_of(world, package, number=f"HT-{number}"), CHANGED, FEB, note="补")

    assert cost() == first
