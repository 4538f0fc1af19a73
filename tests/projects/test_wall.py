"""A PDF that unpacks beyond measure dies in a child of small memory; this process neither grows nor waits."""

import resource
import struct
import subprocess
import sys
import time
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from projects import files, pdf_check, wall

ROOT = Path(__file__).resolve().parents[2]
MB = 1024 * 1024


def packed(objects, padding=0):
    """A PDF whose objects, from number 2 on, lie in one object stream."""
    places, at = [], 0
    for number, one in enumerate(objects, 2):
        places.append(b"%d %d " % (number, at))
        at += len(one)
    head, last = b"".join(places), len(objects) + 2
    stream = zlib.compress(head + b"".join(objects) + b" " * padding, 9)
    body = b"%PDF-1.5\n"
    kept = len(body)
    body += b"1 0 obj\n<</Type/ObjStm/N %d/First %d/Length %d/Filter/FlateDecode>>stream\n" % (
        len(objects), len(head), len(stream),
    )  # fmt: skip
    body += stream + b"\nendstream\nendobj\n"
    rows = [(0, 0, 0), (1, kept, 0), *((2, 1, index) for index in range(len(objects))), (1, len(body), 0)]
    table = zlib.compress(b"".join(struct.pack(">BII", *row) for row in rows))
    said = (last, last + 1, len(table), table, len(body))
    return body + b"%d 0 obj\n<</Type/XRef/W[1 4 4]/Size %d/Root 2 0 R/Length %d/Filter/FlateDecode>>stream\n%s\n" \
        b"endstream\nendobj\nstartxref\n%d\n%%%%EOF" % said  # fmt: skip


FEW = [b"<</Type/Catalog/Pages 3 0 R>> ", b"<</Type/Pages/Kids[]/Count 0>> "]


def bomb():
    """A third of a megabyte that unpacks to 300."""
    return packed(FEW, padding=300 * MB)


def crowd():
    """Less than a megabyte of small objects, each of which wants to be looked at."""
    return packed([*FEW, *[b"<</A[1 2 3]/B 4>> "] * 300_000])


HOSTILE = {"bomb.pdf": bomb, "crowd.pdf": crowd}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_words_while_this_process_stays_small(name):
    content = HOSTILE[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    (finding,) = files.check(name, content)

    assert len(content) < 4 * MB
    assert (finding.code in {"file_broken", "file_heavy"}, finding.blocks, name in finding.message) == (True,) * 3
    assert "无法检查" in finding.message
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 10 * MB


@pytest.mark.parametrize("name", HOSTILE)
def test_the_child_takes_no_more_than_its_share(name, tmp_path):
    """Its peak, told by itself however it ends; without the wall both need more."""
    (tmp_path / name).write_bytes(HOSTILE[name]())
    told = (
        "import sys, projects.pdf_check as it\nfrom projects.wall import stand_behind\n"
        "stand_behind(memory=it.MEMORY, cpu=it.CPU_SECONDS)\n"
        "try:\n  it.word_about(sys.stdin.buffer.read())\nexcept Exception: pass\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    with (tmp_path / name).open("rb") as content:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", told], stdin=content, capture_output=True, text=True, cwd=ROOT, check=False
        )

    assert int(done.stdout) * 1024 <= pdf_check.MEMORY, done.stderr


def test_few_objects_in_a_stream_are_no_crime():
    assert list(files.check("few.pdf", packed(FEW))) == []


def test_a_scan_of_the_largest_size_is_taken():
    out = BytesIO()
    with pikepdf.new() as document:
        for number in range(40):
            document.add_blank_page()
            page = document.make_stream(bytes([number]) * (600 * 1024))
            page.Type, page.Subtype = pikepdf.Name("/XObject"), pikepdf.Name("/Image")
            document.pages[-1].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=page))
        document.save(out, compress_streams=False)

    assert 23 * MB < len(out.getvalue()) < 25 * MB
    assert list(files.check("scan.pdf", out.getvalue())) == []


def test_a_child_that_never_answers_is_ended(monkeypatch):
    began = time.monotonic()

    with pytest.raises(wall.Died):
        wall.ask("tests.projects.endless", content=b"", seconds=1)

    assert time.monotonic() - began < 10


def test_a_child_that_dies_is_a_refusal_and_never_an_error(monkeypatch):
    monkeypatch.setattr(files, "PDF_SECONDS", 0)

    assert [finding.code for finding in files.check("a.pdf", b"%PDF-1.7")] == ["file_heavy"]


def test_bytes_found_fine_are_not_opened_again_and_refused_ones_are(monkeypatch):
    asked, ask = [], wall.ask
    monkeypatch.setattr(files.wall, "ask", lambda *args, **kwargs: asked.append(1) or ask(*args, **kwargs))
    fine, broken = packed(FEW) + b"%once", b"%PDF-1.7 broken"

    said = [[finding.code for finding in files.check("a.pdf", one)] for one in (fine, broken, fine, broken)]

    assert said == [[], ["file_broken"], [], ["file_broken"]]
    assert len(asked) == 3


def test_the_child_has_the_limits_of_the_module_that_is_asked():
    told = wall.ask("tests.projects.limits", content=b"", seconds=10)
    assert told.decode().split() == [str(300 * MB), "3"]


def test_a_check_costs_no_start_of_an_interpreter():
    files_checked = [list(files.check("few.pdf", packed(FEW))) for _ in range(2)]
    began = time.process_time()
    files_checked += [list(files.check("few.pdf", packed(FEW))) for _ in range(20)]

    assert files_checked == [[]] * 22
    assert time.process_time() - began < 1
