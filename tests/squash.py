"""Is a fresh database of the squashed migrations the one the migrations they replace would have made? Run by hand, after
a squash: `python -m tests.squash`, on SQLite and PostgreSQL, some minutes (docs/decisions/0015).

The old chain is run in full, then `migrate`: what a house that already stood goes through. Column order apart, everything
is compared: columns, constraints, indexes, triggers, functions, rows and the names of the migrations applied.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, is_nullable,"
    " column_default, is_identity, collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, condeferrable, condeferred, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "sequences": "SELECT sequencename, data_type::text, start_value FROM pg_sequences WHERE schemaname = 'public'",
}


def build(chain: str) -> None:
    """A database of the environment, by the old chain or by the squashed one; its schema as JSON."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if chain == "old":
        executor.loader = unsquashed(connection)
        executor.migrate(last_replaced(executor.loader))
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        found = postgresql(cursor) if connection.vendor == "postgresql" else sqlite(cursor)
        found["rows"] = [[table, *ask(cursor, f'SELECT count(*) FROM "{table}"')[0]] for table in tables]  # noqa: S608
        found["applied"] = ask(cursor, "SELECT app, name FROM django_migrations")
    json.dump({kind: sorted(map(list, rows), key=repr) for kind, rows in found.items()}, sys.stdout)


def unsquashed(connection):
    """The migrations as they were before the squash; a database without any would otherwise know the squashed alone."""
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(connection, replace_migrations=False)


def last_replaced(loader) -> list[tuple[str, str]]:
    return [one.replaces[-1] for one in loader.disk_migrations.values() if one.replaces]


def ask(cursor, sql: str) -> list:
    cursor.execute(sql)
    return cursor.fetchall()


def postgresql(cursor):
    return {kind: ask(cursor, sql) for kind, sql in POSTGRESQL.items()}


def sqlite(cursor):
    """A table as the set of what its parentheses hold, for added columns stand last."""
    found: dict[str, list] = {"parts": [], "others": []}
    for kind, name, table, sql in ask(cursor, "SELECT type, name, tbl_name, sql FROM sqlite_master"):
        if kind == "table":
            head, body = sql.split("(", 1)
            tail = body[body.rindex(")") :]
            found["parts"] += [[name, plain(part)] for part in [head, tail, *parts(body[: body.rindex(")")])]]
        else:
            found["others"].append([kind, table, *([name, plain(sql)] if sql else ["by itself"])])
    return found


def parts(body: str) -> list[str]:
    """Divided at the commas outside parentheses and quotes."""
    made, depth, quote = [""], 0, ""
    for letter in body:
        quote = ("" if letter == quote else quote) if quote else (letter if letter in "'\"" else "")
        if not quote:
            depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth and not quote:
            made.append("")
        else:
            made[-1] += letter
    return made


def plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip()


def compare(url: str) -> int:
    """How many lines differ between the two chains, each line shown."""
    made = {}
    for chain in ("old", "new"):
        with tempfile.TemporaryDirectory() as folder:
            address = url.format(chain=chain, folder=folder)
            began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            environment = os.environ | {"DATABASE_URL": address, "DATA_DIR": folder}
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, "-m", "tests.squash", chain],
                cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            made[chain] = json.loads(done.stdout)
            spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
            print(f"{address.split(':')[0]} {chain}: {spent:.1f} s user", flush=True)
    differing = 0
    for kind in made["old"]:
        old, new = ({json.dumps(row, ensure_ascii=False) for row in made[chain][kind]} for chain in ("old", "new"))
        same = len(made["old"][kind]) == len(made["new"][kind])
        print(f"  {kind}: {len(made['old'][kind])} / {len(made['new'][kind])}, {len(old ^ new)} differ")
        for row in sorted(old ^ new):
            print("    old" if row in old else "    new", row)
        differing += len(old ^ new) + (not same)
    return differing


def main() -> int:
    import psycopg

    from tests import postgres

    differing = compare("sqlite:///{folder}/{chain}.sqlite3")
    with postgres.cluster() as url:
        base = url.rsplit("/", 1)[0]
        with psycopg.connect(url, autocommit=True) as live:
            live.execute("CREATE DATABASE old")
            live.execute("CREATE DATABASE new")
        differing += compare(base + "/{chain}")
    return min(differing, 1)


if __name__ == "__main__":
    if sys.argv[1:]:
        build(sys.argv[1])
    else:
        sys.exit(main())
