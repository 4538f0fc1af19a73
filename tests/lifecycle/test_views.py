"""Lists of this app cost the same number of statements for one row and for three."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lifecycle.demo.papers import papers_of
from lifecycle.operations import decisions
from policy.terms import Stage
from projects.models import Decision
from tests import factories as make

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
SEVERAL = {"T01": Stage.DRAFT, "T04": Stage.TARGET_REVIEW, "T05": Stage.TARGET_REVIEW, "T18": Stage.IN_ACCEPTANCE}


def statements(client, url):
    client.get(url)
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(caught), answer.content.decode()


def draft(world, project):
    return decisions.draft_decision(
        "T30", {project.pk: {}}, number=f"示例{project.pk}号", dated_on=ON, reason="单位主动放弃。",
        uploads=papers_of("T30"), actor=world.ph, on=ON,
    )  # fmt: skip


def test_the_list_of_decisions(client):
    world = make.world()
    client.force_login(world.phl)
    draft(world, make.project(world.unit))
    one, _ = statements(client, "/decisions/")

    for _ in range(2):
        draft(world, make.project(world.unit))
    three, page = statements(client, "/decisions/")

    assert Decision.objects.count() == page.count("终止项目</a>") == 3
    assert one == three


@pytest.mark.parametrize(("code", "stage"), SEVERAL.items(), ids=SEVERAL)
def test_the_choice_of_projects_for_one_decision(client, code, stage):
    world = make.world()
    client.force_login(world.ph)
    make.project(world.unit, stage=stage)
    one, _ = statements(client, f"/decisions/new/{code}/")

    names = [make.project(world.unit, stage=stage).name for _ in range(2)]
    three, page = statements(client, f"/decisions/new/{code}/")

    assert all(name in page for name in names)
    assert one == three
