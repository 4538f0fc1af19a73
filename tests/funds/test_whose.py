"""What is the unit's own until it is handed in, and the offices' own until it is approved: pages and API alike."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from funds import operations
from funds.models import Batch, Settlement
from policy.terms import Occasion
from tests.funds.audit_scene import replied, reply
from tests.funds.scene import ON, record, submit


def text_of(client, user, path):
    client.force_login(user)
    return client.get(path).content.decode()


def at(name, *args, space="funds"):
    return reverse(f"{space}:{name}", args=args)


def rows_in(client, user, path):
    client.force_login(user)
    sheet = openpyxl.load_workbook(BytesIO(client.get(path).content)).active
    return "\n".join(str(value) for row in sheet.values for value in row)


@pytest.mark.parametrize("who", ["city_finance", "finance", "hr"])
def test_a_draft_is_open_to_its_unit_alone(ready, client, who):
    draft, office = record(ready, number="CAOGAO-1", payee="草稿收款方"), getattr(ready, who)
    submit(ready, number="PZ-2")
    pk = ready.project.pk
    lists = [at("payments", pk), at("all_payments"), at("ledger", pk)]

    for path in lists:
        assert "CAOGAO-1" in text_of(client, ready.clerk, path)
        found = text_of(client, office, path)
        assert "CAOGAO-1" not in found
        assert "PZ-2" in found
    for path in (at("payments_export", pk), at("all_payments_export")):
        assert "CAOGAO-1" in rows_in(client, ready.leader, path)
        assert "CAOGAO-1" not in rows_in(client, office, path)
    client.force_login(ready.clerk)
    assert client.get(at("voucher", pk, draft.pk)).status_code == 200
    client.force_login(office)
    assert client.get(at("voucher", pk, draft.pk)).status_code == 404


def test_the_totals_leave_the_drafts_out(ready, client):
    record(ready, "777.00", "PZ-1")
    submit(ready, "10.00", "PZ-2")
    client.force_login(ready.city_finance)

    totals = client.get(at("payments", ready.project.pk)).context["totals"]

    assert (totals.count, totals.amount) == (1, Decimal("10.00"))


def test_a_batch_is_the_units_own_until_it_is_signed(ready, client):
    draft = record(ready, number="CAOGAO-1")
    batch = operations.gather_batch(ready.project.pk, actor=ready.clerk, voucher_ids=[draft.pk], title="一月", on=ON)
    path = at("batch", ready.project.pk, batch.pk)

    client.force_login(ready.city_finance)
    assert client.get(path).status_code == 404
    assert "一月" not in client.get(at("batches", ready.project.pk)).content.decode()
    assert "CAOGAO-1" in text_of(client, ready.clerk, path)
    Batch.objects.update(state=Batch.State.SIGNED)
    client.force_login(ready.city_finance)
    assert client.get(path).status_code == 200


def test_a_reply_is_the_units_own_until_its_leader_hands_it_in(ready, sent, client):
    ids = reply(ready, sent)
    pages = [at("audit", *ids[:2]), at("audit_report", *ids[:2]), at("finding_assess", *ids)]

    for path in pages:
        found = text_of(client, ready.city_finance, path)
        assert "已归还" not in found
        assert "回单.png" not in found
    found = text_of(client, ready.clerk, pages[0])
    assert "已归还" in found
    assert "回单.png" in found

    operations.submit_reply(*ids, actor=ready.leader, on=ON)
    assert "已归还" in text_of(client, ready.city_finance, pages[0])


def test_a_reply_given_back_stays_readable_until_it_is_written_anew(ready, sent, client):
    ids = replied(ready, sent)
    operations.verify_finding(*ids, actor=ready.finance, closed=False, note="缺回单", on=ON)
    path = at("audit", *ids[:2])

    assert "已归还" in text_of(client, ready.finance, path)
    operations.draft_reply(*ids, actor=ready.clerk, reply="再次归还", on=ON)
    assert "再次归还" not in text_of(client, ready.finance, path)


STATES = [("prepared", None, False), ("void", None, False), ("void", ON, True), ("approved", ON, True)]


@pytest.mark.parametrize(("state", "approved_on", "shown"), STATES)
def test_the_unit_sees_a_settlement_once_it_was_approved(ready, client, state, approved_on, shown):
    one = Settlement.objects.create(
        project=ready.project, occasion=Occasion.ACCEPTANCE, received=100, compliant=60, residual=40, recovery=40,
        document_number="示清算1号", state=state, prepared_by=ready.finance, prepared_on=ON, approved_on=approved_on,
        approved_by=ready.finance_head if approved_on else None,
    )  # fmt: skip
    pk = ready.project.pk
    assert ("示清算1号" in text_of(client, ready.clerk, at("settlements", pk))) is shown
    assert ("示清算1号" in text_of(client, ready.clerk, at("ledger", pk))) is (state == "approved")
    client.force_login(ready.leader)
    assert (client.get(at("closing_sheet", pk, one.pk)).status_code == 200) is shown
    client.force_login(ready.finance_head)
    assert client.get(at("closing_sheet", pk, one.pk)).status_code == 200
    assert "示清算1号" in client.get(at("settlements", pk)).content.decode()


def test_the_api_follows_the_pages(ready, sent, client):
    draft, pk = record(ready, number="CAOGAO-1"), ready.project.pk
    ids = reply(ready, sent)
    Settlement.objects.create(
        project=ready.project, occasion=Occasion.ACCEPTANCE, received=100, compliant=60, residual=40, recovery=40,
        document_number="示清算1号", prepared_by=ready.finance, prepared_on=ON,
    )  # fmt: skip
    told = {
        "CAOGAO-1": [at("payments", pk, space="api"), at("all_payments", space="api")],
        "已归还": [at("audit", *ids[:2], space="api")],
    }

    for words, paths in told.items():
        for path in paths:
            assert words in text_of(client, ready.clerk, path)
            assert words not in text_of(client, ready.city_finance, path)
    assert client.get(at("payment", pk, draft.pk, space="api")).status_code == 404
    settlements = at("settlements", pk, space="api")
    assert "示清算1号" in text_of(client, ready.finance, settlements)
    assert "示清算1号" not in text_of(client, ready.leader, settlements)
