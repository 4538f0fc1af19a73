"""Occupations of 职业分类大典(2022): a name or code as people write it, matched exactly at any of three levels.

Nothing is matched by likeness: the category, and so the amount, hangs on it. `suggest` is for the message only.
"""

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

Level = Literal["细类", "小类", "中类"]

_DATA = ("data", "occupations_2022.csv")
_LEVELS: tuple[tuple[Level, str, str], ...] = (
    ("细类", "code", "name"),
    ("小类", "small_code", "small_name"),
    ("中类", "mid_code", "mid_name"),
)
_SEPARATOR = re.compile(r"[、，,；;。·•\r\n|｜]|[/／](?![SLＳＬ](?![A-Za-z]))")
_LONGEST_JOIN = 4  # names of the dictionary with 、 inside have at most three of them
_MARK = re.compile(r"(?<=[\u4e00-\u9fff)])\(?(?:[SL](?:[/,、]?[SL])?)\)?$")
_ORDINAL = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[.)](?!\d)|\d{1,2}(?=[\u4e00-\u9fff]))")
_CODE = re.compile(r"(?<![\d-])[1-8]-\d{2}(?:-\d{2}){0,2}(?![\d-])")
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff)）])\s+(?=(?:[(（]?\d{1,2}[.．)）])?[\u4e00-\u9fff])")
_WITH_BRACKETS = re.compile(r"^([^()]*)\(([^()]*)\)$")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_SUGGESTIONS = 3
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Match:
    """An entry of the dictionary. `major` is the first digit of its code (大类)."""

    code: str
    name: str
    level: Level
    major: int


@lru_cache(maxsize=1)
def _dictionary() -> tuple[Mapping[str, Match], Mapping[str, Match]]:
    """By cleaned name, and by code. Names of a finer level come first."""
    by_name: dict[str, Match] = {}
    by_code: dict[str, Match] = {}
    text = resources.files("projects").joinpath(*_DATA).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    for level, code, name in _LEVELS:
        for row in rows:
            match = Match(row[code], row[name], level, int(row["major"]))
            by_name.setdefault(_plain(match.name), match)
            by_code.setdefault(match.code, match)
    return by_name, by_code


def _plain(text: str) -> str:
    """Half width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def clean(name: str) -> str:
    """The name as compared: half width, without blanks, a leading number and trailing S/L marks."""
    return _MARK.sub("", _ORDINAL.sub("", _plain(name)))


def split(text: str) -> list[str]:
    """The names of a list, as typed. Brackets are not cut, nor are names of the dictionary that have 、 inside.

    Blanks part names only where every part is a known name and the whole is not.
    """
    pieces = list(_cut(text))
    names: list[str] = []
    while pieces:
        size = next((n for n in range(min(_LONGEST_JOIN, len(pieces)), 1, -1) if _known("、".join(pieces[:n]))), 1)
        names += _at_blanks("、".join(pieces[:size]))
        del pieces[:size]
    return [name for name in names if not re.fullmatch(r"[\d.()]*|[SL]", _plain(name))]


def _cut(text: str) -> Iterator[str]:
    depth, piece = 0, ""
    for position, sign in enumerate(text):
        depth = max(0, depth + (sign in "(（") - (sign in ")）"))
        if depth == 0 and _SEPARATOR.match(text, position):
            yield piece.strip()
            piece = ""
        else:
            piece += sign
    yield piece.strip()


def _known(name: str) -> bool:
    return clean(name) in _dictionary()[0]


def _at_blanks(name: str) -> list[str]:
    parts = _BLANK.split(name)
    if len(parts) > 1 and not match(name) and all(match(part) for part in parts):
        return parts
    return [" ".join(name.split())]


def match(name: str) -> Match | None:
    """The entry a name or code stands for, None where there is none or where name and code contradict each other.

    The name before brackets goes first, then the one inside: 数控车工（车工） is 车工.
    """
    by_name, by_code = _dictionary()
    text = _plain(name).translate(_DASHES)
    codes = _CODE.findall(text)
    named = _by_name(by_name, _CODE.sub("", text).replace("()", "") if codes else text)
    coded = by_code.get(codes[0]) if len(codes) == 1 else None
    if codes and coded is None:
        return None
    if named and coded:
        return coded if named.major == coded.major else None
    return named or coded


def _by_name(by_name: Mapping[str, Match], text: str) -> Match | None:
    for candidate in (text, clean(text)):
        if candidate in by_name:
            return by_name[candidate]
    parts = _WITH_BRACKETS.match(clean(text))
    if not parts:
        return None
    return by_name.get(clean(parts[1])) or by_name.get(clean(parts[2]))


@lru_cache(maxsize=1024)
def suggest(name: str) -> tuple[str, ...]:
    """Up to three names of the dictionary that look like this one, for the reader to choose from."""
    wanted = clean(name)
    if not wanted or len(wanted) > _LONGEST_NAME:
        return ()
    signs = set(wanted)
    names = [
        match.name
        for match in _dictionary()[0].values()
        if match.level == "细类" and 2 * len(signs.intersection(match.name)) >= len(signs)
    ]
    holding = [one for one in names if wanted in one]
    near = difflib.get_close_matches(wanted, names, n=_SUGGESTIONS, cutoff=0.5)
    return tuple(dict.fromkeys([*holding, *near]))[:_SUGGESTIONS]
