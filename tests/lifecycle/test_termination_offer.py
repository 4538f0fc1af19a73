"""Where a settlement for a termination is offered."""

from datetime import date

from policy.terms import Stage
from tests import factories as make


def test_a_settlement_for_termination_is_offered_only_where_the_unit_has_asked_for_its_end(world, client):
    project = make.project(world.unit, stage=Stage.BUILDING)
    client.force_login(world.pf)
    url, words = f"/projects/{project.pk}/funds/settlements/", "为终止编制清算"

    before = client.get(url).content.decode()
    project.requests.create(kind="termination", reason="转产", requested_by=world.u2, on=date(2026, 3, 2))
    after = client.get(url).content.decode()

    assert (words in before, words in after) == (False, True)
