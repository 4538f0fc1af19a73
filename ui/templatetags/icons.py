"""`{% lucide %}` as the package has it, each drawing made once: a list shows the same few icons in every row."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from lucide.templatetags import lucide as package

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=2000)
def lucide(name: str, *, size: int | None = 24, **facts: object) -> SafeString:
    return package.lucide(name, size=size, **facts)
