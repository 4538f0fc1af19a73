"""Addresses of the steps. Each has its row in accounts/permissions.json."""

from django.urls import path

from lifecycle.views import decisions, rectification, settlements, steps

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
    path(f"{PROJECT}acceptance/", steps.AcceptancePage.as_view(), name="acceptance"),
    path(f"{PROJECT}acceptance/pack/", steps.UploadPack.as_view(), name="pack"),
    path(f"{PROJECT}acceptance/apply/", steps.Apply.as_view(), name="apply"),
    path(f"{PROJECT}acceptance/first-check/", steps.FirstCheck.as_view(), name="first_check"),
    path(f"{PROJECT}acceptance/gate-a/", steps.GateA.as_view(), name="gate_a"),
    path(f"{PROJECT}rectification/", rectification.RectificationPage.as_view(), name="rectification"),
    path(f"{PROJECT}rectification/serve/", rectification.ServeOrder.as_view(), name="serve_order"),
    path(f"{PROJECT}rectification/report/", rectification.Report.as_view(), name="report"),
    path(f"{PROJECT}rectification/problems/<int:problem_id>/", rectification.Answer.as_view(), name="answer"),
    path(f"{PROJECT}rectification/recheck/", rectification.Recheck.as_view(), name="recheck"),
    path(f"{PROJECT}revocation/serve/", rectification.ServeNotice.as_view(), name="serve_notice"),
    path(f"{PROJECT}revocation/defence/", rectification.Defence.as_view(), name="defence"),
    path(f"{PROJECT}revocation/decision/serve/", rectification.ServeDecision.as_view(), name="serve_decision"),
    path(f"{PROJECT}settlement/approve/", settlements.Settle.as_view(), name="settle"),
    path(f"{PROJECT}settlement/termination/", settlements.SettleTermination.as_view(), name="settle_termination"),
]
