"""A database of the last release comes up to date with its figures; no model change is without a migration."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(tmp_path, *words):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'old.sqlite3'}", "DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


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
