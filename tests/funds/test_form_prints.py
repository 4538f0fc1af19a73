"""F07 and F08: the figures of the ledger, as of a day, the same in every file, and for whom."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import Entry
from accounts.roles import Role
from funds import operations
from funds.f08 import HEADERS
from funds.operations import contracts
from funds.papers import income_and_spending, list_of_payments, papers_of
from funds.queries import columns_of, ledger_as_of, ledger_of
from funds.queries.as_of import Moment
from papers import Cell, Grid, Paper, render
from policy.terms import Source
from projects import exports
from projects.models import Assignment
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, judge, recognise, submit, upload

CELL = {"category": "courses", "source": Source.CENTRAL}


def rows(paper):
    """The texts of every row of a paper."""
    grids = [block for block in paper.blocks if isinstance(block, Grid)]
    return [[cell.text for cell in row] for grid in grids for row in grid.rows]


def listed(paper):
    """The texts of every row of F08 but the one to sign in."""
    return rows(paper)[:-1]


def row(paper, name):
    return next(row for row in rows(paper) if name in row)


@pytest.fixture
def spent(ready):
    """Two payments recognised, one waiting, one doubted, interest; what was spent of own money too."""
    recognise(ready, "3000000.00", "PZ-1")
    recognise(ready, "200000.50", "PZ-2", **CELL, paid_on=date(2025, 12, 20))
    recognise(ready, "50000.00", "PZ-3", source=Source.OWN)
    submit(ready, "7000.00", "PZ-4")
    judge(ready, submit(ready, "900.00", "PZ-5"), "questioned", opinion="请补合同")
    operations.record_income(
        ready.project.pk, actor=ready.clerk, kind="interest", amount=Decimal("1234.56"),
        received_on=date(2025, 12, 21), number="LX-1", uploads=[upload("回单.png")], on=ON,
    )  # fmt: skip
    return ready


@pytest.mark.django_db
def test_the_form_says_what_the_ledger_says(spent):
    ledger = ledger_of(spent.project)
    paper = income_and_spending(spent.project, ON, ON)

    assert row(paper, "收入合计")[-1] == "7,001,234.56" == f"{ledger.received + Decimal('1234.56'):,}"
    assert row(paper, "其中：财政资金") == [
        "其中：财政资金", f"{ledger.budget:,.2f}", "3,000,000.00", f"{ledger.spent:,.2f}", "3,799,999.50",
        f"{ledger.execution_rate * 100:.2f}%",
    ]  # fmt: skip
    assert row(paper, "支出合计")[3] == f"{ledger.whole.spent:,.2f}" == "3,250,000.50"
    assert row(paper, "结转结余")[-1] == f"{ledger.left:,.2f}"
    assert row(paper, "待认定支出占用")[-1] == f"{ledger.reserved:,.2f}" == "7,000.00"
    assert row(paper, "可用余额")[-1] == f"{ledger.source(Source.CENTRAL).left:,.2f}"


@pytest.mark.django_db
def test_each_line_of_the_budget_stands_under_its_category(spent):
    paper = income_and_spending(spent.project, ON, ON)
    found = rows(paper)
    at = next(number for number, one in enumerate(found) if one[0] == "购置技能研修实训设备")

    assert [one[-5:] for one in found[at : at + 3]] == [
        ["5,000,000.00", "3,000,000.00", "3,000,000.00", "2,000,000.00", "60.00%"],
        ["300,000.00", "50,000.00", "50,000.00", "250,000.00", "16.67%"],
        ["5,300,000.00", "3,050,000.00", "3,050,000.00", "2,250,000.00", "57.55%"],
    ]
    assert [one[-6] for one in found[at : at + 3]] == ["中央补助", "单位自筹", "小计"]


@pytest.mark.django_db
def test_income_names_its_document_and_day_and_what_did_not_come(spent):
    found = rows(income_and_spending(spent.project, ON, ON))

    assert ["中央补助", "示例财社指〔2025〕12号", "2025-09-20", "7,000,000.00"] in found
    assert ["省级", "—", "—", "0.00"] in found
    assert ["利息", "LX-1", "2025-12-21", "1,234.56"] in found


@pytest.mark.django_db
def test_what_happened_after_the_day_is_not_on_the_form(spent):
    then = date(2025, 12, 31)
    ledger = ledger_as_of(spent.project, on=then, known=ON)
    paper = income_and_spending(spent.project, then, ON)

    assert row(paper, "支出合计")[2:4] == ["200,000.50", "200,000.50"]
    assert ledger.whole.spent == Decimal("200000.50")
    assert rows(paper)[1][-1] == "2025-12-31"
    assert [one[2] for one in listed(list_of_payments(spent.project, spent.clerk, then, ON))[1:-1]] == ["PZ-2"]


@pytest.mark.django_db
def test_what_was_not_known_then_is_not_on_the_form(spent):
    before = date(2026, 3, 1)
    paper = income_and_spending(spent.project, ON, before, told=True)

    assert row(paper, "收入合计")[-1] == "0.00"
    assert rows(paper)[1][-1] == "2026-03-02（按 2026-03-01 所知）"
    assert rows(list_of_payments(spent.project, spent.clerk, ON, before))[1] == ["截止日前没有提交财政审核的支出"]


@pytest.mark.django_db
def test_contracts_that_still_owe_are_said(spent):
    contracts.record_contract(
        spent.project.pk, actor=spent.clerk, number="HT-1", name="数控机床", supplier="示例设备公司",
        category="equipment", amount=Decimal("100000.00"), signed_on=date(2025, 12, 1), procurement="公开招标",
        retention=Decimal(0), retention_due_on=None, on=ON, uploads=[upload("合同.png")],
    )  # fmt: skip
    columns = columns_of(spent.project, Moment(ON, ON), ON, ON)

    assert row(income_and_spending(spent.project, ON, ON), "已签约未支付")[-1] == "100,000.00"
    assert columns.unpaid == {"equipment": Decimal("100000.00")}


@pytest.mark.django_db
def test_the_list_has_the_columns_of_the_form_and_a_line_for_each_payment(spent):
    paper = list_of_payments(spent.project, spent.clerk, ON, ON)
    found = listed(paper)

    assert tuple(found[0]) == HEADERS
    assert [(one[2], one[9], one[13], one[14]) for one in found[1:6]] == [
        ("PZ-2", "200,000.50", "1", "认定（2026-03-02）：依据见附件"),
        ("PZ-1", "3,000,000.00", "1", "认定（2026-03-02）：依据见附件"),
        ("PZ-3", "50,000.00", "1", "认定（2026-03-02）：依据见附件"),
        ("PZ-4", "7,000.00", "1", "待认定"),
        ("PZ-5", "900.00", "1", "暂不认定（2026-03-02）：请补合同"),
    ]
    assert [one[:2] for one in found[6:]] == [
        ["认定支出合计（冲销已扣减）", f"{ledger_of(spent.project).whole.spent:,.2f}"],
        ["另有待认定 1 笔，未计入合计", "7,000.00"],
        ["另有暂不认定 1 笔，未计入合计", "900.00"],
    ]


@pytest.mark.django_db
def test_a_reversal_is_listed_negative_and_taken_off(spent):
    voucher = spent.project.vouchers.get(number="PZ-1")
    back = propose_reversal(spent.project.pk, voucher.pk, actor=spent.clerk, amount=Decimal(1000), reason="退款", on=ON)
    operations.judge_reversal(
        spent.project.pk, back.pk, actor=spent.city_finance, verdict="recognised", opinion="同意", on=ON
    )
    found = rows(list_of_payments(spent.project, spent.clerk, ON, ON))

    assert "-1,000.00" in [one[9] for one in found if len(one) == len(HEADERS)]
    assert ["认定支出合计（冲销已扣减）", "3,249,000.50"] in [one[:2] for one in found]
    assert f"{ledger_of(spent.project).whole.spent:,.2f}" == "3,249,000.50"


@pytest.mark.django_db
def test_the_totals_are_the_same_on_the_page_and_in_every_file(spent):
    paper = income_and_spending(spent.project, ON, ON)
    wanted = [row(paper, "支出合计")[3], row(paper, "结转结余")[-1], row(paper, "收入合计")[-1]]
    client = Client()
    client.force_login(spent.clerk)

    sheet = load_workbook(io.BytesIO(render(paper, "xlsx"))).active
    cells = [cell.value for line in sheet.iter_rows() for cell in line]
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(render(paper, "pdf"))).pages)
    document = Document(io.BytesIO(render(paper, "docx")))
    written = {cell.text for table in document.tables for line in table.rows for cell in line.cells}
    shown = client.get(reverse("funds:ledger", args=[spent.project.pk])).context
    told = client.get(reverse("api:ledger", args=[spent.project.pk])).json()

    assert {float(one.replace(",", "")) for one in wanted} <= {
        value for value in cells if isinstance(value, float | int)
    }
    assert all(one in words for one in wanted)
    assert set(wanted) <= written
    assert f"{shown['ledger'].whole.spent:,.2f}" == wanted[0]
    assert f"{shown['ledger'].left:,.2f}" == wanted[1]
    assert (f"{Decimal(told['left']):,.2f}", Decimal(told["spent"])) == (wanted[1], shown["ledger"].spent)


def test_a_long_number_stays_inside_its_cell():
    number = "12345678901234567890"
    paper = Paper("F08", "示例", (Grid((1, 1, 8), ((Cell(number), Cell("2026-05-22"), Cell("示例")),)),))

    said = PdfReader(io.BytesIO(render(paper, "pdf"))).pages[0].extract_text()

    assert number not in said
    assert "123456789012" in said


def expert_of(world):
    expert = make.user(Role.EX, world.finance_head_office)
    Assignment.objects.create(project=world.project, user=expert, since=ON, assigned_by=world.hr)
    return expert


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "forms"),
    [("clerk", {"F07", "F08"}), ("hr", {"F07", "F08"}), ("stranger", set()), ("expert", {"F07"}), ("officer", set())],
)
def test_who_may_print_what(ready, who, forms):
    people = {
        "stranger": lambda: make.user(Role.U1, make.organisation(make.node("示例二市", "city", ready.province))),
        "expert": lambda: expert_of(ready),
        "officer": lambda: make.user(Role.SA, ready.finance_head_office),
    }
    reader = people[who]() if who in people else getattr(ready, who)

    assert {one.form for one in papers_of(ready.project, reader, ON)} == forms


@pytest.mark.django_db
def test_today_and_the_last_quarter_ends_are_offered(ready):
    found = [one for one in papers_of(ready.project, ready.clerk, ON) if one.form == "F07"]

    assert [one.key for one in found] == ["F07-20260302", "F07-20251231", "F07-20250930", "F07-20250630"]
    assert found[1].build().dated_on == date(2025, 12, 31)
    assert found[1].label == "专项资金收支情况表（截至 2025-12-31）"


def cost(build):
    with CaptureQueriesContext(connection) as captured:
        build()
    return len(captured)


@pytest.mark.django_db
def test_the_forms_cost_the_same_at_one_payment_and_at_three(ready):
    def both():
        return (
            cost(lambda: papers_of(ready.project, ready.clerk, ON)),
            cost(lambda: income_and_spending(ready.project, ON, ON)),
            cost(lambda: list_of_payments(ready.project, ready.clerk, ON, ON)),
        )

    recognise(ready, "1000.00", "PZ-1")
    one = both()
    recognise(ready, "1000.00", "PZ-2", **CELL)
    recognise(ready, "1000.00", "PZ-3", source=Source.OWN)

    assert both() == one
    assert one[0] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["pdf", "xlsx", "docx"])
def test_the_page_leads_to_the_form_of_its_dates(spent, kind):
    client = Client()
    client.force_login(spent.clerk)
    page = client.get(reverse("funds:ledger", args=[spent.project.pk]), {"on": "2025-12-31", "start": "2025-12-01"})
    address = reverse("funds:form_f07", args=[spent.project.pk])
    assert f"{address}?{page.context['paper_query'].replace('&', '&amp;')}&amp;as={kind}" in page.content.decode()

    answer = client.get(f"{address}?{page.context['paper_query']}", {"as": kind})

    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert "on=2025-12-31" in page.context["paper_query"]


@pytest.mark.django_db
def test_a_list_taken_out_leaves_a_line_in_the_journal(spent):
    client = Client()
    client.force_login(spent.clerk)
    client.get(reverse("funds:form_f08", args=[spent.project.pk]))

    assert Entry.objects.filter(verb="打印支出明细表", actor=spent.clerk).count() == 1


@pytest.mark.django_db
def test_a_long_list_is_for_those_who_may_export_many_and_say_why(spent, monkeypatch):
    monkeypatch.setattr(exports, "FEW", 2)
    page, client = reverse("funds:form_f08", args=[spent.project.pk]), Client()

    client.force_login(spent.city_finance)
    refused = client.get(page, {"reason": "核对"})
    client.force_login(spent.finance)
    asked, given = client.get(page, {"as": "xlsx"}), client.get(page, {"as": "xlsx", "reason": " 年度核对 "})
    client.force_login(spent.clerk)
    own = client.get(page)

    assert (refused.status_code, asked.status_code, given.status_code, own.status_code) == (409, 422, 200, 200)
    assert "一次打印超过 2 行须由省人社经办" in refused.content.decode()
    assert "超过 2 行须写明用途" in asked.content.decode()
    assert '<input type="hidden" name="as" value="xlsx">' in asked.content.decode()
    assert [one.text for one in Entry.objects.filter(verb="打印支出明细表").order_by("pk")] == [
        "5 行：年度核对",
        "5 行",
    ]
