"""Safe by default: what production refuses, and what every environment gets."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from config.requests import client_ip

ROOT = Path(__file__).parent.parent.parent
SECRET, JOURNAL = "only-for-this-test-" * 3, "journal-of-this-test-" * 3
GOOD = {"APP_ENV": "production", "SECRET_KEY": SECRET, "JOURNAL_KEY": JOURNAL, "ALLOWED_HOSTS": "jixiao.example"}


def manage(*words, data_dir, **environment):
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "PYTHONWARNINGS": "default", **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"DEBUG": "1"}, "生产环境不得打开 DEBUG"),
        ({"ALLOWED_HOSTS": ""}, "生产环境必须用 ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS 不得是 *"),
        ({"SECRET_KEY": ""}, "生产环境必须用环境变量 SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 50}, "SECRET_KEY 太短或是示例值"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY 太短或是示例值"),
        ({"JOURNAL_KEY": ""}, "生产环境必须用环境变量 JOURNAL_KEY"),
        ({"JOURNAL_KEY": SECRET}, "JOURNAL_KEY 不得与 SECRET_KEY 相同"),
        ({"APP_ENV": "prod"}, "APP_ENV=prod 无效"),
        ({"DEBUG": "maybe"}, "DEBUG 只能是 1 或 0"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES 必须是非负整数"),
    ],
    ids=lambda value: " ".join(f"{k}={v[:20]}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_production_refuses_to_start(tmp_path, change, words):
    done = manage("check", data_dir=tmp_path, **(GOOD | change))

    assert done.returncode != 0
    assert words in done.stderr


def test_production_passes_the_deployment_check(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", data_dir=tmp_path, **GOOD)

    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


def test_production_writes_no_keys(tmp_path):
    manage("check", data_dir=tmp_path, **GOOD)

    assert not (tmp_path / "keys").exists()


def test_a_trial_makes_its_keys_once_for_its_owner_only(tmp_path):
    first = manage("check", data_dir=tmp_path)
    keys = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    manage("check", data_dir=tmp_path)

    assert first.returncode == 0, first.stderr
    assert keys.keys() == {"secret_key.key", "journal_key.key"}
    assert len(set(keys.values())) == 2
    assert {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()} == keys
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.django_db
def test_sqlite_is_set_as_measured():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite 的设置")
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}

    assert found == PRAGMAS
    assert connection.transaction_mode == "IMMEDIATE"


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


@pytest.mark.django_db
def test_pages_carry_a_policy_without_unsafe(client):
    answer = client.get("/no-such-page/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.headers["X-Request-ID"]) == 32


def test_passwords_are_kept_with_argon2(tmp_path):
    done = manage(
        "shell", "-c", "from django.conf import settings; print(settings.PASSWORD_HASHERS[0])", data_dir=tmp_path
    )

    assert "Argon2PasswordHasher" in done.stdout


def test_everything_written_lies_in_the_data_dir():
    places = [settings.FILES_DIR, settings.STATIC_ROOT, settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR]

    assert all(Path(place).is_relative_to(settings.DATA_DIR) for place in places)


@pytest.mark.parametrize(
    ("proxies", "sent", "seen"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (2, "5.5.5.5, 6.6.6.6, 7.7.7.7", "6.6.6.6"),
        (2, "7.7.7.7", "10.0.0.1"),
    ],
    ids=["header not believed", "behind one proxy", "behind two", "past the proxies"],
)
def test_the_address_of_the_caller(settings, proxies, sent, seen):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": sent}, REMOTE_ADDR="10.0.0.1")

    assert client_ip(request) == seen
