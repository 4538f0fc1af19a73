from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_problem_serials")]

    operations = [
        migrations.AlterField("problem", "serial", models.PositiveIntegerField(verbose_name="问题编号")),
    ]
