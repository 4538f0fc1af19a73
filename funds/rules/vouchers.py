"""A payment that was made is a fact: it is recorded, then judged. Limits decide what may be 认定 (handbook 5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from funds.ledger import ISSUED_SOURCES, Ledger
from funds.rules.required import binds, measure_of
from policy.days import check_day, check_year
from policy.edition import Category, Edition
from policy.findings import Finding, blocking
from policy.money import LARGEST, ZERO, yuan
from policy.spelling import number_key
from policy.terms import EntryType, Kind, Rank, Severity, Source, Stage, VoucherState

CLOSED_STAGES = frozenset({Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED})
EDITABLE = frozenset({VoucherState.DRAFT, VoucherState.RETURNED})


MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """What a payment is measured against. `hold`: the 暂停 that stands, in words."""

    edition: Edition
    kind: str
    stage: str
    build_start_on: date | None
    build_end_on: date | None
    ledger: Ledger
    hold: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The registered contract a payment is made under. `amount`: what binds a payment of that day (`tail_worth`);
    `used`: what other payments under it hold or have spent."""

    number: str
    signed_on: date
    amount: Decimal
    used: Decimal = ZERO
    proved: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """`approved`: the joint approval that 其他 needs beforehand is attached."""

    category: str
    source: str
    amount: Decimal
    paid_on: date
    approved: bool = False
    contract: Terms | None = None


def check_entry(
    *,
    amount: Decimal,
    paid_on: date,
    on: date,
    number: str,
    source: str,
    twin: tuple[date, Decimal] | None,
    fund_year: int | None = None,
    invoice_on: date | None = None,
) -> Iterator[Finding]:
    """Wrong input, which is refused; `twin`: date and amount of another payment with the same number."""
    yield from check_day("支付日期", paid_on, field="paid_on")
    yield from check_day("开票日期", invoice_on, field="invoice_on")
    yield from check_year("资金年度", fund_year, field="fund_year")
    if not number_key(number):
        yield blocking("number", "请填写凭证号。", field="number")
    if twin:
        said = f"凭证号「{number}」已登记（{twin[0]}，{yuan(twin[1])}）。同一凭证只登记一次，请核对号码。"
        yield blocking("number_taken", said, field="number")
    if not ZERO < amount <= LARGEST:
        yield blocking("amount", "金额应大于 0；退款、更正请用冲销。", field="amount")
    if paid_on > on:
        said = f"支付日期 {paid_on} 晚于今天 {on}。只登记已经支付的款项。"
        yield blocking("paid_on", said, field="paid_on")
    if invoice_on is not None and invoice_on > on:
        said = f"开票日期 {invoice_on} 晚于今天 {on}。请核对发票。"
        yield blocking("invoice_on", said, field="invoice_on")
    if source not in Source.values:
        yield blocking("source", f"没有资金来源「{source}」。", field="source")


def check_submission(*, state: str, evidence: int, own: bool, reversal: bool = False) -> Iterator[Finding]:
    """Whether a payment may be sent to finance by this person. `own`: the person entered or edited it."""
    if state not in EDITABLE or reversal:
        yield blocking("state", f"该笔支出{VoucherState(state).label}，不能提交。")
    if own:
        yield blocking("sod", "您登记或修改过本笔支出，须由另一位单位负责人提交。", "职责分离 SD1")
    if evidence == 0:
        yield blocking("evidence", "尚未上传支出凭证，请经办人补传后提交。")


def check_gather(rows: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """`rows`: number, state and the batch that is being made up and holds it already."""
    rows = list(rows)
    if not rows:
        yield blocking("rows", "请至少选择一笔草稿或退回的支出。")
    for number, state, batch in rows:
        if state not in EDITABLE:
            yield blocking("state", f"{number} {VoucherState(state).label}，不能编入批次。")
        elif batch:
            yield blocking("batch", f"{number} 已在{batch}中。")


def check_handover(*, leader: bool, same: bool, known: bool) -> Iterator[Finding]:
    """`leader`: the person who hands over belongs to the unit; `known`: who takes over is a clerk of it today."""
    if not leader:
        yield blocking("leader", "支出草稿由项目单位负责人交接。")
    if same:
        yield blocking("taker", "接手人与移交人是同一人，请另选接手人。", field="taker")
    elif not known:
        yield blocking("taker", "接手人须是本单位在岗的经办人，请先邀请或任命经办。", field="taker")


def check_category(edition: Edition, kind: str, category: str, *, kept: str = "") -> Iterator[Finding]:
    """A payment is typed as a category of its kind; `kept`: the one it bears already, which no edit takes from it."""
    allowed = {item.code: item.name for item in edition.categories_for(Kind(kind))}
    if category not in allowed and (not kept or category != kept):
        name = next((item.name for item in edition.categories if item.code == category), category)
        said = f"「{name}」不是{Kind(kind).label}的支出类别，请选择：{'、'.join(allowed.values())}。"
        others = [item.name for item in edition.categories_for(Kind(kind)) if item.needs_approval]
        said += f"用途不在其中的，登记为「{others[0]}」，附两厅批复；没有批复的不能认定。" if others else ""
        yield blocking("category", said, edition.document, rank=Rank.NOTICE, field="category")


def check_required(
    edition: Edition, *, category: str, unit_type: str, source: str, amount: Decimal, facts: Mapping[str, Any]
) -> Iterator[Finding]:
    """Every fact of the payment that the edition asks for and that is missing. Own money is recorded as it is."""
    if source == Source.OWN:
        return
    name = next((item.name for item in edition.categories if item.code == category), category)
    for row in edition.payment_fields:
        price = facts.get("unit_price")
        asked = binds(row, edition, category=category, unit_type=unit_type, amount=amount, unit_price=price)
        if facts.get(row.field) or not asked:
            continue
        said = f"「{name}」类支出须填写{row.label}"
        if row.from_limit:
            measure = measure_of(row, amount=amount, unit_price=price)
            said += f"（{'单价' if row.by_unit_price else '金额'} {yuan(measure)}，达到 {edition.number(row.from_limit):,} 元）"
        yield Finding(
            f"missing_{row.field}", row.basis.severity, f"{said}。", row.basis.clause, row.basis.rank, row.field
        )


def quarter_of(day: date) -> str:
    return f"{day.year}年第{(day.month - 1) // MONTHS_A_QUARTER + 1}季度"


def check_entry_type(*, entry_type: str, about_period: str, paid_on: date, on: date) -> Iterator[Finding]:
    """`on`: the day it was first recorded. A row of an earlier quarter says so."""
    late = _quarter(paid_on) < _quarter(on)
    if entry_type == EntryType.ORDINARY and late:
        said = f"支付日期 {paid_on} 属于{quarter_of(paid_on)}，早于登记的{quarter_of(on)}，应登记为补录或以前期更正。"
        yield blocking("entry_type", said, field="entry_type")
    elif entry_type == EntryType.LATE and not late:
        said = f"支付日期 {paid_on} 就在登记的{quarter_of(on)}，不是补录。"
        yield blocking("entry_type", said, field="entry_type")
    elif entry_type == EntryType.CORRECTION and not about_period:
        yield blocking("about_period", "以前期更正须选择所属期间。", field="about_period")


def entry_type_of(paid_on: date, on: date) -> EntryType:
    """What a payment is when nobody says: 补录 where it was made in an earlier quarter than it is recorded in."""
    return EntryType.LATE if _quarter(paid_on) < _quarter(on) else EntryType.ORDINARY


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // MONTHS_A_QUARTER


def check_limits(payment: Payment, setting: Setting) -> Iterator[Finding]:
    """Every limit the payment lies outside. The ledger must not hold a reserve of this very payment."""
    yield from _check_stage(payment, setting)
    yield from _check_period(payment, setting)
    allowed = {item.code: item for item in setting.edition.categories_for(Kind(setting.kind))}
    category = allowed.get(payment.category)
    if category is None:
        yield _outside(payment, setting, next(iter(allowed.values())))
        return
    if category.needs_approval and not payment.approved:
        said = f"「{category.name}」须{category.allowed}，{category.not_allowed}。请补传两厅批复。"
        yield blocking("approval", said, category.basis.clause, rank=category.basis.rank)
    yield from _check_budget_line(payment, setting, category)
    yield from _check_source(payment, setting)


def _check_stage(payment: Payment, setting: Setting) -> Iterator[Finding]:
    """A payment of the build period may be judged at any stage before the project's money is closed."""
    stage = Stage(setting.stage)
    if stage in CLOSED_STAGES:
        said = f"项目处于“{stage.label}”，不再列支专项资金。请在清算中说明。"
        yield blocking("stage", said, "通知六（一）", rank=Rank.NOTICE)
    if setting.hold:
        said = f"{setting.hold}暂停期间不占用、不认定；请按文件要求整改，由两厅联合恢复后再审核。"
        yield blocking("hold", said, "办理暂停的两厅文件")


def _check_period(payment: Payment, setting: Setting) -> Iterator[Finding]:
    start, end = setting.build_start_on, setting.build_end_on
    if start is None or end is None:
        yield blocking("period", "建设期尚未启动，起止日期未定。请待省人社厅启动建设期。")
        return
    if start <= payment.paid_on <= end:
        return
    said = f"支付日期 {payment.paid_on} 不在建设期 {start} 至 {end} 内。"
    if payment.paid_on > end:
        why = _why_no_tail(payment, start, end)
        if not why:
            return
        said += why
    basis = setting.edition.limit("build_months").basis
    yield blocking("period", said, basis.clause, rank=basis.rank)


def _why_no_tail(payment: Payment, start: date, end: date) -> str:
    """Why a payment after the end is no last instalment or 质保金 of the build period; "" where it is one (L12)."""
    contract = payment.contract
    if contract is None:
        return "尾款、质保金须选择建设期内签订的已登记合同。"
    if not start <= contract.signed_on <= end:
        return f"合同 {contract.number} 于 {contract.signed_on} 签订，不在建设期内。"
    if not contract.proved:
        return f"合同 {contract.number} 尚未上传合同文本，请在合同登记中补传后再提交。"
    left = contract.amount - contract.used
    if payment.amount > left:
        return (
            f"合同 {contract.number} 金额 {yuan(contract.amount)}（建设期届满后增加的不计），"
            f"已付和占用 {yuan(contract.used)}，仅余 {yuan(left)}，本笔 {yuan(payment.amount)}。"
        )
    return ""


def _outside(payment: Payment, setting: Setting, example: Category) -> Finding:
    name = next((item.name for item in setting.edition.categories if item.code == payment.category), payment.category)
    said = f"支出类别「{name}」不在{Kind(setting.kind).label}资金使用范围内。"
    return blocking("category", said, example.basis.clause, rank=example.basis.rank)


def _check_budget_line(payment: Payment, setting: Setting, category: Category) -> Iterator[Finding]:
    source = Source(payment.source).label
    line = setting.ledger.line(payment.category, payment.source)
    if not setting.ledger.lines:
        yield blocking("budget", "预算尚未批准，暂无可用额度。请先编报预算。", category.basis.clause)
    elif payment.amount > line.left:
        yield blocking(
            "budget",
            f"「{category.name}」（{source}）预算 {yuan(line.budget)}，已支出和占用 {yuan(line.used)}，"
            f"仅余 {yuan(line.left)}，本笔 {yuan(payment.amount)}，超出 {yuan(payment.amount - line.left)}。",
            category.basis.clause,
            rank=category.basis.rank,
        )


def _check_source(payment: Payment, setting: Setting) -> Iterator[Finding]:
    source = Source(payment.source)
    balance = setting.ledger.source(source)
    if payment.amount > balance.left:
        sent_back = "（已扣除缴回的资金）" if balance.limit < balance.received else ""
        limit = f"到账{sent_back}" if source in ISSUED_SOURCES else "计划"
        yield blocking(
            "received",
            f"{source.label}{limit} {yuan(balance.limit)}，已支出和占用 {yuan(balance.reserved + balance.spent)}，"
            f"仅余 {yuan(balance.left)}，本笔 {yuan(payment.amount)}。",
            "通知五",
            rank=Rank.NOTICE,
        )


def check_reversal(
    *, state: str, is_reversal: bool, amount: Decimal, remaining: Decimal, reason: str, closed: bool
) -> Iterator[Finding]:
    """冲销 of a recognised payment, up to what earlier 冲销 left of it (L6)."""
    if is_reversal:
        yield blocking("reversal", "冲销记录不能再冲销；如冲销有误，请另行登记支出。")
    elif state != VoucherState.RECOGNISED:
        yield blocking("state", f"该笔支出{VoucherState(state).label}，只有已认定的支出可以冲销。")
    elif closed:
        yield blocking("settled", "项目资金已清算，账目不再变动。")
    elif amount <= ZERO:
        yield blocking("amount", "冲销金额应大于 0。", field="amount")
    elif amount > remaining:
        said = f"本笔尚可冲销 {yuan(remaining)}，您填写 {yuan(amount)}。请核减。"
        yield blocking("amount", said, field="amount")
    if not reason.strip():
        yield blocking("reason", "请写明冲销理由。", field="reason")


def check_ledger(*, edition: Edition, ledger: Ledger, building: bool = True) -> Iterator[Finding]:
    """What deserves a look: categories nearly used up while the unit still builds, payments that wait for 认定."""
    limit, names = edition.limit("warn_share"), {item.code: item.name for item in edition.categories}
    clause = f"{limit.label}（{limit.basis.clause}）" if limit.basis.rank != Rank.DEFAULT else limit.label
    for line in ledger.categories if building else ():
        if line.used_share is not None and line.used >= edition.ratio("warn_share") * line.budget:
            said = f"{names.get(line.category, line.category)}已用 {yuan(line.used)}，占预算 {yuan(line.budget)}的"
            yield Finding(
                f"nearly_spent:{line.category}",
                Severity.WARNING,
                f"{said} {line.used_share * 100:.2f}%",
                clause,
                limit.basis.rank,
            )
    if ledger.pending_count:
        said = f"{ledger.pending_count} 笔支出（含冲销）待财政认定，合计 {yuan(ledger.pending)}"
        yield Finding("waiting", Severity.NOTICE, said)
