"""Awarded projects keep the unit type their conditions have gone by; without one that was 公共实训基地."""

from django.db import migrations


def freeze(apps, schema_editor):
    project = apps.get_model("projects", "Project")
    awarded = project.objects.exclude(stage="draft").filter(unit_type="")
    for one in awarded.select_related("organisation").iterator():
        project.objects.filter(pk=one.pk).update(unit_type=one.organisation.unit_type or "public_base")


def thaw(apps, schema_editor):
    apps.get_model("projects", "Project").objects.update(unit_type="")


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_project_unit_type")]

    operations = [migrations.RunPython(freeze, thaw)]
