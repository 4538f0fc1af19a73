"""The task worker's part: read the figures, draw the charts, lay the paper out, keep the files with their digests."""

import hashlib
import logging
from datetime import date
from typing import Any

from django.utils import timezone
from django_tasks import task

from accounts.groundwork import system_user
from accounts.journal import operation, record
from accounts.models import User
from papers import Kind, render
from reports.models import PeriodicFile, PeriodicReport
from reports.periodic.figures import figures_of, material_at
from reports.periodic.paper import layout
from reports.periodic.periods import Period

logger = logging.getLogger(__name__)
CHARTS = ("funnel", "place", "pace", "targets", "problems")
FORMATS: tuple[Kind, ...] = ("docx", "pdf")
FAILED = "报告没有生成，系统管理员可在日志中查看原因"


@task()
def make(report_id: int) -> str:
    """One version. What goes wrong is kept beside it, so that the page can say it."""
    report = PeriodicReport.objects.select_related("place", "asked_by").get(pk=report_id)
    try:
        return make_report(report_id, actor=report.asked_by or system_user(), on=timezone.localdate())
    except Exception:
        logger.exception("periodic report %s failed", report_id)
        PeriodicReport.objects.filter(pk=report_id, made_on=None).update(failure=FAILED)
        raise


@operation("生成定期报告")
def make_report(report_id: int, *, actor: User, on: date) -> str:
    """Fill a version that was asked for; one that is made stays as it is. Gives the digests of its files."""
    report = (
        PeriodicReport.objects.select_for_update(of=("self",), no_key=True).select_related("place").get(pk=report_id)
    )
    if report.made_on is not None:
        return "已生成"
    period, place = Period(report.year, report.number), report.place
    found = figures_of(place.path, place.name, period, on)
    paper = layout(found, _charts(place.path, found), report.version)
    kept = [
        _file(report, kind, render(paper, kind), f"{place.name}{paper.title.replace(' ', '')}-第{report.version}版")
        for kind in FORMATS
    ]
    report.figures, report.made_on, report.failure = found, on, ""
    report.save(update_fields=["figures", "made_on", "failure"])
    digests: dict[str, Any] = {one.kind: one.sha256 for one in kept}
    record(subject=f"periodic:{report.pk}", text=f"{place.name}{report}", on=on, **digests)
    return "，".join(digests.values())


def _file(report: PeriodicReport, kind: Kind, content: bytes, name: str) -> PeriodicFile:
    digest = hashlib.sha256(content).hexdigest()
    return PeriodicFile.objects.create(
        report=report, kind=kind, name=f"{name}.{kind}", sha256=digest, size=len(content), content=content
    )


def _charts(path: str, found: dict[str, Any]) -> dict[str, bytes]:
    """Drawn of the same day as the text."""
    from reports.statistics import charts
    from reports.statistics.worker import tables_of

    material = material_at(path, date.fromisoformat(found["on"]), date.fromisoformat(found["made_on"]))
    tables = {table.key: table for table in tables_of(material, {})}
    return {key: charts.draw(tables[key]).png for key in CHARTS if tables[key].rows}
