"""Indicators drawn up before 0005: how often they are reported and where they come from, by their template."""

from django.db import migrations

DRAWS = {
    "B01": "trained", "B02": "high_skill", "B04": "assets", "B07": "pass_rate", "B17": "certified",
    "B18": "subsidised", "B19": "apprentices", "B23": "satisfaction", "S04": "trained", "S07": "pass_rate",
    "S14": "satisfaction",
}  # fmt: skip
QUARTERLY = ["B01", "B02", "B04", "B06", "B07", "B18", "S03", "S04", "S07"]
AT_THE_END = ["B12", "B20", "B21", "S05", "S08", "S12", "S13"]
FROM_THE_BOOKS = ["B11", "B13", "B14", "S09"]


def fill(apps, schema_editor):
    rows = apps.get_model("performance", "Indicator").objects
    rows.filter(template_code__in=QUARTERLY).update(frequency="quarter")
    rows.filter(template_code__in=AT_THE_END).update(frequency="final")
    rows.filter(template_code__in=FROM_THE_BOOKS).update(evidence="ledger")
    for code, draws in DRAWS.items():
        evidence = "assets" if draws == "assets" else "classes"
        rows.filter(template_code=code).update(draws=draws, evidence=evidence)


class Migration(migrations.Migration):
    dependencies = [("performance", "0005_rounds_and_assessments")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
