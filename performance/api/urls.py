"""Addresses of this app below /api/v1/. Each has its row in accounts/permissions.json."""

from django.urls import path

from performance.api import (
    assessment_acts,
    assessments,
    classes,
    milestones,
    monitoring,
    readings,
    region,
    return_acts,
    returns,
    round_acts,
)
from performance.api.target_acts import SaveTarget
from performance.api.targets import OneTarget, Targets

project = "projects/<int:project_id>/"
assessment = f"{project}assessments/<int:assessment_id>/"
urlpatterns = [
    path(f"{project}targets/", Targets.as_view(), name="targets"),
    path(f"{project}targets/save/", SaveTarget.as_view(), name="target_save"),
    path(f"{project}targets/<int:round>/", OneTarget.as_view(), name="target"),
    path("rounds/", returns.Rounds.as_view(), name="rounds"),
    path("rounds/<int:round_id>/", returns.OneRound.as_view(), name="round"),
    path("region/", region.Regions.as_view(), name="regions"),
    path("region/<slug:edition>/<slug:kind>/<int:year>/", region.OneRegion.as_view(), name="region"),
    path("rounds/open/", round_acts.OpenRound.as_view(), name="round_open"),
    path("rounds/<int:round_id>/due/", round_acts.MoveDue.as_view(), name="round_due"),
    path(f"{project}returns/<int:return_id>/exempt/", round_acts.ExemptReturn.as_view(), name="return_exempt"),
    path(f"{project}returns/<int:return_id>/zero/", round_acts.ZeroReport.as_view(), name="return_zero"),
    path(f"{project}returns/<int:return_id>/asks/new/", round_acts.AskPaper.as_view(), name="return_ask"),
    path(
        f"{project}returns/<int:return_id>/asks/<int:return_ask_id>/answer/",
        round_acts.AnswerPaper.as_view(),
        name="return_answer",
    ),
    path(f"{project}returns/<int:return_id>/monitoring/", monitoring.Monitoring.as_view(), name="monitoring"),
    path(
        f"{project}returns/<int:return_id>/monitoring/save/",
        monitoring.SaveMonitoring.as_view(),
        name="monitoring_save",
    ),
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
    path(f"{project}returns/<int:return_id>/readings/papers/", readings.SavePapers.as_view(), name="reading_papers"),
    path(f"{project}milestones/", milestones.Milestones.as_view(), name="milestones"),
    path(f"{project}returns/<int:return_id>/progress/", milestones.OneProgress.as_view(), name="progress"),
    path(f"{project}returns/<int:return_id>/progress/save/", milestones.SaveProgress.as_view(), name="progress_save"),
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
    path(f"{assessment}check/", assessment_acts.CheckAssessment.as_view(), name="assessment_check"),
    path(f"{assessment}return/", assessment_acts.ReturnAssessment.as_view(), name="assessment_return"),
    path(f"{assessment}values/", assessment_acts.EnterAssessed.as_view(), name="assessment_values"),
    path(f"{assessment}confirm/", assessment_acts.ConfirmAssessed.as_view(), name="assessment_confirm"),
    path(f"{assessment}accept/", assessment_acts.AcceptTransfer.as_view(), name="assessment_accept"),
    path(f"{project}classes/", classes.Classes.as_view(), name="classes"),
    path(f"{project}classes/record/", classes.RecordClass.as_view(), name="class_record"),
    path(f"{project}classes/<int:class_id>/edit/", classes.EditClass.as_view(), name="class_edit"),
    path(f"{project}classes/<int:class_id>/void/", classes.VoidClass.as_view(), name="class_void"),
]
