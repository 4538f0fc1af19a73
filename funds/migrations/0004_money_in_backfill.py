"""What the new columns say of rows that stood before them: every document gave money, every receipt was an arrival."""

from django.db import migrations
from django.db.models import F, Sum

from accounts import triggers
from accounts.triggers import Frozen

FROZEN = ("funds_allocation", "funds_receipt", "funds_funddocument", "funds_settlement")


def fill(apps, schema_editor):
    """The triggers come back after the migration (post_migrate)."""
    for table in FROZEN:
        triggers.drop(Frozen(table))
    for model in ("Allocation", "Receipt"):
        apps.get_model("funds", model).objects.update(effect=F("amount"))
    for document in apps.get_model("funds", "FundDocument").objects.annotate(sum=Sum("allocations__amount")):
        document.total = document.sum or 1
        document.save(update_fields=["total"])
    ended = apps.get_model("funds", "Settlement").objects
    ended.filter(project__stage="terminated").update(occasion="termination")
    ended.filter(project__stage="accepted").update(occasion="acceptance")


class Migration(migrations.Migration):

    dependencies = [("funds", "0003_money_in_full")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
