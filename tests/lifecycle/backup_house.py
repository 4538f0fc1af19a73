"""A house of its own to back up: a DATA_DIR, a database that was migrated, and the real commands run upon it.

As a program (`python -m tests.lifecycle.backup_house WORD`) it fills, tells or spoils the house of its environment.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def programs_of_postgresql():
    """The folder of pg_dump, or nothing where it is on PATH or not to be had."""
    from tests import postgres

    try:
        return str(postgres.binaries())
    except postgres.Unavailable:
        return ""


@dataclass(frozen=True)
class House:
    """`url`: its PostgreSQL; without one it is SQLite in the folder."""

    folder: Path
    url: str = ""

    @property
    def database(self):
        return self.folder / "db.sqlite3"

    def _environment(self, words):
        kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "UPLOAD_SCANNER")}
        programs = {"DATABASE_URL": self.url, "PG_BIN": programs_of_postgresql()} if self.url else {}
        return [sys.executable, *words], kept | programs | {"DATA_DIR": str(self.folder), "PYTHONPATH": str(ROOT)}

    def start(self, *words):
        command, environment = self._environment(["-m", __name__, *words])
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603

    def run(self, *words):
        command, environment = self._environment(words)
        return subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def manage(self, *words):
        """Exit code, and what was said."""
        done = self.run("manage.py", *map(str, words))
        return done.returncode, done.stdout + done.stderr

    def do(self, word):
        done = self.run("-m", __name__, word)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout or "null")

    def copy(self, folder):
        shutil.copytree(self.folder, folder)
        return House(folder, self.url)

    def bare(self, folder, url="", *, keys=True):
        """Another machine, without a database; with the same keys."""
        folder.mkdir()
        if keys:
            shutil.copytree(self.folder / "keys", folder / "keys")
        return House(folder, url)


def good():
    """A small ledger that holds, with its files and its journal."""
    from django.core.management import call_command
    from django.test import override_settings

    call_command("migrate", verbosity=0)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        from tests.funds import scene

        world = scene.make_ready(scene.make_scene())
        scene.recognise(world, "1000.00", "PZ-1")
        scene.judge(world, scene.submit(world, "70.00", "PZ-2"), "disallowed")


def full():
    """At least one row of every model, the CHECKs set aside: a new model is among them by itself."""
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        _without_checks(cursor)
        for model in apps.get_models(include_auto_created=True):
            _one_of(model)


def _without_checks(cursor):
    from django.db import connection

    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        return
    cursor.execute("SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conrelid > 0")
    for table, name in cursor.fetchall():
        if not str(table).startswith("information_schema"):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def _one_of(model):
    """A row of the model, made from nothing where there is none."""
    if row := model._base_manager.first():
        return row
    made = model(**{field.attname: _value(field) for field in model._meta.concrete_fields if not _by_itself(field)})
    model._base_manager.bulk_create([made])
    return model._base_manager.first()


def _by_itself(field):
    return field.get_internal_type() in ("AutoField", "BigAutoField") or (field.null and not field.primary_key)


def _value(field):
    from django.utils import timezone

    if field.remote_field:
        return _one_of(field.remote_field.model).pk
    values = {
        "CharField": "x", "TextField": "字", "BinaryField": b"\x00\xff", "JSONField": {"字": [1, None]}, "BooleanField": True,
        "DateField": timezone.localdate(), "DateTimeField": timezone.now(), "TimeField": timezone.now().time(),
        "GenericIPAddressField": "127.0.0.1",
    }  # fmt: skip
    return values.get(field.get_internal_type(), 1)


def tell():
    """Every row of every model and every stored file, each as a digest."""
    import hashlib

    from django.apps import apps
    from django.conf import settings
    from django.db import connection

    from accounts import triggers
    from funds.apps import FROZEN

    said = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
            cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}"')  # noqa: S608
            rows = sorted(
                repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()
            )
            said[model._meta.label] = [len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()]
    root = Path(settings.FILES_DIR)
    files = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    missing = [name for frozen in (triggers.JOURNAL, *FROZEN) for name in triggers.missing(frozen)]
    json.dump({"models": said, "files": files, "triggers_missing": missing}, sys.stdout)


def tamper():
    """As someone with the database open would."""
    from accounts import triggers
    from funds.apps import FROZEN
    from funds.models import Voucher

    for frozen in FROZEN:
        triggers.drop(frozen)
    Voucher.objects.filter(number="PZ-1").update(amount=999)


def write():
    """Uploads without end; the path of each on a line of its own once it is acknowledged. A second word: the pause."""
    from datetime import date

    from accounts import journal
    from accounts.models import User
    from projects import files
    from projects.models import Project
    from tests.funds.scene import upload

    project, actor = Project.objects.first(), User.objects.get(username="system")

    @journal.operation("写入")
    def one(*, actor, on):
        journal.record(project_id=project.pk, text="上传")
        return files.accept(project, upload(), about="x", purpose="y", actor=actor, on=on).path

    while True:
        print(one(actor=actor, on=date(2026, 3, 2)), flush=True)
        time.sleep(float(sys.argv[2]))


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    {"good": good, "full": full, "tell": tell, "tamper": tamper, "write": write}[sys.argv[1]]()
