"""日历订阅 as RFC 5545 says it: CRLF, lines folded at 75 octets, text escaped, whole-day events. Pure.

Nothing of a person and no name of a file or a project goes in: what a calendar shows, others may see.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from lifecycle.rules.deadlines import LegalDate

OCTETS = 75
PRODUCT = "-//zhuanxiang jixiao//deadlines//ZH"


def feed_of(rows: Iterable[tuple[LegalDate, str, str]], *, name: str, host: str, stamp: datetime, on: date) -> bytes:
    """`rows`: a date, the project's number, the page. `stamp`: in UTC, the moment these dates were read."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
    ]
    for one, number, page in rows:
        lines += _event(one, number, page, host=host, stamp=stamp, on=on)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(one: LegalDate, number: str, page: str, *, host: str, stamp: datetime, on: date) -> Iterator[str]:
    said = f"{one.clause}（{one.rank.label}）。{one.sum}。{one.left_text(on)}"
    if one.moved:
        said += f"。日历到期日 {one.due_on} 是休息日，顺延至 {one.last_on}"
    yield "BEGIN:VEVENT"
    yield f"UID:{one.key}@{host}"
    yield f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.last_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.last_on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(f'{one.label} {number}')}"
    yield f"DESCRIPTION:{escaped(said)}"
    yield f"URL:{page}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """TEXT values: backslash, semicolon, comma and line breaks; other control characters are left out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
    return "".join(sign for sign in text if sign >= " " and sign != "\x7f")


def folded(line: str) -> bytes:
    """At most 75 octets a line, never inside a character; a continuation begins with a space."""
    parts: list[bytes] = []
    now = b""
    for sign in line:
        octets = sign.encode()
        if len(now) + len(octets) > OCTETS - bool(parts):
            parts.append(now)
            now = b""
        now += octets
    return b"\r\n ".join([*parts, now]) + b"\r\n"
