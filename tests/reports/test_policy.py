"""政策依据: every number of every edition is on the page, each with its clause; practice stands apart."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from policy.loader import configured
from policy.terms import Rank
from reports.policy import NOT_APPLIED, SECTIONS, differences, parts_of
from tests import factories as make

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "config", "funds", "lifecycle", "performance", "policy", "projects", "reports", "ui", "workbooks")
NAMING = ("reports/policy.py", "policy/needed.py")  # these name limits without going by them
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


def test_a_limit_is_marked_as_long_as_nothing_goes_by_it():
    """Whoever begins to read one takes it out of NOT_APPLIED; whoever adds one that nothing reads puts it in."""
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py") if str(path.relative_to(ROOT)) not in NAMING]
    paths += (ROOT / "policy" / "editions").glob("*.toml")  # a rule of an edition may go by a limit of it, by its name
    source = "\n".join(path.read_text("utf-8") for path in paths)

    keys = {key for edition in EDITIONS for key in edition.limits}
    unread = {key for key in keys if not re.search(f"[\"']{key}[\"']", source)}

    assert unread == NOT_APPLIED


@pytest.mark.django_db
def test_the_page_says_which_limits_nothing_goes_by(client):
    client.force_login(make.world().u1)

    text = client.get(f"{reverse('reports:policy')}?edition=jilin_2025").content.decode()

    rows = {row.split("</th>")[0].rsplit(">", 1)[-1]: row for row in text.split("<tr>")}
    marked = {limit.key for limit in configured()["jilin_2025"].limits.values() if "尚未启用" in rows[limit.label]}
    assert marked == NOT_APPLIED


def test_a_word_of_the_edition_is_told_in_words():
    fixed, practice = parts_of(configured()["demo_2022"])
    told = {cell for section in [*fixed, *practice] for row in section.rows for cell in row.cells}

    assert {"现场验收", "材料验收"} <= told
    assert not told & {"site", "documents"}
