"""Addresses of 建设任务, 建设进度 and 催报电话."""

from django.urls import path

from performance.views import calls, milestones

PLAN = "projects/<int:project_id>/milestones/"
ONE = "projects/<int:project_id>/returns/<int:return_id>/"
urlpatterns = [
    path(PLAN, milestones.Milestones.as_view(), name="milestones"),
    path(f"{PLAN}edit/", milestones.EditMilestones.as_view(), name="milestones_edit"),
    path(f"{PLAN}submit/", milestones.SubmitMilestones.as_view(), name="milestones_submit"),
    path(f"{PLAN}review/", milestones.ReviewMilestones.as_view(), name="milestones_review"),
    path(f"{ONE}progress/", milestones.Progress.as_view(), name="progress"),
    path(f"{ONE}progress/edit/", milestones.EditProgress.as_view(), name="progress_edit"),
    path(f"{ONE}progress/comment/", milestones.CommentProgress.as_view(), name="progress_comment"),
    path(f"{ONE}f09.pdf", milestones.PrintProgress.as_view(), name="f09"),
    path(f"{ONE}calls/", calls.RecordCall.as_view(), name="call_record"),
]
