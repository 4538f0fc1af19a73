"""The acts of this app. Those marked as effects are called by the steps of the lifecycle alone."""

from performance.operations.assessing import (
    draft_assessment,
    recall_assessment,
    save_assessment,
    submit_assessment,
    take_over_assessment,
)
from performance.operations.assessment_checks import accept_transfer, check_assessment, return_assessment
from performance.operations.assessment_values import confirm_assessed, decide_assessment, enter_assessed
from performance.operations.drafting import RowInput, draft_sheet, save_sheet, take_over_sheet
from performance.operations.evaluating import confirm_values, enter_values
from performance.operations.monitoring import save_outlook
from performance.operations.region import issue_region, save_region
from performance.operations.return_alerts import refresh_returns
from performance.operations.return_reviews import RemarkInput, answer_paper, ask_paper, review_return
from performance.operations.returns import (
    assign_section,
    declare_zero,
    fill_section,
    submit_return,
    take_over_return,
    zero_findings,
)
from performance.operations.reviewing import (
    Outcome,
    check_mended,
    file_sheet,
    first_review,
    record_review,
    refresh_alerts,
    return_sheet,
    submit_mended,
    submit_sheet,
)
from performance.operations.revising import (
    approve_revision,
    propose_revision,
    submit_revision,
    withdraw_revision,
)
from performance.operations.rounds import Opened, add_to_round, exempt_return, move_due, open_round
from performance.rules.scored import Reached

__all__ = [
    "Opened",
    "Outcome",
    "Reached",
    "RemarkInput",
    "RowInput",
    "accept_transfer",
    "add_to_round",
    "answer_paper",
    "approve_revision",
    "ask_paper",
    "assign_section",
    "check_assessment",
    "check_mended",
    "confirm_assessed",
    "confirm_values",
    "decide_assessment",
    "declare_zero",
    "draft_assessment",
    "draft_sheet",
    "enter_assessed",
    "enter_values",
    "exempt_return",
    "file_sheet",
    "fill_section",
    "first_review",
    "issue_region",
    "move_due",
    "open_round",
    "propose_revision",
    "recall_assessment",
    "record_review",
    "refresh_alerts",
    "refresh_returns",
    "return_assessment",
    "return_sheet",
    "review_return",
    "save_assessment",
    "save_outlook",
    "save_region",
    "save_sheet",
    "submit_assessment",
    "submit_mended",
    "submit_return",
    "submit_revision",
    "submit_sheet",
    "take_over_assessment",
    "take_over_return",
    "take_over_sheet",
    "withdraw_revision",
    "zero_findings",
]
