"""Scans of 资金文件 that were approved before papers were withheld: units go on reading them."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def publish(apps, schema_editor):
    approved = apps.get_model("funds", "FundDocument").objects.filter(pk=OuterRef("about_id"), state="approved")
    papers = apps.get_model("projects", "Attachment").objects.filter(about="fund_document")
    papers.filter(Exists(approved)).update(issued=True)


class Migration(migrations.Migration):

    dependencies = [("funds", "0009_payment_sums"), ("projects", "0003_withhold_unissued_papers")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
