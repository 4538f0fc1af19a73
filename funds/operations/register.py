"""What the operations of 采购包 and 合同 share: the door, the checks of a package, what was voided."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from accounts import journal
from accounts.models import User
from accounts.roles import Action
from funds.models import Contract, Package, PackageItem
from funds.rules import contracts as rules
from policy.findings import Finding, refuse, refuse_if_blocking
from policy.money import ZERO
from policy.terms import Kind
from projects import access
from projects.models import Project

Item = tuple[str, str, int, Decimal]
Items = Iterable[Item]


def enter(project_id: int, actor: User) -> Project:
    return access.enter(project_id, actor=actor, action=Action.RECORD_CONTRACT)


def write(project: Project, subject: str, text: str, **changes: Any) -> None:
    journal.record(project_id=project.pk, subject=subject, text=text[:300], **changes)


def check_category(project: Project, category: str) -> None:
    if category not in {one.code for one in project.edition.categories_for(Kind(project.kind))}:
        refuse("category", "请选择支出类别。", field="category")


def checked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    found = list(findings)
    refuse_if_blocking(found)
    return tuple(found)


def check_package(
    project: Project, name: str, category: str, budget: Decimal, items: list[Item], own: int = 0
) -> tuple[Finding, ...]:
    """`own`: the package itself, where it is changed."""
    others = project.packages.filter(voided_on=None).exclude(pk=own)
    if others.filter(name=name.strip()).exists():
        refuse("name", f"采购包「{name.strip()}」已登记，请换一个名称。", field="name")
    return checked(
        rules.check_package(
            items=[(label, quantity, price) for label, _, quantity, price in items],
            budget=budget,
            category_budget=project.budget_lines.filter(category=category).aggregate(sum=Sum("budget"))["sum"],
            packaged=others.filter(category=category).aggregate(sum=Sum("budget"))["sum"] or ZERO,
        )
    )


def keep_items(package: Package, items: Iterable[Item]) -> None:
    PackageItem.objects.bulk_create(
        PackageItem(package=package, name=label, model=model, quantity=quantity, unit_price=price)
        for label, model, quantity, price in items
    )


def standing_package(project: Project, package_id: int) -> Package:
    package: Package = project.packages.get(pk=package_id)
    if package.voided_on:
        refuse("voided", f"采购包「{package}」已于 {package.voided_on} 作废，不能再办理。")
    return package


def standing_contract(project: Project, contract_id: int) -> Contract:
    contract: Contract = project.contracts.select_related("package").get(pk=contract_id)
    if contract.voided_on:
        refuse("voided", f"合同 {contract.number} 已于 {contract.voided_on} 作废，不能再办理。")
    return contract
