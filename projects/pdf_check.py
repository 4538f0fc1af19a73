"""What a child behind projects/wall.py says of an uploaded PDF, in one word.

`fine`, `encrypted`, `broken`, or `active`: it runs something, sends something or carries a file.
"""

from io import BytesIO
from typing import Any

MEMORY, CPU_SECONDS = 192 * 1024 * 1024, 2
ACTIVE_KEYS = frozenset({"/JavaScript", "/JS", "/AA", "/EF", "/EmbeddedFiles", "/RichMedia"})
ACTIVE_KINDS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/EmbeddedFile", "/RichMedia"})
NAMING = frozenset({"/S", "/Type", "/Subtype"})
DEEPEST = 12


def answer(content: bytes) -> bytes:
    return word_about(content).encode("ascii")


def word_about(content: bytes) -> str:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(content)) as document:
            active = any(_active(item) for item in document.objects) or _active(document.trailer)
    except pikepdf.PasswordError:
        return "encrypted"
    except pikepdf.PdfError:
        return "broken"
    return "active" if active else "fine"


def _active(item: Any, depth: int = 0) -> bool:
    """Whether an object, or one written inside it, runs something, sends something or carries a file."""
    import pikepdf

    if depth > DEEPEST:
        return True
    if isinstance(item, pikepdf.Array):
        return any(_active(one, depth + 1) for one in item if not _elsewhere(one))
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return False
    keys = set(item.keys())
    kinds = {str(item[key]) for key in keys & NAMING}
    if keys & ACTIVE_KEYS or kinds & ACTIVE_KINDS:
        return True
    return any(_active(item[key], depth + 1) for key in keys if not _elsewhere(item[key]))


def _elsewhere(item: Any) -> bool:
    """Objects of their own are looked at by themselves."""
    return bool(getattr(item, "is_indirect", False))
