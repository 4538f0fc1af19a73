"""调剂 with a 用款计划 of its own, shown before and after; and what its form says without a script."""

from decimal import Decimal

import pytest
from django.urls import reverse

from funds import operations
from funds.ledger import Quarter
from funds.models import Budget
from funds.queries.budgets import change_in_words, in_force, plan_of
from funds.rules.budget import check_change_plan
from tests.funds.scene import ON, PLAN, issue, receive, upload
from tests.funds.test_budgets import MOVED, codes, propose

FIRST, SECOND = Quarter(2026, 1), Quarter(2026, 2)
WHOLE = {FIRST: Decimal(3_000_000), SECOND: Decimal(4_000_000)}
D = Decimal


def planned(world, plan):
    """The budget in force, with this 用款计划."""
    issue(world)
    receive(world)
    pk = world.project.pk
    operations.save_budget(pk, actor=world.clerk, items=PLAN, plan=plan, on=ON)
    operations.submit_budget(pk, actor=world.leader, on=ON)
    operations.consent_budget(pk, actor=world.hr, on=ON)
    operations.approve_budget(pk, actor=world.finance, on=ON)
    return world


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(100, 100, []), (100, 99, ["plan"]), (100, 101, ["plan"]), (100, 0, ["plan"]), (90, 50, []), (0, 50, [])],
    ids=["whole", "less", "more", "none", "the old one was no whole either", "there was none"],
)
def test_a_plan_that_covers_the_budget_goes_on_doing_so(before, after, expected):
    found = check_change_plan(D(before), D(after), issued_before=D(100), issued_after=D(100))

    assert [one.code for one in found] == expected


@pytest.mark.django_db
def test_a_proposal_keeps_the_plan_in_force_or_carries_its_own(world):
    planned(world, WHOLE)
    kept = propose(world)
    assert plan_of(kept) == WHOLE
    operations.return_budget(world.project.pk, actor=world.finance, reason="改", on=ON)

    later = {FIRST: D(1_000_000), SECOND: D(6_000_000), Quarter(2026, 3): D(0)}
    own = propose(world, plan=later)

    assert plan_of(own) == {FIRST: D(1_000_000), SECOND: D(6_000_000)}
    said = "用款计划 2026 年第 1 季度－2,000,000.00 元、2026 年第 2 季度＋2,000,000.00 元"
    assert said in change_in_words(world.project, own)
    assert plan_of(in_force(world.project)) == WHOLE


@pytest.mark.django_db
def test_a_plan_a_cent_short_is_refused(world):
    planned(world, WHOLE)

    assert codes(lambda: propose(world, plan=WHOLE | {FIRST: D("2999999.99")})) == ["plan"]
    assert not Budget.objects.filter(kind="change").exists()


def form_of(world, client):
    client.force_login(world.leader)
    page = reverse("funds:budget_change", args=[world.project.pk])
    form = client.get(page).context["form"]
    cells = {f"cell-{category}-{source}": str(amount) for (category, source), amount in MOVED.items()}
    return page, {"seen": form["seen"].value(), "reason": "中标价低", **cells}


@pytest.mark.django_db
def test_the_page_takes_the_plan_and_shows_both(world, client):
    planned(world, WHOLE)
    page, typed = form_of(world, client)
    plan = {"plan-2026-1": "1000000", "plan-2026-2": "6000000"}

    sent = client.post(page, typed | plan | {"uploads": upload()}, follow=True).content.decode()

    assert plan_of(Budget.objects.get(kind="change")) == {FIRST: D(1_000_000), SECOND: D(6_000_000)}
    shown = sent[sent.index('id="plan-title"') :]
    told = ("第 1 版", "3,000,000.00", "1,000,000.00", "－2,000,000.00", "＋2,000,000.00")
    assert all(text in shown for text in told)


@pytest.mark.django_db
def test_a_refused_form_tells_its_sums_without_a_script_and_loses_nothing(world, client):
    planned(world, WHOLE)
    page, typed = form_of(world, client)
    wrong = typed | {"cell-courses-central": "900001", "plan-2026-1": "7", "plan-2026-2": "8"}

    answer = client.post(page, wrong | {"uploads": upload()})

    body = answer.content.decode()
    assert answer.status_code == 422
    [central] = [one for one in answer.context["form"].totals() if one.group == "central"]
    assert (central.out, central.into, central.apart) == (D(100_000), D(100_001), D(1))
    assert all(text in body for text in ("调出合计 <strong>100,000.00", "调入合计 <strong>100,001.00", "相差 1.00"))
    assert all(f'value="{text}"' in body for text in ("900001", "7", "8"))
    assert "现合计 <output" in body
    assert ">15.00" in body


@pytest.mark.django_db
def test_a_form_without_the_plan_keeps_it(world, client):
    planned(world, WHOLE)
    page, typed = form_of(world, client)

    client.post(page, typed | {"uploads": upload()})

    assert plan_of(Budget.objects.get(kind="change")) == WHOLE
