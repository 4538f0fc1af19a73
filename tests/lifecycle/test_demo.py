"""seed_demo: forty lives, every state of the money, every overlay and clock; the books and the journal are whole."""

from collections import defaultdict

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone

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
from lifecycle.deadlines import RULES
from lifecycle.demo.people import PASSWORD
from lifecycle.demo.seeding import seed
from lifecycle.models import Deadline, Panel
from lifecycle.queries.deadlines import dates_of
from lifecycle.queries.overlays import overlays_of
from performance.models import Assessment, Indicator, PeriodReturn, ReviewRemark, Round, TargetSheet
from policy.terms import DocumentKind, EntryType, Kind, Sector, Stage, Track, UnitType, VoucherState
from projects.models import Decision, Problem, Project

PAGES = (
    "", "payments/", "batches/", "money-in/", "incomes/", "budget/", "settlements/", "contracts/", "assets/", "flags/",
    "reconcile/", "audits/", "found-money/",
)  # fmt: skip

# What the checks of the money and the acts over several projects cannot do without.
PART = frozenset({
    "awarded", "mending", "filed", "building", "ending", "overdue", "in_acceptance", "accepted", "rectifying", "settled",
    "terminated",
})  # fmt: skip


def states(model, field="state"):
    return set(model.objects.values_list(field, flat=True))


@pytest.fixture
def kept(db, settings, tmp_path):
    settings.FILES_DIR = settings.DATA_DIR = tmp_path


@pytest.mark.once
def test_the_demo_holds_forty_lives_and_its_books_are_whole(kept, client, capsys):
    call_command("seed_demo", force=True)

    projects = list(Project.objects.select_related("organisation__node").order_by("pk"))
    peopled(projects)
    clocked(projects, timezone.localdate())
    worked()
    money(client)
    whole(capsys)
    call_command("seed_demo", force=True)
    assert Project.objects.count() == len(projects)


@pytest.mark.postgres
def test_a_part_of_the_demo_holds_every_state_of_the_money_on_postgresql(kept, client, capsys):
    seed(timezone.localdate(), only=PART)

    assert Project.objects.count() == len(PART)
    money(client)
    whole(capsys)


def peopled(projects):
    assert len(projects) == 40
    assert {one.stage for one in projects} == {*Stage}
    assert {one.edition_code for one in projects} == {"demo_2022", "jilin_2025"}
    kinds = {(one.edition_code, one.kind) for one in projects if one.stage == Stage.BUILDING}
    assert kinds == {(code, kind) for code in ("demo_2022", "jilin_2025") for kind in Kind}
    tracks = {(one.kind, one.sector, one.track) for one in projects if one.kind == Kind.BASE and one.sector}
    assert tracks == {(Kind.BASE, sector, track) for sector in Sector for track in Track}
    assert {one.sector for one in projects if one.kind == Kind.STUDIO} == {*Sector}
    assert {one.organisation.unit_type for one in projects} == {*UnitType}
    assert {one.organisation.node.kind for one in projects} == {"province", "city", "county", "department"}
    assert len({one.organisation.node_id for one in projects}) == 7
    assert len({one.awarded_on.year for one in projects if one.awarded_on}) >= 4
    books = defaultdict(list)
    for pk, amount in Voucher.objects.order_by("pk").values_list("project", "amount"):
        books[pk].append(amount)
    assert len({tuple(amounts) for amounts in books.values()}) == len(books) >= 25


def clocked(projects, on):
    told = {overlay.code for found in overlays_of(projects, on).values() for overlay in found}
    assert told == {"held", "extended", "changing", "overdue", "disputed"}
    dates = dates_of(projects, on)
    running = {one.code for one in dates}
    assert running | states(Deadline, "rule") == {*RULES}
    assert len(running) >= len(RULES) - 2
    late = [one for one in dates if one.overdue(on)]
    assert 0 < len(late) < len(dates) / 3
    assert len({one.project_id for one in late}) < len(projects) / 3


def worked():
    assert states(Problem) == {*Problem.State}
    assert states(Problem, "source") >= {"order", "audit", "inspection", "monitoring", "self_evaluation", "assessment"}
    assert states(Round, "kind") == {"quarter", "year"}
    assert {"draft", "decided"} <= states(Assessment)
    several = Decision.objects.annotate(n=Count("items")).filter(n__gt=1, state="effective")
    assert set(several.values_list("kind", flat=True)) == {"T01", "T18", "assess"}
    assert Panel.objects.annotate(n=Count("cases")).filter(n__gt=1).count() == 1


def money(client):
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


def whole(capsys):
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
