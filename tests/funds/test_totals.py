"""Totals of many projects in one statement say what the ledgers say one by one."""

import pytest

from funds.models import Allocation, FundDocument
from funds.queries.ledgers import ledgers_of
from funds.queries.totals import Sums, sums_of
from projects.models import Project
from tests import factories as make
from tests.reports.scene import ON, furnished


@pytest.fixture
def world(db):
    return make.world()


@pytest.mark.django_db
def test_sums_are_those_of_the_ledgers(world, django_assert_num_queries):
    furnished(world)
    furnished(world, spent="0.01")
    make.project(world.unit)
    unsigned = make.project(world.unit)
    document = FundDocument.objects.create(
        number="示例财社〔2026〕9号", dated_on=ON, fiscal_year=2026, source="central", title="下达资金", total=unsigned.grant,
        recorded_by=world.pf, recorded_on=ON,
    )  # fmt: skip
    Allocation.objects.create(document=document, project=unsigned, amount=unsigned.grant, effect=unsigned.grant)
    ledgers = ledgers_of(Project.objects.all())

    with django_assert_num_queries(1):
        sums = sums_of(Project.objects.all())

    expected = {pk: Sums(one.allocated, one.received, one.budget, one.spent) for pk, one in ledgers.items()}
    assert {pk: sums.get(pk, Sums()) for pk in ledgers} == expected
