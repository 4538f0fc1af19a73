"""Steps that bring a project's targets to where a test begins."""

from datetime import date
from decimal import Decimal

from performance import operations
from performance.models import TargetSheet
from performance.operations import RowInput
from performance.queries import grid_of, sheet_of
from policy.terms import Stage
from projects.models import Project
from tests.remember import remembered

ON = date(2026, 3, 2)
FULL = [5, 5, 5, 5, 8, 7, 8, 7, 8, 7, 8, 7, 5, 5, 5, 5]
POINTS = {"excellent": FULL, "good": [0, 0, 0, *FULL[3:]], "fair": [0] * 5 + FULL[5:], "poor": [0] * 16}


def stage(project, to):
    """What lifecycle does around the effects."""
    Project.objects.filter(pk=project.pk).update(stage=to)
    project.refresh_from_db()


def drafted(project, world, years=2):
    return operations.draft_sheet(project.pk, first_year=2026, years=years, actor=world.u1, on=ON)


@remembered
def filled(project, world, years=2):
    """A sheet without a problem, typed by U1."""
    sheet = drafted(project, world, years)
    type_all(project, world.u1)
    return sheet


def type_all(project, actor):
    sheet = sheet_of(project)
    rows = [
        RowInput(
            id=line.indicator.pk,
            values={block: target.value or "12" for block, target in line.targets.items()},
        )
        for line in grid_of(sheet).lines
    ]
    goals = {block: f"目标1：建成基地（{block}）" for block in sheet.blocks}
    return operations.save_sheet(project.pk, goals=goals, rows=rows, actor=actor, on=ON)


@remembered
def submitted(project, world):
    filled(project, world)
    sheet = operations.submit_sheet(project.pk, actor=world.u2, on=ON)
    stage(project, Stage.TARGET_REVIEW)
    return sheet


@remembered
def reviewing(project, world):
    submitted(project, world)
    for actor in (world.ch, world.cf):
        operations.first_review(project.pk, actor=actor, agreed=True, comment="", on=ON)
    return sheet_of(project)


@remembered
def scored(project, world, hr="excellent", finance="excellent"):
    reviewing(project, world)
    operations.record_review(project.pk, points=POINTS[hr], comment="人社意见", actor=world.ph, on=ON)
    outcome = operations.record_review(project.pk, points=POINTS[finance], comment="财政意见", actor=world.pf, on=ON)
    if outcome.arrow:
        stage(project, Stage.AWARDED)
    return outcome


@remembered
def filed(project, world):
    scored(project, world)
    operations.file_sheet(project.pk, actor=world.pfl, on=ON)
    stage(project, Stage.TARGET_FILED)
    return TargetSheet.objects.get(project=project, version=1)


def budgeted(project, spent="6300000.00"):
    """Approved budget lines as the books hold them."""
    from funds.models import BudgetLine

    BudgetLine.objects.create(
        project=project, category="equipment", source="central", budget=Decimal("7000000.00"), spent=Decimal(spent)
    )
