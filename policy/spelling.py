"""Numbers of papers as compared: one paper is one, however its number was typed. What was typed is kept beside it."""

import re
import unicodedata

LONGEST_KEY = 160
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x1f\x7f]+")
_BRACKETS = str.maketrans(dict.fromkeys("[{<〔【〈《「『", "(") | dict.fromkeys("]}>〕】〉》」』", ")"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣ー─", "-"))


def number_key(text: str) -> str:
    """Width, letter case, blanks and the kind of bracket and dash aside; digits, zeros and places of signs count."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return plain.translate(_BRACKETS).translate(_DASHES)[:LONGEST_KEY]
