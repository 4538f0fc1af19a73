"""Pure rules of targets, reports and figures; each cites its clause."""

from performance.rules.sheet import (
    CONSEQUENCE,
    REVIEW,
    SheetRow,
    check_review,
    check_sheet,
    lower_grade,
    review_grade,
    review_total,
)

__all__ = [
    "CONSEQUENCE",
    "REVIEW",
    "SheetRow",
    "check_review",
    "check_sheet",
    "lower_grade",
    "review_grade",
    "review_total",
]
