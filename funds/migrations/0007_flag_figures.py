import projects.fields
from django.db import migrations, models

STAGES = [
    ("package", "采购包"),
    ("intention", "意向公开"),
    ("procured", "采购完成"),
    ("signed", "签约"),
    ("delivered", "到货"),
    ("accepted", "验收"),
    ("retention", "质保金付清"),
    ("changed", "合同变更"),
]


class Migration(migrations.Migration):
    dependencies = [("funds", "0006_settlements_in_full")]

    operations = [
        migrations.AddField("flag", "measure", projects.fields.MoneyField(default=0, verbose_name="涉及金额")),
        migrations.AddField(
            "flag", "elsewhere", models.JSONField(blank=True, default=list, verbose_name="另一项目的支出")
        ),
        migrations.AddIndex("voucher", models.Index(fields=["payee", "amount"], name="voucher_payee_amount")),
        migrations.AlterField(
            "purchasestep", "stage", models.CharField(choices=STAGES, max_length=12, verbose_name="步骤")
        ),
    ]
