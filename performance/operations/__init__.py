"""The acts of this app. Those marked as effects are called by the steps of the lifecycle alone."""

from performance.operations.drafting import RowInput, draft_sheet, save_sheet, take_over_sheet
from performance.operations.evaluating import Value, confirm_values, enter_values
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

__all__ = [
    "Outcome",
    "RowInput",
    "Value",
    "check_mended",
    "confirm_values",
    "draft_sheet",
    "enter_values",
    "file_sheet",
    "first_review",
    "record_review",
    "refresh_alerts",
    "return_sheet",
    "save_sheet",
    "submit_mended",
    "submit_sheet",
    "take_over_sheet",
]
