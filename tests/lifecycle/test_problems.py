"""问题: opened, answered with proof by two hands, asked again, closed by another person, come back, overdue."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Notice
from accounts.roles import Role
from lifecycle import watch
from lifecycle.demo.papers import paper
from lifecycle.operations import problems as ops
from lifecycle.problem_watch import refresh_problems
from lifecycle.queries.problems import proofs_of
from lifecycle.rules import problems as rules
from policy.terms import NodeKind, Stage
from projects.models import Problem, ProblemEntry
from projects.problems import open_problem, open_problems, severe_open
from tests import factories as make
from tests.lifecycle import scene

ON = date(2025, 6, 2)
DUE = date(2025, 7, 2)
FACT = {
    "source": "inspection", "fact": "实训设备未贴标签", "clause": "通知 六（一）", "requirement": "逐台贴标签", "level": "major",
}  # fmt: skip
SAID = {"owner": "张示例", "measure": "清点后统一制作标签", "answer": "42 台已全部贴好", "done_on": ON}


@pytest.fixture
def project(world):
    return scene.building(world).project


def opened(world, project, by="ch", **changes):
    return ops.open_by_hand(project.pk, actor=getattr(world, by), on=ON, **(FACT | {"due_on": DUE} | changes))


def drafted(world, problem, by="u1", proofs=True, **changes):
    uploads = [paper("标签照片")] if proofs else []
    actor = getattr(world, by)
    return ops.draft_answer(problem.project_id, problem.pk, actor=actor, proofs=uploads, on=ON, **(SAID | changes))


def submit(world, problem, by="u2"):
    return ops.submit_answer(problem.project_id, problem.pk, actor=getattr(world, by), on=ON)


def answered(world, project, **changes):
    problem = opened(world, project, **changes)
    drafted(world, problem)
    return submit(world, problem)


def close(world, problem, by="ph", verdict="现场查看属实", on=ON):
    return ops.close_problem(problem.project_id, problem.pk, actor=getattr(world, by), verdict=verdict, on=on)


def ask(world, problem, by="ph", text="缺少编号清单", due_on=DUE + timedelta(days=10), on=ON):
    ids = problem.project_id, problem.pk
    return ops.ask_again(*ids, actor=getattr(world, by), text=text, due_on=due_on, on=on)


def reopen(world, problem, by="ch", **changes):
    given = {"fact": "新到 6 台又未贴标签", "requirement": "", "due_on": DUE} | changes
    return ops.reopen_problem(problem.project_id, problem.pk, actor=getattr(world, by), on=ON, **given)


def refused(act, *args, **kwargs):
    return scene.refused(act, *args, **kwargs)


def thread(problem):
    return list(problem.thread.values_list("kind", "round", "text"))


# Opening


def test_a_problem_gets_the_next_number_of_its_project_and_the_unit_is_told(world, project):
    other = scene.building(world).project

    numbers = [opened(world, one).serial for one in (project, other, project, project)]

    assert numbers == [1, 1, 2, 3]
    assert Notice.objects.filter(user=world.u1, text__contains="新问题 1").count() == 2
    assert not Notice.objects.filter(user=world.cf, text__contains="新问题").exists()


def test_without_a_day_the_edition_gives_one_that_is_a_working_day(world, project):
    assert opened(world, project, due_on=None).due_on == date(2025, 7, 2)
    assert opened(world, project, due_on=date(2025, 7, 5)).due_on == date(2025, 7, 7)  # a Saturday


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"fact": " "}, ["fact"]),
        ({"requirement": " "}, ["fact"]),
        ({"level": "terrible"}, ["level"]),
        ({"source": "audit"}, ["source"]),
        ({"source": "order"}, ["source"]),
        ({"due_on": ON}, ["due_on"]),
    ],
    ids=["no fact", "no requirement", "no such level", "an audit has its own", "an order has its own", "due today"],
)
def test_what_is_missing_is_refused(world, project, changes, codes):
    assert refused(opened, world, project, **changes) == codes


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED])
def test_nothing_is_opened_before_the_award_or_after_the_end(world, stage):
    project = make.project(world.unit, stage=stage)

    assert refused(opened, world, project) == ["stage"]


@pytest.mark.parametrize("who", ["u1", "u2", "phl", "pfl", "sa"])
def test_others_open_nothing(world, project, who):
    with pytest.raises(PermissionDenied):
        opened(world, project, by=who)


def test_an_office_of_another_city_opens_nothing(world, project):
    elsewhere = make.organisation(make.node("示例州", NodeKind.CITY, world.province), "hr")
    stranger = make.user(Role.CH, elsewhere)

    with pytest.raises(PermissionDenied):
        ops.open_by_hand(project.pk, actor=stranger, on=ON, due_on=DUE, **FACT)
    assert not Problem.objects.exists()


# Answering


def test_an_answer_is_drafted_and_submitted_by_two_people_and_then_stands(world, project):
    problem = opened(world, project)
    drafted(world, problem)
    assert thread(problem) == []

    submit(world, problem)

    problem.refresh_from_db()
    entry = problem.thread.get()
    assert (problem.state, entry.kind, entry.owner, entry.measure) == (
        "answered",
        "answer",
        "张示例",
        "清点后统一制作标签",
    )
    assert [file.handed_in for file in proofs_of(problem)] == [True]
    assert refused(drafted, world, problem, answer="改口") == ["state"]
    assert refused(submit, world, problem) == ["state"]


def test_the_same_hand_does_not_draft_and_submit(world, project):
    problem = opened(world, project)
    drafted(world, problem, by="u2")

    assert refused(submit, world, problem) == ["sod"]


def test_an_answer_without_proof_or_words_is_not_submitted(world, project):
    problem = opened(world, project)

    assert refused(submit, world, problem) == ["answer", "proof"]
    drafted(world, problem, proofs=False, owner=" ")
    assert refused(submit, world, problem) == ["answer", "proof"]
    assert refused(drafted, world, problem, done_on=DUE) == ["done_on"]


def test_a_word_in_the_thread_is_never_changed(world, project):
    problem = answered(world, project)

    for change in (problem.thread.all().delete, lambda: problem.thread.update(text="改")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert thread(problem) == [("answer", 1, "42 台已全部贴好")]


# Asking again


def test_an_answer_sent_back_starts_another_round_with_a_new_day(world, project):
    problem = answered(world, project)

    ask(world, problem)

    problem.refresh_from_db()
    assert (problem.state, problem.round, problem.answer, problem.due_on) == ("open", 2, "", date(2025, 7, 14))
    assert refused(submit, world, problem) == ["answer", "proof"]  # the proof of round 1 does not count again
    drafted(world, problem, answer="补了清单")
    submit(world, problem)
    assert [kind for kind, _, _ in thread(problem)] == ["answer", "return", "answer"]


def test_sending_back_names_a_new_day_and_a_question_need_not(world, project):
    problem = opened(world, project)

    ask(world, problem, due_on=None, text="何时完成")
    problem.refresh_from_db()
    assert (problem.state, problem.due_on, thread(problem)) == ("open", DUE, [("ask", 1, "何时完成")])
    drafted(world, problem)
    submit(world, problem)
    assert refused(ask, world, problem, due_on=None) == ["due_on"]
    assert refused(ask, world, problem, text=" ") == ["text"]


# Closing


def test_who_opened_it_does_not_close_it_and_another_does(world, project):
    problem = answered(world, project)

    assert refused(close, world, problem, by="ch") == ["sod"]
    closed = close(world, problem)

    assert (closed.state, closed.closed_on, closed.verified_by) == ("closed", ON, world.ph)
    assert refused(close, world, problem, by="cf") == ["state"]
    assert refused(ask, world, problem) == ["state"]
    assert refused(drafted, world, problem) == ["state"]


def test_money_is_verified_by_the_finance_line(world, project):
    problem = answered(world, project, amount=Decimal("1200.50"))

    assert refused(close, world, problem, by="ph") == ["finance"]
    assert close(world, problem, by="cf").state == "closed"


def test_nothing_is_closed_without_an_answer_proof_or_verdict(world, project):
    problem = opened(world, project)

    assert refused(close, world, problem) == ["state"]
    Problem.objects.filter(pk=problem.pk).update(state="answered", answer="口头答复")
    assert refused(close, world, problem, verdict=" ") == ["proof", "verdict"]


@pytest.mark.parametrize("who", ["u1", "u2", "au", "phl", "pfl", "sa"])
def test_others_close_nothing(world, project, who):
    problem = answered(world, project)

    with pytest.raises(PermissionDenied):
        close(world, problem, by=who)


@pytest.mark.parametrize("hand", ["opened_by", "answered_by", "drafted_by"])
def test_the_database_keeps_both_sides_apart(world, project, hand):
    problem = answered(world, project)
    wrong = {"state": "closed", "closed_on": ON, "verified_by": getattr(problem, hand) or world.u1}

    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(**{hand: wrong["verified_by"], **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(state="closed", closed_on=ON)


# Coming back


def test_what_comes_back_is_a_new_row_that_names_the_closed_one(world, project):
    closed = close(world, answered(world, project))

    again = reopen(world, closed)

    assert (again.serial, again.reopens, again.state, again.requirement) == (2, closed, "open", "逐台贴标签")
    closed.refresh_from_db()
    assert (closed.state, closed.thread.last().kind) == ("closed", ProblemEntry.Kind.REOPEN)
    assert refused(reopen, world, closed) == ["state"]
    assert refused(reopen, world, again) == ["state"]


# Overdue


def told(world, name):
    return Notice.objects.filter(user=getattr(world, name), key__startswith="alert:").count()


def test_the_unit_is_told_first_and_the_next_level_a_week_later(world, project):
    opened(world, project, by="ph")
    names = ("u1", "u2", "ch", "cf", "ph", "pf")
    seen = []

    for day in (0, 1, 7, 8, 9):
        refresh_problems(project, on=DUE + timedelta(days=day))
        seen.append([told(world, name) for name in names])

    assert seen == [
        [0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 0, 0],
    ]  # fmt: skip
    assert set(project.alerts.filter(cleared_on=None).values_list("source", flat=True)) == {"problem", "problem_next"}


def test_the_nightly_recheck_finds_what_is_late(world, project):
    opened(world, project)

    watch.recheck(project.pk, actor=world.sa, on=DUE + timedelta(days=8))

    assert set(project.alerts.filter(source__startswith="problem").values_list("source", flat=True)) == {
        "problem", "problem_next",
    }  # fmt: skip


def test_a_unit_without_a_city_goes_to_the_province(world):
    unit = make.organisation(world.province)
    clerk = make.user(Role.U1, unit)
    project = make.project(unit, stage=Stage.BUILDING)
    opened(world, project, by="ph")

    refresh_problems(project, on=DUE + timedelta(days=8))

    assert [told(world, name) for name in ("ch", "cf", "ph", "pf")] == [0, 0, 1, 1]
    assert Notice.objects.filter(user=clerk, key__startswith="alert:").count() == 1


def test_an_answer_clears_the_alert_and_a_project_that_ended_has_none(world, project):
    problem = opened(world, project)
    late = DUE + timedelta(days=8)
    refresh_problems(project, on=late)
    drafted(world, problem)
    submit(world, problem)
    assert not project.alerts.filter(cleared_on=None).exists()

    opened(world, project)
    project.stage = Stage.TERMINATED
    project.save(update_fields=["stage"])
    refresh_problems(project, on=late)
    assert not project.alerts.filter(cleared_on=None).exists()


# The register for other parts of the program


def test_the_register_says_what_is_open_and_what_is_severe(world, project):
    given = {"about_id": 7, "fact": "事实", "clause": "依据", "requirement": "要求", "by": world.ph, "on": ON}
    severe = open_problem(project, source="monitoring", level="severe", **given)
    minor = open_problem(project, source="acceptance", level="minor", amount=Decimal(0), **given)

    assert (list(open_problems(project)), list(severe_open(project))) == ([severe, minor], [severe])
    assert (minor.amount, minor.due_on) == (None, date(2025, 7, 2))
    close(world, answered(world, project, level="severe"))
    assert list(severe_open(project)) == [severe]


@pytest.mark.parametrize(
    ("days", "late", "above"), [(0, False, False), (1, True, False), (7, True, False), (8, True, True)]
)
def test_a_problem_is_late_after_its_day_and_goes_up_a_week_after(days, late, above):
    on = DUE + timedelta(days=days)

    assert (rules.is_overdue("open", DUE, on), rules.is_escalated(DUE, on, 7)) == (late, above)
    assert not rules.is_overdue("answered", DUE, on)
    assert not rules.is_overdue("open", None, on)
