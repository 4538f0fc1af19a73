"""Values entered before 0003: their hands are those of their evaluation."""

from django.db import migrations


def fill(apps, schema_editor):
    Score = apps.get_model("performance", "Score")
    for score in Score.objects.filter(entered_by=None).select_related("evaluation").iterator():
        whole = score.evaluation
        score.line, score.entered_by_id, score.entered_on = whole.line, whole.entered_by_id, whole.entered_on
        if whole.state == "confirmed":
            score.confirmed_by_id, score.confirmed_on = whole.confirmed_by_id, whole.confirmed_on
        score.save(update_fields=["line", "entered_by", "entered_on", "confirmed_by", "confirmed_on"])


class Migration(migrations.Migration):

    dependencies = [("performance", "0003_score_hands")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
