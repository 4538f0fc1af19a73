"""What one project was given of one source and budget year, what of it has come in, and where a taking-back takes from."""

from dataclasses import dataclass
from decimal import Decimal

from policy.money import ZERO
from policy.terms import ArrivalMode


@dataclass(frozen=True, slots=True)
class Given:
    """An allocation that gives. `got`: confirmed arrivals less their corrections."""

    pk: int
    amount: Decimal
    got: Decimal = ZERO
    mode: str = ArrivalMode.QUOTA


@dataclass(frozen=True, slots=True)
class Taken:
    """How an amount is taken back. `limit`: by how much less may be spent."""

    unreceived: Decimal
    received: Decimal
    limit: Decimal


@dataclass(frozen=True, slots=True)
class Lost:
    """What one document took back before it came; it falls on the allocations that stood when it was signed."""

    amount: Decimal
    of: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pool:
    """`given`: oldest first. `allocated`, `received`: after everything that was taken back."""

    given: tuple[Given, ...] = ()
    allocated: Decimal = ZERO
    received: Decimal = ZERO
    lost: tuple[Lost, ...] = ()

    @property
    def unreceived(self) -> Decimal:
        return max(self.allocated - self.received, ZERO)

    @property
    def usable(self) -> Decimal:
        """What payments may take: what came in, and under 报账 what is still to come."""
        still = self.open()
        return self.received + sum((still[one.pk] for one in self.given if one.mode == ArrivalMode.CLAIM), ZERO)

    def open(self) -> dict[int, Decimal]:
        """Allocation → what may still arrive of it. What was taken back fails the newest that stood then first."""
        found = {one.pk: max(one.amount - one.got, ZERO) for one in self.given}
        for lost in self.lost:
            _lose(found, [one.pk for one in reversed(self.given) if one.pk in lost.of], lost.amount)
        _lose(found, [one.pk for one in reversed(self.given)], sum(found.values(), ZERO) - self.unreceived)
        return found

    def take(self, amount: Decimal) -> Taken:
        """First what has not arrived, the newest allocation before the older; then what has.

        Under 报账 money may be spent before it arrives, so its taking lowers the limit either way.
        """
        unreceived = min(amount, self.unreceived)
        still, limit, rest = self.open(), amount - unreceived, unreceived
        for one in reversed(self.given):
            part = min(still[one.pk], rest)
            rest -= part
            if one.mode == ArrivalMode.CLAIM:
                limit += part
        return Taken(unreceived, amount - unreceived, limit)


def _lose(still: dict[int, Decimal], order: list[int], amount: Decimal) -> None:
    for pk in order:
        part = min(still[pk], max(amount, ZERO))
        still[pk], amount = still[pk] - part, amount - part
