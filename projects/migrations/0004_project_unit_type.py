from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_withhold_unissued_papers")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="unit_type",
            field=models.CharField(
                blank=True,
                choices=[
                    ("enterprise", "企业"),
                    ("technical", "技工院校"),
                    ("vocational", "职业院校"),
                    ("public_base", "公共实训基地"),
                ],
                default="",
                max_length=16,
                verbose_name="立项时的单位性质",
            ),
            preserve_default=False,
        ),
    ]
