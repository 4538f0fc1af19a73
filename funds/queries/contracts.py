"""采购与合同: what was bought, how far it is, what is still to be paid. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, Sum

from funds.models import ABOUT_CONTRACT, ABOUT_STEP, Contract, Package, PurchaseStep, Voucher
from funds.rules.contracts import Change, StepFacts, Worth, check_unused, check_voiding, rail_of, worth_on
from funds.rules.flags import COUNTED
from funds.rules.judging import JUDGEABLE
from policy.money import ZERO
from policy.terms import PurchaseStage, VoucherState
from projects.models import Attachment, Project
from ui.parts import Step


def paid_of(contracts: Iterable[int]) -> dict[int, Decimal]:
    """contract → what was paid under it and not refused, less what was reversed. Two statements."""
    ids = list(contracts)
    rows = Voucher.objects.filter(contract__in=ids, reverses=None, state__in=COUNTED).order_by()
    found = dict(rows.values_list("contract").annotate(sum=Sum("amount")))
    back = Voucher.objects.filter(reverses__contract__in=ids, state=VoucherState.RECOGNISED).order_by()
    for contract, amount in back.values_list("reverses__contract").annotate(sum=Sum("amount")):
        found[contract] = found.get(contract, ZERO) - amount
    return found


def changes_of(contracts: Iterable[int], known: date | None = None) -> dict[int, list[Change]]:
    """contract → its 合同变更 with figures that stand, as known at a posting date. One statement, without ids none."""
    ids = list(contracts)
    rows = PurchaseStep.objects.filter(contract__in=ids, stage=PurchaseStage.CHANGED, voids=None)
    rows = rows.filter(Q(amount__isnull=False) | Q(pay_until__isnull=False))
    if known is None:
        rows = rows.filter(voided_by=None)
    else:
        rows = rows.filter(Q(voided_by=None) | Q(voided_by__recorded_on__gt=known), recorded_on__lte=known)
    found: dict[int, list[Change]] = defaultdict(list)
    for contract, *facts in rows.order_by("on", "pk").values_list("contract", "on", "amount", "pay_until"):
        found[contract].append(Change(*facts))
    return found


def signed_worth(contract: Contract) -> Worth:
    return Worth(contract.amount, contract.retention_due_on)


def worths_of(contracts: Iterable[Contract], on: date | None = None) -> dict[int, Worth]:
    """contract → what it is worth on a day, today without one. One statement."""
    rows = list(contracts)
    changes = changes_of(row.pk for row in rows)
    return {row.pk: worth_on(signed_worth(row), changes.get(row.pk, ()), on) for row in rows}


@dataclass(frozen=True, slots=True)
class Standing:
    """A contract with its figures. `worth`: after 合同变更; `left`: 已签约未付; `retention_left`: of it, 质保金."""

    contract: Contract
    paid: Decimal
    rail: list[Step]
    worth: Worth

    @property
    def amount(self) -> Decimal:
        """Nothing, once it is voided."""
        return ZERO if self.contract.voided_on else self.worth.amount

    @property
    def left(self) -> Decimal:
        return max(self.amount - self.paid, ZERO)

    @property
    def over(self) -> Decimal:
        return max(self.paid - self.amount, ZERO)

    @property
    def retention_left(self) -> Decimal:
        return min(self.contract.retention, self.left)


def standing_of(contracts: Iterable[Contract]) -> list[Standing]:
    """Five statements, however many contracts."""
    rows = list(contracts)
    paid = paid_of(row.pk for row in rows)
    steps, worths = steps_of(contracts=rows), worths_of(rows)
    return [
        Standing(row, spent, _rail(row, spent, steps, worths[row.pk].amount), worths[row.pk])
        for row in rows
        for spent in [paid.get(row.pk, ZERO)]
    ]


def _rail(contract: Contract, paid: Decimal, steps: Iterable[PurchaseStep], amount: Decimal) -> list[Step]:
    """But for the 质保金, which has a station of its own, is everything paid?"""
    whole, retained = paid >= amount - contract.retention, contract.retention > ZERO
    return rail_of(_facts(steps, contract), paid=paid > ZERO, whole=whole, retained=retained)


def _facts(steps: Iterable[PurchaseStep], contract: Contract) -> list[StepFacts]:
    own = [facts_of(step) for step in steps if _about(step, contract.pk, contract.package_id)]
    named = {fact.stage for fact in own}
    if contract.package is not None and PurchaseStage.PACKAGE not in named:
        own.append(StepFacts(PurchaseStage.PACKAGE, contract.package.recorded_on))
    if PurchaseStage.SIGNED not in named:
        own.append(StepFacts(PurchaseStage.SIGNED, contract.signed_on))
    return own


def facts_of(step: PurchaseStep) -> StepFacts:
    return StepFacts(step.stage, step.on, step.number)


def _about(step: PurchaseStep, contract: int, package: int | None) -> bool:
    """A step of the contract itself, or of its package before there was a contract."""
    return step.contract_id == contract or (
        step.contract_id is None and step.package_id is not None and step.package_id == package
    )


def steps_of(
    *, contracts: Iterable[Contract] = (), packages: Iterable[Package] = (), voided: bool = False
) -> list[PurchaseStep]:
    """The steps of these and of the packages they belong to, without what was struck out. One statement."""
    contracts = list(contracts)
    ids = {row.pk for row in packages} | {row.package_id for row in contracts if row.package_id}
    about = Q(contract__in=[row.pk for row in contracts]) | Q(package__in=ids)
    rows = PurchaseStep.objects.filter(about).select_related("recorded_by")
    if not voided:
        rows = rows.filter(voids=None, voided_by=None)
    return list(rows.order_by("on", "pk"))


def history_of(contract: Contract) -> list[PurchaseStep]:
    """Everything recorded, struck out or not, each with its `files`."""
    rows = steps_of(contracts=[contract], voided=True)
    rows = [row for row in rows if _about(row, contract.pk, contract.package_id)]
    return _with_files(rows)


def _with_files(rows: list[PurchaseStep]) -> list[PurchaseStep]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    if rows:
        kept = Attachment.objects.filter(project=rows[0].project_id, about=ABOUT_STEP).select_related("uploaded_by")
        for file in kept.filter(about_id__in=[row.pk for row in rows]):
            found[file.about_id].append(file)
    voiding = {row.voids_id: row for row in rows if row.voids_id}
    for row in rows:
        row.files = found[row.pk]  # type: ignore[attr-defined]
        row.struck = voiding.get(row.pk)  # type: ignore[attr-defined]
    return rows


def contract_files(contract: Contract) -> list[Attachment]:
    return list(Attachment.objects.filter(project=contract.project_id, about=ABOUT_CONTRACT, about_id=contract.pk))


@dataclass(frozen=True, slots=True)
class Bought:
    """A package with the contracts signed under it. `waiting`: steps before there is a contract."""

    package: Package
    items: Decimal
    contracted: Decimal
    rail: list[Step]


def packages_of(project: Project) -> list[Bought]:
    """Five statements. What was voided comes last, without steps."""
    live = Prefetch("contracts", Contract.objects.filter(voided_on=None))
    rows = sorted(
        project.packages.select_related("voided_by").prefetch_related("items", live),
        key=lambda row: row.voided_on is not None,
    )
    steps = steps_of(packages=rows)
    worths = worths_of(contract for row in rows for contract in row.contracts.all())
    found = []
    for row in rows:
        own = [facts_of(step) for step in steps if step.package_id == row.pk]
        own += [StepFacts(PurchaseStage.SIGNED, contract.signed_on) for contract in row.contracts.all()]
        if not any(fact.stage == PurchaseStage.PACKAGE for fact in own):
            own.append(StepFacts(PurchaseStage.PACKAGE, row.recorded_on))
        items = sum((item.unit_price * item.quantity for item in row.items.all()), ZERO)
        contracted = sum((worths[contract.pk].amount for contract in row.contracts.all()), ZERO)
        found.append(Bought(row, items, contracted, rail_of(own, upto=PurchaseStage.SIGNED)))
    return found


@dataclass(frozen=True, slots=True)
class Totals:
    count: int
    amount: Decimal
    paid: Decimal
    left: Decimal
    retention_left: Decimal


def totals_of(rows: Iterable[Standing]) -> Totals:
    """Of what stands."""
    rows = [row for row in rows if row.contract.voided_on is None]
    return Totals(
        len(rows),
        sum((row.amount for row in rows), ZERO),
        sum((row.paid for row in rows), ZERO),
        sum((row.left for row in rows), ZERO),
        sum((row.retention_left for row in rows), ZERO),
    )


def recognised_under(contract: Contract) -> bool:
    """Whether a payment under it was recognised: from then on its facts stand."""
    return contract.vouchers.filter(state=VoucherState.RECOGNISED, reverses=None).exists()


def waiting_under(contract: Contract) -> bool:
    """Whether finance has a payment under it before it: what it judges must not change meanwhile."""
    return contract.vouchers.filter(state__in=JUDGEABLE, reverses=None).exists()


def why_fixed(contract: Contract) -> str:
    """Why its facts cannot be edited now; "" where they can."""
    if contract.voided_on:
        return "合同已作废，原记录仍可查看"
    if recognised_under(contract):
        return "已有认定的付款，合同要素不再修改；变更请登记“合同变更”步骤"
    return "有支出待财政审核或暂不认定，合同要素暂不能修改；请先由财政退回或认定" if waiting_under(contract) else ""


def named_by(contract: Contract) -> tuple[list[str], list[str]]:
    """Payments, of whatever state, and cards that name it."""
    return (
        list(contract.vouchers.filter(reverses=None).order_by("pk").values_list("number", flat=True)),
        list(contract.assets.order_by("pk").values_list("card_number", flat=True)),
    )


def why_kept(contract: Contract) -> str:
    """Why it cannot be voided now; "" where it can."""
    payments, assets = named_by(contract)
    voided = [*check_voiding(voided=contract.voided_on is not None, reason="-")]
    return " ".join(one.message for one in [*voided, *check_unused(payments=payments, assets=assets)])


def signed_under(package: Package) -> list[str]:
    return list(package.contracts.filter(voided_on=None).values_list("number", flat=True))
