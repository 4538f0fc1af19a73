"""Decisions and their service, acceptance, evaluation, rectification and the loss of a title on the line of time."""

from django.db.models import DateField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest

from lifecycle.models import (
    Acceptance,
    FalseCase,
    FollowUp,
    Hearing,
    LegalReview,
    PackReturn,
    RectificationReport,
    Service,
    YearlyAssessment,
    YearlyReport,
)
from lifecycle.queries.endings_page import proceedings_of
from lifecycle.queries.served import readable_items
from performance.models import Assessment, Evaluation
from projects.models import Correction, Decision, DecisionItem, Waiver
from reports.dossier.timeline.parts import Asked, Parts, part


def decisions(asked: Asked) -> Parts:
    """To a unit none before it stands and, where it must be served, is served."""
    items = readable_items(asked.user).filter(project=asked.project).exclude(state=DecisionItem.State.LEFT_OUT)
    told = Correction.objects.filter(decision=OuterRef("decision"), field="number", state=Correction.State.CONFIRMED)
    items = items.annotate(right=Coalesce(Subquery(told.order_by("-pk").values("new")[:1]), "decision__number"))
    words = {"ref": "decision_id", "a": "decision__title", "b": "right"}
    if not asked.unit:
        yield part(items, "drafted", "decision__drafted_on", c="decision__state", who="decision__drafted_by", **words)
    done = items.filter(state=DecisionItem.State.DONE, decision__state=Decision.State.EFFECTIVE)
    yield part(done, "effective", "decision__effective_on", **words)
    right = Correction.objects.filter(decision__in=done.values("decision"), state=Correction.State.CONFIRMED)
    yield part(right, "corrected", "answered_on", ref="decision_id", a="decision__title", b="field", c="new")


def services(asked: Asked) -> Parts:
    rows = Service.objects.filter(project=asked.project)
    yield part(rows, "served", "served_on", ref="decision_id", a="decision__title", b="way", who="recorded_by")


def waivers(asked: Asked) -> Parts:
    rows = Waiver.objects.filter(project=asked.project, state=Waiver.State.APPROVED)
    rows = rows.annotate(agreed_on=Greatest("hr_on", "finance_on", output_field=DateField()))
    yield part(rows, "waived", "agreed_on", a="finding", b="number", c="until", who="proposed_by")


def acceptance(asked: Asked) -> Parts:
    """No expert is named. A unit learns what the gates gave with the conclusion."""
    rows = Acceptance.objects.filter(project=asked.project)
    yield part(rows, "applied", "applied_on", a="round", who="applied_by")
    yield part(rows, "hr_checked", "hr_checked_on", who="hr_checked_by")
    yield part(rows, "finance_checked", "finance_checked_on", who="finance_checked_by")
    yield part(rows, "accepted_for", "accepted_on", who="accepted_by")
    back = PackReturn.objects.filter(acceptance__project=asked.project)
    yield part(back, "pack_back", "returned_on", a="due_on", who="returned_by")
    yield part(back, "pack_mended", "mended_on", who="mended_by")
    yield part(rows, "panel", "case__panel__formed_on", a="case__panel__notice_number")
    yield part(rows, "visited", "visited_on", a="place")
    if not asked.waits:
        yield part(rows, "gate_a", "checked_on", who="checked_by")


def evaluations(asked: Asked) -> Parts:
    if not asked.waits:
        done = Evaluation.objects.filter(project=asked.project, state=Evaluation.State.CONFIRMED)
        yield part(done, "gate_b", "confirmed_on", a="total", b="grade", who="confirmed_by")
    rows = Assessment.objects.filter(project=asked.project)
    yield part(rows, "assessed", "submitted_on", a="kind", b="block", who="submitted_by")
    yield part(rows, "assessment_decided", "decided_on", a="kind", b="block", c="grade")


def yearly(asked: Asked) -> Parts:
    rows = YearlyReport.objects.filter(project=asked.project)
    yield part(rows, "yearly", "submitted_on", a="year", who="submitted_by")
    graded = YearlyAssessment.objects.filter(project=asked.project)
    yield part(graded, "yearly_graded", "decided_on", a="year", b="grade")


def rectification(asked: Asked) -> Parts:
    """A unit learns of a proceeding when it is served on it, and of a re-check with the decision that follows it."""
    reports = RectificationReport.objects.filter(rectification__project=asked.project)
    yield part(reports, "rectified", "on", a="round", who="submitted_by")
    if not asked.waits:
        yield part(reports, "rechecked", "rechecked_on", a="round", b="passed", who="rechecked_by")
    seen = proceedings_of(asked.user, asked.project)
    yield part(seen, "defended", "defended_on", a="hearing_asked", who="defended_by")
    heard = Hearing.objects.filter(revocation__in=seen.values("pk"))
    yield part(heard, "heard", "held_on", a="kind", b="place", who="recorded_by")
    after = FollowUp.objects.filter(revocation__in=seen.values("pk"))
    yield part(after, "followed", "happened_on", a="kind", b="number", who="recorded_by")
    if not asked.unit:
        reviews = LegalReview.objects.filter(revocation__in=seen.values("pk"))
        yield part(reviews, "legal", "on", a="office", b="passed", who="reviewed_by")


def false_cases(asked: Asked) -> Parts:
    rows = FalseCase.objects.filter(project=asked.project)
    yield part(rows, "false_case", "opened_on", a="document", who="opened_by")
    yield part(rows, "false_stated", "stated_on", a="document", who="stated_by")
    if asked.unit:  # a finding is the notice, and reaches the unit by its service
        told = readable_items(asked.user).filter(project=asked.project).values("decision")
        rows = rows.filter(Q(decision=None) | Q(decision__in=told))
    yield part(rows, "false_closed", "closed_on", a="document", who="closed_by")
