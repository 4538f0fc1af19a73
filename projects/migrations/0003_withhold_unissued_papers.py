"""Papers of decisions not in force, and of every fund document, are withheld; funds publishes those it has approved."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def withhold(apps, schema_editor):
    attachment = apps.get_model("projects", "Attachment")
    item = apps.get_model("projects", "DecisionItem")
    in_force = item.objects.filter(
        project=OuterRef("project"), decision=OuterRef("about_id"), state="done", decision__state="effective"
    )
    attachment.objects.filter(about="decision").exclude(Exists(in_force)).update(issued=False)
    attachment.objects.filter(about="fund_document").update(issued=False)


def lift(apps, schema_editor):
    apps.get_model("projects", "Attachment").objects.update(issued=True)


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_attachment_issued")]

    operations = [migrations.RunPython(withhold, lift)]
