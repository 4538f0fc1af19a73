"""Reading 数电票: XML, OFD and PDF made here, and files that mean harm."""

import time
import zipfile
import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Entry
from funds import invoices, operations, queries
from funds.invoices import Invoice, Unreadable
from funds.invoices.facts import amount_of, day_of, number_of
from funds.invoices.text import read_text
from funds.models import ABOUT_INVOICE, Contract, Voucher
from policy.findings import Refused
from projects import files
from projects.models import Attachment
from tests import factories as make
from tests.funds.scene import ON, record

NUMBER = "26222000000012345678"
FACTS = Invoice(NUMBER, "示例设备有限公司", date(2026, 2, 3), Decimal("113000.00"), Decimal("13000.00"))
XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice xmlns="http://example.invalid/einv"><Header><EIid>{NUMBER}</EIid></Header><EInvoiceData>
<SellerInformation><SellerIdNum>91220000X</SellerIdNum><SellerName>示例设备有限公司</SellerName></SellerInformation>
<BuyerInformation><BuyerName>示例市技师学院</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>100000.00</TotalAmWithoutTax><TotalTaxAm>13000.00</TotalTaxAm>
<TotalTax-includedAmount>113000.00</TotalTax-includedAmount><RequestTime>2026-02-03 10:20:30</RequestTime></BasicInformation>
</EInvoiceData></EInvoice>""".encode()
OTHER_SPELLING = f"""<?xml version="1.0"?><fp:eInvoice xmlns:fp="urn:x"><fp:InvoiceNo>{NUMBER}</fp:InvoiceNo>
<fp:IssueDate>2026年02月03日</fp:IssueDate><fp:Seller><fp:SellerName>示例设备有限公司</fp:SellerName></fp:Seller>
<fp:TaxTotalAmount>13000.00</fp:TaxTotalAmount><fp:TaxInclusiveTotalAmount>¥113,000.00</fp:TaxInclusiveTotalAmount>
</fp:eInvoice>""".encode()
PRINTED = f"""电子发票（增值税专用发票）
发票号码：{NUMBER}
开票日期：2026年02月03日
购买方信息 名称：示例市技师学院
销售方信息 名称：示例设备有限公司
合 计 ¥100000.00 ¥13000.00
价税合计（大写）壹拾壹万叁仟圆整 （小写）¥113,000.00"""
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Invoice><InvoiceNumber>&b;</InvoiceNumber></Invoice>"""
ENTITY = b"""<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY n "12345678">]>
<Invoice><InvoiceNumber>&n;</InvoiceNumber></Invoice>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Invoice><SellerName>&x;</SellerName></Invoice>"""


def ofd(**members):
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in members.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), body)
    return held.getvalue()


def custom(*pairs):
    data = "".join(f'<ofd:CustomData Name="{name}">{text}</ofd:CustomData>' for name, text in pairs)
    return f'<?xml version="1.0"?><ofd:OFD xmlns:ofd="urn:o"><ofd:CustomDatas>{data}</ofd:CustomDatas></ofd:OFD>'


def pdf(text):
    """A page with this text, as typst sets it: a real PDF with embedded fonts."""
    from pathlib import Path

    import noto_cjk_sans_otc
    import typst

    folder = Path(noto_cjk_sans_otc.__file__).parent
    source = '#set text(font: "Noto Sans CJK SC")\n' + "\n\n".join(
        '#"' + line.replace('"', "'") + '"' for line in text.splitlines()
    )
    return typst.compile(source.encode(), font_paths=[str(folder)])


def read(name, content):
    return invoices.read(name, content)


# What is read


@pytest.mark.parametrize("content", [XML, OTHER_SPELLING, b"\xef\xbb\xbf" + XML], ids=["authority", "ofd words", "bom"])
def test_an_invoice_is_read_from_xml_in_either_spelling(content):
    assert read("发票.xml", content) == FACTS


def test_an_invoice_is_read_from_the_data_of_an_ofd():
    top = custom(
        ("发票号码", NUMBER), ("开票日期", "2026年02月03日"), ("销售方名称", "示例设备有限公司"),
        ("价税合计", "113000.00"), ("合计税额", "13000.00"),
    )  # fmt: skip

    assert read("发票.ofd", ofd(OFD_xml=top)) == FACTS


def test_an_ofd_is_completed_from_the_original_inside_it():
    top = custom(("发票号码", NUMBER), ("合计金额", "100000.00"))

    assert read("发票.ofd", ofd(OFD_xml=top, Doc_0__Attachs__original_xml=OTHER_SPELLING)) == FACTS


def test_an_ofd_without_data_is_read_from_its_printed_text():
    lines = "".join(f"<ofd:TextCode>{line}</ofd:TextCode>" for line in PRINTED.splitlines())
    page = f'<?xml version="1.0"?><ofd:Page xmlns:ofd="urn:o">{lines}</ofd:Page>'

    assert read("发票.ofd", ofd(OFD_xml=custom(), Doc_0__Pages__Page_0__Content_xml=page)) == FACTS


def test_an_invoice_is_read_from_a_pdf():
    assert read("发票.PDF", pdf(PRINTED)) == FACTS


def test_a_pdf_with_labels_and_values_apart_gives_what_is_certain():
    text = f"电子发票 发票号码： 开票日期：\n{NUMBER}\n2026年02月03日\n¥100000.00\n¥13000.00\n¥113000.00"

    assert read_text(text) == Invoice(NUMBER, "", date(2026, 2, 3), Decimal(113000), Decimal(13000))


def test_two_numbers_or_two_days_are_not_guessed_between():
    text = "电子发票 11111111111111111111 22222222222222222222 2026年01月01日 2026年02月03日"

    assert read_text(text) == Invoice()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("113000", Decimal(113000)), ("¥113,000.50", Decimal("113000.50")), ("-1.00", None), ("1e3", None), ("0.00", None),
     ("NaN", None), ("9" * 13, None), ("１２.５", Decimal("12.5")), ("1.005", None), (None, None)],
)  # fmt: skip
def test_amounts(text, expected):
    assert amount_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026年2月3日", date(2026, 2, 3)), ("20260203", date(2026, 2, 3)), ("2026-02-30", None), ("", None)],
)
def test_days(text, expected):
    assert day_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("12345678", "12345678"), ("123456789", ""), ("１２３４５６７８", "12345678")]
)
def test_numbers(text, expected):
    assert number_of(text) == expected


# What is not


def bomb_pdf():
    """Half a megabyte that unpacks to 200 MB of page content."""
    stream = zlib.compress(b" " * (200 * 1024 * 1024), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
    ]  # fmt: skip
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


HOSTILE = {
    "laughs.xml": LAUGHS,
    "entity.xml": ENTITY,
    "outside.xml": OUTSIDE,
    "deep.xml": b"<?xml version='1.0'?>" + b"<a>" * 50_000 + b"</a>" * 50_000,
    "many.xml": b"<?xml version='1.0'?><Invoice>" + b"<a/>" * 30_000 + b"</Invoice>",
    "big.xml": b"<?xml version='1.0'?><Invoice>" + b" " * 3_000_000 + b"</Invoice>",
    "cut.xml": XML[:200],
    "coded.xml": b"<?xml version='1.0' encoding='no-such'?><Invoice/>",
    "not.ofd": b"PK\x03\x04 nothing",
    "bomb.ofd": ofd(OFD_xml=custom(), a_xml=b" " * 80_000_000),
    "many.ofd": ofd(**{f"m{n}_xml": b"<a/>" for n in range(500)}),
    "laughs.ofd": ofd(OFD_xml=LAUGHS, a_xml=OUTSIDE),
    "not.pdf": b"%PDF-1.7 nothing",
    "empty.pdf": b"",
    "picture.png": b"\x89PNG",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_means_harm_is_unreadable_in_words_and_in_time(name):
    began = time.monotonic()

    with pytest.raises(Unreadable) as error:
        read(name, HOSTILE[name])

    assert time.monotonic() - began < 15
    assert any("一" <= letter <= "鿿" for letter in str(error.value))
    assert "root:" not in str(error.value)


def test_a_pdf_that_unpacks_beyond_measure_dies_in_its_child():
    with pytest.raises(Unreadable):
        read("bomb.pdf", bomb_pdf())


# XML as a file of the project


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (XML, []),
        (b"\xef\xbb\xbf" + XML, []),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", ["file_content"]),
        (b"<?xml version='1.0'?><html/>", ["file_content"]),
        (b"<html><Invoice/></html>", ["file_content"]),
        (LAUGHS, ["file_broken"]),
        (OUTSIDE, ["file_broken"]),
        (HOSTILE["big.xml"], ["file_content"]),
    ],
    ids=["invoice", "bom", "svg", "html", "no declaration", "entities", "outside", "too big"],
)
def test_xml_is_kept_only_as_an_invoice(content, expected):
    assert [finding.code for finding in files.check("发票.xml", content)] == expected


# From the upload to the evidence


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def upload_xml(name="发票.xml", content=XML):
    return SimpleUploadedFile(name, content, content_type="text/xml")


def kept(world, **given):
    return operations.keep_invoice(world.project.pk, actor=world.clerk, upload=upload_xml(**given), on=ON)


def test_an_invoice_fills_the_form_and_becomes_evidence_without_a_second_upload(ready):
    client, pk = client_of(ready.clerk), ready.project.pk

    answer = client.post(reverse("funds:invoices", args=[pk]), {"upload": upload_xml()})
    page = client.get(answer["Location"])
    text, form = page.content.decode(), page.context["form"]
    file = Attachment.objects.get(about=ABOUT_INVOICE)
    data = {name: form[name].value() or "" for name in form.fields if name not in ("uploads", "approvals")}
    typed = {"number": "PZ-1", "paid_on": "2026-02-10", "category": "equipment", "source": "central", "abstract": "车床",
             "amount": "33,900.00", "invoice_seller": "示例设备有限公司（分公司）"}  # fmt: skip
    done = client.post(answer["Location"], data | typed)

    voucher = Voucher.objects.get(number="PZ-1")
    assert "已从发票读取" in text
    assert NUMBER in text
    assert done.status_code == 302
    assert (voucher.amount, voucher.invoice_seller) == (Decimal("33900.00"), "示例设备有限公司（分公司）")
    assert (voucher.invoice_number, voucher.invoice_on, voucher.invoice_total) == (
        NUMBER, date(2026, 2, 3), Decimal(113000),
    )  # fmt: skip
    assert [one.pk for one in queries.files_of(voucher)] == [file.pk]
    assert operations.submit_voucher(pk, voucher.pk, actor=ready.leader, on=ON).state == "submitted"


def test_a_file_that_cannot_be_read_leaves_the_form_usable(ready):
    page = client_of(ready.clerk).get(
        reverse("funds:voucher_new", args=[ready.project.pk]),
        {"invoice": kept(ready, content=b"<?xml version='1.0'?><Invoice/>").pk},
    )

    assert page.status_code == 200
    assert "未能读取发票" in page.content.decode()
    assert page.context["form"]["invoice_file"].value()


@pytest.mark.parametrize("text", ["abc", "0", "9" * 30, "²", "-1", ""])
def test_an_odd_number_in_the_address_opens_an_empty_form(ready, text):
    page = client_of(ready.clerk).get(
        reverse("funds:voucher_new", args=[ready.project.pk]), {"invoice": text, "contract": text}
    )

    assert (page.status_code, page.context["form"].initial) == (200, {})


def test_an_invoice_is_taken_once_and_only_from_the_own_project(ready):
    file = kept(ready)
    record(ready, number="PZ-1", invoice_file=file.pk)

    for number, taken in (("PZ-2", file.pk), ("PZ-3", 10**9)):
        with pytest.raises(Refused, match="已用于另一笔支出或已删除"):
            record(ready, number=number, invoice_file=taken)
    waiting = kept(ready)
    Attachment.objects.filter(pk=waiting.pk).update(project=ready.sibling)
    with pytest.raises(Refused):
        record(ready, number="PZ-4", invoice_file=waiting.pk)
    stranger = client_of(make.user("U1", ready.unit))
    assert stranger.post(reverse("funds:invoice_delete", args=[ready.project.pk, waiting.pk])).status_code == 404


def test_a_waiting_invoice_can_be_dropped_and_the_journal_says_so(ready):
    file = kept(ready)

    client_of(ready.clerk).post(reverse("funds:invoice_delete", args=[ready.project.pk, file.pk]))

    assert not Attachment.objects.filter(pk=file.pk).exists()
    assert Entry.objects.filter(verb="删除待登记发票", result="ok").count() == 1


def test_looking_at_the_form_writes_nothing(ready):
    file, before = kept(ready), Entry.objects.count()

    client_of(ready.clerk).get(reverse("funds:voucher_new", args=[ready.project.pk]), {"invoice": file.pk})

    assert (Entry.objects.count(), Voucher.objects.count()) == (before, 0)


def test_a_chosen_contract_fills_payee_category_and_way_and_keeps_the_invoice(ready):
    contract = Contract.objects.create(
        project=ready.project, number="HT-9", name="车床", supplier="示例设备公司", category="equipment",
        procurement="询价", amount=Decimal(500), signed_on=date(2026, 1, 5), recorded_by=ready.clerk, recorded_on=ON,
    )  # fmt: skip
    file, client = kept(ready), client_of(ready.clerk)
    choice = client.get(reverse("funds:voucher_contract", args=[ready.project.pk]), {"invoice": file.pk})
    form = client.get(
        reverse("funds:voucher_new", args=[ready.project.pk]), {"contract": contract.pk, "invoice": file.pk}
    ).context["form"]

    told = {
        name: form[name].value() for name in ("payee", "category", "procurement", "contract_number", "invoice_number")
    }
    assert f"contract={contract.pk}&amp;invoice={file.pk}" in choice.content.decode()
    assert told == {
        "payee": "示例设备公司", "category": "equipment", "procurement": "询价", "contract_number": "HT-9",
        "invoice_number": NUMBER,
    }  # fmt: skip
