"""清算: what is not claimed back is given up with a reason and a paper, in sight of who approves it."""

import pytest

from funds import rules
from policy.terms import Stage
from projects.models import Attachment
from tests.funds.test_settlements import FIGURES, A, D, T, approve, codes, prepare, stage, url


@pytest.mark.parametrize(
    ("recovery", "note", "papers", "expected"),
    [
        ("105", "", 0, []),
        ("104.99", "同意留用", 1, []),
        ("104.99", " ", 1, ["waived_note"]),
        ("104.99", "同意留用", 0, ["waived_paper"]),
        ("0", "", 0, ["waived_note", "waived_paper"]),
    ],
    ids=["the whole", "one cent below, both given", "no reason", "no paper", "neither"],
)
def test_a_claim_below_the_whole_has_its_reason_and_its_paper(recovery, note, papers, expected):
    for occasion in (A, T):
        given = {"figures": FIGURES, "occasion": occasion, "note": note, "papers": papers}
        assert codes(rules.check_recovery(D(recovery), **given)) == expected


def test_what_is_given_up_is_said_before_the_click_and_reaches_the_unit_with_the_approval(ready, client):
    stage(ready, Stage.ACCEPTED)
    prepare(ready, recovery=D(0))
    paper = Attachment.objects.get(about="settlement")
    withheld = paper.issued
    prepare(ready, recovery=D(5), uploads=[])  # the paper that is kept still stands
    client.force_login(ready.finance_head)
    page = client.get(url("settlement_approve", ready.project.pk)).content.decode()

    assert "比最多可追缴金额少追缴 6,999,995.00 元。理由：同意留用；依据：批文.png" in page
    approve(ready, A)
    paper.refresh_from_db()
    assert (withheld, paper.issued) == (False, True)
