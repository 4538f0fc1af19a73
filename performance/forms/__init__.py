"""Forms of this app. They read what was typed; what is right is for the rules to say."""

from performance.forms.evaluations import EvaluationForm
from performance.forms.region import RegionDates, RegionForm
from performance.forms.reviews import AgreeForm, FirstReviewForm, ReturnForm, ReviewForm, RevisionForm, TakeOverForm
from performance.forms.sheets import NewSheetForm, SheetForm

__all__ = [
    "AgreeForm",
    "EvaluationForm",
    "FirstReviewForm",
    "NewSheetForm",
    "RegionDates",
    "RegionForm",
    "ReturnForm",
    "ReviewForm",
    "RevisionForm",
    "SheetForm",
    "TakeOverForm",
]
