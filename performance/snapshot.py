"""审定内容 of a 季报包: everything both departments agreed to, as plain values, and its digest."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.journal import plain
from funds.queries.as_of import ledger_as_of
from performance.models import PeriodReturn
from performance.queries.milestones import frozen

SCHEME = "2"  # of the content's shape; a later shape gets its own number, what was accepted keeps this one


def content(one: PeriodReturn, *, readings: Sequence[Any], on: date) -> dict[str, Any]:
    """`one` as it is accepted on this day; `readings` as they were frozen."""
    told = {
        "scheme": SCHEME,
        "round": {name: getattr(one.round, name) for name in ROUND},
        "project": {"id": one.project_id, "number": one.project.number, "name": one.project.name},
        "unit": str(one.project.organisation),
        "return": {name: getattr(one, name) for name in RETURN},
        "targets": {"sheet": one.sheet_id, "version": one.sheet.version, "filed_on": one.sheet.filed_on},
        "readings": list(readings),
        "progress": frozen(one),
        "sections": [_section(section) for section in one.sections.select_related("done_by")],
        "money": _money(one, on),
        "signed": {"id": one.submitted_by_id, "name": str(one.submitted_by), "on": one.submitted_on},
        "reviews": [_review(review) for review in one.reviews.select_related("reviewer", "office")],
        "accepted_on": on,
    }
    found: dict[str, Any] = plain(told)
    return found


ROUND = ("id", "kind", "name", "period_from", "cut_off", "monitoring")
RETURN = ("id", "covers_from", "cut_off", "due_on", "first_due_on", "turn", "zero", "reason")
MONEY = ("granted", "allocated", "received", "budget", "pending", "pending_count")


def _section(section: Any) -> dict[str, Any]:
    told = {name: getattr(section, name) for name in ("code", "text", "plan", "done", "done_on")}
    return told | {"done_by": str(section.done_by or "")}


def _review(review: Any) -> dict[str, Any]:
    told = {name: getattr(review, name) for name in ("line", "turn", "agreed", "on")}
    remarks = [[row.section, row.text] for row in review.remarks.order_by("pk")]
    return told | {"reviewer": str(review.reviewer), "office": str(review.office), "remarks": remarks}


def _money(one: PeriodReturn, on: date) -> dict[str, Any]:
    """The ledger as of the cut-off, as known on the day of acceptance."""
    ledger = ledger_as_of(one.project, on=one.cut_off, known=on)
    told = {name: getattr(ledger, name) for name in MONEY}
    lines = [[row.category, row.source, row.budget, row.reserved, row.spent] for row in ledger.lines]
    return told | {"spent": ledger.whole.spent, "reserved": ledger.whole.reserved, "lines": lines, "known_on": on}


def digest(told: dict[str, Any]) -> str:
    """SHA-256 over the canonical bytes: keys sorted, no blanks, NFC."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()
