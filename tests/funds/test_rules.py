"""Rules at their boundaries, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from funds import rules
from funds.ledger import Ledger, Line, SourceBalance
from funds.rules import Officer, Payment, Setting
from policy.loader import edition
from policy.terms import Kind, Rank, Source, Stage, VoucherState

EDITION = edition("jilin_2025")
ON = date(2026, 3, 2)
START, END = date(2025, 7, 1), date(2027, 7, 1)


def ledger(**changes):
    facts = {
        "granted": Decimal(1000),
        "lines": (Line("equipment", "central", Decimal(500), Decimal(100), Decimal(200)),),
        "sources": (SourceBalance("central", Decimal(1000), Decimal(400), Decimal(400), Decimal(100), Decimal(200)),),
    }
    return Ledger(**(facts | changes))


def codes(found):
    return [finding.code for finding in found]


def limits(amount="100.00", paid_on=ON, category="equipment", source="central", approved=False, **setting):
    where = {
        "edition": EDITION,
        "kind": Kind.BASE,
        "stage": Stage.BUILDING,
        "build_start_on": START,
        "build_end_on": END,
        "ledger": ledger(),
    }
    payment = Payment(category, source, Decimal(amount), paid_on, approved)
    return codes(rules.check_limits(payment, Setting(**(where | setting))))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("100.00", []), ("100.01", ["received"]), ("200.00", ["received"]), ("200.01", ["budget", "received"])],
    ids=["last cent received", "one cent over", "last cent of the line", "over both"],
)
def test_check_limits_stops_at_line_and_source(amount, expected):
    assert limits(amount) == expected


@pytest.mark.parametrize(
    ("paid_on", "expected"),
    [(START, []), (END, []), (date(2025, 6, 30), ["period"]), (date(2027, 7, 2), ["period"])],
    ids=["first day", "last day", "day before", "day after"],
)
def test_check_limits_holds_the_build_period(paid_on, expected):
    assert limits(paid_on=paid_on) == expected


@pytest.mark.parametrize("stage", Stage)
def test_a_payment_of_the_build_period_is_judged_at_any_stage_until_the_money_is_closed(stage):
    assert limits(stage=stage) == (["stage"] if stage in (Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED) else [])


@pytest.mark.parametrize("category", ["equipment", "facilities", "instructors", "courses", "activities"])
def test_every_category_of_the_kind_is_allowed(category):
    line = Line(category, "central", Decimal(100))

    assert limits(category=category, ledger=ledger(lines=(line,))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"category": "materials"}, ["category"]),
        ({"category": "nothing"}, ["category"]),
        ({"category": "other"}, ["approval", "budget"]),
        ({"category": "other", "approved": True}, ["budget"]),
        ({"source": "own"}, ["budget", "received"]),
        ({"build_start_on": None, "build_end_on": None}, ["period"]),
        ({"ledger": Ledger(Decimal(0))}, ["budget", "received"]),
    ],
    ids=["of a studio", "unknown", "other", "other, approved", "no line", "not started", "no budget"],
)
def test_check_limits_says_every_limit(changes, expected):
    assert limits(**changes) == expected


def test_a_misfit_cites_its_clause_and_rank():
    payment = Payment("equipment", "central", Decimal("500.00"), ON)
    found = list(rules.check_limits(payment, Setting(EDITION, Kind.BASE, Stage.BUILDING, START, END, ledger())))

    assert [(finding.clause, finding.rank) for finding in found] == [("通知五", Rank.NOTICE)] * 2
    assert found[0].message == (
        "「购置技能研修实训设备」（中央补助）预算 500.00 元，已支出和占用 300.00 元，仅余 200.00 元，"
        "本笔 500.00 元，超出 300.00 元。"
    )


# Budget


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ({("equipment", "central"): "700.00"}, []),
        ({("equipment", "central"): "699.99"}, ["sum"]),
        ({("equipment", "central"): "700.01"}, ["sum"]),
        ({("equipment", "central"): "700.00", ("courses", "own"): "50.00"}, []),
        ({("equipment", "own"): "700.00"}, ["sum"]),
        ({("equipment", "central"): "700.00", ("materials", "own"): "1"}, ["category"]),
        ({("equipment", "central"): "700.00", ("courses", "own"): "-1"}, ["amount"]),
        ({("equipment", "central"): "700.00", ("courses", "gift"): "1"}, ["source"]),
    ],
    ids=["exact", "a cent short", "a cent over", "own money", "only own money", "of a studio", "negative", "source"],
)
def test_a_budget_adds_up_to_the_grant(items, expected):
    amounts = {key: Decimal(amount) for key, amount in items.items()}

    found = rules.check_budget(amounts, edition=EDITION, kind=Kind.BASE, grant=Decimal(700), whole=True)

    assert codes(found) == expected


def test_a_draft_need_not_add_up():
    items = {("equipment", "central"): Decimal(1)}

    assert list(rules.check_budget(items, edition=EDITION, kind=Kind.BASE, grant=Decimal(700), whole=False)) == []


# Who judges

CITY, OTHER_CITY, PROVINCE = "0001/0002/", "0001/0003/", "0001/"
UNIT = "0001/0002/0009/"


@pytest.mark.parametrize(
    ("post", "officers", "expected"),
    [
        (Officer(1, 10, CITY), [Officer(1, 10, CITY)], []),
        (Officer(2, 20, PROVINCE, province=True), [Officer(1, 10, CITY)], ["level"]),
        (Officer(2, 20, PROVINCE, province=True), [Officer(1, 10, OTHER_CITY)], []),
        (Officer(2, 20, PROVINCE, province=True), [], []),
        (Officer(2, 20, PROVINCE, province=True), [Officer(7, 10, CITY)], []),
        (Officer(2, 20, PROVINCE, province=True), [Officer(1, 70, CITY)], []),
        (Officer(7, 10, CITY), [Officer(7, 10, CITY)], ["sod"]),
        (Officer(1, 70, CITY), [Officer(1, 70, CITY)], ["sod"]),
    ],
    ids=[
        "city",
        "province over the city's head",
        "no officer over the unit",
        "no officer at all",
        "the only officer took part",
        "the only officer is of the recorder's office",
        "took part",
        "same office as the recorder",
    ],
)
def test_check_judge(post, officers, expected):
    found = rules.check_judge([post], officers, UNIT, actor_id=post.user_id, users={7}, organisations={70})

    assert codes(found) == expected


@pytest.mark.parametrize("state", VoucherState)
def test_only_submitted_and_questioned_payments_are_judged(state):
    found = codes(rules.check_verdict(state=state, verdict="disallowed", opinion="无合同", reversal=False))

    assert found == ([] if state in ("submitted", "questioned") else ["state"])


@pytest.mark.parametrize(
    ("verdict", "opinion", "reversal", "expected"),
    [
        ("recognised", "", False, []),
        ("questioned", " ", False, ["opinion"]),
        ("draft", "x", False, ["verdict"]),
        ("returned", "x", True, ["verdict"]),
        ("disallowed", "x", True, []),
    ],
)
def test_check_verdict(verdict, opinion, reversal, expected):
    found = rules.check_verdict(state="submitted", verdict=verdict, opinion=opinion, reversal=reversal)

    assert codes(found) == expected


# Alerts


@pytest.mark.parametrize(("spent", "expected"), [("300.00", ["nearly_spent:equipment"]), ("299.99", [])])
def test_a_category_warns_from_the_share_of_the_edition(spent, expected):
    used = ledger(lines=(Line("equipment", "central", Decimal(500), Decimal(100), Decimal(spent)),))

    assert codes(rules.check_ledger(edition=EDITION, ledger=used)) == expected


def test_the_warning_says_the_figures_and_names_its_rank_once():
    used = ledger(lines=(Line("equipment", "central", Decimal(500), Decimal(100), Decimal(300)),))
    (found,) = rules.check_ledger(edition=EDITION, ledger=used)

    assert found.message.endswith("占预算 500.00 元的 80.00%")
    assert found.rank.label not in found.clause


def test_waiting_payments_raise_a_notice():
    found = list(rules.check_ledger(edition=EDITION, ledger=Ledger(Decimal(0), pending=Decimal(5), pending_count=2)))

    assert [(finding.code, finding.message) for finding in found] == [
        ("waiting", "2 笔支出（含冲销）待财政认定，合计 5.00 元")
    ]


# Ledger


def test_the_six_figures_leave_own_money_out():
    found = ledger(
        lines=(
            Line("equipment", "central", Decimal(500), Decimal(100), Decimal(200)),
            Line("equipment", "own", Decimal(50), Decimal(0), Decimal(50)),
            Line("courses", Source.LOCAL, Decimal(0)),
        )
    )

    assert (found.granted, found.allocated, found.received, found.spent, found.left, found.execution_rate) == (
        Decimal(1000),
        Decimal(1000),
        Decimal(400),
        Decimal(200),
        Decimal(200),
        Decimal("0.4000"),
    )
    assert found.categories[0] == Line("equipment", "", Decimal(550), Decimal(100), Decimal(250))
    assert (found.whole.used, found.reserved) == (Decimal(350), Decimal(100))


def test_without_a_budget_there_is_no_execution_rate():
    assert Ledger(Decimal(7)).execution_rate is None
    assert Line("equipment", "central", Decimal(0)).used_share is None
    assert Ledger(Decimal(7)).source("central") == SourceBalance("central")
