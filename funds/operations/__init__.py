"""Changes to the special fund. Each is one user action: door, rules, write, alerts, journal."""

from funds.alerts import refresh_alerts
from funds.operations.budgets import approve_budget, consent_budget, return_budget, save_budget, submit_budget
from funds.operations.documents import (
    approve_fund_document,
    confirm_receipt,
    record_fund_document,
    return_fund_document,
)
from funds.operations.judging import judge_reversal, judge_voucher, propose_reversal
from funds.operations.settlements import approve_settlement, prepare_settlement
from funds.operations.vouchers import add_evidence, delete_draft, edit_voucher, record_voucher, submit_voucher

__all__ = [
    "add_evidence",
    "approve_budget",
    "approve_fund_document",
    "approve_settlement",
    "confirm_receipt",
    "consent_budget",
    "delete_draft",
    "edit_voucher",
    "judge_reversal",
    "judge_voucher",
    "prepare_settlement",
    "propose_reversal",
    "record_fund_document",
    "record_voucher",
    "refresh_alerts",
    "return_budget",
    "return_fund_document",
    "save_budget",
    "submit_budget",
    "submit_voucher",
]
