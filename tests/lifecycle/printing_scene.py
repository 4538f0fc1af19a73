"""A project whose F07 may be printed on a day, and what makes it say something else."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from funds.models import Income
from lifecycle.demo.papers import paper
from lifecycle.operations import printing as ops

ON = date(2025, 5, 20)
KEY = f"F07-{ON:%Y%m%d}"
QUARTER = "F07-20250331"
_numbers = count(1)


def registered(world, project, *keys, by="u1", on=ON):
    """The print of the last of these forms."""
    return ops.register_prints(project.pk, keys=keys or (KEY,), actor=world.people[by.upper()], on=on)[-1]


def returned(world, project, code, *, by="u1", on=ON, **changes):
    given = {"scan": paper("盖章件")} | changes
    return ops.return_print(project.pk, code=code, actor=world.people[by.upper()], on=on, **given)


def earn(project, by, on=ON):
    """From now on F07 says something else."""
    return Income.objects.create(
        project=project, kind="interest", amount=Decimal(100), received_on=date(2025, 2, 3),
        number=f"利-{next(_numbers)}", recorded_by=by, recorded_on=on,
    )  # fmt: skip


def broken(name="坏.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7\nhalf", "application/pdf")


def words(content):
    """Of every page, without blanks: how signs are spaced is the writer's business."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
