"""Database triggers that keep rows of record from being changed, on SQLite and PostgreSQL.

Django rebuilds tables on SQLite and drops triggers with them, so they are made again after every migrate.
"""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Frozen:
    """A table whose rows may not be updated or deleted, or only where `unless` (SQL over OLD) holds.

    `delete_while`: the same for deleting, where it asks another table; PostgreSQL takes that in the function alone.
    """

    table: str
    update_unless: str = ""
    delete_unless: str = ""
    delete_while: str = ""


JOURNAL = Frozen("accounts_entry")


def create(frozen: Frozen) -> None:
    statements = _postgresql(frozen) if connection.vendor == "postgresql" else _sqlite(frozen)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop(frozen: Frozen) -> None:
    """Only for the test suite, which must empty tables between tests."""
    with connection.cursor() as cursor:
        for event in ("update", "delete", "truncate"):
            on = f" ON {frozen.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {frozen.table}_no_{event}{on}")


def missing(frozen: Frozen) -> list[str]:
    """The triggers of a table that do not stand in the database, by name."""
    postgresql = connection.vendor == "postgresql"
    wanted = [f"{frozen.table}_no_{event}" for event in ("update", "delete", *(["truncate"] if postgresql else []))]
    source = "pg_trigger WHERE tgname" if postgresql else "sqlite_master WHERE type = 'trigger' AND name"
    column = "tgname" if postgresql else "name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {source} LIKE %s", [f"{frozen.table}%"])  # noqa: S608
        standing = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name not in standing]


def _sqlite(frozen: Frozen) -> list[str]:
    made = []
    for event, unless in (("update", frozen.update_unless), ("delete", frozen.delete_unless or frozen.delete_while)):
        when = f"WHEN NOT ({unless}) " if unless else ""
        made.append(f"DROP TRIGGER IF EXISTS {frozen.table}_no_{event}")
        made.append(
            f"CREATE TRIGGER {frozen.table}_no_{event} BEFORE {event.upper()} ON {frozen.table} "
            f"{when}BEGIN SELECT RAISE(ABORT, '{frozen.table} rows of record may not change'); END"
        )
    return made


def _postgresql(frozen: Frozen) -> list[str]:
    name = f"{frozen.table}_frozen"
    asked = frozen.delete_while
    spared = f"IF TG_OP = 'DELETE' THEN IF {asked} THEN RETURN OLD; END IF; END IF; " if asked else ""
    made = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {spared}RAISE EXCEPTION '{frozen.table} rows of record may not change'; END $$"
    ]
    for event, unless in (("update", frozen.update_unless), ("delete", frozen.delete_unless)):
        when = f"WHEN (NOT ({unless})) " if unless else ""
        made.append(f"DROP TRIGGER IF EXISTS {frozen.table}_no_{event} ON {frozen.table}")
        made.append(
            f"CREATE TRIGGER {frozen.table}_no_{event} BEFORE {event.upper()} ON {frozen.table} "
            f"FOR EACH ROW {when}EXECUTE FUNCTION {name}()"
        )
    made.append(f"DROP TRIGGER IF EXISTS {frozen.table}_no_truncate ON {frozen.table}")
    made.append(
        f"CREATE TRIGGER {frozen.table}_no_truncate BEFORE TRUNCATE ON {frozen.table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
    return made
