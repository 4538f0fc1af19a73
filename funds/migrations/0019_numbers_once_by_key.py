"""A paper is recorded once, however its number is spelled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funds", "0018_number_keys")]

    operations = [
        migrations.RemoveConstraint(
            model_name="asset",
            name="asset_card_once_per_project",
        ),
        migrations.RemoveConstraint(
            model_name="auditcase",
            name="audit_number_once_per_project",
        ),
        migrations.RemoveConstraint(
            model_name="contract",
            name="contract_number_once_per_project",
        ),
        migrations.RemoveConstraint(
            model_name="funddocument",
            name="fund_document_number_once",
        ),
        migrations.RemoveConstraint(
            model_name="income",
            name="income_number_once_per_project",
        ),
        migrations.RemoveConstraint(
            model_name="repayment",
            name="repayment_number_once",
        ),
        migrations.RemoveConstraint(
            model_name="voucher",
            name="voucher_number_once_per_project",
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.UniqueConstraint(fields=("project", "card_key"), name="asset_card_once_per_project"),
        ),
        migrations.AddConstraint(
            model_name="auditcase",
            constraint=models.UniqueConstraint(fields=("project", "number_key"), name="audit_number_once_per_project"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                fields=("project", "number_key"), name="contract_number_once_per_project"
            ),
        ),
        migrations.AddConstraint(
            model_name="foundmoneyentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("move", "recovered"), models.Q(("state", "returned"), _negated=True)),
                fields=("found_money", "number_key"),
                name="recovery_slip_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="funddocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "returned"), _negated=True),
                fields=("number_key",),
                name="fund_document_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="income",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", True)),
                fields=("project", "number_key"),
                name="income_number_once_per_project",
            ),
        ),
        migrations.AddConstraint(
            model_name="repayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "returned"), _negated=True),
                fields=("claw_back", "number_key"),
                name="repayment_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", True)),
                fields=("project", "number_key"),
                name="voucher_number_once_per_project",
            ),
        ),
    ]
