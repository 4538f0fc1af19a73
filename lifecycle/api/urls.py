"""Addresses of the life of a project below /api/v1/; one list an area."""

from django.urls import path

from lifecycle.api.acts import SubmitTarget
from lifecycle.api.reading import Deadlines, Decisions

PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{PROJECT}deadlines/", Deadlines.as_view(), name="deadlines"),
    path(f"{PROJECT}decisions/", Decisions.as_view(), name="decisions"),
    path(f"{PROJECT}targets/submit/", SubmitTarget.as_view(), name="target_submit"),
]
