"""专款专用: money documents, receipts, budget, balance rows, payments, contracts, audits, settlement.

Balance rows (`BudgetLine`, `SourceLine`) are moved only by `funds/balances.py`; their CHECKs hold the limits whatever
races (design/trust.md, L1, L2, L4).
"""

from funds.models.audit import (
    ABOUT_FINDING,
    ABOUT_FOUND_MONEY,
    AuditCase,
    AuditFinding,
    AuditPick,
    FoundMoney,
    FoundMoneyEntry,
)
from funds.models.batch import Ask, Batch, BatchPick, PickView
from funds.models.budget import Budget, BudgetItem, BudgetLine, PlannedUse, SourceLine
from funds.models.contract import (
    ABOUT_ASSET,
    ABOUT_CHECK,
    ABOUT_CONTRACT,
    ABOUT_STEP,
    Asset,
    AssetCheck,
    Contract,
    Package,
    PackageItem,
    PurchaseStep,
)
from funds.models.flag import Flag, FlagNote
from funds.models.invoice import InvoiceText
from funds.models.issue import (
    Allocation,
    FundDocument,
    FundHold,
    HeldOut,
    HoldRequest,
    Income,
    IncomeReversal,
    Receipt,
    Release,
    UnitArrival,
)
from funds.models.payment_import import PaymentImport
from funds.models.settlement import ClawBack, Repayment, SentBack, Settlement
from funds.models.statement import ABOUT_STATEMENT, Explanation, Statement, StatementRow
from funds.models.voucher import Voucher, VoucherSpell

# Attachment.about and Attachment.purpose of what this app keeps.
ABOUT_VOUCHER, ABOUT_DOCUMENT, ABOUT_INCOME = "voucher", "fund_document", "income"
ABOUT_INCOME_REVERSAL, ABOUT_SETTLEMENT = "income_reversal", "settlement"
ABOUT_HOLD_REQUEST = "hold_request"
# An invoice that was read and belongs to no payment yet.
ABOUT_INVOICE = "invoice"
EVIDENCE, APPROVAL, SCAN = "支出凭证", "两厅批复", "资金文件"

__all__ = [
    "ABOUT_ASSET",
    "ABOUT_CHECK",
    "ABOUT_CONTRACT",
    "ABOUT_DOCUMENT",
    "ABOUT_FINDING",
    "ABOUT_FOUND_MONEY",
    "ABOUT_HOLD_REQUEST",
    "ABOUT_INCOME",
    "ABOUT_INCOME_REVERSAL",
    "ABOUT_INVOICE",
    "ABOUT_SETTLEMENT",
    "ABOUT_STATEMENT",
    "ABOUT_STEP",
    "ABOUT_VOUCHER",
    "APPROVAL",
    "EVIDENCE",
    "SCAN",
    "Allocation",
    "Ask",
    "Asset",
    "AssetCheck",
    "AuditCase",
    "AuditFinding",
    "AuditPick",
    "Batch",
    "BatchPick",
    "Budget",
    "BudgetItem",
    "BudgetLine",
    "ClawBack",
    "Contract",
    "Explanation",
    "Flag",
    "FlagNote",
    "FoundMoney",
    "FoundMoneyEntry",
    "FundDocument",
    "FundHold",
    "HeldOut",
    "HoldRequest",
    "Income",
    "IncomeReversal",
    "InvoiceText",
    "Package",
    "PackageItem",
    "PaymentImport",
    "PickView",
    "PlannedUse",
    "PurchaseStep",
    "Receipt",
    "Release",
    "Repayment",
    "SentBack",
    "Settlement",
    "SourceLine",
    "Statement",
    "StatementRow",
    "UnitArrival",
    "Voucher",
    "VoucherSpell",
]
