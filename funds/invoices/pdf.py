"""数电票 as PDF: the text of its first pages, taken out by a child process that may use only so much memory and time.

A PDF of a few kilobytes can unpack to gigabytes; the child is what dies of it.
"""

import subprocess
import sys
from pathlib import Path

from funds.invoices.facts import Invoice, Unreadable
from funds.invoices.text import LONGEST_TEXT, read_text

LARGEST_PDF = 10 * 1024 * 1024
SECONDS, PAGES = 10, 3
ROOT = Path(__file__).parents[2]


def read_pdf(content: bytes) -> Invoice:
    if len(content) > LARGEST_PDF:
        raise Unreadable(f"PDF 超过 {LARGEST_PDF // 1024 // 1024} MB，不像一张发票。")
    return read_text(text_of(content))


def text_of(content: bytes) -> str:
    """Raises Unreadable where the child gives up, whatever the reason."""
    words = [sys.executable, "-m", "funds.invoices.pdf_text", str(PAGES), str(LONGEST_TEXT)]
    try:
        done = subprocess.run(words, input=content, capture_output=True, timeout=SECONDS, check=True, cwd=ROOT)  # noqa: S603
    except (subprocess.SubprocessError, OSError):
        raise Unreadable("PDF 中的文字无法读取。文件可作为凭证上传，票面内容请手工填写。") from None
    return done.stdout.decode("utf-8", "replace")
