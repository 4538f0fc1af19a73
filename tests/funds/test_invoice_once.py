"""An uploaded invoice is read once, when it comes; no page reads the file again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from funds import invoices, operations, queries
from funds.models import InvoiceText
from tests.funds.scene import ON
from tests.funds.test_invoices import FACTS, NUMBER, PRINTED, XML, pdf

PDF = pdf(PRINTED)


@pytest.fixture
def times(monkeypatch):
    """How often a file was read."""
    found, read = [], invoices.read

    def counted(name, content):
        found.append(name)
        return read(name, content)

    monkeypatch.setattr(invoices, "read", counted)
    return found


def keep(world, name="发票.pdf", content=PDF):
    upload = SimpleUploadedFile(name, content)
    return operations.keep_invoice(world.project.pk, actor=world.clerk, upload=upload, on=ON)


def test_pages_show_what_was_read_when_it_came(ready, client, times):
    kept = keep(ready)
    assert times == ["发票.pdf"]
    client.force_login(ready.clerk)

    for _ in range(3):
        page = client.get(reverse("funds:voucher_new", args=[ready.project.pk]), {"invoice": kept.pk})
        choice = client.get(reverse("funds:voucher_contract", args=[ready.project.pk]), {"invoice": kept.pk})
        assert NUMBER in page.content.decode()
        assert choice.status_code == 200

    assert times == ["发票.pdf"]
    assert queries.reading_of(ready.project, kept.pk).invoice == FACTS


def test_the_same_file_is_not_read_twice_and_another_is(ready, times):
    first, again, other = keep(ready), keep(ready, "同一张.pdf"), keep(ready, "发票.xml", XML)

    assert times == ["发票.pdf", "发票.xml"]
    assert InvoiceText.objects.count() == 2
    assert {queries.reading_of(ready.project, one.pk).invoice for one in (first, again, other)} == {FACTS}


def test_what_could_not_be_read_is_told_again_without_reading(ready, times):
    kept = keep(ready, content=pdf("一页没有票面的文字"))
    told = queries.reading_of(ready.project, kept.pk)

    assert "没有找到发票号码" in told.trouble
    assert len(times) == 1


def test_a_file_from_before_readings_were_kept_is_read_and_nothing_is_written(ready, times, client):
    kept = keep(ready)
    client.force_login(ready.clerk)
    type(kept).objects.filter(pk=kept.pk).update(sha256="0" * 64)

    page = client.get(reverse("funds:voucher_new", args=[ready.project.pk]), {"invoice": kept.pk})

    assert NUMBER in page.content.decode()
    assert InvoiceText.objects.count() == 1
    assert len(times) > 1


def test_what_was_read_does_not_change(ready):
    keep(ready)

    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceText.objects.update(number="1")
