"""seed_demo: every state of the money is there, made by the operations, and the books and the journal are whole."""

import pytest
from django.core.management import call_command
from django.db.models import Count

from accounts.models import User
from funds.models import (
    Ask,
    Asset,
    AssetCheck,
    AuditCase,
    AuditFinding,
    Batch,
    Budget,
    Explanation,
    Flag,
    FoundMoneyEntry,
    FundDocument,
    FundHold,
    HeldOut,
    Repayment,
    Settlement,
    UnitArrival,
    Voucher,
)
from lifecycle.demo.people import PASSWORD
from performance.models import Indicator, PeriodReturn, ReviewRemark, TargetSheet
from policy.terms import DocumentKind, EntryType, VoucherState

PAGES = (
    "", "payments/", "batches/", "money-in/", "incomes/", "budget/", "settlements/", "contracts/", "assets/", "flags/",
    "reconcile/", "audits/", "found-money/",
)  # fmt: skip


def states(model, field="state"):
    return set(model.objects.values_list(field, flat=True))


@pytest.fixture
def seeded(db, settings, tmp_path):
    settings.FILES_DIR = settings.DATA_DIR = tmp_path
    call_command("seed_demo", force=True)


def test_the_demo_holds_every_state_of_the_money_and_its_books_are_whole(seeded, client, capsys):
    assert states(Voucher) == {*VoucherState}
    assert states(Voucher, "entry_type") == {*EntryType}
    assert Voucher.objects.filter(state="submitted", first_judged_by__isnull=False).exists()
    assert set(Voucher.objects.exclude(reverses=None).values_list("state", flat=True)) == {"submitted", "recognised"}
    assert states(Batch) == {"draft", "signed", "passed"}
    assert set(Batch.objects.annotate(n=Count("picks__seen_by")).values_list("state", "n")) >= {("signed", 1)}
    assert {ask.answered_on is None for ask in Ask.objects.all()} == {True, False}
    assert states(FundDocument, "kind") == {DocumentKind.ISSUE, DocumentKind.SWEEP, DocumentKind.REISSUE}
    assert HeldOut.objects.count() == 2
    assert UnitArrival.objects.get().mode == "claim"
    assert {hold.lifted_on is None for hold in FundHold.objects.all()} == {True, False}
    assert states(Budget) >= {"approved", "superseded", "proposed"}
    assert states(AuditCase) == {"open", "sent", "concluded"}
    assert states(AuditFinding) == {"draft", "replied", "closed"}
    assert states(FoundMoneyEntry) == {"recorded", "confirmed"}
    assert states(Flag) >= {"open", "answered", "cleared"}
    assert states(AssetCheck, "found") == {True, False}
    assert Asset.objects.count() == 6
    assert Explanation.objects.count() == 1
    assert states(Repayment) == {"recorded", "confirmed"}
    assert set(Settlement.objects.values_list("occasion", flat=True)) == {"acceptance", "revocation", "termination"}

    shown(client)
    capsys.readouterr()
    call_command("verify_ledger")
    call_command("verify_journal", "--rows")
    told = capsys.readouterr().out
    assert "账目完好" in told
    assert "日志完整" in told


def shown(client):
    """Every page of the money opens for everyone whose money it is; the password is a real one."""
    assert User.objects.get(username="pf").check_password(PASSWORD)
    project = Batch.objects.filter(state="signed").get().project
    for name in ("pf", "cf", "ph", "qigong.u1", "qigong.u2", "au"):
        client.force_login(User.objects.get(username=name))
        for page in PAGES:
            url = f"/projects/{project.pk}/funds/{page}"
            assert client.get(url).status_code == 200, (name, url)
    assert {"accepted", "open", "submitted"} <= states(PeriodReturn)
    assert (TargetSheet.objects.get(version=2).revises.version, ReviewRemark.objects.count()) == (1, 5)
    assert Indicator.objects.exclude(baseline="").exclude(baseline_source="").exists()
