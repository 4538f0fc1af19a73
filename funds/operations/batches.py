"""报账批次: gathered by the clerk, signed by the leader, opened and passed by one officer. Each is the single act in a
loop: what a row refuses is told, and the other rows go on.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import queries, rules
from funds.models import Batch, BatchPick, PickView, Voucher
from funds.operations.judging import judge_voucher
from funds.operations.seen import check_seen
from funds.operations.vouchers import submit_voucher
from policy.findings import Refused, refuse, refuse_if_blocking
from policy.terms import VoucherState
from projects import access
from projects.models import Project


@dataclass(slots=True)
class Outcome:
    """What became of the rows: how many went through, which did not and why."""

    batch: Batch
    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def in_words(self) -> str:
        return "；".join(f"{number}：{why}" for number, why in self.refused)


@operation("编入报账批次")
def gather_batch(project_id: int, *, actor: User, voucher_ids: Iterable[int], title: str = "", on: date) -> Batch:
    """Put drafts and returned payments into the batch that is being made up; there is one at a time."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    rows = list(project.vouchers.filter(pk__in=list(voucher_ids), reverses=None).select_related("batch"))
    refuse_if_blocking(rules.check_gather([(row.number, row.state, _waits(row)) for row in rows]))
    batch = project.batches.filter(state=Batch.State.DRAFT).first()
    if batch is None:
        number = (project.batches.aggregate(last=Max("number"))["last"] or 0) + 1
        batch = project.batches.create(
            number=number, title=title.strip() or f"{on:%Y年%m月}报账", drafted_by=actor, drafted_on=on
        )
    elif title.strip():
        batch.title = title.strip()
        batch.save(update_fields=["title"])
    project.vouchers.filter(pk__in=[row.pk for row in rows]).update(batch=batch)
    _journal(batch, f"{batch}编入 {len(rows)} 笔：{'、'.join(row.number for row in rows)}")
    return batch


def _waits(voucher: Voucher) -> str:
    """The batch a payment is in, where that batch is not finance's answer yet."""
    batch = voucher.batch
    return str(batch) if batch and batch.state == Batch.State.DRAFT else ""


@operation("移出报账批次")
def drop_from_batch(project_id: int, batch_id: int, *, actor: User, voucher_id: int, on: date) -> Batch:
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    batch = project.batches.get(pk=batch_id)
    _check_state(batch, Batch.State.DRAFT, "批次已签字，不能增减；请财政退回后重新编制。")
    voucher = batch.vouchers.get(pk=voucher_id)
    voucher.batch = None
    voucher.save(update_fields=["batch"])
    _journal(batch, f"{batch}移出 {voucher.number}")
    return batch


@operation("签字提交报账批次")
def sign_batch(project_id: int, batch_id: int, *, actor: User, seen: str | None = None, on: date) -> Outcome:
    """Every row is submitted as it would be alone; a row that cannot be is left out, with the reason, as a draft.

    `seen`: the batch with its rows as the page showed them.
    """
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_VOUCHER)
    batch = project.batches.get(pk=batch_id)
    _check_state(batch, Batch.State.DRAFT, "批次已签字，不能重复签字。")
    check_seen(project, batch, seen, actor=actor)
    outcome = _each(
        batch,
        batch.vouchers.order_by("pk"),
        lambda row: submit_voucher(project.pk, row.pk, actor=actor, on=on, batch_id=batch.pk),
    )
    if not outcome.done:
        refuse("rows", f"没有一笔可以提交。{outcome.in_words or '批次中还没有支出，请经办人先编入。'}")
    batch.vouchers.filter(state__in=rules.EDITABLE).update(batch=None)
    batch.state, batch.signed_by, batch.signed_on = Batch.State.SIGNED, actor, on
    batch.seed = secrets.token_hex(16)
    batch.save(update_fields=["state", "signed_by", "signed_on", "seed"])
    picks = queries.picks_due(project, batch)
    BatchPick.objects.bulk_create(BatchPick(batch=batch, voucher_id=pk, why=why) for pk, why in picks.items())
    _journal(batch, f"{batch}签字，{_said(outcome, '笔已提交')}", seed=batch.seed, picks=sorted(picks))
    return outcome


def _each(batch: Batch, rows: Iterable[Voucher], act: Callable[[Voucher], object]) -> Outcome:
    """The same act on every row, each in a savepoint of its own."""
    outcome = Outcome(batch)
    for row in list(rows):
        try:
            with journal.savepoint():
                act(row)
        except Refused as refused:
            outcome.refused.append((row.number, str(refused)))
        else:
            outcome.done += 1
    return outcome


def _said(outcome: Outcome, what: str) -> str:
    left = f"，{len(outcome.refused)} 笔未通过：{outcome.in_words}" if outcome.refused else ""
    return f"{outcome.done} {what}{left}"


@operation("查看抽查支出")
def see_pick(project_id: int, batch_id: int, *, actor: User, voucher_id: int, on: date) -> BatchPick:
    """An officer has opened the row and its evidence. Rows that were not picked may be opened as well."""
    project = access.enter(project_id, actor=actor, action=Action.JUDGE_VOUCHER)
    batch = project.batches.get(pk=batch_id)
    _check_state(batch, Batch.State.SIGNED, "批次不在财政审核中。")
    voucher = batch.vouchers.get(pk=voucher_id)
    judging = queries.judging_of([voucher], actor=actor, action=Action.JUDGE_VOUCHER, on=on)
    refuse_if_blocking(judging.findings(voucher))
    why = queries.picks_due(project, batch).get(voucher.pk, BatchPick.Why.SAMPLE)
    pick, _ = BatchPick.objects.get_or_create(batch=batch, voucher=voucher, defaults={"why": why})
    if pick.seen_by_id is None:
        pick.seen_by, pick.seen_on = actor, on
        pick.save(update_fields=["seen_by", "seen_on"])
    _, fresh = PickView.objects.get_or_create(pick=pick, seen_by=actor, defaults={"seen_on": on})
    if fresh:
        _journal(batch, f"{batch}查看 {voucher.number}")
    return pick


@operation("审核报账批次")
def pass_batch(
    project_id: int, batch_id: int, *, actor: User, opinion: str = "", seen: str | None = None, on: date
) -> Outcome:
    """认定 of every row that waits, once he has opened every pick himself; the batch is done when no row waits any more."""
    project = access.enter(project_id, actor=actor, action=Action.JUDGE_VOUCHER)
    batch = project.batches.get(pk=batch_id)
    _check_state(batch, Batch.State.SIGNED, "批次不在财政审核中。")
    check_seen(project, batch, seen, actor=actor)
    unseen = queries.unseen_of(batch, actor)
    if unseen:
        said = "、".join(unseen)
        refuse("unseen", f"还有 {len(unseen)} 笔须由您本人查看后才能办结：{said}。请逐笔打开凭证并标记“已查看”。")
    outcome = _each(batch, _waiting(batch), lambda row: _pass_row(project, row, actor, opinion, on))
    if not outcome.done and outcome.refused:
        refuse("rows", f"没有一笔可以认定。{outcome.in_words}")
    _finish(batch, Batch.State.PASSED, actor, opinion, on)
    _journal(batch, f"审核{batch}，{_said(outcome, '笔已认定或初审同意')}")
    return outcome


def _waiting(batch: Batch) -> list[Voucher]:
    """Rows without a verdict; one that has the first of two signatures waits for its second by itself."""
    return list(batch.vouchers.filter(state=VoucherState.SUBMITTED, first_judged_by=None).order_by("pk"))


def _pass_row(project: Project, row: Voucher, actor: User, opinion: str, on: date) -> None:
    if row.asks.filter(answered_on=None).exists():
        refuse("ask", "要求的补件尚未答复，请待单位补件或单独审核。")
    judge_voucher(project.pk, row.pk, actor=actor, verdict=VoucherState.RECOGNISED, opinion=opinion, on=on)


def _finish(batch: Batch, state: Batch.State, actor: User, opinion: str, on: date) -> None:
    if not _waiting(batch):
        batch.state, batch.passed_by, batch.passed_on, batch.opinion = state, actor, on, opinion.strip()
        batch.save(update_fields=["state", "passed_by", "passed_on", "opinion"])


@operation("退回报账批次")
def return_batch(
    project_id: int,
    batch_id: int,
    *,
    actor: User,
    opinion: str,
    remarks: Mapping[int, str],
    seen: str | None = None,
    on: date,
) -> Outcome:
    """一次性告知: every waiting row goes back, each with its own remark or the one for all."""
    project = access.enter(project_id, actor=actor, action=Action.JUDGE_VOUCHER)
    batch = project.batches.get(pk=batch_id)
    _check_state(batch, Batch.State.SIGNED, "批次不在财政审核中。")
    check_seen(project, batch, seen, actor=actor)
    if not opinion.strip():
        refuse("opinion", "请写明退回的总体理由，单位据此一次补正。", field="opinion")

    def act(row: Voucher) -> None:
        said = remarks.get(row.pk, "").strip() or opinion
        judge_voucher(project.pk, row.pk, actor=actor, verdict=VoucherState.RETURNED, opinion=said, on=on)

    outcome = _each(batch, _waiting(batch), act)
    if not outcome.done:
        refuse("rows", f"没有一笔可以退回。{outcome.in_words or '本批支出均已有结论。'}")
    _finish(batch, Batch.State.RETURNED, actor, opinion, on)
    _journal(batch, f"退回{batch}，{_said(outcome, '笔已退回')}：{opinion.strip()}")
    return outcome


def _check_state(batch: Batch, state: Batch.State, otherwise: str) -> None:
    if batch.state != state:
        refuse("state", f"{batch}{batch.get_state_display()}。{otherwise}")


def _journal(batch: Batch, text: str, **changes: Any) -> None:
    told: dict[str, Any] = {"state": batch.state, **changes}
    journal.record(project_id=batch.project_id, subject=f"batch:{batch.pk}", text=text, **told)
