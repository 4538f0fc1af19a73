"""疑点 of a payment beside the contract it names: paid beyond it, or not as it says."""

from collections.abc import Iterator

from funds.rules.flag_facts import Contracted, FlagRule, Paid, Surroundings, Suspicion
from funds.rules.sameness import firm
from policy.money import yuan


def check_contract(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    contract = around.contracts.get(paid.contract or 0)
    if contract and contract.paid > contract.amount:
        over = contract.paid - contract.amount
        yield Suspicion(
            FlagRule.CONTRACT,
            f"合同 {contract.number} 已付 {yuan(contract.paid)}，超过合同金额 {yuan(over)}。",
            {
                "合同": contract.number,
                "合同金额": yuan(contract.amount),
                "已付": yuan(contract.paid),
                "超出": f"{yuan(contract.paid)} − {yuan(contract.amount)} = {yuan(over)}",
            },
            over,
        )


def check_terms(paid: Paid, around: Surroundings) -> Iterator[Suspicion]:
    """Said once of a payment, with everything in which it departs from its contract."""
    contract = around.contracts.get(paid.contract or 0)
    if contract is None:
        return
    apart = dict(_apart(paid, contract, around))
    if apart:
        yield Suspicion(
            FlagRule.TERMS,
            f"与合同 {contract.number} 不符：{'、'.join(apart)}。",
            {"合同": contract.number} | apart,
            paid.amount,
        )


def _apart(paid: Paid, contract: Contracted, around: Surroundings) -> Iterator[tuple[str, str]]:
    names = {item.code: item.name for item in around.edition.categories}
    if contract.supplier and firm(paid.payee) != firm(contract.supplier):
        yield "收款方不是供应商", f"收款方「{paid.payee}」，供应商「{contract.supplier}」"
    if contract.category and paid.category != contract.category:
        said = f"本笔「{names.get(paid.category, paid.category)}」，合同「{names.get(contract.category, contract.category)}」"
        yield "支出类别不同", said
    if paid.paid_on < contract.signed_on:
        yield "早于签订", f"支付 {paid.paid_on}，签订 {contract.signed_on}"
    end = around.end_on
    if end is None or paid.paid_on <= end:
        return
    if contract.pay_until and paid.paid_on > contract.pay_until:
        yield "晚于付款期限", f"支付 {paid.paid_on}，合同约定付至 {contract.pay_until}"
    if contract.recorded_on and contract.recorded_on > end:
        yield "届满后才登记", f"登记 {contract.recorded_on}，建设期届满 {end}"
    if contract.changed_on and contract.changed_on > end:
        yield "届满后有变更", f"合同变更登记 {contract.changed_on}，建设期届满 {end}"
