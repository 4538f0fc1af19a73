from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0016_print_contents"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="changed_on",
            field=models.DateField(blank=True, null=True, verbose_name="内容变化日期"),
        ),
    ]
