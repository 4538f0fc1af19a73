"""用款计划 and 调剂: proposed by the unit, decided by both departments, every version readable."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import operations
from funds.ledger import Planned, Quarter
from funds.models import Budget, BudgetLine, PlannedUse
from funds.queries import ledger_of, tasks_for
from funds.queries.budgets import budget_version, diff_of, plan_findings
from funds.rules import check_change
from lifecycle.demo.papers import papers_of
from lifecycle.operations import decisions
from policy.findings import Refused
from policy.loader import edition
from policy.terms import Source, Stage
from projects.models import Project
from tests.factories import EDITION
from tests.funds.scene import ON, PLAN, issue, recognise, submit, upload

EQUIPMENT, COURSES = ("equipment", Source.CENTRAL), ("courses", Source.CENTRAL)
ACTIVITIES = ("activities", Source.CENTRAL)
MOVED = PLAN | {EQUIPMENT: Decimal(4_900_000), ACTIVITIES: Decimal(100_000)}


def propose(world, items=MOVED, **changes):
    given = {"actor": world.leader, "items": items, "reason": "设备中标价低于预算", "uploads": [upload()], "on": ON}
    return operations.propose_change(world.project.pk, **(given | changes))


def codes(act):
    with pytest.raises(Refused) as found:
        act()
    return [finding.code for finding in found.value.findings]


def decide(world, budget, number="示例调剂1号"):
    people = world.people_of_decision
    return decisions.draft_decision(
        "T13", {world.project.pk: {"budget": budget.pk, "change": "略"}}, number=number, dated_on=ON,
        reason="同意调剂", uploads=papers_of("T13"), actor=people["ph"], on=ON,
    )  # fmt: skip


@pytest.fixture
def ready(ready):
    """With the two who sign."""
    from accounts.models import Membership
    from tests import factories as make

    offices = {m.role: m.organisation for m in Membership.objects.filter(user__in=[ready.hr, ready.finance])}
    ready.people_of_decision = {
        "ph": ready.hr,
        "phl": make.user("PHL", offices["PH"]),
        "pfl": ready.finance_head,
    }
    return ready


def sign(world, decision):
    for who in ("phl", "pfl"):
        decisions.sign_decision(decision.pk, actor=world.people_of_decision[who], on=ON)


@pytest.mark.django_db
def test_an_approved_change_moves_the_lines_and_keeps_every_version(ready):
    recognise(ready, "1000.00")
    change = propose(ready)
    waiting = [task.title for task in tasks_for(ready.hr, ON)]
    decision = decide(ready, change)
    taken_up = [task.title for task in tasks_for(ready.hr, ON)]
    sign(ready, decision)

    change.refresh_from_db()
    lines = {(row.category, row.source): row.budget for row in BudgetLine.objects.filter(project=ready.project)}
    assert waiting == ["办理预算调剂申请"]
    assert taken_up == []
    assert (change.state, change.decision, change.approved_on) == (Budget.State.APPROVED, decision, ON)
    assert [one.state for one in ready.project.budgets.order_by("version")] == ["superseded", "approved"]
    assert lines == MOVED
    moved = [(row.category, row.sign, row.size) for row in diff_of(ready.project, change.base, change) if row.move]
    assert [(sign_, size) for _, sign_, size in moved] == [("－", Decimal(100_000)), ("＋", Decimal(100_000))]
    assert ledger_of(ready.project).line(*ACTIVITIES).left == Decimal(100_000)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (MOVED, []),
        (PLAN, ["nothing"]),
        (PLAN | {EQUIPMENT: Decimal("4999999.99")}, ["sum"]),
        (PLAN | {EQUIPMENT: Decimal(4_999_000), ("equipment", Source.OWN): Decimal(301_000)}, ["sum", "sum"]),
        (PLAN | {EQUIPMENT: Decimal("2000.00"), COURSES: Decimal("5898000.00")}, []),
        (PLAN | {EQUIPMENT: Decimal("1999.99"), COURSES: Decimal("5898000.01")}, ["committed"]),
    ],
    ids=["balanced", "nothing moves", "a cent short", "across sources", "down to what is committed", "a cent below it"],
)
def test_a_change_balances_per_source_and_respects_what_is_committed(after, expected):
    found = check_change(
        PLAN,
        after,
        committed={EQUIPMENT: Decimal("2000.00")},
        edition=edition(EDITION),
        kind="base",
        reason="有",
        evidence=1,
    )

    assert [one.code for one in found] == expected


@pytest.mark.django_db
def test_a_change_is_refused_with_everything_that_is_missing(ready):
    assert codes(lambda: propose(ready, reason=" ", uploads=[])) == ["reason", "uploads"]
    assert codes(lambda: propose(ready, seen="stale")) == ["stale"]
    with pytest.raises(PermissionDenied):
        propose(ready, actor=ready.clerk)
    propose(ready)
    assert codes(lambda: propose(ready)) == ["waiting"]
    Project.objects.filter(pk=ready.project.pk).update(stage=Stage.IN_ACCEPTANCE)
    assert codes(lambda: propose(ready)) == ["stage"]


@pytest.mark.django_db
def test_without_an_approved_budget_there_is_nothing_to_change(world):
    issue(world)

    assert codes(lambda: propose(world)) == ["budget"]


@pytest.mark.django_db
def test_a_payment_in_between_stops_the_change_and_nothing_moves(ready):
    change = propose(ready, PLAN | {EQUIPMENT: Decimal(1000), COURSES: Decimal(5_899_000)})
    decision = decide(ready, change)
    submit(ready, "1000.01")
    decisions.sign_decision(decision.pk, actor=ready.people_of_decision["phl"], on=ON)

    refused = codes(lambda: decisions.sign_decision(decision.pk, actor=ready.people_of_decision["pfl"], on=ON))

    assert refused == ["committed"]
    assert ledger_of(ready.project).line(*EQUIPMENT).budget == PLAN[EQUIPMENT]
    assert Budget.objects.get(pk=change.pk).state == Budget.State.PROPOSED


@pytest.mark.django_db
def test_a_proposal_is_returned_with_a_reason_and_not_while_its_decision_waits(ready):
    change = propose(ready)
    decision = decide(ready, change)
    pk = ready.project.pk
    waiting = codes(lambda: operations.return_budget(pk, actor=ready.finance, reason="x", on=ON))
    decisions.withdraw_decision(decision.pk, actor=ready.hr, on=ON, reason="材料需要补充")
    silent = codes(lambda: operations.return_budget(pk, actor=ready.finance, reason=" ", on=ON))
    returned = operations.return_budget(pk, actor=ready.finance, reason="请细化测算", on=ON)

    assert (waiting, silent) == (["decision"], ["reason"])
    assert (returned.state, returned.return_reason) == (Budget.State.RETURNED, "请细化测算")
    assert propose(ready).version == 3
    stale = codes(lambda: decide(ready, change, number="示例调剂2号"))
    assert stale == ["budget"]


@pytest.mark.django_db
def test_two_clerks_do_not_overwrite_each_other(world, client):
    issue(world)
    client.force_login(world.clerk)
    page = reverse("funds:budget_edit", args=[world.project.pk])
    seen = client.get(page).context["form"]["seen"].value()
    operations.save_budget(world.project.pk, actor=world.leader, items={EQUIPMENT: Decimal(100)}, on=ON)

    answer = client.post(page, {"seen": seen, "cell-equipment-central": "5"})

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "内容刚被他人修改" in body
    assert 'value="5"' in body
    assert budget_version(world.project.budgets.first()) in body
    assert world.project.budgets.get().items.get().amount == Decimal(100)


@pytest.mark.django_db
def test_the_plan_is_kept_with_the_budget_and_a_difference_warned(world):
    issue(world)
    plan = {Quarter(2026, 1): Decimal(1_000_000), Quarter(2026, 2): Decimal(0)}
    budget = operations.save_budget(world.project.pk, actor=world.clerk, items=PLAN, plan=plan, on=ON)

    assert list(PlannedUse.objects.values_list("year", "quarter", "amount")) == [(2026, 1, Decimal(1_000_000))]
    [warning] = plan_findings(budget)
    assert (warning.code, warning.severity, warning.blocks) == ("plan", "warning", False)
    assert "少 6,000,000.00 元" in warning.message


@pytest.mark.django_db
def test_the_pages_show_before_and_after_and_take_a_proposal(ready, client):
    client.force_login(ready.leader)
    page = reverse("funds:budget_change", args=[ready.project.pk])
    form = client.get(page).context["form"]
    typed = {f"cell-{category}-{source}": str(amount) for (category, source), amount in MOVED.items()}
    unbalanced = client.post(page, {"seen": form["seen"].value(), "reason": "", **typed, "cell-courses-central": "1"})
    sent = client.post(
        page, {"seen": form["seen"].value(), "reason": "中标价低", "uploads": upload(), **typed}, follow=True
    )

    assert (unbalanced.status_code, sent.status_code) == (422, 200)
    body = sent.content.decode()
    assert "第 1 版 → 第 2 版" in body
    assert "＋100,000.00" in body
    assert client.get(reverse("funds:budget", args=[ready.project.pk]) + "?version=x&against=9").status_code == 200


def test_the_light_follows_the_plan():
    plan = [Planned(Quarter(2026, 1), Decimal(100)), Planned(Quarter(2026, 2), Decimal(300))]
    from funds.ledger import Ledger

    ledger = Ledger(Decimal(400), plan=tuple(plan))

    assert [ledger.planned_share(day) * 400 for day in (date(2026, 1, 9), date(2026, 3, 31), date(2026, 6, 30))] == [
        10, 100, 400,
    ]  # fmt: skip
    assert Ledger(Decimal(400)).planned_share(ON) is None
