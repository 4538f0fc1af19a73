"""The stage rail: the main path with its dates, and the branch a project was led through. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from policy.terms import Stage
from projects.models import Project
from ui.parts import Step

FILING, ORDERS, NOTICES = ("T04", "T05"), ("T19", "T29"), ("T23",)
BRANCH = {
    Stage.RECTIFYING: "限期整改",
    Stage.RECHECKING: "整改复验",
    Stage.REVOCATION_NOTICE: "拟取消告知",
    Stage.REVOKED: "取消称号",
    Stage.SETTLED: "清算",
}
PATH = (
    (Stage.AWARDED, "立项"),
    (Stage.TARGET_FILED, "目标备案"),
    (Stage.BUILDING, "建设"),
    (Stage.IN_ACCEPTANCE, "验收"),
)
REACHED = (
    Stage.DRAFT, Stage.AWARDED, Stage.TARGET_REVIEW, Stage.TARGET_FILED, Stage.BUILDING, Stage.IN_ACCEPTANCE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dates:
    """When what happened: `decisions`: step code → the day it last took effect."""

    decisions: Mapping[str, date]
    applied_on: date | None = None
    reported_on: date | None = None

    def of(self, codes: Iterable[str]) -> date | None:
        return max((self.decisions[code] for code in codes if code in self.decisions), default=None)


def rail_of(project: Project, dates: Dates) -> list[Step]:
    stage = Stage(project.stage)
    branch = _branch(stage, dates, project.stage_since)
    main = [_main(project, place, label, dates, beyond=bool(branch)) for place, label in PATH]
    steps = [*main, *branch]
    if stage == Stage.TERMINATED:
        return [*(step for step in steps if step.state == "done"), Step("终止", project.stage_since, "failed")]
    if stage in (Stage.REVOCATION_NOTICE, Stage.REVOKED, Stage.SETTLED):
        return steps
    return [*steps, _passed(stage, project, dates)]


def _main(project: Project, place: Stage, label: str, dates: Dates, *, beyond: bool) -> Step:
    when: dict[Stage, date | str | None] = {
        Stage.AWARDED: project.awarded_on,
        Stage.TARGET_FILED: dates.of(FILING),
        Stage.BUILDING: project.build_start_on,
        Stage.IN_ACCEPTANCE: dates.applied_on,
    }
    stage = Stage(project.stage)
    note = _build_note(project) if place == Stage.BUILDING else ""
    if beyond or stage not in REACHED:
        gone = when[place] is not None or stage != Stage.TERMINATED
        return Step(label, when[place], "done" if gone else "todo", note)
    here = _position(stage)
    if place == Stage.TARGET_FILED and stage == Stage.TARGET_REVIEW:
        note = "审核中"
    state = "now" if REACHED.index(place) == here else "done" if REACHED.index(place) < here else "todo"
    return Step(label, when[place], state, note)


def _position(stage: Stage) -> int:
    """Targets are being drawn up or reviewed: the next station is the filing."""
    if stage in (Stage.AWARDED, Stage.TARGET_REVIEW):
        return REACHED.index(Stage.TARGET_FILED)
    if stage == Stage.TARGET_FILED:
        return REACHED.index(Stage.BUILDING)
    if stage == Stage.DRAFT:
        return REACHED.index(Stage.AWARDED)
    return REACHED.index(stage)


def _build_note(project: Project) -> str:
    if not project.build_end_on:
        return ""
    extended = f"，已延期 {project.extended_months} 个月" if project.extended_months else ""
    return f"至 {project.build_end_on}{extended}"


def _branch(stage: Stage, dates: Dates, since: date | None) -> list[Step]:
    """What happened after a gate failed; nothing where none did."""
    ordered = dates.of(ORDERS)
    if ordered is None and stage not in BRANCH:
        return []
    when = {
        Stage.RECTIFYING: ordered,
        Stage.RECHECKING: dates.reported_on,
        Stage.REVOCATION_NOTICE: dates.of(NOTICES),
        Stage.REVOKED: dates.of(("T26",)),
        Stage.SETTLED: None,
    }
    order = list(BRANCH)
    at = order.index(stage) if stage in BRANCH else None
    steps = []
    for place, label in BRANCH.items():
        index = order.index(place)
        if at is None:
            if when[place]:
                steps.append(Step(label, when[place], "done"))
        elif index < at and (when[place] or place != Stage.RECHECKING):
            steps.append(Step(label, when[place], "done"))
        elif index == at:
            ended = {Stage.REVOKED: "failed", Stage.SETTLED: "done"}
            steps.append(Step(label, when[place] or since, ended.get(place, "now")))
        elif index > at and (at >= order.index(Stage.REVOCATION_NOTICE) or place == Stage.RECHECKING):
            steps.append(Step(label, None, "todo"))
    return steps


def _passed(stage: Stage, project: Project, dates: Dates) -> Step:
    day = dates.of(("T18", "T21"))
    return Step("通过", day or project.stage_since, "done") if stage == Stage.ACCEPTED else Step("通过", None, "todo")
