"""What the components show. Any object or dict with the same names will do; these give the names and types."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

PAGE_SIZES = (20, 50, 100)


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url_name: str
    icon: str
    url: str
    active: bool = False
    exact: bool = False
    count: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """part of whole, in `unit`. With the unit 万元 both are yuan. None or a whole of 0: undefined, shown as 不适用."""

    part: Decimal | int | None
    whole: Decimal | int | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the stage rail; state: done, now, todo, failed."""

    label: str
    date: date | str | None = None
    state: str = "todo"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a checklist."""

    ok: bool
    text: str
    url: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    on: date | datetime | str
    title: str
    detail: str = ""
    actor: str = ""
    tone: str = "blue"
    url: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """谁在办、从何时、到何时."""

    what: str
    who: str
    since: date | None = None
    until: date | None = None
    note: str = ""
    url: str = ""
    action: str = "去办理"


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    active: bool = False
    count: int = 0
