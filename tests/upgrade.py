"""A database of an earlier release, made by its own migrations and brought up to date. Run by tests/test_migrations.py.

Prints as JSON what became of its rows.
"""

import json
import os
import sys
from datetime import date
from decimal import Decimal

RELEASED = [
    ("accounts", "0001_initial"),
    ("projects", "0001_initial"),
    ("funds", "0002_initial"),
    ("performance", "0002_initial"),
    ("lifecycle", "0002_initial"),
]
# As that release froze its rows of record.
FROZEN = {
    "funds_funddocument": "OLD.state = 'recorded'",
    "funds_allocation": "",
    "funds_receipt": "",
    "funds_settlement": "OLD.state <> 'approved'",
}
DAY = date(2026, 3, 2)


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from accounts import triggers
    from accounts.triggers import Frozen
    from tests.squash import unsquashed

    executor = MigrationExecutor(connection)
    executor.loader = unsquashed(connection)
    executor.migrate(RELEASED)
    fill(executor.loader.project_state(RELEASED).apps)
    for table, unless in FROZEN.items():
        triggers.create(Frozen(table, update_unless=unless))
    call_command("migrate", verbosity=0)
    json.dump(told(), sys.stdout, default=str)


def fill(apps) -> None:
    """One project with an approved document, money in, a paper and an approved settlement."""

    def make(model, **values):
        return apps.get_model(*model.split(".")).objects.create(**values)

    node = make("accounts.Node", name="示例省", kind="province", path="001/")
    unit = make("accounts.Organisation", node=node, name="示例学院", line="unit", unit_type="technical")
    person = make("accounts.User", username="one", name="甲")
    project = make(
        "projects.Project", number="X-1", name="示例基地", organisation=unit, kind="base", track="new", sector="services",
        edition_code="jilin_2025", stage="terminated", identity_key="x", grant=Decimal(100), award_document="一号",
        awarded_on=DAY,
    )  # fmt: skip
    document = make(
        "funds.FundDocument", number="二号", dated_on=DAY, fiscal_year=2026, source="central", title="下达",
        state="approved", recorded_by=person, recorded_on=DAY, approved_by=person, approved_on=DAY,
    )  # fmt: skip
    allocation = make("funds.Allocation", document=document, project=project, amount=Decimal("100.00"))
    make(
        "funds.Receipt", allocation=allocation, project=project, amount=Decimal("60.01"), received_on=DAY,
        confirmed_by=person, confirmed_on=DAY,
    )  # fmt: skip
    make(
        "funds.Settlement", project=project, received=Decimal("60.01"), compliant=0, residual=Decimal("60.01"),
        recovery=Decimal("60.01"), document_number="三号", state="approved", prepared_by=person, prepared_on=DAY,
        approved_by=person, approved_on=DAY,
    )  # fmt: skip
    make(
        "projects.Attachment", project=project, about="fund_document", about_id=document.pk, purpose="资金文件",
        name="a.pdf", size=1, content_type="application/pdf", sha256="0", path="a", uploaded_by=person, on=DAY,
    )  # fmt: skip


def told() -> dict:
    from accounts import triggers
    from funds.apps import FROZEN
    from funds.models import Allocation, FundDocument, Receipt, Settlement
    from projects.models import Attachment, Project

    return {
        "total": FundDocument.objects.get().total,
        "kind": FundDocument.objects.get().kind,
        "allocated": Allocation.objects.get().effect,
        "received": Receipt.objects.get().effect,
        "occasion": Settlement.objects.get().occasion,
        "unit_type": Project.objects.get().unit_type,
        "published": Attachment.objects.get().issued,
        "triggers_missing": [name for frozen in FROZEN for name in triggers.missing(frozen)],
    }


if __name__ == "__main__":
    main()
