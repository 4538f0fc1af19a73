"""Pages of the targets, their review and gate B."""

from performance.views.evaluations import ConfirmValues, EnterValues
from performance.views.library import LibraryPage
from performance.views.reviews import CheckMended, FirstReview, ReviewPage, SubmitMended, TakeOver
from performance.views.revisions import CompareSheets, ProposeRevision, SubmitRevision, WithdrawRevision
from performance.views.sheets import EditSheet, NewSheet, PrintF02, SheetPage

__all__ = [
    "CheckMended",
    "CompareSheets",
    "ConfirmValues",
    "EditSheet",
    "EnterValues",
    "FirstReview",
    "LibraryPage",
    "NewSheet",
    "PrintF02",
    "ProposeRevision",
    "ReviewPage",
    "SheetPage",
    "SubmitMended",
    "SubmitRevision",
    "TakeOver",
    "WithdrawRevision",
]
