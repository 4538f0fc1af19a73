"""卷宗 ZIP: what lies in it for whom, and the script that checks it without us."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Entry
from lifecycle.demo.papers import paper
from lifecycle.models import Acceptance
from lifecycle.operations.printing import register_prints
from policy.findings import refuse
from policy.terms import Stage
from projects import files
from projects.models import Attachment
from reports.dossier.archive import making, members, verify
from reports.dossier.archive.folders import FOLDERS, safe
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import words
from tests.reports.scene import ON, furnished, sibling

pytestmark = pytest.mark.django_db
SCRIPT = Path(verify.__file__)
ROOT = SCRIPT.parents[3]


@pytest.fixture(autouse=True)
def spool(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


def file(project, by, name="扫描件", about="award", **facts):
    row = files.accept(project, paper(name), about=about, purpose=facts.pop("purpose", "立项材料"), actor=by, on=ON)
    if facts:
        Attachment.objects.filter(pk=row.pk).update(**facts)
    return row


def taken(visit, user, project):
    answer = visit(user, f"/projects/{project.pk}/dossier.zip")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return b"".join(answer.streaming_content)


def opened(content):
    package = zipfile.ZipFile(io.BytesIO(content))
    return package, json.loads(package.read("manifest.json"))


def run(path):
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True, check=False, cwd="/"
    )
    return done.returncode, done.stdout + done.stderr


def changed(content, target, tmp_path, name="changed.zip"):
    """The ZIP again; `target`: path → new bytes, or None to leave it out."""
    old = zipfile.ZipFile(io.BytesIO(content))
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            kept = target.get(member.filename, old.read(member))
            if kept is not None:
                new.writestr(member, kept)
        for extra in target.keys() - set(old.namelist()):
            new.writestr(extra, target[extra])
    return path


@pytest.fixture
def lived(world):
    """A project with forms, files, orders and a journal."""
    story = scene.rectifying(world)
    file(story.project, world.ph, purpose="备案名单")
    return story


def test_what_lies_in_it_lies_in_numbered_folders_and_is_listed(world, visit, lived):
    package, manifest = opened(taken(visit, world.ph, lived.project))

    names = package.namelist()
    listed = {one["path"] for one in manifest["files"]}
    assert listed | {"manifest.json", "SHA256SUMS"} == set(names)
    folders = [name.split("/")[0] for name in names if "/" in name]
    assert set(folders) <= set(FOLDERS)
    assert folders == sorted(folders)
    assert {"01 立项", "07 整改与称号", "09 日志"} <= set(folders)
    assert package.read("00 目录.pdf").startswith(b"%PDF")
    assert "扫描件（示例）.pdf" in package.read("00 目录.html").decode()
    assert any(name.startswith("07 整改与称号/表单/F12-") for name in names)
    assert manifest["absent"] == []
    assert {one["sha256"] for one in manifest["files"] if one["path"] == "00 目录.pdf"} == {
        hashlib.sha256(package.read("00 目录.pdf")).hexdigest()
    }


def test_the_script_finds_nothing_wrong_with_what_was_made(world, visit, lived, tmp_path):
    content = taken(visit, world.ph, lived.project)
    path, folder = tmp_path / "whole.zip", tmp_path / "folder"
    path.write_bytes(content)
    zipfile.ZipFile(path).extractall(folder)

    code, said = run(path)
    there, said_there = run(folder)

    assert (code, there) == (0, 0), said + said_there
    entry = Entry.objects.filter(verb="导出卷宗").get()
    digest = dict(map(tuple, entry.changes))["manifest"]
    assert f"清单校验码 {digest}" in said
    assert entry.project_id == lived.pk
    assert digest in entry.text


def test_the_script_in_the_package_is_the_one_we_tested_and_needs_nothing_of_ours(world, visit, lived):
    package, _ = opened(taken(visit, world.ph, lived.project))

    assert package.read("verify.py") == SCRIPT.read_bytes()
    assert "django" not in SCRIPT.read_text("utf-8").lower()


def test_a_changed_file_is_named(world, visit, lived, tmp_path):
    content = taken(visit, world.ph, lived.project)
    package, _ = opened(content)
    victim = next(name for name in package.namelist() if "/材料/" in name)

    for number, target in enumerate(({victim: b"other"}, {victim: None}, {"01 立项/多出的.pdf": b"more"})):
        code, said = run(changed(content, target, tmp_path, f"{number}.zip"))

        assert code == 1
        assert next(iter(target)) in said


def relisted(content, path, body, tmp_path):
    """Changed with its hash in the list and in the sums: what only the journal's own chain can tell."""
    manifest = opened(content)[1]
    for one in manifest["files"]:
        if one["path"] == path:
            one["size"], one["sha256"] = len(body), hashlib.sha256(body).hexdigest()
    listed = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    sums = [f"{one['sha256']}  {one['path']}\n" for one in manifest["files"]]
    sums.append(f"{hashlib.sha256(listed).hexdigest()}  manifest.json\n")
    target = {path: body, "manifest.json": listed, "SHA256SUMS": "".join(sums).encode()}
    return changed(content, target, tmp_path)


JOURNAL, CHAIN = "09 日志/journal.jsonl", "09 日志/chain.csv"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: rows[1].update(text="另一句话"), "内容被改动"),
        (lambda rows: rows[1].update(mac="f" * 64), "不在链上"),
        (lambda rows: rows.insert(0, rows.pop()), "次序不对"),
        (lambda rows: rows.pop(2), "条日志"),
    ],
    ids=["a word", "a link", "the order", "a line gone"],
)
def test_a_changed_journal_is_found_even_with_every_hash_made_anew(world, visit, lived, tmp_path, change, expected):
    content = taken(visit, world.ph, lived.project)
    package, _ = opened(content)
    rows = [json.loads(line) for line in package.read(JOURNAL).decode().splitlines()]
    change(rows)
    body = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()

    code, said = run(relisted(content, JOURNAL, body, tmp_path))

    assert code == 1
    assert expected in said
    assert JOURNAL in said or CHAIN in said


def test_a_chain_with_a_gap_is_found(world, visit, lived, tmp_path):
    content = taken(visit, world.ph, lived.project)
    package, _ = opened(content)
    lines = package.read(CHAIN).decode().splitlines(keepends=True)
    body = "".join([*lines[:3], *lines[4:]]).encode()

    code, said = run(relisted(content, CHAIN, body, tmp_path))

    assert (code, "有缺号" in said) == (1, True)


def test_what_is_no_dossier_cannot_be_checked(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK no zip")

    assert run(tmp_path / "x.zip")[0] == 2
    assert run(tmp_path)[0] == 2


def test_a_missing_file_is_named_instead_of_failing(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    gone, altered = file(project, world.ph, "不见了"), file(project, world.ph, "被改过")
    gone.file.unlink()
    altered.file.write_bytes(b"%PDF-other")

    package, manifest = opened(taken(visit, world.ph, project))

    assert [(one["name"], one["why"][:4]) for one in manifest["absent"]] == [
        ("不见了（示例）.pdf", "系统中缺"),
        ("被改过（示例）.pdf", "文件内容"),
    ]
    assert manifest["absent"][0]["stored_sha256"] == gone.sha256
    assert not [name for name in package.namelist() if "不见了" in name or "被改过" in name]
    assert "不见了（示例）.pdf" in package.read("00 目录.html").decode()


def test_a_form_that_may_not_be_printed_is_named_with_the_reason(world, visit, monkeypatch, lived):
    first = members.printables(lived.project, world.ph, ON)[0]

    def build():
        refuse("many", "一次打印超过 1000 行")

    monkeypatch.setattr(members, "printables", lambda *_: [type(first)("F99", "F99", "示例表", None, False, build)])

    _, manifest = opened(taken(visit, world.ph, lived.project))

    assert [(one["label"], one["why"]) for one in manifest["absent"]] == [("示例表", "一次打印超过 1000 行")]


def test_a_unit_gets_what_a_unit_may_have(world, visit):
    story = scene.ordered(world)
    file(story.project, world.ph, "未公开", issued=False)
    story.project.refresh_from_db()

    own, theirs = (opened(taken(visit, user, story.project)) for user in (world.u2, world.ph))
    names = [package.namelist() for package, _ in (own, theirs)]

    assert not [name for name in names[0] if "F12" in name or "未公开" in name or "会签稿" in name]
    assert [name for name in names[1] if "F12" in name]
    assert [name for name in names[1] if "未公开" in name]


def test_a_units_journal_bears_no_address_and_is_still_checked(world, visit, lived, tmp_path):
    content = taken(visit, world.u2, lived.project)
    package, manifest = opened(content)
    rows = [json.loads(line) for line in package.read(JOURNAL).decode().splitlines()]
    path = tmp_path / "unit.zip"
    path.write_bytes(content)

    assert manifest["journal"]["withheld"] == ["ip", "request_id", "changes", "row_digest"]
    assert not [row for row in rows if row.keys() & {"ip", "request_id", "changes", "row_digest"}]
    assert run(path)[0] == 0
    assert len(rows) == manifest["journal"]["lines"] > 0


def test_neither_a_key_nor_a_whole_telephone_number_is_in_it(world, visit, settings):
    project = furnished(world, contact="联系人甲", phone="13812345678")

    package, _ = opened(taken(visit, world.ph, project))

    everything = b"".join(package.read(name) for name in package.namelist())
    assert settings.JOURNAL_KEY.encode() not in everything
    assert b"13812345678" not in everything
    assert "138****5678" in package.read("00 目录.html").decode()


def test_the_same_day_gives_the_same_bytes_but_for_the_journal(world, lived):
    user = type(world.ph).objects.get(pk=world.ph.pk)

    first, second = (making.make(lived.fresh(), user, ON) for _ in range(2))

    assert [(one.filename, one.CRC) for one in zipfile.ZipFile(first.file).infolist()] == [
        (one.filename, one.CRC) for one in zipfile.ZipFile(second.file).infolist()
    ]
    assert first.digest == second.digest


@pytest.mark.parametrize("role", ["u1", "ch", "cf", "phl", "pf", "au"])
def test_whoever_may_export_gets_it(world, visit, role):
    project = furnished(world)

    assert taken(visit, getattr(world, role), project)


def test_neither_an_expert_nor_a_sibling_unit_gets_it(world, visit):
    story, foreign = scene.judged(world), make.project(sibling(world))
    expert = scene.experts(world.ph)[0]

    assert visit(expert, f"/projects/{story.pk}/dossier.zip").status_code == 403
    assert visit(world.u1, f"/projects/{foreign.pk}/dossier.zip").status_code == 404
    assert not Entry.objects.filter(verb="导出卷宗").exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc_passwd"), ("a/b\\c:d?.pdf", "a_b_c_d.pdf"), ("合同 (终稿).docx", "合同_(终稿).docx"),
        ("...", "文件"), ("长" * 200 + ".pdf", "长" * 80 + ".pdf"), ("\u202egnp.exe", "gnp.exe"),
    ],
)  # fmt: skip
def test_a_name_leads_out_of_no_folder(name, expected):
    assert safe(name) == expected


def test_which_upload_of_a_paper_a_file_is_stands_on_the_page_and_in_the_manifest(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    for name in ("第一稿", "第二稿"):
        file(project, world.ph, name)
    file(project, world.ph, "别的", purpose="公示")

    page = visit(world.u1, f"/projects/{project.pk}/files/").content.decode()
    _, manifest = opened(taken(visit, world.u1, project))

    found = {one["name"]: (one["version"], one["versions"]) for one in manifest["files"] if one["kind"] == "file"}
    assert found == {"第一稿（示例）.pdf": (1, 2), "第二稿（示例）.pdf": (2, 2), "别的（示例）.pdf": (1, 1)}
    assert "第 2 份" in page
    assert "共 2 份" in page


def test_a_file_of_the_small_hours_is_of_the_day_of_the_place(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    file(project, world.ph, uploaded_at=datetime(2026, 3, 1, 18, 30, tzinfo=UTC))

    _, manifest = opened(taken(visit, world.ph, project))

    assert [one["uploaded_on"] for one in manifest["files"] if one["kind"] == "file"] == ["2026-03-02"]


def test_a_registered_form_without_a_day_of_its_own_keeps_its_code(lived, world, visit):
    """F13 names the day it is printed on: in the ZIP it stands as it was registered, as in 材料册."""
    (printed,) = register_prints(lived.pk, keys=["F13"], actor=world.ph, on=timezone.localdate() - timedelta(days=3))

    package, manifest = opened(taken(visit, world.ph, lived.project))

    (path,) = [one["path"] for one in manifest["files"] if one.get("key") == "F13"]
    pages = words(package.read(path))
    assert [(printed.spelled in page, "未登记的预览" in page) for page in pages] == [(True, False)] * len(pages)


def test_the_forms_of_every_application_lie_in_it(world, visit):
    story = scene.judged(world, a=("N2a",))
    story.order(scene.day(20, scene.APPLIED))
    Acceptance.objects.create(
        project=story.project, round=2, applied_by=world.u2, applied_on=scene.day(100, scene.APPLIED), summary="再次"
    )

    _, manifest = opened(taken(visit, world.ph, story.project))

    assert {"F10-1", "F11-1", "F10-2", "F11-2"} <= {one.get("key") for one in manifest["files"]}
