"""专款专用: what the special fund may pay for, who may say so, and when it deserves a look. No database here."""

from funds.rules.budget import BUDGET_STAGES, check_budget, check_budget_stage
from funds.rules.issue import (
    ISSUE_STAGES,
    AllocationFacts,
    check_allocations,
    check_document,
    check_receipt,
)
from funds.rules.judging import JUDGEABLE, Officer, check_judge, check_verdict, city_finance_acts
from funds.rules.settlement import SettlementFacts, check_recovery, check_settlement, residual_of
from funds.rules.vouchers import (
    EDITABLE,
    Payment,
    Setting,
    check_entry,
    check_ledger,
    check_limits,
    check_reversal,
    check_submission,
)

__all__ = [
    "BUDGET_STAGES",
    "EDITABLE",
    "ISSUE_STAGES",
    "JUDGEABLE",
    "AllocationFacts",
    "Officer",
    "Payment",
    "Setting",
    "SettlementFacts",
    "check_allocations",
    "check_budget",
    "check_budget_stage",
    "check_document",
    "check_entry",
    "check_judge",
    "check_ledger",
    "check_limits",
    "check_receipt",
    "check_recovery",
    "check_reversal",
    "check_settlement",
    "check_submission",
    "check_verdict",
    "city_finance_acts",
    "residual_of",
]
