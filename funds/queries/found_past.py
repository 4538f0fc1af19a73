"""问题资金 of a day gone by: what had been found, and what of it had been put right by then, as it was known.

A row is found and posted on one day. 补证, 追回 and 核销 have their own day and count from the day they were confirmed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from funds.found_money import DISALLOWED
from funds.models import AuditFinding, FoundMoney, FoundMoneyEntry
from funds.queries.as_of import Moment
from funds.queries.compared import Compared, Difference, then_of, told_of
from funds.queries.late import Late
from policy.money import ZERO
from policy.terms import FoundMoneyMove, VoucherState

State = FoundMoneyEntry.State
NAMES = {"found": "查出", "proved": "补证", "recovered": "追回", "written_off": "核销", "left": "未整改余额"}


@dataclass(frozen=True, slots=True)
class Stood:
    """The columns of one row on a day. `exact`: False where 查出 was raised later and nothing says on which day."""

    found: Decimal = ZERO
    proved: Decimal = ZERO
    recovered: Decimal = ZERO
    written_off: Decimal = ZERO
    left: Decimal = ZERO
    waiting: Decimal = ZERO
    exact: bool = True


def day_of(at: Moment) -> date:
    return min(at.on, at.known)


def found_then(at: Moment) -> Q:
    return Q(found_on__lte=day_of(at))


def with_others(rows: QuerySet[FoundMoney]) -> QuerySet[FoundMoney]:
    """Adds whether another finding speaks of the same payment, in the statement that reads the rows."""
    sent = AuditFinding.objects.filter(voucher=OuterRef("voucher"), amount__gt=0)
    others = sent.exclude(state=AuditFinding.State.DRAFT).exclude(pk=OuterRef("finding"))
    return rows.select_related("voucher", "finding").annotate(others=Exists(others))


def entries_of(rows: Iterable[FoundMoney]) -> list[FoundMoneyEntry]:
    """What was recorded of them. One statement."""
    return list(FoundMoneyEntry.objects.filter(found_money__in=[row.pk for row in rows]).order_by("pk"))


def stood(rows: Iterable[FoundMoney], entries: Iterable[FoundMoneyEntry], at: Moment) -> dict[int, Stood]:
    """By row, of those found by then; no statement. `rows`: of `with_others`."""
    found: dict[int, Stood] = {}
    for row in rows:
        if row.found_on <= day_of(at):
            amount = found_by(row, day_of(at))
            known = row.found if amount is None else amount
            found[row.pk] = Stood(known, left=known, exact=amount is not None)
    for entry in entries:
        if entry.found_money_id in found and entry.on <= at.on and entry.recorded_on <= at.known:
            found[entry.found_money_id] = _moved(found[entry.found_money_id], entry, at)
    return found


def _moved(row: Stood, entry: FoundMoneyEntry, at: Moment) -> Stood:
    state = state_then(entry, at)
    if state == State.RECORDED:
        return replace(row, waiting=row.waiting + entry.amount)
    if state == State.RETURNED:
        return row
    column = FoundMoneyMove(entry.move).value
    return replace(row, left=row.left - entry.amount, **{column: getattr(row, column) + entry.amount})


def state_then(entry: FoundMoneyEntry, at: Moment) -> State:
    """Confirming and returning are both posted on `confirmed_on`."""
    judged = entry.confirmed_on is not None and entry.confirmed_on <= at.known
    return State(entry.state) if judged else State.RECORDED


def found_by(row: FoundMoney, day: date) -> Decimal | None:
    """查出 by that day. A row of a finding is raised where its payment is 不认定 as a whole later; None: it cannot be said."""
    voucher, finding = row.voucher, row.finding
    if voucher is None or finding is None:
        return row.found
    if row.kind == DISALLOWED:
        return row.found if row.found == voucher.amount else None
    if row.found <= finding.amount:
        return row.found
    if row.others or voucher.state != VoucherState.DISALLOWED or voucher.judged_on is None:  # type: ignore[attr-defined]
        return None
    return row.found if voucher.judged_on <= day else finding.amount


def sums_at(rows: QuerySet[FoundMoney], at: Moment) -> Stood:
    """The columns of many rows added up. Two statements."""
    kept = list(with_others(rows.filter(found_then(at))))
    return summed(stood(kept, entries_of(kept), at).values())


def summed(found: Iterable[Stood]) -> Stood:
    kept = list(found)
    sums = {name.name: sum((getattr(one, name.name) for one in kept), ZERO) for name in fields(Stood)[:-1]}
    return Stood(**sums, exact=all(one.exact for one in kept))


def found_compared(rows: QuerySet[FoundMoney], at: Moment, today: date) -> Compared:
    """What is another figure today, and the entries that make it so. Two statements."""
    then, now = then_of(at, today), Moment(at.on, today)
    if then == now:
        return Compared(at, then)
    kept = list(with_others(rows.filter(found_then(now))).select_related("project"))
    entries = entries_of(kept)
    was, known = (stood(kept, entries, one) for one in (then, now))
    late = sorted(_late(kept, entries, was, known, then, now), key=lambda one: (one.posted_on, one.on, one.project))
    return Compared(
        at, then, told_of(late, [row.project for row in kept]), tuple(_differences(was.values(), known.values(), late))
    )


def _differences(was: Iterable[Stood], now: Iterable[Stood], late: Sequence[Late]) -> Iterator[Difference]:
    old, new = summed(was), summed(now)
    for name, label in NAMES.items():
        if name == "left":
            moved = sum((one.effect if one.figure == NAMES["found"] else -one.effect for one in late), ZERO)
        else:
            moved = sum((one.effect for one in late if one.figure == label), ZERO)
        yield Difference(label, getattr(old, name), getattr(new, name), moved)


def _late(
    rows: Iterable[FoundMoney],
    entries: Iterable[FoundMoneyEntry],
    was: Mapping[int, Stood],
    now: Mapping[int, Stood],
    then: Moment,
    today: Moment,
) -> Iterator[Late]:
    by_pk = {row.pk: row for row in rows}
    for pk, row in by_pk.items():
        before, after = was[pk].found if pk in was else ZERO, now[pk].found
        day = row.found_on if pk not in was else row.voucher.judged_on if row.voucher else None
        if after != before:
            yield _of(row, NAMES["found"], row.fact[:40], day or row.found_on, day or row.found_on, after - before)
    for entry in entries:
        posted = entry.confirmed_on if entry.state == State.CONFIRMED else None
        if posted and entry.on <= then.on and posted <= today.known and (
            posted > then.known or entry.found_money_id not in was
        ):  # fmt: skip
            label, row = str(entry.get_move_display()), by_pk[entry.found_money_id]
            yield _of(row, label, f"{label} {entry.number}", entry.on, posted, entry.amount)


def _of(row: FoundMoney, figure: str, title: str, on: date, posted_on: date, amount: Decimal) -> Late:
    return Late(figure, title, on, posted_on, "", amount, project=row.project_id, effect=amount)
