"""风险分: how much a project needs to be looked at, each point with the figures it comes from. Pure.

Weights are the edition's (系统默认): they order a list and a plan of inspections, and refuse nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from policy.edition import Edition
from policy.money import yuan

TENTH = Decimal("0.1")


class Level(StrEnum):
    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"

    @property
    def label(self) -> str:
        return {"high": "高", "middle": "中", "low": "低"}[self.value]

    @property
    def tone(self) -> str:
        return {"high": "red", "middle": "orange", "low": "gray"}[self.value]


@dataclass(frozen=True, slots=True)
class Money:
    """What was spent of the issued money, and the share that was planned by now; `planned` None: nothing to compare."""

    spent: Decimal
    budget: Decimal
    planned: Fraction | None
    by_plan: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """`overdue`, `late`: names of the rounds not reported or reported late; `short`: targets the pace does not reach;
    `problems`: open ones by level; `past`: legal dates gone by, in words."""

    overdue: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    money: Money | None = None
    problems: dict[str, int] = field(default_factory=dict)
    flags: int = 0
    short: tuple[str, ...] = ()
    held: bool = False
    past: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One reason: its arithmetic in `figures`, what it gives, the most it can give, and where the weight stands."""

    code: str
    label: str
    figures: str
    points: Decimal
    most: int
    clause: str
    rank: str


@dataclass(frozen=True, slots=True)
class Risk:
    score: Decimal
    level: Level
    parts: tuple[Part, ...]

    @property
    def reasons(self) -> tuple[Part, ...]:
        """What gives points, the heaviest first."""
        return tuple(sorted((part for part in self.parts if part.points), key=lambda part: -part.points))

    @property
    def sum(self) -> str:
        said = " + ".join(f"{part.label} {part.points}" for part in self.reasons)
        return f"{said} = {self.score} 分" if said else "各项均为 0 分"


def risk_of(facts: Facts, edition: Edition) -> Risk:
    parts = tuple(
        part for make in (_reports, _money, _problems, _targets, _hold, _deadlines) for part in make(facts, edition)
    )
    score = sum((part.points for part in parts), Decimal(0))
    return Risk(score, _level(score, edition), parts)


def _level(score: Decimal, edition: Edition) -> Level:
    if score >= edition.number("risk_high"):
        return Level.HIGH
    return Level.MIDDLE if score >= edition.number("risk_middle") else Level.LOW


def _part(edition: Edition, code: str, label: str, figures: str, points: Decimal, key: str) -> Part:
    """Never above the most the edition gives for this reason, which the figures then say."""
    limit, most = edition.limit(key), edition.number(key)
    kept = min(points, Decimal(most)).quantize(TENTH, ROUND_HALF_UP)
    told = f"{figures}，按最高 {most} 分计" if points > most else figures
    return Part(code, label, told, kept, most, limit.basis.clause, limit.basis.rank.label)


def _times(edition: Edition, rows: list[tuple[str, int, str]]) -> tuple[str, Decimal]:
    """(what, how many, key of the weight) → the sum in words and in points; what does not occur is not said."""
    told = [(what, count, edition.number(key)) for what, count, key in rows if count]
    said = " + ".join(f"{what} {count} × {weight} 分" for what, count, weight in told)
    return said or "没有", Decimal(sum(count * weight for _, count, weight in told))


def _named(said: str, names: tuple[str, ...]) -> str:
    return f"{said}（{'、'.join(names)}）" if names else said


def _reports(facts: Facts, edition: Edition) -> Iterator[Part]:
    said, points = _times(
        edition,
        [("逾期未报", len(facts.overdue), "risk_report_overdue"), ("逾期报送", len(facts.late), "risk_report_late")],
    )
    yield _part(edition, "reports", "迟报", _named(said, facts.overdue + facts.late), points, "risk_report_most")


def _money(facts: Facts, edition: Edition) -> Iterator[Part]:
    """What is missing of the share planned by now, where the light is not green: none, half, all of it."""
    money, most = facts.money, edition.number("risk_money_most")
    figures, points = "没有可比的预算或进度", Decimal(0)
    if money and money.budget > 0 and money.planned:
        due = Fraction(money.budget) * min(money.planned, Fraction(1))
        ratio, base = Fraction(money.spent) / due, "用款计划应支出" if money.by_plan else "按时间进度应支出"
        figures = f"已支出 {yuan(money.spent)} ÷ {base} {yuan(_two(due))}＝{_two(ratio * 100)}%"
        if edition.light_of(ratio).value in ("red", "yellow"):
            short = max(Fraction(0), 1 - ratio)
            points = _exact(short * most)
            figures += f"，差 {_two(short * 100)}% × {most} 分"
        else:
            figures += "，不计分"
    yield _part(edition, "money", "资金偏慢", figures, points, "risk_money_most")


def _problems(facts: Facts, edition: Edition) -> Iterator[Part]:
    rows = [
        ("严重问题", facts.problems.get("severe", 0), "risk_problem_severe"),
        ("较重问题", facts.problems.get("major", 0), "risk_problem_major"),
        ("一般问题", facts.problems.get("minor", 0), "risk_problem_minor"),
    ]
    said, points = _times(edition, [*rows, ("未办结疑点", facts.flags, "risk_flag")])
    yield _part(edition, "problems", "问题和疑点", said, points, "risk_problem_most")


def _targets(facts: Facts, edition: Edition) -> Iterator[Part]:
    said, points = _times(edition, [("预计达不到的指标", len(facts.short), "risk_target")])
    yield _part(edition, "targets", "绩效目标", _named(said, facts.short), points, "risk_target_most")


def _hold(facts: Facts, edition: Edition) -> Iterator[Part]:
    points = Decimal(edition.number("risk_hold") if facts.held else 0)
    yield _part(edition, "hold", "资金暂停", "资金暂停中" if facts.held else "没有", points, "risk_hold")


def _deadlines(facts: Facts, edition: Edition) -> Iterator[Part]:
    said, points = _times(edition, [("已过期限", len(facts.past), "risk_deadline")])
    yield _part(edition, "deadlines", "阶段期限逾期", _named(said, facts.past), points, "risk_deadline_most")


def _two(value: Fraction) -> Decimal:
    return _exact(value).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _exact(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
