"""Rows of every project in reach, by project; each kind read once, when first asked for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from funds.models import Settlement
from funds.queries import first_issue_on
from lifecycle.guards import Guard, RectificationFacts, RevocationFacts, Snapshot
from lifecycle.machine import ACCEPTANCE, LIVE, REVOKED
from lifecycle.models import (
    Acceptance,
    ChangeRequest,
    Deadline,
    LegalReview,
    Rectification,
    RectificationReport,
    Request,
    Revocation,
)
from lifecycle.queries.deadlines import last_on
from lifecycle.queries.panel import cases_of
from performance.models import TargetSheet
from performance.queries import EvaluationResult, evaluations_of, sheets_of
from policy.calendar import WorkCalendar
from policy.terms import Kind, Occasion, Stage
from projects import access
from projects.models import Attachment, Decision, DecisionItem, Problem, Project


@dataclass(frozen=True, slots=True)
class Opened:
    """An application for acceptance under way, with how many conditions were judged and how many not met."""

    acceptance: Acceptance
    judged: int


class Reading:
    """Rows of every project in reach, by project; each kind read once, when first asked for."""

    def __init__(self, user: User, on: date) -> None:
        self.user, self.on = user, on
        self.reached = access.projects_for(user)

    @cached_property
    def projects(self) -> list[Project]:
        live = self.reached.filter(stage__in=[*LIVE, REVOKED])
        return list(live.select_related("organisation__node").order_by("pk"))

    def at(self, action: Action, stages: Iterable[Stage]) -> list[Project]:
        """The projects in one of these stages on which this person may do this."""
        kept = set(stages)
        return [one for one in self.projects if one.stage in kept and access.allows(self.user, one, action)]

    @cached_property
    def _within(self) -> Q:
        return Q(project__in=self.reached.values("pk"))

    @cached_property
    def drafted(self) -> set[tuple[int, str]]:
        """(project, kind) of every decision that waits for signatures."""
        items = DecisionItem.objects.filter(
            self._within, state=DecisionItem.State.OPEN, decision__state=Decision.State.SIGNING
        )
        return set(items.values_list("project_id", "decision__kind"))

    def waits(self, project: Project, *kinds: str) -> bool:
        return any((project.pk, kind) in self.drafted for kind in kinds)

    @cached_property
    def due(self) -> dict[tuple[int, str], date]:
        """The day each open date really ends, as the page of dates has it."""
        rows = Deadline.objects.filter(self._within, state=Deadline.State.OPEN)
        return {(row.project_id, row.rule): last_on(row, self.calendar) for row in rows}

    @cached_property
    def requests(self) -> dict[tuple[int, str], Request]:
        rows = Request.objects.filter(self._within, state=Request.State.OPEN)
        return {(row.project_id, row.kind): row for row in rows}

    @cached_property
    def changes(self) -> dict[int, ChangeRequest]:
        """The request that is decided next for each project: the oldest."""
        rows = ChangeRequest.objects.filter(self._within, state=ChangeRequest.State.OPEN).order_by("-pk")
        return {row.project_id: row for row in rows}

    @cached_property
    def acceptances(self) -> dict[int, Opened]:
        rows = (
            Acceptance.objects.filter(self._within, project__stage=ACCEPTANCE)
            .select_related("project")
            .order_by("round")
        )
        rows = rows.annotate(judged=Count("checks", filter=Q(checks__met__isnull=False)))
        return {row.project_id: Opened(row, row.judged) for row in rows}

    def ready_for_gates(self, project: Project) -> date | None:
        """The day from which the province can act: the application, or the last opinion of the offices below."""
        opened = self.acceptances.get(project.pk)
        if opened is None:
            return None
        acceptance = opened.acceptance
        days = [acceptance.applied_on]
        for line in ("hr", "finance"):
            if getattr(acceptance, f"{line}_office_id"):
                checked = getattr(acceptance, f"{line}_checked_on")
                if checked is None:
                    return None
                days.append(checked)
        return max(days)

    @cached_property
    def sealed(self) -> set[int]:
        """Projects whose sheets are not all in, or that have no panel yet."""
        views = cases_of([row.acceptance.project for row in self.acceptances.values()])
        open_ = {pk for pk, view in views.items() if view.open}
        typed = {pk for pk, row in self.acceptances.items() if row.acceptance.panel}
        return set(self.acceptances) - open_ - typed

    @cached_property
    def evaluations(self) -> dict[int, EvaluationResult]:
        return evaluations_of(self.projects)

    @cached_property
    def sheets(self) -> dict[int, TargetSheet]:
        return sheets_of(self.projects)

    @cached_property
    def issued(self) -> dict[int, date]:
        return first_issue_on(self.projects)

    @cached_property
    def rectifications(self) -> dict[int, Rectification]:
        rows = Rectification.objects.filter(self._within, closed_on=None)
        return {row.project_id: row for row in rows.select_related("decision")}

    @cached_property
    def reports(self) -> dict[int, RectificationReport]:
        """The last report of each open proceeding, by project."""
        rows = RectificationReport.objects.filter(rectification__in=self.rectifications_ids).order_by("round")
        return {row.rectification.project_id: row for row in rows.select_related("rectification")}

    @property
    def rectifications_ids(self) -> list[int]:
        return [row.pk for row in self.rectifications.values()]

    @cached_property
    def unanswered(self) -> dict[int, int]:
        """How many problems of the open order lack a measure or proof, by project."""
        proof = Attachment.objects.filter(about="problem", about_id=OuterRef("pk"), project=OuterRef("project"))
        bare = Problem.objects.filter(self._within, decision__rectification__closed_on=None).filter(
            Q(answer="") | ~Exists(proof)
        )
        counts: dict[int, int] = defaultdict(int)
        for project in bare.exclude(state=Problem.State.CLOSED).values_list("project_id", flat=True):
            counts[project] += 1
        return counts

    @cached_property
    def revocations(self) -> dict[int, Revocation]:
        """The latest proceeding of each project."""
        rows = Revocation.objects.filter(self._within).select_related("notice").order_by("pk")
        return {row.project_id: row for row in rows.annotate(held=Count("hearings"))}

    @cached_property
    def legal(self) -> dict[int, bool]:
        """The last 法制审核 of each proceeding."""
        rows = LegalReview.objects.filter(revocation__project__in=self.reached.values("pk")).order_by("pk")
        return dict(rows.values_list("revocation_id", "passed"))

    @cached_property
    def settlements(self) -> dict[int, Settlement]:
        """Those that wait for approval; of a revoked title only one prepared since."""
        rows = Settlement.objects.filter(self._within, state=Settlement.State.PREPARED)
        rows = rows.exclude(~Q(occasion=Occasion.REVOCATION), project__stage=REVOKED)
        rows = rows.exclude(prepared_on__lt=F("project__stage_since"), project__stage=REVOKED)
        return {row.project_id: row for row in rows}

    @cached_property
    def closed(self) -> set[int]:
        """Projects with an approved 清算."""
        rows = Settlement.objects.filter(self._within, state=Settlement.State.APPROVED)
        return set(rows.values_list("project_id", flat=True))

    @cached_property
    def calendar(self) -> WorkCalendar:
        return work_calendar()

    def passes(self, guard: Guard, project: Project) -> bool:
        """Whether a guard over rectification and revocation holds now."""
        snapshot = Snapshot(
            on=self.on,
            edition=project.edition,
            calendar=self.calendar,
            kind=Kind(project.kind),
            stage=Stage(project.stage),
            rectification=self._rectification(project),
            revocation=self._revocation(project),
        )
        return not any(finding.blocks for finding in guard(snapshot))

    def _rectification(self, project: Project) -> RectificationFacts | None:
        order, report = self.rectifications.get(project.pk), self.reports.get(project.pk)
        if order is None:
            return None
        return RectificationFacts(
            served_on=order.served_on,
            due_on=order.due_on,
            cap_on=order.cap_on,
            reported_on=report.on if report else None,
            recheck=report.passed if report else None,
            ruled_in_favour=bool(report and report.ruling_id),
        )

    def facts(self, project: Project) -> RevocationFacts:
        """Of the latest proceeding, as the guards see it."""
        return self._revocation(project) or RevocationFacts()

    def _revocation(self, project: Project) -> RevocationFacts | None:
        found = self.revocations.get(project.pk)
        if found is None:
            return None
        return RevocationFacts(
            found.served_on, found.defend_by, found.defended_on, found.upheld, found.decision_served_on,
            hearing_owed=found.hearing_asked and not found.held,  # type: ignore[attr-defined]
            legal=self.legal.get(found.pk),
            false=found.cause == Revocation.Cause.FALSE,
        )  # fmt: skip
