"""资金文件 that give and take back: rules at their boundaries, then on a real database, then the pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from funds import operations, queries, rules
from funds.models import Allocation, Budget, BudgetItem, FundDocument, HeldOut, Receipt, SourceLine
from funds.queries import ledger_of
from funds.rules import AllocationFacts, DocumentFacts, Given, Pool, Taken
from policy.findings import Refused
from policy.loader import edition
from policy.terms import Source, Stage
from projects.models import Alert, Attachment, Project
from projects.queries import files_for
from tests import factories as make
from tests.funds.scene import ON, budget, document_of, issue, receive, recognise, submit

EDITION = edition("jilin_2025")
FILED = {Stage.TARGET_FILED, Stage.BUILDING}
UNFILED = {Stage.DRAFT, Stage.AWARDED, Stage.TARGET_REVIEW}
DECLARED = {"declared": Decimal(50), "declared_whole": Decimal(50)}
GONE = {Stage.REVOCATION_NOTICE, Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED}


def codes(found):
    return [finding.code for finding in (getattr(found, "value", None) and found.value.findings) or found]


def head(**changes):
    return DocumentFacts(**({"number": "示例1号", "dated_on": ON, "fiscal_year": 2026, "source": "central"} | changes))


def line(**changes):
    facts = {
        "name": "示例项目",
        "stage": Stage.TARGET_FILED,
        "grant": Decimal(700),
        "grant_source": "central",
        "grant_clause": "通知五",
        "amount": Decimal(300),
        "before": Decimal(400),
        "whole": Decimal(400),
    }
    return AllocationFacts(**(facts | changes))


def checked(document=None, **changes):
    return codes(list(rules.check_allocations([line(**changes)], document or head())))


# Rules


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"amount": Decimal("300.01")}, ["grant"]),
        ({"amount": Decimal(0)}, ["amount"]),
        ({"held": True}, ["held"]),
        ({"awarded_on": ON}, []),
        ({"awarded_on": date(2026, 3, 3)}, ["before_award"]),
    ],
    ids=["last cent of the grant", "one cent over", "nothing", "held", "on the day", "before the award"],
)
def test_check_allocations_stops_at_the_grant(changes, expected):
    assert checked(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"before": Decimal(0), "whole": Decimal(700), "amount": Decimal("0.01")}, ["grant"]),
        ({"before": Decimal(0), "whole": Decimal(700), "amount": Decimal(50), "declared": Decimal(50)}, ["grant"]),
        ({"before": Decimal(0), "whole": Decimal(700), "amount": Decimal(50)} | DECLARED, []),
        ({"before": Decimal(0), "whole": Decimal(700), "amount": Decimal("50.01")} | DECLARED, ["grant"]),
    ],
    ids=["nothing declared", "declared and used by another source", "as declared", "a cent beyond"],
)  # fmt: skip
def test_money_of_another_source_goes_as_far_as_the_budget_declares(changes, expected):
    assert checked(head(source="provincial"), **changes) == expected


@pytest.mark.parametrize("stage", Stage)
def test_money_is_issued_once_targets_are_filed(stage):
    expected = [] if stage in FILED else ["targets"] if stage in UNFILED else ["stage"]

    assert checked(stage=stage) == expected


@pytest.mark.parametrize("stage", Stage)
def test_money_taken_back_may_be_given_again_until_the_title_is_in_question(stage):
    again = head(kind="reissue", origin_year=2025)

    found = checked(again, stage=stage, swept=Decimal(300))

    assert found == (["targets"] if stage in UNFILED else ["stage"] if stage in GONE else [])


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("reissue", {"swept": Decimal(300)}, []),
        ("reissue", {"swept": Decimal("299.99")}, ["reissue"]),
        ("sweep", {"unused": Decimal(300), "held": True, "stage": Stage.ACCEPTED}, []),
        ("sweep", {"unused": Decimal("299.99")}, ["used"]),
        ("reduce", {"unused": Decimal("299.99")}, ["used"]),
    ],
)
def test_what_goes_back_and_comes_again_has_its_bound(kind, facts, expected):
    assert checked(head(kind=kind, origin_year=2025), **facts) == expected


def test_all_findings_of_a_document_come_at_once_with_their_projects():
    lines = [line(name="甲", stage=Stage.AWARDED), line(name="乙", amount=Decimal(301))]

    found = list(rules.check_allocations(lines, head()))

    assert [finding.message[:3] for finding in found] == ["「甲」", "「乙」"]
    assert "绩效目标未备案，不得下达资金" in found[0].message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"number": " "}, ["number"]),
        ({"dated_on": date(2026, 3, 3)}, ["dated_on"]),
        ({"source": "own"}, ["source"]),
        ({"has_file": False}, ["upload"]),
        ({"tranche": 0}, ["tranche"]),
        ({"origin_year": 2025}, ["origin_year"]),
        ({"kind": "sweep"}, ["origin_year"]),
        ({"kind": "sweep", "origin_year": 2026}, []),
        ({"kind": "sweep", "origin_year": 2027}, ["origin_year"]),
        ({"kind": "reissue", "origin_year": 2026}, ["origin_year"]),
        ({"kind": "reissue", "origin_year": 2025}, []),
        ({"kind": "reduce"}, ["origin_year"]),
    ],
)
def test_check_document(changes, expected):
    assert codes(list(rules.check_document(head(**changes), on=ON))) == expected


def test_a_second_tranche_is_said_and_not_refused_while_the_number_is_our_default():
    found = list(rules.check_tranche(EDITION.limit("tranches"), head(tranche=2)))

    assert [(one.code, one.blocks) for one in found] == [("tranche", False)]
    assert not list(rules.check_tranche(EDITION.limit("tranches"), head(tranche=1)))


@pytest.mark.parametrize(("total", "said"), [("10.00", None), ("10.01", "少 0.01 元"), ("9.99", "多 0.01 元")])
def test_check_total(total, said):
    found = list(rules.check_total(Decimal(total), [Decimal(4), Decimal(6)]))

    assert [said in one.message for one in found] == ([True] if said else [])


def test_a_taking_starts_with_what_has_not_arrived_the_newest_first():
    given = (Given(1, Decimal(100), Decimal(60)), Given(2, Decimal(50), Decimal(0), "claim"))
    pool = Pool(given, allocated=Decimal(150), received=Decimal(60))

    assert pool.open() == {1: Decimal(40), 2: Decimal(50)}
    assert pool.take(Decimal(50)) == Taken(Decimal(50), Decimal(0), Decimal(50))
    assert pool.take(Decimal(90)) == Taken(Decimal(90), Decimal(0), Decimal(50))
    assert pool.take(Decimal(100)) == Taken(Decimal(90), Decimal(10), Decimal(60))
    assert Pool(given, Decimal(110), Decimal(60)).open() == {1: Decimal(40), 2: Decimal(10)}


# On the database


def declare(world, source, amount, state=Budget.State.SUBMITTED):
    plan = Budget.objects.create(project=world.project, version=9, state=state, drafted_by=world.clerk, drafted_on=ON)
    BudgetItem.objects.create(budget=plan, category="equipment", source=source, amount=amount)


def take(world, amount, kind="sweep", number="示例收回1号", **changes):
    lines = {world.project.pk: Decimal(amount)}
    return issue(world, lines, number=number, kind=kind, origin_year=2025, dated_on=date(2025, 12, 31), **changes)


def again(world, amount, number="示例再下达1号"):
    lines = {world.project.pk: Decimal(amount)}
    return document_of(
        world, lines, number=number, kind="reissue", fiscal_year=2026, origin_year=2025, dated_on=date(2026, 1, 20)
    )


def test_another_source_does_not_slip_past_the_award(world):
    issue(world)
    lines = {world.project.pk: Decimal("0.01")}

    with pytest.raises(Refused) as refused:
        document_of(world, lines, number="示例2号", source=Source.PROVINCIAL)
    declare(world, Source.PROVINCIAL, Decimal("0.01"))
    issue(world, lines, number="示例2号", source=Source.PROVINCIAL)

    assert codes(refused) == ["grant"]
    assert "须先由单位在预算中申报" in str(refused.value)
    assert ledger_of(world.project).allocated == Decimal("7000000.01")


def test_a_draft_budget_declares_nothing(world):
    declare(world, Source.LOCAL, Decimal(100), Budget.State.DRAFT)

    with pytest.raises(Refused) as refused:
        document_of(world, {world.project.pk: Decimal(1)}, source=Source.LOCAL)

    assert codes(refused) == ["grant"]


def test_the_typed_total_must_be_the_sum(world):
    with pytest.raises(Refused) as refused:
        document_of(world, total=Decimal("7000000.01"))

    assert codes(refused) == ["total"]
    assert "少 0.01 元" in str(refused.value)


def test_a_document_older_than_the_award_is_refused(world):
    with pytest.raises(Refused) as refused:
        document_of(world, dated_on=date(2025, 6, 19))
    document_of(world, dated_on=date(2025, 6, 20))

    assert codes(refused) == ["before_award"]


def test_the_unit_has_the_document_and_its_paper_once_it_is_signed(world):
    document = document_of(world)
    paper = Attachment.objects.get(about="fund_document")

    def seen(user):
        return (
            queries.documents_for(user).count(),
            len(queries.issues_of(world.project, user)),
            files_for(user, world.project).filter(pk=paper.pk).count(),
        )

    before = {who: seen(getattr(world, who)) for who in ("clerk", "leader", "city_finance")}
    operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)

    assert before == {"clerk": (0, 0, 0), "leader": (0, 0, 0), "city_finance": (1, 1, 1)}
    assert seen(world.clerk) == (1, 1, 1)


def test_projects_without_filed_targets_are_written_down_as_left_out(world):
    Project.objects.filter(pk=world.sibling.pk).update(stage=Stage.TARGET_REVIEW)

    document = document_of(world, held_out=[world.sibling.pk])

    row = HeldOut.objects.get()
    assert (row.document, row.project) == (document, world.sibling)
    assert "尚未备案" in row.reason
    assert "列入以后的资金文件" in row.next_step
    with pytest.raises(DatabaseError), transaction.atomic():
        HeldOut.objects.update(reason="x")


@pytest.mark.parametrize(
    ("code", "words"),
    [("poor", "审核结果为差，不得安排资金"), ("returned", "被退回"), ("", "尚未提交")],
    ids=["graded 差", "sent back", "never sent in"],
)
def test_who_is_left_out_reads_what_the_targets_stand_at(world, code, words):
    Project.objects.filter(pk=world.sibling.pk).update(stage=Stage.AWARDED)
    over = {"project": world.sibling, "source": "targets", "severity": "warning", "message": "示例", "raised_on": ON}
    Alert.objects.create(**over, code="poor", cleared_on=ON)
    if code:
        Alert.objects.create(**over, code=code)

    document_of(world, held_out=[world.sibling.pk])

    assert words in HeldOut.objects.get().reason
    assert [one.reason for one in queries.withheld(world.finance)] == [HeldOut.objects.get().reason]


def test_a_project_filed_meanwhile_is_not_left_out_in_silence(world):
    with pytest.raises(Refused) as refused:
        document_of(world, held_out=[world.sibling.pk])

    assert codes(refused) == ["held_out"]
    assert not FundDocument.objects.exists()


def test_a_sweep_takes_first_what_has_not_arrived_then_what_is_not_used(world):
    issue(world)
    budget(world)
    receive(world, Decimal(5_000_000))
    recognise(world, "1000000.00")

    take(world, 3_000_000)

    swept = Receipt.objects.get(kind="swept")
    assert (swept.amount, swept.effect, swept.received_on) == (
        Decimal(1_000_000), Decimal(-1_000_000), date(2025, 12, 31)
    )  # fmt: skip
    ledger = ledger_of(world.project)
    assert (ledger.allocated, ledger.received) == (Decimal(4_000_000), Decimal(4_000_000))
    assert SourceLine.objects.get(source="central").limit == Decimal(4_000_000)
    with pytest.raises(Refused) as refused:
        receive_of(world, Decimal("0.01"))
    assert codes(refused) == ["allocated"]


def receive_of(world, amount, document="示例财社指〔2025〕12号", **changes):
    allocation = world.project.allocations.get(document__number=document)
    facts = {"received_on": date(2026, 2, 1), "amount": amount, "on": ON} | changes
    return operations.confirm_receipt(world.project.pk, allocation.pk, actor=world.leader, **facts)


@pytest.mark.parametrize("waits", [False, True], ids=["recognised", "only reserved"])
def test_a_sweep_never_goes_below_what_is_used(ready, waits):
    (submit if waits else recognise)(ready, "1000000.00")

    with pytest.raises(Refused) as refused:
        take(ready, "6000000.01")
    take(ready, "6000000.00", number="示例收回2号")

    assert codes(refused) == ["used"]
    assert SourceLine.objects.get(source="central").limit == Decimal(1_000_000)


def test_what_is_spent_between_recording_and_signing_stays_spent(ready):
    lines = {ready.project.pk: Decimal(7_000_000)}
    document = document_of(
        ready, lines, number="示例收回1号", kind="sweep", origin_year=2025, dated_on=date(2025, 12, 31)
    )
    recognise(ready, "0.01")

    with pytest.raises(Refused) as refused:
        operations.approve_fund_document(document.pk, actor=ready.finance_head, on=ON)

    assert codes(refused) == ["used"]
    assert not Receipt.objects.filter(kind="swept").exists()


def test_swept_money_comes_again_under_its_old_year_and_never_beyond_the_award(ready):
    take(ready, 2_000_000)

    with pytest.raises(Refused) as refused:
        again(ready, "2000000.01")
    document = again(ready, 2_000_000)
    with pytest.raises(Refused) as twice:
        again(ready, "0.01", number="示例再下达2号")
    operations.approve_fund_document(document.pk, actor=ready.finance_head, on=ON)

    assert (codes(refused), codes(twice)) == (["grant", "reissue"], ["grant", "reissue"])
    assert document.fund_year == 2025
    assert ledger_of(ready.project).allocated == Decimal(7_000_000)
    assert [(row.money.year, row.money.left) for row in queries.ages_of([ready.project], ON)] == [
        (2025, Decimal(7_000_000))
    ]
    receive_of(ready, Decimal(2_000_000), "示例再下达1号")
    assert ledger_of(ready.project).received == Decimal(7_000_000)


def test_a_reduction_makes_room_under_the_award(ready):
    take(ready, 1_000_000, kind="reduce")

    more = issue(ready, {ready.project.pk: Decimal(1_000_000)}, number="示例3号", tranche=2)

    assert more.state == FundDocument.State.APPROVED
    assert ledger_of(ready.project).allocated == Decimal(7_000_000)


def test_under_reimbursement_money_may_be_used_once_allocated(world):
    operations.set_arrival_mode(world.unit.pk, actor=world.finance, mode="claim", on=ON)
    issue(world)
    budget(world)
    before = SourceLine.objects.get(source="central").limit

    receive(world, Decimal(1_000_000))
    take(world, 2_000_000)

    line = SourceLine.objects.get(source="central")
    assert (before, line.limit) == (Decimal(7_000_000), Decimal(5_000_000))
    assert ledger_of(world.project).received == Decimal(1_000_000)


def test_a_changed_way_holds_for_later_documents_only(world):
    issue(world, {world.project.pk: Decimal(1)})
    operations.set_arrival_mode(world.unit.pk, actor=world.finance, mode="claim", on=ON)
    issue(world, {world.project.pk: Decimal(2)}, number="示例2号")

    assert list(Allocation.objects.order_by("pk").values_list("arrival_mode", flat=True)) == ["quota", "claim"]
    assert SourceLine.objects.get().limit == Decimal(2)


def test_finance_of_another_province_sets_no_way_here(world):
    with pytest.raises(Exception, match="不能登记该单位"):
        operations.set_arrival_mode(world.unit.pk, actor=make.world().pf, mode="claim", on=ON)
