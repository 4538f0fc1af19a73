"""数电票 as XML, as the tax authority's platform delivers it. No DTD, no entities, bounded."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from funds.invoices.facts import Invoice, Unreadable, amount_of, day_of, name_of, number_of

LARGEST_XML = 2 * 1024 * 1024
MOST_ELEMENTS = 20_000
# Local names, lower case, without hyphens, in the order of trust.
NUMBER = ("invoicenumber", "eiid", "invoiceno", "fphm", "einvoiceid")
SELLER = ("sellername", "xfmc", "xsfmc")
DAY = ("issuetime", "requesttime", "issuedate", "kprq", "invoicedate")
TOTAL = ("totaltaxincludedamount", "taxinclusivetotalamount", "totalamount", "jshj")
TAX = ("totaltaxam", "taxtotalamount", "totaltaxamount", "hjse")


def read_xml(content: bytes) -> Invoice:
    return invoice_of(words_of(content))


def words_of(content: bytes) -> Mapping[str, list[str]]:
    """Local tag name → its texts."""
    found: dict[str, list[str]] = defaultdict(list)
    for element in elements(content):
        text = (element.text or "").strip()
        if text:
            found[local(element.tag)].append(text)
    return found


def elements(content: bytes) -> Iterator[Any]:
    """Every element of a small, plain XML document."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(content) > LARGEST_XML:
        raise Unreadable("文件过大，不像一张发票。")
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise Unreadable("文件不是完整的 XML，无法读取。") from None
    for count, element in enumerate(root.iter()):
        if count > MOST_ELEMENTS:
            raise Unreadable("文件内容过多，不像一张发票。")
        yield element


def local(tag: Any) -> str:
    return str(tag).rpartition("}")[2].lower().replace("-", "").replace("_", "")


def invoice_of(words: Mapping[str, list[str]]) -> Invoice:
    return Invoice(
        number=next((number for text in _texts(words, NUMBER) if (number := number_of(text))), ""),
        seller=next((name for text in _texts(words, SELLER) if (name := name_of(text))), ""),
        on=next((day for text in _texts(words, DAY) if (day := day_of(text))), None),
        total=next((amount for text in _texts(words, TOTAL) if (amount := amount_of(text))), None),
        tax=next((amount for text in _texts(words, TAX) if (amount := amount_of(text))), None),
    )


def _texts(words: Mapping[str, list[str]], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from words.get(name, ())
