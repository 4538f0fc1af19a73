"""Addresses of inspections: plans and tours of all, then the record below a project."""

from django.urls import path

from lifecycle.views import inspections, inspections_findings, inspections_plan, inspections_tour

ALL = "inspections/"
PLAN = f"{ALL}plans/<int:plan_id>/"
TOUR = f"{ALL}tours/<int:tour_id>/"
STOP = f"{TOUR}stops/<int:stop_id>/"
PROJECT = "projects/<int:project_id>/inspections/"
ONE = f"{PROJECT}<int:inspection_id>/"
FINDING = f"{ONE}findings/<int:inspection_finding_id>/"

urlpatterns = [
    path(ALL, inspections_plan.Inspections.as_view(), name="all_inspections"),
    path(f"{ALL}plans/", inspections_plan.Plans.as_view(), name="inspection_plans"),
    path(f"{ALL}plans/new/", inspections_plan.NewPlan.as_view(), name="inspection_plan_new"),
    path(PLAN, inspections_plan.PlanPage.as_view(), name="inspection_plan"),
    path(f"{PLAN}lines/<int:line_id>/", inspections_plan.AdjustPlan.as_view(), name="inspection_plan_adjust"),
    path(f"{PLAN}approve/", inspections_plan.ApprovePlan.as_view(), name="inspection_plan_approve"),
    path(f"{ALL}tours/", inspections_tour.Tours.as_view(), name="inspection_tours"),
    path(f"{ALL}tours/new/", inspections_tour.NewTour.as_view(), name="inspection_tour_new"),
    path(TOUR, inspections_tour.TourPage.as_view(), name="inspection_tour"),
    path(f"{TOUR}teams/new/", inspections_tour.Team.as_view(), name="inspection_team"),
    path(f"{TOUR}teams/<int:team_id>/", inspections_tour.Team.as_view(), name="inspection_team_edit"),
    path(f"{TOUR}stops/new/", inspections_tour.NewStop.as_view(), name="inspection_stop"),
    path(STOP, inspections_tour.MoveStop.as_view(), name="inspection_stop_edit"),
    path(f"{STOP}drop/", inspections_tour.DropStop.as_view(), name="inspection_stop_drop"),
    path(f"{TOUR}issue/", inspections_tour.IssueTour.as_view(), name="inspection_issue"),
    path(f"{TOUR}summary/", inspections_tour.SummariseTour.as_view(), name="inspection_summary"),
    path(PROJECT, inspections.ProjectInspections.as_view(), name="inspections"),
    path(f"{PROJECT}new/", inspections_tour.PlanSingle.as_view(), name="inspection_new"),
    path(ONE, inspections.InspectionPage.as_view(), name="inspection"),
    path(f"{ONE}visit/", inspections.Visit.as_view(), name="inspection_visit"),
    path(f"{ONE}items/<int:inspection_item_id>/", inspections.CheckItem.as_view(), name="inspection_item"),
    path(f"{ONE}sign/", inspections.SignRecord.as_view(), name="inspection_sign"),
    path(f"{ONE}reopen/", inspections.ReopenRecord.as_view(), name="inspection_reopen"),
    path(f"{ONE}note/", inspections.NoteRecord.as_view(), name="inspection_note"),
    path(f"{ONE}seen/", inspections.SeeRecord.as_view(), name="inspection_seen"),
    path(f"{ONE}findings/new/", inspections_findings.WordFinding.as_view(), name="inspection_finding_new"),
    path(f"{FINDING}edit/", inspections_findings.WordFinding.as_view(), name="inspection_finding_edit"),
    path(f"{FINDING}drop/", inspections_findings.DropFinding.as_view(), name="inspection_finding_drop"),
    path(f"{ONE}ask/", inspections_findings.AskOpinion.as_view(), name="inspection_ask"),
    path(f"{ONE}opinion/", inspections_findings.AnswerOpinion.as_view(), name="inspection_opinion"),
    path(f"{ONE}conclude/", inspections_findings.Conclude.as_view(), name="inspection_conclude"),
]
