"""整改与称号 below /api/v1/."""

from django.urls import path

from lifecycle.api import endings

PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{PROJECT}rectifications/", endings.Orders.as_view(), name="rectifications"),
    path(f"{PROJECT}rectifications/report/", endings.SubmitReport.as_view(), name="rectification_report"),
    path(f"{PROJECT}revocations/", endings.Revocations.as_view(), name="revocations"),
    path(f"{PROJECT}revocations/defence/", endings.StateDefence.as_view(), name="defence"),
    path(f"{PROJECT}false-cases/", endings.FalseCases.as_view(), name="false_cases"),
    path(f"{PROJECT}false-cases/statement/", endings.StateFalse.as_view(), name="false_state"),
    path(f"{PROJECT}yearly/", endings.Yearly.as_view(), name="yearly"),
    path(f"{PROJECT}yearly/save/", endings.SaveYearly.as_view(), name="yearly_save"),
    path(f"{PROJECT}yearly/submit/", endings.SubmitYearly.as_view(), name="yearly_submit"),
]
