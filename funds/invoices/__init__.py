"""Reading 数电票 (XML, OFD, PDF) to fill in a payment. Pure: bytes in, facts out; nothing is stored or refused here.

What cannot be read with certainty stays empty: a person types it. The caller has let projects/files check the upload.
"""

from pathlib import PurePath

from funds.invoices.facts import Invoice, Unreadable
from funds.invoices.ofd import read_ofd
from funds.invoices.pdf import read_pdf
from funds.invoices.xml import read_xml

READERS = {".xml": read_xml, ".ofd": read_ofd, ".pdf": read_pdf}
ACCEPT = ",".join(READERS)

__all__ = ["ACCEPT", "READERS", "Invoice", "Unreadable", "read"]


def read(name: str, content: bytes) -> Invoice:
    """The facts of one invoice. Raises Unreadable, in words for people."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise Unreadable("只能读取 XML、OFD、PDF 格式的数电票；图片可作为凭证上传，票面内容请手工填写。")
    invoice = reader(content)
    if not invoice.number:
        raise Unreadable("没有找到发票号码，可能不是数电票或是扫描件。文件可作为凭证上传，票面内容请手工填写。")
    return invoice
