"""Addresses of 绩效目标调整, of versions beside each other and of 指标对比."""

from django.urls import path

from performance import views

PROJECT = "projects/<int:project_id>/targets/"
urlpatterns = [
    path(f"{PROJECT}revision/", views.ProposeRevision.as_view(), name="revision_new"),
    path(f"{PROJECT}revision/submit/", views.SubmitRevision.as_view(), name="revision_submit"),
    path(f"{PROJECT}revision/withdraw/", views.WithdrawRevision.as_view(), name="revision_withdraw"),
    path(f"{PROJECT}compare/", views.CompareSheets.as_view(), name="sheet_compare"),
    path("projects/<int:project_id>/library/", views.LibraryPage.as_view(), name="library"),
]
