"""What the addresses of papers name: a form everybody who sees the project may print, a print of it and one of the area's
own papers, a periodic report, a batch.
"""

import hashlib
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from projects.models import Attachment
from reports.models import BatchPrint, PeriodicFile, PeriodicReport

CONTENT = b"%PDF-1.7"
START = date(2025, 3, 1)


def printed(place):
    key = f"F07-{timezone.localdate():%Y%m%d}"
    one = place.project.prints.create(
        key=key, form="F07", title="收支情况表", version=1, digest="0" * 64, code=f"{place.project.pk:012x}",
        organisation_name=place.unit.name, registered_by=place.clerk, registered_on=START,
    )  # fmt: skip
    return {"print_id": one.pk, "form_key": key, "suffix": "pdf", "paper_id": of_place(place).pk}


def of_place(place):
    """A list of the place that the unit stands under, registered by no one of it, with its sealed scan."""
    node, name = place.unit.node, f"place-{place.project.pk}.pdf"
    (Path(settings.FILES_DIR) / name).write_bytes(CONTENT)
    one = node.prints.create(
        key=f"F18-e{place.project.pk}-20250301", form="F18", title="执行情况汇总表", version=1, digest="0" * 64,
        code=f"f{place.project.pk:011x}", organisation_name=node.name, registered_by=place.clerk, registered_on=START,
        for_unit=False,
    )  # fmt: skip
    one.scan = Attachment.objects.create(
        place=node, about="printed_paper", about_id=one.pk, purpose="盖章件", name="盖章件.pdf", size=len(CONTENT),
        content_type="application/pdf", sha256=hashlib.sha256(CONTENT).hexdigest(), path=name, uploaded_by=place.clerk,
        on=START,
    )  # fmt: skip
    one.save(update_fields=["scan"])
    return one


def periodic(place):
    """A yearly report of the city, department or province that the unit stands under."""
    report = PeriodicReport.objects.create(
        place=place.unit.node, kind="year", year=2026, version=place.project.pk, asked_at=timezone.now(), made_on=START
    )
    report.files.add(
        PeriodicFile(
            kind="pdf", name="年报.pdf", sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT), content=CONTENT
        ),
        bulk=False,
    )
    return {"report_id": report.pk}


def batch_print(world, place):
    """A PDF of the place's project, of 省人社经办: nobody else's."""
    batch = BatchPrint.objects.create(
        asked_by=world.ph, asked_at=timezone.now(), made_at=timezone.now(), on=START, form="F07", title="资金收支情况表",
        which="newest", scope="全部项目", projects=[place.project.pk], printed=1, content=CONTENT,
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )  # fmt: skip
    return {"print_job_id": batch.pk}
