"""Addresses of the register of problems below /api/v1/."""

from django.urls import path

from lifecycle.api import problems

PROJECT = "projects/<int:project_id>/problems/"
ONE = f"{PROJECT}<int:problem_id>/"
urlpatterns = [
    path("problems/", problems.AllProblems.as_view(), name="all_problems"),
    path(PROJECT, problems.Problems.as_view(), name="problems"),
    path(f"{PROJECT}new/", problems.OpenProblem.as_view(), name="problem_open"),
    path(ONE, problems.ProblemOne.as_view(), name="problem"),
    path(f"{ONE}answer/", problems.DraftAnswer.as_view(), name="problem_answer"),
    path(f"{ONE}submit/", problems.SubmitAnswer.as_view(), name="problem_submit"),
    path(f"{ONE}ask/", problems.AskAgain.as_view(), name="problem_ask"),
    path(f"{ONE}close/", problems.CloseProblem.as_view(), name="problem_close"),
    path(f"{ONE}reopen/", problems.ReopenProblem.as_view(), name="problem_reopen"),
]
