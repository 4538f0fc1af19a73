"""The project and what hangs on it."""

from projects.models.assignment import Assignment
from projects.models.correction import Correction
from projects.models.former import FormerUnit
from projects.models.printed import PrintedPaper
from projects.models.problem import Problem, ProblemEntry
from projects.models.project import (
    Alert,
    Attachment,
    Decision,
    DecisionItem,
    ImportBatch,
    Occupation,
    Project,
    Signature,
)
from projects.models.setting import SettingSheet
from projects.models.waiver import Waiver

__all__ = [
    "Alert",
    "Assignment",
    "Attachment",
    "Correction",
    "Decision",
    "DecisionItem",
    "FormerUnit",
    "ImportBatch",
    "Occupation",
    "PrintedPaper",
    "Problem",
    "ProblemEntry",
    "Project",
    "SettingSheet",
    "Signature",
    "Waiver",
]
