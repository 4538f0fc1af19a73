"""结转: the age of unspent money, first in first out, and the clock that takes it back (财预〔2015〕230号第四十二条)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.edition import Edition
from policy.findings import Finding
from policy.money import ZERO, yuan
from policy.terms import Severity

YEAR_END = (12, 31)


@dataclass(frozen=True, slots=True)
class YearMoney:
    """What was issued under one budget year, and what of it is used when the oldest money goes first."""

    year: int
    came: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return self.came - self.used


def by_age(came: Mapping[int, Decimal], used: Decimal) -> tuple[YearMoney, ...]:
    """Oldest year first. What was used beyond all that came is of no year: nothing is ever left below zero."""
    found = []
    for year in sorted(came):
        part = min(max(used, ZERO), max(came[year], ZERO))
        used -= part
        found.append(YearMoney(year, max(came[year], ZERO), part))
    return tuple(found)


def left_of(came: Mapping[int, Decimal], used: Decimal, year: int) -> Decimal:
    """What is unspent of one year."""
    return next((money.left for money in by_age(came, used) if money.year == year), ZERO)


def due_on(edition: Edition, year: int) -> date:
    """The last day on which money of a year may still be used; what is left then is taken back."""
    return date(year + edition.number("carry_over_years"), *YEAR_END)


def years_carried(year: int, on: date) -> int:
    """How many year ends the money has passed: 0 in its own year."""
    return max(on.year - year, 0)


def warned(edition: Edition) -> tuple[int, int]:
    """Days left from which money is noticed, and from which it is pressed: the rungs of the edition before the end."""
    first, *later = sorted(edition.days("remind_carry_over"), reverse=True)
    return first, max(later, default=first)


def check_age(edition: Edition, source: str, name: str, ages: tuple[YearMoney, ...], *, on: date) -> Iterator[Finding]:
    """One finding a year whose clock has come to a rung of the edition's ladder. `name`: of the source, for people."""
    limit = edition.limit("carry_over_years")
    first, near = warned(edition)
    for money in ages:
        due = due_on(edition, money.year)
        days = (due - on).days
        if not money.left or days > first:
            continue
        said = f"{money.year} 年度{name}还有 {yuan(money.left)}未用，"
        if days < 0:
            said += f"已满 {limit.value} 年（{due}），应由财政收回。请省财政厅登记收回文件。"
        else:
            said += f"至 {due} 满 {limit.value} 年将被收回，剩余 {days} 天。请加快支出，或联系省财政厅。"
        severity = Severity.WARNING if days <= near else Severity.NOTICE
        yield Finding(f"carry_over:{source}:{money.year}", severity, said, limit.basis.clause, limit.basis.rank)
