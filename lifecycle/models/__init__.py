"""What happens to a project on its way; one module an area."""

from lifecycle.models.acceptance import Acceptance, ConditionCheck
from lifecycle.models.deadline import Deadline, Reminder
from lifecycle.models.job import Heartbeat, JobRun
from lifecycle.models.rectification import Rectification, RectificationReport
from lifecycle.models.request import Request
from lifecycle.models.revocation import Revocation

__all__ = [
    "Acceptance",
    "ConditionCheck",
    "Deadline",
    "Heartbeat",
    "JobRun",
    "Rectification",
    "RectificationReport",
    "Reminder",
    "Request",
    "Revocation",
]
