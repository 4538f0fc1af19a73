from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0013_keep_papers_of_drafts"),
        ("projects", "0006_attachment_handed_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="voucher", name="voucher_paid"),
        migrations.RemoveIndex(model_name="voucher", name="voucher_project_state"),
        migrations.AddIndex(
            model_name="voucher",
            index=models.Index(
                fields=["project", "state", "fits", "reverses", "amount"], name="voucher_project_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="voucher",
            index=models.Index(
                fields=["-paid_on", "-id", "project", "state", "number", "payee", "abstract", "amount", "reverses"],
                name="voucher_words",
            ),
        ),
    ]
