"""Problems of audit findings that were sent before learn their term, amount and who found them."""

from django.db import migrations


def fill(apps, schema_editor):
    rows = apps.get_model("funds", "AuditFinding").objects.exclude(problem=None).select_related("problem", "case")
    for finding in rows.order_by("pk").iterator(2000):
        problem = finding.problem
        problem.about_id, problem.amount, problem.due_on = finding.pk, finding.amount or None, finding.due_on
        problem.opened_by_id, problem.opened_on = finding.recorded_by_id, finding.case.sent_on
        problem.number = problem.serial
        problem.save(update_fields=["about_id", "amount", "due_on", "opened_by", "opened_on", "number"])


class Migration(migrations.Migration):
    dependencies = [("funds", "0024_waiting_spells_backfill"), ("projects", "0009_problem_numbered")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
