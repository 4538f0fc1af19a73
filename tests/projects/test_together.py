"""Several questions in one statement: asked first, read when one is looked at."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Exists, F, OuterRef, Sum

from accounts.models import Entry
from accounts.queries import work_calendar
from funds.models import BudgetLine
from projects.models import Project
from projects.together import Together
from tests.reports.scene import END, furnished

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(world):
    return [furnished(world), furnished(world)]


def test_all_that_was_asked_is_read_in_one_statement(two, django_assert_num_queries):
    lines = BudgetLine.objects.filter(project=OuterRef("pk"), source="own")
    read = Together()
    projects = read.ask(
        Project.objects.all(), "pk", "build_end_on", "grant", "declared", place="organisation__node__name"
    )
    held = read.ask(Project.objects.annotate(own=Exists(lines)), "own")
    sums = BudgetLine.objects.values("category", name=F("project__name")).annotate(
        spent=Sum("spent"), count=Count("pk")
    )
    spent = read.ask(sums.filter(category="courses"), "category", "name", "count", total="spent")
    none = read.ask(Project.objects.filter(pk__in=[]), "pk")

    with django_assert_num_queries(1):
        found = {row.pk: row for row in projects}
        assert read.calendar == read.calendar
        assert [row.own for row in held] == [True, True]
        assert sorted((row.category, row.name, row.count, row.total) for row in spent) == sorted(
            ("courses", one.name, 1, Decimal("0.00")) for one in two
        )
        assert list(none) == []

    first = found[two[0].pk]
    assert (first.build_end_on, first.grant, first.declared) == (END, two[0].grant, two[0].declared)
    assert (first.place, type(first.build_end_on)) == (two[0].organisation.node.name, date)
    assert read.calendar == work_calendar()


def test_what_is_asked_later_is_read_later_and_once(two, django_assert_num_queries):
    read = Together()
    early = read.ask(Project.objects.all(), "pk")
    lazy = (row.pk for row in early)

    with django_assert_num_queries(1):
        first = sorted(lazy)
    late = read.ask(Project.objects.filter(pk__in=first), "name")
    with django_assert_num_queries(1):
        assert sorted(row.name for row in late) == sorted(row.name for row in late) == sorted(one.name for one in two)
        assert sorted(row.pk for row in early) == first


def test_a_moment_does_not_travel(two):
    with pytest.raises(TypeError, match="DateTimeField"):
        list(Together().ask(Entry.objects.all(), "at"))
