"""Rows of every project in reach, by project: all asked for at once, with whatever else a page asks (projects/together)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from accounts.models import User
from accounts.roles import Action
from funds.models import Allocation, FundDocument, Settlement
from lifecycle.deadlines import ACCEPTANCE_ORGANISE, BUILD_END, DEFENCE, RECTIFY
from lifecycle.guards import Guard, RectificationFacts, RevocationFacts, Snapshot
from lifecycle.machine import ACCEPTANCE, ACCEPTED, DRAFT, FILED, LIVE, NOTICE, RECHECKING, RECTIFYING, REVOKED
from lifecycle.models import (
    Acceptance,
    ChangeRequest,
    Deadline,
    FalseCase,
    FollowUp,
    LegalReview,
    Rectification,
    RectificationReport,
    Request,
    Revocation,
    YearlyAssessment,
    YearlyReport,
)
from lifecycle.queries.deadlines import last_on
from lifecycle.queries.panel import CaseView, asked_cases
from lifecycle.queries.yearly import passing_items
from performance.models import Evaluation, TargetSheet
from performance.queries import EvaluationResult, evaluation_from
from policy.calendar import WorkCalendar
from policy.terms import Kind, Occasion, Stage
from projects import access
from projects.models import Attachment, Decision, DecisionItem, Problem, Project
from projects.together import Answer, Together

# Where every project may have something to do. In the other stages it is a row of another kind that says so.
BUSY = (DRAFT, FILED, ACCEPTANCE, RECTIFYING, RECHECKING, NOTICE, REVOKED)
# The dates that stand beside a task.
DUE = (ACCEPTANCE_ORGANISE.code, BUILD_END.code, DEFENCE.code, RECTIFY.code)
APPLICATION = ("pk", "project_id", "applied_on", "accepted_on", "visited_on", "round", "panel")
# What the tables ask of a project, its unit and its place.
OF_PROJECT = (
    "name", "organisation", "kind", "track", "sector", "unit_type", "edition_code", "stage", "stage_since", "grant",
    "build_end_on", "organisation__node", "organisation__unit_type", "organisation__node__path",
)  # fmt: skip
OFFICES = (
    "hr_office_id", "finance_office_id", "hr_checked_by_id", "hr_checked_on", "finance_checked_by_id", "finance_checked_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """An application for acceptance under way, with how many conditions were judged and how many not met."""

    acceptance: Any
    judged: int


class Reading:
    """What the tables of tasks ask. `asked`: kind of row → its answer; every property is one of them, by project."""

    def __init__(self, user: User, on: date, read: Together, *, acts: bool = True) -> None:
        """`acts`: whether this person has any task of the tables at all; else nothing is asked."""
        self.user, self.on, self.read = user, on, read
        self.reached = access.projects_for(user)
        self._within = access.about(user)
        self.asked = (
            self._of_the_machine() | self._of_acceptance() | self._of_orders() | self._of_titles() if acts else {}
        )
        self._cases = asked_cases(read, self._within) if acts else dict

    def rows(self, kind: str) -> Iterable[Any]:
        return self.asked.get(kind, ())

    def _of_the_machine(self) -> dict[str, Answer]:
        ask, within = self.read.ask, self._within
        drafted = DecisionItem.objects.filter(
            within, state=DecisionItem.State.OPEN, decision__state=Decision.State.SIGNING
        )
        waiting = Request.objects.filter(within, state=Request.State.OPEN)
        ready = TargetSheet.objects.filter(within, state=TargetSheet.State.READY)
        signed = Allocation.objects.filter(within, document__state=FundDocument.State.APPROVED)
        needed = Q(project__stage=FILED) | Q(project__in=waiting.values("project"))
        issued = signed.filter(needed).order_by().values("project_id").annotate(first=Min("document__dated_on"))
        due = Deadline.objects.filter(within, state=Deadline.State.OPEN, rule__in=DUE)
        due = due if self.shows_all else due.filter(project__stage__in=BUSY)
        return {
            "drafted": ask(drafted, "project_id", kind="decision__kind"),
            "requests": ask(waiting, "project_id", "kind", "on", "months"),
            "changes": ask(
                ChangeRequest.objects.filter(within, state=ChangeRequest.State.OPEN), "pk", "project_id", "kind", "on"
            ),
            "sheets": ask(ready, "project_id", "state", "grade", "revises_id", "state_since"),
            "issued": ask(issued, "project_id", "first"),
            "due": ask(due, "project_id", "rule", "due_on"),
        }

    def _of_acceptance(self) -> dict[str, Answer]:
        rows = Acceptance.objects.filter(self._within, project__stage=ACCEPTANCE)
        judged = Count("checks", filter=Q(checks__met__isnull=False))
        results = Evaluation.objects.filter(self._within, project__stage__in=BUSY)
        return {
            "acceptances": self.read.ask(rows.annotate(judged=judged), *APPLICATION, *OFFICES, "judged"),
            "evaluations": self.read.ask(
                results, "project_id", "acceptance_ref", "total", "grade", "state", "confirmed_on", "entered_on"
            ),
        }

    def _of_orders(self) -> dict[str, Answer]:
        ask, within = self.read.ask, self._within
        orders = Rectification.objects.filter(within, closed_on=None)
        reports = RectificationReport.objects.filter(rectification__in=orders.values("pk"))
        proof = Attachment.objects.filter(about="problem", about_id=OuterRef("pk"), project=OuterRef("project"))
        bare = Problem.objects.filter(within, decision__rectification__closed_on=None).filter(
            Q(answer="") | ~Exists(proof)
        )
        bare = bare.exclude(state=Problem.State.CLOSED).filter(decision__rectification__isnull=False)
        revoking = Revocation.objects.filter(within).annotate(held=Count("hearings"))
        prepared = Settlement.objects.filter(within, state=Settlement.State.PREPARED)
        prepared = prepared.exclude(~Q(occasion=Occasion.REVOCATION), project__stage=REVOKED)
        prepared = prepared.exclude(prepared_on__lt=F("project__stage_since"), project__stage=REVOKED)
        closed = Settlement.objects.filter(within, state=Settlement.State.APPROVED, project__stage__in=LIVE)
        return {
            "rectifications": ask(
                orders, "pk", "project_id", "served_on", "due_on", "cap_on", "drafted_by_id",
                effective_on="decision__effective_on",
            ),
            "reports": ask(
                reports, "round", "on", "passed", "ruling_id", "rechecked_on", project_id="rectification__project_id"
            ),
            "unanswered": ask(bare, "project_id"),
            "revocations": ask(
                revoking, "pk", "project_id", "served_on", "defend_by", "defended_on", "upheld", "decision_id",
                "decision_served_on", "hearing_asked", "held", "cause", noticed_by="notice__drafted_by_id",
            ),
            "legal": ask(
                LegalReview.objects.filter(access.about(self.user, prefix="revocation__project")), "pk", "revocation_id",
                "passed",
            ),
            "settlements": ask(prepared, "project_id", "prepared_by_id", "prepared_on", "occasion"),
            "closed": ask(closed, "project_id"),
        }  # fmt: skip

    def _of_titles(self) -> dict[str, Answer]:
        """What waits after 验收 and in 虚假材料."""
        ask, within = self.read.ask, self._within
        made = FollowUp.objects.filter(access.about(self.user, prefix="revocation__project"))
        cases = FalseCase.objects.filter(within, state=FalseCase.State.OPEN)
        state, accepted = YearlyReport.State, Q(project__stage=ACCEPTED)
        yearly = YearlyReport.objects.filter(within, accepted)
        yearly = yearly if self.shows_all else yearly.filter(state__in=[state.SUBMITTED, state.CHECKED])
        passed = passing_items().filter(within, accepted) if self.shows_all else DecisionItem.objects.none()
        weighed = YearlyAssessment.objects.filter(within, accepted)
        open_ = weighed.filter(Q(decision=None) | Q(failed=True)).values("project")
        return {
            "follow_ups": ask(made, "kind", project_id="revocation__project_id"),
            "cases": ask(cases, "project_id", "opened_on", "answer_by", "stated_on", "document"),
            "yearly": ask(
                yearly, "project_id", "year", "state", "drafted_by_id", "submitted_on", "checked_on"
            ),
            "passed": ask(passed, "project_id", effective_on="decision__effective_on"),
            "grades": ask(
                weighed.filter(project__in=open_), "project_id", "year", "grade", "failed", "decision_id", "decided_on"
            ),
        }  # fmt: skip

    @cached_property
    def shows_all(self) -> bool:
        """Whoever acts on any project in its time (申请验收, 年度报告) has few of them."""
        return access.may(self.user, Action.APPLY_ACCEPTANCE) or access.may(self.user, Action.EDIT_YEARLY)

    @cached_property
    def named(self) -> set[int]:
        """Projects of which some row says that there is something to do."""
        kinds = ("requests", "changes", "sheets", "settlements", "cases", "yearly", "grades")
        return {row.project_id for kind in kinds for row in self.rows(kind)}

    @cached_property
    def projects(self) -> list[Project]:
        """Those in reach on which somebody may have something to do; one statement after the others."""
        worth = Q(stage__in=[*LIVE, REVOKED]) if self.shows_all else Q(stage__in=BUSY) | Q(pk__in=self.named)
        live = self.reached.filter(worth, stage__in=[*LIVE, REVOKED])
        return list(live.select_related("organisation__node").only(*OF_PROJECT).order_by("pk"))

    def at(self, action: Action, stages: Iterable[Stage]) -> list[Project]:
        """The projects in one of these stages on which this person may do this."""
        kept = set(stages)
        return [one for one in self.projects if one.stage in kept and access.allows(self.user, one, action)]

    @cached_property
    def drafted(self) -> set[tuple[int, str]]:
        """(project, kind) of every decision that waits for signatures."""
        return {(row.project_id, row.kind) for row in self.rows("drafted")}

    def waits(self, project: Project, *kinds: str) -> bool:
        return any((project.pk, kind) in self.drafted for kind in kinds)

    @cached_property
    def due(self) -> dict[tuple[int, str], date]:
        """The day each open date really ends, as the page of dates has it."""
        return {(row.project_id, row.rule): last_on(row, self.calendar) for row in self.rows("due")}

    @cached_property
    def requests(self) -> dict[tuple[int, str], Any]:
        return {(row.project_id, row.kind): row for row in self.rows("requests")}

    @cached_property
    def changes(self) -> dict[int, Any]:
        """The request that is decided next for each project: the oldest."""
        return {row.project_id: row for row in sorted(self.rows("changes"), key=lambda row: -row.pk)}

    @cached_property
    def acceptances(self) -> dict[int, Opened]:
        rows = sorted(self.rows("acceptances"), key=lambda row: row.round)
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
    def cases(self) -> dict[int, CaseView]:
        """The panels of the applications under way."""
        return self._cases()

    @cached_property
    def sealed(self) -> set[int]:
        """Projects whose sheets are not all in, or that have no panel yet."""
        open_ = {pk for pk, view in self.cases.items() if view.open}
        typed = {pk for pk, row in self.acceptances.items() if row.acceptance.panel}
        return set(self.acceptances) - open_ - typed

    @cached_property
    def evaluations(self) -> dict[int, EvaluationResult]:
        """The latest of each."""
        rows = sorted(self.rows("evaluations"), key=lambda row: row.acceptance_ref)
        return {row.project_id: evaluation_from(row) for row in rows}

    @cached_property
    def sheets(self) -> dict[int, Any]:
        """Those that both departments have passed."""
        return {row.project_id: row for row in self.rows("sheets")}

    @cached_property
    def issued(self) -> dict[int, date]:
        """The date of the first signed 资金文件."""
        return {row.project_id: row.first for row in self.rows("issued")}

    @cached_property
    def rectifications(self) -> dict[int, Any]:
        return {row.project_id: row for row in self.rows("rectifications")}

    @cached_property
    def reports(self) -> dict[int, Any]:
        """The last report of each open proceeding, by project."""
        return {row.project_id: row for row in sorted(self.rows("reports"), key=lambda row: row.round)}

    @cached_property
    def unanswered(self) -> dict[int, int]:
        """How many problems of the open order lack a measure or proof, by project."""
        counts: dict[int, int] = defaultdict(int)
        for row in self.rows("unanswered"):
            counts[row.project_id] += 1
        return counts

    @cached_property
    def revocations(self) -> dict[int, Any]:
        """The latest proceeding of each project."""
        return {row.project_id: row for row in sorted(self.rows("revocations"), key=lambda row: row.pk)}

    @cached_property
    def legal(self) -> dict[int, bool]:
        """The last 法制审核 of each proceeding."""
        return {row.revocation_id: row.passed for row in sorted(self.rows("legal"), key=lambda row: row.pk)}

    @cached_property
    def settlements(self) -> dict[int, Any]:
        """Those that wait for approval; of a revoked title only one prepared since."""
        return {row.project_id: row for row in self.rows("settlements")}

    @cached_property
    def closed(self) -> set[int]:
        """Projects with an approved 清算."""
        return {row.project_id for row in self.rows("closed")}

    @property
    def calendar(self) -> WorkCalendar:
        return self.read.calendar

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
            hearing_owed=found.hearing_asked and not found.held,
            legal=self.legal.get(found.pk),
            false=found.cause == Revocation.Cause.FALSE,
        )  # fmt: skip
