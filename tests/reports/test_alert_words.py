"""An alert whose words were rewritten says since when they stand, wherever it is shown."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from funds.rules.carry_over import YearMoney, check_age
from policy.findings import Finding
from policy.terms import Severity
from projects import alerts
from projects.models import Alert
from tests.reports.scene import furnished

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FIRST, SECOND = TODAY - timedelta(days=90), TODAY - timedelta(days=20)


def stood(project, message, on, severity=Severity.WARNING):
    alerts.sync(project, source="targets", findings=[Finding("returned", severity, message, "通知 六")], on=on)
    return project.alerts.get(source="targets", cleared_on=None)


@pytest.mark.parametrize(
    ("before", "after", "reworded"),
    [
        ("整改已逾期 3 天", "整改已逾期 14 天", False),
        ("剩余 1 天", "今天到期", True),
        ("至 2026-12-31 满 2 年，剩余 38 天", "至 2026-12-31 满 2 年，剩余 37 天", False),
        ("至 2026-12-31 满 2 年，剩余 1 天", "已满 2 年（2026-12-31）", True),
        ("设备购置已用 90%", "设备购置已用 95%", True),
    ],
)
def test_days_that_run_on_are_nothing_new(before, after, reworded):
    assert alerts.is_reworded(before, after) is reworded


def test_the_day_it_first_stood_is_kept_beside_the_day_of_its_words(world):
    project = furnished(world)

    days = [
        (stood(project, text, on, severity).raised_on, stood(project, text, on, severity).changed_on)
        for text, on, severity in (
            ("剩余 2 天", FIRST, Severity.WARNING),
            ("剩余 1 天", FIRST + timedelta(days=1), Severity.WARNING),
            ("已满", SECOND, Severity.WARNING),
            ("已满", TODAY, Severity.WARNING),
            ("已满", TODAY, Severity.BLOCKING),
        )
    ]

    assert days == [(FIRST, None), (FIRST, None), (FIRST, SECOND), (FIRST, SECOND), (FIRST, TODAY)]


def test_no_date_contradicts_what_is_said_of_carried_money(world):
    """Raised while the end was near; the words that it is past stand from the day after the end."""
    project, money = furnished(world), (YearMoney(2023, Decimal(100), Decimal(0)),)
    edition, end = project.edition, date(2025, 12, 31)
    on = end - timedelta(days=edition.days("remind_carry_over")[0])
    while on <= end + timedelta(days=3):
        found = check_age(edition, "central", "中央资金", money, on=on)
        alerts.sync(project, source="funds", findings=found, on=on)
        on += timedelta(days=1)

    row = project.alerts.get(source="funds", code="carry_over:central:2023", cleared_on=None)

    assert (f"（{end}）" in row.message, row.changed_on) == (True, end + timedelta(days=1))
    assert row.raised_on < end


def test_every_page_shows_both_days(world, visit):
    project = furnished(world)
    Alert.objects.filter(project=project).delete()
    stood(project, "先前的话", FIRST)
    stood(project, "现在的话", SECOND)

    listed = visit(world.ph, "/alerts/").content.decode()
    dossier = visit(world.ph, f"/projects/{project.pk}/").content.decode()
    book = load_workbook(io.BytesIO(visit(world.ph, "/alerts/export/").content)).active
    rows = [row for row in book.iter_rows(values_only=True) if row[0] == "现在的话"]
    line = visit(world.ph, f"/projects/{project.pk}/timeline/").context["page_obj"]
    told = [(one.on, one.title, one.detail) for one in line if "现在的话" in one.title]

    assert f"内容变化 {SECOND}" in listed
    assert f"{FIRST} 提出，{SECOND} 内容变化" in dossier
    assert [str(day)[:10] for day in rows[0][10:12]] == [str(FIRST), str(SECOND)]
    assert told == [(SECOND, "现在的话", f"{FIRST} 提出，内容自本日起变化；通知 六")]
