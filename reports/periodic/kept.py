"""Asking for periodic reports and reading those that are kept. What a request and the scheduler may load."""

import hashlib
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Max, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Node, User
from policy.findings import refuse
from policy.terms import NodeKind
from projects.models import Project
from projects.queries import awarded_by, given
from reports.models import PeriodicFile, PeriodicReport
from reports.periodic.making import make
from reports.periodic.periods import Period, just_ended
from reports.statistics.scope import paths_of

PATIENCE = timedelta(minutes=10)
PLACES = (NodeKind.PROVINCE, NodeKind.CITY, NodeKind.DEPARTMENT)


def reports_for(user: User) -> QuerySet[PeriodicReport]:
    """Of the places inside a person's own reach; a city reads its own reports, not the province's."""
    rows = PeriodicReport.objects.filter(_within(user, "place__path"))
    return (
        rows.select_related("place", "asked_by")
        .defer("figures")
        .prefetch_related(Prefetch("files", PeriodicFile.objects.defer("content")))
    )


def places_for(user: User) -> list[Node]:
    """Of which places this person may have a report; one statement."""
    return list(Node.objects.filter(_within(user, "path"), kind__in=PLACES).order_by("path"))


def _within(user: User, field: str) -> Q:
    found = Q(pk__in=[])
    for path in paths_of(user):
        found |= Q(**{f"{field}__startswith": path})
    return found


def ask(place: Node, period: Period, *, by: User | None, now: datetime) -> PeriodicReport:
    """A new version, made by the worker. Refused while one is on its way, and before the period has begun."""
    if period.start > timezone.localdate(now):
        refuse("period", f"{period.label}还没有开始（{period.start}），不能生成报告。请选择已经开始的季度或年度。")
    with transaction.atomic():
        Node.objects.select_for_update(no_key=True).get(pk=place.pk)  # one at a time asks for this place
        own = PeriodicReport.objects.filter(place=place, kind=period.kind, year=period.year, number=period.number)
        if own.filter(made_on=None, failure="", asked_at__gt=now - PATIENCE).exists():
            refuse("waiting", f"{place.name}{period.label}的报告正在生成，请稍候刷新本页；完成后可再生成新的版次。")
        last = own.aggregate(last=Max("version"))["last"] or 0
        report = PeriodicReport.objects.create(
            place=place, kind=period.kind, year=period.year, number=period.number, version=last + 1, asked_by=by,
            asked_at=now,
        )  # fmt: skip
        transaction.on_commit(partial(make.enqueue, report.pk))
    return report


def scheduled(on: date) -> str:
    """The day after a quarter: its report for each province, city and department with projects. Made up for later."""
    asked, now = 0, timezone.now()
    for period in just_ended(on):
        standing = Q(made_on__isnull=False) | Q(failure="", asked_at__gt=now - PATIENCE)
        own = PeriodicReport.objects.filter(standing, kind=period.kind, year=period.year, number=period.number)
        have = set(own.values_list("place", flat=True))
        for place in places_with_projects(period.end):
            if place.pk not in have:
                ask(place, period, by=None, now=now)
                asked += 1
    return f"定期报告 {asked} 份" if asked else "定期报告已齐"


def places_with_projects(on: date) -> list[Node]:
    """Two statements."""
    awarded = Project.objects.filter(awarded_by(on)).order_by()
    paths = set(awarded.values_list("organisation__node__path", flat=True))
    nodes = Node.objects.filter(kind__in=PLACES).order_by("path")
    return [node for node in nodes if any(path.startswith(node.path) for path in paths)]


def first_year(on: date) -> int:
    """Of the first award there is; one statement."""
    first = Project.objects.filter(given()).aggregate(first=Min("awarded_on"))["first"]
    return min(first, on).year if first else on.year


def is_whole(file: PeriodicFile) -> bool:
    """Whether the bytes are still those that were made."""
    return hashlib.sha256(bytes(file.content)).hexdigest() == file.sha256
