"""The project and what hangs on it."""

from projects.models.problem import Problem
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

__all__ = [
    "Alert",
    "Attachment",
    "Decision",
    "DecisionItem",
    "ImportBatch",
    "Occupation",
    "Problem",
    "Project",
    "Signature",
]
