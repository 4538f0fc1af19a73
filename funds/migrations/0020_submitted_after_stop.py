"""Payments submitted while the books waited for their 清算 do not hold it up."""

from django.db import migrations, models
from django.db.models import F


def mark(apps, schema_editor):
    waiting = apps.get_model("funds", "Voucher").objects.filter(
        project__stage__in=["revoked", "accepted"], state__in=["submitted", "questioned"], fits=False, reverses=None
    )
    late = waiting.exclude(why="").filter(submitted_on__gt=F("project__stage_since"))
    ids = list(late.values_list("pk", flat=True))
    apps.get_model("funds", "Voucher").objects.filter(pk__in=ids).update(after_stop=True)


class Migration(migrations.Migration):
    dependencies = [("funds", "0019_numbers_once_by_key")]

    operations = [
        migrations.AddField(
            model_name="voucher",
            name="after_stop",
            field=models.BooleanField(default=False, verbose_name="待清算时提交"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
