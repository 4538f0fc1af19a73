"""Pages: who may open them, what they show, and that bad input is answered on the form with what was typed."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from funds.models import Budget, FundDocument, Receipt, Voucher
from policy.terms import NodeKind, Stage, VoucherState
from projects.models import Project
from tests import factories as make
from tests.funds.scene import document_of, issue, recognise, record, submit, upload
from tests.seen import posted

TYPED = {
    "number": "PZ-100",
    "paid_on": "2026-01-10",
    "category": "equipment",
    "source": "central",
    "amount": "１２，０００．５０",
    "payee": "示例设备公司",
    "abstract": "数控机床首付款",
}


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def url(name, *args):
    return reverse(f"funds:{name}", args=args)


# Doors


def pages_of(world, voucher):
    pk = world.project.pk
    return {
        "ledger": url("ledger", pk),
        "budget": url("budget", pk),
        "budget_edit": url("budget_edit", pk),
        "voucher": url("voucher", pk, voucher.pk),
        "voucher_new": url("voucher_new", pk),
        "voucher_edit": url("voucher_edit", pk, voucher.pk),
        "voucher_judge": url("voucher_judge", pk, voucher.pk),
        "voucher_reverse": url("voucher_reverse", pk, voucher.pk),
        "receipt_confirm": url("receipt_confirm", pk, world.project.allocations.get().pk),
        "settlement": url("settlement", pk),
    }


@pytest.mark.parametrize(
    ("who", "forbidden"),
    [
        ("clerk", {"receipt_confirm", "voucher_judge", "settlement"}),
        ("leader", {"voucher_new", "voucher_edit", "voucher_judge", "voucher_reverse", "settlement"}),
        ("city_finance", {"budget_edit", "voucher_new", "voucher_edit", "receipt_confirm", "settlement"}),
        ("finance", {"budget_edit", "voucher_new", "voucher_edit", "voucher_reverse", "receipt_confirm"}),
        (
            "hr",
            {
                "budget_edit",
                "voucher_new",
                "voucher_edit",
                "voucher_judge",
                "voucher_reverse",
                "receipt_confirm",
                "settlement",
            },
        ),
    ],
)
def test_each_role_opens_its_pages_and_no_others(ready, as_, who, forbidden):
    voucher = submit(ready)

    client = as_(getattr(ready, who))
    answers = {name: client.get(page).status_code for name, page in pages_of(ready, voucher).items()}

    assert answers == {name: 403 if name in forbidden else 200 for name in answers}


def test_out_of_reach_is_not_found(ready, as_):
    elsewhere = make.node("示例三市", NodeKind.CITY, ready.province)
    stranger = make.user("U1", make.organisation(elsewhere))
    voucher = record(ready)

    client = as_(stranger)

    assert {client.get(page).status_code for page in pages_of(ready, voucher).values()} == {404}


def test_a_payment_is_not_found_under_another_project_of_the_same_reach(ready, as_):
    voucher = submit(ready)

    client = as_(ready.city_finance)

    assert client.get(url("voucher", ready.sibling.pk, voucher.pk)).status_code == 404
    answer = client.post(url("voucher_judge", ready.sibling.pk, voucher.pk), {"verdict": "recognised"})
    assert answer.status_code == 404
    assert Voucher.objects.get().state == VoucherState.SUBMITTED


def test_a_document_shows_only_the_projects_in_reach(world, as_):
    document = issue(world, {world.project.pk: Decimal(7_000_000), world.sibling.pk: Decimal(6_000_000)})

    page = as_(world.clerk).get(url("document", document.pk)).content.decode()

    assert world.project.name in page
    assert world.sibling.name not in page
    assert "13,000,000.00" not in page
    listed = as_(world.clerk).get(url("documents")).content.decode()
    assert "1,300.00" not in listed
    assert "700.00" in listed


def test_documents_of_others_are_not_found(world, as_):
    document = document_of(world, {world.sibling.pk: Decimal(1)})

    assert as_(world.clerk).get(url("document", document.pk)).status_code == 404
    assert as_(world.finance).get(url("document", document.pk)).status_code == 200


# Documents and receipts


def test_a_document_is_recorded_signed_and_received(world, as_):
    typed = {
        "number": "示例财社指〔2025〕12号",
        "title": "下达示例补助资金",
        "dated_on": "2025-09-01",
        "fiscal_year": "2025",
        "source": "central",
        "kind": "issue",
        "tranche": "1",
        "total": "7,000,000",
        f"amount-{world.project.pk}": "7,000,000",
        f"amount-{world.sibling.pk}": "",
        "upload": upload("资金文件.png"),
    }

    made = as_(world.finance).post(url("document_new"), typed)
    document = FundDocument.objects.get()
    as_(world.finance_head).post(url("document_approve", document.pk))
    allocation = world.project.allocations.get()
    posted(
        as_(world.leader),
        url("receipt_confirm", world.project.pk, allocation.pk),
        {"received_on": "2025-09-20", "amount": "7000000"},
    )

    assert made.url == url("document", document.pk)
    assert Receipt.objects.get().amount == Decimal(7_000_000)
    assert world.sibling.allocations.count() == 0


def test_a_refused_document_keeps_what_was_typed(world, as_):
    typed = {
        "number": "示例财社指〔2025〕12号",
        "title": "下达示例补助资金",
        "dated_on": "2025-09-01",
        "fiscal_year": "2025",
        "source": "central",
        "kind": "issue",
        "tranche": "1",
        "total": "7000000.01",
        f"amount-{world.project.pk}": "7000000.01",
        "upload": upload(),
    }

    answer = as_(world.finance).post(url("document_new"), typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "超出 0.01 元" in page
    assert 'value="7000000.01"' in page
    assert not FundDocument.objects.exists()


def test_only_projects_whose_targets_are_filed_are_offered(world, as_):
    Project.objects.filter(pk=world.sibling.pk).update(stage=Stage.TARGET_REVIEW)

    page = as_(world.finance).get(url("document_new")).content.decode()

    assert f'name="amount-{world.project.pk}"' in page
    assert f'name="amount-{world.sibling.pk}"' not in page
    assert "绩效目标正在审核，尚未备案" in page


# Budget


def test_the_budget_goes_its_way_through_the_pages(world, as_):
    issue(world)
    pk = world.project.pk

    clerk = as_(world.clerk)
    seen = clerk.get(url("budget_edit", pk)).context["form"]["seen"].value()
    clerk.post(url("budget_edit", pk), {"cell-equipment-central": "7,000,000.00", "seen": seen})
    posted(as_(world.leader), url("budget_submit", pk), page=url("budget", pk))
    posted(as_(world.hr), url("budget_consent", pk), page=url("budget", pk))
    posted(as_(world.finance), url("budget_approve", pk), page=url("budget", pk))

    assert Budget.objects.get().state == Budget.State.APPROVED
    assert "7,000,000.00" in as_(world.hr).get(url("budget", pk)).content.decode()


def test_a_wrong_cell_is_answered_on_the_form(world, as_):
    issue(world)

    answer = as_(world.clerk).post(url("budget_edit", world.project.pk), {"cell-equipment-central": "七百万"})

    assert answer.status_code == 422
    assert 'value="七百万"' in answer.content.decode()


# Payments


def test_a_payment_is_recorded_with_its_evidence_submitted_and_judged(ready, as_):
    pk = ready.project.pk

    as_(ready.clerk).post(url("voucher_new", pk), TYPED | {"uploads": [upload("a.png"), upload("b.png")]})
    voucher = Voucher.objects.get()
    posted(as_(ready.leader), url("voucher_submit", pk, voucher.pk), page=url("voucher", pk, voucher.pk))
    answer = posted(as_(ready.city_finance), url("voucher_judge", pk, voucher.pk), {"verdict": "recognised"})

    voucher.refresh_from_db()
    assert (voucher.state, voucher.amount) == (VoucherState.RECOGNISED, Decimal("12000.50"))
    assert ready.project.attachments.filter(about="voucher", about_id=voucher.pk).count() == 2
    assert answer.url == url("voucher", pk, voucher.pk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "1e3"},
        {"amount": "NaN"},
        {"amount": "0.005"},
        {"amount": "-1"},
        {"amount": "0"},
        {"amount": "1" * 40},
        {"paid_on": "2026-02-30"},
        {"category": "materials"},
        {"source": "nowhere"},
        {"number": ""},
        {"number": "长" * 41},
    ],
    ids=str,
)
def test_wrong_input_is_answered_on_the_form_with_what_was_typed(ready, as_, wrong):
    answer = as_(ready.clerk).post(url("voucher_new", ready.project.pk), TYPED | wrong)

    assert answer.status_code == 422
    assert "示例设备公司" in answer.content.decode()
    assert not Voucher.objects.exists()


def test_a_refusal_stands_at_its_field_and_keeps_the_rest(ready, as_):
    record(ready)

    answer = as_(ready.clerk).post(url("voucher_new", ready.project.pk), TYPED | {"number": "PZ-001"})

    assert answer.status_code == 422
    assert "凭证号「PZ-001」已登记" in answer.context["form"].errors["number"][0]
    assert 'value="PZ-001"' in answer.content.decode()


def test_a_hostile_file_is_refused_and_the_payment_is_not_kept(ready, as_):
    bad = upload("发票.pdf")

    answer = as_(ready.clerk).post(url("voucher_new", ready.project.pk), TYPED | {"uploads": [bad]})

    assert answer.status_code == 422
    assert "内容与扩展名" in answer.content.decode()
    assert not Voucher.objects.exists()


def test_a_misfit_says_why_on_its_page_and_cannot_be_recognised(ready, as_):
    voucher = submit(ready, paid_on=date(2025, 6, 30))

    client = as_(ready.city_finance)
    page = client.get(url("voucher", ready.project.pk, voucher.pk)).content.decode()
    answer = posted(client, url("voucher_judge", ready.project.pk, voucher.pk), {"verdict": "recognised"})

    assert "不在建设期 2025-07-01 至 2027-07-01 内" in page
    assert answer.status_code == 422
    assert Voucher.objects.get().state == VoucherState.SUBMITTED


def test_a_verdict_without_its_reason_keeps_the_choice(ready, as_):
    voucher = submit(ready)

    answer = posted(
        as_(ready.city_finance),
        url("voucher_judge", ready.project.pk, voucher.pk),
        {"verdict": "disallowed", "opinion": ""},
    )

    assert answer.status_code == 422
    assert "请写明不认定的理由" in answer.content.decode()


def test_a_closed_button_says_why(ready, as_):
    voucher = record(ready, uploads=[])

    page = as_(ready.leader).get(url("voucher", ready.project.pk, voucher.pk)).content.decode()

    assert "尚未上传支出凭证" in page


def test_a_reversal_is_proposed_and_judged_on_its_pages(ready, as_):
    voucher = recognise(ready)
    pk = ready.project.pk

    as_(ready.clerk).post(url("voucher_reverse", pk, voucher.pk), {
        "amount": "400", "reason": "退货退款", "paid_on": "2026-02-01", "number": "PZ-退1", "uploads": upload("退款回单.png"),
    })  # fmt: skip
    reversal = Voucher.objects.get(reverses=voucher)
    posted(as_(ready.city_finance), url("reversal_judge", pk, reversal.pk), {"verdict": "recognised"})

    reversal.refresh_from_db()
    assert reversal.state == VoucherState.RECOGNISED
    assert (str(reversal.paid_on), reversal.number) == ("2026-02-01", "PZ-退1")
    assert ">-400.00<" in as_(ready.clerk).get(url("voucher", pk, voucher.pk)).content.decode()


def test_payments_are_filtered_by_state_and_words(ready, as_):
    record(ready, number="PZ-A")
    submit(ready, number="PZ-B")

    client = as_(ready.clerk)
    drafts = client.get(url("payments", ready.project.pk), {"state": "draft"}).context["vouchers"]
    found = client.get(url("payments", ready.project.pk), {"q": "pz-b"}).context["vouchers"]
    wrong = client.get(url("payments", ready.project.pk), {"state": "x", "page": "none"})

    assert [voucher.number for voucher in drafts] == ["PZ-A"]
    assert [voucher.number for voucher in found] == ["PZ-B"]
    assert wrong.status_code == 200


@pytest.mark.parametrize("name", ["budget_submit", "budget_consent", "budget_approve"])
def test_buttons_change_nothing_by_get(ready, as_, name):
    who = {"budget_submit": ready.leader, "budget_consent": ready.hr, "budget_approve": ready.finance}[name]

    assert as_(who).get(url(name, ready.project.pk)).status_code == 405
