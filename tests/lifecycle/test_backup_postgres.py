"""backup and restore on PostgreSQL: in databases of their own beside the one of the tests."""

import shutil
from urllib.parse import urlunsplit

import psycopg
import pytest
from django.db import connection

from tests.lifecycle.backup_house import House, programs_of_postgresql

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
WRITTEN = {"projects.Attachment", "accounts.Entry", "accounts.JournalHead"}


def url_of(name):
    known = connection.settings_dict
    place = f"{known['USER']}:{known['PASSWORD']}@{known['HOST'] or '127.0.0.1'}:{known['PORT'] or 5432}"
    return urlunsplit(("postgres", place, f"/{name}", "", ""))


def name_of(ending):
    return f"{connection.settings_dict['NAME']}_backup_{ending}"


def change(url, *statements):
    with psycopg.connect(url, autocommit=True) as live:
        for statement in statements:
            live.execute(statement)


def drop(ending):
    change(url_of("postgres"), f'DROP DATABASE IF EXISTS "{name_of(ending)}" WITH (FORCE)')


@pytest.fixture(scope="session")
def template(django_db_setup, tmp_path_factory):
    """Filled once; PostgreSQL copies it for each test."""
    if shutil.which("pg_dump", path=programs_of_postgresql() or None) is None:
        pytest.skip("未找到 pg_dump")
    drop("template")
    change(url_of("postgres"), f'CREATE DATABASE "{name_of("template")}"')
    house = House(tmp_path_factory.mktemp("house") / "data", url_of(name_of("template")))
    house.folder.mkdir()
    house.do("good")
    yield house
    drop("template")


@pytest.fixture
def house(template, tmp_path):
    drop("one")
    change(url_of("postgres"), f'CREATE DATABASE "{name_of("one")}" TEMPLATE "{name_of("template")}"')
    yield House(template.copy(tmp_path / "data").folder, url_of(name_of("one")))
    drop("one")


@pytest.fixture
def other(template, tmp_path):
    """Another machine, with an empty database."""
    drop("two")
    change(url_of("postgres"), f'CREATE DATABASE "{name_of("two")}"')
    yield template.bare(tmp_path / "other", url_of(name_of("two")))
    drop("two")


def test_what_was_whole_is_whole_again_and_what_it_replaces_is_kept(house, tmp_path):
    before = house.do("tell")
    assert house.manage("backup", tmp_path / "kept")[0] == 0
    change(house.url, "INSERT INTO cache VALUES ('newer', 'x', now())", "DELETE FROM funds_sourceline")

    refused, done = (house.manage("restore", tmp_path / "kept", *words) for words in ([], ["--yes"]))

    assert refused[0] == 2
    assert (done[0], "日志完整" in done[1], "账目完好" in done[1]) == (0, True, True), done[1]
    assert house.do("tell") == before | {"triggers_missing": []}
    (aside,) = house.folder.glob("replaced-*")
    assert (aside / "database.dump").read_bytes().startswith(b"PGDMP")


def test_a_strange_table_and_a_damaged_dump_stop_it_and_the_live_data_stays(house, tmp_path):
    before = house.do("tell")
    house.manage("backup", tmp_path / "kept")
    dump = tmp_path / "kept" / "database.dump"

    change(house.url, "CREATE TABLE stranger (id int)")
    strange = house.manage("restore", tmp_path / "kept", "--yes")
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    damaged = house.manage("restore", tmp_path / "kept", "--yes")

    assert (strange[0], "stranger" in strange[1]) == (2, True), strange[1]
    assert (damaged[0], "校验值不符" in damaged[1]) == (2, True), damaged[1]
    assert house.do("tell") == before
    assert list(house.folder.glob("replaced-*")) == []


def test_a_ledger_that_was_tampered_with_is_restored_and_named(house, other, tmp_path):
    house.do("tamper")
    house.manage("backup", tmp_path / "kept")

    code, words = other.manage("restore", tmp_path / "kept")

    assert (code, "日志完整" in words, "L3" in words) == (1, True, True), words
    assert other.do("tell")["triggers_missing"] == []


def test_every_model_and_every_file_comes_back_while_others_write(house, other, tmp_path):
    house.do("full")
    before = house.do("tell")
    writer = house.start("write", "0")
    try:
        acknowledged = [writer.stdout.readline().strip() for _ in range(5)]
        code, words = house.manage("backup", tmp_path / "kept")
    finally:
        writer.kill()
        writer.communicate()

    other.manage("restore", tmp_path / "kept")

    after = other.do("tell")
    assert code == 0, words
    assert [label for label, (rows, _) in after["models"].items() if not rows] == []
    assert without(after) == without(before)
    assert set(acknowledged) | set(before["files"]) <= set(after["files"])


def without(said):
    """What the writer did not touch."""
    return {label: rows for label, rows in said["models"].items() if label not in WRITTEN}
