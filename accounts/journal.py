"""操作日志: append-only, each row bound to the one before it by a keyed MAC.

`operation` wraps every user action: one transaction, the journal lines written as its last statements. `record`
collects a line. A refusal leaves nothing but its own line. Source: design/trust.md, Journal.
"""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal
from enum import StrEnum
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from accounts.models import Entry, JournalHead, User
from accounts.persons import accounts_of
from policy.findings import Refused
from ui import request_context

P = ParamSpec("P")
R = TypeVar("R")
GENESIS = "0" * 64
# Every verb of an @operation; the spelling of a verb is what separation of duties is asked by.
VERBS: set[str] = set()
DIGESTS = {"hmac-sha256": "sha256", "hmac-sm3": "sm3"}


@dataclass(slots=True)
class Note:
    """What one journal line will say."""

    verb: str
    project_id: int | None = None
    subject: str = ""
    text: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    on: date | None = None
    result: str = "ok"


@dataclass(slots=True)
class Running:
    verb: str
    actor: User | None
    on: date | None
    notes: list[Note] = field(default_factory=list)
    undo: list[Callable[[], object]] = field(default_factory=list)


class Mark(StrEnum):
    """What kind of act a verb is, for the offices that read the journal; what a unit reads stands in accounts/told.py."""

    SCORING = "scoring"  # a score that its own office keeps until the other one is in


_running: ContextVar[Running | None] = ContextVar("running_operation", default=None)
_marks: dict[Mark, set[str]] = {mark: set() for mark in Mark}


def marked(mark: Mark) -> frozenset[str]:
    """The verbs that were registered with this mark."""
    return frozenset(_marks[mark])


def operation(verb: str, *, mark: Mark | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function one user action. The wrapped function takes `actor` and, where it has one, `on` by keyword."""
    VERBS.add(verb)
    if mark:
        _marks[mark].add(verb)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = signature(function)

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if _running.get() is not None:
                return function(*args, **kwargs)
            bound = parameters.bind(*args, **kwargs).arguments
            running = Running(verb, bound.get("actor"), bound.get("on"))
            token = _running.set(running)
            try:
                with transaction.atomic():
                    result = function(*args, **kwargs)
                    append(running)
            except (Refused, PermissionDenied) as error:
                _take_back(running)
                refused = Note(verb, bound.get("project_id"), text=str(error)[:300], on=running.on, result="refused")
                with transaction.atomic():
                    append(Running(verb, running.actor, running.on, [refused]))
                raise
            except BaseException:
                _take_back(running)
                raise
            else:
                return result
            finally:
                _running.reset(token)

        return run

    return decorate


def _take_back(running: Running) -> None:
    for undo in running.undo:
        undo()


def when_undone(undo: Callable[[], object]) -> None:
    """What a rolled back transaction cannot undo itself, a file on disk say, is undone by `undo`."""
    if running := _running.get():
        running.undo.append(undo)


def record(
    *, project_id: int | None = None, subject: str = "", text: str = "", on: date | None = None, **changes: Any
) -> None:
    """Collect one line for the running operation. `changes`: plain values; money as Decimal yuan."""
    running = _running.get()
    if running is None:
        raise RuntimeError("journal.record outside an operation")
    running.notes.append(Note(running.verb, project_id, subject, text[:300], changes, on or running.on))


def record_access(verb: str, *, actor: User, on: date, text: str, **facts: Any) -> None:
    """One line for something taken out of the system, an export say, that changes nothing in it."""

    @operation(verb)
    def note(*, actor: User, on: date) -> None:
        record(text=text, on=on, **facts)

    note(actor=actor, on=on)


@contextmanager
def savepoint() -> Iterator[None]:
    """A nested transaction whose journal lines vanish with it when it fails."""
    running = _running.get()
    kept = len(running.notes) if running else 0
    try:
        with transaction.atomic():
            yield
    except BaseException:
        if running:
            del running.notes[kept:]
        raise


def append(running: Running) -> None:
    """Write the collected lines behind the head. Locks the head row until commit."""
    if not running.notes:
        return
    head = JournalHead.objects.select_for_update().get(pk=1)
    facts = request_context.current()
    role, organisation = _standing(running.actor)
    rows = []
    for note in running.notes:
        head.seq += 1
        row = Entry(
            seq=head.seq,
            at=timezone.now(),
            on=note.on or timezone.localdate(),
            actor=running.actor,
            actor_name=str(running.actor) if running.actor else "系统",
            role=role,
            organisation=organisation,
            request_id=facts.request_id or "",
            ip=facts.ip or "",
            verb=note.verb,
            subject=note.subject,
            project_id=note.project_id,
            text=note.text,
            result=note.result,
            changes=[[key, plain(value)] for key, value in sorted(note.changes.items())],
            alg=settings.JOURNAL_ALG,
            key_id=settings.JOURNAL_KEY_ID,
            prev=head.mac,
        )
        row.row_digest = digest_of(row)
        head.mac = row.mac = mac_of(row)
        rows.append(row)
    Entry.objects.bulk_create(rows)
    head.save(update_fields=["seq", "mac"])


def _standing(actor: User | None) -> tuple[str, str]:
    held = actor.live_memberships if actor else []
    roles = "+".join(membership.role for membership in held)[:20]
    return roles, next((str(m.organisation) for m in held if m.organisation), "")


def plain(value: Any) -> Any:
    """A value as canonical JSON holds it: text, whole number, boolean or null. Money and dates become text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"not for the journal: {type(value).__name__}")


def digest_of(row: Entry) -> str:
    """SHA-256 over the canonical bytes of what the row says."""
    content = [
        row.seq,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.on.isoformat(),
        row.actor_id,
        row.actor_name,
        row.role,
        row.organisation,
        row.request_id,
        row.ip,
        row.verb,
        row.subject,
        row.project_id,
        row.text,
        row.result,
        row.changes,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def mac_of(row: Entry) -> str:
    message = f"{row.seq}|{row.prev}|{row.row_digest}|{row.alg}|{row.key_id}".encode()
    return hmac.new(settings.JOURNAL_KEY.encode(), message, DIGESTS[row.alg]).hexdigest()


def known_verbs(wanted: Iterable[str]) -> set[str]:
    """The registered verbs; the operations of every app are loaded first where one of `wanted` is not among them."""
    if not VERBS.issuperset(wanted):
        autodiscover_modules("operations")
    return VERBS


def hands_of(project_id: int, *verbs: str, since: str = "") -> set[int]:
    """Everyone who did one of these acts on a project. The journal forgets no earlier hand (SD1).

    Accounts of one natural person count as one hand (SD2): all of them are named.
    `since`: one of them that begins anew; counted from the last time it was done, that one included.
    A verb that no operation has is a LookupError: misspelt, it would find nobody and let everybody sign.
    """
    if unknown := set(verbs) - known_verbs(verbs):
        raise LookupError(f"no operation has the verb {'、'.join(sorted(unknown))}")
    rows = Entry.objects.filter(project_id=project_id, verb__in=verbs, result="ok", actor__isnull=False)
    if since:
        anew = rows.filter(verb=since).order_by("-seq").values_list("seq", flat=True).first()
        rows = rows.filter(seq__gte=anew or 0)
    return set(accounts_of(*rows.values_list("actor", flat=True).distinct()))


def hands_over(subject: str, projects: Iterable[int], *verbs: str) -> set[int]:
    """Everyone who did one of these acts on a subject that these projects share, all accounts of a natural person."""
    if unknown := set(verbs) - known_verbs(verbs):
        raise LookupError(f"no operation has the verb {'、'.join(sorted(unknown))}")
    rows = Entry.objects.filter(
        project_id__in=list(projects), verb__in=verbs, subject=subject, result="ok", actor__isnull=False
    )
    return set(accounts_of(*rows.values_list("actor", flat=True).distinct()))


def last_of(project_id: int, subjects: Iterable[str]) -> Entry | None:
    """The latest thing done to any of these subjects of a project."""
    rows = Entry.objects.filter(project_id=project_id, subject__in=list(subjects), result="ok")
    return rows.order_by("-seq").first()


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the journal does not hold."""

    seq: int
    kind: str


KINDS = {
    "gap": "序号不连续",
    "link": "与上一条不相接",
    "digest": "内容被改动",
    "mac": "校验码不符",
    "head": "日志尾不符，可能被截断",
    "anchor": "与锚点不符",
}


def verify(anchors: Iterable[tuple[int, str]] = ()) -> Break | None:
    """Walk the whole journal; the first break, or None. `anchors`: (seq, mac) kept elsewhere."""
    kept = dict(anchors)
    previous, expected = GENESIS, 1
    for row in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        kind = _fault(row, expected, previous, kept)
        if kind:
            return Break(expected if kind == "gap" else row.seq, kind)
        previous, expected = row.mac, expected + 1
    missing = [seq for seq in kept if seq >= expected]
    if missing:
        return Break(min(missing), "anchor")
    head = JournalHead.objects.filter(pk=1).first()
    if head is None or (head.seq, head.mac) != (expected - 1, previous):
        return Break(expected - 1, "head")
    return None


def _fault(row: Entry, expected: int, previous: str, kept: dict[int, str]) -> str:
    if row.seq != expected:
        return "gap"
    if row.prev != previous:
        return "link"
    if row.alg not in DIGESTS or row.row_digest != digest_of(row):
        return "digest"
    if not hmac.compare_digest(row.mac, mac_of(row)):
        return "mac"
    if row.seq in kept and kept[row.seq] != row.mac:
        return "anchor"
    return ""
