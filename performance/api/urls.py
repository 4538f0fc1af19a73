"""Addresses of this app below /api/v1/. Each has its row in accounts/permissions.json."""

from django.urls import path

from performance.api.targets import OneTarget, Targets

project = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{project}targets/", Targets.as_view(), name="targets"),
    path(f"{project}targets/<int:round>/", OneTarget.as_view(), name="target"),
]
