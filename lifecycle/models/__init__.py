"""What happens to a project on its way; one module an area."""

from lifecycle.models.acceptance import Acceptance, ConditionCheck, PackReturn, PassedOpinion
from lifecycle.models.change import ChangeRequest
from lifecycle.models.deadline import CalendarFeed, ClockStop, DateMove, Deadline, Reminder, Told
from lifecycle.models.dispute import Dispute
from lifecycle.models.false_material import FalseCase
from lifecycle.models.inspections import (
    Inspection,
    InspectionFinding,
    InspectionItem,
    InspectionNote,
    InspectionPlan,
    InspectionSignature,
    InspectionTeam,
    InspectionTour,
    Inspector,
    PlannedInspection,
)
from lifecycle.models.job import Heartbeat, JobRun
from lifecycle.models.mock import GapTask, SelfCheck
from lifecycle.models.panel import ExpertCard, ExpertSheet, Panel, PanelCase, PanelSeat, Recusal
from lifecycle.models.rectification import Rectification, RectificationReport
from lifecycle.models.request import Request
from lifecycle.models.revocation import FollowUp, Hearing, LegalReview, Revocation
from lifecycle.models.service import Service
from lifecycle.models.yearly import YearlyAssessment, YearlyReport

__all__ = [
    "Acceptance",
    "CalendarFeed",
    "ChangeRequest",
    "ClockStop",
    "ConditionCheck",
    "DateMove",
    "Deadline",
    "Dispute",
    "ExpertCard",
    "ExpertSheet",
    "FalseCase",
    "FollowUp",
    "GapTask",
    "Hearing",
    "Heartbeat",
    "Inspection",
    "InspectionFinding",
    "InspectionItem",
    "InspectionNote",
    "InspectionPlan",
    "InspectionSignature",
    "InspectionTeam",
    "InspectionTour",
    "Inspector",
    "JobRun",
    "LegalReview",
    "PackReturn",
    "Panel",
    "PanelCase",
    "PanelSeat",
    "PassedOpinion",
    "PlannedInspection",
    "Rectification",
    "RectificationReport",
    "Recusal",
    "Reminder",
    "Request",
    "Revocation",
    "SelfCheck",
    "Service",
    "Told",
    "YearlyAssessment",
    "YearlyReport",
]
