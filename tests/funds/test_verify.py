"""verify_ledger: whole on what the operations wrote; each row tampered with behind their back is named."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import triggers
from accounts.groundwork import ensure
from accounts.models import Membership, Notice
from funds import operations
from funds.apps import FROZEN
from funds.models import (
    Allocation,
    BudgetItem,
    BudgetLine,
    FoundMoney,
    Receipt,
    Settlement,
    SourceLine,
    Voucher,
    VoucherSpell,
)
from funds.verify import guards, verify
from lifecycle.jobs import JOBS
from policy.terms import Stage
from projects.fields import money
from projects.models import Alert, Attachment, Project
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, document_of, judge, recognise, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(ready):
    """A ledger of every kind of row, its triggers lifted as someone with the database open would."""
    recognise(ready, "1000.00", "PZ-1")
    second = recognise(ready, "500.00", "PZ-2")
    judge(ready, submit(ready, "70.00", "PZ-3"), "disallowed")
    submit(ready, "30.00", "PZ-4")
    for number, amount in (("PZ-5", "500000.00"), ("PZ-6", "10.00")):
        signed_twice(ready, submit(ready, amount, number, payee="示例大宗设备公司"))
    reversal = propose_reversal(
        ready.project.pk, second.pk, actor=ready.clerk, amount=Decimal(200), reason="退款", number="PZ-2-冲1", on=ON
    )
    operations.judge_reversal(
        ready.project.pk, reversal.pk, actor=ready.city_finance, verdict="recognised", opinion="同意", on=ON
    )
    for frozen in FROZEN:
        triggers.drop(frozen)
    yield ready
    for frozen in FROZEN:
        triggers.create(frozen)


def signed_twice(world, row):
    for actor in (world.city_finance, world.finance):
        operations.judge_voucher(world.project.pk, row.pk, actor=actor, verdict="recognised", opinion="同意", on=ON)


def rules(**how):
    return sorted({fault.rule for fault in verify(Project.objects.order_by("pk"), **how) if fault.grave})


def voucher(number):
    return Voucher.objects.filter(number=number)


def spells(number):
    return VoucherSpell.objects.filter(voucher__number=number)


def set_(rows, **values):
    assert rows.update(**values)


def without_checks(act):
    """The CHECKs of the database off, as after a hand-made repair; PostgreSQL drops the one until the test rolls back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE funds_budgetline DROP CONSTRAINT budget_line_not_negative"
            )
            return act()
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            act()
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


EQUIPMENT = {"category": "equipment", "source": "central"}
TAMPERS = {
    "L1 line without its budget": (lambda: set_(BudgetItem.objects.filter(category="courses"), amount=money(1)), "L1"),
    "L2 negative": (
        lambda: without_checks(lambda: set_(BudgetLine.objects.filter(category="courses"), reserved=money(-5))),
        "L2",
    ),
    "L3 spent line": (lambda: set_(BudgetLine.objects.filter(**EQUIPMENT), spent=money(9)), "L3"),
    "L3 source line": (lambda: set_(SourceLine.objects.filter(source="central"), reserved=money(0)), "L3"),
    "L3 amount of a payment": (lambda: set_(voucher("PZ-1"), amount=money(Decimal("1000.01"))), "L3"),
    "L4 limit": (lambda: set_(SourceLine.objects.filter(source="central"), limit=money(7_000_001)), "L4"),
    "L4 received more than allocated": (
        lambda: set_(Receipt.objects.all(), amount=money(7_000_001), effect=money(7_000_001)),
        "L4",
    ),
    "L5 grant": (lambda: set_(Project.objects.filter(vouchers__number="PZ-1"), grant=money(8_000_000)), "L5"),
    "L5 issued beyond the grant": (
        lambda: set_(Allocation.objects.all(), amount=money(7_000_001), effect=money(7_000_001)),
        "L5",
    ),
    "L6 reversed beyond the payment": (lambda: set_(voucher("PZ-2-冲1"), amount=money(501)), "L6"),
    "L6 reversal of what was never recognised": (
        lambda: set_(voucher("PZ-2-冲1"), reverses=voucher("PZ-3").get()),
        "L6",
    ),
    "L6 no reason": (lambda: set_(voucher("PZ-2-冲1"), abstract=" "), "L6"),
    "L7 category of the other kind": (lambda: set_(voucher("PZ-1"), category="materials"), "L7"),
    "L8 amount": (lambda: set_(voucher("PZ-3"), amount=money(10**11 + 1)), "L8"),
    "L9 judged by who recorded it": (
        lambda: set_(voucher("PZ-1"), judged_by=voucher("PZ-1").get().recorded_by_id),
        "L9",
    ),
    "L9 two signatures of one person": (
        lambda: set_(voucher("PZ-1"), first_judged_by=voucher("PZ-1").get().judged_by_id),
        "L9",
    ),
    "L9 one signature at the threshold": (lambda: set_(voucher("PZ-5"), first_judged_by=None), "L9"),
    "L9 one signature beside what was paid before": (
        lambda: set_(voucher("PZ-6"), first_judged_by=None),
        "L9",
    ),
    "L9 judge of the unit": (
        lambda: Membership.objects.create(
            user=voucher("PZ-1").get().judged_by,
            role="U1",
            organisation=voucher("PZ-1").get().project.organisation,
            since=date(2020, 1, 1),
        ),
        "L9",
    ),
    "L10 evidence gone": (lambda: Attachment.objects.filter(about="voucher").delete(), "L10"),
    "L10 no digest": (lambda: set_(Attachment.objects.filter(about="voucher"), sha256=""), "L10"),
    "L12 paid before the period": (lambda: set_(voucher("PZ-1"), paid_on=date(2025, 6, 30)), "L12"),
    "待认定 ended behind its back": (lambda: set_(spells("PZ-4"), until_on=ON), "待认定"),
    "待认定 of another amount": (lambda: set_(spells("PZ-4"), amount=money(31)), "待认定"),
    "待认定 of another source": (lambda: set_(spells("PZ-4"), source="own"), "待认定"),
    "待认定 that holds nothing": (lambda: set_(spells("PZ-4"), fits=False), "待认定"),
    "待认定 that goes on after the verdict": (lambda: set_(spells("PZ-3"), until_on=None), "待认定"),
    "L16 number left out": (lambda: set_(voucher("PZ-1"), entry_number=99), "L16"),
}


def test_what_the_operations_wrote_is_whole(kept):
    assert rules() == []
    assert rules(rehash=True) == []


@pytest.mark.parametrize("name", list(TAMPERS))
def test_a_tampered_row_is_named(kept, name):
    tamper, expected = TAMPERS[name]
    tamper()

    found = [fault for fault in verify([kept.project.__class__.objects.get(pk=kept.project.pk)]) if fault.grave]

    assert expected in {fault.rule for fault in found}
    assert {fault.project for fault in found} == {kept.project.pk}
    assert all(fault.entry and fault.name == kept.project.name for fault in found)


def test_a_settlement_that_is_not_the_books_is_named(kept):
    Project.objects.filter(pk=kept.project.pk).update(stage=Stage.REVOKED)
    Settlement.objects.create(
        project=kept.project, occasion="revocation", received=Decimal(7_000_000), compliant=Decimal(1), state="approved",
        residual=Decimal(6_999_999), recovery=Decimal(6_999_999), document_number="示例1号", prepared_by=kept.finance,
        prepared_on=ON,
    )  # fmt: skip

    texts = [fault.text for fault in verify(Project.objects.filter(pk=kept.project.pk)) if fault.rule == "L15"]

    assert len(texts) == 2
    assert "追缴 0.00 元" in texts[0]


def test_problem_money_that_does_not_add_up_is_named(kept):
    FoundMoney.objects.filter(project=kept.project).delete()
    row = FoundMoney.objects.create(
        project=kept.project, voucher=voucher("PZ-3").get(), kind="x", fact="x", found=Decimal(70), proved=Decimal(20),
        left=Decimal(50), found_by=kept.finance, found_on=ON,
    )  # fmt: skip

    found = [fault for fault in verify(Project.objects.filter(pk=kept.project.pk)) if fault.rule == "问题资金"]

    assert [fault.text for fault in found] == ["补证 20.00 元，已确认的合计 0.00 元"]
    assert row.found == 70


def test_a_changed_or_missing_file_is_named(kept, settings):
    files = Attachment.objects.filter(about="voucher", about_id=voucher("PZ-1").get().pk)
    path = settings.FILES_DIR / files.get().path
    path.chmod(0o600)
    path.write_bytes(b"other")

    assert rules() == []
    assert rules(rehash=True) == ["L10"]
    path.unlink()
    assert rules() == ["L10"]


def test_the_same_invoice_is_told_and_breaks_nothing(kept):
    Voucher.objects.filter(number__in=["PZ-1", "PZ-2"]).update(invoice_key="示例公司|1")

    found = list(verify(Project.objects.filter(pk=kept.project.pk)))

    assert [(fault.rule, fault.grave) for fault in found] == [("L11", False)]


def test_missing_triggers_are_told(kept):
    assert {fault.entry for fault in guards()} == {frozen.table for frozen in FROZEN}
    for frozen in FROZEN:
        triggers.create(frozen)
    assert list(guards()) == []


def test_it_costs_the_same_for_one_project_and_for_three(kept):
    def cost(projects):
        with CaptureQueriesContext(connection) as spent:
            list(verify(projects))
        return len(spent)

    assert cost([kept.project]) == cost([kept.project, kept.sibling, Project.objects.first()])


def run(*words):
    out = StringIO()
    code = 0
    try:
        call_command("verify_ledger", *words, stdout=out)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue()


def test_the_command_says_whole_broken_or_could_not(ready):
    recognise(ready, "1000.00", "PZ-1")
    whole = run("--project", str(ready.project.pk))
    BudgetLine.objects.filter(**EQUIPMENT).update(spent=money(9))
    code, said = run()
    as_json = json.loads(run("--json")[1])

    assert whole == (0, "已核验 1 个项目：账目完好\n")
    assert code == 1
    assert f"L3　项目 {ready.project.pk}「{ready.project.name}」　预算 equipment/中央补助：余额行支出 9.00 元" in said
    assert (as_json["checked"], {fault["rule"] for fault in as_json["faults"]}) == (2, {"L3"})
    with pytest.raises(CommandError) as failed:
        call_command("verify_ledger", "--project", "999999")
    assert failed.value.returncode == 2


def test_the_nightly_check_raises_an_alert_and_clears_it(ready):
    ensure()
    recognise(ready, "1000.00", "PZ-1")
    BudgetLine.objects.filter(**EQUIPMENT).update(spent=money(9))
    said = JOBS["verify_ledger"](ON)
    JOBS["verify_ledger"](ON)
    alert = Alert.objects.get(project=ready.project, source="ledger_check")
    told = Notice.objects.filter(user=ready.finance, text__contains="账目核验 L3").count()
    BudgetLine.objects.filter(**EQUIPMENT).update(spent=money(1000))
    again = JOBS["verify_ledger"](ON)

    assert (said, again) == ("1 个项目账目有错", "账目完好")
    assert (alert.code, alert.cleared_on, told) == ("L3", None, 1)
    assert Alert.objects.get(pk=alert.pk).cleared_on == ON


def test_a_document_that_waits_counts_for_nothing(world):
    document_of(world)

    assert rules() == []
