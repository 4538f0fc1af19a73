from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_freeze_unit_types")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="handed_in",
            field=models.BooleanField(default=True, verbose_name="单位已提交"),
        ),
    ]
