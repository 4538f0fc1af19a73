"""征求意见 and what follows: the unit's time, its answer, each finding settled, problems opened only then."""

from datetime import date

import pytest

from lifecycle.operations import inspections_findings as findings
from policy.terms import Stage
from projects.models import Attachment, Problem, Project
from tests.lifecycle import inspection_scene as scene
from tests.lifecycle.inspection_scene import ON, day
from tests.lifecycle.scene import refused

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 9)  # five working days after Monday 2 March


def test_the_unit_has_the_working_days_of_the_edition_to_answer(world):
    inspection = scene.asked(world)

    assert (inspection.state, inspection.asked_on, inspection.opinion_due_on) == ("asked", ON, DUE)


def test_without_an_answer_it_is_concluded_the_day_after_the_last(world):
    inspection = scene.asked(world)

    assert refused(scene.conclude, world, inspection, on=DUE) == ["window"]
    inspection = scene.conclude(world, inspection, on=day(8))

    assert (inspection.state, inspection.answered_on, inspection.concluded_on) == ("final", None, day(8))


def test_a_late_answer_counts_as_long_as_the_inspection_is_open(world):
    inspection = scene.answer(world, scene.asked(world), on=day(10))
    assert inspection.state == "answered"
    scene.conclude(world, inspection, on=day(11))

    assert refused(scene.answer, world, inspection, on=day(12)) == ["state"]


def test_an_answer_says_something_about_every_finding_and_why_not(world):
    inspection = scene.asked(world, bad=("N2a", "N3b"))
    first = inspection.findings.first()
    ids = (inspection.project_id, inspection.pk)
    some = {"answers": {first.pk: (True, "")}, "actor": world.u2, "on": ON}

    assert refused(findings.answer_opinion, *ids, **some) == ["agreed"]
    assert refused(scene.answer, world, inspection, agreed=False, text=" ") == ["opinion", "opinion"]


def test_nothing_is_asked_where_nothing_was_found(world):
    inspection = scene.signed(world, bad=())
    ids = (inspection.project_id, inspection.pk)

    assert refused(findings.ask_opinion, *ids, actor=world.ph, on=ON) == ["findings"]
    assert scene.conclude(world, inspection).state == "final"
    assert not Problem.objects.exists()


def test_what_was_found_is_not_concluded_unasked_and_not_by_a_member(world):
    inspection = scene.signed(world)

    assert refused(scene.conclude, world, inspection) == ["unasked"]
    assert refused(scene.conclude, world, inspection, by="ch") == ["leader"]
    ids = (inspection.project_id, inspection.pk)
    assert refused(findings.ask_opinion, *ids, actor=world.ch, on=ON) == ["leader"]


def test_a_finding_that_is_kept_becomes_a_problem_and_the_stage_stays(world):
    inspection = scene.answer(world, scene.asked(world), on=day(1))
    assert not Problem.objects.exists()

    scene.conclude(world, inspection, on=day(2))

    finding, problem = inspection.findings.get(), Problem.objects.get()
    told = (problem.source, problem.about_id, problem.fact, problem.clause, problem.level, problem.due_on)
    assert told == ("inspection", inspection.pk, finding.fact, "通知二（一）1（2）", "major", finding.due_on)
    assert (finding.problem, problem.opened_by) == (problem, world.ph)
    assert Project.objects.get(pk=inspection.project_id).stage == Stage.BUILDING


def test_against_the_units_word_a_finding_is_kept_with_reason_only(world):
    inspection = scene.answer(world, scene.asked(world), agreed=False, text="台账在档案室", on=day(1))

    assert refused(scene.conclude, world, inspection, on=day(2)) == ["reason"]
    verdict = findings.Verdict("kept", reason="档案室台账缺 3 个月")
    scene.conclude(world, inspection, verdict, on=day(2))

    assert inspection.findings.get().reason == "档案室台账缺 3 个月"


@pytest.mark.parametrize(
    ("verdict", "codes"),
    [
        (findings.Verdict("dropped"), ["reason"]),
        (findings.Verdict("changed", reason="补证"), ["final"]),
        (findings.Verdict("", reason="x"), ["outcome"]),
    ],
)
def test_a_finding_is_changed_or_dropped_with_reason_and_words(world, verdict, codes):
    inspection = scene.answer(world, scene.asked(world), on=day(1))

    assert refused(scene.conclude, world, inspection, verdict, on=day(2)) == codes


def test_a_dropped_finding_opens_nothing_and_a_changed_one_opens_its_last_words(world):
    inspection = scene.answer(world, scene.asked(world, bad=("N2a", "N3b")), on=day(1))
    first, second = inspection.findings.all()
    changed = findings.Verdict("changed", "复核", fact="面积 980 平方米", requirement="补足 20 平方米", level="minor")
    said = {first.pk: findings.Verdict("dropped", "单位已举证"), second.pk: changed}

    findings.conclude(inspection.project_id, inspection.pk, verdicts=said, actor=world.ph, on=day(2))

    problem = Problem.objects.get()
    assert (problem.fact, problem.requirement, problem.level) == ("面积 980 平方米", "补足 20 平方米", "minor")
    second.refresh_from_db()
    assert second.fact != second.final_fact == problem.fact


def test_the_term_of_a_finding_settled_late_runs_from_the_conclusion(world):
    inspection = scene.answer(world, scene.asked(world), on=day(1))
    late = inspection.findings.get().due_on

    scene.conclude(world, inspection, on=late)

    assert Problem.objects.get().due_on > late


def wording(**facts):
    given = {
        "fact": "领用登记不全", "clause": "资产管理制度", "requirement": "补齐登记", "level": "minor",
        "due_on": day(30),
    }  # fmt: skip
    return findings.Wording(**(given | facts))


def test_the_team_words_its_findings_until_the_unit_is_asked(world):
    inspection = scene.signed(world)
    own, ids = inspection.findings.get(), (inspection.project_id, inspection.pk)
    said = {"actor": world.ch, "on": ON}

    added = findings.word_finding(*ids, None, wording=wording(), **said)
    findings.word_finding(*ids, own.pk, wording=wording(fact="面积 980 平方米"), **said)
    assert [one.fact for one in inspection.findings.all()] == ["面积 980 平方米", "领用登记不全"]
    assert refused(findings.word_finding, *ids, None, wording=wording(due_on=ON), **said) == ["due_on"]
    assert refused(findings.word_finding, *ids, None, wording=wording(level="x"), **said) == ["level"]
    assert refused(findings.word_finding, *ids, None, wording=wording(), actor=world.pf, on=ON) == ["member"]

    assert refused(findings.drop_finding, *ids, own.pk, **said) == ["item"]
    findings.drop_finding(*ids, added.pk, **said)
    findings.ask_opinion(*ids, actor=world.ph, on=ON)
    assert refused(findings.word_finding, *ids, own.pk, wording=wording(), **said) == ["state"]


def test_proof_of_the_unit_is_kept_with_its_answer(world):
    from lifecycle.demo.papers import paper

    inspection = scene.asked(world)
    said = {one.pk: (False, "见附件") for one in inspection.findings.all()}

    findings.answer_opinion(
        inspection.project_id, inspection.pk, answers=said, uploads=[paper("台账")], actor=world.u2, on=ON
    )

    kept = Attachment.objects.get(about="inspection_opinion")
    assert (kept.about_id, kept.uploaded_by, kept.handed_in) == (inspection.pk, world.u2, True)


def test_the_visit_and_the_answer_are_legal_dates_of_the_project(world):
    inspection = scene.single(world, visit_on=day(3))
    scene.checked(inspection, world.ch, bad=("N2a",))
    scene.visited(inspection, world.ph)
    assert dates(inspection) == [("inspection_due", day(3), "open")]
    scene.sign(inspection, world.ch, world.ph)
    findings.ask_opinion(inspection.project_id, inspection.pk, actor=world.ph, on=ON)
    assert dates(inspection) == [("inspection_due", day(3), "met"), ("inspection_opinion", DUE, "open")]

    scene.conclude(world, inspection, on=day(8))

    assert dates(inspection)[1] == ("inspection_opinion", DUE, "dropped")


def dates(inspection):
    rows = inspection.project.deadlines.filter(about_id=inspection.pk).order_by("pk")
    return list(rows.values_list("rule", "due_on", "state"))
