"""采购包 and 合同 entered wrongly, and 合同变更 with its amount: what counts, what stays readable, what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from funds.models import ABOUT_CONTRACT, Asset, Contract, Flag, Package, PackageItem, PurchaseStep
from funds.operations import contracts as operations
from funds.operations import packages
from funds.queries.as_of import Moment
from funds.queries.batches import contracts_to_pay
from funds.queries.contracts import packages_of, standing_of, totals_of
from funds.queries.imports import around_of
from funds.queries.limits import terms_of
from funds.queries.spending import columns_of
from funds.rules.contracts import MOST_ITEMS, Change, Worth, check_package, worth_on
from policy.findings import Refused
from policy.terms import PurchaseStage, Stage, VoucherState
from projects.models import Attachment, Project
from tests.funds.scene import ON, record, submit, upload
from tests.funds.test_contracts import CHANGED, FEB, JAN, contract_of, facts, package_of, pay, step
from tests.funds.test_flags import sync

ITEMS = [("数控机床", "X2", 1, Decimal("400.00"))]
HEAD = {"name": "设备包", "category": "equipment", "procurement": "询价", "budget": Decimal("400.00")}


def codes_of(call, *ids, **given):
    with pytest.raises(Refused) as refused:
        call(*ids, on=ON, **given)
    return [finding.code for finding in refused.value.findings]


def edit(world, package, **changes):
    ids = (world.project.pk, package.pk)
    return packages.edit_package(*ids, actor=world.clerk, on=ON, **({"items": ITEMS} | HEAD | changes))


def strike(world, row, reason="登记重复"):
    act = packages.void_package if isinstance(row, Package) else packages.void_contract
    return act(world.project.pk, row.pk, actor=world.clerk, reason=reason, on=ON)


def change(world, contract, amount, day=FEB, **changes):
    told = {"note": "补充协议", "uploads": [upload()]} | changes
    return step(world, contract, CHANGED, day, amount=amount and Decimal(amount), **told).row


# 采购包


def test_a_package_is_changed_with_its_items_until_a_contract_is_signed(world):
    package = package_of(world).row
    edit(world, package, name="改名包")
    package.refresh_from_db()
    contract = contract_of(world, operations.Recorded(package))

    assert (package.name, package.procurement, package.budget) == ("改名包", "询价", Decimal("400.00"))
    assert [(one.name, one.model, one.quantity) for one in PackageItem.objects.all()] == [("数控机床", "X2", 1)]
    assert codes_of(packages.edit_package, world.project.pk, package.pk, actor=world.clerk, items=ITEMS, **HEAD) == [
        "signed"
    ]
    strike(world, contract)
    assert edit(world, package).row.name == "设备包"


def test_a_voided_package_stays_counts_no_more_and_frees_its_name(ready):
    package = package_of(ready).row
    Package.objects.filter(pk=package.pk).update(budget=Decimal("5299500.00"))
    over = [one.code for one in package_of(ready, "第二包").warnings]
    strike(ready, package)
    again = package_of(ready)

    assert (over, [one.code for one in again.warnings]) == (["category_over"], [])
    assert [(one.package.name, bool(one.package.voided_on)) for one in packages_of(ready.project)] == [
        ("第二包", False), ("设备包", False), ("设备包", True),
    ]  # fmt: skip
    assert codes_of(packages.void_package, ready.project.pk, package.pk, actor=ready.clerk, reason="再次") == ["voided"]
    with pytest.raises(Refused, match="作废"):
        contract_of(ready, operations.Recorded(Package.objects.get(pk=package.pk)))


def test_voiding_needs_a_reason_and_a_package_without_a_contract(world):
    package = package_of(world)
    contract_of(world, package)
    ids = (world.project.pk, package.row.pk)

    assert codes_of(packages.void_package, *ids, actor=world.clerk, reason=" ") == ["reason"]
    assert codes_of(packages.void_package, *ids, actor=world.clerk, reason="登记错") == ["signed"]


@pytest.mark.parametrize(("count", "expected"), [(MOST_ITEMS, []), (MOST_ITEMS + 1, ["items"])])
def test_a_package_has_so_many_lines(count, expected):
    lines = [("夹具", 1, Decimal("0.01"))] * count

    found = check_package(items=lines, budget=Decimal(100), category_budget=Decimal(100), packaged=Decimal(0))

    assert [finding.code for finding in found] == expected


def test_lines_are_added_without_losing_what_was_typed(world, client):
    client.force_login(world.clerk)
    url, register = (reverse(f"funds:{name}", args=[world.project.pk]) for name in ("package_new", "contracts"))
    head = {"name": "设备包", "category": "equipment", "procurement": "公开招标", "budget": "9,000.00"}
    typed = {f"{part}_{line}": "" for line in range(8) for part in ("name", "model", "quantity", "price")}
    typed |= head | {"name_7": "铣床", "quantity_7": "two", "price_7": "1,000.00"}

    more = client.post(url, typed | {"more": "1"})
    page = more.content.decode()
    lines = {f"{part}_{line}": value for line in range(9) for part, value in
             (("name", f"机床{line}"), ("model", ""), ("quantity", "1"), ("price", "1000.00"))}  # fmt: skip
    client.post(url, head | lines)

    assert (more.status_code, Package.objects.count()) == (200, 1)
    assert all(text in page for text in ('value="铣床"', 'value="two"', 'value="1,000.00"', "第 16 项", "再加 8 行"))
    assert "第 17 项" not in page
    assert "请填写" not in page
    assert Package.objects.get().items.count() == 9
    assert "机床8" in client.get(register).content.decode()


def test_a_package_is_changed_and_voided_over_http(world, client):
    client.force_login(world.clerk)
    package = package_of(world).row
    at = {name: reverse(f"funds:package_{name}", args=[world.project.pk, package.pk]) for name in ("edit", "void")}

    form = client.get(at["edit"]).content.decode()
    bad = client.post(at["void"], {"reason": ""})
    client.post(at["void"], {"reason": "重复登记"})
    page = client.get(reverse("funds:contracts", args=[world.project.pk])).content.decode()

    assert 'value="数控机床"' in form
    assert bad.status_code == 422
    assert all(text in page for text in ("<s>设备包</s>", "已作废", "重复登记"))


# 合同


def test_a_voided_contract_stays_counts_no_more_and_frees_its_number(world, client):
    contract = contract_of(world)
    strike(world, contract)
    rows = standing_of(world.project.contracts.all())
    columns = columns_of(world.project, Moment(ON, ON), JAN, ON)

    assert [(row.left, row.amount, row.worth.amount) for row in rows] == [(0, 0, Decimal("1000.00"))]
    assert (totals_of(rows).count, totals_of(rows).amount, totals_of(rows).left) == (0, 0, 0)
    assert (columns.unpaid, contracts_to_pay(world.project), around_of(world.project, ON).contracts) == ({}, [], {})
    assert contract_of(world).number == contract.number
    with pytest.raises(Refused, match="作废"):
        step(world, contract, CHANGED, FEB, note="补充协议")
    with pytest.raises(Refused, match="作废"):
        record(world, contract=Contract.objects.get(pk=contract.pk))
    client.force_login(world.clerk)
    page = client.get(reverse("funds:contract", args=[world.project.pk, contract.pk])).content.decode()
    assert all(text in page for text in ("合同已作废", "登记重复", "<s>1,000.00 元</s>"))


def test_what_was_owed_before_the_voiding_is_still_known(world):
    contract = contract_of(world)
    Contract.objects.filter(pk=contract.pk).update(recorded_on=JAN)
    strike(world, contract)

    then = columns_of(world.project, Moment(ON, FEB), JAN, ON)

    assert then.unpaid == {"equipment": Decimal("1000.00")}


def test_a_contract_with_a_draft_or_a_card_is_not_voided(world):
    contract = contract_of(world)
    pay(world, contract, state=VoucherState.DRAFT)
    Asset.objects.create(
        project=world.project, card_number="ZC-1", name="车床", room="一号车间", unit_price=Decimal(1000),
        acquired_on=JAN, label="A", contract=contract, recorded_by=world.clerk, recorded_on=ON,
    )  # fmt: skip

    found = codes_of(packages.void_contract, world.project.pk, contract.pk, actor=world.clerk, reason="登记错")

    assert found == ["paid", "carded"]


# 合同变更


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 9), Worth(Decimal(100))),
        (date(2026, 1, 10), Worth(Decimal(80), ON)),
        (date(2026, 2, 10), Worth(Decimal(120), ON)),
        (None, Worth(Decimal(120), ON)),
    ],
)
def test_a_contract_is_worth_what_the_last_change_by_that_day_says(day, expected):
    changes = [Change(FEB, Decimal(120)), Change(JAN, Decimal(80), ON)]

    assert worth_on(Worth(Decimal(100)), changes, day) == expected


def test_the_amount_in_force_is_what_is_still_owed_and_earlier_ones_stay_readable(world, client):
    contract = contract_of(world)
    pay(world, contract, amount="900.00", state=VoucherState.RECOGNISED, judged_on=ON)
    change(world, contract, "1200.00", pay_until=date(2028, 1, 10), number="补-1")
    [standing] = standing_of([contract])
    client.force_login(world.clerk)
    page = client.get(reverse("funds:contract", args=[world.project.pk, contract.pk])).content.decode()

    assert (standing.amount, standing.left, standing.worth.pay_until) == (1200, 300, date(2028, 1, 10))
    assert [row.left for row in contracts_to_pay(world.project)] == [Decimal("300.00")]
    assert all(text in page for text in ("签订时金额", "1,000.00 元", "1,200.00 元", "补-1", "2028-01-10"))
    before, after = (columns_of(world.project, Moment(day, ON), JAN, ON).unpaid for day in (date(2026, 2, 9), FEB))
    assert (before, after) == ({"equipment": Decimal("100.00")}, {"equipment": Decimal("300.00")})


@pytest.mark.parametrize(
    ("amount", "given", "expected"),
    [
        ("900.00", {}, []),
        ("899.99", {}, ["below_paid"]),
        ("2000.00", {"uploads": []}, ["uploads"]),
        ("2000.00", {"day": date(2026, 1, 9)}, ["day"]),
        (None, {"pay_until": date(2026, 2, 9)}, ["pay_until"]),
        (None, {"uploads": []}, []),
    ],
    ids=["what is paid", "below what is paid", "no paper", "before the signing", "ends before it begins", "no figure"],
)
def test_a_change_stays_above_what_is_paid(world, amount, given, expected):
    contract = contract_of(world)
    pay(world, contract, amount="900.00", state=VoucherState.RECOGNISED)
    if not expected:
        assert change(world, contract, amount, **given).stage == CHANGED
        return
    with pytest.raises(Refused) as refused:
        change(world, contract, amount, **given)
    assert [finding.code for finding in refused.value.findings] == expected
    assert not PurchaseStep.objects.exists()


def test_only_a_change_bears_an_amount(world):
    with pytest.raises(Refused, match="只有合同变更"):
        step(world, contract_of(world), PurchaseStage.DELIVERED, FEB, amount=Decimal(1))


def test_a_change_is_not_voided_below_what_was_paid_under_it(world):
    contract = contract_of(world)
    raised = change(world, contract, "1500.00")
    pay(world, contract, 1, "1000.00", VoucherState.RECOGNISED)
    told = {"actor": world.clerk, "reason": "登记错", "on": ON}
    waiting = pay(world, contract, 2, "0.01")

    with pytest.raises(Refused, match="低于已付"):
        operations.void_step(world.project.pk, raised.pk, **told)

    type(waiting).objects.filter(pk=waiting.pk).update(state=VoucherState.RETURNED)
    operations.void_step(world.project.pk, raised.pk, **told)
    assert [(row.amount, row.left) for row in standing_of([contract])] == [(1000, 0)]


def test_the_flag_above_the_contract_follows_the_amount_in_force(world):
    contract = contract_of(world)
    pay(world, contract, 1, "1000.00")
    pay(world, contract, 2, "0.01")

    def above():
        return set(Flag.objects.filter(rule="contract").values_list("state", flat=True))

    sync(world)
    raised = above()
    change(world, contract, "1000.01")

    assert (raised, above()) == ({"open"}, {"gone"})


def test_the_last_instalment_after_the_end_is_held_against_the_amount_of_its_day(ready):
    contract = contract_of(ready, retention=Decimal(0), retention_due_on=None)
    Project.objects.filter(pk=ready.project.pk).update(build_end_on=date(2026, 1, 31), stage=Stage.ACCEPTED)
    change(ready, contract, "600.00")
    kept = Attachment.objects.filter(about=ABOUT_CONTRACT, about_id=contract.pk).exists()
    early = submit(ready, "1000.01", "PZ-1", contract=contract, paid_on=date(2026, 2, 9))
    late = submit(ready, "600.00", "PZ-2", contract=contract, paid_on=FEB)
    [row] = around_of(ready.project, ON).contracts.values()

    assert kept
    assert (early.fits, late.fits) == (False, True)
    assert "金额 1,000.00 元" in early.why
    assert (terms_of(early).amount, terms_of(late).amount) == (1000, 600)
    end = date(2026, 1, 31)
    assert (row.terms_on(date(2026, 2, 9), end).amount, row.terms_on(FEB, end).amount) == (1000, 600)


def test_a_package_counts_its_contracts_at_the_amount_in_force(world):
    package = package_of(world)
    contract = contract_of(world, package, amount=Decimal("500.00"))
    change(world, contract, "900.00")
    second = operations.record_contract(
        world.project.pk, actor=world.clerk, on=ON, uploads=[upload()], package_id=package.row.pk,
        **facts(number="HT-2", amount=Decimal("100.01")),
    )  # fmt: skip

    assert [finding.code for finding in second.warnings] == ["package_over"]
    assert [one.contracted for one in packages_of(world.project)] == [Decimal("1000.01")]


def test_a_change_is_registered_over_http(world, client):
    client.force_login(world.clerk)
    contract = contract_of(world)
    url = reverse("funds:step_new", args=[world.project.pk, contract.pk])
    data = {"stage": CHANGED.value, "day": "2026-02-10", "note": "补充协议", "amount": "1,300.00"}

    bare = client.post(url, data)
    client.post(url, data | {"uploads": upload("补充协议.png")})

    assert (bare.status_code, "请上传补充协议" in bare.content.decode()) == (422, True)
    assert [row.amount for row in standing_of([contract])] == [Decimal("1300.00")]
