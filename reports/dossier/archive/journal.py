"""日志 of one project as JSON lines with the values that chain it, and the links between them where they are not too many.

Without the journal's key anybody can check what a line says against its digest and that each line follows the one
before it; the MAC itself is checked by `manage.py verify_journal` where the key is (design/trust.md, Journal).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from accounts.models import Entry, JournalHead, User
from projects import access
from projects.models import Project
from reports.journal import entries_of

SEGMENT, CHAIN = "journal.jsonl", "chain.csv"
MOST_LINKS = 20_000
# What no unit reads of a line (permissions.json: no addresses); without it the digest of the line says nothing.
WITHHELD = ("ip", "request_id", "changes", "row_digest")


@dataclass(frozen=True, slots=True)
class Segment:
    """`chain`: seq, prev, mac of every line of the journal between the first and the last of ours; "" where too many."""

    text: str
    chain: str
    facts: dict[str, Any]


def segment_of(project: Project, user: User) -> Segment:
    """Oldest first, the lines this reader may read. Four statements at the most."""
    rows = list(entries_of(project, user).order_by("seq"))
    unit = access.is_unit(user)
    head = JournalHead.objects.filter(pk=1).first()
    facts: dict[str, Any] = {
        "lines": len(rows),
        "first": rows[0].seq if rows else None,
        "last": rows[-1].seq if rows else None,
        "withheld": list(WITHHELD) if unit else [],
        "head": {"seq": head.seq, "mac": head.mac} if head else None,
    }
    text = "".join(f"{json.dumps(_line(row, unit=unit), ensure_ascii=False)}\n" for row in rows)
    chain = "".join(_links(rows[0].seq, rows[-1].seq)) if rows else ""
    return Segment(text, chain, facts)


def _line(row: Entry, *, unit: bool) -> dict[str, Any]:
    """Names and forms as `accounts.journal.digest_of` hashes them."""
    said = {
        "seq": row.seq,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "on": row.on.isoformat(),
        "actor_id": row.actor_id,
        "actor_name": row.actor_name,
        "role": row.role,
        "organisation": row.organisation,
        "request_id": row.request_id,
        "ip": row.ip,
        "verb": row.verb,
        "subject": row.subject,
        "project_id": row.project_id,
        "text": row.text,
        "result": row.result,
        "changes": row.changes,
        "row_digest": row.row_digest,
        "alg": row.alg,
        "key_id": row.key_id,
        "prev": row.prev,
        "mac": row.mac,
    }
    return {name: value for name, value in said.items() if name not in WITHHELD} if unit else said


def _links(first: int, last: int) -> Iterator[str]:
    if last - first >= MOST_LINKS:
        return
    yield "seq,prev,mac\n"
    for seq, prev, mac in (
        Entry.objects.filter(seq__range=(first, last)).order_by("seq").values_list("seq", "prev", "mac")
    ):
        yield f"{seq},{prev},{mac}\n"
