"""What a list says a payment was for; invoices known again by the number alone where it is one of a kind."""

from django.db import migrations, models

from accounts import triggers
from accounts.triggers import Frozen
from funds.rules.invoices import invoice_key

CHUNK = 500


def fill(apps, schema_editor):
    """The triggers come back after the migration (post_migrate)."""
    model = apps.get_model("funds", "Voucher")
    triggers.drop(Frozen(model._meta.db_table))
    rows = []
    for row in model.objects.exclude(invoice_number="").order_by("pk").iterator(CHUNK):
        row.invoice_key = invoice_key(row.invoice_number, row.invoice_seller, row.payee)
        rows.append(row)
    model.objects.bulk_update(rows, ["invoice_key"], batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [("funds", "0025_problems_of_findings")]

    operations = [
        migrations.AddField(
            model_name="statementrow",
            name="category",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="支出类别"),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
