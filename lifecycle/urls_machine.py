"""Addresses of the machine, of changes and disputes, of the papers of decisions and of handing over."""

from django.urls import path

from lifecycle.views import changes, decision_papers, handover, machine

PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path("machine/", machine.MachinePage.as_view(), name="machine"),
    path("decisions/<int:pk>/paper.pdf", decision_papers.DecisionPdf.as_view(), name="decision_pdf"),
    path("decisions/<int:pk>/paper.xlsx", decision_papers.DecisionSheet.as_view(), name="decision_sheet"),
    path("decisions/<int:pk>/paper/", decision_papers.RegisterPaper.as_view(), name="decision_paper"),
    path("decisions/<int:pk>/corrections/new/", decision_papers.NewCorrection.as_view(), name="correction_new"),
    path(
        "decisions/<int:pk>/corrections/<int:correction_id>/",
        decision_papers.AnswerCorrection.as_view(),
        name="correction_answer",
    ),
    path("handover/<int:user_id>/", handover.HandOver.as_view(), name="handover"),
    path(f"{PROJECT}changes/", changes.ChangesPage.as_view(), name="changes"),
    path(f"{PROJECT}changes/new/<str:change_kind>/", changes.NewChange.as_view(), name="change_new"),
    path(f"{PROJECT}changes/<int:change_id>/withdraw/", changes.WithdrawChange.as_view(), name="change_withdraw"),
    path(f"{PROJECT}changes/<int:change_id>/refuse/", changes.RefuseChange.as_view(), name="change_refuse"),
    path(f"{PROJECT}disputes/new/", changes.NewDispute.as_view(), name="dispute_new"),
    path(f"{PROJECT}disputes/<int:dispute_id>/", changes.CloseDispute.as_view(), name="dispute_close"),
]
