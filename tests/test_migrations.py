"""A database of the last release comes up to date with its figures; no model change is without a migration; the squashed
migrations stand for exactly those they replace (that they make the same database: `python -m tests.squash`).
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

ROOT = Path(__file__).resolve().parent.parent


def run(tmp_path, *words):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'old.sqlite3'}", "DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def ask(database, sql):
    with closing(sqlite3.connect(database)) as live:
        return live.execute(sql).fetchall()


@pytest.fixture
def files(settings):
    """The migrations on disk, by app and name; the suite itself runs without them."""
    settings.MIGRATION_MODULES = {}
    return MigrationLoader(None).disk_migrations


@pytest.fixture
def applied(files, monkeypatch):
    """Says which migrations a database has applied."""

    def say(names):
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda recorder: dict.fromkeys(names))

    return say


def test_a_database_of_the_last_release_keeps_its_figures(tmp_path):
    done = run(tmp_path, "-m", "tests.upgrade")

    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {
        "total": "100.00",
        "kind": "issue",
        "allocated": "100.00",
        "received": "60.01",
        "occasion": "termination",
        "unit_type": "technical",
        "published": True,
        "triggers_missing": [],
    }


def test_every_model_change_has_its_migration(tmp_path):
    done = run(tmp_path, "manage.py", "makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout


def test_a_squashed_migration_replaces_the_first_of_its_app_without_a_gap(files):
    """Each file it replaces stays, for databases that have only some of them."""
    for (app, name), squashed in files.items():
        if not squashed.replaces or app not in ("accounts", "projects", "funds", "performance", "lifecycle"):
            continue
        own = sorted(key for key in files if key[0] == app and not files[key].replaces)

        assert squashed.replaces == own[: len(squashed.replaces)]
        assert name == f"0001_squashed_{squashed.replaces[-1][1]}"


def test_an_empty_database_uses_the_squashed_alone(files, applied):
    applied([])

    plan = {(one.app_label, one.name) for one, _ in steps()}

    assert plan == set(files) - {old for one in files.values() for old in one.replaces}


def test_a_database_that_stopped_at_any_of_the_old_goes_on_from_there(files, applied):
    """Whichever were applied: nothing twice, nothing left out, and no order that was not."""
    for before in standing(files):
        applied(before)
        done = set(before)

        for one, _ in steps():
            made = set(one.replaces) or {(one.app_label, one.name)}
            assert not made & done, one
            done |= made

        assert done >= {key for key in files if not files[key].replaces}


def steps():
    executor = MigrationExecutor(connection)
    graph, applied = executor.loader.graph, executor.loader.applied_migrations
    for key in applied.keys() & graph.nodes.keys():
        assert {parent.key for parent in graph.node_map[key].parents} <= applied.keys(), key
    return executor.migration_plan(graph.leaf_nodes())


def standing(files):
    """The states a database can be in: up to each of the old, with what it needs; and that of all of them, in their order."""
    graph = MigrationLoader(None, replace_migrations=False).graph
    old = [key for one in files.values() for key in one.replaces]
    needed = {key: graph.forwards_plan(key) for key in old}
    yield from needed.values()
    whole = list(dict.fromkeys(key for key in sorted(old) for key in needed[key]))
    yield from (whole[:length] for length in range(0, len(whole) + 1, 4))
    yield whole
    yield [key for key in files if not files[key].replaces]


def test_a_fresh_database_is_whole_and_one_of_the_old_is_left_as_it_is(tmp_path):
    from accounts.triggers import JOURNAL
    from funds.apps import FROZEN
    from lifecycle.apps import FROZEN as INSPECTED
    from performance.apps import FROZEN as REPORTED
    from projects.apps import FROZEN as SIGNED

    database = tmp_path / "old.sqlite3"
    schema = "SELECT name, sql FROM sqlite_master ORDER BY name"
    made = run(tmp_path, "manage.py", "migrate", "-v0")
    verified = run(tmp_path, "manage.py", "verify_journal")
    fresh, marks = ask(database, schema), ask(database, "SELECT app, name FROM django_migrations")
    # What the old migrations would have left: the same database, under their own names alone.
    with closing(sqlite3.connect(database)) as live:
        live.execute("DELETE FROM django_migrations WHERE name LIKE '0001_squashed_%'")
        live.commit()

    again = run(tmp_path, "manage.py", "migrate")

    assert (made.returncode, verified.returncode, again.returncode) == (0, 0, 0), made.stderr + verified.stderr
    names = {name for name, _ in fresh}
    frozen = {one.table for one in (JOURNAL, *FROZEN, *INSPECTED, *REPORTED, *SIGNED)}
    assert {f"{table}_no_{event}" for table in frozen for event in ("update", "delete")} - names == set()
    assert "No migrations to apply" in again.stdout
    assert ask(database, schema) == fresh
    assert set(ask(database, "SELECT app, name FROM django_migrations")) == set(marks)
