"""Papers of payments and replies that were never handed in, and invoices without a payment, are the unit's own."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def keep(apps, schema_editor):
    papers = apps.get_model("projects", "Attachment").objects
    drafts = apps.get_model("funds", "Voucher").objects.filter(pk=OuterRef("about_id"), state="draft")
    finding = apps.get_model("funds", "AuditFinding").objects
    replies = finding.filter(pk=OuterRef("about_id"), state="sent", replied_on=None)
    papers.filter(Exists(drafts), about="voucher").update(handed_in=False)
    papers.filter(Exists(replies), about="audit_reply").update(handed_in=False)
    papers.filter(about="invoice").update(handed_in=False)


class Migration(migrations.Migration):
    dependencies = [("funds", "0012_found_money_rows"), ("projects", "0006_attachment_handed_in")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
