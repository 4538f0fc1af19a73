"""What the rules of 疑点 read and what they say: payments, their surroundings, suspicions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices

from funds.rules.sameness import Party, party
from policy.calendar import WorkCalendar
from policy.edition import Basis, Edition
from policy.terms import PayWay, Rank, Severity, VoucherState


class FlagRule(TextChoices):
    INVOICE = "invoice", "同一发票超过发票总额"
    INVOICE_ELSEWHERE = "invoice_elsewhere", "同一发票用于两个项目"
    SPLIT = "split", "疑似拆分支付"
    STAFF = "staff", "收款方为本单位人员"
    CASH = "cash", "现金支付"
    DAY_OFF = "day_off", "休息日支付"
    YEAR_END = "year_end", "年底集中支付"
    PRICE = "price", "单价明显高于预算"
    SLIP = "slip", "金额疑似元、万元错写"
    NO_CARD = "no_card", "设备未登记资产卡"
    WORDS = "words", "摘要含负面清单用语"
    PERIOD = "period", "建设期外或临近起止"
    TWICE = "twice", "两个项目支出相同"
    CONTRACT = "contract", "付款超过合同金额"
    TERMS = "contract_terms", "付款与合同不符"
    RECEIPT = "receipt_mismatch", "到账与拨付不符"
    PERSON = "person", "人工提出"


# Payments that rules look at: sent by the unit and not back with it.
LIVE = frozenset({VoucherState.SUBMITTED, VoucherState.QUESTIONED, VoucherState.RECOGNISED, VoucherState.DISALLOWED})
# Of those, the ones that use up an invoice or a contract.
COUNTED = LIVE - {VoucherState.DISALLOWED}
# Categories whose goods go on a card where the edition leaves it to the unit.
CARDED = frozenset({"equipment"})
# Limits under which a payment needs one signature less, or no public procurement.
THRESHOLDS = ("second_signature_yuan", "procurement_yuan")
OTHER_PROJECT = "另一项目"
FEWEST_FOR_MEDIAN = 4
OURS = Basis("系统默认", Rank.DEFAULT, blocks=False)


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment. `amount`: less what was reversed; `carded`: an asset card is named or linked."""

    id: int
    number: str
    paid_on: date
    category: str
    payee: str
    abstract: str
    amount: Decimal
    state: str = VoucherState.SUBMITTED
    pay_way: str = PayWay.TRANSFER
    invoice_key: str = ""
    invoice_number: str = ""
    invoice_total: Decimal | None = None
    quantity: int | None = None
    unit_price: Decimal | None = None
    carded: bool = False
    contract: int | None = None
    seller: str = ""
    contract_numbers: tuple[str, ...] = ()

    @property
    def party(self) -> Party:
        return party((self.payee, self.seller), self.contract_numbers, self.contract)

    @property
    def counts(self) -> bool:
        return self.state in COUNTED


@dataclass(frozen=True, slots=True)
class Contracted:
    """A contract that payments name. `items`: name and budgeted unit price of what its package holds; `pay_until`: as a
    合同变更 agreed it (质保金 falls due on its day and is paid after it); `changed_on`: when the last one with figures was
    recorded."""

    number: str
    amount: Decimal
    signed_on: date
    paid: Decimal
    items: tuple[tuple[str, Decimal], ...] = ()
    supplier: str = ""
    category: str = ""
    pay_until: date | None = None
    recorded_on: date | None = None
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What payments are looked at against. `by_…`: of the same project, `…_elsewhere`: of others; `by_party`: by
    `Party.keys`; `usual`: amounts by category; `budgets`: of all sources by category; `staff`: names, in plain spelling."""

    edition: Edition
    unit_type: str
    start_on: date | None
    end_on: date | None
    on: date
    calendar: WorkCalendar
    by_invoice: Mapping[str, tuple[Paid, ...]] = field(default_factory=dict)
    by_party: Mapping[str, tuple[Paid, ...]] = field(default_factory=dict)
    invoice_elsewhere: Mapping[str, tuple[Paid, ...]] = field(default_factory=dict)
    payee_elsewhere: Mapping[str, tuple[Paid, ...]] = field(default_factory=dict)
    contracts: Mapping[int, Contracted] = field(default_factory=dict)
    usual: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    budgets: Mapping[str, Decimal] = field(default_factory=dict)
    staff: frozenset[str] = frozenset()

    def of_one_matter(self, paid: Paid) -> list[Paid]:
        """What was paid to the same party or under the same contract, however it was typed; oldest first."""
        found = {row.id: row for key in paid.party.keys for row in self.by_party.get(key, ())}
        return sorted(found.values(), key=lambda row: (row.paid_on, row.id))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`figures`: label → text, the arithmetic; `measure`: the yuan in question; `elsewhere`: payments of others."""

    rule: FlagRule
    message: str
    figures: Mapping[str, str]
    measure: Decimal
    basis: Basis = OURS
    severity: Severity = Severity.WARNING
    elsewhere: tuple[int, ...] = ()
