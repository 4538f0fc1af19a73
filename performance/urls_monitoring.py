"""Addresses of 双监控."""

from django.urls import path

from performance.views import monitoring

ONE = "projects/<int:project_id>/returns/<int:return_id>/monitoring/"
urlpatterns = [
    path(ONE, monitoring.MonitoringPage.as_view(), name="monitoring"),
    path(f"{ONE}edit/", monitoring.EditOutlook.as_view(), name="monitoring_edit"),
    path(f"{ONE}f04.pdf", monitoring.PrintMonitoring.as_view(), name="f04"),
]
