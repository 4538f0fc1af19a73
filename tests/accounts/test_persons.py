"""自然人: nobody checks their own work under a second account (SD2)."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.persons import as_hand, is_hand, own_accounts
from tests.accounts.scene import one_person

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
# Who did it, held against who acts: an account is not a person.
ACCOUNTS = re.compile(
    r"_by_id (?:==|!=) (?:self\.)?(?:actor|user)\.pk|(?:actor|user)\.pk (?:==|!=) \w+(?:\.\w+)*_by_id"
)


def test_a_second_account_is_the_same_hand_and_another_person_is_not(world):
    first, second = one_person(world.ph, world.phl)

    assert is_hand(first, second.pk)
    assert is_hand(first, None, world.pf.pk, second.pk)
    assert not is_hand(first, world.pf.pk, None)
    assert not is_hand(world.pf, first.pk)
    assert (as_hand(first, second.pk), as_hand(first, world.pf.pk), as_hand(first, None)) == (
        first.pk, world.pf.pk, None,
    )  # fmt: skip


def test_accounts_without_a_person_are_hands_of_their_own(world):
    with CaptureQueriesContext(connection) as captured:
        found = [is_hand(world.ph, world.phl.pk), is_hand(world.ph, world.ph.pk)]

    assert (found, len(captured)) == ([False, True], 0)


def test_the_accounts_of_a_person_are_read_once(world):
    first, second = one_person(world.ph, world.phl)

    with CaptureQueriesContext(connection) as captured:
        found = [own_accounts(first) for _ in range(3)]

    assert (set(found), len(captured)) == ({frozenset({first.pk, second.pk})}, 1)


def test_no_operation_compares_accounts_where_it_means_people():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for app in ("projects", "funds", "performance", "lifecycle")
        for part in ("operations", "queries", "rules")
        for path in sorted((ROOT / app / part).glob("**/*.py"))
        for line in path.read_text().splitlines()
        if ACCOUNTS.search(line)
    ]

    assert found == []
