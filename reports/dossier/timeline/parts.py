"""One part of the line of time: rows of one table with the columns that every part has, ready to be joined."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import User
from projects import access
from projects.models import Project
from reports.dossier.timeline.words import ranked

COLUMNS = ("t_on", "t_code", "t_ref", "t_a", "t_b", "t_c", "t_fen", "t_who")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose line of time, for whom, as of which day. `waits`: what the gates or a re-check gave is not the reader's yet."""

    project: Project
    user: User
    on: date
    waits: bool = False

    @property
    def unit(self) -> bool:
        return access.is_unit(self.user)


Part = QuerySet[Any, Any]
Parts = Iterable[Part]


def part(
    rows: QuerySet[Any], code: str, on: str, *, ref: str = "pk", a: str = "", b: str = "", c: str = "", money: str = "",
    who: str = "",
) -> Part:  # fmt: skip
    """The rows that have this day. `a`, `b`, `c`: columns the words are made of; `who`: a person."""
    return rows.filter(**{f"{on}__isnull": False}).order_by().annotate(
        t_on=F(on), t_code=Value(ranked(code), CharField()), t_ref=Cast(F(ref), BigIntegerField()),
        t_a=text(a), t_b=text(b), t_c=text(c),
        t_fen=Cast(F(money), BigIntegerField()) if money else Value(0, BigIntegerField()),
        t_who=text(f"{who}__name" if who else ""),
    ).values_list(*COLUMNS)  # fmt: skip


def text(column: str) -> Any:
    return Cast(F(column), CharField()) if column else Value("", CharField())
