"""Two lists of named values beside each other. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Version:
    """`key`: what the address names it by; `state`: in words."""

    key: str
    label: str
    on: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One value of one version: `group` is what it belongs to (an indicator, a task), `label` which of its values."""

    group: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """None: the version has no such value at all."""

    group: str
    label: str
    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


Key = tuple[str, str, int]


def differences(before: Iterable[Field], after: Iterable[Field], *, whole: bool = False) -> list[Row]:
    """In the order of the later version, what it no longer has after its group; `whole`: what is the same too."""
    old, new = _keyed(before), _keyed(after)
    groups = dict.fromkeys([*(key[0] for key in new), *(key[0] for key in old)])
    rows = []
    for group in groups:
        keys = [key for key in new if key[0] == group] + [key for key in old if key[0] == group and key not in new]
        rows += [Row(group, key[1], old.get(key), new.get(key)) for key in keys]
    return [row for row in rows if whole or row.changed]


def _keyed(fields: Iterable[Field]) -> dict[Key, str]:
    """Two values of one name keep their order: the first is compared with the first."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[Key, str] = {}
    for one in fields:
        name = (one.group, one.label)
        seen[name] += 1
        found[*name, seen[name]] = one.value
    return found
