"""The three bars of a project, the same on every screen: 时间, 资金, 绩效. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from funds.ledger import Ledger
from performance.scoring import light
from policy.money import CENT, ZERO
from policy.terms import Light, Stage
from projects.models import Project
from ui.parts import Progress

FULL_MARKS = 100
MONTHS = 12
YEARS = {1: "一", 2: "两", 3: "三", 4: "四", 5: "五"}
WATCHED = (Stage.BUILDING, Stage.IN_ACCEPTANCE)


class Dated(Protocol):
    """Whatever has a build period: a project, or what statistics keep of one."""

    @property
    def build_start_on(self) -> date | None: ...

    @property
    def build_end_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Bars:
    """`why`: what is not applicable, and why; empty when all three are. `light`: money against 用款计划, else against elapsed time."""

    time: Progress | None
    funds: Progress | None
    targets: Progress | None
    light: Light
    why: str


def bars_of(project: Project, *, ledger: Ledger, total: Decimal | None, on: date) -> Bars:
    time, spent, budget = elapsed(project, on), ledger.spent, ledger.budget
    funds = Progress(spent, budget, "万元") if budget else None
    # SQLite hands back the subquery's figure with all the digits of a binary fraction
    targets = Progress(total.quantize(CENT), FULL_MARKS, "分") if total is not None else None
    missing = [
        *([] if time else ["时间不适用：建设期未开始"]),
        *([] if funds else ["资金不适用：预算未批准"]),
        *([] if targets else ["绩效不适用：未完成期满评估"]),
    ]
    return Bars(time, funds, targets, _light(project, time, ledger, on), "；".join(missing))


def elapsed(project: Dated, on: date) -> Progress | None:
    """Days gone of the build period, never more than it has."""
    start, end = project.build_start_on, project.build_end_on
    if not start or not end:
        return None
    whole = (end - start).days
    return Progress(min(max((on - start).days, 0), whole), whole, "天")


def _light(project: Project, time: Progress | None, ledger: Ledger, on: date) -> Light:
    """Only while the money is to be spent; by 用款计划, without one by elapsed time (handbook 4)."""
    if project.stage not in WATCHED or time is None or not time.whole or ledger.budget <= ZERO:
        return Light.UNDEFINED
    planned = ledger.planned_share(on)
    due = Fraction(int(time.part or 0), int(time.whole)) if planned is None else planned
    return light(ledger.spent, ledger.budget, due, project.edition)


def beyond(project: Project) -> str:
    """The term of the edition that an extended period goes beyond, in years where it is whole years."""
    months = project.edition.number("build_months")
    years, rest = divmod(months, MONTHS)
    if rest:
        return f"超过 {months} 个月"
    return f"超过{YEARS.get(years, f' {years} ')}年"
