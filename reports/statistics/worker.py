"""The task worker's part: make the tables, draw what is not drawn yet, keep both. Imports the heavy libraries late."""

import logging
from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django_tasks import task

from policy.terms import Kind, Sector, Track
from reports.models import Analysis, ChartImage
from reports.statistics.facts import Material
from reports.statistics.links import to_paces, to_problems, to_project, to_register, to_targets
from reports.statistics.past import material_at, moment_of
from reports.statistics.reached import reached_of
from reports.statistics.scope import EDITION_OF_CODE, Paths, digest, key_of
from reports.statistics.tables import Table

logger = logging.getLogger(__name__)
OVERVIEW = "overview"
PANELS = ("place", "funnel", "forecast", "problems")


@task()
def make(paths: list[str], asked: dict[str, str]) -> str:
    """One result. What goes wrong is kept beside the question, so that the page can say it."""
    key = key_of(tuple(paths), asked)
    try:
        return remake(tuple(paths), asked, on=timezone.localdate(), now=timezone.now())
    except Exception:
        logger.exception("statistics %s failed", key)
        Analysis.objects.filter(pk=key).update(failure="统计没有完成，系统管理员可在日志中查看原因")
        raise


def remake(paths: Paths, asked: Mapping[str, str], *, on: date, now: datetime) -> str:
    """Read, count, draw, keep. Gives the stamp of the data it was made from."""
    material = material_at(paths, moment_of(asked, on), on).narrowed(asked)
    tables = tables_of(material, asked)
    charts = {table.key: _kept([table], now) for table in tables}
    charts[OVERVIEW] = _kept([table for key in PANELS for table in tables if table.key == key], now)
    content = {"tables": [table.as_data() for table in tables], "charts": charts}
    question = {"paths": list(paths), "asked": dict(asked)}
    Analysis.objects.update_or_create(
        pk=key_of(paths, asked),
        defaults={"stamp": material.stamp, "content": content, "made_at": timezone.now(), "failure": ""},
        create_defaults={
            "asked": question, "stamp": material.stamp, "content": content, "asked_at": now, "made_at": timezone.now(),
        },
    )  # fmt: skip
    return material.stamp


def _kept(tables: list[Table], now: datetime) -> str:
    """The digest of a drawing, drawn only where nobody has drawn the same figures before. Several: on one sheet."""
    from reports.statistics import charts

    name = digest([EDITION_OF_CODE, *(table.drawn for table in tables)])
    if not ChartImage.objects.filter(pk=name).update(used_at=now):
        drawn = charts.draw(tables[0]) if len(tables) == 1 else charts.overview(tables)
        ChartImage.objects.update_or_create(pk=name, defaults={"svg": drawn.svg, "png": drawn.png, "used_at": now})
    return name


def tables_of(material: Material, asked: Mapping[str, str]) -> list[Table]:
    """Every table of the page, in its order."""
    from reports.statistics import frames

    frame, places, on = frames.frame_of(material.facts), material.places, material.on
    register, troubles = to_register(asked), to_problems(asked)
    years = {year: f"{year} 年" for year in sorted(material.years)}
    return [
        frames.funnel(frame, register),
        frames.year_end(material.facts, places, on, register),
        frames.grouped(frame, "place", places, register),
        frames.grouped(frame, "kind", dict(Kind.choices), register),
        frames.grouped(frame, "sector", dict(Sector.choices), register),
        frames.grouped(frame, "track", dict(Track.choices), register),
        frames.grouped(frame, "year", years, register),
        frames.pace(material.facts, places, on, to_project, to_paces(asked)),
        frames.attained(reached_of(material), places, to_targets(asked)),
        frames.problems(material.problems, on, troubles),
        frames.problems(material.problems, on, troubles, "level"),
    ]
