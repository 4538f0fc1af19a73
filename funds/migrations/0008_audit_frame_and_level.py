from django.db import migrations, models


class Migration(migrations.Migration):
    """What an audit's sample was drawn from, and how grave a finding is."""

    dependencies = [("funds", "0007_flag_figures")]

    operations = [
        migrations.AddField(
            model_name="auditcase",
            name="frame",
            field=models.JSONField(blank=True, default=list, verbose_name="抽样框"),
        ),
        migrations.AddField(
            model_name="auditfinding",
            name="level",
            field=models.CharField(
                choices=[("minor", "一般"), ("major", "较重"), ("severe", "严重")],
                default="major",
                max_length=8,
                verbose_name="程度",
            ),
        ),
    ]
