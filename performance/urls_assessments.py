"""Addresses of the self-evaluations. Each has its row in accounts/permissions.json."""

from django.urls import path

from performance.views import assessment_acts as acts
from performance.views import assessments as views

PROJECT = "projects/<int:project_id>/assessments/"
ONE = f"{PROJECT}<int:assessment_id>/"
urlpatterns = [
    path("assessments/", acts.AllAssessments.as_view(), name="all_assessments"),
    path(PROJECT, views.Assessments.as_view(), name="assessments"),
    path(f"{PROJECT}new/", views.NewAssessment.as_view(), name="assessment_new"),
    path(ONE, views.AssessmentPage.as_view(), name="assessment"),
    path(f"{ONE}form.pdf", views.PrintAssessment.as_view(), name="assessment_pdf"),
    path(f"{ONE}edit/", views.EditAssessment.as_view(), name="assessment_edit"),
    path(f"{ONE}submit/", views.SubmitAssessment.as_view(), name="assessment_submit"),
    path(f"{ONE}take-over/", views.TakeOverAssessment.as_view(), name="assessment_take_over"),
    path(f"{ONE}recall/", views.RecallAssessment.as_view(), name="assessment_recall"),
    path(f"{ONE}check/", acts.CheckAssessment.as_view(), name="assessment_check"),
    path(f"{ONE}return/", acts.ReturnAssessment.as_view(), name="assessment_return"),
    path(f"{ONE}values/", acts.EnterAssessed.as_view(), name="assessment_values"),
    path(f"{ONE}confirm/", acts.ConfirmAssessed.as_view(), name="assessment_confirm"),
    path(f"{ONE}accept/", acts.AcceptTransfer.as_view(), name="assessment_accept"),
]
