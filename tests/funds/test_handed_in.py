"""What hangs on a draft of the unit is the unit's alone until it is handed in: list, page, download, API alike."""

import pytest
from django.urls import reverse
from django.utils import timezone

from funds import operations
from projects.models import Attachment
from projects.queries import files_for
from tests import factories as make
from tests.funds import audit_scene
from tests.funds.scene import ON, judge, record, submit, upload

OFFICES = ("city_finance", "hr", "finance", "finance_head")


def readers(world, client, file):
    """Who of the offices has the file; the list and the download agree."""
    found = []
    for who in OFFICES:
        client.force_login(getattr(world, who))
        page = client.get(reverse("projects:files", args=[world.project.pk])).content.decode()
        given = client.get(reverse("projects:file", args=[world.project.pk, file.pk])).status_code
        assert (given == 200) is (file.name in page)
        assert given in (200, 404)
        found += [who] if given == 200 else []
    return tuple(found)


def own(world, client, file):
    client.force_login(world.clerk)
    return client.get(reverse("projects:file", args=[world.project.pk, file.pk])).status_code == 200


def paper_of(name):
    return Attachment.objects.get(name=name)


def test_evidence_of_a_draft_payment_is_the_offices_once_it_is_submitted(ready, client):
    voucher = record(ready, uploads=[upload("草稿凭证.png")])
    paper = paper_of("草稿凭证.png")
    assert (readers(ready, client, paper), own(ready, client, paper)) == ((), True)

    operations.submit_voucher(ready.project.pk, voucher.pk, actor=ready.leader, on=ON)

    assert readers(ready, client, paper_of("草稿凭证.png")) == OFFICES


def test_what_is_added_to_a_returned_payment_waits_for_its_next_submission(ready, client):
    voucher = judge(ready, submit(ready), "returned")
    entry = {name: getattr(voucher, name) for name in ("number", "paid_on", "category", "source", "payee", "amount")}
    changed = {"abstract": "改", "uploads": [upload("补正.png")]} | entry
    operations.edit_voucher(ready.project.pk, voucher.pk, actor=ready.clerk, on=ON, **changed)

    assert readers(ready, client, paper_of("补正.png")) == ()
    assert readers(ready, client, paper_of("凭证.png")) == OFFICES
    client.force_login(ready.city_finance)
    page = client.get(reverse("funds:voucher", args=[ready.project.pk, voucher.pk])).content.decode()
    assert ("补正.png" in page, "凭证.png" in page) == (False, True)
    told = client.get(f"/api/v1/projects/{ready.project.pk}/payments/{voucher.pk}/").json()
    assert [file["name"] for file in told["files"]] == ["凭证.png"]

    operations.submit_voucher(ready.project.pk, voucher.pk, actor=ready.leader, on=ON)
    assert readers(ready, client, paper_of("补正.png")) == OFFICES


def test_what_answers_finance_is_finances_at_once(ready, client):
    voucher = judge(ready, submit(ready), "questioned")
    operations.add_evidence(ready.project.pk, voucher.pk, actor=ready.clerk, on=ON, uploads=[upload("补充.png")])
    ask = operations.ask_for_paper(ready.project.pk, voucher.pk, actor=ready.city_finance, text="合同", on=ON)
    given = {"answer": "附后", "uploads": [upload("合同.png")], "on": ON}
    operations.answer_ask(ready.project.pk, voucher.pk, ask.pk, actor=ready.clerk, **given)

    assert readers(ready, client, paper_of("补充.png")) == readers(ready, client, paper_of("合同.png")) == OFFICES


def test_an_invoice_without_a_payment_and_in_a_draft_is_the_units(ready, client):
    kept = operations.keep_invoice(ready.project.pk, actor=ready.clerk, upload=upload("发票.png"), on=ON)
    assert (readers(ready, client, kept), own(ready, client, kept)) == ((), True)

    voucher = record(ready, invoice_file=kept.pk)
    assert readers(ready, client, kept) == ()
    operations.submit_voucher(ready.project.pk, voucher.pk, actor=ready.leader, on=ON)

    assert readers(ready, client, kept) == OFFICES


def test_proof_of_a_drafted_audit_reply_waits_for_the_leader(paid, client):
    case = audit_scene.open_(paid)
    audit_scene.see_all(paid, case)
    audit_scene.find(paid, case)
    operations.send_audit(paid.project.pk, case.pk, actor=paid.city_finance, on=ON)
    ids = audit_scene.reply(paid, case)
    assert readers(paid, client, paper_of("回单.png")) == ()

    operations.submit_reply(*ids, actor=paid.leader, on=ON)

    assert readers(paid, client, paper_of("回单.png")) == OFFICES


@pytest.mark.parametrize("who", ["clerk", "finance"])
def test_the_files_of_three_payments_cost_as_many_statements_as_of_one(ready, who, django_assert_num_queries):
    person = getattr(ready, who)
    person = type(person).objects.get(pk=person.pk)
    record(ready)
    list(files_for(person, ready.project))  # the posts of the person are read once
    for number in (1, 2):
        record(ready, number=f"PZ-9{number}")
        with django_assert_num_queries(1):
            assert len(files_for(person, ready.project)) == (0 if who == "finance" else number + 1) + 1


def test_an_unsubmitted_paper_is_no_file_of_the_api_or_the_operation(ready):
    from accounts.roles import Role
    from projects.operations import download_file

    record(ready, uploads=[upload("草稿凭证.png")])
    auditor = make.user(Role.AU, ready.finance_head_office)
    ids = {"attachment_id": paper_of("草稿凭证.png").pk, "on": timezone.localdate()}

    with pytest.raises(Attachment.DoesNotExist):
        download_file(ready.project.pk, actor=auditor, **ids)
