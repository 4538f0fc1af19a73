"""backup and restore on SQLite, by the commands themselves: everything comes back, or nothing is touched."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.lifecycle.backup_house import House
from tests.once import once


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    def fill(folder):
        folder.mkdir(exist_ok=True)
        House(folder).do("good")

    return House(once(tmp_path_factory, "house", fill))


@pytest.fixture
def house(template, tmp_path):
    return template.copy(tmp_path / "data")


def said(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def tree(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_model_and_every_file_comes_back(house, tmp_path):
    house.do("full")
    before = house.do("tell")
    other = house.bare(tmp_path / "other")

    made = house.manage("backup", tmp_path / "kept")
    other.manage("restore", tmp_path / "kept")

    assert made[0] == 0, made[1]
    assert [label for label, (rows, _) in before["models"].items() if not rows] == []
    assert len(before["files"]) > 2
    assert other.do("tell") == before


def test_what_was_whole_is_whole_again_and_what_it_replaces_is_kept(house, template, tmp_path):
    before = house.do("tell")
    assert house.manage("backup", tmp_path / "kept")[0] == 0
    next((house.folder / "files").rglob("*.png")).unlink()
    (house.folder / "files" / "newer.png").write_bytes(b"newer")
    with closing(sqlite3.connect(house.database)) as live:
        live.execute("INSERT INTO cache VALUES ('newer', 'x', '2026-01-01')")
        live.commit()

    refused = house.manage("restore", tmp_path / "kept")
    done = house.manage("restore", tmp_path / "kept", "--yes")

    assert refused[0] == 2
    assert "本机已有数据，没有恢复" in refused[1]
    assert (done[0], "日志完整" in done[1], "账目完好" in done[1]) == (0, True, True), done[1]
    assert house.do("tell") == before | {"triggers_missing": []}
    (aside,) = house.folder.glob("replaced-*")
    assert str(aside) in done[1]
    assert (aside / "files" / "newer.png").read_bytes() == b"newer"
    with closing(sqlite3.connect(aside / "database.sqlite3")) as old:
        assert old.execute("SELECT count(*) FROM cache WHERE cache_key = 'newer'").fetchone() == (1,)
    assert list(house.folder.glob(".restoring-*")) == []


def test_a_ledger_that_was_tampered_with_is_restored_and_named(house, tmp_path):
    house.do("tamper")
    house.manage("backup", tmp_path / "kept")
    other = house.bare(tmp_path / "other")

    code, words = other.manage("restore", tmp_path / "kept")

    assert code == 1
    assert "日志完整" in words
    assert "L3" in words
    assert other.do("tell")["triggers_missing"] == []


def test_a_backup_of_an_earlier_schema_is_brought_up_to_date(house, tmp_path):
    """As the migrations of before the squash left it: none later, and by their own names (docs/decisions/0015)."""
    assert house.manage("migrate", "accounts", "0001_squashed_0008_deadlines", "-v0")[0] == 0
    with closing(sqlite3.connect(house.database)) as old:
        old.execute("DELETE FROM django_migrations WHERE name LIKE '0001_squashed_%'")
        old.commit()
    assert house.manage("backup", tmp_path / "kept")[0] == 0
    other = house.bare(tmp_path / "other")

    code, words = other.manage("restore", tmp_path / "kept")

    assert code == 0, words
    assert "accounts_subscription" not in said(tmp_path / "kept")["tables"]
    assert [name for name in said(tmp_path / "kept")["migrations"] if "squashed" in name] == []
    assert other.do("tell")["models"]["accounts.Subscription"][0] == 0


@pytest.mark.parametrize("pause", [0.1, 0.02, 0], ids=["rows only in the -wal", "busy", "busier"])
def test_no_acknowledged_row_is_lost_while_others_write(house, tmp_path, pause):
    writer = house.start("write", str(pause))
    try:
        before = [writer.stdout.readline().strip() for _ in range(10)]
        code, words = house.manage("backup", tmp_path / "kept")
        after = [writer.stdout.readline().strip() for _ in range(3)]
    finally:
        writer.kill()
        writer.communicate()

    assert all(before + after)
    assert code == 0, words  # every row of the snapshot has its file
    with closing(sqlite3.connect(tmp_path / "kept" / "database.sqlite3")) as copy:
        kept = {path for (path,) in copy.execute("SELECT path FROM projects_attachment")}
    assert set(before) - kept == set()
    if not pause:
        other = house.bare(tmp_path / "other")
        assert other.manage("restore", tmp_path / "kept")[0] == 0


def test_a_database_in_use_is_left_alone(house, tmp_path):
    house.manage("backup", tmp_path / "kept")
    before = tree(house.folder)
    with closing(sqlite3.connect(house.database)) as busy:
        busy.execute("SELECT count(*) FROM accounts_user").fetchone()

        code, words = house.manage("restore", tmp_path / "kept", "--yes")

    assert (code, "请先停止" in words) == (2, True), words
    assert tree(house.folder) == before


def test_a_broken_database_is_replaced_and_kept(house, tmp_path):
    house.manage("backup", tmp_path / "kept")
    house.database.write_bytes(b"broken" * 1000)

    refused, done = (house.manage("restore", tmp_path / "kept", *words) for words in ([], ["--yes"]))

    assert (refused[0], done[0]) == (2, 0), done[1]
    (aside,) = house.folder.glob("replaced-*")
    assert (aside / "database.sqlite3").read_bytes() == b"broken" * 1000


def test_the_keys_go_along_only_when_asked(house, tmp_path):
    without, with_keys = (
        house.manage("backup", tmp_path / "one"),
        house.manage("backup", tmp_path / "two", "--with-keys"),
    )
    assert (without[0], with_keys[0]) == (0, 0)
    assert not (tmp_path / "one" / "keys").exists()
    assert (tmp_path / "two" / "keys" / "journal_key.key").stat().st_mode & 0o777 == 0o600

    strange, same = (house.bare(tmp_path / name, keys=False) for name in ("strange", "same"))
    lost, kept = strange.manage("restore", tmp_path / "one"), same.manage("restore", tmp_path / "two")

    assert (lost[0], "JOURNAL_KEY 与备份时不同" in lost[1], "校验码不符" in lost[1]) == (1, True, True), lost[1]
    assert kept[0] == 0, kept[1]


def test_a_backup_never_writes_over_anything_and_leaves_no_half(house, tmp_path):
    (tmp_path / "kept").mkdir()
    before = tree(house.folder)

    code, words = house.manage("backup", tmp_path / "kept")

    assert (code, "从不覆盖" in words) == (2, True)
    assert (list((tmp_path / "kept").iterdir()), list(tmp_path.glob(".*"))) == ([], [])
    assert tree(house.folder) == before


def test_a_stored_file_that_is_gone_is_named_by_the_backup(house, tmp_path):
    first, second = sorted((house.folder / "files").rglob("*.png"))[:2]
    first.unlink()
    second.write_bytes(b"other")

    code, words = house.manage("backup", tmp_path / "kept")

    assert code == 1
    assert "有 2 份材料的文件" in words
    assert first.name in words
    assert second.name in words


def test_without_a_database_there_is_nothing_to_back_up(template, tmp_path):
    bare = template.bare(tmp_path / "bare")
    shutil.rmtree(tmp_path / "bare" / "files", ignore_errors=True)

    assert bare.manage("backup", tmp_path / "kept")[0] == 2
    assert not (tmp_path / "kept").exists()
