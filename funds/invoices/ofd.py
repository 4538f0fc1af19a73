"""数电票 as OFD: a zip of XML. Its own data fields first, the original XML inside it, the printed text last."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from funds.invoices.facts import Invoice, Unreadable, amount_of, day_of, name_of, number_of
from funds.invoices.text import read_text
from funds.invoices.xml import LARGEST_XML, elements, invoice_of, local, words_of

MOST_MEMBERS, MOST_BYTES = 60, 8 * 1024 * 1024


def read_ofd(content: bytes) -> Invoice:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            members = dict(_members(package))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error, EOFError):
        raise Unreadable("OFD 文件已损坏或加密，无法读取。") from None
    found = _custom_data(members.get("OFD.xml", b""))
    for name, body in members.items():
        if name != "OFD.xml" and not found_all(found):
            found = found.completed_by(_quietly(body))
    return found if found_all(found) else found.completed_by(read_text("\n".join(_printed(members))))


def found_all(invoice: Invoice) -> bool:
    return bool(invoice.number and invoice.seller and invoice.on and invoice.total)


def _members(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """XML members, so many and so large at most; what a directory claims is not believed."""
    left = MOST_BYTES
    names = [info for info in package.infolist() if info.filename.lower().endswith(".xml")]
    for info in sorted(names, key=lambda info: info.filename != "OFD.xml")[:MOST_MEMBERS]:
        with package.open(info) as member:
            body = member.read(min(LARGEST_XML, left) + 1)
        if len(body) > min(LARGEST_XML, left):
            continue
        left -= len(body)
        yield info.filename, body


def _custom_data(body: bytes) -> Invoice:
    """`<CustomData Name="发票号码">…`."""
    words: dict[str, str] = {}
    try:
        for element in elements(body):
            if local(element.tag) == "customdata":
                words[str(element.get("Name", ""))] = element.text or ""
    except Unreadable:
        return Invoice()
    return Invoice(
        number=number_of(words.get("发票号码")),
        seller=name_of(words.get("销售方名称")),
        on=day_of(words.get("开票日期")),
        total=amount_of(words.get("价税合计") or words.get("价税合计金额")),
        tax=amount_of(words.get("合计税额")),
    )


def _quietly(body: bytes) -> Invoice:
    try:
        return invoice_of(words_of(body))
    except Unreadable:
        return Invoice()


def _printed(members: dict[str, bytes]) -> Iterator[str]:
    for name, body in members.items():
        if name.endswith("Content.xml"):
            try:
                yield from (element.text or "" for element in elements(body) if local(element.tag) == "textcode")
            except Unreadable:
                continue
