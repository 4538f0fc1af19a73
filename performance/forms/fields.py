"""What the forms of this app share."""

from typing import Any

SMALL, SMALL_SELECT = "form-control form-control-sm", "form-select form-select-sm"


def figure(label: str, size: int, **attrs: Any) -> dict[str, Any]:
    """Attributes of a small input in a table cell, named for those who do not see the column."""
    return {"class": f"{SMALL} w-auto", "size": size, "aria-label": label, "autocomplete": "off", **attrs}
