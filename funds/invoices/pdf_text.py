"""What a child behind projects/wall.py reads in a PDF: the text of its first pages, no more than `longest` signs."""

from io import BytesIO

MEMORY, CPU_SECONDS = 512 * 1024 * 1024, 8


def answer(content: bytes, pages: str, longest: str) -> bytes:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    text = "\n".join(page.extract_text() for page in reader.pages[: int(pages)])
    return text[: int(longest)].encode("utf-8", "replace")
