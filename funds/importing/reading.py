"""A workbook of payments: what each row would record, and everything there is to say about it, at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from funds.importing.around import Around, Standing
from funds.importing.identity import check_identity, is_ours
from funds.importing.line import LineReader
from funds.importing.table import PAYMENTS
from funds.importing.template import TOLD_SHEETS
from funds.importing.trial import Trial
from policy.days import FIRST_YEAR
from policy.findings import Finding
from policy.money import ZERO
from policy.spelling import number_key
from workbooks.findings import CellFinding, about_file, in_order
from workbooks.sheets import Row, load, read_book

READY, STANDING, REFUSED = "ready", "standing", "refused"


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One row. `entry`: as `record_voucher` takes it, the contract by its id; `fate`: ready, standing (recorded
    already) or refused, then `why` says it; `outside`: limits it would lie outside of; `missing`: facts to add later.
    """

    row: Row
    entry: Mapping[str, Any]
    fate: str
    why: tuple[str, ...] = ()
    outside: tuple[Finding, ...] = ()
    missing: tuple[Finding, ...] = ()

    @property
    def number(self) -> str:
        return str(self.entry.get("number") or "")

    @property
    def place(self) -> str:
        return f"「{self.row.sheet}」第 {self.row.number} 行"

    @property
    def amount(self) -> Decimal | None:
        return self.entry.get("amount")

    @property
    def paid_on(self) -> date | None:
        return self.entry.get("paid_on")

    @property
    def ready(self) -> bool:
        return self.fate == READY


@dataclass(frozen=True, slots=True)
class PaymentList:
    lines: tuple[PaymentLine, ...]
    findings: tuple[CellFinding, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def level(self, level: str) -> int:
        return sum(finding.level == level for finding in self.findings)

    @property
    def ready(self) -> list[PaymentLine]:
        return [line for line in self.lines if line.ready]

    @property
    def refused(self) -> list[PaymentLine]:
        return [line for line in self.lines if line.fate == REFUSED]

    @property
    def outside(self) -> list[PaymentLine]:
        return [line for line in self.ready if line.outside]

    @property
    def total(self) -> Decimal:
        return sum((line.entry["amount"] for line in self.ready), ZERO)

    def sums(self) -> list[tuple[str, str, int, Decimal, Decimal]]:
        """category, source, how many would be recorded, their amount, and the part of it inside the limits."""
        found: dict[tuple[str, str], list[PaymentLine]] = {}
        for line in self.ready:
            found.setdefault((line.entry["category"], line.entry["source"]), []).append(line)
        return [
            (*key, len(rows), _sum(rows), _sum(row for row in rows if not row.outside)) for key, rows in found.items()
        ]


def _sum(lines: Iterable[PaymentLine]) -> Decimal:
    return sum((line.entry["amount"] for line in lines), ZERO)


def read_payments(data: bytes, around: Around) -> PaymentList:
    """Every row with its fate and every finding. Writes nothing, asks nothing. Raises Unreadable."""
    book = load(data)
    foreign = check_identity(book, around.stamp, around.key)
    skip = TOLD_SHEETS if is_ours(book) else ()
    reading = read_book(book, PAYMENTS, years=(FIRST_YEAR, around.on.year), without=skip)
    rows = reading.rows[PAYMENTS.key]
    findings = [*reading.findings, *([foreign] if foreign else [])]
    broken = {finding.sheet: finding.message for finding in findings if finding.code == "TAB-002"}
    readers = [LineReader(row, around) for row in rows]
    _check_doubles(readers)
    for reader in readers:
        findings += reader.findings
    said = _errors_of(findings)
    whole = (foreign.message,) if foreign and foreign.blocks else ()
    lines = [_line(one, (*whole, *_of(broken, one.row), *said.get(_key(one.row), ()))) for one in readers]
    lines = _tried(lines, readers, around, findings)
    if not rows:
        fix = "请保留表头，在表头下面逐行填写；可下载本项目的模板。"
        findings.append(about_file("PAY-000", "没有读到支出", fix))
    return PaymentList(tuple(lines), in_order(findings, [grid.name for grid in book.grids]))


def _key(row: Row) -> tuple[str, str]:
    return row.sheet, f"第 {row.number} 行"


def _of(broken: Mapping[str, str], row: Row) -> tuple[str, ...]:
    return (broken[row.sheet],) if row.sheet in broken else ()


def _errors_of(findings: Iterable[CellFinding]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        if finding.blocks and finding.row_label:
            found.setdefault((finding.sheet, finding.row_label), []).append(finding.message)
    return found


def _check_doubles(readers: Iterable[LineReader]) -> None:
    """The first row of a number stands; a later one is refused."""
    first: dict[str, LineReader] = {}
    for reader in readers:
        number = reader.entry.get("number")
        if number and first.setdefault(number_key(number), reader) is not reader:
            reader.say_double(first[number_key(number)].row.number)


def _line(reader: LineReader, why: tuple[str, ...]) -> PaymentLine:
    fate = REFUSED if why else STANDING if reader.standing else READY
    return PaymentLine(reader.row, reader.entry, fate, why)


def _tried(
    lines: list[PaymentLine], readers: list[LineReader], around: Around, findings: list[CellFinding]
) -> list[PaymentLine]:
    """The rows that would be recorded, measured one after the other."""
    trial, found = Trial(around), []
    for line, reader in zip(lines, readers, strict=True):
        if not line.ready:
            found.append(line)
            continue
        outside, missing = trial.outside(line.entry), reader.missing()
        findings += reader.warnings(outside, missing)
        found.append(replace(line, outside=tuple(outside), missing=tuple(missing)))
    return found


__all__ = ["READY", "REFUSED", "STANDING", "PaymentLine", "PaymentList", "Standing", "read_payments"]
