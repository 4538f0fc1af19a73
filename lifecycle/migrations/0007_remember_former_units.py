"""Mergers that took effect before the unit that was merged was kept with the project."""

from django.db import migrations


def remember(apps, schema_editor):
    kept = apps.get_model("projects", "FormerUnit").objects
    granted = apps.get_model("lifecycle", "ChangeRequest").objects.filter(kind="merger", state="granted")
    for change in granted.select_related("decision").order_by("pk"):
        kept.get_or_create(
            project_id=change.project_id,
            until=change.effective_on,
            defaults={"organisation_id": change.old["organisation"], "document": change.decision.number},
        )


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0006_problem_due"), ("projects", "0014_former_units")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
