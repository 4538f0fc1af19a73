"""采购与合同: what was bought, how far it is, what is still to be paid. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from funds.models import ABOUT_CONTRACT, ABOUT_STEP, Contract, Package, PurchaseStep, Voucher
from funds.rules.contracts import StepFacts, rail_of
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


@dataclass(frozen=True, slots=True)
class Standing:
    """A contract with its figures. `left`: 已签约未付; `retention_left`: of it, what is kept back as 质保金."""

    contract: Contract
    paid: Decimal
    rail: list[Step]

    @property
    def left(self) -> Decimal:
        return max(self.contract.amount - self.paid, ZERO)

    @property
    def over(self) -> Decimal:
        return max(self.paid - self.contract.amount, ZERO)

    @property
    def retention_left(self) -> Decimal:
        return min(self.contract.retention, self.left)


def standing_of(contracts: Iterable[Contract]) -> list[Standing]:
    """Four statements, however many contracts."""
    rows = list(contracts)
    paid = paid_of(row.pk for row in rows)
    steps = steps_of(contracts=rows)
    return [Standing(row, spent, _rail(row, spent, steps)) for row in rows for spent in [paid.get(row.pk, ZERO)]]


def _rail(contract: Contract, paid: Decimal, steps: Iterable[PurchaseStep]) -> list[Step]:
    """But for the 质保金, which has a station of its own, is everything paid?"""
    whole, retained = paid >= contract.amount - contract.retention, contract.retention > ZERO
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
        kept = Attachment.objects.filter(project=rows[0].project_id, about=ABOUT_STEP)
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
    """Four statements."""
    rows = list(project.packages.prefetch_related("items", "contracts"))
    steps = steps_of(packages=rows)
    found = []
    for row in rows:
        own = [facts_of(step) for step in steps if step.package_id == row.pk]
        own += [StepFacts(PurchaseStage.SIGNED, contract.signed_on) for contract in row.contracts.all()]
        if not any(fact.stage == PurchaseStage.PACKAGE for fact in own):
            own.append(StepFacts(PurchaseStage.PACKAGE, row.recorded_on))
        items = sum((item.unit_price * item.quantity for item in row.items.all()), ZERO)
        contracted = sum((contract.amount for contract in row.contracts.all()), ZERO)
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
    rows = list(rows)
    return Totals(
        len(rows),
        sum((row.contract.amount for row in rows), ZERO),
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
    if recognised_under(contract):
        return "已有认定的付款，合同要素不再修改；变更请登记“合同变更”步骤"
    return "有支出待财政审核或暂不认定，合同要素暂不能修改；请先由财政退回或认定" if waiting_under(contract) else ""
