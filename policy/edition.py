"""A policy edition: every amount, category, threshold and time limit that a document sets.

A project keeps the code of the edition it was awarded under, so a new document never changes an old project.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from policy.terms import (
    Aggregation,
    EvidenceKind,
    Frequency,
    Grade,
    Kind,
    Light,
    Operator,
    Rank,
    Sector,
    Severity,
    Source,
    Track,
    UnitType,
)

if TYPE_CHECKING:
    from policy.finding_kinds import FindingKind
    from policy.payment_fields import PaymentField


class EditionError(Exception):
    """An edition file is wrong, or an edition is asked for what it does not hold: a mistake of ours, not the user's."""


PER_YEAR = "/年"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a number comes from. `blocks` is False where it only warns until the province confirms it (handbook 0)."""

    clause: str
    rank: Rank
    blocks: bool = True

    @property
    def severity(self) -> Severity:
        return Severity.BLOCKING if self.blocks else Severity.WARNING


@dataclass(frozen=True, slots=True)
class Limit:
    """One number or word of the law or of practice: months, days, counts, shares.

    `practice`: it stands in the edition's `[practice]` table, apart from what documents fix.
    """

    key: str
    label: str
    value: int | str | Decimal
    unit: str
    basis: Basis
    practice: bool = False

    @property
    def text(self) -> str:
        """The value as people write it: 100,000 元, 10%, a word as it is."""
        if isinstance(self.value, Decimal):
            return f"{(self.value * 100).normalize():f}%"
        plain = f"{self.value:,}" if isinstance(self.value, int) else self.value
        return f"{plain} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Grant:
    """补助标准. `any_track`: the document names one amount whether new or existing (studios)."""

    kind: Kind
    sector: Sector
    track: Track
    yuan: Decimal
    basis: Basis
    any_track: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """支出类别. `needs_approval`: each payment of it needs joint approval beforehand (the word 等).

    `words`: in an abstract they make a person look (a hint from `not_allowed`, not a ban).
    """

    code: str
    name: str
    kinds: tuple[Kind, ...]
    needs_approval: bool
    allowed: str
    not_allowed: str
    evidence: str
    basis: Basis
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One construction condition of part two. `facts`: the values to enter, name -> (label, unit).

    `op`: is | ge | count_ge | between | ratio_le | ratio_ge | min_ge | level | unique
    `threshold`: integer text; for ratios "p/q" (ratio_le 1/3: facts[0]*q <= facts[1]*p).
    `window`: the year a figure "per year" is read over (handbook 4), "" where none applies.
    """

    code: str
    kind: Kind
    tracks: tuple[Track, ...]
    unit_types: tuple[UnitType, ...]
    text: str
    op: str
    threshold: str
    unit: str
    facts: tuple[tuple[str, str], ...]
    evidence: str
    basis: Basis
    window: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorTemplate:
    """`targets`: track -> typed target text ("2000", "1/3", "达成"), "" where the unit sets its own.

    `draws`: what a register of the unit gives it (policy.terms.Draw), "" where the unit types the reading.
    `exceeds`: a rate of amounts, whose numerator may be more than its denominator.
    """

    code: str
    kind: Kind
    level1: str
    level2: str
    name: str
    unit: str
    operator: Operator
    targets: Mapping[Track, str]
    weight: Decimal
    aggregation: Aggregation
    window: str
    frequency: Frequency
    evidence: EvidenceKind
    draws: str
    core: bool
    basis: Basis
    exceeds: bool = False


@dataclass(frozen=True, slots=True)
class LevelWeight:
    """Weight of a level 1. `quantified`: each level 2 in use under it needs a quantified indicator (handbook 3)."""

    level1: str
    weight: Decimal
    basis: Basis
    quantified: bool = False


@dataclass(frozen=True, slots=True)
class ReviewPoint:
    """One of the 16 points of 绩效目标审核表 (F03)."""

    part: str
    aspect: str
    text: str
    points: int


@dataclass(frozen=True, slots=True)
class GradeBand:
    grade: Grade
    at_least: Decimal
    basis: Basis


@dataclass(frozen=True, slots=True)
class LightBand:
    """From `at_least` (a ratio of done ÷ planned) this light, up to the next band."""

    light: Light
    at_least: Decimal
    basis: Basis


@dataclass(frozen=True, slots=True)
class Edition:
    code: str
    province: str
    document: str
    title: str
    issued_on: date
    sample: bool
    number_prefix: str
    central_department: str
    province_hr: str
    province_finance: str
    programme: str
    grant_source: Source
    grants: tuple[Grant, ...]
    categories: tuple[Category, ...]
    conditions: tuple[Condition, ...]
    indicators: tuple[IndicatorTemplate, ...]
    level_weights: tuple[LevelWeight, ...]
    review_points: tuple[ReviewPoint, ...]
    grades: tuple[GradeBand, ...]
    lights: tuple[LightBand, ...]
    limits: Mapping[str, Limit]
    payment_fields: "tuple[PaymentField, ...]" = ()
    finding_kinds: "tuple[FindingKind, ...]" = ()

    def categories_for(self, kind: Kind) -> tuple[Category, ...]:
        return tuple(category for category in self.categories if kind in category.kinds)

    def category(self, code: str) -> Category:
        for category in self.categories:
            if category.code == code:
                return category
        raise EditionError(f"{self.code}：没有支出类别 {code}")

    def grant(self, kind: Kind, sector: Sector, track: Track) -> Decimal:
        """补助金额 in yuan (notice, part five)."""
        for row in self.grants:
            if (row.kind, row.sector) == (kind, sector) and (row.any_track or row.track == track):
                return row.yuan
        raise EditionError(f"{self.code}：没有补助标准 {kind}/{sector}/{track}")

    def conditions_for(self, kind: Kind, track: Track, unit_type: UnitType) -> tuple[Condition, ...]:
        """Conditions of part two that apply; an existing base must meet those of a new one as well."""
        return tuple(
            condition
            for condition in self.conditions
            if condition.kind == kind and track in condition.tracks and unit_type in condition.unit_types
        )

    def indicators_for(self, kind: Kind) -> tuple[IndicatorTemplate, ...]:
        return tuple(template for template in self.indicators if template.kind == kind)

    def window_for(self, kind: Kind, unit: str) -> str:
        """How a figure of this unit is read per year, as the template's own are; "" for what is not per year."""
        if not unit.replace("／", "/").endswith(PER_YEAR):
            return ""
        return next((one.window for one in self.indicators_for(kind) if one.window and one.unit.endswith(PER_YEAR)), "")

    def limit(self, key: str) -> Limit:
        if key not in self.limits:
            raise EditionError(f"{self.code}：没有限值 {key}")
        return self.limits[key]

    def number(self, key: str) -> int:
        value = self.limit(key).value
        if not isinstance(value, int):
            raise EditionError(f"{self.code}：限值 {key} 不是整数")
        return value

    def ratio(self, key: str) -> Decimal:
        value = self.limit(key).value
        if not isinstance(value, Decimal):
            raise EditionError(f"{self.code}：限值 {key} 不是比例")
        return value

    def word(self, key: str) -> str:
        value = self.limit(key).value
        if not isinstance(value, str):
            raise EditionError(f"{self.code}：限值 {key} 不是文字")
        return value

    def days(self, key: str) -> tuple[int, ...]:
        """A list of days kept as one word: "90,30,0"."""
        return tuple(int(part) for part in self.word(key).split(","))

    def grade_of(self, total: Decimal) -> Grade:
        """The grade of a total: the highest band it reaches, the lowest band for anything below."""
        reached = [band for band in self.grades if total >= band.at_least]
        band = max(reached, key=lambda b: b.at_least) if reached else min(self.grades, key=lambda b: b.at_least)
        return band.grade

    def light_of(self, ratio: Decimal | Fraction | None) -> Light:
        """The light of done ÷ planned (handbook 4); no ratio, no light."""
        if ratio is None:
            return Light.UNDEFINED
        exact = Fraction(ratio)
        reached = [band for band in self.lights if exact >= Fraction(band.at_least)]
        band = max(reached, key=lambda b: b.at_least) if reached else min(self.lights, key=lambda b: b.at_least)
        return band.light
