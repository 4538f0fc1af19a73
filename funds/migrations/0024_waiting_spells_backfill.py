"""When payments that stood before waited for 认定, as their last submission and verdict tell it; no more is known of them."""

from django.db import migrations

CHUNK = 2000
KEPT = ("project_id", "category", "source", "amount", "paid_on", "contract_id", "fits")


def days_of(row):
    """From and until of each spell; a first signature after 暂不认定 took the payment into 待认定 again."""
    since = row.submitted_on or row.recorded_on
    if row.state != "submitted":
        return [(since, row.judged_on)] if row.judged_on else []
    if row.first_judged_on and row.judged_on and row.judged_on > since:
        return [(since, row.judged_on), (row.first_judged_on, None)]
    return [(since, None)]


def fill(apps, schema_editor):
    spells, found = apps.get_model("funds", "VoucherSpell").objects, []
    rows = apps.get_model("funds", "Voucher").objects.exclude(state="draft").filter(spells=None)
    for row in rows.order_by("pk").iterator(CHUNK):
        kept = {name: getattr(row, name) for name in KEPT}
        found += [
            spells.model(voucher_id=row.pk, reverses=row.reverses_id is not None, from_on=since, until_on=until, **kept)
            for since, until in days_of(row)
        ]
        if len(found) >= CHUNK:
            spells.bulk_create(found)
            found = []
    spells.bulk_create(found)


class Migration(migrations.Migration):
    dependencies = [("funds", "0023_waiting_spells")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
