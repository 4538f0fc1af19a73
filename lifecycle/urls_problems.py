"""Addresses of the register of problems. Each has its row in accounts/permissions.json."""

from django.urls import path

from lifecycle.views import problem_register, problems

PROJECT = "projects/<int:project_id>/problems/"
ONE = f"{PROJECT}<int:problem_id>/"
urlpatterns = [
    path("problems/", problem_register.AllProblems.as_view(), name="all_problems"),
    path("problems/export/", problem_register.ProblemsExport.as_view(), name="problems_export"),
    path(PROJECT, problems.Problems.as_view(), name="problems"),
    path(f"{PROJECT}new/", problems.OpenProblem.as_view(), name="problem_open"),
    path(f"{PROJECT}f13.pdf", problems.PrintF13.as_view(), name="f13"),
    path(ONE, problems.ProblemPage.as_view(), name="problem"),
    path(f"{ONE}answer/", problems.DraftAnswer.as_view(), name="problem_answer"),
    path(f"{ONE}submit/", problems.SubmitAnswer.as_view(), name="problem_submit"),
    path(f"{ONE}ask/", problems.AskAgain.as_view(), name="problem_ask"),
    path(f"{ONE}close/", problems.CloseProblem.as_view(), name="problem_close"),
    path(f"{ONE}reopen/", problems.ReopenProblem.as_view(), name="problem_reopen"),
]
