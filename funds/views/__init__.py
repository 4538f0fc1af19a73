"""Pages of the money: each translates between a form and one operation."""

from funds.views.budgets import ApproveBudget, BudgetEdit, BudgetPage, ConsentBudget, ReturnBudget, SubmitBudget
from funds.views.documents import (
    ApproveDocument,
    ConfirmReceipt,
    DocumentNew,
    DocumentPage,
    Documents,
    ReturnDocument,
)
from funds.views.judging import JudgeReversal, JudgeVoucher, ProposeReversal
from funds.views.ledger import LedgerPage, PrepareSettlement
from funds.views.vouchers import AddEvidence, DeleteDraft, EditVoucher, RecordVoucher, SubmitVoucher, VoucherPage

__all__ = [
    "AddEvidence",
    "ApproveBudget",
    "ApproveDocument",
    "BudgetEdit",
    "BudgetPage",
    "ConfirmReceipt",
    "ConsentBudget",
    "DeleteDraft",
    "DocumentNew",
    "DocumentPage",
    "Documents",
    "EditVoucher",
    "JudgeReversal",
    "JudgeVoucher",
    "LedgerPage",
    "PrepareSettlement",
    "ProposeReversal",
    "RecordVoucher",
    "ReturnBudget",
    "ReturnDocument",
    "SubmitBudget",
    "SubmitVoucher",
    "VoucherPage",
]
