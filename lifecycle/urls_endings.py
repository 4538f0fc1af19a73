"""Addresses of 限期整改, 取消称号, 虚假材料 and what comes after 验收."""

from django.urls import path

from lifecycle.views import false_material, papers, rectification, revocation, yearly

PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{PROJECT}rectification/", rectification.RectificationPage.as_view(), name="rectification"),
    path(f"{PROJECT}rectification/serve/", rectification.ServeOrder.as_view(), name="serve_order"),
    path(f"{PROJECT}rectification/report/", rectification.Report.as_view(), name="report"),
    path(f"{PROJECT}rectification/problems/<int:problem_id>/", rectification.Answer.as_view(), name="answer"),
    path(f"{PROJECT}rectification/recheck/", rectification.Recheck.as_view(), name="recheck"),
    path(f"{PROJECT}revocation/serve/", revocation.ServeNotice.as_view(), name="serve_notice"),
    path(f"{PROJECT}revocation/defence/", revocation.Defence.as_view(), name="defence"),
    path(f"{PROJECT}revocation/hearing/", revocation.Hearing.as_view(), name="hearing"),
    path(f"{PROJECT}revocation/legal-review/", revocation.LegalReview.as_view(), name="legal_review"),
    path(f"{PROJECT}revocation/decision/serve/", revocation.ServeDecision.as_view(), name="serve_decision"),
    path(f"{PROJECT}revocation/plaque/", revocation.Plaque.as_view(), name="plaque"),
    path(f"{PROJECT}revocation/report-upward/", revocation.ReportUpward.as_view(), name="report_upward"),
    path(f"{PROJECT}revocation/publication/", revocation.Publication.as_view(), name="publication"),
    path(f"{PROJECT}papers/<int:decision_id>/", papers.Paper.as_view(), name="paper"),
    path(f"{PROJECT}papers/<int:decision_id>/receipt/", papers.Receipt.as_view(), name="receipt"),
    path(f"{PROJECT}false-material/", false_material.FalseMaterialPage.as_view(), name="false_material"),
    path(f"{PROJECT}false-material/open/", false_material.OpenFalseCase.as_view(), name="false_open"),
    path(f"{PROJECT}false-material/statement/", false_material.StateFalse.as_view(), name="false_state"),
    path(f"{PROJECT}false-material/dismiss/", false_material.DismissFalse.as_view(), name="false_dismiss"),
    path(f"{PROJECT}yearly/", yearly.YearlyPage.as_view(), name="yearly"),
    path(f"{PROJECT}yearly/edit/", yearly.EditYearly.as_view(), name="yearly_edit"),
    path(f"{PROJECT}yearly/submit/", yearly.SubmitYearly.as_view(), name="yearly_submit"),
    path(f"{PROJECT}yearly/check/", yearly.CheckYearly.as_view(), name="yearly_check"),
    path(f"{PROJECT}yearly/grade/", yearly.ProposeGrade.as_view(), name="yearly_grade"),
    path("yearly/", yearly.AllYearly.as_view(), name="all_yearly"),
]
