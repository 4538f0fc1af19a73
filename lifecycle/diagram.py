"""The machine as a drawing: where its thirteen stages stand and which arrows run between them. Pure.

Places are chosen once, by hand, so that the main road runs downwards; the arrows are those of the table and no other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lifecycle.machine import STEP, STEPS, Step
from policy.terms import Stage

WIDTH, HEIGHT = 680, 592
BOX_W, BOX_H = 136, 44
COLUMNS = (100, 340, 580)
MANY = 3  # a step out of more stages than these is told, not drawn
ROWS = (46, 146, 246, 346, 446, 546)
PLACES: dict[Stage, tuple[int, int]] = {
    Stage.DRAFT: (0, 0),
    Stage.AWARDED: (0, 1),
    Stage.TARGET_REVIEW: (1, 1),
    Stage.TARGET_FILED: (2, 1),
    Stage.BUILDING: (2, 2),
    Stage.IN_ACCEPTANCE: (1, 2),
    Stage.ACCEPTED: (0, 2),
    Stage.RECTIFYING: (1, 3),
    Stage.RECHECKING: (2, 3),
    Stage.REVOCATION_NOTICE: (1, 4),
    Stage.REVOKED: (1, 5),
    Stage.SETTLED: (2, 5),
    Stage.TERMINATED: (2, 4),
}


@dataclass(frozen=True, slots=True)
class Box:
    stage: Stage
    x: int
    y: int
    here: bool

    @property
    def left(self) -> int:
        return self.x - BOX_W // 2

    @property
    def top(self) -> int:
        return self.y - BOX_H // 2

    @property
    def text_y(self) -> int:
        return self.y + 5


@dataclass(frozen=True, slots=True)
class Arrow:
    """One line from stage to stage; `codes`: the rows of the table that take it; `told`: how the page calls each of them."""

    source: Stage
    target: Stage
    codes: tuple[str, ...]
    x1: int
    y1: int
    x2: int
    y2: int
    told: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return "、".join(self.told)

    @property
    def names(self) -> str:
        return "、".join(STEP[code].label for code in self.codes)

    @property
    def mid_x(self) -> int:
        """Nearer to where it starts, so that two ways between the same boxes keep their words apart."""
        return self.x1 + (self.x2 - self.x1) * 2 // 5

    @property
    def mid_y(self) -> int:
        return self.y1 + (self.y2 - self.y1) * 2 // 5 - 5


@dataclass(frozen=True, slots=True)
class Drawing:
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    wide: tuple[Step, ...]
    width: int = WIDTH
    height: int = HEIGHT
    box_width: int = BOX_W
    box_height: int = BOX_H


def draw(here: Stage | str = "", numbers: Mapping[str, int] | None = None) -> Drawing:
    """`numbers`: of each step in the guide below the drawing."""
    boxes = {stage: Box(stage, COLUMNS[column], ROWS[row], stage == here) for stage, (column, row) in PLACES.items()}
    ways: dict[tuple[Stage, Stage], list[str]] = defaultdict(list)
    for step in STEPS:
        if step.target is None or len(step.sources) > MANY:
            continue
        for source in step.sources:
            ways[source, Stage(step.target)].append(step.code)
    arrows = [
        replace(_arrow(boxes[source], boxes[target], codes, ways), told=_told(codes, numbers or {}))
        for (source, target), codes in ways.items()
    ]
    return Drawing(tuple(boxes.values()), tuple(arrows), wide_steps())


def _told(codes: Iterable[str], numbers: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(str(number) for number in sorted(numbers[code] for code in codes if code in numbers))


def wide_steps() -> tuple[Step, ...]:
    """Those that lead on from many stages: 终止 and the like."""
    return tuple(step for step in STEPS if step.target is not None and len(step.sources) > MANY)


def _arrow(source: Box, target: Box, codes: list[str], ways: dict[tuple[Stage, Stage], list[str]]) -> Arrow:
    """From edge to edge; two arrows between the same boxes run beside each other."""
    across = abs(target.x - source.x) >= abs(target.y - source.y)
    both = (target.stage, source.stage) in ways
    shift = 0 if not both else 12 if (target.x - source.x or target.y - source.y) > 0 else -12
    if across or source.y == target.y:
        side = 1 if target.x > source.x else -1
        points = (source.x + side * BOX_W // 2, source.y + shift, target.x - side * BOX_W // 2, target.y + shift)
    else:
        side = 1 if target.y > source.y else -1
        points = (source.x + shift, source.y + side * BOX_H // 2, target.x + shift, target.y - side * BOX_H // 2)
    return Arrow(source.stage, target.stage, tuple(codes), *points)
