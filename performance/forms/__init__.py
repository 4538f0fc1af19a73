"""Forms of this app. They read what was typed; what is right is for the rules to say."""

from performance.forms.evaluations import EvaluationForm
from performance.forms.reviews import AgreeForm, FirstReviewForm, ReviewForm, TakeOverForm
from performance.forms.sheets import NewSheetForm, SheetForm

__all__ = ["AgreeForm", "EvaluationForm", "FirstReviewForm", "NewSheetForm", "ReviewForm", "SheetForm", "TakeOverForm"]
