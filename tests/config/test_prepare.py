"""The demo data comes once, and a first start that was cut short begins anew."""

import pytest

from config import prepare


@pytest.fixture
def trial(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare.settings, "APP_ENV", "development")
    monkeypatch.setattr(prepare.settings, "DATA_DIR", tmp_path)
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db.sqlite3")}
    monkeypatch.setattr(prepare.settings, "DATABASES", {"default": sqlite})
    return tmp_path


def test_the_first_start_of_a_trial_is_seeded(trial):
    assert prepare._seed_due()


def test_a_database_that_stands_is_not_seeded(trial):
    (trial / "db.sqlite3").write_bytes(b"somebody's")

    assert not prepare._seed_due()


@pytest.mark.parametrize("name", ["production", "test"])
def test_only_a_trial_is_seeded(trial, monkeypatch, name):
    monkeypatch.setattr(prepare.settings, "APP_ENV", name)

    assert not prepare._seed_due()


def test_postgresql_is_not_seeded(trial, monkeypatch):
    monkeypatch.setattr(
        prepare.settings, "DATABASES", {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}}
    )

    assert not prepare._seed_due()


def test_a_first_start_that_was_cut_short_begins_anew(trial):
    prepare._begin_anew()
    (trial / "db.sqlite3").write_bytes(b"half")
    (trial / "db.sqlite3-wal").write_bytes(b"wal")
    assert prepare._seed_due()

    prepare._begin_anew()

    assert not (trial / "db.sqlite3").exists()
    assert (trial / "unfinished-db.sqlite3").read_bytes() == b"half"
    assert (trial / "unfinished-db.sqlite3-wal").read_bytes() == b"wal"


def test_the_marks_change_with_what_they_stand_for(trial, monkeypatch):
    monkeypatch.setattr(prepare.settings, "BASE_DIR", trial)
    monkeypatch.setattr(prepare, "PINNED", trial / "requirements.txt")
    (trial / "requirements.txt").write_text("django==5.2.19")
    source = trial / "funds" / "models.py"
    source.parent.mkdir()
    source.write_text("a")
    first = prepare._tables_mark()

    source.write_text("b")
    second = prepare._tables_mark()
    (trial / "requirements.txt").write_text("django==5.2.20")
    third = prepare._tables_mark()

    assert len({first, second, third}) == 3
