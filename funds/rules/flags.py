"""疑点: what deserves a person's look. A flag asks, and changes no figure (handbook 5).

Every check takes one payment and what surrounds it, and yields at most one suspicion with its arithmetic. Numbers come
from the edition. What is said of another project never names it: the page adds that for who reaches both.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from funds.rules.contract_flags import check_contract, check_terms
from funds.rules.flag_facts import (
    CARDED,
    COUNTED,
    FEWEST_FOR_MEDIAN,
    LIVE,
    OTHER_PROJECT,
    THRESHOLDS,
    Contracted,
    FlagRule,
    Paid,
    Surroundings,
    Suspicion,
)
from funds.rules.invoices import plain
from funds.rules.required import card_asked
from policy.days import window
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import WAN, ZERO, share, yuan
from policy.terms import PayWay, Severity, VoucherState

__all__ = [
    "COUNTED",
    "LIVE",
    "OTHER_PROJECT",
    "Contracted",
    "FlagRule",
    "Paid",
    "Surroundings",
    "Suspicion",
    "check_close",
    "check_year_end",
    "grew",
    "suspicions",
    "year_end_starts",
]


def suspicions(paid: Paid, around: Surroundings) -> list[Suspicion]:
    return [found for check in CHECKS for found in check(paid, around)]


def grew(then: Decimal, now: Decimal, edition: Edition) -> bool:
    """Whether what a person closed is to be asked again: the yuan in question rose by more than the edition's share."""
    return now > then * (1 + edition.ratio("flag_growth_share"))


def _invoice_total(rows: Iterable[Paid]) -> tuple[Decimal, str]:
    """The smallest total that was stated; where none was, the largest payment stands for it."""
    rows = list(rows)
    stated = [row.invoice_total for row in rows if row.invoice_total is not None]
    if stated:
        return min(stated), yuan(min(stated))
    return max(row.amount for row in rows), f"未填写，按最大一笔 {yuan(max(row.amount for row in rows))} 计"


def _same_invoice(paid: Paid, around: Surroundings) -> list[Paid]:
    rows = around.by_invoice.get(paid.invoice_key, ())
    return [row for row in rows if row.counts or row.id == paid.id] or [paid]


def check_invoice(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    if not paid.invoice_key:
        return
    rows = _same_invoice(paid, around)
    total, said = _invoice_total(rows)
    used = sum((row.amount for row in rows), ZERO)
    if used > total:
        yield Suspicion(
            FlagRule.INVOICE,
            f"发票 {paid.invoice_number} 在本项目列支 {yuan(used)}，超过发票总额 {yuan(used - total)}。",
            {
                "发票号": paid.invoice_number,
                "发票总额": said,
                **{f"凭证 {row.number}": yuan(row.amount) for row in rows},
                "合计": yuan(used),
                "超出": f"{yuan(used)} − {yuan(total)} = {yuan(used - total)}",
            },
            used - total,
        )


def check_invoice_elsewhere(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    """Amounts of the other project are not written down: the unit reads these figures."""
    others = [row for row in around.invoice_elsewhere.get(paid.invoice_key, ()) if row.counts]
    if not (paid.invoice_key and others):
        return
    rows = _same_invoice(paid, around)
    total, said = _invoice_total([*rows, *others])
    own = sum((row.amount for row in rows), ZERO)
    if own + sum((row.amount for row in others), ZERO) > total:
        stated = any(row.invoice_total is not None for row in [*rows, *others])
        yield Suspicion(
            FlagRule.INVOICE_ELSEWHERE,
            f"发票 {paid.invoice_number} 在{OTHER_PROJECT}中也有列支，合计超过发票总额。",
            {
                "发票号": paid.invoice_number,
                "发票总额": said if stated else "未填写",
                "本项目列支": yuan(own),
                OTHER_PROJECT: f"{len(others)} 笔",
            },
            own,
            elsewhere=tuple(row.id for row in others),
        )


def check_split(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    """Said of the payment that crosses the threshold; those before it each lie below."""
    days = around.edition.number("split_days")
    for key in THRESHOLDS:
        if key not in around.edition.limits:
            continue
        limit, basis = Decimal(around.edition.number(key)), around.edition.limit(key)
        rows = [
            row
            for row in around.of_one_matter(paid)
            if (row.paid_on, row.id) <= (paid.paid_on, paid.id)
            and row.paid_on >= window(paid.paid_on, timedelta(days=days))[0]
            and row.amount < limit
            and (row.counts or row.id == paid.id)
        ]
        total = sum((row.amount for row in rows), ZERO)
        if paid.amount < limit <= total and len(rows) > 1:
            yield Suspicion(
                FlagRule.SPLIT,
                f"{days} 天内向「{paid.payee}」或同一合同支付 {len(rows)} 笔，每笔低于 {yuan(limit)}，合计 {yuan(total)}。",
                {
                    "界限": f"{basis.label} {yuan(limit)}",
                    "期间": f"{window(paid.paid_on, timedelta(days=days))[0]} 至 {paid.paid_on}（{days} 天）",
                    **{f"凭证 {row.number}（{row.paid_on}）": yuan(row.amount) for row in rows},
                    "合计": f"{yuan(total)} ≥ {yuan(limit)}",
                },
                total,
                basis.basis,
            )
            return


def check_staff(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    if plain(paid.payee) in around.staff:
        yield Suspicion(
            FlagRule.STAFF,
            f"收款方「{paid.payee}」与本单位人员同名。",
            {"收款方": paid.payee, "比对范围": "单位账号、负责人和联系人姓名", "金额": yuan(paid.amount)},
            paid.amount,
        )


def check_cash(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    limit = around.edition.limit("cash_yuan")
    if paid.pay_way == PayWay.CASH and paid.amount >= around.edition.number("cash_yuan"):
        said = {
            "支付方式": "现金",
            "金额": f"{yuan(paid.amount)} ≥ {yuan(Decimal(around.edition.number('cash_yuan')))}",
        }
        yield Suspicion(FlagRule.CASH, f"以现金支付 {yuan(paid.amount)}。", said, paid.amount, limit.basis)


WEEKDAYS = "一二三四五六日"


def check_day_off(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    day = paid.paid_on
    if not around.calendar.is_working(day):
        weekend = day.weekday() >= 5  # noqa: PLR2004  Saturday
        said = f"星期{WEEKDAYS[day.weekday()]}，{'周末' if weekend and day not in around.calendar.off else '节假日'}"
        yield Suspicion(
            FlagRule.DAY_OFF,
            f"支付日期 {day} 是休息日。",
            {"支付日期": f"{day}（{said}）", "金额": yuan(paid.amount)},
            paid.amount,
            severity=Severity.NOTICE,
        )


def check_price(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    contract = around.contracts.get(paid.contract or 0)
    if paid.unit_price is None or contract is None or not contract.items:
        return
    named = [item for item in contract.items if plain(item[0]) in plain(paid.abstract)]
    name, planned = max(named or contract.items, key=lambda item: item[1])
    limit = around.edition.limit("price_factor")
    if paid.unit_price > planned * around.edition.ratio("price_factor"):
        ratio = share(paid.unit_price, planned) or ZERO
        yield Suspicion(
            FlagRule.PRICE,
            f"单价 {yuan(paid.unit_price)} 是「{name}」预算单价 {yuan(planned)}的 {ratio:.2f} 倍。",
            {
                "单价": yuan(paid.unit_price),
                "预算单价": f"{name} {yuan(planned)}",
                "倍数": f"{yuan(paid.unit_price)} ÷ {yuan(planned)} = {ratio:.2f} ＞ {limit.value}",
            },
            (paid.unit_price - planned) * (paid.quantity or 1),
            limit.basis,
        )


def check_slip(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    limit = around.edition.limit("slip_factor")
    factor = around.edition.number("slip_factor")
    for label, other, times in _compared(paid, around, factor):
        exact = times == WAN
        if (paid.amount == other * times or other == paid.amount * times) if exact else paid.amount >= other * times:
            ratio = paid.amount / other
            yield Suspicion(
                FlagRule.SLIP,
                f"金额 {yuan(paid.amount)} 与{label} {yuan(other)} 相差 {'一万倍' if exact else f'{ratio:.0f} 倍'}。",
                {
                    "金额": yuan(paid.amount),
                    label: yuan(other),
                    "比较": f"{yuan(paid.amount)} ÷ {yuan(other)} = {ratio.normalize():f}"[:60],
                    "界限": "恰为一万倍" if exact else f"{factor} 倍",
                },
                paid.amount,
                limit.basis,
            )
            return


def _compared(paid: Paid, around: Surroundings, factor: int) -> Iterator[tuple[str, Decimal, Decimal]]:
    """What the amount is held against, and from how many times on it looks like a slip."""
    contract = around.contracts.get(paid.contract or 0)
    goods = paid.unit_price * paid.quantity if paid.unit_price and paid.quantity else None
    for label, other in (
        ("发票总额", paid.invoice_total),
        ("合同金额", contract.amount if contract else None),
        ("数量×单价", goods),
    ):
        if other:
            yield label, other, WAN
    usual = around.usual.get(paid.category, ())
    if len(usual) >= FEWEST_FOR_MEDIAN and median(usual):
        yield "同类支出中位数", Decimal(median(usual)), Decimal(factor)
    if budget := around.budgets.get(paid.category):
        yield "该类别预算", budget, Decimal(factor)


def check_card(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    limit = around.edition.limit("asset_card_days")
    due = window(paid.paid_on, timedelta(days=around.edition.number("asset_card_days")))[1]
    asked = card_asked(
        around.edition,
        category=paid.category,
        unit_type=around.unit_type,
        amount=paid.amount,
        unit_price=paid.unit_price,
    )
    wanted = paid.category in CARDED if asked is None else asked  # an enterprise keeps cards by its own rules
    if wanted and paid.state == VoucherState.RECOGNISED and not paid.carded and around.on > due:
        yield Suspicion(
            FlagRule.NO_CARD,
            f"设备付款已 {(around.on - paid.paid_on).days} 天，未登记资产卡。",
            {
                "支付日期": str(paid.paid_on),
                "应登记至": f"{paid.paid_on} + {limit.value} 天 = {due}",
                "今天": f"{around.on}，超过 {(around.on - due).days} 天",
                "金额": yuan(paid.amount),
            },
            paid.amount,
            limit.basis,
        )


def check_words(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    category = next((one for one in around.edition.categories if one.code == paid.category), None)
    found = [word for word in category.words if plain(word) in plain(paid.abstract)] if category else []
    if category and found:
        yield Suspicion(
            FlagRule.WORDS,
            f"摘要含「{'、'.join(found)}」，请说明是否属于不得列支的内容。",
            {"摘要": paid.abstract, "用语": "、".join(found), "不得列支": category.not_allowed},
            paid.amount,
            category.basis,
        )


def check_period(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    start, end = around.start_on, around.end_on
    if start is None or end is None:
        return
    contract = around.contracts.get(paid.contract or 0)
    signed_within = contract is not None and start <= contract.signed_on <= end
    span = {"支付日期": str(paid.paid_on), "建设期": f"{start} 至 {end}"}
    if not start <= paid.paid_on <= end:
        if paid.paid_on < start or not signed_within:
            gap = (start - paid.paid_on).days if paid.paid_on < start else (paid.paid_on - end).days
            side = "早于建设期开始" if paid.paid_on < start else "晚于建设期届满"
            basis = around.edition.limit("build_months").basis
            said = f"支付日期 {paid.paid_on} {side} {gap} 天。"
            yield Suspicion(FlagRule.PERIOD, said, span | {"相差": f"{gap} 天"}, paid.amount, basis)
        return
    near = min((paid.paid_on - start).days, (end - paid.paid_on).days)
    limit = around.edition.limit("edge_days")
    if near <= around.edition.number("edge_days"):
        said = f"支付日期 {paid.paid_on} 距建设期起止只有 {near} 天。"
        figures = span | {"相差": f"{near} 天 ≤ {limit.value} 天"}
        yield Suspicion(FlagRule.PERIOD, said, figures, paid.amount, limit.basis, Severity.NOTICE)


def check_twice(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    same = [
        row
        for row in around.payee_elsewhere.get(plain(paid.payee), ())
        if row.amount == paid.amount and plain(row.abstract) == plain(paid.abstract) and row.counts
    ]
    if same:
        yield Suspicion(
            FlagRule.TWICE,
            f"{OTHER_PROJECT}有收款方、金额、摘要都相同的支出。",
            {
                "收款方": paid.payee,
                "金额": yuan(paid.amount),
                "摘要": paid.abstract,
                OTHER_PROJECT: f"{len(same)} 笔",
            },
            paid.amount,
            elsewhere=tuple(row.id for row in same),
        )


CHECKS: tuple[Callable[[Paid, Surroundings], Iterator[Suspicion]], ...] = (
    check_invoice,
    check_invoice_elsewhere,
    check_split,
    check_staff,
    check_cash,
    check_day_off,
    check_price,
    check_slip,
    check_card,
    check_words,
    check_period,
    check_twice,
    check_contract,
    check_terms,
)


def year_end_starts(year: int, edition: Edition) -> date:
    return date(year, 12, 31) - timedelta(days=edition.number("year_end_days") - 1)


def check_year_end(year: int, *, edition: Edition, late: Decimal, whole: Decimal) -> Iterator[Suspicion]:
    """`late`: paid in the last days of December, `whole`: in the year. Said of the project, once a year."""
    limit, part = edition.limit("year_end_share"), share(late, whole)
    if part is None or late < edition.ratio("year_end_share") * whole:
        return
    days = edition.number("year_end_days")
    yield Suspicion(
        FlagRule.YEAR_END,
        f"{year} 年最后 {days} 天支付 {yuan(late)}，占全年 {part * 100:.2f}%。",
        {
            "期间": f"{year_end_starts(year, edition)} 至 {year}-12-31",
            "期间支付": yuan(late),
            "全年支付": yuan(whole),
            "占比": f"{yuan(late)} ÷ {yuan(whole)} = {part * 100:.2f}% ≥ {edition.ratio('year_end_share') * 100:.0f}%",
        },
        late,
        limit.basis,
        Severity.NOTICE,
    )


def check_close(*, conclusion: str, raised: bool, own_unit: bool, took_part: bool) -> Iterator[Finding]:
    """Who closes a flag had no part in it and belongs to another organisation than the unit (SD1, SD3)."""
    if raised:
        yield blocking("sod", "您提出了本疑点，须由本财政部门另一人或省财政厅经办核定。", "职责分离 SD1")
    if took_part:
        yield blocking("sod", "您经办过本笔支出，须由另一人核定疑点。", "职责分离 SD1")
    if own_unit:
        yield blocking("sod", "项目单位的人员不能核定本单位的疑点，由财政部门核定。", "职责分离 SD3")
    if not conclusion.strip():
        yield blocking("conclusion", "请写明处理意见：依据什么排除，或属实后怎样处理。", field="conclusion")
