"""What the API tells is what the pages tell: the same rows to the same people, the same figures to the 分."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from funds import operations, queries
from funds.models import Allocation, AuditCase, Flag, FundDocument
from funds.operations import flags
from lifecycle.models import Deadline
from performance.models import TargetSheet
from policy.terms import Source
from projects.models import Decision, DecisionItem
from tests import factories as make
from tests.api.scene import V1, auditor, below, client_of, data_of, get, rows_of
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, document_of, issue, judge, recognise, record, submit

FIGURES = ("granted", "allocated", "received", "spent", "left", "budget", "reserved", "pending")


@pytest.fixture
def spent(ready):
    """Recognised, waiting inside and outside the limits, own money, a reversal: a bit of everything."""
    recognise(ready, "123456.78", "PZ-1")
    submit(ready, "0.01", "PZ-2")
    submit(ready, "999999.99", "PZ-3", category="courses")
    recognise(ready, "300.00", "PZ-4", source=Source.OWN)
    first = ready.project.vouchers.get(number="PZ-1")
    propose_reversal(
        ready.project.pk,
        first.pk,
        actor=ready.clerk,
        amount=Decimal("23456.78"),
        reason="退货",
        number="PZ-1-冲1",
        on=ON,
    )
    return ready


def text(amount):
    return f"{amount:.2f}"


def test_page_api_and_as_of_today_say_the_same(spent):
    today = timezone.localdate()
    page = client_of(spent.finance).get(f"/projects/{spent.project.pk}/funds/").context["ledger"]
    told = data_of(spent.finance, below(spent, "ledger/"))
    again = queries.ledger_as_of(spent.project, on=today, known=today)

    assert {name: told[name] for name in FIGURES} == {name: text(getattr(page, name)) for name in FIGURES}
    assert {name: getattr(again, name) for name in FIGURES} == {name: getattr(page, name) for name in FIGURES}
    assert told["execution_rate"] == str(page.execution_rate)
    lines = [(line.category, line.source, text(line.budget), text(line.spent), text(line.left)) for line in page.lines]
    assert [
        tuple(row[key] for key in ("category", "source", "budget", "spent", "left")) for row in told["lines"]
    ] == lines
    listed = rows_of(spent.finance, "projects/")[0]["figures"]
    assert {name: listed[name] for name in ("spent", "left", "pending")} == {
        name: text(getattr(page, name)) for name in ("spent", "left", "pending")
    }
    one = data_of(spent.finance, below(spent, ""))["figures"]
    assert one == next(row["figures"] for row in rows_of(spent.finance, "projects/") if row["id"] == spent.project.pk)


def test_the_ledger_of_another_day_is_that_of_the_page(spent):
    asked = {"on": "2025-12-31", "known": "2026-03-02"}
    page = client_of(spent.finance).get(f"/projects/{spent.project.pk}/funds/", asked).context

    told = data_of(spent.finance, below(spent, "ledger/"), **asked)

    assert (told["spent"], told["left"]) == ("0.00", text(page["ledger"].left))
    assert (told["on"], told["known"]) == ("2025-12-31", "2026-03-02")
    assert [late["title"] for late in told["late"]] == [late.title for late in page["late"]]


def test_an_expert_sees_totals_by_category_only(spent, monkeypatch):
    """Experts reach no project yet (Scope A); whoever does is told no more than the row allows."""
    monkeypatch.setattr(User, "roles", property(lambda user: frozenset({"EX"})))

    told = data_of(spent.finance, below(spent, "ledger/"))

    assert [told[name] for name in ("lines", "sources", "quarters", "late")] == [[], [], [], []]
    assert told["categories"][0]["spent"] == "123756.78"


def test_payments_are_filtered_as_on_the_page(spent):
    asked = {"state": "submitted", "least": "1"}
    page = client_of(spent.finance).get(f"/projects/{spent.project.pk}/funds/payments/", asked).context["vouchers"]

    rows = rows_of(spent.finance, below(spent, "payments/"), **asked)

    assert [row["id"] for row in rows] == [row.pk for row in page]
    assert {row["number"] for row in rows} == {"PZ-3", "PZ-1-冲1"}
    assert rows_of(spent.finance, "payments/", **asked) == rows


def test_one_payment_tells_its_facts_and_files(spent):
    voucher = spent.project.vouchers.get(number="PZ-1")

    told = data_of(spent.clerk, below(spent, f"payments/{voucher.pk}/"))

    assert (told["amount"], told["paid_on"], told["state"]) == ("123456.78", "2026-01-10", "recognised")
    assert [(file["name"], len(file["sha256"])) for file in told["files"]] == [("凭证.png", 64)]
    assert told["reversals"] == [voucher.reversals.get().pk]
    assert (told["recorded_by"], told["unit_price"]) == (str(spent.clerk), None)


# Scope and what is not said yet


def test_out_of_reach_is_the_same_as_missing(world):
    stranger = make.user("U1", world.sibling.organisation)

    hidden, missing = get(stranger, below(world, "ledger/")), get(stranger, "projects/987654321/ledger/")

    assert (hidden.status_code, hidden.json()) == (404, missing.json())
    assert [row["id"] for row in rows_of(stranger, "projects/")] == [world.sibling.pk]


def test_visible_but_not_granted_is_403(world):
    assert get(world.leader, "flags/").status_code == 403


def test_a_unit_learns_of_a_document_once_it_is_signed(world):
    document = document_of(world)
    unsigned = [rows_of(world.clerk, "fund-documents/"), rows_of(world.clerk, below(world, "money-in/"))]

    operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)

    assert unsigned == [[], []]
    assert [row["number"] for row in rows_of(world.clerk, "fund-documents/")] == [document.number]
    assert rows_of(world.clerk, below(world, "money-in/"))[0]["left"] == "7000000.00"
    assert data_of(world.clerk, f"fund-documents/{document.pk}/")["lines"][0]["amount"] == "7000000.00"


def test_a_document_shows_only_the_projects_in_reach(world):
    issue(world, {world.project.pk: Decimal(100), world.sibling.pk: Decimal(200)})

    [row] = rows_of(world.clerk, "fund-documents/")
    told = data_of(world.clerk, f"fund-documents/{row['id']}/")

    assert (row["seen_total"], row["projects"]) == ("100.00", 1)
    assert [line["project"] for line in told["lines"]] == [world.project.pk]
    assert "total" not in row


def test_a_unit_learns_of_a_decision_when_it_stands(world):
    facts = {"kind": "T09", "title": "延期", "number": "示例〔2026〕9号", "dated_on": ON, "reason": "x", "basis": "y",
             "drafted_by": world.hr, "drafted_on": ON}  # fmt: skip
    decision = Decision.objects.create(**facts)
    item = DecisionItem.objects.create(decision=decision, project=world.project)
    assert (rows_of(world.leader, below(world, "decisions/")), len(rows_of(world.hr, below(world, "decisions/")))) == (
        [],
        1,
    )

    DecisionItem.objects.filter(pk=item.pk).update(state="done")
    Decision.objects.filter(pk=decision.pk).update(state="effective", effective_on=ON)

    assert [row["item_state"] for row in rows_of(world.leader, below(world, "decisions/"))] == ["done"]
    other = make.project(world.unit)  # the decision stands for it, and no longer for this one
    DecisionItem.objects.create(decision=decision, project=other, state="done")
    DecisionItem.objects.filter(pk=item.pk).update(state="left_out")
    assert rows_of(world.leader, below(world, "decisions/")) == []


def test_draft_findings_are_the_business_of_the_office(spent):
    kinds = [one.code for one in spent.project.edition.finding_kinds]
    case = operations.open_audit(
        spent.project.pk, actor=spent.city_finance, number="审1", title="专项审计", period_from=date(2026, 1, 1),
        period_to=date(2026, 2, 1), method="amount", size=1, on=ON,
    )  # fmt: skip
    operations.record_finding(
        spent.project.pk, case.pk, actor=spent.city_finance, kind=kinds[0], level="major", voucher_id=None,
        amount=Decimal(0), due_on=date(2026, 6, 1), fact="缺少票据", clause="x", measure="补充票据", on=ON,
    )  # fmt: skip
    path = below(spent, f"audits/{case.pk}/")

    mine, theirs = data_of(spent.leader, path), data_of(spent.city_finance, path)

    assert (mine["findings"], mine["sample"], mine["seed"], mine["found"]) == ([], [], "", 0)
    assert ([one["fact"] for one in theirs["findings"]], len(theirs["sample"]), theirs["found"]) == (["缺少票据"], 1, 1)
    AuditCase.objects.update(state="sent")
    assert [one["fact"] for one in data_of(spent.leader, path)["findings"]] == ["缺少票据"]


def test_a_draft_payment_is_the_business_of_the_unit(ready):
    row = record(ready)
    one, listed = below(ready, f"payments/{row.pk}/"), below(ready, "payments/")

    assert [len(rows_of(person, listed)) for person in (ready.clerk, ready.city_finance, ready.hr)] == [1, 0, 0]
    assert [get(person, one).status_code for person in (ready.leader, ready.finance)] == [200, 404]
    assert rows_of(ready.finance, "payments/") == []


def test_what_finance_is_to_open_is_not_told_to_the_unit(ready):
    row = record(ready, "1000.00", "PZ-1")
    batch = operations.gather_batch(ready.project.pk, actor=ready.clerk, voucher_ids=[row.pk], on=ON)
    operations.sign_batch(ready.project.pk, batch.pk, actor=ready.leader, on=ON)
    path = below(ready, f"batches/{batch.pk}/")

    mine, theirs = data_of(ready.leader, path), data_of(ready.city_finance, path)

    assert (mine["seed"], mine["payments"][0]["why"], len(theirs["seed"])) == ("", "", 32)
    assert theirs["payments"][0]["why"] != ""
    assert mine["total"] == theirs["total"] == "1000.00"


def test_a_flag_names_another_project_only_to_who_reaches_it(ready):
    hidden = make.project(make.organisation(make.node("外省")))
    row = record(ready)
    flag = Flag.objects.create(
        project=ready.project, voucher=row, rule="person", message="x", raised_on=ON,
        elsewhere=[hidden.pk + 10_000], figures={"金额": "1.00 元"},
    )  # fmt: skip

    told = data_of(ready.clerk, below(ready, f"flags/{flag.pk}/"))

    assert (told["elsewhere"], told["figures"]) == (["另一项目"], [{"name": "金额", "value": "1.00 元"}])


# Input


@pytest.mark.parametrize(
    ("path", "asked", "field"),
    [
        ("ledger/", {"on": "2026-13-01"}, "on"),
        ("ledger/", {"on": "\x00"}, "on"),
        ("ledger/", {"known": "2999-01-01"}, "known"),
        ("payments/", {"state": "paid"}, "state"),
        ("payments/", {"q": "a\x00b"}, "q"),
        ("payments/", {"least": "1e3"}, "least"),
        ("payments/", {"year": "9" * 5000}, "year"),
        ("payments/", {"quarter": "1"}, "year"),
        ("payments/", {"sate": "draft"}, "sate"),
        ("payments/", {"ordering": "project__grant"}, "ordering"),
        ("assets/", {"state": "x"}, "state"),
        ("flags/", {"rule": "x"}, "rule"),
        ("deadlines/", {"q": "x"}, "q"),
    ],
)
def test_a_filter_that_cannot_be_read_is_told(world, path, asked, field):
    answer = get(world.finance, below(world, path), **asked)

    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("asked", [{"sort": "password"}, {"stage": "x"}, {"place": "x"}, {"size": "10000"}])
def test_projects_are_ordered_and_filtered_by_what_is_allowed(world, asked):
    assert get(world.hr, "projects/", **asked).status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 400, "2"])
def test_a_page_that_is_not_there_is_not_found(world, page):
    assert get(world.hr, "projects/", page=page).status_code == 404


@pytest.mark.parametrize("path", ["projects/9999999999999999999999/ledger/", f"projects/{'9' * 5000}/", "nothing/"])
def test_an_address_that_is_not_there_answers_in_json(world, path):
    answer = get(world.hr, path)

    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_a_page_holds_fifty_and_names_the_next(world):
    for _ in range(50):
        make.project(world.unit)

    told = data_of(world.hr, "projects/")

    assert (told["count"], len(told["results"])) == (52, 50)
    assert told["next"].endswith("/api/v1/projects/?page=2")
    assert len(data_of(world.hr, "projects/", page=2)["results"]) == 2


# What a list costs


def statements(person, path):
    client = client_of(person)
    client.get(f"{V1}{path}")
    with CaptureQueriesContext(connection) as found:
        assert client.get(f"{V1}{path}").status_code == 200
    return len(found)


def test_lists_cost_the_same_for_one_row_and_for_three(ready):
    paths = [*ROOTS, *(below(ready, path) for path in LISTS)]
    furnish(ready, 1)
    few = {path: statements(ready.finance, path) for path in paths}

    furnish(ready, 2)
    furnish(ready, 3)

    assert {path: statements(ready.finance, path) for path in paths} == few
    counts = {path: data_of(ready.finance, path).get("count", 3) for path in paths}
    assert {path: count for path, count in counts.items() if count < 3} == {}


ROOTS = ("projects/", "fund-documents/", "payments/", "flags/", "found-money/")
LISTS = (
    "deadlines/",
    "decisions/",
    "targets/",
    "payments/",
    "batches/",
    "contracts/",
    "assets/",
    "flags/",
    "audits/",
    "found-money/",
    "money-in/",
    "ledger/",
)


def paper(world, number):
    """Rows without an act: a document of money, a deadline, a decision in force, a round of targets."""
    signed = {"state": "approved", "recorded_by": world.finance, "recorded_on": ON, "approved_by": world.finance_head}
    document = FundDocument.objects.create(
        number=f"示例财社〔2026〕{number}号", dated_on=ON, fiscal_year=2026, source="local", title="下达", total=Decimal(1),
        approved_on=ON, **signed,
    )  # fmt: skip
    Allocation.objects.create(document=document, project=world.project, amount=Decimal(1), effect=Decimal(1))
    Deadline.objects.create(
        project=world.project, rule="build_end", due_on=ON, basis="通知", state="met", opened_on=ON, closed_on=ON
    )
    drafted = {"drafted_by": world.hr, "drafted_on": ON}
    decision = Decision.objects.create(
        kind="T09",
        title="延期",
        number="x",
        dated_on=ON,
        reason="x",
        basis="y",
        state="effective",
        effective_on=ON,
        **drafted,
    )
    DecisionItem.objects.create(decision=decision, project=world.project, state="done")
    TargetSheet.objects.create(project=world.project, round=number, state="returned", years=[2026], **drafted)


def furnish(world, number):
    """One row more in every list."""
    pk, unit = world.project.pk, world.project.organisation
    make.project(unit)
    paper(world, number)
    refused = submit(world, "10.00", f"BX-{number}")
    judge(world, refused, "disallowed", world.city_finance)
    row = record(world, "20.00", f"PC-{number}")
    batch = operations.gather_batch(pk, actor=world.clerk, voucher_ids=[row.pk], on=ON)
    operations.sign_batch(pk, batch.pk, actor=world.leader, on=ON)
    flags.raise_flag(pk, actor=world.city_finance, text="请说明", voucher_id=row.pk, on=ON)
    by = {"recorded_by": world.clerk, "recorded_on": ON}
    contract = world.project.contracts.create(
        number=f"HT-{number}",
        name="设备",
        supplier="示例公司",
        category="equipment",
        amount=Decimal(9),
        signed_on=ON,
        **by,
    )
    world.project.assets.create(
        card_number=f"ZC-{number}", name="车床", room="一号车间", unit_price=Decimal(9), acquired_on=ON,
        label=f"SL{number}", contract=contract, **by,
    )  # fmt: skip
    operations.open_audit(
        pk, actor=world.city_finance, number=f"审{number}", title="审计", period_from=date(2026, 1, 1),
        period_to=date(2026, 2, 1), method="amount", size=1, on=ON,
    )  # fmt: skip


def test_the_auditor_reads_by_the_same_row(ready):
    assert data_of(auditor(ready), below(ready, "ledger/"))["received"] == "7000000.00"
