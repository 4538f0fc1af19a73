"""Several questions to the database in one statement, for pages that ask many small ones (docs/decisions/0016).

A question is asked first and answered when its rows are first looked at: everything asked until then is read together, each
row as one JSON list. Nothing outlives the page, so nothing it tells can be stale.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, DateField, DateTimeField, DecimalField, Field, JSONField, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from accounts.models import Holiday
from policy.calendar import WorkCalendar

Decoder = Callable[[Any], Any]
LISTS = {"sqlite": "json_array({})", "postgresql": "jsonb_build_array({})::text"}


class Answer:
    """The rows of one question, each with what was asked for as attributes. They come in no order."""

    def __init__(self, together: "Together", rows: QuerySet[Any], names: dict[str, str]) -> None:
        """`names`: column → what it is called here, where that is not its own name."""
        self.together, self.rows, self.names = together, rows, names
        self.found: list[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        """A generator, so that `(… for row in answer)` looks at nothing yet."""
        if self.found is None:
            self.together.read()
        yield from self.found or ()

    def take(self, columns: Iterable[tuple[str, Decoder | None]], found: list[list[Any]]) -> None:
        """JSON knows no dates, and a database may know no booleans: those are made again from what each field is."""
        names = [self.names.get(name, name) for name, _ in columns]
        decoders = [(place, decode) for place, (_, decode) in enumerate(columns) if decode]
        for row in found:
            for place, decode in decoders:
                if row[place] is not None:
                    row[place] = decode(row[place])
        self.found = [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in found]


class Together:
    """Questions that are read in one statement when the first of their answers is looked at."""

    def __init__(self) -> None:
        self.waiting: list[Answer] = []
        self._holidays = self.ask(Holiday.objects.all(), "day", "works")

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The work calendar comes with the first reading."""
        return WorkCalendar.from_rows((row.day, row.works) for row in self._holidays)

    def ask(self, rows: QuerySet[Any], *names: str, **renamed: Any) -> Answer:
        """`names`: fields, annotations or aggregates of `rows`; `renamed`: name → another of them, or an expression.

        Rows that were grouped by `values` stay grouped.
        """
        expressions = {name: what for name, what in renamed.items() if not isinstance(what, str)}
        others = {what: name for name, what in renamed.items() if isinstance(what, str)}
        answer = Answer(self, rows.order_by().values(*names, *others, **expressions), others)
        self.waiting.append(answer)
        return answer

    def read(self) -> None:
        asked, self.waiting = self.waiting, []
        parts, params, columns = [], [], {}
        for place, one in enumerate(asked):
            one.found = []
            try:
                compiler = one.rows.query.get_compiler(connection=connection)
                sql, given = compiler.as_sql()
            except EmptyResultSet:
                continue
            columns[place] = _columns(compiler)
            parts.append(_part(place, sql, [name for name, _ in columns[place]]))
            params += given
        found: dict[int, list[str]] = {place: [] for place in columns}
        if parts:
            with connection.cursor() as cursor:
                cursor.execute(" UNION ALL ".join(parts), params)
                for place, row in cursor.fetchall():
                    found[place].append(row)
        for place, rows in found.items():
            asked[place].take(columns[place], json.loads(f"[{','.join(rows)}]"))


def _part(place: int, sql: str, names: list[str]) -> str:
    """`sql`: as Django compiled it; it is only wrapped, with names that are written in this code."""
    row = LISTS[connection.vendor].format(", ".join(connection.ops.quote_name(name) for name in names))
    return f"SELECT {place}, {row} FROM ({sql}) asked_{place}"  # noqa: S608


def _columns(compiler: SQLCompiler) -> list[tuple[str, Decoder | None]]:
    return [(str(alias), _decoder(what.output_field)) for what, _, alias in compiler.select or ()]


def _decoder(field: Field[Any, Any]) -> Decoder | None:
    if isinstance(field, DateTimeField):
        raise TypeError(f"{field!r} cannot travel inside a JSON list")
    if isinstance(field, JSONField):  # a list or an object; one database nests it, the other quotes it
        return lambda value: json.loads(value) if isinstance(value, str) else value
    if isinstance(field, DateField):
        return date.fromisoformat
    if isinstance(field, BooleanField):
        return bool
    if isinstance(field, DecimalField):
        return lambda value: round(Decimal(str(value)), field.decimal_places)
    if hasattr(field, "from_db_value"):
        return lambda value: field.from_db_value(value, None, connection)
    return None
