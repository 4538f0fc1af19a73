"""What the API does is what the pages do: the same operations, refusals and hands; nothing but the named fields."""

from decimal import Decimal

import pytest

from accounts.models import ApiCall, Entry
from funds import operations
from funds.models import AuditFinding, BudgetLine, Flag, Receipt, Voucher
from policy.terms import Source
from tests.api.scene import ENTRY, V1, acted, below, client_of, data_of, done, post, seen_of, upload
from tests.funds.scene import ON, issue, recognise, submit
from tests.funds.scene import upload as picture


def recorded(world, **changes):
    answer = upload(world.clerk, below(world, "payments/record/"), ENTRY | {"uploads": picture()} | changes)
    return done(answer, 201)["id"]


def line(world):
    return BudgetLine.objects.get(project=world.project, category="equipment", source=Source.CENTRAL)


def test_a_payment_goes_all_its_way(ready):
    """Above the threshold of the edition: two persons of finance say 认定."""
    pk = recorded(ready, amount="1200000.00", unit_price="1200000.00", quantity="1", contract_number="HT-1",
                  invoice_number="12345678", invoice_seller="示例设备公司", invoice_on="2026-01-08",
                  invoice_total="1200000.00", procurement="公开招标", asset_card="ZC-1")  # fmt: skip
    one = below(ready, f"payments/{pk}/")

    sent = done(acted(ready.leader, f"{one}submit/"))
    first = done(acted(ready.city_finance, f"{one}judge/", {"verdict": "recognised", "opinion": "属实"}))
    second = done(acted(ready.finance, f"{one}judge/", {"verdict": "recognised"}))
    back = done(upload(ready.clerk, f"{one}reverse/", {"amount": "200000.00", "reason": "退货", "paid_on": "2026-02-01",
                                                      "number": "退-1", "uploads": picture("退款回单.png")}), 201)  # fmt: skip
    done(acted(ready.city_finance, below(ready, f"payments/{back['id']}/reversal/"), {"verdict": "recognised"}))

    assert (sent["state"], sent["fits"], sent["outside"]) == ("submitted", True, [])
    assert (first["state"], first["first_judged_by"]) == ("submitted", str(ready.city_finance))
    assert (second["state"], second["entry_number"], second["judged_by"]) == ("recognised", 1, str(ready.finance))
    assert (back["reverses"], back["amount"], line(ready).spent) == (pk, "200000.00", Decimal(1_000_000))
    assert list(Entry.objects.filter(verb="审核支出", result="ok").values_list("actor", flat=True)) == [
        ready.city_finance.pk, ready.finance.pk,
    ]  # fmt: skip


def test_changing_a_draft_leaves_what_is_not_sent(ready):
    pk = recorded(ready, asset_card="ZC-1", pay_way="card", tax_included="false")
    assert Voucher.objects.get(pk=pk).tax_included is False

    told = done(acted(ready.clerk, below(ready, f"payments/{pk}/edit/"), ENTRY | {"amount": "2000.00"}))

    assert (told["amount"], told["asset_card"], told["pay_way"], told["tax_included"]) == (
        "2000.00",
        "ZC-1",
        "card",
        False,
    )
    assert len(told["files"]) == 1
    assert done(post(ready.clerk, below(ready, f"payments/{pk}/delete/")))["done"] == "草稿已删除"
    assert not Voucher.objects.filter(pk=pk).exists()


def test_an_arrival_is_confirmed_and_corrected(world):
    issue(world)
    allocation = world.project.allocations.get()
    path = below(world, f"allocations/{allocation.pk}/receipt/")

    told = done(acted(world.leader, path, {"received_on": "2025-09-20", "amount": "7000000.00"}), 201)
    fixed = done(post(world.leader, below(world, f"receipts/{told['id']}/correct/"),
                      {"received_on": "2025-09-21", "amount": "0.01", "reason": "多记",
                       "seen": seen_of(world.leader, path)}), 201)  # fmt: skip

    assert (fixed["reverses"], fixed["effect"]) == (told["id"], "-0.01")
    assert data_of(world.leader, below(world, "ledger/"))["received"] == "6999999.99"


def test_a_flag_is_raised_answered_and_closed(ready):
    row = submit(ready)

    raised = done(post(ready.finance, below(ready, "flags/raise/"), {"text": "单价偏高", "payment": row.pk}), 201)
    one = below(ready, f"flags/{raised['id']}/")
    done(post(ready.clerk, f"{one}answer/", {"text": "含安装"}))
    asked = done(post(ready.finance, f"{one}ask/", {"text": "请附报价"}))
    done(post(ready.clerk, f"{one}answer/", {"text": "已附"}))
    closed = done(post(ready.city_finance, f"{one}close/", {"confirmed": False, "conclusion": "价格合理"}))

    assert (asked["state"], closed["state"], closed["measure"]) == ("open", "cleared", "1000.00")
    assert [note["text"] for note in closed["notes"]] == ["含安装", "请附报价", "已附", "已排除：价格合理"]


def test_a_batch_is_gathered_signed_opened_and_passed(ready):
    rows = [recorded(ready, number=f"PZ-{number}") for number in range(2)]

    batch = done(post(ready.clerk, below(ready, "batches/gather/"), {"payments": rows, "title": "一月"}))
    one = below(ready, f"batches/{batch['id']}/")
    signed = done(acted(ready.leader, f"{one}sign/"))
    early = acted(ready.city_finance, f"{one}pass/", {})
    for look in data_of(ready.city_finance, one)["payments"]:
        done(post(ready.city_finance, f"{one}seen/", {"payment": look["payment"]}))
    passed = done(acted(ready.city_finance, f"{one}pass/", {"opinion": "同意"}))

    assert (signed["done"], signed["refused"], signed["batch"]["seed"]) == (2, [], "")
    assert (early.status_code, early.json()["refused"][0]["code"]) == (409, "unseen")
    assert (passed["done"], passed["batch"]["state"]) == (2, "passed")


def test_a_finding_is_answered_and_verified(ready):
    from datetime import date

    recognise(ready)
    pk, kinds = ready.project.pk, ready.project.edition.finding_kinds
    case = operations.open_audit(
        pk, actor=ready.city_finance, number="审1", title="专项审计", period_from=date(2026, 1, 1),
        period_to=date(2026, 2, 1), method="amount", size=1, on=ON,
    )  # fmt: skip
    finding = operations.record_finding(
        pk, case.pk, actor=ready.city_finance, kind=kinds[0].code, level="minor", voucher_id=None, amount=Decimal(0),
        due_on=date(2026, 6, 1), fact="缺少票据", clause="x", measure="补充票据", uploads=[picture()], on=ON,
    )  # fmt: skip
    one = below(ready, f"audits/{case.pk}/findings/{finding.pk}/")
    hidden = post(ready.leader, f"{one}submit/")
    operations.see_audit_pick(pk, case.pk, actor=ready.city_finance, pick_id=case.picks.get().pk, on=ON)
    operations.send_audit(pk, case.pk, actor=ready.city_finance, on=ON)

    done(upload(ready.clerk, f"{one}reply/", {"reply": "已补", "uploads": picture()}))
    replied = done(acted(ready.leader, f"{one}submit/"))
    own = acted(ready.city_finance, f"{one}verify/", {"closed": True, "note": "已核"})
    closed = done(acted(ready.finance, f"{one}verify/", {"closed": True, "note": "已核"}))

    assert (hidden.status_code, own.status_code) == (404, 409)
    assert (replied["state"], [file["name"] for file in replied["proof"]]) == ("replied", ["凭证.png"])
    assert (closed["state"], closed["closed_by"]) == ("closed", str(ready.finance))
    assert AuditFinding.objects.get().state == "closed"


# Refused


def test_an_act_on_what_was_read_before_it_changed_is_refused(ready):
    row, one = submit(ready), below(ready, f"payments/{submit(ready, number='PZ-2').pk}/judge/")
    path = below(ready, f"payments/{row.pk}/judge/")
    read = seen_of(ready.city_finance, path)
    operations.ask_for_paper(ready.project.pk, row.pk, actor=ready.city_finance, text="补合同", on=ON)

    stale = post(ready.city_finance, path, {"verdict": "recognised", "seen": read})
    silent = post(ready.city_finance, path, {"verdict": "recognised"})
    foreign = post(ready.city_finance, path, {"verdict": "recognised", "seen": seen_of(ready.city_finance, one)})

    [reason] = stale.json()["refused"]
    assert (stale.status_code, reason["code"], "请重新查看后再办理" in reason["message"]) == (409, "stale", True)
    assert (silent.status_code, list(silent.json()), foreign.status_code) == (400, ["seen"], 409)
    assert done(acted(ready.city_finance, path, {"verdict": "recognised"}))["state"] == "recognised"


def test_a_refusal_says_why_and_leaves_its_line_in_the_journal(ready):
    row = submit(ready)
    path = below(ready, f"payments/{row.pk}/judge/")

    answer = acted(ready.city_finance, path, {"verdict": "returned"})

    [reason] = answer.json()["refused"]
    assert (answer.status_code, reason["code"], reason["field"]) == (409, "opinion", "opinion")
    assert "退回" in reason["message"]
    assert Entry.objects.filter(verb="审核支出", result="refused").count() == 1
    assert Voucher.objects.get(pk=row.pk).state == "submitted"


def test_the_door_is_that_of_the_page(ready):
    row = submit(ready)
    path = below(ready, f"payments/{row.pk}/judge/")

    codes = [post(person, path, {"verdict": "recognised"}).status_code for person in (ready.clerk, ready.hr)]

    assert codes == [403, 403]
    assert post(ready.city_finance, f"projects/{ready.sibling.pk}/payments/{row.pk}/judge/").status_code == 404
    assert not ApiCall.objects.exists()


def test_a_session_without_the_token_against_forgery_acts_on_nothing(ready):
    row = submit(ready)
    client = client_of(ready.city_finance, enforce_csrf_checks=True)
    path = f"{V1}{below(ready, f'payments/{row.pk}/judge/')}"

    answer = client.post(path, {"verdict": "recognised"}, headers={"Idempotency-Key": "12345678"})

    assert (answer.status_code, "X-CSRFToken" in answer.json()["detail"]) == (403, True)
    assert Voucher.objects.get(pk=row.pk).state == "submitted"


# Input

GREEDY = {"state": "recognised", "fits": True, "entry_number": 1, "recorded_by": 1, "project": 1, "judged_by": 1,
          "batch": 1, "invoice_file": 1, "id": 1, "on": "2020-01-01", "actor": 1}  # fmt: skip


@pytest.mark.parametrize("field", GREEDY)
def test_no_field_is_taken_that_is_not_named(ready, field):
    answer = post(ready.clerk, below(ready, "payments/record/"), ENTRY | {field: GREEDY[field]})

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Voucher.objects.exists()


BAD = [
    ("amount", 1000), ("amount", 1000.5), ("amount", "1e3"), ("amount", "1,000"), ("amount", "NaN"), ("amount", "0.005"),
    ("amount", "0"), ("amount", "-1"), ("amount", "100000000000.01"), ("amount", "１００"), ("amount", None),
    ("amount", ["1"]), ("amount", "9" * 5000), ("paid_on", "2026-02-30"), ("paid_on", 20260110), ("paid_on", ""),
    ("paid_on", "2026-01-10T00:00:00"), ("number", "a\x00b"), ("number", "\ud800"), ("number", ""), ("number", "x" * 41),
    ("number", 5), ("number", None), ("source", "gold"), ("source", {}), ("pay_way", ""), ("quantity", 0),
    ("quantity", 10**30), ("quantity", "x"), ("fund_year", 1), ("contract", 10**18), ("contract", 10**30),
    ("contract", "x"), ("procurement", "随便"), ("entry_type", "ordinary"), ("about_period", "x"), ("invoice_on", "x"),
    ("uploads", ["x"]), ("uploads", "x"), ("tax_included", "maybe"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD, ids=lambda value: repr(value)[:20])
def test_bad_input_is_told_by_field_and_never_breaks(ready, field, value):
    answer = post(ready.clerk, below(ready, "payments/record/"), ENTRY | {field: value})

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not (Voucher.objects.exists())
    assert not (ApiCall.objects.exists())


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"x"', "[" * 100_000, '{"a":' * 100_000, '{"amount": NaN}', "1" * 10_000, "\ud800"]
)
def test_a_body_that_is_no_object_is_bad_input(ready, body):
    sent = body.encode("utf-8", "surrogatepass")
    client = client_of(ready.clerk)

    answer = client.post(
        f"{V1}{below(ready, 'payments/record/')}", sent, "application/json", headers={"Idempotency-Key": "12345678"}
    )

    assert answer.status_code == 400


def test_other_media_and_methods_are_told(ready):
    client, path = client_of(ready.clerk), f"{V1}{below(ready, 'payments/record/')}"

    sent = client.post(path, "a=1", "application/x-www-form-urlencoded", headers={"Idempotency-Key": "12345678"})
    assert sent.status_code == 415
    assert (client.get(path).status_code, client.put(path).status_code) == (405, 405)


@pytest.mark.parametrize(("path", "data"), [
    ("batches/gather/", {"payments": [987654321]}),
    ("flags/raise/", {"text": "x", "payment": 987654321}),
])  # fmt: skip
def test_an_id_of_elsewhere_in_a_body_is_bad_input(ready, path, data):
    person = ready.clerk if "gather" in path else ready.finance

    answer = post(person, below(ready, path), data)

    assert (answer.status_code, "payments" in answer.json() or "payment" in answer.json()) == (400, True)
    assert not (Flag.objects.exists())
    assert not (Receipt.objects.filter(kind="correction").exists())
