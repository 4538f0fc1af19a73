"""The award, the targets, the build, visits and problems on the line of time."""

from django.db.models import Q

from lifecycle.models import ChangeRequest, Dispute, Inspection, Request
from lifecycle.queries.inspections import inspections_for
from lifecycle.queries.served import problems_told, readable_alerts
from performance.models import Review, TargetSheet
from projects.models import Project
from reports.dossier.timeline.parts import Asked, Parts, part

BACK = (TargetSheet.State.RETURNED, TargetSheet.State.WITHDRAWN)


def award(asked: Asked) -> Parts:
    own = Project.objects.filter(pk=asked.project.pk)
    yield part(own, "awarded", "awarded_on", a="award_document")
    yield part(own, "build_start", "build_start_on")
    yield part(own.filter(build_end_on__lte=asked.on), "build_end", "build_end_on")


def changes(asked: Asked) -> Parts:
    rows = ChangeRequest.objects.filter(project=asked.project)
    yield part(rows, "change", "on", a="kind", b="state", who="requested_by")
    requests = Request.objects.filter(project=asked.project)
    yield part(requests, "request", "on", a="kind", b="months", c="state", who="requested_by")
    cases = Dispute.objects.filter(project=asked.project)
    yield part(cases, "dispute", "accepted_on", a="kind", b="body", who="registered_by")
    yield part(cases, "dispute_closed", "closed_on", a="kind", b="result")


def targets(asked: Asked) -> Parts:
    """Of two scores given independently none is told before the other one is in (handbook 3)."""
    rows = TargetSheet.objects.filter(project=asked.project)
    yield part(rows, "target_sent", "submitted_on", a="round", who="submitted_by")
    yield part(rows.filter(state__in=BACK), "target_back", "state_since", a="round", b="state")
    yield part(rows, "target_filed", "filed_on", a="version", b="filing_document")
    half = Q(level=Review.Level.PROVINCE, sheet__state=TargetSheet.State.REVIEWING)
    reviews = Review.objects.filter(sheet__project=asked.project).exclude(half)
    yield part(reviews, "target_review", "on", a="level", b="grade", c="agreed", who="reviewer")


def plans(asked: Asked) -> Parts:
    rows = asked.project.milestone_plans.all()
    yield part(rows, "plan_sent", "submitted_on", a="version", b="reason", who="submitted_by")
    yield part(rows, "plan_reviewed", "reviewed_on", a="version", b="state", c="remark", who="reviewed_by")


def returns(asked: Asked) -> Parts:
    rows = asked.project.returns.all()
    yield part(rows, "round", "round__opened_on", a="round__name", b="cut_off", who="round__opened_by")
    yield part(rows, "return_sent", "submitted_on", a="round__name", b="zero", who="submitted_by")
    yield part(rows, "return_back", "returned_on", a="round__name")
    yield part(rows, "return_accepted", "accepted_on", a="round__name")
    yield part(rows, "return_exempt", "exempted_on", a="round__name", b="reason", who="exempted_by")


def inspections(asked: Asked) -> Parts:
    """A unit learns of its own when the notice goes out."""
    rows = inspections_for(asked.user).filter(project=asked.project).exclude(state=Inspection.State.DROPPED)
    name = "tour__title"
    yield part(rows, "inspection_notice", "tour__issued_on", a=name, b="tour__number")
    yield part(rows, "inspection_visit", "visited_on", a=name)
    yield part(rows, "inspection_signed", "signed_on", a=name)
    yield part(rows, "inspection_asked", "asked_on", a=name)
    yield part(rows, "inspection_answered", "answered_on", a=name, who="answered_by")
    yield part(rows, "inspection_done", "concluded_on", a=name, who="concluded_by")


def problems(asked: Asked) -> Parts:
    rows = problems_told(asked.user, asked.project)
    yield part(rows, "problem", "opened_on", a="serial", b="fact", who="opened_by")
    yield part(rows, "problem_answered", "answered_on", a="serial", b="fact", who="answered_by")
    yield part(rows, "problem_closed", "closed_on", a="serial", b="fact", who="verified_by")


def alerts(asked: Asked) -> Parts:
    """A unit reads here what 预警中心 shows it. Its words stand at the day from which they are true."""
    rows = asked.project.alerts.filter(readable_alerts(asked.user))
    yield part(rows.filter(changed_on=None), "alert", "raised_on", a="message", b="clause")
    yield part(rows, "alert_changed", "changed_on", a="message", b="clause", c="raised_on")
    yield part(rows, "alert_cleared", "cleared_on", a="message")
