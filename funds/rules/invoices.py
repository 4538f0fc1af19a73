"""发票 and names as keys: the same invoice, the same payee, however they were typed (design/trust.md, L11)."""

import re
import unicodedata

BLANK = re.compile(r"[\s·.．、，,()（）\-—_/\\]+")
LONGEST_KEY = 200


def plain(text: str) -> str:
    """Width, case, spaces and marks taken away, so that two spellings of one name are equal."""
    return BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold()


def invoice_key(number: str, seller: str, payee: str) -> str:
    """Seller and number; who was paid stands for a seller that was not typed. No number, no key."""
    bare = plain(number)
    return f"{plain(seller) or plain(payee)}|{bare}"[:LONGEST_KEY] if bare else ""
