"""对账清单 read from a workbook: the unit's 项目辅助账 or finance's 支付清单. Rows and findings, no database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbooks.findings import CellFinding, Place, at_cell, in_order
from workbooks.sheets import Column, Row, Table, read

STATEMENT = Table(
    key="statement",
    label="对账清单",
    columns=(
        Column("order", "序号", ("编号", "行号"), longest=20),
        Column("number", "凭证号", ("凭证字号", "凭证编号", "记账凭证号", "支付凭证号", "凭证号码", "凭证"), required=True,
               filled=True, longest=40),
        Column("paid_on", "日期", ("支付日期", "记账日期", "凭证日期", "业务日期", "制单日期", "付款日期"), "date", required=True,
               filled=True),
        Column("amount", "金额", ("支付金额", "发生额", "借方金额", "借方发生额", "付款金额", "支出金额", "本期借方"), "money",
               required=True, filled=True),
        Column("payee", "对方", ("收款方", "收款人", "收款人名称", "对方单位", "收款单位", "往来单位", "对方户名"), longest=120),
        Column("category", "支出类别", ("类别", "用途类别", "资金类别", "科目", "会计科目", "科目名称", "明细科目", "预算项目"),
               longest=80),
        Column("abstract", "摘要", ("用途", "支付用途", "业务内容", "说明", "款项用途"), longest=200),
    ),
    most=10_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatementLine:
    line: int
    number: str
    paid_on: date
    amount: Decimal
    payee: str
    abstract: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    rows: tuple[StatementLine, ...]
    findings: tuple[CellFinding, ...]

    @property
    def blocked(self) -> int:
        return sum(finding.blocks for finding in self.findings)


def read_statement(data: bytes, *, start: date, end: date) -> Read:
    """The rows of a list of one period. A day outside it is an error: the list is of another period. Raises Unreadable."""
    reading = read(data, STATEMENT)
    rows = reading.rows[STATEMENT.key]
    findings = [*reading.findings, *(one for row in rows for one in _outside(row, start, end))]
    lines = tuple(_line(index, row) for index, row in enumerate(rows, 1) if not row.failed)
    return Read(lines, in_order(findings, list(dict.fromkeys(row.sheet for row in rows))))


def _outside(row: Row, start: date, end: date) -> Iterator[CellFinding]:
    day = row.value("paid_on")
    if day is not None and not start <= day <= end:
        place = Place(row.sheet, row.address("paid_on"), "日期", row.number)
        fix = "请核对日期，或改选期间后重新上传。"
        yield at_cell("STM-001", "error", place, got=day, expected=f"应在 {start} 至 {end} 之内", fix=fix)


def _line(index: int, row: Row) -> StatementLine:
    return StatementLine(
        index,
        str(row.value("number") or ""),
        row.value("paid_on"),
        row.value("amount"),
        str(row.value("payee") or "").replace("\n", " "),
        str(row.value("abstract") or "").replace("\n", " "),
        str(row.value("category") or "").replace("\n", " "),
    )
