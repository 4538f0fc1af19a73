"""绩效目标调整: proposed by the unit, reviewed by both departments, approved by joint decision; old versions stay."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from lifecycle.inbox import tasks_for
from lifecycle.operations import targets
from performance import operations
from performance.models import Evaluation, PeriodReturn, TargetSheet
from performance.operations import RowInput
from performance.queries import changes_between, filed_sheet, grid_of, revision_payload, sheet_of
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Decision, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.performance import life

ON = date(2026, 6, 1)
State = TargetSheet.State


@pytest.fixture
def project(world):
    made = make.project(world.unit)
    life.filed(made, world)
    facts = {"build_start_on": date(2026, 3, 10), "build_end_on": date(2028, 3, 10)}
    Project.objects.filter(pk=made.pk).update(stage=Stage.BUILDING, **facts)
    made.refresh_from_db()
    return made


def propose(project, world, reason="招生政策变化，培训规模扩大"):
    return operations.propose_revision(project.pk, reason=reason, actor=world.u2, on=ON)


def edit(project, world, value="2600"):
    line = next(line for line in grid_of(sheet_of(project)).lines if line.indicator.template_code == "B01")
    rows = [RowInput(id=line.indicator.pk, values={"period": value})]
    return operations.save_sheet(project.pk, goals={}, rows=rows, actor=world.u1, on=ON)


def proposed(project, world):
    propose(project, world)
    edit(project, world)
    return operations.submit_revision(project.pk, actor=world.u2, on=ON)


def score(project, world, grade="excellent"):
    for actor in (world.ph, world.pf):
        targets.review_targets(project.pk, points=life.POINTS[grade], comment="意见", actor=actor, on=ON)


def ready(project, world):
    proposed(project, world)
    score(project, world)
    return sheet_of(project)


def draft(project, world):
    return scene.draft("T13M", project, world.ph, ON, revision_payload(project))


def states(project):
    return list(project.target_sheets.order_by("round").values_list("state", "version"))


def codes(refused):
    return [finding.code for finding in refused.value.findings]


def test_a_proposal_is_a_copy_and_the_version_stays_in_force(world, project):
    made = propose(project, world)

    before = filed_sheet(project)
    assert (made.revises, made.state, before.version) == (before, State.DRAFT, 1)
    assert changes_between(grid_of(before), grid_of(made)) == []
    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING


def test_from_proposal_to_the_second_version(world, project):
    first = filed_sheet(project)
    form, content = first.form, grid_of(first)
    ready(project, world)

    decision = scene.sign(draft(project, world), world.phl, world.pfl, on=ON)

    now = filed_sheet(project)
    assert decision.state == Decision.State.EFFECTIVE
    assert (now.version, now.filing_document, now.revises) == (2, decision.number, first)
    assert now.revision_reason == "招生政策变化，培训规模扩大"
    assert [(one.before, one.after) for one in changes_between(grid_of(first), grid_of(now))] == [("2000", "2600")]
    first.refresh_from_db()
    assert (first.form, first.version, grid_of(first)) == (form, 1, content)
    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING


def test_one_signature_changes_nothing(world, project):
    ready(project, world)

    scene.sign(draft(project, world), world.phl, on=ON)

    assert filed_sheet(project).version == 1


def test_what_was_judged_by_the_first_version_keeps_it(world, project):
    first = filed_sheet(project)
    facts = {"entered_by": world.ph, "entered_on": ON, "line": "hr", "acceptance_ref": 1}
    judged = Evaluation.objects.create(project=project, sheet=first, **facts)
    quarter = {"period_from": date(2026, 3, 10), "cut_off": date(2026, 3, 31), "due_on": date(2026, 6, 15)}
    operations.open_round(kind="quarter", name="一季度", actor=world.ph, on=ON, **quarter)
    ready(project, world)

    scene.sign(draft(project, world), world.phl, world.pfl, on=ON)

    judged.refresh_from_db()
    assert (judged.sheet, filed_sheet(project).version) == (first, 2)
    assert [one.sheet for one in PeriodReturn.objects.filter(project=project)] == [first]
    next_one = {"period_from": date(2026, 4, 1), "cut_off": date(2026, 5, 31), "due_on": date(2026, 6, 15)}
    operations.open_round(kind="special", name="补报", actor=world.ph, on=ON, **next_one)
    assert PeriodReturn.objects.get(cut_off=date(2026, 5, 31)).sheet == filed_sheet(project)


@pytest.mark.parametrize(
    ("grade", "state"), [("good", State.MENDING), ("fair", State.RETURNED), ("poor", State.RETURNED)]
)
def test_a_lower_grade_leaves_the_project_and_the_version_where_they_are(world, project, grade, state):
    proposed(project, world)

    score(project, world, grade)

    assert (sheet_of(project).state, filed_sheet(project).version) == (state, 1)
    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING
    assert not edit(project, world, "2700")
    assert sheet_of(project).revises == filed_sheet(project)


def test_a_good_adjustment_is_mended_checked_and_approved(world, project):
    proposed(project, world)
    score(project, world, "good")
    edit(project, world, "2800")
    operations.submit_mended(project.pk, actor=world.u2, on=ON)
    for actor in (world.ph, world.pf):
        operations.check_mended(project.pk, actor=actor, agreed=True, comment="", on=ON)

    scene.sign(draft(project, world), world.phl, world.pfl, on=ON)

    assert filed_sheet(project).version == 2


@pytest.mark.parametrize(("reason", "code"), [("  ", "reason"), ("长" * 1001, "reason")], ids=["no reason", "too long"])
def test_a_proposal_says_why(world, project, reason, code):
    with pytest.raises(Refused) as refused:
        propose(project, world, reason)

    assert codes(refused) == [code]


def test_only_the_head_of_the_unit_proposes_and_only_in_the_build(world, project):
    for person in (world.u1, world.ph, world.phl):
        with pytest.raises(PermissionDenied):
            operations.propose_revision(project.pk, reason="理由", actor=person, on=ON)
    life.stage(project, Stage.IN_ACCEPTANCE)
    with pytest.raises(Refused) as refused:
        propose(project, world)

    assert (codes(refused), states(project)) == (["stage"], [("filed", 1)])


def test_one_proposal_at_a_time_and_none_that_changes_nothing(world, project):
    propose(project, world)

    with pytest.raises(Refused) as again:
        propose(project, world)
    with pytest.raises(Refused) as same:
        operations.submit_revision(project.pk, actor=world.u2, on=ON)

    assert (codes(again), codes(same)) == (["state"], ["same"])


def test_who_typed_the_adjustment_does_not_send_it_in(world, project):
    propose(project, world)
    line = grid_of(sheet_of(project)).lines[0].indicator
    rows = [RowInput(id=line.pk, values={"period": "2600"})]
    operations.save_sheet(project.pk, goals={}, rows=rows, actor=world.u2, on=ON)

    with pytest.raises(Refused) as refused:
        operations.submit_revision(project.pk, actor=world.u2, on=ON)

    assert codes(refused) == ["sod"]


def test_a_proposal_is_withdrawn_and_may_be_made_again(world, project):
    proposed(project, world)

    operations.withdraw_revision(project.pk, actor=world.u2, on=ON)

    assert states(project) == [("filed", 1), ("withdrawn", None)]
    assert sheet_of(project) == filed_sheet(project)
    assert propose(project, world).round == 3


def test_nothing_is_withdrawn_while_its_decision_is_being_signed(world, project):
    ready(project, world)
    draft(project, world)

    with pytest.raises(Refused) as refused:
        operations.withdraw_revision(project.pk, actor=world.u2, on=ON)

    assert codes(refused) == ["signing"]


def test_a_decision_waits_for_the_reviews_and_approves_what_it_was_drafted_over(world, project):
    with pytest.raises(Refused) as none:
        draft(project, world)
    proposed(project, world)
    with pytest.raises(Refused) as early:
        draft(project, world)
    score(project, world)
    with pytest.raises(Refused) as other:
        scene.draft("T13M", project, world.ph, ON, revision_payload(project) | {"sheet": 0})

    assert [codes(one)[0] for one in (none, early, other)] == ["revision", "revision", "sheet"]


def test_the_first_version_is_neither_withdrawn_nor_sent_in_again(world, project):
    for act in (operations.withdraw_revision, operations.submit_revision):
        with pytest.raises(Refused):
            act(project.pk, actor=world.u2, on=ON)

    assert states(project) == [("filed", 1)]


# Pages


def page(client, user, name, project, query=""):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(name, args=[project.pk]) + query)
    return answer.status_code, answer.content.decode()


def test_the_pages_from_the_button_to_the_comparison(world, project, client):
    code, text = page(client, world.u2, "performance:sheet", project)
    assert (code, reverse("performance:revision_new", args=[project.pk]) in text) == (200, True)
    answer = client.post(reverse("performance:revision_new", args=[project.pk]), {"reason": "规模扩大"})
    assert (answer.status_code, sheet_of(project).revises_id) == (302, filed_sheet(project).pk)
    edit(project, world)
    code, text = page(client, world.u2, "performance:revision_submit", project)
    assert (code, "2600" in text, "规模扩大" in text) == (200, True, True)
    answer = client.post(reverse("performance:revision_submit", args=[project.pk]))
    assert (answer.status_code, sheet_of(project).state) == (302, State.REVIEWING)

    code, text = page(client, world.ph, "performance:sheet", project)
    assert (code, "批准前第 1 版继续有效" in text, "2600" in text) == (200, True, True)
    assert "由省级直接审核" in text
    code, text = page(client, world.ph, "lifecycle:review_targets", project)
    assert (code, "本次调整的内容" in text, "规模扩大" in text, "2600" in text) == (200, True, True, True)
    code, text = page(client, world.au, "performance:sheet_compare", project, "?a=1&b=2")
    assert (code, "共 1 处不同" in text, "2600" in text) == (200, True, True)
    assert (text.count("第 1 稿（第 1 版"), text.count("第 2 稿（")) == (2, 2)
    assert page(client, world.au, "performance:sheet_compare", project, "?a=1&b=1")[1].count("都相同") == 1
    assert [
        page(client, world.au, "performance:sheet_compare", project, f"?a={bad}")[0] for bad in ("9", "x", "١")
    ] == [404] * 3

    answer = client.get(reverse("performance:revision_withdraw", args=[project.pk]))
    assert answer.status_code == 403
    client.force_login(world.u2, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("performance:revision_withdraw", args=[project.pk]))
    assert (answer.status_code, sheet_of(project).state) == (302, State.FILED)


def test_the_officer_who_leads_is_told_until_the_decision_is_drafted(world, project):
    title = "拟制绩效目标调整决定"
    proposed(project, world)
    assert title not in [task.title for task in tasks_for(world.ph, ON)]
    score(project, world)
    assert title in [task.title for task in tasks_for(world.ph, ON)]
    assert title not in [task.title for task in tasks_for(world.pf, ON)]
    draft(project, world)
    assert title not in [task.title for task in tasks_for(world.ph, ON)]
