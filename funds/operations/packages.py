"""采购包 and 合同 entered wrongly: a package is changed or voided, a contract voided, while nothing hangs on it."""

from datetime import date
from decimal import Decimal

from accounts.journal import operation
from accounts.models import User
from funds.models import Contract, Package
from funds.operations.contracts import Recorded
from funds.operations.register import (
    Items,
    check_category,
    check_package,
    enter,
    keep_items,
    standing_package,
    write,
)
from funds.operations.seen import check_seen
from funds.queries.contracts import named_by, signed_under
from funds.rules import contracts as rules
from policy.findings import refuse_if_blocking
from policy.money import yuan


@operation("修改采购包")
def edit_package(
    project_id: int,
    package_id: int,
    *,
    actor: User,
    name: str,
    category: str,
    procurement: str,
    budget: Decimal,
    items: Items,
    seen: str | None = None,
    on: date,
) -> Recorded:
    """Until a contract is signed under it; `items` replace those that stood. The journal keeps what stood before."""
    project, items = enter(project_id, actor), list(items)
    package = standing_package(project, package_id)
    refuse_if_blocking(list(rules.check_unsigned(contracts=signed_under(package))))
    check_seen(project, package, seen, actor=actor)
    check_category(project, category)
    warnings = check_package(project, name, category, budget, items, own=package.pk)
    before = "；".join(f"{one.name} {one.quantity}×{yuan(one.unit_price)}" for one in package.items.all())
    told = {"name": name.strip(), "category": category, "procurement": procurement, "budget": budget}
    was = {f"before_{field}": getattr(package, field) for field in told if getattr(package, field) != told[field]}
    for field, value in told.items():
        setattr(package, field, value)
    package.save(update_fields=list(told))
    package.items.all().delete()
    keep_items(package, items)
    write(project, f"package:{package.pk}", f"修改采购包 {package.name}，{yuan(budget)}；原明细：{before}", **was)
    return Recorded(package, warnings)


@operation("作废采购包")
def void_package(project_id: int, package_id: int, *, actor: User, reason: str, on: date) -> Package:
    """The row stays, struck out, and counts no more; its name is free again."""
    project = enter(project_id, actor)
    package = project.packages.get(pk=package_id)
    refuse_if_blocking(list(rules.check_voiding(voided=package.voided_on is not None, reason=reason)))
    refuse_if_blocking(list(rules.check_unsigned(contracts=signed_under(package))))
    _strike(package, actor, reason, on)
    write(project, f"package:{package.pk}", f"作废采购包 {package.name}，{yuan(package.budget)}：{reason.strip()}")
    return package


@operation("作废合同")
def void_contract(project_id: int, contract_id: int, *, actor: User, reason: str, on: date) -> Contract:
    """As above, while no payment and no card names it."""
    project = enter(project_id, actor)
    contract = project.contracts.get(pk=contract_id)
    refuse_if_blocking(list(rules.check_voiding(voided=contract.voided_on is not None, reason=reason)))
    payments, assets = named_by(contract)
    refuse_if_blocking(list(rules.check_unused(payments=payments, assets=assets)))
    _strike(contract, actor, reason, on)
    write(project, f"contract:{contract.pk}", f"作废合同 {contract}，{yuan(contract.amount)}：{reason.strip()}")
    return contract


def _strike(row: Package | Contract, actor: User, reason: str, on: date) -> None:
    row.voided_by, row.voided_on, row.void_reason = actor, on, reason.strip()[:200]
    row.save(update_fields=["voided_by", "voided_on", "void_reason"])
