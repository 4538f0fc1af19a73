"""采购与合同: packages, contracts and the steps between them. A wrong step is struck out by another row, never edited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds.models import ABOUT_CONTRACT, ABOUT_STEP, Contract, Package, PackageItem, PurchaseStep
from funds.operations.flags import refresh_flags
from funds.queries.contracts import contract_files, facts_of, recognised_under, steps_of, waiting_under
from funds.rules import contracts as rules
from policy.findings import Finding, refuse, refuse_if_blocking
from policy.money import ZERO, yuan
from policy.terms import Kind, PurchaseStage
from projects import access, files
from projects.models import Project

Uploads = Iterable[UploadedFile]
Items = Iterable[tuple[str, str, int, Decimal]]
FACTS = (
    "number",
    "name",
    "supplier",
    "category",
    "procurement",
    "amount",
    "signed_on",
    "retention",
    "retention_due_on",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was kept, and what deserves a word although it was kept."""

    row: Package | Contract | PurchaseStep
    warnings: tuple[Finding, ...] = ()


def _checked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    found = list(findings)
    refuse_if_blocking(found)
    return tuple(found)


def _enter(project_id: int, actor: User) -> Project:
    return access.enter(project_id, actor=actor, action=Action.RECORD_CONTRACT)


def _check_category(project: Project, category: str) -> None:
    if category not in {one.code for one in project.edition.categories_for(Kind(project.kind))}:
        refuse("category", "请选择支出类别。", field="category")


def _journal(project: Project, subject: str, text: str, **changes: Any) -> None:
    journal.record(project_id=project.pk, subject=subject, text=text[:300], **changes)


@operation("登记采购包")
def record_package(
    project_id: int,
    *,
    actor: User,
    name: str,
    category: str,
    procurement: str,
    budget: Decimal,
    items: Items,
    on: date,
) -> Recorded:
    """`items`: name, model, quantity, budgeted unit price."""
    project, items = _enter(project_id, actor), list(items)
    _check_category(project, category)
    if project.packages.filter(name=name.strip()).exists():
        refuse("name", f"采购包「{name.strip()}」已登记，请换一个名称。", field="name")
    approved = project.budget_lines.filter(category=category).aggregate(sum=Sum("budget"))["sum"]
    packaged = project.packages.filter(category=category).aggregate(sum=Sum("budget"))["sum"] or ZERO
    warnings = _checked(
        rules.check_package(
            items=[(label, quantity, price) for label, _, quantity, price in items],
            budget=budget,
            category_budget=approved,
            packaged=packaged,
        )
    )
    package = project.packages.create(
        name=name.strip(),
        category=category,
        procurement=procurement,
        budget=budget,
        recorded_by=actor,
        recorded_on=on,
    )
    PackageItem.objects.bulk_create(
        PackageItem(package=package, name=label, model=model, quantity=quantity, unit_price=price)
        for label, model, quantity, price in items
    )
    _journal(project, f"package:{package.pk}", f"登记采购包 {package.name}，{yuan(budget)}", budget=budget)
    return Recorded(package, warnings)


@operation("登记合同")
def record_contract(
    project_id: int, *, actor: User, on: date, uploads: Uploads, package_id: int | None = None, **facts: Any
) -> Recorded:
    """`facts`: FACTS."""
    project, uploads = _enter(project_id, actor), list(uploads)
    package = project.packages.get(pk=package_id) if package_id else None
    warnings = _check_contract(project, facts, package, on, files=len(uploads))
    contract = project.contracts.create(package=package, recorded_by=actor, recorded_on=on, **_clean(facts))
    _keep(project, ABOUT_CONTRACT, contract.pk, "合同", uploads, actor, on)
    _journal(
        project, f"contract:{contract.pk}", f"登记合同 {contract}，{yuan(contract.amount)}", amount=contract.amount
    )
    return Recorded(contract, warnings)


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in facts.items() if name in FACTS}


def _check_contract(
    project: Project, facts: dict[str, Any], package: Package | None, on: date, *, files: int, own: int = 0
) -> tuple[Finding, ...]:
    _check_category(project, facts["category"])
    number = facts["number"].strip()
    found = list(
        rules.check_contract(
            number=number,
            twin=project.contracts.filter(number=number).exclude(pk=own).exists(),
            amount=facts["amount"],
            signed_on=facts["signed_on"],
            retention=facts["retention"],
            retention_due_on=facts["retention_due_on"],
            files=files,
            on=on,
        )
    )
    if package is not None:
        signed = package.contracts.exclude(pk=own).aggregate(sum=Sum("amount"))["sum"] or ZERO
        found += rules.check_within_package(amount=facts["amount"], contracted=signed, budget=package.budget)
    return _checked(found)


def _keep(project: Project, about: str, about_id: int, purpose: str, uploads: Uploads, actor: User, on: date) -> None:
    for upload in uploads:
        files.accept(project, upload, about=about, about_id=about_id, purpose=purpose, actor=actor, on=on)


@operation("修改合同")
def edit_contract(
    project_id: int,
    contract_id: int,
    *,
    actor: User,
    on: date,
    uploads: Uploads = (),
    package_id: int | None = None,
    **facts: Any,
) -> Recorded:
    """Until a payment under it is recognised; after that a change is a step of its own."""
    project, uploads = _enter(project_id, actor), list(uploads)
    contract = project.contracts.get(pk=contract_id)
    waiting = waiting_under(contract)
    refuse_if_blocking(rules.check_fixed(recognised=recognised_under(contract), waiting=waiting))
    package = project.packages.get(pk=package_id) if package_id else None
    kept = len(contract_files(contract)) + len(uploads)
    warnings = _check_contract(project, facts, package, on, files=kept, own=contract.pk)
    told = {name: value for name, value in _clean(facts).items() if getattr(contract, name) != value}
    for name, value in told.items():
        setattr(contract, name, value)
    contract.package = package
    contract.save(update_fields=[*told, "package"])
    _keep(project, ABOUT_CONTRACT, contract.pk, "合同", uploads, actor, on)
    refresh_flags(project, list(contract.vouchers.all()), on=on)
    _journal(project, f"contract:{contract.pk}", f"修改合同 {contract}", **told)
    return Recorded(contract, warnings)


@operation("登记采购步骤")
def record_step(
    project_id: int,
    *,
    actor: User,
    stage: str,
    day: date,
    number: str = "",
    note: str = "",
    uploads: Uploads = (),
    contract_id: int | None = None,
    package_id: int | None = None,
    on: date,
) -> Recorded:
    """Of a contract, or of a package that has none yet."""
    project = _enter(project_id, actor)
    contract = project.contracts.select_related("package").get(pk=contract_id) if contract_id else None
    package = project.packages.get(pk=package_id) if package_id else None
    warnings = _check_step(project, rules.StepFacts(stage, day, number), contract, package, note, on)
    step = project.purchase_steps.create(
        contract=contract,
        package=package,
        stage=stage,
        on=day,
        number=number.strip(),
        note=note.strip(),
        recorded_by=actor,
        recorded_on=on,
    )
    _keep(project, ABOUT_STEP, step.pk, step.get_stage_display(), uploads, actor, on)
    _journal(project, f"purchase_step:{step.pk}", f"登记{step.get_stage_display()} {day}：{contract or package}")
    return Recorded(step, warnings)


def _check_step(
    project: Project,
    step: rules.StepFacts,
    contract: Contract | None,
    package: Package | None,
    note: str,
    on: date,
) -> tuple[Finding, ...]:
    if step.stage == PurchaseStage.CHANGED and not note.strip():
        refuse("note", "请写明变更了什么、依据哪份补充协议。", field="note")
    return _checked(
        rules.check_step(
            step,
            _done(contract, package),
            edition=project.edition,
            unit_type=project.unit_type,
            has_contract=contract is not None,
            on=on,
        )
    )


def _done(contract: Contract | None, package: Package | None) -> list[rules.StepFacts]:
    """The steps that stand, those of the package and the signing of the contract among them."""
    rows = steps_of(contracts=[contract] if contract else [], packages=[package] if package else [])
    mine = [row for row in rows if row.contract_id in (None, contract.pk if contract else None)]
    signed = [contract] if contract else list(package.contracts.all()) if package else []
    return [
        *(facts_of(row) for row in mine),
        *(rules.StepFacts(PurchaseStage.SIGNED, one.signed_on) for one in signed),
    ]


@operation("作废采购步骤")
def void_step(project_id: int, step_id: int, *, actor: User, reason: str, on: date) -> PurchaseStep:
    """A linked row strikes it out; both stay readable."""
    project = _enter(project_id, actor)
    step = project.purchase_steps.get(pk=step_id)
    voided = PurchaseStep.objects.filter(voids=step).exists()
    refuse_if_blocking(rules.check_void(voided=voided, voiding=step.voids_id is not None, reason=reason))
    row = project.purchase_steps.create(
        contract=step.contract,
        package=step.package,
        stage=step.stage,
        on=step.on,
        note=reason.strip()[:200],
        voids=step,
        recorded_by=actor,
        recorded_on=on,
    )
    _journal(project, f"purchase_step:{step.pk}", f"作废{step}：{reason.strip()}")
    return row
