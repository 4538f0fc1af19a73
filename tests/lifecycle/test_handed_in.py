"""Papers of what the unit has not reported, and of what the departments have not decided, stay with whose they are."""

import pytest

from lifecycle.demo.papers import paper
from lifecycle.models import Acceptance
from lifecycle.operations import acceptance, rectification
from lifecycle.queries import PACK, problems_of, rectification_of
from projects.queries import files_for
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, day


def names(user, story, about):
    return [file.name for file in files_for(user, story.project).filter(about=about)]


def test_proof_of_an_answer_is_the_offices_once_the_report_is_in(world):
    story = scene.rectifying(world)
    for problem in problems_of(rectification_of(story.fresh())):
        proofs = [paper(f"佐证{problem.number}")]
        rectification.answer_problem(story.pk, problem.pk, answer="已改", proofs=proofs, actor=world.u1, on=day(-20))
    kept = names(world.u1, story, "problem")
    assert (len(kept), names(world.ph, story, "problem")) == (2, [])

    rectification.submit_report(story.pk, text="已整改", actor=world.u2, on=day(-10))

    assert names(world.ph, story, "problem") == kept


@pytest.mark.parametrize(("passed", "code"), [(True, "T21"), (False, "T22")])
def test_the_record_of_a_recheck_is_the_units_once_its_result_is_signed(world, passed, code):
    story = scene.rechecking(world, on=day(-60))
    story.recheck(day(-60), passed=passed)
    kept = names(world.pf, story, "report")
    assert (len(kept), names(world.u2, story, "report")) == (1, [])

    story.decide(code, day(-50), **({} if passed else {"due_on": str(DUE)}))

    assert names(world.u2, story, "report") == kept


def test_the_record_of_a_failed_recheck_is_the_units_with_the_notice(world):
    story = scene.rechecking(world, on=day(-2))
    story.recheck(day(-1), passed=False)
    assert names(world.u2, story, "report") == []

    story.notice(day(20))

    assert len(names(world.u2, story, "report")) == 1


def test_the_pack_is_the_offices_with_the_application(world):
    story = scene.building(world)
    uploads = {"asset_list": paper(PACK["asset_list"])}
    acceptance.upload_pack(story.pk, uploads=uploads, actor=world.u1, on=scene.START)
    assert (len(names(world.u1, story, "acceptance_pack")), names(world.cf, story, "acceptance_pack")) == (1, [])

    applied = scene.applied(world)

    assert Acceptance.objects.get(project=applied.project).round == 1
    assert len(names(world.cf, applied, "acceptance_pack")) == len(PACK)
