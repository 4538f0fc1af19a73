import io
import time
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbooks.books import LINE, book, part, repacked
from workbooks import envelope
from workbooks.envelope import Unreadable, inspect
from workbooks.grid import load

SHEET = "xl/worksheets/sheet1.xml"
GOOD = book(LINE)


def refusal(data):
    with pytest.raises(Unreadable) as caught:
        inspect(data)
    return caught.value.finding


def sheet_with(cells):
    return repacked(GOOD, {SHEET: part(GOOD).replace("</sheetData>", f"{cells}</sheetData>")})


def test_a_good_workbook_shows_its_extent():
    extent = inspect(GOOD).extents[SHEET]

    assert (extent.rows, extent.columns, extent.cells) == (2, 6, 12)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ENV-001"),
        (b"PK\x03\x04" + b"0" * (10 * 1024 * 1024), "ENV-002"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "ENV-003"),
        ("单位,金额\n".encode(), "ENV-003"),
        (b"PK\x03\x04 this is no archive", "ENV-004"),
        (GOOD[: len(GOOD) // 2], "ENV-004"),
    ],
    ids=["empty", "over 10 MB", "old xls or password", "csv", "no archive", "cut short"],
)
def test_what_is_no_workbook_is_refused_in_words(data, code):
    finding = refusal(data)

    assert finding.code == code
    assert finding.message.startswith("上传的文件：")


def test_exactly_10_mb_is_not_too_large():
    with pytest.raises(Unreadable) as caught:
        inspect(b"PK\x03\x04".ljust(envelope.MAX_BYTES, b"0"))

    assert caught.value.finding.code == "ENV-004"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({f"x/{n}.txt": "" for n in range(400)}, "ENV-005"),
        ({"xl/media/a.bin": b"0" * (64 * 1024 * 1024 + 1)}, "ENV-005"),
        ({"xl/vbaProject.bin": b"x"}, "ENV-006"),
        ({"XL/VBAPROJECT.BIN": b"x"}, "ENV-006"),
        ({"xl/macrosheets/sheet1.xml": "<a/>"}, "ENV-006"),
        ({"docProps/app.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "ENV-007"),
        ({"docProps/app.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")}, "ENV-007"),
        ({"xl/media/disguised.png": " <!DOCTYPE a><a/>"}, "ENV-007"),
        ({"docProps/app.xml": "<a>" + "<b/>" * 200_001 + "</a>"}, "ENV-005"),
        ({"docProps/app.xml": "<a><b></a>"}, "ENV-004"),
        ({"[Content_Types].xml": '<Types><Override ContentType="a.sheet.macroEnabled.main+xml"/></Types>'}, "ENV-006"),
    ],
    ids=["parts", "unzipped", "vba", "vba in capitals", "macro sheet", "dtd", "dtd in utf-16", "dtd as a picture",
         "elements", "broken xml", "macro type"],
)  # fmt: skip
def test_hostile_parts_are_refused(changes, code):
    assert refusal(repacked(GOOD, changes)).code == code


def test_a_zip_without_a_workbook_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")

    assert refusal(buffer.getvalue()).code == "ENV-003"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "ENV-008"),
        ('<row r="3"><c r="XFD3"><v>1</v></c></row>', "ENV-008"),
        ('<row r="20001"><c><v>1</v></c></row>', "ENV-008"),
        ('<row r="3">' + '<c r="A3"/>' * 300_001 + "</row>", "ENV-008"),
        ('<row r="three"><c r="A3"/></row>', "ENV-004"),
        ('<row r="3"><c r="33"/></row>', "ENV-004"),
    ],
    ids=["far corner", "far column", "row without cell addresses", "too many cells", "no row number", "no address"],
)
def test_cells_out_of_bounds_are_refused_before_any_reader(cells, code):
    start = time.process_time()

    assert refusal(sheet_with(cells)).code == code
    assert time.process_time() - start < 2


def test_the_last_allowed_cell_is_read():
    data = sheet_with('<row r="20000"><c r="GR20000"><v>1</v></c></row>')

    assert load(data).grids[0].value(20_000, 200) == 1


def test_a_merge_over_the_whole_sheet_costs_nothing():
    merged = part(GOOD).replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>')
    start = time.process_time()

    assert load(repacked(GOOD, {SHEET: merged})).grids[0].value(2, 3) == "记-0901"
    assert time.process_time() - start < 1


@given(st.binary(max_size=300), st.integers(0, len(GOOD)))
def test_no_noise_gets_further_than_a_refusal(noise, at):
    data = GOOD[:at] + noise + GOOD[at + len(noise) :]

    with suppress(Unreadable):
        load(data)
