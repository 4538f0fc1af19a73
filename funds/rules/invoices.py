"""发票 and names as keys: the same invoice, the same payee, however they were typed (design/trust.md, L11)."""

import re
import unicodedata

from funds.rules.sameness import firm

BLANK = re.compile(r"[\s·.．、，,()（）\-—_/\\]+")
LONGEST_KEY = 200
# What people write before a number, and what counts as one: 数电票 carry a number of their own across the country.
BEFORE = re.compile(r"^(?:no|发票号码|发票号|号码|发票)[:：#]*")
DIGITAL = re.compile(r"(?<!\d)\d{20}(?!\d)")


def plain(text: str) -> str:
    """Width, case, spaces and marks taken away, so that two spellings of one name are equal."""
    return BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold()


def invoice_key(number: str, seller: str, payee: str) -> str:
    """A 数电票 by its number alone; else seller and number, who was paid standing for a seller that was not typed.
    No number, no key."""
    bare = BEFORE.sub("", plain(number))
    if digital := DIGITAL.search(bare):
        return digital[0]
    return f"{firm(seller) or firm(payee)}|{bare}"[:LONGEST_KEY] if bare else ""
