"""Addresses of the pages that read across the apps. Each has its row in accounts/permissions.json."""

from django.urls import path

from reports.policy import policy_page
from reports.views import dossier, health, lists, onward, register, risks, workbench

app_name = "reports"

urlpatterns = [
    path("", workbench.Workbench.as_view(), name="workbench"),
    path("projects/", register.Register.as_view(), name="projects"),
    path("projects/export/", register.Export.as_view(), name="projects_export"),
    path("projects/<int:project_id>/", dossier.DossierPage.as_view(), name="dossier"),
    path("projects/<int:project_id>/next/", onward.NextPage.as_view(), name="next"),
    path("projects/<int:project_id>/journal/", dossier.ProjectJournal.as_view(), name="journal"),
    path("alerts/", lists.Alerts.as_view(), name="alerts"),
    path("alerts/risk/", risks.Risks.as_view(), name="risks"),
    path("projects/<int:project_id>/risk/", risks.ProjectRisk.as_view(), name="risk"),
    path("journal/", lists.Journal.as_view(), name="journal_all"),
    path("policy/", policy_page, name="policy"),
    path("health/", health.health, name="health"),
]
