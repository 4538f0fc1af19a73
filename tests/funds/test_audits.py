"""资金审计: a sample anyone can draw again, findings the unit sees once sent, nothing closed without proof."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from funds import operations
from funds.models import AuditFinding, AuditPick, FoundMoney
from funds.queries.audits import picks_of, redraw_of
from funds.queries.tasks_audits import audit_tasks
from funds.rules.audits import Framed, check_opening, draw, kept, read
from lifecycle.queries import snapshot_of
from policy.findings import Refused
from policy.loader import edition
from policy.terms import SampleMethod
from projects.models import Attachment, Problem
from projects.together import Together
from tests import factories as make
from tests.funds.audit_scene import FROM, TO, find, open_, see_all, url
from tests.funds.scene import ON, judge, submit

# The sample


FRAME = [Framed(1, "A", Decimal(10)), Framed(2, "B", Decimal(30), 1, 1), Framed(3, "C", Decimal(20), 1, 3)]


@pytest.mark.parametrize(
    ("method", "expected"), [(SampleMethod.AMOUNT, [2, 3]), (SampleMethod.RISK, [3, 2])], ids=["amount", "risk"]
)
def test_draw_takes_the_largest_first(method, expected):
    assert [pk for pk, _ in draw(FRAME, method=method, size=2, seed="x")] == expected


@given(
    frame=st.lists(
        st.builds(Framed, st.integers(1, 500), st.text(max_size=3), st.integers(1, 10**6).map(Decimal),
                  st.integers(0, 3), st.integers(0, 3)),
        unique_by=lambda row: row.pk, max_size=40,
    ),
    method=st.sampled_from(SampleMethod), size=st.integers(1, 50), seed=st.text(min_size=1, max_size=8),
)  # fmt: skip
def test_the_same_frame_and_seed_draw_the_same_sample_in_any_order_of_rows(frame, method, size, seed):
    drawn = draw(frame, method=method, size=size, seed=seed)

    assert drawn == draw(reversed(read(kept(frame))), method=method, size=size, seed=seed)
    assert len({pk for pk, _ in drawn}) == len(drawn) == min(size, len(frame))


def test_another_seed_draws_another_random_sample():
    rows = [Framed(number, str(number), Decimal(1)) for number in range(200)]
    drawn = [tuple(pk for pk, _ in draw(rows, method="random", size=20, seed=str(seed))) for seed in range(20)]

    assert len(set(drawn)) == 20
    assert len({pk for one in drawn for pk in one}) > 150


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"end": FROM - timedelta(days=1)}, ["period"]),
        ({"start": ON + timedelta(days=1)}, ["period"]),
        ({"population": 0}, ["population"]),
        ({"size": 0}, ["size"]),
        ({"size": 200}, []),
        ({"size": 201}, ["size"]),
    ],
)
def test_check_opening(changes, expected):
    given_ = {"start": FROM, "end": TO, "size": 2, "population": 3} | changes

    found = check_opening(edition=edition("jilin_2025"), on=ON, **given_)

    assert [one.code for one in found] == expected


def test_opening_draws_and_keeps_the_sample_with_its_frame(paid):
    submit(paid, "9000.00", "PZ-9", paid_on=date(2025, 12, 31))
    case = open_(paid)

    assert [pick.voucher.number for pick in picks_of(case)] == ["PZ-2", "PZ-3"]
    assert (case.population, len(case.frame)) == (3, 3)
    assert redraw_of(case, picks_of(case)).same


def test_drawing_again_tells_a_sample_that_was_tampered_with(paid):
    case = open_(paid, method="random", size=1)
    wrong = paid.project.vouchers.exclude(pk=picks_of(case)[0].voucher_id).first()
    AuditPick.objects.filter(case=case).update(voucher=wrong)

    assert not redraw_of(case, picks_of(case)).same


def test_a_payment_that_comes_later_is_told_and_not_drawn(paid):
    case = open_(paid)
    submit(paid, "9999.00", "PZ-4")

    again = redraw_of(case, picks_of(case))

    assert (again.same, again.late) == (True, 1)


def test_an_audit_without_payments_or_with_a_number_used_before_is_refused(paid):
    with pytest.raises(Refused, match="没有已提交的支出"):
        open_(paid, period_from=date(2024, 1, 1), period_to=date(2024, 2, 1))
    open_(paid)
    with pytest.raises(Refused, match="已在本项目立项"):
        open_(paid)


@pytest.mark.parametrize("who", ["clerk", "leader", "hr", "finance_head"])
def test_others_open_no_audit(paid, who):
    with pytest.raises(PermissionDenied):
        open_(paid, getattr(paid, who))


# Findings


def test_the_unit_sees_no_draft(paid, client):
    case = open_(paid)
    find(paid, case)
    client.force_login(paid.clerk)

    page = client.get(url("audit", paid.project.pk, case.pk)).content.decode()

    assert "购置小汽车" not in page
    assert case.seed not in page
    assert "样本和发现在送达后显示" in page
    assert client.get(url("audit_report", paid.project.pk, case.pk)).status_code == 409
    assert "0 条" in client.get(url("audits", paid.project.pk)).content.decode()
    assert list(Attachment.objects.filter(about="audit_finding").values_list("issued", flat=True)) == [False]
    assert list(audit_tasks(paid.clerk, Together())) == []
    assert not Problem.objects.exists()


def test_auditors_record_facts_and_finance_the_figure(paid):
    auditor = make.user("AU", paid.finance_head_office)
    case = open_(paid, auditor)

    with pytest.raises(Refused, match="审计岗位只记录事实"):
        find(paid, case, auditor)
    finding = find(paid, case, auditor, amount=Decimal(0))
    operations.assess_finding(paid.project.pk, case.pk, finding.pk, actor=paid.city_finance, amount=Decimal(5), on=ON)

    finding.refresh_from_db()
    assert finding.amount == 5
    with pytest.raises(Refused, match="已有金额"):
        operations.assess_finding(
            paid.project.pk, case.pk, finding.pk, actor=paid.city_finance, amount=Decimal(1), on=ON
        )


def test_a_finding_takes_the_clause_of_its_kind_and_no_more_than_the_payment(paid):
    case, voucher = open_(paid), paid.project.vouchers.get(number="PZ-2")

    assert find(paid, case).clause == "通知五（专款专用）"
    with pytest.raises(Refused, match=r"大于支出 PZ-2 的金额 3,000.00 元"):
        find(paid, case, voucher_id=voucher.pk, amount=Decimal("3000.01"))


def test_a_kind_that_no_document_speaks_of_needs_a_clause_of_its_own(paid):
    case = open_(paid)

    with pytest.raises(Refused, match="请填写所依据的文件和条款"):
        find(paid, case, kind="no_receipt")
    assert find(paid, case, kind="no_receipt", clause="单位财务制度第八条").clause == "单位财务制度第八条"


def test_only_the_recorder_changes_or_drops_a_draft(paid):
    case = open_(paid)
    finding = find(paid, case)
    ids = (paid.project.pk, case.pk, finding.pk)

    with pytest.raises(Refused, match="只能由其修改或删除"):
        operations.drop_finding(*ids, actor=paid.finance, on=ON)
    operations.drop_finding(*ids, actor=paid.city_finance, on=ON)

    assert not AuditFinding.objects.exists()


def test_sending_waits_for_the_whole_sample_and_for_evidence(paid):
    case = open_(paid)
    find(paid, case, uploads=[])

    with pytest.raises(Refused) as refused:
        operations.send_audit(paid.project.pk, case.pk, actor=paid.city_finance, on=ON)

    assert [one.code for one in refused.value.findings] == ["unseen", "bare"]


def test_sending_opens_problem_and_found_money_and_tells_the_unit(paid, sent, client):
    finding = sent.findings.get()
    problem = finding.problem

    assert (finding.state, problem.level, problem.state, problem.requirement) == ("sent", "severe", "open", "归还资金")
    assert (FoundMoney.objects.get().found, FoundMoney.objects.get().finding) == (800, finding)
    assert snapshot_of(paid.project, on=ON).severe_problems == 1
    assert paid.clerk.notices.filter(key=f"audit:{sent.pk}").exists()
    client.force_login(paid.clerk)
    assert "购置小汽车" in client.get(url("audit", paid.project.pk, sent.pk)).content.decode()
    assert Attachment.objects.get(about="audit_finding").issued


def test_what_was_sent_is_not_added_to(paid, sent):
    with pytest.raises(Refused, match="有新情况请另行立项"):
        find(paid, sent)
    with pytest.raises(Refused, match="不能重复送达"):
        operations.send_audit(paid.project.pk, sent.pk, actor=paid.city_finance, on=ON)


def test_a_disallowed_payment_is_not_found_twice(paid):
    voucher = judge(paid, submit(paid, "500.00", "PZ-7"), "disallowed")
    case = open_(paid, size=4)
    see_all(paid, case)
    find(paid, case, voucher_id=voucher.pk, amount=Decimal(500))
    operations.send_audit(paid.project.pk, case.pk, actor=paid.city_finance, on=ON)

    row = FoundMoney.objects.get()
    assert (row.found, row.left, row.finding) == (500, 500, case.findings.get())


def test_two_findings_on_one_payment_never_exceed_it(paid):
    voucher, case = paid.project.vouchers.get(number="PZ-1"), open_(paid)
    see_all(paid, case)
    for amount in (700, 700):
        find(paid, case, voucher_id=voucher.pk, amount=Decimal(amount))
    operations.send_audit(paid.project.pk, case.pk, actor=paid.city_finance, on=ON)

    assert FoundMoney.objects.get().found == 1000
