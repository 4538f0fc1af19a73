"""班次台账 of projects in the build: classes as they ended, one of them voided again. Invented numbers."""

from datetime import date, timedelta

from lifecycle.demo.story import Story
from performance.operations.classes import record_class, void_class
from performance.queries.classes import classes_of
from policy.terms import Kind

STEP = {Kind.BASE: 20, Kind.STUDIO: 90}
SIZE = {Kind.BASE: 90, Kind.STUDIO: 18}
LEVELS = ("3", "4", "3", "0", "2")
HIGH = ("1", "2", "3")


def run(story: Story, on: date) -> None:
    """One class after the other from the first day of the build until the day before the demo."""
    project = story.project
    start, end, kind = project.build_start_on, project.build_end_on, Kind(project.kind)
    if start is None or end is None:
        return
    day, count = start + timedelta(days=18), 0
    while day < min(on, end):
        count += 1
        one_class(story, day, count, SIZE[kind] + count * 7 % 30)
        day += timedelta(days=STEP[kind])
    if kind == Kind.BASE:
        twice(story, on)


def one_class(story: Story, day: date, count: int, trained: int) -> None:
    occupations = list(story.project.occupations.all())
    level = LEVELS[count % len(LEVELS)]
    high = trained if level in HIGH else trained // 3 if level == "0" else 0
    passed = trained - count % 6
    record_class(
        story.pk,
        occupation_id=occupations[count % len(occupations)].pk,
        number=f"{day.year}-{count:03d}",
        level=level,
        start_on=day - timedelta(days=11),
        end_on=day,
        trained=trained,
        high_skill=high,
        passed=passed,
        certified=min(high, passed) * 4 // 5,
        surveyed=trained - 2,
        satisfied=trained - 2 - count % 4,
        subsidised=count % 2 == 0,
        apprentices=count % 3 == 0,
        actor=story.u1,
        on=day + timedelta(days=1),
    )


def twice(story: Story, on: date) -> None:
    """A class that was recorded a second time under another number, and voided."""
    last = classes_of(story.project).first()
    if last is None or last.end_on + timedelta(days=2) > on:
        return
    one_class(story, last.end_on, 900, last.trained)
    again = story.project.training_classes.get(number=f"{last.end_on.year}-900")
    reason = f"与 {last.number} 为同一班次，重复登记"
    void_class(story.pk, again.pk, reason=reason, actor=story.u1, on=last.end_on + timedelta(days=2))
