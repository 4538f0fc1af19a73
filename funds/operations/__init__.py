"""Changes to the special fund. Each is one user action: door, rules, write, alerts, journal."""

from funds.alerts import refresh_alerts
from funds.operations.asks import (
    answer_ask,
    ask_for_paper,
    drop_invoice,
    hand_over_drafts,
    keep_invoice,
)
from funds.operations.audit_findings import (
    assess_finding,
    draft_reply,
    drop_finding,
    edit_finding,
    record_finding,
    submit_reply,
    verify_finding,
)
from funds.operations.audits import conclude_audit, open_audit, see_audit_pick, send_audit
from funds.operations.batches import (
    Outcome,
    drop_from_batch,
    gather_batch,
    pass_batch,
    return_batch,
    see_pick,
    sign_batch,
)
from funds.operations.budgets import approve_budget, consent_budget, return_budget, save_budget, submit_budget
from funds.operations.changes import approve_change, propose_change
from funds.operations.documents import (
    approve_fund_document,
    record_fund_document,
    return_fund_document,
    set_arrival_mode,
)
from funds.operations.found_money import confirm_found_money, record_found_money, return_found_money
from funds.operations.holds import decline_hold, lift_hold, place_hold, request_hold
from funds.operations.imports import confirm_payments, upload_payments
from funds.operations.incomes import judge_income_reversal, record_income, reverse_income
from funds.operations.judging import judge_reversal, judge_voucher, propose_reversal
from funds.operations.receipts import confirm_receipt, correct_receipt
from funds.operations.reconciliation import explain_difference, upload_statement
from funds.operations.releases import approve_release, correct_release, record_release, return_release
from funds.operations.repayments import confirm_repayment, record_repayment, return_repayment
from funds.operations.settlements import approve_settlement, prepare_settlement, void_settlements
from funds.operations.vouchers import add_evidence, delete_draft, edit_voucher, record_voucher, submit_voucher

__all__ = [
    "Outcome",
    "add_evidence",
    "answer_ask",
    "approve_budget",
    "approve_change",
    "approve_fund_document",
    "approve_release",
    "approve_settlement",
    "ask_for_paper",
    "assess_finding",
    "conclude_audit",
    "confirm_found_money",
    "confirm_payments",
    "confirm_receipt",
    "confirm_repayment",
    "consent_budget",
    "correct_receipt",
    "correct_release",
    "decline_hold",
    "delete_draft",
    "draft_reply",
    "drop_finding",
    "drop_from_batch",
    "drop_invoice",
    "edit_finding",
    "edit_voucher",
    "explain_difference",
    "gather_batch",
    "hand_over_drafts",
    "judge_income_reversal",
    "judge_reversal",
    "judge_voucher",
    "keep_invoice",
    "lift_hold",
    "open_audit",
    "pass_batch",
    "place_hold",
    "prepare_settlement",
    "propose_change",
    "propose_reversal",
    "record_finding",
    "record_found_money",
    "record_fund_document",
    "record_income",
    "record_release",
    "record_repayment",
    "record_voucher",
    "refresh_alerts",
    "request_hold",
    "return_batch",
    "return_budget",
    "return_found_money",
    "return_fund_document",
    "return_release",
    "return_repayment",
    "reverse_income",
    "save_budget",
    "see_audit_pick",
    "see_pick",
    "send_audit",
    "set_arrival_mode",
    "sign_batch",
    "submit_budget",
    "submit_reply",
    "submit_voucher",
    "upload_payments",
    "upload_statement",
    "verify_finding",
    "void_settlements",
]
