"""verify_journal and anchor_journal against someone with rights on the database; no false alarm without one."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import journal, operations, triggers
from accounts.models import Entry, JournalHead
from policy.findings import Refused
from tests.accounts.scene import ON

ROWS = 6


@pytest.fixture
def written(world):
    """Six lines: five good ones and a refusal."""
    for number in range(ROWS - 1):
        operations.create_user(username=f"person{number}", name=f"人员{number}", actor=world.admin, on=ON)
    with pytest.raises(Refused):
        operations.create_user(username="person0", name="重名", actor=world.admin, on=ON)
    return world


def run(command, *args, **options):
    """Exit code, and what was said."""
    out, err = StringIO(), StringIO()
    try:
        call_command(command, *args, **options, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue() + err.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def attack(*statements):
    """What someone with rights on the database does: first the triggers, then the rows."""
    triggers.drop(triggers.JOURNAL)
    with connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
    triggers.create(triggers.JOURNAL)


def head_to(seq, mac):
    return ("UPDATE accounts_journalhead SET seq = %s, mac = %s", [seq, mac])


def remade(row, key, settings):
    """A row written anew with another key."""
    settings.JOURNAL_KEY, ours = key, settings.JOURNAL_KEY
    row.row_digest = journal.digest_of(row)
    mac = journal.mac_of(row)
    settings.JOURNAL_KEY = ours
    return row.row_digest, mac


def test_a_whole_journal_holds(written, tmp_path):
    anchor = tmp_path / "anchors.jsonl"

    assert Entry.objects.count() == ROWS
    assert run("verify_journal", rows=True) == (0, f"日志完整：{ROWS} 条，核对锚点 0 个\n")
    assert run("anchor_journal", anchor)[0] == 0
    operations.create_user(username="later", name="后来", actor=written.admin, on=ON)
    assert run("anchor_journal", anchor)[0] == 0
    assert run("verify_journal", anchor=anchor) == (0, f"日志完整：{ROWS + 1} 条，核对锚点 2 个\n")


def test_the_anchor_says_date_row_mac_and_count(written, tmp_path):
    run("anchor_journal", tmp_path / "a")

    [line] = (tmp_path / "a").read_text().splitlines()
    said, last = json.loads(line), Entry.objects.last()
    assert (said["seq"], said["mac"], said["count"]) == (ROWS, last.mac, ROWS)
    assert date.fromisoformat(said["date"])


@pytest.mark.django_db
def test_an_empty_journal_holds():
    assert run("verify_journal")[0] == 0


def changed_text(world, settings):
    return [("UPDATE accounts_entry SET text = %s WHERE seq = 3", ["另一句话"])]


def changed_reader(world, settings):
    return [("UPDATE accounts_entry SET actor_name = %s WHERE seq = 2", ["别人"])]


def deleted_middle(world, settings):
    return [("DELETE FROM accounts_entry WHERE seq = 3", [])]


def swapped(world, settings):
    return [
        ("UPDATE accounts_entry SET seq = 1000 WHERE seq = 2", []),
        ("UPDATE accounts_entry SET seq = 2 WHERE seq = 3", []),
        ("UPDATE accounts_entry SET seq = 3 WHERE seq = 1000", []),
    ]


def wrong_key(world, settings):
    row = Entry.objects.get(seq=4)
    row.text = "改过的话"
    digest, mac = remade(row, "x" * 50, settings)
    return [
        ("UPDATE accounts_entry SET text = %s, row_digest = %s, mac = %s WHERE seq = 4", [row.text, digest, mac]),
        ("UPDATE accounts_entry SET prev = %s WHERE seq = 5", [mac]),
    ]


def inserted(world, settings):
    columns = [field.column for field in Entry._meta.fields if field.column != "seq"]
    listed = ", ".join(f'"{column}"' for column in columns)
    return [(f"INSERT INTO accounts_entry (seq, {listed}) SELECT 7, {listed} FROM accounts_entry WHERE seq = 6", [])]  # noqa: S608


def emptied(world, settings):
    return [("DELETE FROM accounts_entry", [])]


def deleted_tail(world, settings):
    return [("DELETE FROM accounts_entry WHERE seq > 4", [])]


@pytest.mark.parametrize(
    ("act", "seq", "kind"),
    [
        (changed_text, 3, "digest"),
        (changed_reader, 2, "digest"),
        (deleted_middle, 3, "gap"),
        (swapped, 2, "link"),
        (wrong_key, 4, "mac"),
        (inserted, 7, "link"),
        (emptied, 0, "head"),
        (deleted_tail, 4, "head"),
    ],
)
def test_an_attack_is_found_with_its_place_and_kind(written, settings, act, seq, kind):
    attack(*act(written, settings))

    code, said = run("verify_journal")

    assert code == 1
    assert f"第 {seq} 条" in said
    assert f"（{kind}）" in said


@pytest.mark.parametrize("left", [4, 0])
def test_a_tail_cut_off_together_with_the_head_is_found_by_the_anchor(written, tmp_path, left):
    anchor = tmp_path / "anchors.jsonl"
    run("anchor_journal", anchor)
    mac = Entry.objects.get(seq=left).mac if left else journal.GENESIS
    attack(("DELETE FROM accounts_entry WHERE seq > %s", [left]), head_to(left, mac))

    assert run("verify_journal")[0] == 0
    code, said = run("verify_journal", anchor=anchor)

    assert (code, "（anchor）" in said) == (1, True)


def test_a_journal_written_anew_with_our_key_is_found_by_the_anchor(written, tmp_path):
    anchor = tmp_path / "anchors.jsonl"
    run("anchor_journal", anchor)
    last = Entry.objects.get(seq=ROWS)
    last.text = "另一句话"
    last.row_digest = journal.digest_of(last)
    mac = journal.mac_of(last)
    attack(
        (
            "UPDATE accounts_entry SET text = %s, row_digest = %s, mac = %s WHERE seq = 6",
            [last.text, last.row_digest, mac],
        ),
        head_to(ROWS, mac),
    )

    assert run("verify_journal")[0] == 0
    assert run("verify_journal", anchor=anchor)[0] == 1


def test_each_broken_row_is_listed(written):
    attack(("UPDATE accounts_entry SET text = %s WHERE seq IN (2, 5)", ["改"]))

    code, said = run("verify_journal", rows=True)

    assert code == 1
    assert [line for line in said.splitlines() if line.startswith("第")] == [
        "第 2 条：内容被改动（digest）",
        "第 5 条：内容被改动（digest）",
    ]


def test_a_broken_journal_gets_no_anchor(written, tmp_path):
    attack(("UPDATE accounts_entry SET text = %s WHERE seq = 3", ["改"]))

    assert run("anchor_journal", tmp_path / "a")[0] == 1
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "content", [None, "不是锚点", '{"seq": "1"}', '{"date": "2026-01-01", "seq": true}', "[]", "\x00"]
)
def test_without_a_readable_anchor_file_it_could_not_run(written, tmp_path, content):
    anchor = tmp_path / "anchors.jsonl"
    if content is not None:
        anchor.write_text(content)

    code, said = run("verify_journal", anchor=anchor)

    assert (code, said.startswith("无法校验")) == (2, True)


def test_without_the_table_it_could_not_run(written, monkeypatch):
    def broken(*args):
        raise DatabaseError("no such table")

    monkeypatch.setattr(journal, "verify", broken)

    assert run("verify_journal")[0] == 2


@pytest.mark.parametrize("statement", ["UPDATE accounts_entry SET text = 'x'", "DELETE FROM accounts_entry"])
def test_the_database_refuses_to_change_a_line(written, statement):
    with pytest.raises(DatabaseError, match="rows of record may not change"), transaction.atomic():
        connection.cursor().execute(statement)

    assert run("verify_journal")[0] == 0


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_table(written):
    with pytest.raises(DatabaseError, match="rows of record may not change"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE accounts_entry CASCADE")


def test_a_moment_reads_the_same_whatever_its_zone(written):
    row = Entry.objects.get(seq=1)
    before = journal.digest_of(row)
    row.at = datetime.fromtimestamp(row.at.timestamp(), UTC)

    assert journal.digest_of(row) == before
    assert JournalHead.objects.get().seq == ROWS
