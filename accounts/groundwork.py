"""What must stand in every database after a migrate: triggers, the journal's head, holidays, the system user."""

import csv
from datetime import date
from pathlib import Path

from django.core.management import call_command

from accounts import triggers
from accounts.models import Holiday, JournalHead, Membership, User
from accounts.roles import Role

HOLIDAYS = Path(__file__).parent / "data" / "holidays_2022_2026.csv"
SYSTEM = "system"


def ensure() -> None:
    """Safe to repeat."""
    call_command("createcachetable", verbosity=0)
    triggers.create(triggers.JOURNAL)
    JournalHead.objects.get_or_create(pk=1)
    if not Holiday.objects.exists():
        load_holidays()
    if not User.objects.filter(username=SYSTEM).exists():
        user = User.objects.create(username=SYSTEM, name="系统", password="!")  # noqa: S106
        Membership.objects.create(user=user, role=Role.SYS)


def load_holidays() -> None:
    """Rows `date,kind,holiday,meaning` of the published arrangements 2022 to 2026."""
    with HOLIDAYS.open(encoding="utf-8") as lines:
        rows = [
            Holiday(day=date.fromisoformat(row["date"]), works=row["kind"] == "work", name=row["holiday"])
            for row in csv.DictReader(lines)
        ]
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)


def system_user() -> User:
    """The actor of commands and jobs (SYS)."""
    return User.objects.get(username=SYSTEM)
