"""Printed forms on a page: one line a form, a link for each kind of file. `{% load papers %}`."""

from typing import Any
from urllib.parse import urlencode

from django import template

register = template.Library()

KINDS = (("", "PDF"), ("xlsx", "Excel"), ("docx", "Word"))


@register.inclusion_tag("ui/components/paper_links.html")
def paper_links(label: str, url: str, **query: Any) -> dict[str, Any]:
    """限期整改通知书 PDF · Excel · Word, for an address that `ui.download` answers."""
    asked = [(urlencode(query | ({"as": kind} if kind else {})), word) for kind, word in KINDS]
    return {"label": label, "links": [(f"{url}?{one}" if one else url, word) for one, word in asked]}
