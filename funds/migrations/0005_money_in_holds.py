import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0004_money_in_backfill'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('effect', models.F('amount')), ('effect', django.db.models.expressions.CombinedExpression(models.F('amount'), '*', models.Value(-1))), _connector='OR'), name='allocation_effect_is_amount'),
        ),
        migrations.AddConstraint(
            model_name='funddocument',
            constraint=models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='fund_document_total_positive'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'arrival'), ('effect', models.F('amount'))), models.Q(models.Q(('kind', 'arrival'), _negated=True), ('effect', django.db.models.expressions.CombinedExpression(models.F('amount'), '*', models.Value(-1)))), _connector='OR'), name='receipt_effect_is_amount'),
        ),
    ]
