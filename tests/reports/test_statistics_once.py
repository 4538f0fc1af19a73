"""统计分析 in earnest: three thousand projects, and a web process beside a task worker on the same database."""

import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from funds.models import Allocation, BudgetLine, FundDocument, Receipt
from policy.terms import Kind, NodeKind, Stage, Track
from projects.models import Problem, Project
from tests import factories as make
from tests.reports.scene import END, ON, START
from tests.reports.statistics_scene import made, peopled

ROOT = Path(__file__).resolve().parents[2]
MANY = 3000
GRANT = Decimal("7000000.00")


def crowd(world):
    """Projects in nine cities with money at every step and a problem each."""
    cities = [make.node(f"示例{number}市", NodeKind.CITY, world.province) for number in range(9)]
    units = [make.organisation(city) for city in cities]
    facts = {"sector": "manufacturing", "edition_code": make.EDITION, "stage": Stage.BUILDING, "grant": GRANT,
             "build_start_on": START, "build_end_on": END, "award_document": "示例1号"}  # fmt: skip
    projects = Project.objects.bulk_create(
        Project(
            number=f"T{number}", name=f"示例{number}", organisation=units[number % 9], identity_key=f"many{number}",
            kind=list(Kind)[number % 2], track=list(Track)[number % 2], awarded_on=START.replace(year=2022 + number % 4),
            **facts,
        )
        for number in range(MANY)
    )  # fmt: skip
    document = FundDocument.objects.create(
        number="示例财社1号", dated_on=ON, fiscal_year=2026, source="central", title="下达", total=GRANT, recorded_by=world.pf,
        recorded_on=ON, state="approved", approved_by=world.pfl, approved_on=ON,
    )  # fmt: skip
    allocations = Allocation.objects.bulk_create(
        Allocation(document=document, project=one, amount=GRANT, effect=GRANT) for one in projects
    )
    receipt = {"amount": GRANT, "effect": GRANT, "received_on": ON, "confirmed_by": world.u2, "confirmed_on": ON}
    Receipt.objects.bulk_create(Receipt(allocation=one, project=one.project, **receipt) for one in allocations)
    for category, budget in (("equipment", 3000000), ("facilities", 1000000), ("courses", 2000000), ("other", 1000000)):
        BudgetLine.objects.bulk_create(
            BudgetLine(project=one, category=category, source="central", budget=Decimal(budget), spent=Decimal("0.01"))
            for one in projects
        )
    Problem.objects.bulk_create(
        Problem(
            project=one, serial=1, number=1, source="audit", fact="示例", clause="五", requirement="改", opened_on=ON
        )
        for one in projects
    )


@pytest.mark.once
@pytest.mark.django_db
def test_three_thousand_projects_take_few_statements_and_little_time(world):
    crowd(world)
    stamp = made(world.ph)
    client = Client()
    client.force_login(world.ph)
    client.get("/statistics/")

    took = []
    for _ in range(5):
        began = time.process_time()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get("/statistics/")
        took.append(time.process_time() - began)

    assert (answer.context["result"].fresh, len(stamp)) == (True, 64)
    assert answer.context["tiles"][0]["value"] == f"{MANY:,}"
    assert answer.context["tiles"][4]["value"] == "0.01"  # 12,000 × 1 分
    assert len(captured) <= 12
    assert min(took) <= 0.3, took


PAGE = """
import sys, django
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment
from accounts.models import User
setup_test_environment(debug=True)
client = Client()
client.force_login(User.objects.get(pk=int(sys.argv[1])))
for path in ("/statistics/", "/statistics/chart.svg?chart=place", "/api/v1/statistics/", "/projects/", "/"):
    assert client.get(path).status_code == 200, path
assert client.post("/statistics/draw/").status_code == 302
page = client.get("/statistics/").context
print(page["result"].fresh, page["result"].drawing, [one for one in ("pandas", "matplotlib", "numpy") if one in sys.modules])
"""


def run(*words):
    environment = os.environ | {
        "APP_ENV": "development",
        "DEBUG": "1",  # no static files were collected here
        "DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[-2] if done.stdout else ""


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_web_process_loads_no_heavy_library_and_the_worker_draws(world):
    peopled(world)

    asked = run("-c", PAGE, str(world.ph.pk))
    run("manage.py", "db_worker", "--batch", "--no-startup-delay")
    again = run("-c", PAGE, str(world.ph.pk))

    assert asked == "False True []"
    assert again == "True False []"
