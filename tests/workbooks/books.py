"""Small workbooks for the tests, as people make them and as attackers do."""

import io
import zipfile
from datetime import datetime

from openpyxl import Workbook

from workbooks.sheets import Column, Table

SPEND = Table(
    key="spend",
    label="专项资金支出明细",
    columns=(
        Column("order", "序号"),
        Column("paid_on", "付款日期", kind="date", required=True),
        Column("voucher", "凭证号", required=True),
        Column("amount", "金额", ("支付金额",), "money", required=True, filled=True),
        Column("people", "人数", kind="whole", units=("人",)),
        Column("note", "摘要", longest=100),
    ),
)
HEADERS = ("序号", "付款日期", "凭证号", "金额（元）", "人数", "摘要")
LINE = (1, "2026-09-03", "记-0901", "1260000.00", 12, "首付款")


def book(*rows, name="支出", headers=HEADERS, above=(), merges=(), more=()):
    """A workbook of one sheet: lines `above`, the headers, the rows; `more`: further (name, lines)."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = name
    for line in (*above, headers, *rows):
        sheet.append(line)
    for merge in merges:
        sheet.merge_cells(merge)
    for title, lines in more:
        other = workbook.create_sheet(title)
        for line in lines:
            other.append(line)
    return saved(workbook)


def saved(workbook):
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def moment(*parts):
    """A date and time as Excel has it: without a zone."""
    return datetime(*parts)


def line(**changes):
    """LINE with some columns changed, by key."""
    keys = [column.key for column in SPEND.columns]
    return tuple(changes.get(key, value) for key, value in zip(keys, LINE, strict=True))


def repacked(data, changes):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename not in changes:
                new.writestr(item.filename, old.read(item))
        for name, content in changes.items():
            new.writestr(name, content)
    return buffer.getvalue()


def part(data, name="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def codes(findings, *levels):
    return [finding.code for finding in findings if not levels or finding.level in levels]
