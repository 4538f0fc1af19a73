"""A province with projects in two cities and under the province itself, and their statistics made or not."""

from datetime import date
from types import SimpleNamespace

from django.utils import timezone

from policy.terms import Kind, Sector, Stage, Track
from projects.models import Problem
from reports.statistics import worker
from reports.statistics.scope import paths_of
from tests import factories as make
from tests.reports.scene import elsewhere, furnished

AWARDED = date(2025, 1, 15)


def peopled(world):
    """Two projects in the first city, one of them a studio of another year; one in a second city, one directly under the
    province without money yet, and a draft that nobody counts.
    """
    far = elsewhere(world)
    make.project(world.unit, stage=Stage.DRAFT, number=None, award_document="", awarded_on=None)
    return SimpleNamespace(
        base=furnished(world),
        studio=furnished(
            world, spent="50000.00", kind=Kind.STUDIO, track=Track.EXISTING, sector=Sector.SERVICES, awarded_on=AWARDED
        ),
        far=furnished(world, unit=far, spent="1000000.00"),
        direct=make.project(make.organisation(world.province)),
        far_unit=far,
    )


def made(user, **asked):
    """The statistics of a person, as the worker makes them."""
    return worker.remake(paths_of(user), asked, on=timezone.localdate(), now=timezone.now())


def problem(project, **facts):
    given = {
        "serial": 1, "number": 1, "source": "inspection", "fact": "示例事实", "clause": "通知 六", "requirement": "整改",
        "opened_on": date(2026, 1, 5),
    }  # fmt: skip
    return Problem.objects.create(project=project, **given | facts)
