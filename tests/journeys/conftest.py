"""Fixtures only: what needs Django's models is imported late, once Django is set up."""

from datetime import date

import pytest


class Clock:
    """The business day of the whole product, moved by hand; 操作日志 keeps the real moment beside it."""

    def __init__(self):
        self.day = date(2026, 1, 5)

    def to(self, day):
        self.day = day


@pytest.fixture
def clock(monkeypatch):
    from django.utils import timezone

    clock, real = Clock(), timezone.localdate

    def localdate(value=None, timezone=None):
        return clock.day if value is None else real(value, timezone)

    monkeypatch.setattr(timezone, "localdate", localdate)
    return clock


@pytest.fixture
def town(db, clock, settings, tmp_path):
    """The invented province with one person for every role, each at a browser."""
    from tests.journeys.life import Town

    settings.FILES_DIR = tmp_path
    return Town.founded(clock)
