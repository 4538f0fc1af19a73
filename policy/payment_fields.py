"""支出必填项: which facts a payment must state, by category and type of unit, as an edition lists them."""

from dataclasses import dataclass
from typing import Any

from policy.edition import Basis
from policy.terms import UnitType

# The facts an edition may ask for, with the words of the form.
FIELDS = {
    "procurement": "采购方式",
    "contract_number": "合同号",
    "invoice_number": "发票号",
    "invoice_seller": "开票方",
    "invoice_on": "开票日期",
    "invoice_total": "发票总额",
    "asset_card": "资产卡号",
    "quantity": "数量",
    "unit_price": "单价",
    "fund_year": "资金年度",
}


@dataclass(frozen=True, slots=True)
class PaymentField:
    """`field` must be filled in payments of these categories by units of these types.

    `from_limit`: names the limit (yuan) from which on; measured on the unit price where `by_unit_price`, else on the
    amount. A unit price that is not known counts as the whole amount.
    """

    code: str
    field: str
    categories: tuple[str, ...]
    unit_types: tuple[UnitType, ...]
    from_limit: str
    by_unit_price: bool
    basis: Basis

    @property
    def label(self) -> str:
        return FIELDS[self.field]


def read(row: Any) -> PaymentField:
    """One row of `payment_fields`, from the table reader of policy/loader.py."""
    categories = row.take("categories", list)
    if not categories or not all(isinstance(code, str) for code in categories):
        raise row.fail("categories", "应为类别代码列表")
    return PaymentField(
        code=row.text("code"),
        field=row.word("field", FIELDS),
        categories=tuple(categories),
        unit_types=row.several("unit_types", UnitType),
        from_limit=row.text("from_limit", empty=True),
        by_unit_price=row.take("by_unit_price", bool) if row.has("by_unit_price") else False,
        basis=row.basis(),
    )


def check_whole(found: Any, top: Any) -> None:
    """Categories and limits that the rows name are there."""
    known = {category.code for category in found.categories}
    for row in found.payment_fields:
        if unknown := set(row.categories) - known:
            raise top.fail("payment_fields", f"{row.code} 的类别不存在：{'、'.join(sorted(unknown))}")
        if row.from_limit and row.from_limit not in found.limits:
            raise top.fail("payment_fields", f"{row.code} 的限值不存在：{row.from_limit}")
