"""Several people or schedulers at the same moment, on PostgreSQL: one effect, no deadlock, nothing half done."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts import journal
from accounts.models import Entry, Notice
from lifecycle import deadlines, jobs
from lifecycle.models import Deadline, JobRun, Reminder, Revocation
from lifecycle.operations import decisions as joint
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Decision, Project, Signature
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE as ON
from tests.lifecycle.scene import day

TRIALS = 5

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    """Committed, so that other connections see it."""
    settings.FILES_DIR = tmp_path
    world = make.world()
    assert all(person.roles for person in world.people.values())
    return world


def at_once(*acts):
    """Every act in a thread of its own, all starting together; what each gave. Anything but a refusal is raised."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act() or "nothing"
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(outcomes):
    return [one.findings[0].code for one in outcomes if isinstance(one, Refused)]


def signing(decision, person, on=ON):
    return lambda: joint.sign_decision(decision.pk, actor=person, on=on)


def stages():
    return Counter(Project.objects.values_list("stage", flat=True))


def twin(decision, projects):
    """A second decision over the same projects, as no draft would let it be made."""
    facts = {"kind": decision.kind, "title": decision.title, "dated_on": ON, "drafted_on": ON, "reason": "理由"}
    made = Decision.objects.create(number="示例0号", basis="通知", drafted_by=decision.drafted_by, **facts)
    payloads = dict(decision.items.values_list("project_id", "payload"))
    for project in projects:
        made.items.create(project=project, payload=payloads[project.pk])
    return made


def test_two_decisions_over_the_same_projects_have_one_effect(world):
    for trial in range(1, TRIALS + 1):
        pair = scene.ready_drafts(world, 2)
        decision = scene.draft("T01", pair, world.ph, ON)
        rivals = [decision, twin(decision, pair[::-1])]
        for rival in rivals:
            joint.sign_decision(rival.pk, actor=world.phl, on=ON)

        outcomes = at_once(*(signing(rival, world.pfl) for rival in rivals))

        assert refused(outcomes) == ["stage"]
        assert stages() == {Stage.AWARDED: 2 * trial}
        states = sorted(Decision.objects.filter(pk__in=[rival.pk for rival in rivals]).values_list("state", flat=True))
        assert states == ["effective", "signing"]
    assert journal.verify() is None


def test_two_drafts_over_the_same_projects_in_opposite_order(world):
    for trial in range(1, TRIALS + 1):
        drafts = scene.ready_drafts(world, 3)

        outcomes = at_once(
            lambda drafts=drafts: scene.draft("T01", drafts, world.ph, ON),
            lambda drafts=drafts: scene.draft("T01", drafts[::-1], world.ph, ON),
        )

        assert refused(outcomes) == ["waiting"]
        assert Decision.objects.count() == trial


def test_both_departments_sign_at_once(world):
    for trial in range(1, TRIALS + 1):
        drafts = scene.ready_drafts(world, 2)
        decision = scene.draft("T01", drafts, world.ph, ON)

        outcomes = at_once(signing(decision, world.phl), signing(decision, world.pfl))

        decision.refresh_from_db()
        assert (refused(outcomes), decision.state) == ([], Decision.State.EFFECTIVE)
        assert stages() == {Stage.AWARDED: 2 * trial}
        assert Entry.objects.filter(subject=f"decision:{decision.pk}", text__endswith="生效").count() == 2
    assert sorted(number[-3:] for number in Project.objects.values_list("number", flat=True)) == [
        f"{number:03d}" for number in range(1, 2 * TRIALS + 1)
    ]


def test_a_signature_clicked_twice_counts_once(world):
    for _ in range(TRIALS):
        decision = scene.draft("T01", scene.ready_drafts(world, 1), world.ph, ON)

        outcomes = at_once(*[signing(decision, world.phl)] * 3)

        assert refused(outcomes) == ["twice", "twice"]
        assert Signature.objects.filter(decision=decision).count() == 1
    assert stages() == {Stage.DRAFT: TRIALS}


def test_two_different_ends_of_one_project_are_not_both_reached(world):
    for _ in range(TRIALS):
        project = scene.accepted(world)
        ending = scene.draft("T30", project, world.ph, ON)
        ordering = scene.draft("T29", project, world.ph, ON, {"term_months": 6, "items": scene.ITEMS})
        for decision in (ending, ordering):
            joint.sign_decision(decision.pk, actor=world.pfl, on=ON)

        outcomes = at_once(signing(ending, world.phl), signing(ordering, world.phl))

        # An order given first may still be followed by the end; after the end there is no order.
        assert refused(outcomes) in ([], ["stage"])
        assert Project.objects.get(pk=project.pk).stage == Stage.TERMINATED


def test_a_defence_and_the_decision_at_once_are_never_both_taken(world):
    for _ in range(TRIALS):
        story = scene.noticed(world)
        decision = story.draft("T26", day(60))
        joint.sign_decision(decision.pk, actor=world.phl, on=day(60))

        def defend(story=story):
            story.defend(day(60))

        outcomes = at_once(defend, signing(decision, world.pfl, day(60)))

        case = Revocation.objects.get(project=story.pk)
        ended = (scene.stage_of(story), case.defended_on, case.decision_id)
        assert len(refused(outcomes)) == 1
        assert ended in [
            (Stage.REVOCATION_NOTICE, day(60), None),
            (Stage.REVOKED, None, decision.pk),
        ]


@pytest.fixture
def due(world):
    project = make.project(world.unit, stage=Stage.RECTIFYING)
    rule = deadlines.RECTIFY
    Deadline.objects.create(project=project, rule=rule.code, due_on=ON, basis=rule.basis, opened_on=scene.START)
    return project


def effects(world):
    notices = Notice.objects.filter(user=world.u2, key__startswith="deadlines:")
    return (
        Reminder.objects.count(),
        notices.count(),
        Entry.objects.filter(verb="每日巡查", text__startswith="提醒").count(),
    )


def test_three_schedulers_run_a_job_once(world, due):
    runs = at_once(*[lambda: jobs.run_once("daily", ON)] * 3)

    assert sorted(run == "nothing" for run in runs) == [False, True, True]
    assert list(JobRun.objects.values_list("state", "detail")) == [("done", "1 个项目，发出提醒 4 条，汇总通知 1 人")]
    assert effects(world) == (4, 1, 4)


def test_a_sweep_run_thrice_at_once_still_reminds_once(world, due):
    at_once(*[lambda: jobs.daily_sweep(ON)] * 3)

    assert effects(world) == (4, 1, 4)
    assert Project.objects.get(pk=due.pk).stage == Stage.RECTIFYING
