"""Small, real PDF files for the demo's evidence."""

from functools import cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile

from lifecycle.machine import STEP


@cache
def _blank() -> bytes:
    import pikepdf

    document, out = pikepdf.new(), BytesIO()
    document.add_blank_page(page_size=(595, 842))
    document.save(out)
    return out.getvalue()


def paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}（示例）.pdf", _blank(), "application/pdf")


def papers_of(code: str) -> dict[str, SimpleUploadedFile]:
    """Every paper a joint step asks for."""
    return {document.code: paper(document.label) for document in STEP[code].documents}
