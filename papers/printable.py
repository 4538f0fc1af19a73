"""A paper somebody may print: named and dated at once, laid out only when asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from papers.layout import Paper


@dataclass(frozen=True, slots=True)
class Printable:
    """`key`: stable, and one inside its project ("F12-17"); `form`: "F12"; `label`: how lists call it."""

    key: str
    form: str
    label: str
    dated_on: date | None
    draft: bool
    build: Callable[[], Paper]
