"""Addresses of the steps. Each has its row in accounts/permissions.json."""

from django.urls import path

from lifecycle import (
    urls_acceptance,
    urls_deadlines,
    urls_endings,
    urls_inspections,
    urls_machine,
    urls_printing,
    urls_problems,
    urls_progress,
)
from lifecycle.views import decisions, settlements, steps

app_name = "lifecycle"
PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path("decisions/", decisions.DecisionList.as_view(), name="decisions"),
    path("decisions/new/<str:code>/", decisions.DraftSeveral.as_view(), name="decision_new"),
    path("decisions/<int:pk>/", decisions.DecisionPage.as_view(), name="decision"),
    path("decisions/<int:pk>/sign/", decisions.Sign.as_view(), name="decision_sign"),
    path("decisions/<int:pk>/concur/", decisions.Concur.as_view(), name="decision_concur"),
    path("decisions/<int:pk>/return/", decisions.Return.as_view(), name="decision_return"),
    path("decisions/<int:pk>/withdraw/", decisions.Withdraw.as_view(), name="decision_withdraw"),
    path("decisions/<int:pk>/leave-out/<int:project_id>/", decisions.LeaveOut.as_view(), name="decision_leave_out"),
    path(f"{PROJECT}steps/<str:code>/", decisions.DraftStep.as_view(), name="step"),
    path(f"{PROJECT}targets/submit/", steps.SubmitTargets.as_view(), name="submit_targets"),
    path(f"{PROJECT}targets/return/", steps.ReturnTargets.as_view(), name="return_targets"),
    path(f"{PROJECT}targets/review/", steps.ReviewTargets.as_view(), name="review_targets"),
    path(f"{PROJECT}build/start/", steps.StartBuilding.as_view(), name="start_building"),
    path(f"{PROJECT}build/extension/", steps.RequestExtension.as_view(), name="request_extension"),
    path(f"{PROJECT}termination/", steps.RequestTermination.as_view(), name="request_termination"),
    path(f"{PROJECT}requests/<int:request_id>/refuse/", steps.RefuseRequest.as_view(), name="request_refuse"),
    path(f"{PROJECT}settlement/approve/", settlements.Settle.as_view(), name="settle"),
    path(f"{PROJECT}settlement/termination/", settlements.SettleTermination.as_view(), name="settle_termination"),
    *urls_deadlines.urlpatterns,
    *urls_machine.urlpatterns,
    *urls_endings.urlpatterns,
    *urls_inspections.urlpatterns,
    *urls_acceptance.urlpatterns,
    *urls_problems.urlpatterns,
    *urls_progress.urlpatterns,
    *urls_printing.urlpatterns,
]
