"""抽查 of a 报账批次: which rows finance must open. Anyone with the seed draws the same rows again.

Every row is ordered by HMAC-SHA256(seed, row id); the first of that order are the sample. Nobody knows the order before
the seed is drawn, which happens when the unit signs.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

METHOD = "HMAC-SHA256（种子，支出编号）升序取前 n 笔"
FLAGGED, OUTSIDE, THRESHOLD, SAMPLE = "flagged", "outside", "threshold", "sample"


@dataclass(frozen=True, slots=True)
class Row:
    """`own`: paid from the unit's own money, which is recorded and sampled only (handbook 5)."""

    pk: int
    amount: Decimal
    fits: bool
    flagged: bool
    own: bool = False


def order_of(seed: str, pk: int) -> str:
    return hmac.new(seed.encode(), str(pk).encode(), hashlib.sha256).hexdigest()


def must_open(row: Row, threshold: Decimal) -> str:
    """Why this row is opened whatever the draw says; "" where only the draw decides."""
    if row.flagged:
        return FLAGGED
    if row.own:
        return ""
    if not row.fits:
        return OUTSIDE
    return THRESHOLD if row.amount >= threshold else ""


def sample_size(count: int, *, share: Decimal, least: int) -> int:
    """`share` of the rest, rounded up, at least `least`, never more than there are."""
    wanted = int((share * count).to_integral_value(ROUND_CEILING))
    return min(count, max(wanted, least))


def pick(rows: Iterable[Row], *, seed: str, threshold: Decimal, share: Decimal, least: int) -> dict[int, str]:
    """Row id → why finance opens it."""
    rows = list(rows)
    picked = {row.pk: why for row in rows if (why := must_open(row, threshold))}
    rest = sorted((row.pk for row in rows if row.pk not in picked), key=lambda pk: order_of(seed, pk))
    drawn = rest[: sample_size(len(rest), share=share, least=least)]
    return picked | dict.fromkeys(drawn, SAMPLE)
