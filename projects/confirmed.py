"""Lays the confirmed numbers of the database over the editions, for every `edition(...)` of the process.

A sheet comes into force on a day after its last signature, so a process may keep what it read for a minute.
"""

import time
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from policy.confirmed import Sheet, laid_over
from policy.edition import Edition
from policy.loader import from_files

_read: dict[str, tuple[float, tuple[Sheet, ...]]] = {}
# By edition and how many of its sheets are in force: they lie in the order of their days, so the number says which.
_made: dict[tuple[str, int], Edition] = {}
ALL = "all"


def refresh() -> tuple[Sheet, ...]:
    """Read the sheets anew; called by the operation that brings one into force, and when the kept ones are old."""
    from projects.models import SettingSheet

    rows = SettingSheet.objects.filter(state=SettingSheet.State.EFFECTIVE).order_by("effective_on", "pk")
    found = tuple(row.sheet for row in rows)
    _read[ALL] = (time.monotonic(), found)
    _made.clear()
    return found


def sheets() -> tuple[Sheet, ...]:
    """What stands; nothing while there is no table yet. CONFIRMED_SECONDS None: read only when told to (tests)."""
    kept = _read.get(ALL)
    seconds = settings.CONFIRMED_SECONDS
    if seconds is None or (kept and time.monotonic() - kept[0] < seconds):
        return kept[1] if kept else ()
    try:
        return refresh()
    except DatabaseError:
        return ()


def forget() -> None:
    _read.clear()
    _made.clear()


def overlay(edition: Edition) -> Edition:
    """The edition as it stands today. Asked for thousands of times a page, so what it says is worked out once."""
    own = tuple(one for one in sheets() if one.edition_code == edition.code)
    if not own:
        return edition
    return _laid(edition, in_force(own, edition.code, timezone.localdate()))


def edition_on(code: str, day: date) -> Edition:
    """The edition as it stood on a day: what was judged then is checked against the numbers of then."""
    return _laid(from_files()[code], in_force(sheets(), code, day))


def _laid(edition: Edition, own: tuple[Sheet, ...]) -> Edition:
    key = (edition.code, len(own))
    if key not in _made:
        _made[key] = laid_over(edition, own) if own else edition
    return _made[key]


def in_force(found: Iterable[Sheet], code: str, on: date) -> tuple[Sheet, ...]:
    return tuple(one for one in found if one.edition_code == code and one.effective_on <= on)
