"""One project over five years of calendar: every legal date against a day worked out by hand, with holidays and month ends.

From the award through an extension, an acceptance that fails, a 限期整改 to the last day of its year, to the remedies.
"""

from datetime import date, timedelta

import pytest

from lifecycle import jobs
from lifecycle.demo.cast import MACHINES, base
from lifecycle.models import Reminder, Told
from lifecycle.operations import build
from lifecycle.queries.deadlines import dates_of
from policy.calendar import add_months
from policy.terms import Stage
from projects.models import Project
from tests import factories as make
from tests.lifecycle import scene

UNIT = "示例市和兴职业学校"
START = date(2024, 2, 29)
SERVED, CAP = date(2026, 10, 31), date(2027, 10, 31)  # both a day off: a Saturday and a Sunday
# Looked at beside the dates of the life itself.
MONEY = {"asset_card", "carry_over", "receipt_pass_on", "quarter_report", "problem_due"}


class Watch:
    """The clock, the scheduler and what stands of the project's dates."""

    def __init__(self, town, story):
        self.town, self.story, self.day = town, story, town.clock.day

    def to(self, day):
        """Forward, the scheduler up every other month on the way and on the day itself."""
        while (day - self.day).days > 61:
            self.day += timedelta(days=60)
            self.sweep()
        self.day = day
        self.sweep()

    def at(self, day):
        """An act of this day, without a sweep."""
        self.day = day
        self.town.clock.to(day)
        return day

    def sweep(self):
        self.town.clock.to(self.day)
        jobs.daily_sweep(self.day)

    @property
    def project(self):
        return Project.objects.select_related("organisation__node").get(pk=self.story.pk)

    def dates(self, *codes):
        """rule → (calendar day, last day) of what stands; without `codes` all but the money's."""
        found = dates_of([self.project], self.day)
        shown = [one for one in found if (one.code in codes if codes else one.code not in MONEY)]
        return {one.code: (one.due_on, one.last_on) for one in shown}

    def date(self, code):
        return next(one for one in dates_of([self.project], self.day) if one.code == code)


def same(day):
    return day, day


def rungs(story, rule):
    rows = Reminder.objects.filter(project=story.pk, rule=rule).order_by("pk")
    return list(rows.values_list("due_on", "rung"))


def targets(watch, story):
    """目标: sent in on Wednesday 2024-01-31; ten working days: Feb 1, 2, 4 (worked Sunday), 5, 6, 7, 8, 9, then 10-17 off,
    18 (worked Sunday), 19.
    """
    story.fill_targets(watch.at(date(2024, 1, 30)))
    watch.to(date(2024, 1, 31))
    story.submit_targets(watch.day)
    assert watch.dates() == {"target_review": same(date(2024, 2, 19))}
    story.first_review(watch.at(date(2024, 2, 5)))
    story.review(watch.at(date(2024, 2, 8)))
    story.decide("T04", watch.at(date(2024, 2, 9)))
    assert watch.dates() == {}


def building(watch, story):
    """建设期: 24 months from the leap day end on the last of February; +60 days."""
    story.start(watch.at(START))
    watch.to(date(2024, 3, 20))
    assert watch.dates() == {"build_end": same(date(2026, 2, 28)), "application": same(date(2026, 4, 29))}
    assert watch.date("build_end").sum == "自 2024-02-29 起 24 个月，当日不计，至 2026-02-28"


def evaluation(watch, story):
    """自评: of 2024 by 2025-03-31, a Monday; of 2025 by Tuesday 2026-03-31."""
    watch.to(date(2025, 1, 6))
    assert watch.dates("self_evaluation") == {"self_evaluation": same(date(2025, 3, 31))}


def extension(watch, story):
    """延期 six months: from the first day, not from the end that was: 29 August, a Saturday."""
    watch.to(date(2026, 1, 12))
    build.request_extension(story.pk, months=6, reason="进口设备交货推迟", actor=story.u2, on=watch.day)
    watch.to(date(2026, 2, 27))
    story.decide("T14", watch.day, months=6)
    watch.to(date(2026, 3, 2))
    assert watch.dates("build_end", "application") == {
        "build_end": same(date(2026, 8, 29)), "application": same(date(2026, 10, 28)),
    }  # fmt: skip
    assert rungs(story, "build_end") == [(date(2026, 2, 28), 90), (date(2026, 2, 28), 30)]


def acceptance(watch, story):
    """验收: organised within 60 days of the application of 30 September."""
    watch.to(date(2026, 9, 30))
    assert rungs(story, "build_end")[2:] == [
        (date(2026, 8, 29), 90), (date(2026, 8, 29), 30), (date(2026, 8, 29), 0), (date(2026, 8, 29), -1),
        (date(2026, 8, 29), -15), (date(2026, 8, 29), -30),
    ]  # fmt: skip
    story.apply(watch.day)
    organised = watch.date("acceptance_organise")
    assert (organised.due_on, organised.last_on) == same(date(2026, 11, 29))
    story.gate_a(watch.at(date(2026, 10, 20)), failing=("N2a",))
    story.gate_b(watch.at(date(2026, 10, 21)), failing=("B01",))


def order(watch, story):
    """限期整改: served on 31 October; four months end on 28 February 2027, a Sunday: filed by Monday 1 March."""
    watch.at(SERVED)
    story.order(date(2026, 10, 28), term=4, served_on=SERVED)
    watch.to(date(2026, 11, 2))
    order = watch.project.rectifications.get()
    assert (order.due_on, order.cap_on) == (date(2027, 2, 28), CAP)
    assert watch.dates("rectify", "serve", "acceptance_organise") == {"rectify": (date(2027, 2, 28), date(2027, 3, 1))}
    shown = watch.date("rectify")
    assert (shown.sum, shown.estimated) == ("自 2026-10-31 起 4 个月，当日不计，至 2027-02-28", True)


def recheck(watch, story):
    """复验不通过: on to the cap, which no re-check moves; 31 October 2027 is a Sunday."""
    watch.to(date(2027, 3, 1))
    story.report(watch.day)
    story.recheck(watch.at(date(2027, 3, 9)), passed=False)
    story.decide("T22", watch.at(date(2027, 3, 10)), due_on=str(CAP))
    watch.to(date(2027, 3, 11))
    assert watch.dates("rectify") == {"rectify": (CAP, date(2027, 11, 1))}
    assert watch.project.rectifications.get().cap_on == CAP


def notice(watch, story):
    """拟取消告知: possible from the day after Monday 1 November. Ten working days after Tuesday the 2nd: the 16th."""
    watch.to(date(2027, 11, 2))
    assert (watch.project.stage, watch.date("rectify").overdue(watch.day)) == (Stage.RECTIFYING, True)
    story.notice(watch.day)
    assert watch.dates("rectify", "defence", "serve") == {"defence": same(date(2027, 11, 16))}


def revocation(watch, story):
    """取消称号 and its remedies: 60 days after 17 November end on Sunday 16 January 2028; six months on 17 May."""
    story.review_legality(watch.at(date(2027, 11, 16)))
    watch.to(date(2027, 11, 17))
    story.revoke(watch.day)
    assert watch.dates("serve", "appeal_review", "appeal_court") == {
        "appeal_review": (date(2028, 1, 16), date(2028, 1, 17)), "appeal_court": same(date(2028, 5, 17)),
    }  # fmt: skip
    watch.to(date(2028, 5, 18))
    assert watch.dates() == {}
    assert watch.project.stage == Stage.REVOKED
    unit = {story.u1.pk, story.u2.pk}
    for rule in ("rectify", "defence", "appeal_review"):
        told = set(Told.objects.filter(reminder__rule=rule, reminder__rung__gte=0).values_list("user", flat=True))
        assert told
        assert told <= unit


def test_every_date_of_a_life_is_the_one_worked_out_by_hand(town):
    stage = town.stage(date(2023, 12, 1))
    town.clock.to(date(2023, 12, 29))
    story = stage.awarded("hexing", base(UNIT, MACHINES), "demo_2022", date(2023, 12, 29))
    watch = Watch(town, story)
    targets(watch, story)
    building(watch, story)
    evaluation(watch, story)
    extension(watch, story)
    acceptance(watch, story)
    order(watch, story)
    recheck(watch, story)
    notice(watch, story)
    revocation(watch, story)


@pytest.mark.parametrize(
    ("served", "term", "due", "last", "cap"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 2, 28), date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29), date(2024, 2, 29), date(2024, 8, 31)),
        (date(2023, 2, 28), 12, date(2024, 2, 28), date(2024, 2, 28), date(2024, 2, 28)),
        (date(2025, 5, 1), 12, date(2026, 5, 1), date(2026, 5, 6), date(2026, 5, 1)),
        (date(2025, 2, 14), 12, date(2026, 2, 14), date(2026, 2, 14), date(2026, 2, 14)),
        (date(2024, 10, 31), 4, date(2025, 2, 28), date(2025, 2, 28), date(2025, 10, 31)),
    ],
    ids=[
        "from a leap day",
        "to a leap day",
        "February to February",
        "into a holiday",
        "a worked Saturday",
        "short month",
    ],
)
def test_the_one_year_in_both_forms(db, settings, tmp_path, served, term, due, last, cap):
    settings.FILES_DIR = tmp_path
    story = scene.rectifying(make.world(), served_on=served, term=term)

    order = story.fresh().rectifications.get()
    standing = next(one for one in dates_of([story.fresh()], served) if one.code == "rectify")
    assert (order.due_on, order.cap_on, standing.last_on) == (due, cap, last)
    assert standing.sum == f"自 {served} 起 {term} 个月，当日不计，至 {due}"
    assert order.due_on == add_months(served, term)
