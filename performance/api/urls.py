"""Addresses of this app below /api/v1/. Each has its row in accounts/permissions.json."""

from django.urls import path

from performance.api import assessments, classes, readings, return_acts, returns
from performance.api.target_acts import SaveTarget
from performance.api.targets import OneTarget, Targets

project = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{project}targets/", Targets.as_view(), name="targets"),
    path(f"{project}targets/save/", SaveTarget.as_view(), name="target_save"),
    path(f"{project}targets/<int:round>/", OneTarget.as_view(), name="target"),
    path("rounds/", returns.Rounds.as_view(), name="rounds"),
    path("rounds/<int:round_id>/", returns.OneRound.as_view(), name="round"),
    path(f"{project}returns/", returns.Returns.as_view(), name="returns"),
    path(f"{project}returns/<int:return_id>/", returns.OneReturn.as_view(), name="return"),
    path(
        f"{project}returns/<int:return_id>/sections/<str:code>/",
        return_acts.FillSection.as_view(),
        name="return_section",
    ),
    path(f"{project}returns/<int:return_id>/submit/", return_acts.SubmitReturn.as_view(), name="return_submit"),
    path(f"{project}returns/<int:return_id>/review/", return_acts.ReviewReturn.as_view(), name="return_review"),
    path(f"{project}returns/<int:return_id>/readings/", readings.Readings.as_view(), name="readings"),
    path(f"{project}returns/<int:return_id>/readings/save/", readings.SaveReadings.as_view(), name="readings_save"),
    path(f"{project}assessments/", assessments.Assessments.as_view(), name="assessments"),
    path(f"{project}assessments/new/", assessments.DraftAssessment.as_view(), name="assessment_new"),
    path(f"{project}assessments/<int:assessment_id>/", assessments.OneAssessment.as_view(), name="assessment"),
    path(
        f"{project}assessments/<int:assessment_id>/save/",
        assessments.SaveAssessment.as_view(),
        name="assessment_save",
    ),
    path(
        f"{project}assessments/<int:assessment_id>/submit/",
        assessments.SubmitAssessment.as_view(),
        name="assessment_submit",
    ),
    path(f"{project}classes/", classes.Classes.as_view(), name="classes"),
    path(f"{project}classes/record/", classes.RecordClass.as_view(), name="class_record"),
    path(f"{project}classes/<int:class_id>/edit/", classes.EditClass.as_view(), name="class_edit"),
    path(f"{project}classes/<int:class_id>/void/", classes.VoidClass.as_view(), name="class_void"),
]
