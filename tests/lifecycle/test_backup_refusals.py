"""A folder that is damaged, foreign or newer is refused in words, before anything of the live data is touched."""

import json
import sqlite3
from contextlib import closing

import pytest

from lifecycle.backup import Impossible, databases, making, manifest, restoring
from lifecycle.backup.manifest import Manifest

KNOWN = frozenset({"accounts.0001_initial", "funds.0001_initial"})

ROWS = {"django_migrations": 0, "projects_attachment": 1}


def database(path):
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE django_migrations (app, name)")
        made.execute("CREATE TABLE projects_attachment (path, sha256)")
        made.execute("INSERT INTO projects_attachment VALUES ('26/a.pdf', '0')")
        made.commit()


@pytest.fixture
def kept(tmp_path):
    """A backup of one table and one file, as `making` lays it out."""
    folder = tmp_path / "kept"
    (folder / "files" / "26").mkdir(parents=True)
    (folder / "files" / "26" / "a.pdf").write_bytes(b"%PDF-")
    database(folder / "database.sqlite3")
    parts = {name: manifest.measure(folder / name) for name in ("database.sqlite3", "files/26/a.pdf")}
    manifest.write(
        folder,
        Manifest(
            product=manifest.PRODUCT, format=manifest.FORMAT, version="1", created_at="2026-03-02T08:00:00+08:00",
            vendor="sqlite", schema=manifest.schema_of(KNOWN), migrations=sorted(KNOWN), tables=ROWS, parts=parts,
            journal_key=making.key_mark(), journal_key_id="k1",
        ),
    )  # fmt: skip
    return folder


@pytest.fixture
def live(tmp_path, settings, monkeypatch):
    folder = tmp_path / "live"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "mine.pdf").write_bytes(b"mine")
    (folder / "db.sqlite3").write_bytes(b"live")
    settings.DATA_DIR, settings.FILES_DIR = folder, folder / "files"
    monkeypatch.setattr(restoring, "known_migrations", lambda: KNOWN)
    monkeypatch.setattr(databases, "vendor", lambda: "sqlite")
    monkeypatch.setattr(databases, "sqlite_file", lambda: folder / "db.sqlite3")
    monkeypatch.setattr(databases, "is_empty", lambda: False)
    return folder


def tree(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rewrite(folder, **changes):
    """A manifest that says something else and is whole by itself."""
    content = json.loads((folder / "manifest.json").read_text("utf-8"))
    content.pop("seal")
    content |= {name: change(content[name]) if callable(change) else change for name, change in changes.items()}
    text = json.dumps(content | {"seal": manifest._seal(content)})
    (folder / "manifest.json").write_text(text, "utf-8")


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def schema(*names):
    return {"migrations": sorted(names), "schema": manifest.schema_of(names)}


WRONG = {
    "a bit of the database": (
        lambda at: flipped(at / "database.sqlite3"),
        "「database.sqlite3」的内容与清单的校验值不符",
    ),
    "a bit of a file": (lambda at: flipped(at / "files/26/a.pdf"), "「files/26/a.pdf」的内容与清单的校验值不符"),
    "a cut file": (lambda at: cut(at / "files/26/a.pdf"), "「files/26/a.pdf」的内容与清单的校验值不符"),
    "a missing file": (lambda at: (at / "files/26/a.pdf").unlink(), "缺少「files/26/a.pdf」"),
    "no database": (lambda at: (at / "database.sqlite3").unlink(), "缺少「database.sqlite3」"),
    "a file too many": (lambda at: (at / "files/b.pdf").write_bytes(b"b"), "「files/b.pdf」不在清单中"),
    "a link": (
        lambda at: ((at / "files/26/a.pdf").unlink(), (at / "files/26/a.pdf").symlink_to("/etc/hostname")),
        "缺少",
    ),
    "no manifest": (lambda at: (at / "manifest.json").unlink(), "不是一份完整的备份"),
    "a cut manifest": (lambda at: cut(at / "manifest.json") or cut(at / "manifest.json"), "无法读取"),
    "a changed manifest": (
        lambda at: (at / "manifest.json").write_text(
            (at / "manifest.json").read_text().replace('"version": "1"', '"version": "2"')
        ),
        "与自身的校验值不符",
    ),
    "a manifest of no parts": (lambda at: rewrite(at, parts={}), "不在清单中"),
    "a part outside": (
        lambda at: rewrite(at, parts=lambda parts: parts | {"files/../../x": ["0", 0]}),
        "不是备份的组成部分",
    ),
    "other rows": (lambda at: rewrite(at, tables=ROWS | {"projects_attachment": 2}), "与清单的行数不符"),
    "another product": (lambda at: rewrite(at, product="other"), "这不是本系统的备份"),
    "another database": (lambda at: rewrite(at, vendor="postgresql"), "两者不能互相恢复"),
    "another schema": (
        lambda at: rewrite(at, **schema("accounts.0001_initial", "other.0001")),
        "不属于本系统的这一版本",
    ),
    "a schema that is not its own": (lambda at: rewrite(at, schema="0"), "与其清单不符"),
    "a newer schema": (lambda at: rewrite(at, **schema(*KNOWN, "funds.0002_more")), "请先升级系统"),
    "a newer layout": (lambda at: rewrite(at, format=manifest.FORMAT + 1, more=1), "请先升级系统"),
}


@pytest.mark.parametrize(("spoil", "words"), WRONG.values(), ids=WRONG.keys())
def test_it_is_refused_and_the_live_data_stays(kept, live, spoil, words):
    before = tree(live)
    spoil(kept)

    with pytest.raises(Impossible, match=words):
        restoring.restore(kept, replace=True, tell=print)

    assert tree(live) == before
    assert {path.name for path in live.iterdir()} == {"db.sqlite3", "files"}


def test_a_backup_that_is_whole_is_put_in_place_and_an_older_one_too(kept, live, monkeypatch):
    monkeypatch.setattr(restoring, "_verify", lambda tell: 0)
    rewrite(kept, **schema("accounts.0001_initial"))

    assert restoring.restore(kept, replace=True, tell=print) == 0

    assert (live / "db.sqlite3").read_bytes() == (kept / "database.sqlite3").read_bytes()
    assert tree(live / "files") == tree(kept / "files")
    (aside,) = live.glob("replaced-*")
    assert (aside / "database.sqlite3").read_bytes() == b"live"
    assert (aside / "files" / "mine.pdf").read_bytes() == b"mine"


def test_live_data_is_not_replaced_unasked(kept, live):
    before = tree(live)

    with pytest.raises(Impossible, match="--yes"):
        restoring.restore(kept, replace=False, tell=print)

    assert tree(live) == before


@pytest.mark.parametrize("failing", ["files", "keys"])
def test_what_fails_midway_is_taken_back(kept, live, monkeypatch, failing):
    """The database is in place already when the files, or the keys, cannot be moved."""
    before = tree(live)
    if failing == "files":
        monkeypatch.setattr(restoring, "_moved", lambda *where: (_ for _ in ()).throw(OSError("disk")))
    else:
        monkeypatch.setattr(restoring, "_count", lambda found, name: 1)  # keys that are not there

    with pytest.raises(Impossible, match="原有数据未变"):
        restoring.restore(kept, replace=True, tell=print)

    assert tree(live) == before
