"""An audit finding and its problem in the register: entered when it is sent, in step until both are closed."""

from datetime import date

import pytest

from funds import operations
from lifecycle.operations import problems as register
from lifecycle.problem_lines import line_of, place_of
from lifecycle.queries.problems import register as rows_of
from policy.findings import Refused
from tests.funds.audit_scene import put_right, replied, url
from tests.funds.scene import ON


def problem_of(sent):
    return sent.findings.get().problem


def test_a_finding_that_is_sent_stands_in_the_register_with_its_day_and_money(paid, sent):
    finding, problem = sent.findings.get(), problem_of(sent)

    assert (problem.source, problem.about_id, problem.serial) == ("audit", finding.pk, 1)
    assert (problem.amount, problem.due_on, problem.level) == (finding.amount, finding.due_on, finding.level)
    assert (problem.opened_by, problem.opened_on, problem.state) == (finding.recorded_by, ON, "open")
    row = rows_of(paid.project.problems.all()).get()
    assert place_of(row) == f"{url('audit', paid.project.pk, sent.pk)}#finding-{finding.pk}"


def test_the_register_follows_the_audit_and_is_no_second_way(paid, sent):
    problem = problem_of(sent)
    ids = (paid.project.pk, problem.pk)
    with pytest.raises(Refused, match="请在该审计的发现页面答复和核验"):
        register.draft_answer(*ids, actor=paid.clerk, owner="甲", measure="乙", answer="丙", on=ON)

    case = replied(paid, sent)
    problem.refresh_from_db()
    assert (problem.state, problem.answered_by, problem.answered_on) == ("answered", paid.leader, ON)
    for act in (register.close_problem, register.ask_again):
        said = {"verdict": "可"} if act is register.close_problem else {"text": "再补", "due_on": date(2030, 1, 2)}
        with pytest.raises(Refused, match="资金审计"):
            act(*ids, actor=paid.finance, on=ON, **said)

    put_right(paid)
    operations.verify_finding(*case, actor=paid.finance, closed=True, note="回单相符", on=ON)
    problem.refresh_from_db()
    assert (problem.state, problem.verified_by, problem.verdict) == ("closed", paid.finance, "回单相符")
    assert line_of(rows_of(paid.project.problems.all()).get(), paid.finance, ON).overdue is False
