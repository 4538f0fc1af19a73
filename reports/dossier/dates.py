"""When the stations of the rail were reached, for any number of projects."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from lifecycle.models import Acceptance, RectificationReport
from projects.models import DecisionItem, Project
from reports.dossier.rail import Dates


def with_dates(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Adds the day of the last application for acceptance and of the last rectification report."""
    applications = Acceptance.objects.filter(project=OuterRef("pk")).order_by("-round")
    reports = RectificationReport.objects.filter(rectification__project=OuterRef("pk")).order_by("-pk")
    return projects.annotate(
        applied_on=Subquery(applications.values("applied_on")[:1]), reported_on=Subquery(reports.values("on")[:1])
    )


def dates_of(projects: Iterable[Any]) -> dict[int, Dates]:
    """Of projects read `with_dates`; one statement."""
    kept = list(projects)
    decided: dict[int, dict[str, date]] = defaultdict(dict)
    done = DecisionItem.objects.filter(project__in=[one.pk for one in kept], state=DecisionItem.State.DONE)
    days = done.order_by("decision_id").values_list("project_id", "decision__kind", "decision__effective_on")
    for project, kind, day in days:
        if day:
            decided[project][kind] = day
    return {one.pk: Dates(decided[one.pk], one.applied_on, one.reported_on) for one in kept}
