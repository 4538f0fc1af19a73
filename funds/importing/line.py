"""One row of a workbook of payments becomes an entry; the rules are those of the form and of the operation."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from funds.importing.around import Around, Standing
from funds.importing.table import PAYMENTS, TEXTS
from funds.importing.words import TAX_WORDS, Meant, category_of, pay_way_of, procurement_of, source_of
from funds.rules import check_entry, check_required
from funds.rules.procurement import PROCUREMENT
from policy.findings import Finding
from policy.payment_fields import FIELDS
from policy.spelling import number_key
from policy.terms import PayWay, Rank, Source
from workbooks.findings import CellFinding, Level, Place, at_cell
from workbooks.headers import words
from workbooks.sheets import Row

ENTRY_CODES = {"number": "PAY-001", "amount": "PAY-002", "paid_on": "PAY-003", "source": "PAY-004",
               "number_taken": "PAY-010"}  # fmt: skip
LIMITS = {
    "stage": ("LIM-001", "amount"), "hold": ("LIM-002", "amount"), "period": ("LIM-003", "paid_on"),
    "category": ("LIM-004", "category"), "approval": ("LIM-005", "category"), "budget": ("LIM-006", "amount"),
    "received": ("LIM-007", "amount"), "settled": ("LIM-008", "amount"),
}  # fmt: skip
LATER = "可以登记；提交前请补充。"


class LineReader:
    """Reads one row; what it has to say gathers in `findings`. `standing`: the payment is recorded already."""

    def __init__(self, row: Row, around: Around) -> None:
        self.row = row
        self._around = around
        self.findings: list[CellFinding] = []
        self.entry: dict[str, Any] = {key: self._text(key) for key in TEXTS}
        for key in ("paid_on", "amount", "invoice_on", "invoice_total", "quantity", "unit_price", "fund_year"):
            self.entry[key] = row.value(key)
        self._read_words()
        self._read_contract()
        self._check_payee()
        self.standing = self._check()

    def _text(self, key: str) -> str:
        value = self.row.value(key)
        return " ".join(str(value).split()) if value is not None else ""

    def _say(self, code: str, level: Level, key: str, expected: str, fix: str = "", basis: str = "") -> None:
        """About one cell; nothing where the cell has failed already: the stronger finding stands alone."""
        if key not in self.row.failed:
            self.findings.append(self._finding(code, level, key, expected, fix, basis))

    def _finding(self, code: str, level: Level, key: str, expected: str, fix: str = "", basis: str = "") -> CellFinding:
        """Where the file lacks the column, the voucher number marks the row."""
        cell = self.row.address(key) or self.row.address("number")
        place = Place(self.row.sheet, cell, PAYMENTS.column(key).label, self.row.number)
        return at_cell(code, level, place, got=_shown(self.row.value(key)), expected=expected, fix=fix, basis=basis)

    # Words

    def _read_words(self) -> None:
        categories = self._around.categories
        known = "、".join(item.name for item in categories)
        names = {item.code: item.name for item in categories}
        self.entry["category"] = self._word(
            "category", "PAY-020", lambda text: category_of(text, categories), known, names.__getitem__
        )
        sources = "、".join(Source.labels)
        self.entry["source"] = self._word("source", "PAY-021", source_of, sources, lambda code: Source(code).label)
        ways = "、".join(PayWay.labels)
        way = self._word("pay_way", "PAY-022", pay_way_of, ways, lambda code: PayWay(code).label)
        self.entry["pay_way"] = way or PayWay.TRANSFER.value
        self.entry["procurement"] = self._word("procurement", "PAY-024", procurement_of, "、".join(PROCUREMENT), str)
        self.entry["tax_included"] = self._tax()

    def _word(self, key: str, code: str, read: Callable[[str], Meant], known: str, label: Callable[[str], str]) -> str:
        text = self._text(key)
        if not text:
            return ""
        meant = read(text)
        if not meant.code:
            near = f"是否为：{'、'.join(meant.near)}？" if meant.near else ""
            self._say(code, "error", key, f"应为以下之一：{known}", f"{near}请改为其中一项。")
        elif not meant.exact:
            self._say("CEL-000", "info", key, f"已按「{label(meant.code)}」识别")
        return meant.code

    def _tax(self) -> bool:
        text = self._text("tax_included")
        if text and words(text) not in TAX_WORDS:
            self._say("PAY-023", "error", "tax_included", "应为“含税”或“不含税”", "请改为其中一项；未填的按含税登记。")
        return TAX_WORDS.get(words(text), True)

    def _read_contract(self) -> None:
        found = self._around.contracts.get(number_key(self.entry["contract_number"]))
        self.entry["contract"] = found.id if found else None
        if found:
            self.entry["contract_number"] = found.terms.number

    def _check_payee(self) -> None:
        if not self.entry["payee"]:
            fix = "请填写收款单位或个人；一笔发给多人的，填写发放对象，例如“外聘指导教师（3 人）”。"
            self._say("PAY-025", "error", "payee", "须写明收款方", fix)

    # The rules of the operation

    def _check(self) -> bool:
        """Wrong input by the rules of the operation, and whether the very payment is recorded already.

        A cell that is blank or unreadable has its finding; a value that offends no rule stands in for it.
        """
        entry, on = self.entry, self._around.on
        twin = self._around.numbers.get(number_key(entry["number"])) if entry["number"] else None
        if twin and (twin.paid_on, twin.amount) == (entry["paid_on"], entry["amount"]):
            self._say("PAY-012", "info", "number", "已登记，本次不再登记")
            return True
        rules = check_entry(
            amount=entry["amount"] if entry["amount"] is not None else Decimal(1),
            paid_on=entry["paid_on"] or on,
            on=on,
            number=entry["number"] or "-",
            source=entry["source"] or Source.CENTRAL.value,
            twin=(twin.paid_on, twin.amount) if twin else None,
            invoice_on=entry["invoice_on"],
        )
        for finding in rules:
            code = ENTRY_CODES.get(finding.code, "PAY-009")
            self._say(code, "error", finding.field or "number", _said(finding), _other_spelling(twin, entry["number"]))
        return False

    def say_double(self, first: int) -> None:
        fix = "请删去重复的一行；确为两笔的，请核对凭证号。"
        self._say("PAY-011", "error", "number", f"与本文件第 {first} 行的凭证号相同，同一凭证只登记一次", fix)

    def missing(self) -> list[Finding]:
        """What the edition asks of such a payment before it is submitted."""
        around, entry = self._around, self.entry
        facts = {name: entry.get(name) for name in FIELDS}
        contract = around.contracts.get(number_key(entry["contract_number"])) if entry["contract"] else None
        if contract:
            facts["procurement"] = entry["procurement"] or contract.procurement
        return list(
            check_required(
                around.edition,
                category=entry["category"],
                unit_type=around.unit_type,
                source=entry["source"],
                amount=entry["amount"],
                facts=facts,
            )
        )

    def warnings(self, outside: Iterable[Finding], missing: Iterable[Finding]) -> Iterator[CellFinding]:
        for finding in outside:
            code, key = LIMITS.get(finding.code, ("LIM-009", "amount"))
            yield self._finding(
                code, "warning", key, _said(finding), "可以登记，但提交后不占用额度、不能认定。", _basis(finding)
            )
        for finding in missing:
            key = finding.field if finding.field in self.row.cells else "number"
            yield self._finding("REQ-001", "warning", key, _said(finding), LATER, _basis(finding))


def _said(finding: Finding) -> str:
    return finding.message.rstrip("。")


def _basis(finding: Finding) -> str:
    rank = Rank(finding.rank).label
    return f"{finding.clause}（{rank}）" if finding.clause not in ("", rank) else finding.clause


def _other_spelling(twin: Standing | None, number: str) -> str:
    return f"已登记的写法是「{twin.number}」。" if twin and twin.number != number else ""


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
