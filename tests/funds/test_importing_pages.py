"""导入支出: the template, what is kept and confirmed once, and the pages."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import Entry
from funds.importing import mend_sheets, stamp_rows
from funds.importing.identity import Stamp
from funds.models import PaymentImport, Voucher
from funds.queries.imports import around_of
from policy.findings import Refused
from policy.terms import Kind
from tests.funds.import_scene import DAY, GOOD, confirm, keep, read, said, sample, template, url, workbook
from tests.funds.scene import ON, record
from workbooks.writer import xlsx

# Template and identity


def test_the_template_comes_back_clean(ready):
    book, content = template(ready)
    sheet = book["2 专项资金支出明细"]

    assert [(one.title, one.sheet_state) for one in book] == [
        ("填报须知", "visible"), ("2 专项资金支出明细", "visible"), ("合同清单", "visible"), ("选项", "veryHidden"),
        ("_meta", "veryHidden"),
    ]  # fmt: skip
    assert book.defined_names["_tpl_spend"].attr_text == "'2 专项资金支出明细'!$A$3:$T$5003"
    assert {rule.formula1 for rule in sheet.data_validations.dataValidation} == {
        "'选项'!$A$2:$A$7", "'选项'!$B$2:$B$6", "'选项'!$C$2:$C$5", "'选项'!$D$2:$D$9", "'选项'!$E$2:$E$3",
    }  # fmt: skip
    assert sheet.protection.sheet
    found = read(ready, content)
    assert (said(found), said(found, level="info")) == ([], [])
    assert [line.fate for line in found.lines] == ["ready"]


def test_the_guide_is_made_from_the_rules(ready):
    book, _ = template(ready)

    text = "\n".join(str(cell.value) for line in book["填报须知"].iter_rows() for cell in line if cell.value)

    for item in ready.project.edition.categories_for(Kind.BASE):
        assert item.name in text
        assert item.not_allowed in text
    assert "2025-07-01 至 2027-07-01" in text


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda world: stamp_rows(Stamp(world.sibling.pk, world.sibling.label), around_of(world.project, ON).key), "TPL-001"),
        (lambda world: stamp_rows(Stamp(world.project.pk, world.project.label), "another key"), "TPL-002"),
        (lambda world: [("template", "payments"), ("version", "0")], "TPL-002"),
    ],
    ids=["another project", "forged", "edited"],
)  # fmt: skip
def test_a_template_of_elsewhere_records_nothing(ready, edit, code):
    _, content = template(ready, edit(ready))

    kept = keep(ready, content)

    assert [one.code for one in read(ready, content).findings if one.blocks] == [code]
    assert confirm(ready, kept).recorded == 0
    assert not Voucher.objects.exists()


def test_an_old_template_is_told_the_version(ready, monkeypatch):
    monkeypatch.setattr("funds.importing.identity.VERSION", "0")
    _, content = template(ready)
    monkeypatch.undo()

    assert [one.code for one in read(ready, content).findings if one.blocks] == ["TPL-003"]


def test_lists_inside_the_file_are_not_believed(ready):
    def forge(book):
        book["选项"]["A2"] = "招待费"
        sheet = book["2 专项资金支出明细"]
        sheet.cell(4, 4, "招待费")

    _, content = template(ready, edit=forge)

    assert said(read(ready, content)) == [("PAY-020", "D4")]


def test_the_rows_to_mend_can_be_uploaded_as_they_are(ready):
    rows = [GOOD, GOOD | {"凭证号": "记-2", "金额（元）": "十二万"}]
    content = xlsx(mend_sheets(read(ready, workbook(rows, headers=tuple(GOOD)))))

    again = read(ready, content)

    assert [(line.number, line.fate) for line in again.lines] == [("记-2", "refused")]
    book = load_workbook(BytesIO(content))
    assert '您填写的是"十二万"' in str([cell.value for cell in book.worksheets[0][4]])
    assert [cell.value for cell in book["检查结果"][2]][:3] == ["错误", "2 专项资金支出明细", "F4"]


# Uploading and confirming


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ENV-001"),
        (b"not a workbook", "ENV-003"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 100, "ENV-003"),
        (b"PK\x03\x04" + b"0" * 100, "ENV-004"),
        (b"x" * (10 * 1024 * 1024 + 1), "ENV-002"),
    ],
    ids=["empty", "text", "xls", "broken", "large"],
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(ready, content, code):
    with pytest.raises(Refused) as refused:
        keep(ready, content)

    assert [one.code for one in refused.value.findings] == [code]
    assert not PaymentImport.objects.exists()


def bomb():
    """A few kB whose one cell stands at the far corner."""
    kept = BytesIO()
    with ZipFile(BytesIO(workbook([GOOD], headers=tuple(GOOD)))) as old, ZipFile(kept, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                text = text.replace(b"</sheetData>", far)
            new.writestr(part, text)
    return kept.getvalue()


def test_a_sparse_bomb_is_refused(ready):
    with pytest.raises(Refused) as refused:
        keep(ready, bomb())

    assert [one.code for one in refused.value.findings] == ["ENV-008"]


def test_the_upload_is_a_receipt_and_writes_no_payment(ready):
    kept = keep(ready, sample(), DAY)

    assert (kept.rows, kept.errors, kept.size, kept.uploaded_by) == (5, 1, len(sample_bytes(kept)), ready.clerk)
    assert not Voucher.objects.exists()
    assert Entry.objects.latest("seq").verb == "上传支出明细表"


def sample_bytes(kept):
    return bytes(kept.content)


def test_confirming_twice_and_uploading_again_record_nothing_twice(ready):
    content = workbook([GOOD, GOOD | {"凭证号": "记-2"}], headers=tuple(GOOD))
    kept = keep(ready, content)

    first, second = confirm(ready, kept), confirm(ready, kept)
    again = confirm(ready, keep(ready, content))

    assert [(one.recorded, one.standing, one.refused) for one in (first, second, again)] == [
        (2, 0, []), (2, 0, []), (0, 2, []),
    ]  # fmt: skip
    assert Voucher.objects.count() == 2


def test_what_the_operation_refuses_leaves_the_other_rows(ready):
    """Between preview and confirmation another person recorded one of the numbers."""
    kept = keep(ready, workbook([GOOD, GOOD | {"凭证号": "记-2"}], headers=tuple(GOOD)))
    record(ready, "9.00", "记-2")

    done = confirm(ready, kept)

    assert (done.recorded, [row[1] for row in done.refused]) == (1, ["记-2"])
    assert "已登记" in done.refused[0][2]


def test_a_confirmed_receipt_never_changes(ready):
    kept = confirm(ready, keep(ready, workbook([GOOD], headers=tuple(GOOD))))

    with pytest.raises(Exception, match="funds_paymentimport"):
        PaymentImport.objects.filter(pk=kept.pk).update(recorded=9)


def test_each_row_is_a_line_in_the_journal(ready):
    confirm(ready, keep(ready, workbook([GOOD, GOOD | {"凭证号": "记-2"}], headers=tuple(GOOD))))

    assert [row.subject.split(":")[0] for row in Entry.objects.filter(verb="确认导入支出").order_by("seq")] == [
        "voucher", "voucher", "payment_import",
    ]  # fmt: skip


def test_only_who_records_payments_may_upload_and_only_they_confirm_theirs(ready):
    content = workbook([GOOD], headers=tuple(GOOD))
    kept = keep(ready, content)

    for person in (ready.leader, ready.city_finance, ready.finance):
        with pytest.raises(PermissionDenied):
            keep(ready, content, actor=person)
        with pytest.raises(PermissionDenied):
            confirm(ready, kept, actor=person)
    other = _clerk_of(ready)
    with pytest.raises(ObjectDoesNotExist):
        confirm(ready, kept, actor=other)
    assert not Voucher.objects.exists()


def _clerk_of(world):
    from tests import factories as make

    return make.user("U1", world.unit, "示例另一经办")


def test_reading_takes_the_same_statements_for_one_row_and_for_many(ready):
    def statements(count):
        rows = [GOOD | {"凭证号": f"记-{number}"} for number in range(count)]
        content = workbook(rows, headers=tuple(GOOD))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read(ready, content)
        return len(captured)

    assert statements(1) == statements(40)


# Pages


def test_the_pages_from_upload_to_result(ready, client):
    client.force_login(ready.clerk)
    pk = ready.project.pk
    assert "导入支出" in client.get(url("payments", pk)).content.decode()
    content = workbook([GOOD, GOOD | {"凭证号": "记-2", "金额（元）": "十二万"}], headers=tuple(GOOD))

    page = client.post(url("payments_import", pk), {"file": SimpleUploadedFile("支出.xlsx", content)})
    kept = PaymentImport.objects.get()
    assert page.url == url("import_preview", pk, kept.pk)
    preview = client.get(page.url).content.decode()
    for words in ("您填写的是&quot;十二万&quot;", "(F4)", "登记，在限额内", "1,000.00 元", "不登记"):
        assert words in preview
    assert not Voucher.objects.exists()
    page = client.post(page.url)
    assert page.url == url("import_done", pk, kept.pk)
    result = client.get(page.url).content.decode()
    for words in ("1 笔已登记，1 笔未登记", "补凭证", "记-2"):
        assert words in result
    assert client.post(url("import_preview", pk, kept.pk)).status_code == 302
    assert Voucher.objects.count() == 1
    assert "待确认" not in client.get(url("payments_import", pk)).content.decode()


def test_a_file_that_cannot_be_read_is_said_at_its_field(ready, client):
    client.force_login(ready.clerk)

    page = client.post(url("payments_import", ready.project.pk), {"file": SimpleUploadedFile("a.xlsx", b"junk")})

    assert page.status_code == 422
    assert "应为 .xlsx 文件" in page.content.decode()


def test_downloads_are_workbooks(ready, client):
    client.force_login(ready.clerk)
    kept = keep(ready, workbook([GOOD | {"金额（元）": "x"}], headers=tuple(GOOD)))

    for address in (url("import_template", ready.project.pk), url("import_findings", ready.project.pk, kept.pk)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert load_workbook(BytesIO(answer.content)).worksheets


@pytest.mark.parametrize("who", ["leader", "city_finance", "hr", "finance"])
def test_others_of_reach_are_forbidden(ready, client, who):
    kept = keep(ready, workbook([GOOD], headers=tuple(GOOD)))
    client.force_login(getattr(ready, who))
    pk = ready.project.pk

    for address in (url("payments_import", pk), url("import_template", pk), url("import_preview", pk, kept.pk),
                    url("import_done", pk, kept.pk), url("import_findings", pk, kept.pk)):  # fmt: skip
        assert client.get(address).status_code == 403
        assert client.post(address, {}).status_code == 403
    assert not Voucher.objects.exists()


def test_a_clerk_of_another_unit_finds_nothing(ready, client):
    from tests import factories as make

    kept = keep(ready, workbook([GOOD], headers=tuple(GOOD)))
    stranger = make.user("U1", ready.sibling.organisation, "示例外单位经办")
    client.force_login(stranger)

    for project in (ready.project, ready.sibling):
        for name in ("import_preview", "import_done", "import_findings"):
            assert client.get(url(name, project.pk, kept.pk)).status_code == 404
            assert client.post(url(name, project.pk, kept.pk), {}).status_code == 404
    assert client.get(url("payments_import", ready.project.pk)).status_code == 404
    assert client.get(url("import_template", ready.project.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        keep(ready, workbook([GOOD], headers=tuple(GOOD)), actor=stranger)
