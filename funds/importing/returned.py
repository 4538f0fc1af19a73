"""The workbook that goes back: the rows to mend as they were typed, ready to be uploaded again, and every finding."""

from collections.abc import Iterable, Iterator

from funds.importing.reading import PaymentLine, PaymentList
from funds.importing.table import PAYMENTS, TEMPLATE_KEYS, TITLE
from funds.importing.template import headers, widths
from workbooks.findings import CellFinding
from workbooks.writer import MONEY, Sheet, Value

LEVELS = {"error": "错误", "warning": "提醒", "info": "说明"}
FOUND = "检查结果"
FOUND_HEADERS = ("级别", "工作表", "单元格", "行", "栏目", "您填的", "要求", "怎么改", "依据", "代码")


def mend_sheets(found: PaymentList) -> list[Sheet]:
    typed = {(one.sheet, cell): one.got for one in found.findings if one.blocks for cell in one.cells}
    keys = (*TEMPLATE_KEYS, "trouble")
    formats = {at: MONEY for at, key in enumerate(keys) if PAYMENTS.column(key).kind == "money"}
    rows = [[*(_value(line, key, typed) for key in TEMPLATE_KEYS), "\n".join(line.why)] for line in found.refused]
    return [
        Sheet(
            TITLE,
            headers(keys),
            rows,
            titles=["需要改正的支出", "改正后可以直接上传本表；已登记的支出不必再填。"],
            widths=[*widths(), 80],
            formats=formats,
        ),
        Sheet(FOUND, FOUND_HEADERS, list(_told(found.findings)), widths=(8, 24, 10, 10, 16, 30, 60, 50, 24, 10)),
    ]


def _value(line: PaymentLine, key: str, typed: dict[tuple[str, str], str]) -> Value:
    value: Value = line.row.value(key)
    if value is not None:
        return value
    return typed.get((line.row.sheet, line.row.address(key)), "")


def _told(findings: Iterable[CellFinding]) -> Iterator[tuple[Value, ...]]:
    """Errors first."""
    for one in sorted(findings, key=lambda one: list(LEVELS).index(one.level)):
        yield (
            LEVELS[one.level], one.sheet, "、".join(one.cells), one.row_label, one.field, one.got, one.expected, one.fix,
            one.basis, one.code,
        )  # fmt: skip
