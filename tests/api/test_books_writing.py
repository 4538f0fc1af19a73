"""Audits, contracts, cards and files over the API; and that no operation of the money is left out without a reason."""

import ast
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Entry
from funds import operations
from funds.models import Asset, AuditCase, AuditFinding, Contract, Package, PurchaseStep
from funds.operations import assets, contracts, packages
from policy.terms import Source
from projects.models import Attachment
from tests import factories as make
from tests.api.scene import (
    V1,
    acted,
    auditor,
    bearer,
    below,
    client_of,
    data_of,
    done,
    get,
    post,
    rows_of,
    token_of,
    upload,
)
from tests.funds.scene import PLAN, PNG, recognise, record, submit
from tests.funds.scene import upload as picture

ROOT = Path(__file__).resolve().parents[2]


def codes(answer):
    assert answer.status_code == 409, answer.content.decode()
    return [reason["code"] for reason in answer.json()["refused"]]


# Audits

CASE = {
    "number": "示审〔2026〕1号", "title": "一季度审计", "period_from": "2026-01-01", "period_to": "2026-03-31",
    "method": "amount", "size": 2,
}  # fmt: skip
FINDING = {
    "kind": "out_of_scope", "level": "severe", "fact": "购置小汽车", "measure": "归还资金", "amount": "800.00",
    "due_on": "2027-01-15",
}  # fmt: skip


def opened(world, by=None, **changes):
    return done(post(by or world.city_finance, below(world, "audits/open/"), CASE | changes), 201)


def test_an_audit_goes_all_its_way(ready):
    paid = recognise(ready)
    case = opened(ready)
    one = below(ready, f"audits/{case['id']}/")
    told = done(upload(ready.city_finance, f"{one}findings/record/", FINDING | {"payment": paid.pk}), 201)
    finding = f"{one}findings/{told['id']}/"
    unseen = acted(ready.city_finance, f"{one}send/")
    [pick] = data_of(ready.city_finance, one)["sample"]
    seen = done(post(ready.city_finance, f"{one}picks/{pick['id']}/seen/"))
    changed = FINDING | {"payment": paid.pk, "amount": "900.00", "uploads": picture("底稿.png")}
    edited = done(acted(ready.city_finance, f"{finding}edit/", changed, by=upload))
    spare = done(upload(ready.city_finance, f"{one}findings/record/", FINDING), 201)
    gone = done(post(ready.city_finance, f"{one}findings/{spare['id']}/delete/"))
    hidden = data_of(ready.leader, one)["findings"]
    sent = done(acted(ready.city_finance, f"{one}send/"))
    early = acted(ready.city_finance, f"{one}conclude/", {"conclusion": "属实"})

    assert unseen.status_code == 409
    assert (seen["seen_by"], edited["amount"], gone["done"]) == (str(ready.city_finance), "900.00", "发现已删除")
    assert [file["name"] for file in edited["evidence"]] == ["底稿.png"]
    assert (hidden, sent["state"], sent["found"]) == ([], "sent", 1)
    assert early.status_code == 409
    assert data_of(ready.leader, one)["findings"][0]["payment"] == paid.pk
    assert AuditFinding.objects.count() == 1


def test_an_audit_is_concluded_when_its_findings_are_closed(ready):
    recognise(ready)
    one = below(ready, f"audits/{opened(ready)['id']}/")
    for pick in data_of(ready.city_finance, one)["sample"]:
        done(post(ready.city_finance, f"{one}picks/{pick['id']}/seen/"))

    own = acted(ready.city_finance, f"{one}conclude/", {"conclusion": "未发现问题"})
    ended = done(acted(ready.finance_head, f"{one}conclude/", {"conclusion": "未发现问题"}))

    assert own.status_code == 409
    assert (ended["state"], ended["conclusion"]) == ("concluded", "未发现问题")


def test_the_audit_post_writes_no_figure_and_units_open_nothing(ready):
    recognise(ready)
    person = auditor(ready)
    one = below(ready, f"audits/{opened(ready, person)['id']}/")

    refused = upload(person, f"{one}findings/record/", FINDING)
    kept = done(upload(person, f"{one}findings/record/", FINDING | {"amount": "0.00"}), 201)

    assert codes(refused) == ["amount"]
    assert (kept["amount"], AuditFinding.objects.count()) == ("0.00", 1)
    assert [post(who, below(ready, "audits/open/"), CASE).status_code for who in (ready.clerk, ready.hr)] == [403, 403]


@pytest.mark.parametrize(("field", "value"), [("payment", 987654), ("payment", "x"), ("level", "huge"), ("due_on", "x"),
                                              ("amount", 5), ("state", "sent")])  # fmt: skip
def test_a_finding_takes_no_foreign_or_wrong_value(ready, field, value):
    recognise(ready)
    one = below(ready, f"audits/{opened(ready)['id']}/")

    answer = post(ready.city_finance, f"{one}findings/record/", FINDING | {field: value})

    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_draft_is_no_payment_to_find_fault_with_and_no_batch_of_elsewhere_is_audited(ready):
    recognise(ready)
    draft = record(ready, number="PZ-002")
    one = below(ready, f"audits/{opened(ready)['id']}/")

    answer = post(ready.city_finance, f"{one}findings/record/", FINDING | {"payment": draft.pk})
    batch = post(ready.city_finance, below(ready, "audits/open/"), CASE | {"batch": 987654})

    assert (answer.status_code, list(answer.json())) == (400, ["payment"])
    assert (batch.status_code, list(batch.json())) == (400, ["batch"])
    assert AuditCase.objects.count() == 1


# 采购与合同, 设备台账

ITEMS = [{"name": "数控机床", "model": "X1", "quantity": 2, "unit_price": "400000.00"}]
PACKAGE = {
    "name": "机床采购",
    "category": "equipment",
    "procurement": "公开招标",
    "budget": "800000.00",
    "items": ITEMS,
}
CONTRACT = {
    "number": "HT-1", "name": "机床", "supplier": "示例机床公司", "category": "equipment", "amount": "790000.00",
    "signed_on": "2026-01-20", "procurement": "公开招标",
}  # fmt: skip
CARD = {
    "card_number": "ZC-1",
    "name": "数控机床",
    "room": "101",
    "unit_price": "395000.00",
    "acquired_on": "2026-02-01",
}


def test_goods_are_bought_step_by_step(ready):
    package = done(post(ready.clerk, below(ready, "packages/record/"), PACKAGE), 201)
    notice = {"stage": "intention", "day": "2026-01-05", "number": "示例公告1号"}
    step = done(post(ready.clerk, below(ready, f"packages/{package['id']}/step/"), notice), 201)
    struck = done(post(ready.clerk, below(ready, f"steps/{step['id']}/void/"), {"reason": "日期有误"}), 201)
    late = post(
        ready.clerk, below(ready, f"packages/{package['id']}/step/"), {"stage": "delivered", "day": "2026-02-01"}
    )
    bare = post(ready.clerk, below(ready, "contracts/record/"), CONTRACT)
    given = CONTRACT | {"package": package["id"], "retention": "9000.00", "retention_due_on": "2027-02-01"}
    contract = done(
        upload(ready.clerk, below(ready, "contracts/record/"), given | {"uploads": picture("合同.png")}), 201
    )
    one = below(ready, f"contracts/{contract['id']}/")
    edited = done(acted(ready.clerk, f"{one}edit/", CONTRACT | {"name": "机床（两台）"}))
    came = done(post(ready.clerk, f"{one}step/", {"stage": "delivered", "day": "2026-02-01"}), 201)

    assert (struck["voids"], late.status_code, codes(bare)) == (step["id"], 400, ["uploads"])
    assert (edited["name"], edited["package"], edited["retention"]) == ("机床（两台）", "机床采购", "9000.00")
    assert [file["name"] for file in edited["files"]] == ["合同.png"]
    assert came["stage"] == "delivered"
    assert rows_of(ready.clerk, below(ready, "packages/"))[0]["contracts"] == [contract["id"]]
    assert (Package.objects.count(), Contract.objects.count(), PurchaseStep.objects.count()) == (1, 1, 3)


def test_a_card_is_entered_changed_ticked_and_retired(ready):
    paid = recognise(ready)
    told = done(
        upload(ready.clerk, below(ready, "assets/record/"), CARD | {"payment": paid.pk, "photos": picture()}), 201
    )
    one = below(ready, f"assets/{told['id']}/")
    edited = done(acted(ready.clerk, f"{one}edit/", CARD | {"room": "102"}))
    own = post(ready.clerk, f"{one}check/", {"found": True})
    seen = done(post(ready.hr, f"{one}check/", {"found": False, "note": "未找到"}), 201)
    gone = done(post(ready.clerk, f"{one}retire/", {"retired_on": "2026-10-01", "reason": "调拨，示例批复1号"}))

    assert (edited["room"], edited["payment"], edited["label"]) == ("102", paid.pk, told["label"])
    assert (own.status_code, seen["found"], seen["checked_by"]) == (403, False, str(ready.hr))
    assert (gone["retired_on"], Asset.objects.get().retired_why) == ("2026-10-01", "调拨，示例批复1号")
    assert [photo["name"] for photo in gone["photos"]] == ["凭证.png"]


@pytest.mark.parametrize(("path", "data", "field"), [
    ("packages/record/", PACKAGE | {"items": [{"name": "x", "quantity": 1, "unit_price": 5}]}, "items"),
    ("contracts/record/", CONTRACT | {"package": 987654}, "package"),
    ("assets/record/", CARD | {"payment": 987654}, "payment"),
    ("assets/record/", CARD | {"contract": 987654}, "contract"),
    ("assets/record/", CARD | {"label": "X"}, "label"),
])  # fmt: skip
def test_goods_take_no_foreign_or_wrong_value(ready, path, data, field):
    answer = post(ready.clerk, below(ready, path), data)

    assert (answer.status_code, list(answer.json())) == (400, [field])


# Files


def test_a_file_comes_as_it_was_uploaded_and_leaves_its_line(ready):
    kept = Attachment.objects.get(about="voucher", about_id=submit(ready).pk)
    key = token_of(ready.finance).key
    path = f"{V1}{below(ready, f'files/{kept.pk}/')}"

    answer = Client().get(path, headers=bearer(key) | {"Accept": "application/pdf"})

    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, PNG, "image/png")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Content-Security-Policy"]) == (
        "nosniff",
        "sandbox",
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert list(Entry.objects.filter(verb="下载材料").values_list("actor", flat=True)) == [ready.finance.pk]
    page = client_of(ready.finance).get(f"/projects/{ready.project.pk}/files/{kept.pk}/")
    assert {
        name: page.headers[name] for name in ("Content-Disposition", "Cache-Control", "Content-Security-Policy")
    } == {name: answer.headers[name] for name in ("Content-Disposition", "Cache-Control", "Content-Security-Policy")}


def test_a_file_is_there_for_whom_the_page_shows_it(ready):
    kept = Attachment.objects.get(about="voucher", about_id=submit(ready).pk)
    withheld = Attachment.objects.get(about="fund_document")
    Attachment.objects.filter(pk=withheld.pk).update(issued=False)
    stranger = make.user("U1", ready.sibling.organisation)

    assert get(stranger, below(ready, f"files/{kept.pk}/")).status_code == 404
    assert get(ready.finance, f"projects/{ready.sibling.pk}/files/{kept.pk}/").status_code == 404
    assert get(ready.leader, below(ready, f"files/{withheld.pk}/")).status_code == 404
    assert get(ready.finance, below(ready, f"files/{withheld.pk}/")).status_code == 200
    assert withheld.pk not in {row["id"] for row in rows_of(ready.leader, below(ready, "files/"))}
    assert kept.pk in {row["id"] for row in rows_of(ready.leader, below(ready, "files/"))}
    assert Entry.objects.filter(verb="下载材料").count() == 1


def test_a_file_that_was_changed_is_not_handed_out(ready):
    kept = Attachment.objects.get(about="voucher", about_id=submit(ready).pk)
    kept.file.chmod(0o600)
    kept.file.write_bytes(b"other")

    assert codes(get(ready.finance, below(ready, f"files/{kept.pk}/"))) == ["file_changed"]


# Nothing left out


MODULES = {"operations", "packages"}


def called(path):
    """Every name that is called as an attribute of a module of operations below a folder."""
    found = set()
    for file in path.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in MODULES:
                found.add(node.attr)
    return found


def verbs():
    """Every operation of the money: of the package, of contracts and of cards."""
    registers = {name for module in (contracts, packages, assets) for name, one in vars(module).items()
                 if getattr(one, "__module__", "") == module.__name__ and not name.startswith("_") and callable(one)
                 and name[0].islower()}  # fmt: skip
    return {name for name in operations.__all__ if name[0].islower()} | registers


def test_every_operation_of_the_money_has_an_address_or_a_reason():
    told = (ROOT / "docs" / "api.md").read_text("utf-8")
    reasoned = set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE))

    assert verbs() - called(ROOT / "funds" / "api") - reasoned == set()
    assert reasoned & called(ROOT / "funds" / "api") == set()
    assert reasoned - verbs() == set()


def test_lists_take_the_same_statements_for_one_and_for_three(ready):
    def statements(path):
        with CaptureQueriesContext(connection) as captured:
            rows_of(ready.finance, below(ready, path))
        return len(captured)

    def one_more(number):
        done(post(ready.clerk, below(ready, "packages/record/"), PACKAGE | {"name": f"包{number}"}), 201)
        income = {"kind": "interest", "amount": "1.00", "received_on": "2026-01-10", "number": f"利-{number}"}
        done(upload(ready.clerk, below(ready, "incomes/record/"), income | {"uploads": picture()}), 201)
        base = below(ready, "budget/")
        plan = {
            **PLAN,
            ("facilities", Source.CENTRAL): Decimal(1_000_001),
            ("equipment", Source.CENTRAL): Decimal(4_999_999),
        }
        cells = [
            {"category": category, "source": str(of), "amount": str(amount)} for (category, of), amount in plan.items()
        ]
        change = {"items": list(map(json.dumps, cells)), "reason": "价格变化", "uploads": picture()}
        done(upload(ready.leader, f"{base}change/", change), 201)
        done(acted(ready.hr, f"{base}return/", {"reason": "依据不足"}))

    paths = ("packages/", "incomes/", "files/", "budget/")
    one_more(1)
    first = [statements(path) for path in paths]
    one_more(2)
    one_more(3)

    assert [statements(path) for path in paths] == first
