"""A project in its build with filed targets, its round and its 季报包, brought to where a test begins."""

from datetime import date

from performance.models import Indicator, PeriodReturn, Round, Section, Target, TargetSheet
from performance.operations import returns, rounds
from performance.operations.return_reviews import review_return
from policy.terms import Stage
from tests import factories as make
from tests.remember import remembered

START, END = date(2026, 1, 1), date(2027, 12, 31)
Q1 = {"kind": "quarter", "name": "2026年第1季度", "period_from": date(2026, 1, 1), "cut_off": date(2026, 3, 31)}
Q2 = {"kind": "quarter", "name": "2026年第2季度", "period_from": date(2026, 4, 1), "cut_off": date(2026, 6, 30)}
ON, DUE = date(2026, 4, 1), date(2026, 4, 15)
ON2, DUE2 = date(2026, 7, 1), date(2026, 7, 15)


def building(world, unit=None, **facts):
    """A project in its build whose targets are filed; one indicator a quarter."""
    given = {"stage": Stage.BUILDING, "build_start_on": START, "build_end_on": END} | facts
    project = make.project(unit or world.unit, **given)
    file_targets(project, world)
    return project


def file_targets(project, world, version=1):
    sheet = TargetSheet.objects.create(
        project=project, round=version, version=version, state="filed", years=[2026, 2027], drafted_by=world.u1,
        drafted_on=START, submitted_by=world.u2, submitted_on=START, state_since=START, filed_on=START,
    )  # fmt: skip
    indicator = Indicator.objects.create(
        sheet=sheet, order=1, level1="产出指标", level2="数量指标", name="培训人次", operator="ge", unit="人次",
        aggregation="sum", frequency="quarter",
    )  # fmt: skip
    for block in sheet.blocks:
        Target.objects.create(indicator=indicator, block=block, value="2000", weight=10)
    return sheet


def opened(world, asked=None, on=ON, due_on=DUE, **changes):
    """The round of the first quarter; every project of the world unless changed."""
    return rounds.open_round(actor=world.ph, on=on, due_on=due_on, **((asked or Q1) | changes))


@remembered
def made(project, world, asked=None, on=ON, due_on=DUE):
    """The 季报包 of this project in a fresh round."""
    opened(world, asked, on, due_on)
    return project.returns.order_by("cut_off").last()


def typed(one, world, value="500", actor=None):
    """The reading as the clerk types it, past the operation of the readings."""
    from performance.operations.readings import ReadingInput, save_readings
    from performance.rules.readings import Typed

    row = ReadingInput(one.sheet.indicators.get().pk, Typed(value=value))
    return save_readings(one.project_id, one.pk, rows=[row], actor=actor or world.u1, on=one.round.opened_on)


@remembered
def filled(one, world, actor=None):
    """Every part finished by the clerk."""
    actor, on = actor or world.u1, one.round.opened_on
    typed(one, world, actor=actor)
    for code in Section.Code:
        returns.fill_section(one.project_id, one.pk, code, text=f"本期{code.label}", done=True, actor=actor, on=on)
    return fresh(one)


@remembered
def sent(one, world, on=None):
    filled(one, world)
    return returns.submit_return(one.project_id, one.pk, actor=world.u2, on=on or one.round.opened_on)


def reviewed(one, world, hr=(), finance=(), on=None):
    """Both lines of the city; remarks make a disagreement."""
    for actor, remarks in ((world.ch, hr), (world.cf, finance)):
        review_return(
            one.project_id, one.pk, agreed=not remarks, remarks=remarks, actor=actor, on=on or one.round.opened_on
        )
    return fresh(one)


@remembered
def accepted(one, world):
    sent(one, world)
    return reviewed(one, world)


def fresh(one):
    return PeriodReturn.objects.select_related("round", "project", "sheet").get(pk=one.pk)


def rows_of_record():
    return Round.objects.count(), PeriodReturn.objects.count(), Section.objects.count()
