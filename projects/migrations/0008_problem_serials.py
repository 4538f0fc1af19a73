"""Problems that stood before get their number in the project's register, their source and who opened them."""

from django.db import migrations


def fill(apps, schema_editor):
    """Of an order: who drafted it opened its problems. The others came from audits (funds fills in the rest)."""
    last = {}
    rows = apps.get_model("projects", "Problem").objects.select_related("decision").order_by("project_id", "pk")
    for problem in rows.iterator(2000):
        last[problem.project_id] = problem.serial = last.get(problem.project_id, 0) + 1
        problem.source = "order" if problem.decision_id else "audit"
        if problem.decision_id:
            problem.opened_by_id = problem.decision.drafted_by_id
            problem.opened_on = problem.decision.effective_on or problem.decision.dated_on
        problem.save(update_fields=["serial", "source", "opened_by", "opened_on"])


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_problem_register")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
