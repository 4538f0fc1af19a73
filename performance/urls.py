"""Addresses of the targets. Each has its row in accounts/permissions.json; what moves the stage lies in lifecycle."""

from django.urls import path

from performance import (
    urls_assessments,
    urls_milestones,
    urls_monitoring,
    urls_readings,
    urls_region,
    urls_returns,
    urls_sheets,
    views,
)

app_name = "performance"
PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{PROJECT}targets/", views.SheetPage.as_view(), name="sheet"),
    path(f"{PROJECT}targets/new/", views.NewSheet.as_view(), name="sheet_new"),
    path(f"{PROJECT}targets/edit/", views.EditSheet.as_view(), name="sheet_edit"),
    path(f"{PROJECT}targets/take-over/", views.TakeOver.as_view(), name="sheet_take_over"),
    path(f"{PROJECT}targets/first-review/", views.FirstReview.as_view(), name="first_review"),
    path(f"{PROJECT}targets/mended/", views.SubmitMended.as_view(), name="mended"),
    path(f"{PROJECT}targets/mended/check/", views.CheckMended.as_view(), name="mended_check"),
    path(f"{PROJECT}targets/reviews/<int:review_id>/", views.ReviewPage.as_view(), name="review_sheet"),
    path(f"{PROJECT}targets/<int:round>/f02.pdf", views.PrintF02.as_view(), name="f02"),
    path(f"{PROJECT}evaluation/", views.EnterValues.as_view(), name="evaluation"),
    path(f"{PROJECT}evaluation/confirm/", views.ConfirmValues.as_view(), name="evaluation_confirm"),
    *urls_region.urlpatterns,
    *urls_returns.urlpatterns,
    *urls_milestones.urlpatterns,
    *urls_sheets.urlpatterns,
    *urls_readings.urlpatterns,
    *urls_monitoring.urlpatterns,
    *urls_assessments.urlpatterns,
]
