"""Pages of the targets, their review and gate B."""

from performance.views.evaluations import ConfirmValues, EnterValues
from performance.views.reviews import CheckMended, FirstReview, ReviewPage, SubmitMended, TakeOver
from performance.views.sheets import EditSheet, NewSheet, PrintF02, SheetPage

__all__ = [
    "CheckMended",
    "ConfirmValues",
    "EditSheet",
    "EnterValues",
    "FirstReview",
    "NewSheet",
    "PrintF02",
    "ReviewPage",
    "SheetPage",
    "SubmitMended",
    "TakeOver",
]
