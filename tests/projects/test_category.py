"""What both departments decided of a category is not undone by one of them correcting the draft."""

from decimal import Decimal

import pytest

from policy.findings import Refused
from policy.terms import Sector, Track
from projects import decisions, operations
from projects.models import Decision
from tests.projects.scene import EDITION, ON, codes, facts

MIXED = ("车工", "铣工", "焊工", "中式烹调师", "保育师", "汽车维修工")  # three of each category: by hand


@pytest.fixture
def draft(world):
    project, _ = operations.register_project(facts(occupations=MIXED), edition_code=EDITION, actor=world.ph, on=ON)
    assert project.sector == ""
    return project


def decide(world, project, sector=Sector.MANUFACTURING, state=Decision.State.EFFECTIVE):
    """人工认定职业类别, as its effect leaves it (lifecycle/operations/effects.py)."""
    decision = decisions.propose(
        kind="category", title="人工认定职业类别", number=f"示例人社联〔2026〕{3 + Decision.objects.count()}号",
        dated_on=ON, reason="以装备制造为主",
        basis="通知 五", items={project: {"sector": sector}}, actor=world.ph, on=ON,
    )  # fmt: skip
    decisions.carry_out(decision.items.get())
    Decision.objects.filter(pk=decision.pk).update(state=state)
    project.sector, project.sector_reason, project.grant = sector, decision.reason, Decimal(7_000_000)
    project.save(update_fields=["sector", "sector_reason", "grant"])


def edit(world, project, **changes):
    done = operations.edit_draft(project.pk, changes=changes, actor=world.ph, on=ON)
    done.refresh_from_db()
    return done


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"contact": "联系人乙"}, 7_000_000),
        ({"occupations": MIXED[:5]}, 7_000_000),
        ({"occupations": ("车工", "铣工", "焊工", "电工")}, 7_000_000),
        ({"track": Track.EXISTING}, 6_000_000),
    ],
    ids=["a contact", "still by hand", "the rule agrees", "existing: its own amount"],
)
def test_the_decided_category_and_its_reason_stay(world, draft, changes, amount):
    decide(world, draft)

    done = edit(world, draft, **changes)

    assert (done.sector, done.sector_reason, done.grant) == (Sector.MANUFACTURING, "以装备制造为主", Decimal(amount))


def test_occupations_that_make_another_category_wait_for_a_new_decision(world, draft):
    decide(world, draft)
    services = ("中式烹调师", "保育师", "汽车维修工", "养老护理员")

    with pytest.raises(Refused) as caught:
        edit(world, draft, occupations=services)

    draft.refresh_from_db()
    assert codes(caught) == ["category_decided"]
    assert "示例人社联〔2026〕3号" in str(caught.value)
    assert "重新拟制" in str(caught.value)
    assert (draft.sector, draft.occupations.count()) == (Sector.MANUFACTURING, 6)

    decide(world, draft, Sector.SERVICES)
    assert edit(world, draft, occupations=services).sector == Sector.SERVICES


def test_a_decision_that_is_not_in_force_keeps_nothing(world, draft):
    decide(world, draft, state=Decision.State.RETURNED)

    assert edit(world, draft, contact="联系人乙").sector == ""
