"""政策依据: every number of every edition is on the page, each with its clause; practice stands apart."""

import pytest
from django.urls import reverse

from policy.loader import configured
from policy.terms import Rank
from reports.policy import SECTIONS, differences, parts_of
from tests import factories as make

EDITIONS = list(configured().values())


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: one.code)
def test_each_number_stands_in_exactly_one_part(edition):
    fixed, practice = parts_of(edition)

    whole = sum(len(make_section(edition).rows) for make_section in SECTIONS)
    assert sum(len(one.rows) for one in [*fixed, *practice]) == whole
    assert {row.basis.rank for one in practice for row in one.rows} == {Rank.DEFAULT}
    assert Rank.DEFAULT not in {row.basis.rank for one in fixed for row in one.rows if row.basis}


def test_an_edition_does_not_differ_from_itself():
    assert [differences(one, one) for one in EDITIONS] == [[] for _ in EDITIONS]


@pytest.mark.django_db
def test_the_page_opens_for_whoever_is_signed_in(client):
    url = reverse("reports:policy")
    assert client.get(url).status_code == 302
    client.force_login(make.world().u1)

    text = client.get(f"{url}?edition=jilin_2025").content.decode()

    assert all(words in text for words in ("700.00", "通知五", "本系统实践（系统默认）", "24 个月", "只提示"))
    assert client.get(f"{url}?edition=nothing").status_code == 404
