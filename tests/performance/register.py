"""A project in its build with filed targets, returns as a round makes them, and classes in its register."""

from datetime import date

from performance.models import Indicator, PeriodReturn, Reading, Round, Section, Target, TargetSheet, TrainingClass
from policy.terms import Aggregation, Draw, Frequency, Operator, Stage
from projects.models import Occupation
from tests import factories

START, END = date(2026, 1, 1), date(2027, 12, 31)
Q1, Q2, Q3, Q4 = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
BEGINS = {Q1: START, Q2: date(2026, 4, 1), Q3: date(2026, 7, 1), Q4: date(2026, 10, 1)}
# name: aggregation, operator, unit, year target, draws, frequency, window
INDICATORS = {
    "培训人次": (Aggregation.SUM, Operator.GE, "人次", "2000", Draw.TRAINED, Frequency.QUARTER, "full_year"),
    "合格率": (Aggregation.RATIO, Operator.GE, "%", "90", Draw.PASS_RATE, Frequency.QUARTER, ""),
    "开发课程": (Aggregation.SUM, Operator.GE, "门", "12", "", Frequency.QUARTER, ""),
    "企业满意率": (Aggregation.RATIO, Operator.GE, "%", "90", "", Frequency.QUARTER, ""),
    "职业数": (Aggregation.LATEST, Operator.GE, "个", "5", "", Frequency.QUARTER, ""),
    "制度": (Aggregation.LATEST, Operator.QUALITATIVE, "定性", "达成", "", Frequency.QUARTER, ""),
    "年度产值": (Aggregation.SUM, Operator.GE, "万元", "100", "", Frequency.YEAR, ""),
}


def building(world, **facts):
    project = factories.project(world.unit, stage=Stage.BUILDING, build_start_on=START, build_end_on=END, **facts)
    for order, name in enumerate(("电工", "焊工"), 1):
        Occupation.objects.create(project=project, order=order, written=name, name=name)
    return project


def sheet(project, world, only=tuple(INDICATORS), filed_on=START):
    made = TargetSheet.objects.create(
        project=project, version=1, state="filed", filed_on=filed_on, years=[2026, 2027], drafted_by=world.u1,
        drafted_on=START,
    )  # fmt: skip
    for order, name in enumerate(only, 1):
        aggregation, operator, unit, target, draws, frequency, window = INDICATORS[name]
        indicator = Indicator.objects.create(
            sheet=made, order=order, level1="产出指标", level2="数量指标", name=name, operator=operator, unit=unit,
            aggregation=aggregation, frequency=frequency, draws=draws, window=window, template_code=f"T{order:02d}",
        )  # fmt: skip
        for block in ("period", "2026", "2027"):
            Target.objects.create(indicator=indicator, block=block, value=target, weight=1)
    return made


def period_return(project, world, made, cut_off, state="open", **facts):
    asked, _ = Round.objects.get_or_create(
        cut_off=cut_off, kind="quarter", name=f"截至{cut_off}", period_from=BEGINS[cut_off],
        due_on=date(2027, 12, 31), opened_by=world.ph, opened_on=cut_off,
    )  # fmt: skip
    signed = (
        {"submitted_by": world.u2, "submitted_on": cut_off, "turn": 1} if state in ("submitted", "accepted") else {}
    )
    one = PeriodReturn.objects.create(
        round=asked, project=project, sheet=made, cut_off=cut_off, covers_from=BEGINS[cut_off], state="open",
        due_on=asked.due_on, first_due_on=asked.due_on, **signed, **facts,
    )  # fmt: skip
    Section.objects.bulk_create(Section(period_return=one, code=code) for code in Section.Code)
    if state != "open":
        moved(one, state)
    return one


def moved(one, state, on=None):
    """As the operations of the return leave it; accepted on the last day of its period, unless another day is given."""
    if state == "accepted":
        one.digest, one.accepted_on = "a" * 64, on or one.cut_off
    if state in ("submitted", "accepted"):
        one.submitted_by = one.submitted_by or one.round.opened_by
        one.submitted_on, one.turn = one.submitted_on or one.cut_off, one.turn or 1
    one.state = state
    one.save()


def accepted(one, on=None):
    """What acceptance does with the readings."""
    from performance.operations.readings import freeze_readings

    one.submitted_on = one.submitted_on or one.cut_off
    one.submitted_by = one.submitted_by or one.round.opened_by
    told = freeze_readings(one)
    moved(one, "accepted", on)
    return told


def read(one, name, actor, **texts):
    indicator = Indicator.objects.get(sheet=one.sheet, name=name)
    return Reading.objects.create(
        period_return=one, indicator=indicator, entered_by=actor, entered_on=one.cut_off, **texts
    )


def training(project, world, number, end_on, trained=100, passed=None, **facts):
    facts = {"level": "4", "high_skill": 0, "occupation": project.occupations.first()} | facts
    return TrainingClass.objects.create(
        project=project, number=number, start_on=facts.pop("start_on", end_on), end_on=end_on, trained=trained,
        passed=trained if passed is None else passed, recorded_by=world.u1, recorded_on=end_on, **facts,
    )  # fmt: skip
