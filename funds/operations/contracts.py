"""采购与合同: packages, contracts and the steps between them. A wrong step is struck out by another row, never edited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation
from accounts.models import User
from funds.models import ABOUT_CONTRACT, ABOUT_STEP, Contract, Package, PurchaseStep
from funds.operations.flags import refresh_flags
from funds.operations.register import (
    Items,
    check_category,
    check_package,
    checked,
    enter,
    keep_items,
    standing_contract,
    standing_package,
    write,
)
from funds.operations.seen import check_seen
from funds.queries.contracts import (
    changes_of,
    contract_files,
    facts_of,
    paid_of,
    recognised_under,
    signed_worth,
    steps_of,
    waiting_under,
    worths_of,
)
from funds.rules import contracts as rules
from policy.findings import Finding, refuse, refuse_if_blocking
from policy.money import ZERO, yuan
from policy.spelling import number_key
from policy.terms import PurchaseStage
from projects import files
from projects.models import Project

Uploads = Iterable[UploadedFile]
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
    project, items = enter(project_id, actor), list(items)
    check_category(project, category)
    warnings = check_package(project, name, category, budget, items)
    package = project.packages.create(
        name=name.strip(),
        category=category,
        procurement=procurement,
        budget=budget,
        recorded_by=actor,
        recorded_on=on,
    )
    keep_items(package, items)
    write(project, f"package:{package.pk}", f"登记采购包 {package.name}，{yuan(budget)}", budget=budget)
    return Recorded(package, warnings)


@operation("登记合同")
def record_contract(
    project_id: int, *, actor: User, on: date, uploads: Uploads, package_id: int | None = None, **facts: Any
) -> Recorded:
    """`facts`: FACTS."""
    project, uploads = enter(project_id, actor), list(uploads)
    package = standing_package(project, package_id) if package_id else None
    warnings = _check_contract(project, facts, package, on, files=len(uploads))
    contract = project.contracts.create(package=package, recorded_by=actor, recorded_on=on, **_clean(facts))
    _keep(project, ABOUT_CONTRACT, contract.pk, "合同", uploads, actor, on)
    write(project, f"contract:{contract.pk}", f"登记合同 {contract}，{yuan(contract.amount)}", amount=contract.amount)
    return Recorded(contract, warnings)


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in facts.items() if name in FACTS}


def _check_contract(
    project: Project, facts: dict[str, Any], package: Package | None, on: date, *, files: int, own: int = 0
) -> tuple[Finding, ...]:
    check_category(project, facts["category"])
    number = facts["number"].strip()
    found = list(
        rules.check_contract(
            number=number,
            twin=_twin(project, number, own),
            amount=facts["amount"],
            signed_on=facts["signed_on"],
            retention=facts["retention"],
            retention_due_on=facts["retention_due_on"],
            files=files,
            on=on,
        )
    )
    if package is not None:
        others = package.contracts.filter(voided_on=None).exclude(pk=own)
        signed = sum((worth.amount for worth in worths_of(others).values()), ZERO)
        found += rules.check_within_package(amount=facts["amount"], contracted=signed, budget=package.budget)
    return checked(found)


def _twin(project: Project, number: str, own: int) -> str:
    same = project.contracts.filter(number_key=number_key(number), voided_on=None).exclude(pk=own)
    return next(iter(same.values_list("number", flat=True)[:1]), "")


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
    seen: str | None = None,
    **facts: Any,
) -> Recorded:
    """Until a payment under it is recognised; after that a change is a step of its own."""
    project, uploads = enter(project_id, actor), list(uploads)
    contract = standing_contract(project, contract_id)
    check_seen(project, contract, seen, actor=actor)
    waiting = waiting_under(contract)
    refuse_if_blocking(rules.check_fixed(recognised=recognised_under(contract), waiting=waiting))
    package = standing_package(project, package_id) if package_id else None
    kept = len(contract_files(contract)) + len(uploads)
    warnings = _check_contract(project, facts, package, on, files=kept, own=contract.pk)
    told = {name: value for name, value in _clean(facts).items() if getattr(contract, name) != value}
    for name, value in told.items():
        setattr(contract, name, value)
    contract.package = package
    contract.save(update_fields=[*told, "number_key", "package"])
    _keep(project, ABOUT_CONTRACT, contract.pk, "合同", uploads, actor, on)
    refresh_flags(project, list(contract.vouchers.all()), on=on)
    write(project, f"contract:{contract.pk}", f"修改合同 {contract}", **told)
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
    amount: Decimal | None = None,
    pay_until: date | None = None,
    on: date,
) -> Recorded:
    """Of a contract, or of a package that has none yet. `amount`, `pay_until`: of a 合同变更, from `day` on."""
    project, uploads = enter(project_id, actor), list(uploads)
    contract = standing_contract(project, contract_id) if contract_id else None
    package = standing_package(project, package_id) if package_id else None
    _check_change(contract, stage, rules.Change(day, amount, pay_until), files=len(uploads))
    warnings = _check_step(project, rules.StepFacts(stage, day, number), contract, package, note, on)
    step = project.purchase_steps.create(
        contract=contract,
        package=package,
        stage=stage,
        on=day,
        number=number.strip(),
        note=note.strip(),
        amount=amount,
        pay_until=pay_until,
        recorded_by=actor,
        recorded_on=on,
    )
    _keep(project, ABOUT_STEP, step.pk, step.get_stage_display(), uploads, actor, on)
    told = {} if amount is None else {"amount": amount}
    if contract is not None and amount is not None:
        refresh_flags(project, list(contract.vouchers.all()), on=on)
    write(project, f"purchase_step:{step.pk}", f"登记{step.get_stage_display()} {day}：{contract or package}", **told)
    return Recorded(step, warnings)


def _check_change(contract: Contract | None, stage: str, change: rules.Change, *, files: int) -> None:
    if stage != PurchaseStage.CHANGED:
        if change.amount is not None or change.pay_until:
            refuse("amount", "只有合同变更填写变更后金额和付款期限。", field="stage")
    elif contract is not None:
        found = rules.check_change(
            change=change,
            changes=changes_of([contract.pk]).get(contract.pk, ()),
            signed=signed_worth(contract),
            signed_on=contract.signed_on,
            paid=paid_of([contract.pk]).get(contract.pk, ZERO),
            retention=contract.retention,
            files=files,
        )
        refuse_if_blocking(list(found))


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
    return checked(
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
    under = package.contracts.filter(voided_on=None) if package else []
    signed = [contract] if contract else list(under)
    return [
        *(facts_of(row) for row in mine),
        *(rules.StepFacts(PurchaseStage.SIGNED, one.signed_on) for one in signed),
    ]


@operation("作废采购步骤")
def void_step(project_id: int, step_id: int, *, actor: User, reason: str, on: date) -> PurchaseStep:
    """A linked row strikes it out; both stay readable."""
    project = enter(project_id, actor)
    step = project.purchase_steps.get(pk=step_id)
    voided = PurchaseStep.objects.filter(voids=step).exists()
    refuse_if_blocking(rules.check_void(voided=voided, voiding=step.voids_id is not None, reason=reason))
    if step.amount is not None and step.contract is not None:
        refuse_if_blocking(_check_change_voided(step, step.contract))
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
    if step.amount is not None and step.contract is not None:
        refresh_flags(project, list(step.contract.vouchers.all()), on=on)
    write(project, f"purchase_step:{step.pk}", f"作废{step}：{reason.strip()}")
    return row


def _check_change_voided(step: PurchaseStep, contract: Contract) -> list[Finding]:
    left = list(changes_of([contract.pk]).get(contract.pk, ()))
    gone = rules.Change(step.on, step.amount, step.pay_until)
    if gone in left:
        left.remove(gone)
    after = rules.worth_on(signed_worth(contract), left).amount
    return list(rules.check_change_voided(after=after, paid=paid_of([contract.pk]).get(contract.pk, ZERO)))
