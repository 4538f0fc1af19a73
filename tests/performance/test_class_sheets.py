"""班次台账 by workbook: template out, findings with their cells, preview, one confirmation."""

from datetime import date, timedelta
from io import BytesIO
from time import process_time

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from performance.class_sheets import TITLE, read_classes, template_sheets
from performance.models import ClassImport, TrainingClass
from performance.operations.class_imports import confirm_classes, upload_classes
from performance.queries.classes import around_of
from tests import factories
from tests.performance import register as make
from tests.performance.register import Q1
from workbooks.writer import xlsx

ON = date(2026, 4, 2)
GOOD = (1, "班-1", "电工", "三级（高级工）", date(2026, 3, 2), date(2026, 3, 20), 40, 40, 38, 30, 40, 39, "是", "否")


@pytest.fixture
def project(world):
    return make.building(world)


def filled(project, *rows):
    """The project's template with rows typed in."""
    book = openpyxl.load_workbook(
        BytesIO(xlsx(template_sheets(around_of(project, ON), project=project.name, unit="示例单位")))
    )
    sheet = book[TITLE]
    at = next(row[0].row for row in sheet.iter_rows() if row[1].value == "班次编号*") + 1
    for step, row in enumerate(rows):
        for column, value in enumerate(row, 1):
            sheet.cell(at + step, column, value)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue(), at


def changed(**facts):
    names = ("order", "number", "occupation", "level", "start", "end", "trained", "high", "passed", "certified",
             "surveyed", "satisfied", "subsidised", "apprentices")  # fmt: skip
    return tuple(facts.get(name, value) for name, value in zip(names, GOOD, strict=True))


def read(project, content):
    return read_classes(content, around_of(project, ON))


def test_the_template_has_the_lists_and_no_row_reads_as_wrong(project):
    content, _ = filled(project, GOOD)
    book = openpyxl.load_workbook(BytesIO(content))

    assert {cell.value for cell in book["选项"]["A"]} >= {"电工", "焊工"}
    assert len(book[TITLE].data_validations.dataValidation) >= 4
    found = read(project, content)
    assert ([line.fate for line in found.lines], found.errors) == (["ready"], 0)


@pytest.mark.parametrize(
    ("facts", "column", "code"),
    [
        ({"number": None}, "B", "CEL-015"),
        ({"occupation": "厨师"}, "C", "CLS-010"),
        ({"level": "特级"}, "D", "CLS-011"),
        ({"level": "四级"}, "H", "CLS-006"),
        ({"start": date(2026, 3, 21)}, "F", "CLS-005"),
        ({"end": ON + timedelta(days=1)}, "F", "CLS-004"),
        ({"trained": "四十"}, "G", "CEL-"),
        ({"trained": None}, "G", "CEL-015"),
        ({"passed": 41}, "I", "CLS-009"),
        ({"surveyed": 38}, "L", "CLS-009"),
        ({"apprentices": "也许"}, "N", "CLS-012"),
    ],
)
def test_each_fault_is_told_at_its_cell(project, facts, column, code):
    content, at = filled(project, GOOD, changed(number="班-2") if "number" not in facts else GOOD, changed(**facts))
    content, at = filled(project, changed(number="x"), changed(**facts))

    found = [one for one in read(project, content).findings if one.blocks]

    assert any(one.code.startswith(code) and one.cells == (f"{column}{at + 1}",) for one in found)
    assert [line.fate for line in read(project, content).lines] == ["ready", "refused"]


@pytest.mark.parametrize("level", ["高级工", "3", "三级", "３级"])
def test_levels_as_people_write_them(project, level):
    content, _ = filled(project, changed(level=level))

    assert read(project, content).lines[0].entry["level"] == "3"


def test_a_number_twice_in_the_file_is_refused_once(project):
    content, _ = filled(project, GOOD, GOOD)

    assert [line.fate for line in read(project, content).lines] == ["ready", "refused"]


def test_a_template_of_another_project_records_nothing(project, world):
    content, _ = filled(make.building(world), GOOD)

    found = read(project, content)

    assert [line.fate for line in found.lines] == ["refused"]
    assert "TPL-001" in {one.code for one in found.findings}


def upload(project, world, *rows):
    content, _ = filled(project, *rows)
    return upload_classes(project.pk, actor=world.u1, on=ON, name="班次.xlsx", content=content)


def test_nothing_is_recorded_before_the_confirmation_and_nothing_twice(project, world):
    kept = upload(project, world, GOOD, changed(number="b", passed=41))
    assert TrainingClass.objects.count() == 0

    for _ in range(2):
        kept = confirm_classes(project.pk, kept.pk, actor=world.u1, on=ON)

    assert (kept.recorded, len(kept.refused), TrainingClass.objects.count()) == (1, 1, 1)
    again = confirm_classes(project.pk, upload(project, world, GOOD).pk, actor=world.u1, on=ON)
    assert (again.recorded, again.standing) == (0, 1)


def test_another_class_under_a_taken_number_is_refused(project, world):
    confirm_classes(project.pk, upload(project, world, GOOD).pk, actor=world.u1, on=ON)
    content, _ = filled(project, changed(passed=37))

    assert "CLS-002" in {one.code for one in read(project, content).findings}


def test_late_classes_are_marked_and_those_under_review_wait(project, world):
    sheet = make.sheet(project, world)
    first = make.period_return(project, world, sheet, Q1, "submitted")
    content, _ = filled(project, GOOD)
    assert [line.fate for line in read(project, content).lines] == ["refused"]

    make.accepted(first)
    assert [(line.fate, line.late) for line in read(project, content).lines] == [("ready", True)]


def test_the_pages_lead_from_upload_to_the_result(project, world, signed_in, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *given: ON)
    client, at = signed_in(world.u1), f"/projects/{project.pk}/classes/"
    content, _ = filled(project, GOOD, changed(number="b", passed=41))
    assert client.get(f"{at}template.xlsx").status_code == 200

    answer = client.post(f"{at}import/", {"file": SimpleUploadedFile("a.xlsx", content)})

    preview = client.get(answer["Location"]).content.decode()
    assert "合格人次 41 超过培训人次 40" in preview
    assert client.post(answer["Location"]).status_code == 302
    assert "已登记" in client.get(answer["Location"]).content.decode()
    assert TrainingClass.objects.count() == 1


def test_what_is_no_workbook_is_told_and_nothing_kept(project, world, signed_in):
    answer = signed_in(world.u1).post(
        f"/projects/{project.pk}/classes/import/", {"file": SimpleUploadedFile("a.xlsx", b"no workbook")}
    )

    assert (answer.status_code, ClassImport.objects.count()) == (422, 0)


def test_an_upload_of_another_clerk_or_project_is_not_found(project, world, signed_in):
    kept = upload(project, world, GOOD)
    other = make.building(world)
    client = signed_in(world.u1)

    assert client.get(f"/projects/{other.pk}/classes/import/{kept.pk}/").status_code == 404
    client = signed_in(factories.user("U1", world.unit))
    assert client.get(f"/projects/{project.pk}/classes/import/{kept.pk}/").status_code == 404


def test_five_hundred_rows_are_checked_in_half_a_second(project):
    rows = [changed(order=step, number=f"班-{step}") for step in range(500)]
    content, _ = filled(project, *rows)
    around = around_of(project, ON)

    started = process_time()
    found = read_classes(content, around)

    assert len(found.ready) == 500
    assert (
        process_time() - started < 2
    )  # 0.5 s of work alone on the machine; beside others it is more, and waiting is no work
