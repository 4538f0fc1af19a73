"""Numbers of papers as compared, beside what was typed; what stands twice keeps both rows, told apart by its id."""

from django.db import migrations

import funds.models.fields
from accounts import triggers
from accounts.triggers import Frozen
from policy.spelling import number_key

CHUNK = 500
# Of each model: the column of its number and its key, and within what the key was to be one.
NUMBERS = {
    "Voucher": ("number", "number_key", ("project_id", "reverses_id")),
    "Contract": ("number", "number_key", ("project_id",)),
    "Asset": ("card_number", "card_key", ("project_id",)),
    "FundDocument": ("number", "number_key", ()),
    "Income": ("number", "number_key", ("project_id", "reverses_id")),
    "Repayment": ("number", "number_key", ("claw_back_id",)),
    "AuditCase": ("number", "number_key", ("project_id",)),
    "FoundMoneyEntry": ("number", "number_key", ("found_money_id", "move")),
}


def fill(apps, schema_editor):
    """The triggers come back after the migration (post_migrate)."""
    for name, (number, key, within) in NUMBERS.items():
        model = apps.get_model("funds", name)
        triggers.drop(Frozen(model._meta.db_table))
        seen, rows = set(), []
        for row in model.objects.order_by("pk").iterator(CHUNK):
            plain = number_key(getattr(row, number))
            here = (*(getattr(row, column) for column in within), plain)
            if here in seen and getattr(row, "state", "") != "returned":
                plain = f"{plain[:140]}#{row.pk}"
            elif getattr(row, "state", "") != "returned":
                seen.add(here)
            setattr(row, key, plain)
            rows.append(row)
        model.objects.bulk_update(rows, [key], batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [("funds", "0017_finder_does_not_confirm")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="card_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="card_number", verbose_name="资产卡号键"
            ),
        ),
        migrations.AddField(
            model_name="auditcase",
            name="number_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="number", verbose_name="审计通知书文号键"
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="number_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="number", verbose_name="合同编号键"
            ),
        ),
        migrations.AddField(
            model_name="foundmoneyentry",
            name="number_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="number", verbose_name="凭证或文号键"
            ),
        ),
        migrations.AddField(
            model_name="funddocument",
            name="number_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="number", verbose_name="文号键"
            ),
        ),
        migrations.AddField(
            model_name="income",
            name="number_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="number", verbose_name="凭证号键"
            ),
        ),
        migrations.AddField(
            model_name="repayment",
            name="number_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="number", verbose_name="缴款书号键"
            ),
        ),
        migrations.AddField(
            model_name="voucher",
            name="number_key",
            field=funds.models.fields.NumberKey(
                default="", editable=False, max_length=160, of="number", verbose_name="凭证号键"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
