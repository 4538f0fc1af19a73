"""Addresses of 监测轮次 and 季报包."""

from django.urls import path

from performance.views import return_reviews, returns, rounds

PROJECT = "projects/<int:project_id>/returns/"
ONE = f"{PROJECT}<int:return_id>/"
PART = f"{ONE}sections/<str:code>/"
urlpatterns = [
    path("rounds/", rounds.Rounds.as_view(), name="rounds"),
    path("rounds/new/", rounds.OpenRound.as_view(), name="round_open"),
    path("rounds/<int:round_id>/", rounds.RoundPage.as_view(), name="round"),
    path("rounds/<int:round_id>/due/", rounds.MoveDue.as_view(), name="round_due"),
    path("rounds/<int:round_id>/add/", rounds.AddToRound.as_view(), name="round_add"),
    path("rounds/<int:round_id>/chase/", rounds.Chase.as_view(), name="chase"),
    path(PROJECT, returns.Returns.as_view(), name="returns"),
    path(ONE, returns.ReturnPage.as_view(), name="return"),
    path(PART, returns.FillSection.as_view(), name="section"),
    path(f"{PART}mark/", returns.MarkSection.as_view(), name="section_mark"),
    path(f"{PART}assign/", returns.AssignSection.as_view(), name="section_assign"),
    path(f"{ONE}zero/", returns.ZeroReport.as_view(), name="return_zero"),
    path(f"{ONE}take-over/", returns.TakeOverReturn.as_view(), name="return_take_over"),
    path(f"{ONE}submit/", returns.SubmitReturn.as_view(), name="return_submit"),
    path(f"{ONE}exempt/", returns.ExemptReturn.as_view(), name="return_exempt"),
    path(f"{ONE}review/", return_reviews.ReviewReturn.as_view(), name="return_review"),
    path(f"{ONE}asks/new/", return_reviews.AskPaper.as_view(), name="return_ask"),
    path(f"{ONE}asks/<int:return_ask_id>/", return_reviews.AnswerPaper.as_view(), name="return_answer"),
]
