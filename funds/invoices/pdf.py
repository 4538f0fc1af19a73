"""数电票 as PDF: the text of its first pages, taken out by a child process that may use only so much memory and time."""

from funds.invoices.facts import Invoice, Unreadable
from funds.invoices.text import LONGEST_TEXT, read_text
from projects import wall

LARGEST_PDF = 10 * 1024 * 1024
SECONDS, PAGES = 10, 3


def read_pdf(content: bytes) -> Invoice:
    if len(content) > LARGEST_PDF:
        raise Unreadable(f"PDF 超过 {LARGEST_PDF // 1024 // 1024} MB，不像一张发票。")
    return read_text(text_of(content))


def text_of(content: bytes) -> str:
    """Raises Unreadable where the child gives up, whatever the reason."""
    try:
        found = wall.ask("funds.invoices.pdf_text", str(PAGES), str(LONGEST_TEXT), content=content, seconds=SECONDS)
    except wall.Died:
        raise Unreadable("PDF 中的文字无法读取。文件可作为凭证上传，票面内容请手工填写。") from None
    return found.decode("utf-8", "replace")
