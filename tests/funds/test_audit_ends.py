"""资金审计: replies, verification, the end of a case, and its pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from funds import operations
from funds.alerts import refresh_alerts
from funds.models import AuditCase, AuditFinding, FoundMoney
from funds.queries.tasks_audits import audit_tasks
from lifecycle.queries import snapshot_of
from policy.findings import Refused
from policy.loader import edition
from projects.together import Together
from tests.funds.audit_scene import DUE, FROM, TO, open_, put_right, replied, reply, see_all, url
from tests.funds.scene import ON, upload
from tests.seen import posted

# Reply, verification, end


def test_a_reply_needs_a_draft_with_proof_and_another_persons_hand(paid, sent):
    ids = reply(paid, sent, uploads=[])

    with pytest.raises(Refused, match="没有整改佐证材料"):
        operations.submit_reply(*ids, actor=paid.leader, on=ON)
    with pytest.raises(PermissionDenied):
        operations.submit_reply(*ids, actor=paid.clerk, on=ON)
    operations.draft_reply(*ids, actor=paid.leader, reply="已归还", uploads=[upload()], on=ON)
    with pytest.raises(Refused, match="答复由您起草"):
        operations.submit_reply(*ids, actor=paid.leader, on=ON)


def test_a_finding_is_closed_by_another_person_with_all_its_money_put_right(paid, sent):
    ids = replied(paid, sent)
    given_ = {"closed": True, "note": "回单相符", "on": ON}

    with pytest.raises(Refused, match="由您记录"):
        operations.verify_finding(*ids, actor=paid.city_finance, **given_)
    with pytest.raises(Refused, match=r"尚有 800.00 元未整改"):
        operations.verify_finding(*ids, actor=paid.finance, **given_)
    put_right(paid)
    operations.verify_finding(*ids, actor=paid.finance, **given_)

    finding = sent.findings.get()
    assert (finding.state, finding.problem.state, finding.problem.closed_on) == ("closed", "closed", ON)
    assert snapshot_of(paid.project, on=ON).severe_problems == 0


def test_closing_without_proof_is_refused_whatever_the_state_says(paid, sent):
    finding = sent.findings.get()
    AuditFinding.objects.filter(pk=finding.pk).update(state="replied", amount=0)
    FoundMoney.objects.update(recovered=Decimal(800), left=Decimal(0))

    with pytest.raises(Refused, match="没有整改佐证材料，不能销号"):
        operations.verify_finding(
            paid.project.pk, sent.pk, finding.pk, actor=paid.finance, closed=True, note="可", on=ON
        )


def test_the_database_refuses_a_closing_by_the_recorder(paid, sent):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditFinding.objects.update(state="closed", closed_by=paid.city_finance, closed_on=ON)


def test_a_returned_reply_is_the_units_again(paid, sent):
    ids = replied(paid, sent)

    finding = operations.verify_finding(*ids, actor=paid.finance, closed=False, note="回单缺章", on=ON)

    assert (finding.state, finding.closing_note, finding.problem.state) == ("sent", "回单缺章", "open")
    assert next(task.title for task in audit_tasks(paid.clerk, Together())) == "起草审计答复"


def test_a_case_ends_when_all_is_closed_by_who_recorded_nothing(paid, sent):
    end = {"conclusion": "整改到位", "on": ON}
    pk = paid.project.pk
    with pytest.raises(Refused, match="还有 1 条发现未销号"):
        operations.conclude_audit(pk, sent.pk, actor=paid.finance_head, **end)
    ids = replied(paid, sent)
    put_right(paid)
    operations.verify_finding(*ids, actor=paid.finance, closed=True, note="相符", on=ON)
    with pytest.raises(Refused, match="您立项或记录过"):
        operations.conclude_audit(pk, sent.pk, actor=paid.city_finance, **end)
    assert [task.title for task in audit_tasks(paid.finance_head, Together())] == ["办结审计《一季度审计》"]

    case = operations.conclude_audit(pk, sent.pk, actor=paid.finance_head, **end)

    assert (case.state, case.concluded_by) == ("concluded", paid.finance_head)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditCase.objects.filter(pk=case.pk).update(conclusion="改写")


def test_a_clean_audit_ends_without_being_sent(paid):
    case = open_(paid)
    with pytest.raises(Refused, match="还有 2 笔样本未查看"):
        operations.conclude_audit(paid.project.pk, case.pk, actor=paid.finance_head, conclusion="未见问题", on=ON)
    see_all(paid, case)
    with pytest.raises(Refused, match="没有审计发现，不需要送达"):
        operations.send_audit(paid.project.pk, case.pk, actor=paid.city_finance, on=ON)

    operations.conclude_audit(paid.project.pk, case.pk, actor=paid.finance_head, conclusion="未见问题", on=ON)


def test_a_finding_past_its_day_raises_an_alert(paid, sent):
    def said(on):
        refresh_alerts(paid.project, on)
        return list(paid.project.alerts.filter(code="audit_overdue", cleared_on=None).values_list("message", flat=True))

    assert said(DUE) == []
    assert said(DUE + timedelta(days=1)) == [f"审计发现 1 条逾期未销号，最早应于 {DUE} 前整改。"]


def test_each_step_is_somebodys_task(paid, sent):
    def titles(user):
        return [task.title for task in audit_tasks(user, Together())]

    assert titles(paid.clerk)[0] == "起草审计答复"
    assert titles(paid.leader) == []
    ids = reply(paid, sent)
    assert titles(paid.leader) == ["提交审计答复"]
    operations.submit_reply(*ids, actor=paid.leader, on=ON)
    assert titles(paid.finance) == ["核验审计整改"]
    assert titles(paid.city_finance) == []


# Pages


def test_the_whole_way_by_pages(paid, client):
    pk = paid.project.pk
    client.force_login(paid.city_finance)
    typed = {"number": "示审1", "title": "审计", "period_from": FROM, "period_to": TO, "method": "risk", "size": "1"}
    assert client.post(url("audit_new", pk), typed | {"size": "0"}).status_code == 422
    client.post(url("audit_new", pk), typed)
    case = AuditCase.objects.get()
    for pick in case.picks.all():
        client.post(url("audit_see", pk, case.pk, pick.pk))
    wrong = {"kind": "diverted", "level": "severe", "amount": "x", "due_on": DUE, "fact": "转入他户", "measure": "归还"}
    answer = client.post(url("finding_new", pk, case.pk), wrong)
    assert answer.status_code == 422
    assert "转入他户" in answer.content.decode()
    right = wrong | {"amount": "10", "other_number": "PZ-1", "due_on": "2099-01-05"}
    client.post(url("finding_new", pk, case.pk), right | {"uploads": [upload()]})
    finding = case.findings.get()
    assert finding.voucher.number == "PZ-1"
    assert client.get(url("finding_edit", pk, case.pk, finding.pk)).status_code == 200
    assert client.get(url("audit_send", pk, case.pk)).status_code == 200
    posted(client, url("audit_send", pk, case.pk))

    page = client.get(url("audit", pk, case.pk)).content.decode()
    report = client.get(url("audit_report", pk, case.pk)).content.decode()

    case.refresh_from_db()
    assert case.state == "sent"
    assert "重抽核对一致" in page
    assert case.seed in report
    assert "转入他户" in report


@pytest.mark.parametrize("name", ["finding_reply", "finding_submit", "finding_verify", "finding_assess"])
def test_a_finding_of_another_case_is_not_found(paid, sent, client, name):
    other = open_(paid, number="示审2", actor=paid.finance)
    users = {"finding_reply": paid.clerk, "finding_submit": paid.leader}
    client.force_login(users.get(name, paid.finance))

    assert client.get(url(name, paid.project.pk, other.pk, sent.findings.get().pk)).status_code == 404
    assert client.get(url(name, paid.project.pk, sent.pk, sent.findings.get().pk)).status_code == 200


def test_kinds_of_the_edition_are_the_taxonomy():
    names = [one.name for one in edition("jilin_2025").finding_kinds]

    assert {"超范围支出", "无票据支出", "重复列支", "超期支出", "挪用资金", "虚列支出"} <= set(names)
