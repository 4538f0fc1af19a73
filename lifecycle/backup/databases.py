"""The two databases: a consistent copy out, and a copy put in their place. The only SQL of backup and restore."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction

from lifecycle.backup import Impossible
from lifecycle.backup.manifest import DATABASE

STORED = "SELECT path, sha256 FROM projects_attachment"
MIGRATIONS = "SELECT app, name FROM django_migrations"
PEOPLE = "SELECT 1 FROM accounts_user WHERE username <> 'system'"
SIDES = ("-wal", "-shm")
PATIENCE = 20
BUSY = "现有数据库正在使用，请先停止网页服务和定时任务，再恢复"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands in one copy of the database. `stored`: path and sha256 of every file its rows speak of."""

    tables: dict[str, int]
    migrations: list[str]
    stored: list[tuple[str, str]]


def vendor() -> str:
    if connection.vendor not in DATABASE:
        raise Impossible(f"不支持的数据库：{connection.vendor}")
    return connection.vendor


def snapshot(target: Path) -> Snapshot:
    """A consistent copy of the live database in `target`, and what stands in that very copy."""
    try:
        return _sqlite_out(target) if vendor() == "sqlite" else _postgresql_out(target)
    except (sqlite3.Error, DatabaseError) as error:
        raise Impossible(f"数据库无法复制：{error}") from error


def _sqlite_out(target: Path) -> Snapshot:
    if not sqlite_file().is_file():
        raise Impossible(f"没有数据库 {sqlite_file()}，无可备份")
    with closing(sqlite3.connect(sqlite_file(), timeout=PATIENCE, isolation_level=None)) as live:
        live.execute("VACUUM INTO ?", [str(target)])
    return look_into(target)


def look_into(file: Path) -> Snapshot:
    """What a SQLite file holds. Raises sqlite3.Error where it is none or broken."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("integrity_check")
        return _read(
            copy, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )


def _postgresql_out(target: Path) -> Snapshot:
    """pg_dump and the counts see one exported snapshot, so they agree whatever is written meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        _run("pg_dump", "-Fc", "--no-owner", f"--snapshot={cursor.fetchone()[0]}", "-f", str(target))
        return _read(cursor, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")


def count_live() -> dict[str, int]:
    """Rows of every table of the live database."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {name: _all(cursor, f'SELECT count(*) FROM "{name}"')[0][0] for name in sorted(names)}  # noqa: S608


def _read(source: Any, names: str) -> Snapshot:
    tables = sorted(name for (name,) in _all(source, names))
    counts = {name: _all(source, f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}  # noqa: S608
    if not {"django_migrations", "projects_attachment"} <= set(tables):
        raise Impossible("数据库中没有本系统的数据表，请先运行 migrate")
    return Snapshot(counts, sorted(f"{app}.{name}" for app, name in _all(source, MIGRATIONS)), _all(source, STORED))


def _all(source: Any, statement: str) -> list[Any]:
    """A connection of sqlite3 gives a cursor, Django's cursor runs in place."""
    ran = source.execute(statement)
    return list((source if ran is None or not hasattr(ran, "fetchall") else ran).fetchall())


# What stands here


def is_empty() -> bool:
    """No person, hence nothing anybody did. A database that cannot be read is not empty."""
    if vendor() == "sqlite" and not sqlite_file().exists():
        return True
    try:
        with connection.cursor() as cursor:
            if "accounts_user" not in connection.introspection.table_names(cursor):
                return True
            cursor.execute(PEOPLE)
            return cursor.fetchone() is None
    except DatabaseError:
        return False
    finally:
        connection.close()


def sqlite_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def strangers(tables: dict[str, int]) -> list[str]:
    """Live tables of PostgreSQL that are not in the backup: pg_restore would leave them standing, half alive."""
    if vendor() == "sqlite":
        return []
    return sorted(set(connection.introspection.table_names()) - set(tables))


# Putting a copy in its place


@contextmanager
def replaced(part: Path, aside: Path) -> Iterator[None]:
    """`part` is the live database inside, and stays it unless the block fails; the old one is in `aside`."""
    connection.close()
    if vendor() == "sqlite":
        with _sqlite_in(part, aside):
            yield
        return
    old = aside / DATABASE["postgresql"]
    _run("pg_dump", "-Fc", "--no-owner", "-f", str(old))
    _pg_restore(part)
    try:
        yield
    except BaseException:
        _pg_restore(old)
        raise


def _pg_restore(dump: Path) -> None:
    words = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", *words, "-d", _address()["PGDATABASE"], str(dump))


@contextmanager
def _sqlite_in(part: Path, aside: Path) -> Iterator[None]:
    """The old file keeps a second name and the change is one rename: at every moment a whole database lies there."""
    live, old = sqlite_file(), aside / DATABASE["sqlite"]
    live.parent.mkdir(parents=True, exist_ok=True)
    if live.exists():
        _settle(live)
        _second_name(live, old)
        for side in SIDES:  # of a database too broken to be settled
            if (beside := live.with_name(live.name + side)).exists():
                beside.replace(old.with_name(old.name + side))
    shutil.move(part, near := live.with_name(f"{live.name}.restored"))  # perhaps from another disk
    near.replace(live)
    try:
        yield
    except BaseException:
        live.unlink()
        for side in ("", *SIDES):
            if (kept := old.with_name(old.name + side)).exists():
                shutil.move(kept, live.with_name(live.name + side))
        raise


def _second_name(live: Path, old: Path) -> None:
    try:
        os.link(live, old)
    except OSError:  # on another disk
        shutil.copy2(live, old)


def _settle(live: Path) -> None:
    """Bring the -wal into the file and end it; only possible while nobody else has the database open."""
    try:
        with closing(sqlite3.connect(live, timeout=2, isolation_level=None)) as last:
            last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            ended = last.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    except sqlite3.OperationalError:
        ended = False
    except sqlite3.DatabaseError:
        return  # broken: what is being put right
    if not ended:
        raise Impossible(BUSY)


# The programs of PostgreSQL


def _run(name: str, *words: str) -> None:
    program = shutil.which(name, path=os.environ.get("PG_BIN") or None)
    if program is None:
        raise Impossible(f"找不到 {name}，请安装 PostgreSQL 客户端程序，或用 PG_BIN 指明所在目录")
    done = subprocess.run(  # noqa: S603 - words of our own, no shell
        [program, "--no-password", *words], env=os.environ | _address(), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[0][:300]
        raise Impossible(BUSY if "lock timeout" in done.stderr else f"{name} 没有成功：{last}")


def _address() -> dict[str, str]:
    """By the environment, so that the password stands in no list of processes."""
    known = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {name: str(known[key]) for name, key in named.items() if known.get(key)}
    if mode := known.get("OPTIONS", {}).get("sslmode"):
        given["PGSSLMODE"] = str(mode)
    return given | {"PGOPTIONS": "-c lock_timeout=10s"}
