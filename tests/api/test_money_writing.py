"""Money in, budgets, holds, 问题资金 and 清算 over the API: the operations of the pages, their hands and refusals."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Entry
from funds.models import Allocation, Budget, FundDocument, HoldRequest, Income, Release, Settlement
from policy.terms import Stage
from projects.models import Project
from tests import factories as make
from tests.api.scene import acted, below, data_of, done, get, post, rows_of, upload
from tests.funds.found_scene import audit
from tests.funds.scene import ON, PLAN, issue, judge, receive, recognise, submit
from tests.funds.scene import upload as picture

D = Decimal
HEAD = {
    "kind": "issue", "number": "示例财社指〔2025〕12号", "title": "下达补助资金", "dated_on": "2025-09-01",
    "fiscal_year": "2025", "source": "central", "total": "7000000.00",
}  # fmt: skip


def codes(answer):
    assert answer.status_code == 409, answer.content.decode()
    return [reason["code"] for reason in answer.json()["refused"]]


def document(world, by=None, amount="7000000.00", project=None, **changes):
    lines = json.dumps({"project": (project or world.project).pk, "amount": amount})
    data = HEAD | {"lines": [lines], "upload": picture("资金文件.png")} | changes
    return upload(by or world.finance, "fund-documents/record/", data)


def items(plan=PLAN, **moved):
    """The cells of a budget as JSON; `moved`: category → its amount of central money."""
    rows = {
        cell: moved.get(cell[0], str(amount)) if cell[1] == "central" else str(amount) for cell, amount in plan.items()
    }
    return [
        {"category": category, "source": str(source), "amount": amount} for (category, source), amount in rows.items()
    ]


# Money in


def test_a_fund_document_is_recorded_signed_and_passed_on(world):
    told = done(document(world), 201)
    one = f"fund-documents/{told['id']}/"
    own = post(world.finance, f"{one}approve/")
    signed = done(post(world.finance_head, f"{one}approve/"))
    allocation = Allocation.objects.get()
    sent = {"amount": "7000000.00", "released_on": "2025-09-10", "number": "拨-1"}
    release = done(post(world.city_finance, below(world, f"allocations/{allocation.pk}/release/"), sent), 201)
    self_checked = post(world.city_finance, below(world, f"releases/{release['id']}/approve/"))
    other = make.user("CF", world.city_office)
    passed = done(post(other, below(world, f"releases/{release['id']}/approve/")))

    assert (told["state"], signed["state"], signed["lines"][0]["amount"]) == ("recorded", "approved", "7000000.00")
    assert own.status_code == 403
    assert codes(self_checked) == ["sod"]
    assert (passed["state"], passed["approved_by"], Release.objects.get().state) == ("approved", str(other), "approved")
    assert data_of(world.leader, below(world, "ledger/"))["allocated"] == "7000000.00"


def test_documents_and_releases_go_back_with_a_reason(world):
    pk = done(document(world), 201)["id"]
    empty = post(world.finance_head, f"fund-documents/{pk}/return/", {"reason": " "})
    back = done(post(world.finance_head, f"fund-documents/{pk}/return/", {"reason": "总额有误"}))
    done(post(world.finance_head, f"fund-documents/{done(document(world), 201)['id']}/approve/"))
    allocation = Allocation.objects.get(document__state="approved")
    sent = {"amount": "1.00", "released_on": "2025-09-10", "number": "拨-1"}
    release = done(post(world.city_finance, below(world, f"allocations/{allocation.pk}/release/"), sent), 201)
    other = make.user("CF", world.city_office)
    returned = done(post(other, below(world, f"releases/{release['id']}/return/"), {"reason": "账号不符"}))

    assert empty.status_code == 400
    assert (back["state"], back["return_reason"]) == ("returned", "总额有误")
    assert (returned["state"], returned["return_reason"]) == ("returned", "账号不符")


def test_what_a_document_says_wrongly_is_told_by_code_and_leaves_its_line(world):
    answer = document(world, total="6999999.99")

    assert "total" in " ".join(codes(answer))
    assert not FundDocument.objects.exists()
    assert Entry.objects.filter(verb="登记资金文件", result="refused").count() == 1


@pytest.mark.parametrize(("field", "value"), [
    ("lines", ["x"]), ("lines", ["[" * 50_000]), ("lines", ['{"project": 1}']), ("lines", ['{"project": 1, "amount": 5}']),
    ("lines", []), ("lines", ['{"project": 987654, "amount": "1.00"}']), ("lines", ['{"project": 1, "amount": "1", "x": 1}']),
    ("held_out", ["987654"]), ("kind", "gift"), ("source", "own"), ("fiscal_year", "1"), ("total", "1e3"), ("upload", "x"),
])  # fmt: skip
def test_bad_lines_are_bad_input(world, field, value):
    answer = document(world, **{field: value})

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not FundDocument.objects.exists()


def test_one_project_twice_in_a_document_is_bad_input(world):
    line = json.dumps({"project": world.project.pk, "amount": "3500000.00"})

    answer = document(world, lines=[line, line])

    assert (answer.status_code, list(answer.json())) == (400, ["lines"])


def test_a_document_is_recorded_once_under_its_key(world):
    def sent(title):
        line = json.dumps({"project": world.project.pk, "amount": "7000000.00"})
        data = HEAD | {"lines": [line], "upload": picture("资金文件.png"), "title": title}
        return upload(world.finance, "fund-documents/record/", data, key="7a0c2a9e-2f3b")

    first, second, other = sent("下达补助资金"), sent("下达补助资金"), sent("另一标题")

    assert (first.status_code, second.content, other.status_code) == (201, first.content, 422)
    assert FundDocument.objects.count() == 1


def test_documents_are_for_who_may_and_who_sees_them(world):
    assert document(world, by=world.city_finance).status_code == 403
    pk = done(document(world), 201)["id"]
    assert post(world.clerk, f"fund-documents/{pk}/approve/").status_code == 404  # the unit learns of it when signed
    assert post(world.hr, f"fund-documents/{pk}/approve/").status_code == 403
    assert FundDocument.objects.get().state == "recorded"


def test_how_money_reaches_a_unit_is_set(world):
    path = f"units/{world.unit.pk}/arrival/"

    told = done(post(world.finance, path, {"mode": "claim"}))

    assert told == {"unit": world.unit.pk, "mode": "claim"}
    assert post(world.clerk, path, {"mode": "claim"}).status_code == 403
    stranger = make.user("U1", world.sibling.organisation)
    assert post(stranger, path, {"mode": "claim"}).status_code == 404


def test_income_comes_and_is_reversed_by_another(ready):
    given = {"kind": "interest", "amount": "12.34", "received_on": "2026-01-10", "number": "利-1"}
    bare = post(ready.clerk, below(ready, "incomes/record/"), given)
    told = done(upload(ready.clerk, below(ready, "incomes/record/"), given | {"uploads": picture()}), 201)
    why = {"reason": "记错", "uploads": picture("更正回单.png")}
    asked = done(upload(ready.leader, below(ready, f"incomes/{told['id']}/reverse/"), why), 201)
    one = below(ready, f"income-reversals/{asked['id']}/judge/")
    kept = Income.objects.count()
    own = post(ready.leader, one, {"agreed": True})
    agreed = done(post(ready.city_finance, one, {"agreed": True, "opinion": "属实"}))

    assert (bare.status_code, own.status_code, kept) == (409, 403, 1)
    assert (asked["state"], agreed["state"], agreed["decided_by"]) == ("proposed", "agreed", str(ready.city_finance))
    rows = rows_of(ready.clerk, below(ready, "incomes/"))
    assert [(row["reverses"], row["amount"]) for row in rows] == [(None, "12.34"), (told["id"], "12.34")]
    assert [one["state"] for one in rows[0]["reversals"]] == ["agreed"]
    assert rows_of(ready.clerk, below(ready, "incomes/"))[0]["files"][0]["name"] == "凭证.png"
    assert Income.objects.count() == 2


def test_a_hold_is_suggested_and_answered_by_another(world):
    told = done(post(world.city_finance, below(world, "hold-requests/record/"), {"reason": "逾期不报"}), 201)
    answered = done(post(world.hr, below(world, f"hold-requests/{told['id']}/decline/"), {"answer": "已补报"}))

    assert (told["lifts"], told["state"], answered["state"], answered["answer"]) == (
        False,
        "open",
        "declined",
        "已补报",
    )
    assert rows_of(world.hr, below(world, "hold-requests/"))[0]["asked_by"] == str(world.city_finance)
    assert rows_of(world.leader, below(world, "hold-requests/")) == []
    assert HoldRequest.objects.get().state == "declined"


# Budget


def test_a_budget_goes_all_its_way_and_is_changed(world):
    issue(world)
    receive(world)
    base = below(world, "budget/")
    plan = [{"year": 2026, "quarter": 1, "amount": "7000000.00"}]
    saved = done(post(world.clerk, f"{base}save/", {"items": items(), "plan": plan}))
    done(acted(world.leader, f"{base}submit/"))
    back = done(acted(world.hr, f"{base}return/", {"reason": "请核对"}))
    again = done(post(world.clerk, f"{base}save/", {"items": items(), "seen": back["seen"]}))
    done(acted(world.leader, f"{base}submit/"))
    done(acted(world.hr, f"{base}consent/"))
    approved = done(acted(world.finance, f"{base}approve/"))
    cells = [json.dumps(one) for one in items(equipment="4900000.00", facilities="1100000.00")]
    change = {"items": cells, "reason": "价格变化", "uploads": picture("纪要.png"), "seen": approved["seen"]}
    proposed = done(upload(world.leader, f"{base}change/", change), 201)
    returned = done(acted(world.hr, f"{base}return/", {"reason": "依据不足"}))

    assert (saved["version"], saved["plan"], saved["total"]) == (1, plan, "7300000.00")
    assert (again["version"], approved["state"], approved["approved_by"]) == (2, "approved", str(world.finance))
    assert (proposed["kind"], proposed["base"], proposed["state"]) == ("change", 2, "proposed")
    assert [file["name"] for file in proposed["files"]] == ["纪要.png"]
    assert (returned["state"], returned["return_reason"]) == ("returned", "依据不足")
    assert [row["version"] for row in rows_of(world.city_finance, base)] == [3, 2, 1]
    verbs = ["编制预算", "提交预算", "会签预算", "批准预算", "提出预算调剂", "退回预算"]
    assert set(Entry.objects.filter(result="ok").values_list("verb", flat=True)) >= set(verbs)


def test_a_budget_is_refused_as_on_the_page(ready):
    base = below(ready, "budget/")
    cells = [json.dumps(one) for one in items(equipment="4900000.00")]
    uneven = upload(ready.leader, f"{base}change/", {"items": cells, "reason": "x", "uploads": picture()})
    stale = post(ready.leader, f"{base}change/", {"items": items(), "reason": "x", "seen": "0000"})
    standing = post(ready.clerk, f"{base}save/", {"items": items()})

    assert (codes(uneven), codes(stale), codes(standing)) == (["sum"], ["stale"], ["state"])
    assert [post(person, f"{base}change/", {"items": items(), "reason": "x"}).status_code
            for person in (ready.clerk, ready.finance)] == [403, 403]  # fmt: skip
    assert Budget.objects.count() == 1


@pytest.mark.parametrize(("field", "value"), [
    ("items", "x"), ("items", [1]), ("items", [{"category": "equipment", "source": "central", "amount": 5}]),
    ("items", [{"category": "equipment", "source": "gold", "amount": "5"}]), ("items", items() + items()[:1]),
    ("plan", [{"year": 2026, "quarter": 5, "amount": "1"}]), ("plan", [{"year": 2026, "quarter": 1, "amount": "1"}] * 2),
    ("seen", "x" * 41), ("state", "approved"),
])  # fmt: skip
def test_bad_cells_are_bad_input(world, field, value):
    issue(world)

    answer = post(world.clerk, below(world, "budget/save/"), {"items": items()} | {field: value})

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Budget.objects.exists()


# 问题资金, 清算


def test_found_money_is_put_right_by_two(ready):
    found = audit(ready, recognise(ready), "800.00")
    path = below(ready, f"found-money/{found.pk}/entry/")
    given = {"move": "recovered", "amount": "800.00", "happened_on": str(ON), "number": "缴-1"}

    bare = post(ready.clerk, path, given)
    written = upload(ready.clerk, path, given | {"move": "written_off", "uploads": picture()})
    entry = done(upload(ready.clerk, path, given | {"uploads": picture()}), 201)
    sent_back = done(
        post(ready.finance, below(ready, f"found-money/entries/{entry['id']}/return/"), {"reason": "不清晰"})
    )
    entry = done(upload(ready.clerk, path, given | {"uploads": picture()}), 201)
    settled = done(post(ready.finance, below(ready, f"found-money/entries/{entry['id']}/confirm/")))
    twice = post(ready.finance, below(ready, f"found-money/entries/{entry['id']}/confirm/"))

    assert (bare.status_code, written.status_code, twice.status_code) == (409, 409, 409)
    assert (sent_back["state"], settled["state"], settled["confirmed_by"]) == (
        "returned",
        "confirmed",
        str(ready.finance),
    )
    assert rows_of(ready.clerk, below(ready, "found-money/"))[0]["left"] == "0.00"


def test_a_settlement_is_prepared_approved_and_paid_back(ready):
    judge(ready, submit(ready), "disallowed")
    early = post(ready.finance, below(ready, "settlements/prepare/"), {"document_number": "示例清算1号"})
    Project.objects.filter(pk=ready.project.pk).update(stage=Stage.ACCEPTED, stage_since=date(2026, 3, 2))
    given = {"document_number": "示例清算1号", "recovery": "100.00", "note": "同意留用"}
    bare = post(ready.finance, below(ready, "settlements/prepare/"), given)
    assert codes(bare) == ["waived_paper"]
    told = done(upload(ready.finance, below(ready, "settlements/prepare/"), given | {"uploads": picture("批文.png")}))
    approved = done(acted(ready.finance_head, below(ready, "settlements/approve/")))
    claim = data_of(ready.finance, below(ready, "settlements/"))["claims"][0]
    slip = {"amount": "100.00", "paid_on": str(timezone.localdate()), "number": "缴-1"}
    path = below(ready, f"claims/{claim['id']}/repayment/")
    bare = post(ready.finance, path, slip)
    first = done(upload(ready.finance, path, slip | {"proof": picture()}), 201)
    one = below(ready, f"repayments/{first['id']}/")
    returned = done(post(ready.finance_head, f"{one}return/", {"reason": "回单不清晰"}))
    second = done(upload(ready.finance, path, slip | {"proof": picture()}), 201)
    confirmed = done(post(ready.finance_head, below(ready, f"repayments/{second['id']}/confirm/")))

    assert (early.status_code, bare.status_code) == (409, 409)
    assert (told["state"], told["recovery"], approved["state"]) == ("prepared", "100.00", "approved")
    assert (returned["state"], confirmed["state"]) == ("returned", "confirmed")
    assert (Settlement.objects.get().approved_by, get(ready.hr, below(ready, "settlements/")).status_code) == (
        ready.finance_head, 200,
    )  # fmt: skip
    assert data_of(ready.finance, below(ready, "settlements/"))["claims"][0]["left"] == "0.00"
