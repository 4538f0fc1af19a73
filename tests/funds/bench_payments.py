"""How long the lists of payments and the ledger page take at 100,000 payments, in-process; not a test.

    python tests/funds/bench_payments.py [ROWS]

Uses a database of its own in a temporary folder (DATABASE_URL, where given, must name an empty one).
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

ROWS, PROJECTS, TIMES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, 100, 15
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.update(APP_ENV="test", DJANGO_SETTINGS_MODULE="config.settings")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp())

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from funds.models import Voucher, VoucherSpell  # noqa: E402
from policy.terms import Stage  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.funds import scene  # noqa: E402

CATEGORIES = ("equipment", "facilities", "instructors", "courses", "activities")
STATES = ("recognised",) * 7 + ("submitted", "questioned", "draft")
ASKED = {
    "all": "", "far page": "page=4000", "state": "state=questioned", "category": "category=courses",
    "quarter": "year=2025&quarter=3", "amount": "least=9000", "flagged": "flagged=yes", "late": "late=yes",
    "word": "q=公司7", "unit": "unit=示例", "several": "state=recognised&category=equipment&year=2025&least=500",
}  # fmt: skip


def fill(world):
    build = {"stage": Stage.BUILDING, "build_start_on": date(2025, 1, 1), "build_end_on": date(2027, 1, 1)}
    projects = [world.project, *(make.project(world.unit, **build) for _ in range(PROJECTS - 1))]
    numbers = dict.fromkeys((project.pk for project in projects), 0)
    rows = []
    for at in range(ROWS):
        project, state = projects[at % PROJECTS], STATES[at // PROJECTS % len(STATES)]
        posted = state == "recognised"
        numbers[project.pk] += posted
        rows.append(
            Voucher(
                project=project, number=f"B-{at}", paid_on=date(2025, 1, 1) + timedelta(days=at % 600),
                category=CATEGORIES[at % 5], source="central" if at % 9 else "own", abstract=f"设备 {at}",
                payee=f"示例公司{at % 300}", amount=Decimal(at % 10_000 + 1), state=state, fits=posted,
                entry_type="late" if at % 50 == 0 else "ordinary", recorded_by=world.clerk,
                recorded_on=date(2026, 1, 1), submitted_on=date(2026, 1, 2), judged_on=date(2026, 1, 3),
                entry_number=numbers[project.pk] if posted else None,
            )
        )  # fmt: skip
    made = Voucher.objects.bulk_create(rows, batch_size=2000)
    VoucherSpell.objects.bulk_create([spell_of(row) for row in made if row.state != "draft"], batch_size=2000)
    if connection.vendor == "postgresql":  # which does so by itself; for SQLite nobody does
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def spell_of(row):
    """Every payment that was handed in has waited, and most for one night."""
    kept = ("project", "category", "source", "amount", "paid_on", "fits")
    return VoucherSpell(
        voucher=row, reverses=False, from_on=row.submitted_on,
        until_on=None if row.state == "submitted" else row.judged_on, **{name: getattr(row, name) for name in kept},
    )  # fmt: skip


def measured(client, name, address):
    count, taken, busy = [], [], []
    with connection.execute_wrapper(lambda execute, *rest: (count.append(1), execute(*rest))[1]):
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    for _ in range(TIMES):
        start, cpu = time.perf_counter(), time.process_time()
        client.get(address)
        taken.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - cpu) * 1000)
    median = statistics.median
    print(
        f"{name:<26} {median(taken):7.1f} ms, of the processor {median(busy):7.1f} ms, {len(count)} statements",
        flush=True,
    )


def main():
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    settings.FILES_DIR = Path(tempfile.mkdtemp())
    world = scene.make_ready(scene.make_scene())
    fill(world)
    client = Client()
    client.force_login(world.finance)
    for name, query in ASKED.items():
        measured(client, f"all payments, {name}", f"/funds/payments/?{query}")
    own = f"/projects/{world.project.pk}/funds/"
    measured(client, "one project, payments", f"{own}payments/")
    measured(client, "one project, ledger", own)
    measured(client, "one project, as of", f"{own}?on=2025-12-31&known=2026-01-01")
    measured(client, "register of projects", "/projects/?size=100")


if __name__ == "__main__":
    main()
