"""Addresses of the pages that read across the apps. Each has its row in accounts/permissions.json."""

from django.urls import path

from reports.policy import policy_page
from reports.views import (
    archive,
    as_of,
    compare,
    digest,
    dossier,
    health,
    lists,
    onward,
    periodic,
    province_papers,
    register,
    risks,
    search,
    statistics,
    statistics_targets,
    timeline,
    workbench,
)

app_name = "reports"

urlpatterns = [
    path("", workbench.Workbench.as_view(), name="workbench"),
    path("projects/", register.Register.as_view(), name="projects"),
    path("projects/export/", register.Export.as_view(), name="projects_export"),
    path("projects/<int:project_id>/", dossier.DossierPage.as_view(), name="dossier"),
    path("projects/<int:project_id>/next/", onward.NextPage.as_view(), name="next"),
    path("projects/<int:project_id>/dossier.zip", archive.DossierZip.as_view(), name="dossier_zip"),
    path("projects/<int:project_id>/compare/", compare.Compare.as_view(), name="compare"),
    path("projects/<int:project_id>/timeline/", timeline.Timeline.as_view(), name="timeline"),
    path("projects/<int:project_id>/monitor/", timeline.Monitor.as_view(), name="monitor"),
    path("projects/<int:project_id>/journal/", dossier.ProjectJournal.as_view(), name="journal"),
    path("alerts/", lists.Alerts.as_view(), name="alerts"),
    path("alerts/export/", lists.AlertsExport.as_view(), name="alerts_export"),
    path("alerts/risk/", risks.Risks.as_view(), name="risks"),
    path("projects/<int:project_id>/risk/", risks.ProjectRisk.as_view(), name="risk"),
    path("statistics/", statistics.Statistics.as_view(), name="statistics"),
    path("statistics/draw/", statistics.Draw.as_view(), name="statistics_draw"),
    path("statistics/chart.svg", statistics.Chart.as_view(), name="statistics_chart"),
    path("statistics/targets/", statistics_targets.Targets.as_view(), name="statistics_targets"),
    path("statistics/table/", statistics.Download.as_view(), name="statistics_table"),
    path("statistics/overview.pdf", statistics.OnePage.as_view(), name="statistics_paper"),
    path("reports/as-of/", as_of.AsOf.as_view(), name="as_of"),
    path("reports/as-of/export/", as_of.AsOfExport.as_view(), name="as_of_export"),
    path("reports/periodic/", periodic.Periodic.as_view(), name="periodic"),
    path("reports/periodic/make/", periodic.Make.as_view(), name="periodic_make"),
    path("reports/periodic/<int:report_id>/<str:suffix>/", periodic.Download.as_view(), name="periodic_file"),
    path("reports/brief/", periodic.BriefPaper.as_view(), name="brief"),
    path("reports/papers/", province_papers.ProvincePapers.as_view(), name="province_papers"),
    path("reports/papers/file/", province_papers.ProvincePaper.as_view(), name="province_paper"),
    path("me/digest/", digest.DigestPage.as_view(), name="digest"),
    path("journal/", lists.Journal.as_view(), name="journal_all"),
    path("search/", search.Search.as_view(), name="search"),
    path("policy/", policy_page, name="policy"),
    path("health/", health.health, name="health"),
]
