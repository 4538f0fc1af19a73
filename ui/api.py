"""How the API says no: one shape for every refusal."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from policy.findings import Finding, Refused


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """For REST_FRAMEWORK["EXCEPTION_HANDLER"]."""
    if isinstance(error, Refused):
        set_rollback()
        return Response({"refused": [as_data(finding) for finding in error.findings]}, status=409)
    return exception_handler(error, context)


def as_data(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "message": finding.message,
        "clause": finding.clause,
        "rank": str(finding.rank),
        "field": finding.field,
    }
