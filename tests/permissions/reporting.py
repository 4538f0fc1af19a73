"""What a project reports: a 季报包, a class, a self-evaluation."""

from datetime import date

from performance.models import PeriodReturn, Round, Section
from workbooks.writer import Sheet, xlsx

START, END = date(2025, 3, 1), date(2027, 3, 1)


def reported(world, place):
    """A 季报包 of the last quarter, with a paper that is asked for; with the unit, so that its pages are open."""
    asked = Round.objects.create(
        kind="quarter", name=f"{place.project.name}轮次", period_from=START, cut_off=date(2025, 6, 30),
        due_on=date(2025, 7, 14), opened_by=world.ph, opened_on=date(2025, 7, 1),
    )  # fmt: skip
    one = PeriodReturn.objects.create(
        round=asked, project=place.project, sheet=place.project.target_sheets.latest("round"), cut_off=asked.cut_off,
        covers_from=START, due_on=asked.due_on, first_due_on=asked.due_on,
    )  # fmt: skip
    Section.objects.bulk_create(Section(period_return=one, code=code) for code in Section.Code)
    ask = one.asks.create(
        section="payments",
        text="请补验收单",
        office=world.cf.live_memberships[0].organisation,
        asked_by=world.cf,
        asked_on=START,
        due_on=END,
    )
    return {"round_id": asked.pk, "return_id": one.pk, "return_ask_id": ask.pk}


def assessed(place):
    """The self-evaluation of a year as sent in, so that everybody who may reads it."""
    one = place.project.assessments.create(
        sheet=place.project.target_sheets.latest("round"), kind="year", block="2025", scheme="2025-1",
        drafted_by=place.clerk, drafted_on=START, state="submitted", turn=1, submitted_by=place.leader,
        submitted_on=START,
    )  # fmt: skip
    return {"assessment_id": one.pk}


def trained(place):
    """A class that counts in no return yet, and a workbook that waits to be confirmed."""
    project = place.project
    occupation = project.occupations.first() or project.occupations.create(order=1, written="电工")
    one = project.training_classes.create(
        number="班-1", occupation=occupation, level="4", start_on=START, end_on=START, trained=20, high_skill=0,
        passed=19, recorded_by=place.clerk, recorded_on=START,
    )  # fmt: skip
    kept = project.class_imports.create(
        name="班次.xlsx", sha256="0" * 64, size=1, content=xlsx([Sheet("x", ("x",), ())]), rows=0, errors=0, millis=1,
        uploaded_by=place.clerk, uploaded_on=START,
    )  # fmt: skip
    return {"class_id": one.pk, "class_import_id": kept.pk}
