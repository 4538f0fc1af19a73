"""放假安排: the table grows by a published document; what it means for open dates is proposed and confirmed by a person."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Holiday, HolidayArrangement
from lifecycle import deadlines
from lifecycle.models import DateMove, Deadline
from lifecycle.operations import calendars
from policy.findings import Refused
from policy.terms import Stage
from projects import stored
from tests import factories as make
from tests.lifecycle.test_deadlines_pages import ON, browser, due, page

__all__ = ["due"]
PDF = b"%PDF-1.7\n%invented\n"
OFF = {date(2027, 1, 1): "元旦", date(2027, 2, 8): "春节", date(2027, 2, 9): "春节"}
WORKING = {date(2027, 2, 14): "春节"}


def extend(world, **changes):
    given = {"number": "国办发明电〔2026〕示例号", "title": "2027 年部分节假日安排", "dated_on": date(2026, 4, 1)}
    given |= {"off": OFF, "working": WORKING, "file": SimpleUploadedFile("安排.pdf", PDF)}
    return calendars.extend_holidays(**(given | changes), actor=world.sa, on=ON)


@pytest.fixture
def plain_pdf(monkeypatch):
    monkeypatch.setattr("projects.files._check_pdf", lambda name, content: iter(()))


def test_a_new_arrangement_proposes_and_a_person_confirms(world, due, plain_pdf):
    deadlines.open_by_edition(due, deadlines.TARGET_RESUBMIT, on=date(2027, 2, 1))
    deadlines.open_(due, deadlines.DEFENCE, due_on=date(2027, 2, 15), on=date(2027, 2, 1))
    resubmit = Deadline.objects.get(rule="target_resubmit")
    assert resubmit.due_on == date(2027, 2, 15)

    extend(world)

    move = DateMove.objects.get()
    assert (move.deadline, move.old_on, move.new_on, move.state) == (
        resubmit,
        date(2027, 2, 15),
        date(2027, 2, 16),
        "open",
    )
    resubmit.refresh_from_db()
    assert resubmit.due_on == date(2027, 2, 15)
    with pytest.raises(PermissionDenied):
        calendars.decide_move(due.pk, move.pk, agreed=True, actor=world.u2, on=ON)
    calendars.decide_move(due.pk, move.pk, agreed=True, actor=world.ph, on=ON)
    resubmit.refresh_from_db()
    assert resubmit.due_on == date(2027, 2, 16)
    assert Deadline.objects.get(rule="defence").due_on == date(2027, 2, 15)
    with pytest.raises(Refused, match="已办理"):
        calendars.decide_move(due.pk, move.pk, agreed=True, actor=world.ph, on=ON)


def test_a_date_closed_meanwhile_is_not_moved_and_leaving_one_needs_a_reason(world, due, plain_pdf):
    deadlines.open_by_edition(due, deadlines.TARGET_RESUBMIT, on=date(2027, 2, 1))
    extend(world)
    move = DateMove.objects.get()
    deadlines.close(due, deadlines.TARGET_RESUBMIT, on=ON)

    with pytest.raises(Refused, match="已办结"):
        calendars.decide_move(due.pk, move.pk, agreed=True, actor=world.ph, on=ON)
    with pytest.raises(Refused, match="写明理由"):
        calendars.decide_move(due.pk, move.pk, agreed=False, actor=world.ph, on=ON)
    calendars.decide_move(due.pk, move.pk, agreed=False, reason="已办结", actor=world.ph, on=ON)
    assert DateMove.objects.get().state == "left"


def test_the_table_grows_with_its_document_and_its_file(world, due, plain_pdf, settings):
    before = Holiday.objects.count()

    paper = extend(world)

    assert Holiday.objects.count() == before + 4
    assert Holiday.objects.get(day=date(2027, 2, 14)).works is True
    said = page(world.ph, "/holidays/")
    assert "2027 年部分节假日安排" in said
    assert "未公布，按周末预估" in said
    assert browser(world.ph).get(f"/holidays/{paper.pk}/file/").content == PDF
    assert stored.sweep_orphans() == "清理无主文件 0 个"
    assert paper.file.exists()
    paper.file.write_bytes(b"%PDF-1.7 changed")
    assert browser(world.ph).get(f"/holidays/{paper.pk}/file/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dated_on": date(2026, 5, 1)}, "晚于今天"),
        ({"working": {date(2027, 2, 10): ""}}, "本来就是工作日"),
        ({"working": {date(2027, 1, 1): ""}}, "同时列为放假和上班"),
        ({"off": {date(2026, 5, 1): "劳动节"}}, "不能覆盖"),
        ({"off": {}}, "请列出放假日"),
    ],
    ids=["from tomorrow", "a working day anyway", "both", "already published", "nothing"],
)
def test_an_arrangement_that_cannot_be_is_refused(world, due, plain_pdf, changes, message):
    with pytest.raises(Refused, match=message):
        extend(world, **changes)
    assert not HolidayArrangement.objects.exists()


def test_typed_days_are_read_line_by_line_and_kept_when_they_are_wrong(world, due, plain_pdf):
    client = browser(world.sa)
    typed = {"number": "国办〔2026〕1号", "title": "安排", "dated_on": "2026-04-01", "working": ""}

    wrong = client.post(
        "/holidays/new/", typed | {"off": "2027-01-01 元旦\n2027-13-01", "file": SimpleUploadedFile("a.pdf", PDF)}
    )
    right = client.post(
        "/holidays/new/", typed | {"off": "2027-01-01 元旦\n\n2027-01-04", "file": SimpleUploadedFile("a.pdf", PDF)}
    )

    assert wrong.status_code == 422
    assert "第 2 行" in wrong.content.decode()
    assert "2027-13-01" in wrong.content.decode()
    assert right.status_code == 302
    assert list(Holiday.objects.filter(day__year=2027).values_list("day", "name")) == [
        (date(2027, 1, 1), "元旦"), (date(2027, 1, 4), ""),
    ]  # fmt: skip


def test_the_moves_page_offers_both_ways_and_a_foreign_one_is_not_there(world, due, plain_pdf):
    deadlines.open_by_edition(due, deadlines.TARGET_RESUBMIT, on=date(2027, 2, 1))
    extend(world)
    move, other = DateMove.objects.get(), make.project(world.unit, stage=Stage.BUILDING)

    assert "2027-02-16" in page(world.ph, "/deadlines/moves/")
    assert browser(world.u2).get("/deadlines/moves/").status_code == 403
    foreign = browser(world.ph).post(f"/projects/{other.pk}/deadlines/moves/{move.pk}/", {"agreed": "on"})
    assert (foreign.status_code, DateMove.objects.get().state) == (404, "open")
    browser(world.ph).post(f"/projects/{due.pk}/deadlines/moves/{move.pk}/", {"agreed": "on"})
    assert DateMove.objects.get().state == "done"
