"""Overlays beside the stage (handbook 12): 资金暂停, 延期, 变更, 逾期, 争议 — computed from rows, never stored.

One statement for any number of projects; the holidays that decide whether a filing date has ended come with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from accounts.models import Holiday
from funds.models import FundHold
from lifecycle.models import ChangeRequest, Deadline, Dispute, Request
from lifecycle.queries.deadlines import FILINGS, overdue_rows
from policy.calendar import WorkCalendar
from projects.models import Decision, DecisionItem, Project

# What is being changed: decisions that wait for signature, by kind, and what units have asked for.
LABELS = {"T13": "预算调剂", "T13M": "目标调整", "T14": "延期", "T31": "变更", "extension": "延期"} | {
    kind.value: str(kind.label) for kind in ChangeRequest.Kind
}
# Rows that are no overlay yet: a filing past its calendar day, and the days off and worked before today.
FILING, WORKED, NOBODY, LOOK_BACK = "filing", "worked", 0, timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Overlay:
    """`code`: held, extended, changing, overdue, disputed."""

    code: str
    label: str
    tone: str
    note: str = ""


def overlays_of(projects: Iterable[Project], on: date) -> dict[int, list[Overlay]]:
    """In the order of the handbook."""
    kept = list(projects)
    told: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pk, code, text in _rows([one.pk for one in kept], on) if kept else ():
        told[pk][code].add(text)
    missed = _missed(told.pop(NOBODY, {}), on).isoformat()
    for own in told.values():
        if ended := {day for day in own.pop(FILING, ()) if day <= missed}:
            own["overdue"] |= ended
    return {project.pk: [*_overlays(project, told[project.pk])] for project in kept}


def _missed(days: Mapping[str, set[str]], on: date) -> date:
    """The last working day before, by the holidays of the weeks before."""
    rows = [(date.fromisoformat(day), code == WORKED) for code, found in days.items() for day in found]
    return WorkCalendar.from_rows(rows).working_before(on)


def _overlays(project: Project, told: dict[str, set[str]]) -> Iterator[Overlay]:
    if "held" in told:
        yield Overlay("held", "资金暂停", "orange")
    if project.extended_months:
        note = "超过一般不超过两年的建设期"
        yield Overlay("extended", f"已延期 {project.extended_months} 个月", "purple", note)
    if "changing" in told:
        yield Overlay("changing", "变更审批中", "blue", "、".join(sorted(LABELS[one] for one in told["changing"])))
    if "overdue" in told:
        yield Overlay("overdue", "逾期", "red", f"最早的期限 {min(told['overdue'])}")
    if "disputed" in told:
        note = "、".join(sorted(Dispute.Kind(one).label for one in told["disputed"]))
        yield Overlay("disputed", "争议", "purple", note)


def _rows(pks: list[int], on: date) -> QuerySet[Any]:
    """(project, overlay, what about it) of all kinds at once: one statement."""
    held = FundHold.objects.filter(project__in=pks, lifted_on=None)
    items = DecisionItem.objects.filter(project__in=pks, state=DecisionItem.State.OPEN)
    signing = items.filter(decision__state=Decision.State.SIGNING, decision__kind__in=LABELS)
    asked = Request.objects.filter(project__in=pks, kind=Request.Kind.EXTENSION, state=Request.State.OPEN)
    changes = ChangeRequest.objects.filter(project__in=pks, state=ChangeRequest.State.OPEN)
    late = Deadline.objects.filter(overdue_rows(on, date.min), project__in=pks)
    filings = Deadline.objects.filter(project__in=pks, state=Deadline.State.OPEN, rule__in=FILINGS, due_on__lt=on)
    days = Holiday.objects.filter(day__range=(on - LOOK_BACK, on)).annotate(project=Value(NOBODY, BigIntegerField()))
    annulled = Q(result=Dispute.Result.ANNULLED, undone_by=None)
    cases = Dispute.objects.filter(Q(closed_on=None) | annulled, project__in=pks)
    parts = [
        _told(signing, "changing", F("decision__kind")), _told(asked, "changing", F("kind")),
        _told(changes, "changing", F("kind")), _told(late, "overdue", F("due_on")), _told(filings, FILING, F("due_on")),
        _told(days.filter(works=True), WORKED, F("day")), _told(days.filter(works=False), "free", F("day")),
        _told(cases, "disputed", F("kind")),
    ]  # fmt: skip
    return _told(held, "held", Value("")).union(*parts, all=True)


def _told(rows: QuerySet[Any], code: str, about: Combinable) -> QuerySet[Any]:
    text = Cast(about, CharField())
    return rows.order_by().values_list("project", Value(code, CharField()), text)
