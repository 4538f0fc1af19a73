"""指标对比: quartiles, who is compared with whom, and the flag for reviewers."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance import operations
from performance.models import Indicator, PeriodReturn, Reading, Round, Target, TargetSheet
from performance.queries import grid_of, low_targets, sheet_of
from performance.queries.library import compared
from performance.queries.sheets import problems_of, yearly_floors
from performance.rules.library import Spread, quantile, spread, too_easy
from policy.terms import Aggregation, Operator, Stage, Track
from tests import factories
from tests.performance.life import ON, filled, reviewing, stage, submitted
from tests.performance.test_views import url

SHARE = Decimal("0.50")
DUE = date(2026, 7, 20)


def fractions(*values):
    return [Fraction(value) for value in values]


# Rules


@pytest.mark.parametrize(
    ("values", "quartiles"),
    [
        ((7,), ("7", "7", "7")),
        ((1, 2, 3, 4, 5), ("2", "3", "4")),
        ((1, 2, 3, 4), ("7/4", "5/2", "13/4")),
        (("1/3", "2/3"), ("5/12", "1/2", "7/12")),
    ],
    ids=["one", "odd", "even", "thirds stay thirds"],
)
def test_quartiles_are_inclusive_and_exact(values, quartiles):
    ordered = fractions(*values)

    assert tuple(str(quantile(ordered, Fraction(q, 4))) for q in (1, 2, 3)) == quartiles


def test_nothing_is_shown_from_too_few_projects_however_many_figures_they_have():
    rows = [(1, Fraction(1)), (1, Fraction(2)), (2, Fraction(3)), (2, Fraction(4)), (2, Fraction(5))]

    assert spread(rows, 3) is None
    assert spread(rows, 2) == Spread(2, 5, *fractions(1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("operator", "target", "flagged"),
    [
        (Operator.GE, "999.99", True),
        (Operator.GE, "1000", False),
        (Operator.LE, "4000", False),
        (Operator.LE, "4000.01", True),
        (Operator.QUALITATIVE, "0", False),
    ],
)
def test_a_target_is_easy_beyond_the_share_of_the_median(operator, target, flagged):
    assert too_easy(operator, Fraction(target), Fraction(2000), SHARE) is flagged


# Queries


def others(world, values, **facts):
    """A filed sheet of one indicator in a project of its own, for each value."""
    for value in values:
        one = factories.project(factories.world().unit, **facts)
        sheet = TargetSheet.objects.create(
            project=one, years=[2026], state="filed", version=1, filed_on=ON, drafted_by=world.u1, drafted_on=ON
        )
        row = Indicator.objects.create(
            sheet=sheet, order=1, level1="产出指标", level2="数量指标", name="年度培训人次", operator="ge",
            unit="人次/年", aggregation=Aggregation.SUM, template_code="B01", frequency="quarter",
        )  # fmt: skip
        Target.objects.create(indicator=row, block="period", value=str(value))
        Target.objects.create(indicator=row, block="2026", value=str(value))
        yield sheet, row


def line_of(project, code="B01"):
    return next(row for row in compared(project) if row.indicator.template_code == code)


def test_targets_in_force_of_the_same_kind_and_track_are_compared(world, project):
    filled(project, world)
    list(others(world, [2000, 3000, 4000, 5000, 6000]))
    list(others(world, [1], track=Track.EXISTING))

    found = line_of(project)

    assert (found.own, found.period) == ("2000", Spread(5, 5, *fractions(2000, 3000, 4000, 5000, 6000)))
    assert found.yearly.count == 5
    assert (found.readings, line_of(project, "B02").period) == (None, None)


def test_only_the_latest_version_of_a_project_counts(world, project):
    filled(project, world)
    sheets = [sheet for sheet, _ in others(world, [2000, 3000, 4000, 5000, 6000])]
    old = sheets[0]
    new = TargetSheet.objects.create(
        project=old.project, round=2, years=[2026], state="filed", version=2, filed_on=ON, drafted_by=world.u1,
        drafted_on=ON, revises=old,
    )  # fmt: skip
    row = old.indicators.get()
    row.pk, row.sheet = None, new
    row.save()
    Target.objects.create(indicator=row, block="period", value="9000")

    assert line_of(project).period == Spread(5, 5, *fractions(3000, 4000, 5000, 6000, 9000))


def test_accepted_readings_are_put_together_by_project(world, project):
    filled(project, world)
    facts = {"kind": "quarter", "opened_by": world.ph, "opened_on": ON, "due_on": DUE}
    quarters = [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")]
    rounds = [Round.objects.create(name=end, period_from=start, cut_off=end, **facts) for start, end in quarters]
    for number, (sheet, row) in enumerate(others(world, [2000] * 5)):
        for one, value in zip(rounds, (100 * number, 50), strict=True):
            returned = PeriodReturn.objects.create(
                round=one, project=sheet.project, sheet=sheet, cut_off=one.cut_off, covers_from=one.period_from,
                state="accepted", due_on=DUE, first_due_on=DUE, turn=1, submitted_by=world.u2, submitted_on=ON,
                accepted_on=ON, digest="x",
            )  # fmt: skip
            Reading.objects.create(
                period_return=returned, indicator=row, value=str(value), entered_by=world.u1, entered_on=ON
            )

    assert line_of(project).readings == Spread(5, 5, *fractions(50, 150, 250, 350, 450))


def test_the_reviewers_are_told_of_a_low_target_with_its_figures_and_nothing_is_blocked(world, project, signed_in):
    submitted(project, world)
    list(others(world, [4100, 4500, 5000, 5500]))
    assert low_targets(grid_of(sheet_of(project)), project) == []
    list(others(world, [6000]))

    (found,) = low_targets(grid_of(sheet_of(project)), project)

    assert (found.code, found.blocks) == ("target_low", False)
    assert "目标 ≥2000，其他 5 个同类项目的中位数为 5000（最小 4100，最大 6000）" in found.message
    pages = {
        name: signed_in(getattr(world, name)).get(url("sheet", project)).content.decode()
        for name in ("u1", "u2", "ch", "au")
    }
    assert {name for name, page in pages.items() if "目标可能偏低" in page} == {"ch"}
    operations.first_review(project.pk, actor=world.ch, agreed=True, comment="", on=ON)


def floor(world, project, **values):
    """年度培训人次 of each block; None stays as it is."""
    line = next(line for line in grid_of(sheet_of(project)).lines if line.indicator.name == "年度培训人次")
    for block, value in values.items():
        line.indicator.targets.filter(block=block.removeprefix("y")).update(value=value)
    return grid_of(sheet_of(project))


@pytest.mark.parametrize(
    ("years", "build", "refused", "told"),
    [
        ({"y2026": "2000", "y2027": "2000"}, (date(2026, 1, 1), date(2027, 12, 31)), [], []),
        ({"y2026": "1999"}, (date(2026, 1, 1), date(2027, 12, 31)), ["2026"], []),
        ({"y2026": "1999"}, (date(2026, 1, 2), date(2027, 12, 31)), [], ["2026"]),
        ({"y2027": "10"}, (date(2026, 1, 2), date(2027, 12, 30)), [], ["2027"]),
        ({"y2026": "10", "y2027": "10"}, (None, None), [], ["2026", "2027"]),
    ],
    ids=["at the figure", "one less in a whole year", "a day is missing", "the last year is a part", "no days yet"],
)
def test_the_figure_of_the_notice_stands_in_every_year(world, project, years, build, refused, told):
    filled(project, world)
    grid = floor(world, project, **years)
    project.build_start_on, project.build_end_on = build

    found = yearly_floors(grid, project)

    assert [one.message[:4] for one in found if one.blocks] == refused
    assert [one.message[:4] for one in found if not one.blocks] == told
    assert [one for one in problems_of(grid, project) if one.code == "core_low"] == [one for one in found if one.blocks]
    assert [one for one in low_targets(grid, project) if one.code == "part_year_low"] == [
        one for one in found if not one.blocks
    ]


def test_the_review_page_shows_the_low_targets(world, project, signed_in):
    reviewing(project, world)
    list(others(world, [4100, 4500, 5000, 5500, 6000]))
    stage(project, Stage.TARGET_REVIEW)

    page = signed_in(world.ph).get(f"/projects/{project.pk}/targets/review/").content.decode()

    assert "目标可能偏低：1 处" in page


def test_the_page_names_no_other_unit_and_costs_the_same_for_one_and_for_many(world, project, signed_in):
    filled(project, world)
    client = signed_in(world.u1)
    list(others(world, [2000]))
    with CaptureQueriesContext(connection) as few:
        client.get(url("library", project))
    sheets = [sheet for sheet, _ in others(world, [3000, 4000, 5000, 6000])]

    with CaptureQueriesContext(connection) as many:
        page = client.get(url("library", project)).content.decode()

    assert len(few) == len(many)
    assert [sheet.project.organisation.name in page or sheet.project.name in page for sheet in sheets] == [False] * 4
    assert "<strong>4000</strong>" in page
