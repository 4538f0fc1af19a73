"""情况汇报 of a past day as known on a day: a late payment is in 'now' and not in 'then', and the paper says so."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Entry
from funds.queries import Moment
from policy.money import wan_number
from reports.as_of import picture_of
from reports.periodic import words
from reports.periodic.brief import brief_of, layout, moved
from reports.periodic.figures import money_of
from tests.reports.test_as_of import LATER, ready, spent  # noqa: F401

BRIEF, PAGE, DAY = "/reports/brief/", "/reports/periodic/", date(2026, 3, 31)
pytestmark = pytest.mark.django_db


def text_of(answer):
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    return page.extract_text().replace("\n", "")


@pytest.mark.parametrize(
    ("known", "amount", "late"),
    [
        (date(2026, 4, 19), "1000.00", 3),
        (date(2026, 4, 20), "1250.50", 2),
        (LATER, "1150.50", 3),
    ],
    ids=["the evening before it was posted", "the day it was posted", "today"],
)
def test_a_late_payment_counts_from_the_day_it_was_posted(spent, known, amount, late):  # noqa: F811
    brief = brief_of(spent.province, DAY, LATER, known)

    assert Decimal(brief.figures["total"][words.SPENT]) == Decimal(amount)
    assert brief.figures["total"] == money_of(picture_of(spent.finance, {}, Moment(DAY, known), LATER).totals)
    assert len(brief.past.late) == late
    assert (brief.risks, brief.overdue) == ((), ())


def test_the_paper_says_both_days_and_what_came_late(spent, visit):  # noqa: F811
    today = timezone.localdate()
    answer = visit(spent.finance, f"{BRIEF}?on={DAY}&known=2026-04-19")

    text = text_of(answer)
    assert f"截至 {DAY}，按 2026-04-19 所知" in text
    assert "与现在所知相差 3 笔补录" in text
    assert wan_number(Decimal(1000)) in text
    assert f"办理阶段为 {today} 的" in text
    assert Entry.objects.get(verb="导出情况汇报").text == f"{spent.province.name}，截至 {DAY}，按 2026-04-19 所知"


def test_the_sums_of_the_note_are_the_difference_of_the_figures(spent):  # noqa: F811
    then, now = (brief_of(spent.province, DAY, LATER, known) for known in (date(2026, 4, 19), LATER))

    change = Decimal(now.figures["total"][words.SPENT]) - Decimal(then.figures["total"][words.SPENT])
    assert change == sum(one.late.effect for one in then.past.late) == Decimal("150.50")
    assert f"支出 {wan_number(change)} 万元" in moved(then.past)
    assert layout(now).blocks[1].text.endswith(f"截至 {DAY}")


def test_decisions_and_problems_after_the_known_day_are_not_told(spent):  # noqa: F811
    early = brief_of(spent.province, DAY, LATER, date(2025, 1, 1))

    assert early.figures["total"][words.COUNT] == 0
    assert early.figures["problems"]["found"] == 0


def test_the_page_hands_both_dates_on(spent, visit):  # noqa: F811
    page = visit(spent.finance, f"{PAGE}?on={DAY}&known=2026-04-19").content.decode()

    assert f"&amp;on={DAY}&amp;known=2026-04-19" in page
    assert visit(spent.finance, f"{BRIEF}?on={DAY}&known=2999-01-01").status_code == 409
    assert visit(spent.finance, f"{BRIEF}?known=x").status_code == 409


def test_a_city_gets_no_brief_of_the_province_and_a_unit_none(spent, visit):  # noqa: F811
    assert visit(spent.city_finance, f"{BRIEF}?place={spent.province.pk}&on={DAY}").status_code == 404
    assert visit(spent.leader, f"{BRIEF}?on={DAY}").status_code == 403


def test_a_past_brief_costs_the_same_for_two_projects_and_for_more(spent):  # noqa: F811
    from tests import factories as make

    def cost():
        with CaptureQueriesContext(connection) as found:
            brief_of(spent.province, DAY, LATER, date(2026, 4, 19))
        return len(found)

    cost()
    first = cost()
    for _ in range(3):
        make.project(make.organisation(spent.province), awarded_on=date(2025, 6, 20), stage="building")

    assert cost() == first
