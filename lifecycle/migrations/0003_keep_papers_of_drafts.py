"""Papers of a 验收 not applied for and of a 整改 not reported are the unit's own; records of a re-check without a decision
are the departments'.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q


def keep(apps, schema_editor):
    papers = apps.get_model("projects", "Attachment").objects
    applied = apps.get_model("lifecycle", "Acceptance").objects.filter(
        project=OuterRef("project"), round=OuterRef("about_id")
    )
    papers.filter(~Exists(applied), about="acceptance_pack").update(handed_in=False)
    rectifying = Q(project__stage="rectifying")
    reports = apps.get_model("lifecycle", "RectificationReport").objects
    reported = reports.filter(rectification__project=OuterRef("project"), on__gte=OuterRef("on"))
    papers.filter(rectifying, ~Exists(reported), about="problem").update(handed_in=False)
    waiting = reports.filter(pk=OuterRef("about_id"), rectification__closed_on=None)
    papers.filter(Exists(waiting), about="report", project__stage="rechecking").update(issued=False)


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0002_initial"),
        ("funds", "0013_keep_papers_of_drafts"),
        ("projects", "0006_attachment_handed_in"),
    ]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
