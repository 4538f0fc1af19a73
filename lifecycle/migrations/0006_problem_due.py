"""Problems of orders that were served before are due when their order is."""

from django.db import migrations


def fill(apps, schema_editor):
    problems = apps.get_model("projects", "Problem").objects.exclude(state="closed").filter(due_on=None)
    for order in apps.get_model("lifecycle", "Rectification").objects.exclude(due_on=None):
        problems.filter(project=order.project_id, decision=order.decision_id).update(due_on=order.due_on)


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0005_deadlines"), ("projects", "0009_problem_numbered")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
