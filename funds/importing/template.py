"""The template of one project: rules in words, the table to fill in, its contracts, and lists nobody has to type."""

from collections.abc import Iterable, Iterator

from funds.importing.around import Around
from funds.importing.identity import SHEET, stamp_rows
from funds.importing.table import MOST, NEEDED, PAYMENTS, TEMPLATE_KEYS, TITLE
from funds.rules.procurement import PROCUREMENT
from policy.edition import Edition
from policy.terms import PayWay, Source
from workbooks.cells import address
from workbooks.writer import MONEY, Fill, Sheet, Value

GUIDE, CONTRACTS, LISTS = "填报须知", "合同清单", "选项"
TOLD_SHEETS = (GUIDE, CONTRACTS)
NAME = "_tpl_spend"
_WIDTHS = {"order": 6, "abstract": 32, "payee": 28, "category": 30, "invoice_number": 24, "invoice_seller": 28}
_FORMATS = {"date": "yyyy-mm-dd", "money": MONEY, "whole": "0"}


def template_sheets(around: Around, *, project: str, unit: str) -> list[Sheet]:
    lists = _choices(around)
    return [
        Sheet(GUIDE, ("项", "说明"), list(_guide(around)), titles=[f"填报须知：{project}", unit], widths=(22, 110)),
        _table(lists, project),
        Sheet(CONTRACTS, ("合同编号", "供应商", "合同金额", "签订日期", "登记的采购方式"), list(_contracts(around)),
              titles=["本项目已登记的合同（合同编号填写一致的，按登记的合同付款）"], widths=(24, 32, 18, 14, 18)),
        Sheet(LISTS, [PAYMENTS.column(key).label for key in lists], _across(list(lists.values())), hidden=True),
        Sheet(SHEET, (), stamp_rows(around.stamp, around.key), hidden=True),
    ]  # fmt: skip


def headers(keys: Iterable[str] = TEMPLATE_KEYS) -> list[str]:
    return [f"{PAYMENTS.column(key).label}{'*' if key in NEEDED else ''}" for key in keys]


def widths(keys: Iterable[str] = TEMPLATE_KEYS) -> list[int]:
    return [_WIDTHS.get(key, 16) for key in keys]


def _choices(around: Around) -> dict[str, list[str]]:
    return {
        "category": [item.name for item in around.categories],
        "source": list(Source.labels),
        "pay_way": list(PayWay.labels),
        "procurement": list(PROCUREMENT),
        "tax_included": ["含税", "不含税"],
    }


def _across(lists: list[list[str]]) -> list[list[str]]:
    """Lists side by side, one a column."""
    longest = max(map(len, lists))
    return [[one[row] if row < len(one) else "" for one in lists] for row in range(longest)]


def _table(lists: dict[str, list[str]], project: str) -> Sheet:
    kinds = {key: PAYMENTS.column(key).kind for key in TEMPLATE_KEYS}
    formats = {at: _FORMATS[kind] for at, kind in enumerate(kinds.values()) if kind in _FORMATS}
    places = {
        TEMPLATE_KEYS.index(key): f"='{LISTS}'!{_fixed(2, at)}:{_fixed(len(words) + 1, at)}"
        for at, (key, words) in enumerate(lists.items(), 1)
    }
    return Sheet(
        TITLE,
        headers(),
        (),
        titles=["专项资金支出明细表", f"项目名称：{project}"],
        widths=widths(),
        fill=Fill(NAME, MOST, places, formats),
    )


def _fixed(row: int, column: int) -> str:
    cell = address(row, column)
    letters = cell.rstrip("0123456789")
    return f"${letters}${row}"


def _contracts(around: Around) -> Iterator[tuple[Value, ...]]:
    for contract in around.contracts.values():
        terms = contract.terms
        yield terms.number, contract.supplier, terms.amount, terms.signed_on, contract.procurement


def _guide(around: Around) -> Iterator[tuple[str, str]]:
    setting, edition = around.setting, around.edition
    yield (
        "填写",
        f"在「{TITLE}」中逐行填写已经支付的款项，一笔一行，最多 {MOST:,} 行；带 * 的列必填，列的次序可以调整。",
    )
    yield "登记以后", "导入的支出是草稿。逐笔上传支出凭证后，由单位负责人提交财政审核。"
    yield "凭证号", "单位记账凭证的编号，项目内终身不重复。同一文件可以重复上传，已登记的不会再登记。"
    yield "付款日期", f"不晚于填报当天（模板生成日 {around.on}）；早于登记季度的，系统记为补录。例如 2026-06-30。"
    if setting.build_start_on and setting.build_end_on:
        basis = edition.limit("build_months").basis
        span = f"{setting.build_start_on} 至 {setting.build_end_on}"
        yield "建设期", f"{span}。之外的可以登记，但不能认定；建设期内所签合同的尾款、质保金除外（{basis.clause}）。"
    yield "金额", "大于 0，单位：元，精确到分。退款、更正请在网页上办理冲销或以前期更正，不要填写负数。"
    yield "资金来源", f"{'、'.join(Source.labels)}。"
    yield (
        "空着的格",
        f"支付方式按“{PayWay.TRANSFER.label}”登记，是否含税按“含税”登记，合同号与登记一致的按合同补采购方式。",
    )
    for item in around.categories:
        needs = "须逐笔报两厅同意；" if item.needs_approval else ""
        said = (
            f"{needs}可列：{item.allowed}。不可列：{item.not_allowed}。凭证：{item.evidence}（{item.basis.clause}）。"
        )
        yield f"用途：{item.name}", said
        if asked := list(_asked(edition, item.code, around.unit_type)):
            yield "　", f"还须填写（提交前补齐即可）：{'、'.join(asked)}。自筹资金不要求。"


def _asked(edition: Edition, category: str, unit_type: str) -> Iterator[str]:
    for row in edition.payment_fields:
        if category in row.categories and unit_type in row.unit_types:
            measure = "单价" if row.by_unit_price else "金额"
            yield row.label + (f"（{measure}达到 {edition.number(row.from_limit):,} 元）" if row.from_limit else "")
