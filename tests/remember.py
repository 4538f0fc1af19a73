"""Scenes that a worker builds once and then puts back: the same acts, lived once, asked of a thousand times.

A scene is made by the operations themselves, as the house wants it, and that takes most of a second. Its first build in a
process is lived; what it changed in the database and in the folder of files is kept, and the next test that asks for the
same scene on the same ground gets those rows again. The ground is compared row by row, so a scene on other ground is
lived anew. A test that commits always lives its scene: sequences and locks are its business.
"""

import functools
import pickle
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from tests import numbers

Rows = dict[Any, tuple[Any, ...]]
SETTLED = {"django_migrations", "django_content_type", "auth_permission"}  # filled with the tables themselves
OFTEN = (
    60  # grounds a scene is kept for; one that hardly ever stands on the same ground twice is lived without more ado
)
_kept: dict[Any, "Memory"] = {}
_lived: Counter[Callable[..., Any]] = Counter()
_hits: Counter[Callable[..., Any]] = Counter()


@dataclass(slots=True)
class Memory:
    gone: dict[str, list[Any]]
    new: dict[str, list[tuple[Any, ...]]]
    files: dict[str, bytes]
    numbers: int
    result: bytes


def remembered(build: Callable[..., Any]) -> Callable[..., Any]:
    """For a builder whose arguments are rows, scenes or plain values, and which answers with what can be pickled."""

    @functools.wraps(build)
    def built(*args: Any, **kwargs: Any) -> Any:
        if not _in_a_test_that_rolls_back() or _not_worth_it(build):
            return build(*args, **kwargs)
        before, files = _rows(), _files()
        said = (timezone.localdate(), _said(args), _said(kwargs))
        key = (build.__module__, build.__qualname__, *said, hash(pickle.dumps(before)))
        if key in _kept:
            _hits[build] += 1
            return _put_back(_kept[key], (*args, *kwargs.values()))
        result = build(*args, **kwargs)
        if _lived[build] < OFTEN:
            _lived[build] += 1
            _keep(key, before, files, result)
        return result

    return built


def _not_worth_it(build: Callable[..., Any]) -> bool:
    return _lived[build] >= OFTEN and _hits[build] < OFTEN // 2


def _in_a_test_that_rolls_back() -> bool:
    return any(getattr(atomic, "_from_testcase", False) for atomic in connection.atomic_blocks)


@functools.cache
def _tables() -> list[tuple[str, str]]:
    """Every table with the column that names its rows."""
    models = apps.get_models(include_auto_created=True)
    return sorted({(model._meta.db_table, str(model._meta.pk.column)) for model in models if model._meta.managed})


def _keep(key: Any, before: dict[str, Rows], files: set[str], result: Any) -> None:
    after, gone, new = _rows(), {}, {}
    for table in before.keys() | after.keys():
        old, now = before.get(table, {}), after.get(table, {})
        gone[table] = [name for name, row in old.items() if now.get(name) != row]
        new[table] = [row for name, row in now.items() if old.get(name) != row]
    added = {name: (_folder() / name).read_bytes() for name in _files() - files}
    _kept[key] = Memory(gone, new, added, numbers.reached(), pickle.dumps(result))


def _put_back(memory: Memory, told: Iterable[Any]) -> Any:
    keys = dict(_tables())
    with connection.cursor() as cursor:
        changed = {table for table, names in memory.gone.items() if names}
        triggers = _sleeping_triggers(cursor, changed) if changed else []
        for table, names in memory.gone.items():
            if names:
                cursor.executemany(f"DELETE FROM {_q(table)} WHERE {_q(keys[table])} = %s", [(name,) for name in names])  # noqa: S608
        for table, rows in memory.new.items():
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {_q(table)} VALUES ({places})", rows)  # noqa: S608
        if changed:
            _wake_triggers(cursor, triggers)
    for name, content in memory.files.items():
        path = _folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    numbers.go_on_from(memory.numbers)
    for row in told:
        if isinstance(row, Model):
            row.refresh_from_db()
    return pickle.loads(memory.result)  # noqa: S301  our own bytes of a moment ago


def _sleeping_triggers(cursor: Any, tables: Iterable[str]) -> list[str]:
    """Rows of record refuse to be taken away; the rows put back are the ones the operations left behind."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
        return []
    cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
    for name, _ in found:
        cursor.execute(f"DROP TRIGGER {_q(name)}")
    return [sql for _, sql in found]


def _wake_triggers(cursor: Any, triggers: Iterable[str]) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = origin")
    for sql in triggers:
        cursor.execute(sql.replace("%", "%%"))


def _rows() -> dict[str, Rows]:
    """What stands in each table that is not empty."""
    found = {}
    keys = dict(_tables())
    with connection.cursor() as cursor:
        cursor.execute(_full_sql())
        for (table,) in sorted(cursor.fetchall()):
            cursor.execute(_reading_sql(table, keys[table]))
            found[table] = {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
    return found


@functools.cache
def _reading_sql(table: str, key: str) -> str:
    """On SQLite the values as they are stored: `+` keeps its driver from making dates of them, and us from unmaking them."""
    if connection.vendor == "postgresql":
        return f"SELECT {_q(key)}, * FROM {_q(table)} ORDER BY {_q(key)}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_q(table)} LIMIT 0")  # noqa: S608
        columns = [_q(column[0]) for column in cursor.description]
    return f"SELECT {_q(key)}, {', '.join(f'+{one}' for one in columns)} FROM {_q(table)} ORDER BY {_q(key)}"  # noqa: S608


@functools.cache
def _full_sql() -> str:
    asked = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM {1})"
    return " UNION ALL ".join(asked.format(table, _q(table)) for table, _ in _tables() if table not in SETTLED)


def _folder() -> Path:
    return Path(settings.FILES_DIR)


def _files() -> set[str]:
    return {str(path.relative_to(_folder())) for path in _folder().rglob("*") if path.is_file()}


def _said(value: Any) -> Any:
    """What a builder was told, as a key: rows by name, scenes by their bytes."""
    if isinstance(value, Model):
        return value._meta.label, value.pk
    if isinstance(value, list | tuple):
        return tuple(_said(one) for one in value)
    if isinstance(value, dict):
        return tuple(sorted((name, _said(one)) for name, one in value.items()))
    if isinstance(value, Enum) or not hasattr(value, "__dict__"):
        return repr(value)
    return type(value).__name__, _said(vars(value))


def _q(name: str) -> str:
    return connection.ops.quote_name(name)
