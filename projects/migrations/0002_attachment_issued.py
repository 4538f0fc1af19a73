from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="issued",
            field=models.BooleanField(default=True, verbose_name="已对单位公开"),
        ),
    ]
