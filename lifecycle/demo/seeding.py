"""The whole demo: forty lives told scene by scene, then what concerns several of them, then the clock of each."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.groundwork import system_user
from accounts.models import Notice
from lifecycle import watch
from lifecycle.deadlines import RULES
from lifecycle.demo import assessing, cast, changing, inspecting, others, people, problems, progressing, returns
from lifecycle.jobs import daily_sweep
from lifecycle.models import Deadline
from performance.rules.assessments import STAGES

SCENES = (*cast.SCENES, *others.SCENES)
BEHIND = frozenset({"zhongxing", "cixiu", "nanhu"})
FOUNDED = 1600  # days before the day of the demo


def seed(on: date, *, only: Collection[str] = ()) -> None:
    """One transaction. `only`: names of scenes, for who does not need them all; nothing: all."""
    with transaction.atomic(), people.quick_accounts():
        players = people.build(on - timedelta(days=FOUNDED))
        stage = cast.Stage(players, on)
        for scene in SCENES:
            if not only or scene.__name__ in only:
                scene(stage, on)
        evaluated(stage, on)
        for act in (returns.report, progressing.chase, progressing.waive, inspecting.run, problems.run, changing.run):
            act(players, on)
        Notice.objects.update(read_at=timezone.now())  # what lies years back is not news
        remind(on)


def evaluated(stage: cast.Stage, on: date) -> None:
    """The self-evaluations that are owed by now, but for those of the units that are behind with everything."""
    owing = [one for one in stage.stories if one.key not in BEHIND and one.fresh().stage in STAGES]
    for story in owing:
        assessing.handed_in(story, on)
    assessing.concluded(owing, on)


def remind(on: date) -> None:
    """The reminders of each running clock on the days they were due, each project once a day, then today's sweep."""
    passed: set[tuple[date, int]] = set()
    for deadline in Deadline.objects.filter(state=Deadline.State.OPEN).select_related("project"):
        rungs = deadline.project.edition.days(RULES[deadline.rule].ladder)
        days = {deadline.due_on - timedelta(days=rung) for rung in rungs}
        passed |= {(day, deadline.project_id) for day in days if deadline.opened_on <= day < on}
    actor = system_user()
    for day, project in sorted(passed):
        watch.recheck(project, actor=actor, on=day)
    daily_sweep(on)
