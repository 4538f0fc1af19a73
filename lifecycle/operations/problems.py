"""问题: opened by an office, answered by the unit with proof, asked again, closed by another person, come back."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.persons import as_hand
from accounts.queries import people_who_may, work_calendar
from accounts.roles import Action
from lifecycle.problem_watch import refresh_problems
from lifecycle.queries import problems as queries
from lifecycle.rules import problems as rules
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access, files
from projects.models import Problem, ProblemEntry, Project
from projects.problems import (
    ABOUT,
    ABOUT_EVIDENCE,
    ENDED,
    LAPSED,
    open_problem,
    proof_label,
    say,
    state_of,
    url_of,
)  # fmt: skip

Kind, State = ProblemEntry.Kind, Problem.State


@operation("提出问题")
def open_by_hand(
    project_id: int, *, actor: User, source: str, fact: str, clause: str, requirement: str, level: str,
    amount: Decimal | None = None, due_on: date | None = None, evidence: Iterable[UploadedFile] = (), on: date,
) -> Problem:  # fmt: skip
    """By an office or an auditor, with what it was seen by; the unit is told at once."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_PROBLEM)
    _check_stage(project)
    if source not in queries.BY_HAND:
        refuse("source", "请选择问题的来源；审计发现和整改通知书所列问题由其自身的程序登记。", field="source")
    refuse_if_blocking(rules.check_due(due_on, on=on, required=False))
    problem = open_problem(
        project, source=source, about_id=0, fact=fact, clause=clause, requirement=requirement, level=level,
        amount=amount, due_on=work_calendar().next_working(due_on) if due_on else None, by=actor, on=on,
    )  # fmt: skip
    _keep(problem, evidence, ABOUT_EVIDENCE, "问题佐证", actor, on)
    _journal(
        problem, f"提出问题 {problem.serial}（{problem.get_level_display()}）：{problem.fact}", due_on=problem.due_on
    )
    return problem


@operation("起草问题答复")
def draft_answer(
    project_id: int, problem_id: int, *, actor: User, owner: str, measure: str, answer: str,
    done_on: date | None = None, proofs: Iterable[UploadedFile] = (), on: date,
) -> Problem:  # fmt: skip
    """Written and written over until it is submitted; the offices see nothing of it before."""
    _, problem = _enter(project_id, problem_id, actor, Action.ANSWER_PROBLEM)
    refuse_if_blocking(rules.check_writing(problem.serial, state=problem.state, answer=answer, done_on=done_on, on=on))
    problem.owner, problem.measure = owner.strip()[:40], measure.strip()[:500]
    problem.answer, problem.done_on, problem.drafted_by = answer.strip()[:500], done_on, actor
    problem.save(update_fields=["owner", "measure", "answer", "done_on", "drafted_by"])
    _keep(problem, proofs, ABOUT, proof_label(problem), actor, on)
    _journal(problem, f"起草问题 {problem.serial} 的答复")
    return problem


@operation("提交问题答复")
def submit_answer(project_id: int, problem_id: int, *, actor: User, on: date) -> Problem:
    """From now on nothing of it changes; it stands in the thread with its files."""
    project, problem = _enter(project_id, problem_id, actor, Action.SUBMIT_ANSWER)
    proofs = len(queries.proofs_of(problem))
    refuse_if_blocking(
        rules.check_submission(
            problem.serial, state=problem.state, owner=problem.owner, measure=problem.measure, answer=problem.answer,
            proofs=proofs, drafter=as_hand(actor, problem.drafted_by_id), actor=actor.pk,
        )
    )  # fmt: skip
    problem.state, problem.answered_by, problem.answered_on = State.ANSWERED, actor, on
    problem.save(update_fields=["state", "answered_by", "answered_on"])
    files.hand_in(project, about=ABOUT, about_id=problem.pk)
    say(problem, Kind.ANSWER, problem.answer, by=actor, on=on)
    refresh_problems(project, on=on)
    people = people_who_may(Action.VERIFY_PROBLEM, project.organisation, on)
    said = f"{project.name}：问题 {problem.serial} 已报整改，待核验销号"
    notify(people, key=f"problem_answer:{problem.pk}:{problem.round}", text=said, url=url_of(problem))
    _journal(problem, f"提交问题 {problem.serial} 的答复：{problem.answer}")
    return problem


@operation("追问问题整改")
def ask_again(
    project_id: int, problem_id: int, *, actor: User, text: str, due_on: date | None = None, on: date
) -> Problem:
    """An answer is sent back for more, with a new day; before the answer it is a question, and may move the day."""
    project, problem = _enter(project_id, problem_id, actor, Action.VERIFY_PROBLEM)
    answered = problem.state == State.ANSWERED
    refuse_if_blocking(
        [
            *rules.check_judging(problem.serial, own_unit=queries.of_unit(actor, project)),
            *rules.check_asking(problem.serial, state=problem.state, text=text),
            *rules.check_due(due_on, on=on, required=answered),
        ]
    )
    due_on = work_calendar().next_working(due_on) if due_on else None
    if answered:
        problem.state, problem.answer, problem.round = State.OPEN, "", problem.round + 1
        problem.done_on = problem.drafted_by = problem.answered_by = problem.answered_on = None
        problem.verdict = text.strip()[:300]
    problem.due_on = due_on or problem.due_on
    problem.save(
        update_fields=[
            "state", "answer", "round", "done_on", "drafted_by", "answered_by", "answered_on", "verdict", "due_on",
        ]
    )  # fmt: skip
    entry = say(problem, Kind.RETURN if answered else Kind.ASK, text, by=actor, on=on, due_on=due_on)
    refresh_problems(project, on=on)
    people = people_who_may(Action.ANSWER_PROBLEM, project.organisation, on)
    said = f"{project.name}：问题 {problem.serial} {entry.get_kind_display()}，请于 {problem.due_on} 前答复"
    notify(people, key=f"problem_ask:{entry.pk}", text=said, url=url_of(problem))
    _journal(problem, f"问题 {problem.serial} {entry.get_kind_display()}：{entry.text}", due_on=problem.due_on)
    return problem


@operation("核验问题销号")
def close_problem(project_id: int, problem_id: int, *, actor: User, verdict: str, on: date) -> Problem:
    project, problem = _enter(project_id, problem_id, actor, Action.VERIFY_PROBLEM)
    facts = queries.closing_facts(problem, actor)
    refuse_if_blocking(
        [
            *rules.check_judging(problem.serial, own_unit=queries.of_unit(actor, project)),
            *rules.check_closing(problem.serial, verdict=verdict, **facts),
        ]
    )
    problem.state, problem.verdict = State.CLOSED, verdict.strip()[:300]
    problem.verified_by, problem.closed_on = actor, on
    problem.save(update_fields=["state", "verdict", "verified_by", "closed_on"])
    say(problem, Kind.CLOSE, verdict, by=actor, on=on)
    refresh_problems(project, on=on)
    people = people_who_may(Action.ANSWER_PROBLEM, project.organisation, on)
    said = f"{project.name}：问题 {problem.serial} 已核验销号"
    notify(people, key=f"problem_close:{problem.pk}", text=said, url=url_of(problem))
    _journal(problem, f"问题 {problem.serial} 核验销号：{problem.verdict}")
    return problem


@operation("重新提出问题")
def reopen_problem(
    project_id: int, problem_id: int, *, actor: User, fact: str, requirement: str, due_on: date | None = None, on: date
) -> Problem:
    """The closed row stays as it is; the new one names it."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_PROBLEM)
    _check_stage(project)
    closed = _of(project, problem_id)
    again = Problem.objects.filter(reopens=closed).exists()
    refuse_if_blocking(
        [
            *rules.check_reopening(closed.serial, state=closed.state, again=again, fact=fact),
            *rules.check_due(due_on, on=on, required=False),
        ]
    )
    source = closed.source if closed.source in queries.BY_HAND else Problem.Source.INSPECTION
    problem = open_problem(
        project, source=source, about_id=closed.pk, fact=fact, clause=closed.clause,
        requirement=requirement.strip() or closed.requirement, level=closed.level, amount=closed.amount,
        due_on=work_calendar().next_working(due_on) if due_on else None, by=actor, on=on, reopens=closed,
    )  # fmt: skip
    say(closed, Kind.REOPEN, f"情况反复，已重新提出为问题 {problem.serial}：{problem.fact}", by=actor, on=on)
    _journal(problem, f"重新提出问题 {closed.serial}，编号 {problem.serial}：{problem.fact}", reopens=closed.pk)
    return problem


def _enter(project_id: int, problem_id: int, actor: User, action: Action) -> tuple[Project, Problem]:
    """A problem of the register's own, under the lock of its project."""
    project = access.enter(project_id, actor=actor, action=action)
    problem = _of(project, problem_id)
    audit = problem.source == Problem.Source.AUDIT
    refuse_if_blocking(
        [
            *rules.check_here(problem.serial, in_audit=audit, in_order=not queries.is_own(problem)),
            *rules.check_standing(problem.serial, lapsed=state_of(problem) == LAPSED, stage=Stage(project.stage).label),
        ]
    )
    return project, problem


def _of(project: Project, problem_id: int) -> Problem:
    return project.problems.select_related("project__organisation").get(pk=problem_id)


def _check_stage(project: Project) -> None:
    if project.stage == Stage.DRAFT or project.stage in ENDED:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，不能提出问题。", rules.SEVEN)


def _keep(problem: Problem, uploads: Iterable[UploadedFile], about: str, purpose: str, actor: User, on: date) -> None:
    for upload in uploads:
        files.accept(problem.project, upload, about=about, about_id=problem.pk, purpose=purpose, actor=actor, on=on)


def _journal(problem: Problem, text: str, **changes: Any) -> None:
    record(
        project_id=problem.project_id, subject=f"problem:{problem.pk}", text=text[:300], state=problem.state, **changes
    )
