"""Hostile files at every field that takes one: refused in words people can act on, or kept where they do no harm."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from funds.models import FundDocument, Voucher
from lifecycle.models import Rectification, Service
from policy.terms import Stage
from projects import files
from projects.models import Attachment, Decision, ImportBatch, Project
from tests.permissions import hostile
from tests.permissions.scene import signed_in

CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
KEPT_AS = re.compile(r"\d\d/\d\d/[0-9a-f]{32}\.pdf")
VOUCHER = {
    "number": "记-26-77", "paid_on": "2026-03-02", "category": "equipment", "source": "central", "amount": "1200.00",
    "payee": "示例设备有限公司", "abstract": "购置数控车床",
}  # fmt: skip
LETTER = {
    "number": "示例〔2026〕77号",
    "dated_on": "2026-03-02",
    "reason": "进口设备交货推迟，事实清楚。",
    "months": "3",
}
FUNDS = {"number": "示例财社〔2026〕77号", "title": "下达资金", "dated_on": "2026-03-02", "fiscal_year": "2026",
         "source": "central", "kind": "issue", "tranche": "1", "total": "1000"}  # fmt: skip
SERVICE = {"served_on": "2026-03-04", "way": "direct", "receiver": "示例签收人"}
AWARDS = {"edition": "jilin_2025", "document": "示例〔2026〕5号", "awarded_on": "2026-03-02"}
SOME = ("page.pdf", "bomb.xlsx", "encrypted.pdf", "attached.pdf", "wide.png", "empty.pdf", "report.pdf.exe")


@pytest.fixture(autouse=True)
def kept(settings, tmp_path):
    """Where files are kept, before the scene keeps some."""
    settings.FILES_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize(("name", "content"), hostile.EVIL, ids=[name for name, _ in hostile.EVIL])
def test_it_is_refused_in_words(name, content):
    (finding,) = files.check(name, content)

    assert finding.blocks
    assert CHINESE.search(finding.message)
    assert name in finding.message


@pytest.mark.parametrize(
    ("name", "content"),
    hostile.MISSED,
    ids=[name for name, _ in hostile.MISSED],
)
def test_a_better_disguise_is_refused_too(name, content):
    assert [finding.blocks for finding in files.check(name, content)] == [True]


def test_a_file_beyond_the_limit_is_refused_before_anything_opens_it():
    (finding,) = files.check("large.pdf", hostile.pdf() + b"0" * (26 * 1024 * 1024))

    assert finding.code == "file_size"
    assert "26.0 MB" in finding.message
    assert list(files.check("just.pdf", hostile.pdf())) == []


@pytest.mark.parametrize(("name", "content"), hostile.ODD, ids=[name for name, _ in hostile.ODD])
def test_what_is_two_things_at_once_is_handed_out_as_a_download_only(house, name, content):
    client, own = signed_in(house.u1), house.places["own"]

    assert send(client, record_url(own), VOUCHER, "uploads", name, content).status_code == 302

    attachment = Attachment.objects.get(name=name)
    answer = client.get(reverse("projects:file", args=[own.project.pk, attachment.pk]))
    assert answer.content == content
    assert answer["Content-Type"] == files.TYPES[Path(name).suffix][0]
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", "sandbox")


def record_url(place):
    return reverse("funds:voucher_new", args=[place.project.pk])


def send(client, url, fields, field, name, content):
    """As a browser would, but with any file name at all."""
    line = b"--limit\r\nContent-Disposition: form-data; name="
    parts = [line + f'"{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    head = f'"{field}"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'.encode()
    body = b"".join([*parts, line + head + content + b"\r\n--limit--\r\n"])
    return client.post(url, body, content_type="multipart/form-data; boundary=limit")


def on_disk():
    return sorted(path for path in Path(configured.FILES_DIR).rglob("*") if path.is_file())


@pytest.mark.parametrize(("name", "content"), hostile.EVIL, ids=[name for name, _ in hostile.EVIL])
def test_a_payment_with_it_is_not_kept_and_what_was_typed_stands(house, name, content):
    before, own = (on_disk(), Attachment.objects.count()), house.places["own"]

    answer = send(signed_in(house.u1), record_url(own), VOUCHER, "uploads", name, content)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert CHINESE.search(text)
    assert [value for value in VOUCHER.values() if value not in text] == []
    assert not Voucher.objects.filter(number=VOUCHER["number"]).exists()
    assert (on_disk(), Attachment.objects.count()) == before


def test_a_payment_with_26_megabytes_is_not_kept(house):
    own, content = house.places["own"], hostile.pdf() + b"0" * (26 * 1024 * 1024)

    answer = send(signed_in(house.u1), record_url(own), VOUCHER, "uploads", "大文件.pdf", content)

    assert answer.status_code == 422
    assert "超过上限" in answer.content.decode()
    assert not Voucher.objects.filter(number=VOUCHER["number"]).exists()


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_a_strange_name_leads_nowhere(house, name):
    own, client = house.places["own"], signed_in(house.u1)

    answer = send(client, record_url(own), VOUCHER, "uploads", name, hostile.pdf())

    assert answer.status_code in {302, 422}
    if answer.status_code == 302:
        attachment = own.project.attachments.exclude(pk__in=[own.ids["file"], own.ids["invoice_id"]]).get()
        assert KEPT_AS.fullmatch(attachment.path)
        assert attachment.file.resolve().is_relative_to(Path(configured.FILES_DIR).resolve())
        assert not re.search(r"[/\\\x00-\x1f\u202a-\u202e\u2066-\u2069]", attachment.name)
        assert len(attachment.name) <= 160
        shown = client.get(reverse("projects:files", args=[own.project.pk])).content.decode()
        handed = client.get(reverse("projects:file", args=[own.project.pk, attachment.pk]))
        assert "<img src=x" not in shown
        assert handed["Content-Disposition"].startswith("attachment; filename")
        assert "Set-Cookie" not in handed.headers


# Every other page that takes a file


def steps_url(house):
    """A decision may be drafted over the project: the one of the scene has come back."""
    Decision.objects.update(state="returned")
    return reverse("lifecycle:step", args=[house.places["own"].project.pk, "T14"])


def order_url(house):
    """An order in force that waits for its service."""
    project = house.places["own"].project
    decision = Decision.objects.create(
        kind="T29", title="限期整改", number="示例〔2026〕6号", dated_on=date(2026, 3, 2), reason="理由", basis="通知",
        drafted_by=house.ph, drafted_on=date(2026, 3, 2), effective_on=date(2026, 3, 3), state="effective",
    )  # fmt: skip
    Rectification.objects.create(project=project, decision=decision, drafted_by=house.ph, term_months=6)
    Project.objects.filter(pk=project.pk).update(stage=Stage.RECTIFYING)
    return reverse("lifecycle:serve_order", args=[project.pk])


def pack_url(house):
    return reverse("lifecycle:pack", args=[house.places["own"].project.pk])


def evidence_url(house):
    own = house.places["own"]
    Voucher.objects.filter(pk=own.ids["voucher_id"]).update(state="questioned")
    return reverse("funds:voucher_evidence", args=[own.project.pk, own.ids["voucher_id"]])


def answer_url(house):
    order_url(house)
    order = Rectification.objects.get()
    own, today = house.places["own"], timezone.localdate()
    own.project.problems.update(decision=order.decision)
    Rectification.objects.update(served_on=today, due_on=today + timedelta(180), cap_on=today + timedelta(365))
    Service.objects.create(
        project=own.project, decision=order.decision, way="direct", acted_on=today, served_on=today, receiver="示例",
        recorded_by=house.ph, on=today,
    )  # fmt: skip
    return reverse("lifecycle:answer", args=[own.project.pk, own.ids["problem_id"]])


def funds_url(house):
    Project.objects.filter(pk=house.places["own"].project.pk).update(stage=Stage.TARGET_FILED)
    return reverse("funds:document_new")


def import_url(house):
    return reverse("projects:import")


PAGES = {
    "decision paper": ("ph", steps_url, LETTER, "approval"),
    "proof of service": ("ph", order_url, SERVICE, "proof"),
    "acceptance pack": ("u1", pack_url, {}, "audit_report"),
    "evidence": ("u1", evidence_url, {}, "uploads"),
    "measure": ("u1", answer_url, {"answer": "已经补足面积"}, "proof"),
    "fund document": ("pf", funds_url, FUNDS, "upload"),
    "award list": ("ph", import_url, AWARDS, "file"),
}


def traces():
    return [model.objects.count() for model in (Attachment, Decision, FundDocument, ImportBatch)]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_that_takes_a_file_refuses_it(house, page):
    who, url_of, fields, field = PAGES[page]
    client, url = signed_in(getattr(house, who)), url_of(house)
    if page == "fund document":
        fields = fields | {f"amount-{house.places['own'].project.pk}": "1000"}
    before, on, wrong = traces(), on_disk(), {}

    for name, content in hostile.EVIL:
        if name in SOME:
            answer = send(client, url, fields, field, name, content)
            text = answer.content.decode()
            lost = [value for value in fields.values() if value not in text]
            if answer.status_code != 422 or lost:
                wrong[name] = (answer.status_code, lost)

    assert (wrong, traces(), on_disk()) == ({}, before, on)


@pytest.mark.parametrize("page", [page for page in PAGES if page != "award list"])
def test_the_same_pages_take_a_scan(house, page):
    """The control: what is refused above is refused for the file, not for something else."""
    who, url_of, fields, field = PAGES[page]
    client, url = signed_in(getattr(house, who)), url_of(house)
    if page == "fund document":
        fields = fields | {f"amount-{house.places['own'].project.pk}": "1000"}
    before = Attachment.objects.count()

    answer = send(client, url, fields, field, "扫描件.pdf", hostile.pdf())

    assert answer.status_code == 302
    assert Attachment.objects.count() == before + 1


@pytest.mark.parametrize("name", ["renamed-xlsm.xlsx", "bomb.xlsx", "old-encrypted.xlsx", "cut.xlsx", "word.xlsx"])
def test_an_award_list_that_is_none_is_refused_in_words(house, name):
    answer = send(signed_in(house.ph), import_url(house), AWARDS, "file", name, dict(hostile.EVIL)[name])

    assert answer.status_code == 422
    assert CHINESE.search(answer.content.decode())
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("name", [name for name, _ in hostile.MISSED if name.endswith(".xlsx")])
def test_the_list_reader_stops_the_packages_that_the_other_guard_misses(house, name):
    answer = send(signed_in(house.ph), import_url(house), AWARDS, "file", name, dict(hostile.MISSED)[name])

    assert answer.status_code == 422


def test_a_good_file_beside_a_bad_one_is_not_kept_either(house):
    from django.core.files.uploadedfile import SimpleUploadedFile as Upload

    own, before = house.places["own"], Attachment.objects.count()
    uploads = [Upload("好.pdf", hostile.pdf()), Upload("坏.pdf", b"<html>")]

    answer = signed_in(house.u1).post(record_url(own), VOUCHER | {"uploads": uploads})

    assert answer.status_code == 422
    assert not Voucher.objects.filter(number=VOUCHER["number"]).exists()
    assert Attachment.objects.count() == before


def test_a_refused_form_leaves_no_file_behind(house):
    from django.core.files.uploadedfile import SimpleUploadedFile as Upload

    before, uploads = on_disk(), [Upload("好.pdf", hostile.pdf()), Upload("坏.pdf", b"<html>")]

    signed_in(house.u1).post(record_url(house.places["own"]), VOUCHER | {"uploads": uploads})

    assert on_disk() == before
