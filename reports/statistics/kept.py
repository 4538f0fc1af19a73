"""Results as they are kept, and asking for new ones. What a request may load: neither pandas nor matplotlib."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from reports.models import Analysis, ChartImage
from reports.statistics.scope import Paths, key_of
from reports.statistics.tables import Table, table_of
from reports.statistics.worker import make

PATIENCE = timedelta(minutes=2)  # a drawing takes a few seconds; after this its worker is taken for dead
DEAD = timedelta(minutes=30)
KEPT = timedelta(days=30)
LOST = "绘图进程中断"


@dataclass(frozen=True, slots=True)
class Result:
    """What stands for a question now. `tables` empty: nothing was made yet.

    `fresh`: made from just the data of this moment; `drawing`: on its way; `stuck`: asked for too long ago;
    `failure`: why the last one was not made.
    """

    tables: tuple[Table, ...]
    charts: Mapping[str, str]
    made_at: datetime | None
    fresh: bool
    drawing: bool
    stuck: bool = False
    failure: str = ""

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)


NOTHING = Result((), {}, None, fresh=False, drawing=False)


def result_of(paths: Paths, asked: Mapping[str, Any], stamp: str, now: datetime) -> Result:
    """One statement."""
    row = Analysis.objects.filter(pk=key_of(paths, asked)).first()
    if row is None:
        return NOTHING
    fresh = bool(row.made_at) and row.stamp == stamp
    waiting = (row.made_at is None or row.made_at < row.asked_at) and not row.failure
    tables = tuple(table_of(one) for one in row.content.get("tables", ()))
    charts = row.content.get("charts", {})
    waiting = waiting and not fresh
    patient = now - row.asked_at < PATIENCE
    return Result(tables, charts, row.made_at, fresh, waiting and patient, waiting and not patient, row.failure)


def image_of(paths: Paths, asked: Mapping[str, Any], chart: str) -> ChartImage | None:
    """A chart of this person's own result: the digest alone opens nothing. Two statements."""
    row = Analysis.objects.filter(pk=key_of(paths, asked)).only("content").first()
    digest = row.content.get("charts", {}).get(chart, "") if row else ""
    return ChartImage.objects.filter(pk=digest).first()


def drawings_of(result: Result) -> dict[str, str]:
    """The drawings of a result by its tables, without those for paper. One statement."""
    rows = ChartImage.objects.filter(pk__in=result.charts.values()).values_list("pk", "svg")
    kept = dict(rows) if result.charts else {}
    return {table.key: kept.get(result.charts.get(table.key, ""), "") for table in result.tables}


def ask(paths: Paths, asked: Mapping[str, Any], now: datetime) -> bool:
    """Have the worker make this result, unless one is on its way. The one thing a page may set going; no record of law."""
    told = {name: str(value) for name, value in asked.items()}
    question = {"paths": list(paths), "asked": told}
    with transaction.atomic():
        row, new = Analysis.objects.select_for_update(no_key=True).get_or_create(
            pk=key_of(paths, asked), defaults={"asked": question, "asked_at": now}
        )
        waiting = row.made_at is None or row.made_at < row.asked_at
        if not new and waiting and not row.failure and now - row.asked_at < PATIENCE:
            return False
        row.asked_at, row.failure = now, ""
        row.save(update_fields=["asked_at", "failure"])
        transaction.on_commit(partial(make.enqueue, list(paths), told))
    return True


def reap(now: datetime) -> int:
    """Rows of workers that died, closed; what is long done or long unused, swept. How many were closed."""
    rows = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=now - DEAD)
    closed = rows.update(status="FAILED", finished_at=now, exception_class_path=LOST, traceback="")
    DBTaskResult.objects.filter(finished_at__lt=now - KEPT).delete()
    Analysis.objects.filter(asked_at__lt=now - KEPT).delete()
    ChartImage.objects.filter(used_at__lt=now - KEPT).delete()
    return closed


def refresh_all(now: datetime) -> int:
    """Each night the whole pictures of each reach that somebody looked at: the first look of the morning finds them."""
    rows = Analysis.objects.order_by("pk").values_list("asked", flat=True)
    whole = [question for question in rows if not question.get("asked")]
    for question in whole:
        ask(tuple(question["paths"]), {}, now)
    return len(whole)


def nightly() -> str:
    """For the scheduler."""
    now = timezone.now()
    closed = reap(now)
    return f"重绘统计图 {refresh_all(now)} 组" + (f"，结束中断的任务 {closed} 个" if closed else "")
