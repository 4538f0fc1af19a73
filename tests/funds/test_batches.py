"""报账批次: the draw, the two loops, what finance must open, who may, and the pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.models import Entry
from accounts.roles import Role
from funds import operations, queries
from funds.models import Batch, BatchPick, Flag, PickView, Voucher
from funds.rules import sampling
from policy.terms import Severity, Source
from tests import factories as make
from tests.funds.batch_scene import SHARE, WORKDAY, gather, look_at_all, passed, refused, see, signed, states
from tests.funds.scene import ON, judge, record, submit, upload


def row(pk, amount="1.00", *, fits=True, flagged=False, own=False):
    return sampling.Row(pk, Decimal(amount), fits, flagged, own)


def pick(*rows, seed="s", threshold="100.00", share=SHARE, least=1):
    return sampling.pick(rows, seed=seed, threshold=Decimal(threshold), share=share, least=least)


# The draw


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (row(1, "99.99"), ""),
        (row(1, "100.00"), "threshold"),
        (row(1, fits=False), "outside"),
        (row(1, flagged=True), "flagged"),
        (row(1, "100.00", own=True), ""),
        (row(1, fits=False, own=True), ""),
        (row(1, own=True, flagged=True), "flagged"),
    ],
    ids=["below", "threshold", "outside", "flagged", "own above", "own outside", "own flagged"],
)
def test_what_is_opened_whatever_the_draw_says(one, why):
    assert pick(one, least=0, share=Decimal(0)) == ({1: why} if why else {})


@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, 1), (3, 3), (4, 3), (30, 3), (31, 4), (100, 10)])
def test_the_size_of_the_sample(count, size):
    assert sampling.sample_size(count, share=SHARE, least=3) == size


def test_the_same_seed_draws_the_same_rows_in_any_order_and_another_seed_others():
    rows = [row(pk) for pk in range(1, 201)]

    first, again = pick(*rows, seed="a1"), pick(*reversed(rows), seed="a1")

    assert first == again
    assert (len(first), set(first.values())) == (20, {"sample"})
    assert set(pick(*rows, seed="a2")) != set(first)
    # Anyone may redraw it by hand: the published method, one known value.
    assert sampling.order_of("a1", 7) == "86746ed2bda2fd644155a00664671d8b4ae4500349af9eb3c834a125dfa8af94"


def test_every_row_has_the_same_chance():
    hits = dict.fromkeys(range(1, 21), 0)
    for seed in range(400):
        for pk in pick(*(row(pk) for pk in hits), seed=str(seed), share=Decimal("0.25"), least=1):
            hits[pk] += 1

    assert all(60 <= count <= 140 for count in hits.values())


# The two loops


def test_one_signature_submits_every_row_and_leaves_out_what_cannot_be(ready):
    good, bare = record(ready, number="PZ-1"), record(ready, number="PZ-2", uploads=[])
    mine = record(ready, number="PZ-3")
    mine.hands.add(ready.leader)
    batch = gather(ready, good, bare, mine)

    outcome = operations.sign_batch(ready.project.pk, batch.pk, actor=ready.leader, on=ON)

    assert (outcome.done, [number for number, _ in outcome.refused]) == (1, ["PZ-2", "PZ-3"])
    assert ["凭证" in why for _, why in outcome.refused] == [True, False]
    batch.refresh_from_db()
    assert (batch.state, batch.signed_by, len(batch.seed), states(batch)) == ("signed", ready.leader, 32, ["submitted"])
    left = Voucher.objects.filter(pk__in=[bare.pk, mine.pk])
    assert set(left.values_list("state", "batch")) == {("draft", None)}
    assert Entry.objects.filter(verb="签字提交报账批次", result="ok").exists()


def test_a_batch_without_a_row_that_can_go_is_not_signed(ready):
    batch = gather(ready, record(ready, uploads=[]))

    assert "没有一笔可以提交" in str(
        refused(operations.sign_batch, ready.project.pk, batch.pk, actor=ready.leader, on=ON)
    )
    batch.refresh_from_db()
    assert (batch.state, batch.seed) == ("draft", "")


def test_the_last_money_goes_to_the_first_rows(ready):
    rows = [record(ready, "50000.00", f"PZ-{n}", category="other", approvals=[upload()], **WORKDAY) for n in range(3)]
    batch = gather(ready, *rows)
    operations.sign_batch(ready.project.pk, batch.pk, actor=ready.leader, on=ON)

    assert list(Voucher.objects.filter(batch=batch).order_by("pk").values_list("fits", flat=True)) == [
        True,
        True,
        False,
    ]
    assert BatchPick.objects.get(voucher=rows[2]).why == "outside"


def test_finance_opens_every_pick_before_the_batch_passes(ready):
    batch = signed(ready, "99999.99", "100000.00", "5000.00", "6000.00", "7000.00")

    whys = dict(batch.picks.values_list("voucher__number", "why"))
    error = refused(passed, ready, batch)
    look_at_all(ready, batch)
    outcome = passed(ready, batch)

    assert (whys["PZ-2"], len(whys), sorted(whys.values())) == ("threshold", 4, ["sample"] * 3 + ["threshold"])
    assert "还有 4 笔须由您本人查看后才能办结" in str(error)
    assert all(number in str(error) for number in whys)
    batch.refresh_from_db()
    assert (outcome.done, batch.state, batch.passed_by) == (5, "passed", ready.city_finance)
    assert set(states(batch)) == {"recognised"}


def test_who_passes_has_opened_every_pick_himself(ready):
    """What a colleague opened counts for the colleague; both views are kept."""
    batch = signed(ready, "100000.00", "10.00", "20.00")
    colleague = make.user(Role.CF, ready.city_office)
    for each in batch.picks.all():
        see(ready, batch, each.voucher_id, colleague)

    error = refused(passed, ready, batch)
    assert "须由您本人查看" in str(error)
    assert all(number in str(error) for number in batch.picks.values_list("voucher__number", flat=True))

    look_at_all(ready, batch)
    look_at_all(ready, batch)
    assert passed(ready, batch).done == 3
    views = PickView.objects.filter(pick__batch=batch).order_by("pick", "pk").values_list("seen_by", flat=True)
    assert list(views) == [colleague.pk, ready.city_finance.pk] * batch.picks.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        PickView.objects.filter(pick__batch=batch).update(seen_by=ready.finance)


def test_a_notice_is_opened_like_any_flag(ready):
    """Paid on a Saturday is a notice: finance opens every flagged row."""
    batch = signed(ready, *["10.00"] * 20, paid_on=date(2026, 1, 10))

    assert set(Flag.objects.filter(voucher__batch=batch).values_list("severity", flat=True)) == {"notice"}
    assert list(batch.picks.values_list("why", flat=True)) == ["flagged"] * 20


def test_a_flag_that_comes_later_is_opened_too(ready):
    batch = signed(ready, *["10.00"] * 5)
    look_at_all(ready, batch)
    late = Voucher.objects.filter(batch=batch, picks=None).first()
    Flag.objects.create(
        project=ready.project, voucher=late, rule="cash", severity=Severity.WARNING, message="现金", raised_on=ON
    )

    assert late.number in str(refused(passed, ready, batch))
    see(ready, batch, late.pk)
    assert BatchPick.objects.get(voucher=late).why == "flagged"
    assert passed(ready, batch).done == 5


def test_rows_that_cannot_be_recognised_stay_and_the_others_pass(ready):
    batch = signed(ready, "10.00", "4999990.01", "20.00")
    look_at_all(ready, batch)
    ask = Voucher.objects.get(number="PZ-3")
    operations.ask_for_paper(ready.project.pk, ask.pk, actor=ready.city_finance, text="验收单", on=ON)

    outcome = passed(ready, batch)

    assert (outcome.done, [number for number, _ in outcome.refused]) == (1, ["PZ-2", "PZ-3"])
    assert "补件尚未答复" in outcome.refused[1][1]
    batch.refresh_from_db()
    assert (batch.state, states(batch)) == ("signed", ["recognised", "submitted", "submitted"])
    judge(ready, Voucher.objects.get(number="PZ-2"), "returned")
    operations.answer_ask(ready.project.pk, ask.pk, ask.asks.get().pk, actor=ready.clerk, answer="附后", on=ON)
    passed(ready, batch)
    batch.refresh_from_db()
    assert batch.state == "passed"


def test_a_row_above_the_threshold_gets_its_first_signature_with_the_batch(ready):
    batch = signed(ready, "500000.00", "10.00", payee="甲")
    look_at_all(ready, batch)

    outcome = passed(ready, batch)

    batch.refresh_from_db()
    assert (outcome.done, batch.state, states(batch)) == (2, "passed", ["submitted", "submitted"])
    assert Voucher.objects.get(number="PZ-1").first_judged_by == ready.city_finance
    assert Voucher.objects.get(number="PZ-2").first_judged_by == ready.city_finance, "to one payee, counted together"
    assert judge(ready, Voucher.objects.get(number="PZ-1"), "recognised", ready.finance).state == "recognised"


def test_the_batch_goes_back_whole_with_one_list_of_remarks(ready):
    batch = signed(ready, "10.00", "20.00")
    first, other = Voucher.objects.filter(batch=batch).order_by("pk")
    given = {"opinion": "缺验收单", "remarks": {other.pk: "发票抬头不符"}}

    outcome = operations.return_batch(ready.project.pk, batch.pk, actor=ready.city_finance, on=ON, **given)

    batch.refresh_from_db()
    assert (outcome.done, batch.state, states(batch)) == (2, "returned", ["returned", "returned"])
    assert [Voucher.objects.get(pk=pk).opinion for pk in (first.pk, other.pk)] == ["缺验收单", "发票抬头不符"]
    again = gather(ready, first, other)
    assert (again.number, again.state) == (2, "draft")


def test_a_return_says_why(ready):
    batch = signed(ready, "10.00")

    given = {"actor": ready.city_finance, "opinion": " ", "remarks": {}, "on": ON}
    assert refused(operations.return_batch, ready.project.pk, batch.pk, **given).findings[0].field == "opinion"


def test_own_money_is_only_sampled(ready):
    batch = signed(ready, "150000.00", *["2000.00"] * 9, source=Source.OWN)

    assert set(batch.picks.values_list("why", flat=True)) == {"sample"}
    assert batch.picks.count() == 3


def test_only_drafts_are_gathered_once_and_taken_out_before_the_signature(ready):
    sent, draft = submit(ready, number="PZ-1"), record(ready, number="PZ-2")
    batch = gather(ready, draft)

    assert [one.code for one in refused(gather, ready, sent).findings] == ["state"]
    assert [one.code for one in refused(gather, ready, draft).findings] == ["batch"]
    assert [one.code for one in refused(gather, ready).findings] == ["rows"]
    operations.drop_from_batch(ready.project.pk, batch.pk, actor=ready.clerk, voucher_id=draft.pk, on=ON)
    assert Voucher.objects.get(pk=draft.pk).batch is None


def test_a_row_submitted_by_itself_leaves_the_batch_that_is_being_made_up(ready):
    draft = record(ready)
    gather(ready, draft)

    assert operations.submit_voucher(ready.project.pk, draft.pk, actor=ready.leader, on=ON).batch_id is None


def test_each_act_has_its_people(ready):
    batch = signed(ready, "10.00")
    pk, row_pk = ready.project.pk, batch.vouchers.get().pk

    for actor in (ready.leader, ready.clerk, ready.hr):
        with pytest.raises(PermissionDenied):
            passed(ready, batch, actor)
        with pytest.raises(PermissionDenied):
            see(ready, batch, row_pk, actor)
    with pytest.raises(PermissionDenied):
        operations.sign_batch(pk, batch.pk, actor=ready.clerk, on=ON)
    with pytest.raises(PermissionDenied):
        operations.gather_batch(pk, actor=ready.leader, voucher_ids=[], on=ON)
    # 省财政 leaves to the city what the city can judge.
    assert refused(see, ready, batch, row_pk, ready.finance).findings[0].code == "level"


def test_what_was_signed_and_seen_does_not_change(ready):
    batch = signed(ready, "10.00")
    look_at_all(ready, batch)
    passed(ready, batch)

    for change in (
        lambda: BatchPick.objects.filter(batch=batch).update(why="flagged"),
        lambda: Batch.objects.filter(pk=batch.pk).update(seed="0"),
        lambda: BatchPick.objects.filter(batch=batch).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_stored_seed_draws_the_stored_picks_again(ready):
    batch = signed(ready, *["10.00"] * 8, "100000.00")

    assert queries.picks_due(ready.project, batch) == dict(batch.picks.values_list("voucher", "why"))
