"""The three bars of a project, the same on every screen: 时间, 资金, 绩效. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from performance.scoring import light
from policy.money import CENT, ZERO
from policy.terms import Light, Stage
from projects.models import Project
from ui.parts import Progress

FULL_MARKS = 100
WATCHED = (Stage.BUILDING, Stage.IN_ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class Bars:
    """`why`: what is not applicable, and why; empty when all three are. `light`: money against elapsed time."""

    time: Progress | None
    funds: Progress | None
    targets: Progress | None
    light: Light
    why: str


def bars_of(project: Project, *, spent: Decimal, budget: Decimal, total: Decimal | None, on: date) -> Bars:
    time = elapsed(project, on)
    funds = Progress(spent, budget, "万元") if budget else None
    # SQLite hands back the subquery's figure with all the digits of a binary fraction
    targets = Progress(total.quantize(CENT), FULL_MARKS, "分") if total is not None else None
    missing = [
        *([] if time else ["时间不适用：建设期未开始"]),
        *([] if funds else ["资金不适用：预算未批准"]),
        *([] if targets else ["绩效不适用：未完成期满评估"]),
    ]
    return Bars(time, funds, targets, _light(project, time, spent, budget), "；".join(missing))


def elapsed(project: Project, on: date) -> Progress | None:
    """Days gone of the build period, never more than it has."""
    start, end = project.build_start_on, project.build_end_on
    if not start or not end:
        return None
    whole = (end - start).days
    return Progress(min(max((on - start).days, 0), whole), whole, "天")


def _light(project: Project, time: Progress | None, spent: Decimal, budget: Decimal) -> Light:
    """Only while the money is to be spent; 用款计划 is not kept, so elapsed time stands for the plan (handbook 4)."""
    if project.stage not in WATCHED or time is None or not time.whole or budget <= ZERO:
        return Light.UNDEFINED
    return light(spent, budget, Fraction(int(time.part or 0), int(time.whole)), project.edition)
