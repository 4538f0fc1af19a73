"""The check code of a paper: what it says, as one number that anybody can compare."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest(data: Mapping[str, Any]) -> str:
    """The check code of what a form says: SHA-256 of its canonical JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def short(code: str) -> str:
    """Twelve signs in three groups, as they are printed and read out on the telephone."""
    return "-".join(code[start : start + 4] for start in range(0, 12, 4)).upper()
