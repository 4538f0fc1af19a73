"""The file of anchors: one JSON line a day with the date, the last row, its MAC and the number of rows."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FORM = {"date": str, "seq": int, "mac": str, "count": int}


class Unreadable(Exception):
    """The file is missing or is not a file of anchors."""


@dataclass(frozen=True, slots=True)
class Anchor:
    on: date
    seq: int
    mac: str
    count: int


def read(path: Path) -> list[Anchor]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"读不到锚点文件 {path}（{error}）") from error
    return [_anchor(line, f"{path} 第 {number} 行") for number, line in enumerate(lines, 1) if line.strip()]


def _anchor(line: str, place: str) -> Anchor:
    try:
        said = json.loads(line)
        on = date.fromisoformat(said["date"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{place}不是锚点") from error
    if any(type(said.get(key)) is not kind for key, kind in FORM.items()):
        raise Unreadable(f"{place}不是锚点")
    return Anchor(on, said["seq"], said["mac"], said["count"])


def append(path: Path, anchor: Anchor) -> None:
    said = {"date": anchor.on.isoformat(), "seq": anchor.seq, "mac": anchor.mac, "count": anchor.count}
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(said) + "\n")
