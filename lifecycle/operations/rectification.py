"""限期整改: service of the order, answers, report, re-check. The one-year cap stands in two stored dates."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.persons import is_hand
from accounts.queries import work_calendar
from accounts.roles import Action
from lifecycle import deadlines
from lifecycle.guards_changes import ORDERS, check_stands
from lifecycle.models import Rectification, RectificationReport
from lifecycle.operations.order_problems import due_with_order
from lifecycle.operations.service import serve
from lifecycle.operations.steps import enter_step, move
from lifecycle.queries import problems_of, rectification_of, report_of
from lifecycle.queries.disputes import annulments_of
from policy.calendar import add_months
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access, files
from projects.models import Problem, ProblemEntry, Project
from projects.problems import proof_label, say

SIX_ONE = "通知 六（一）"


@operation("登记整改通知书送达")
def serve_order(
    project_id: int,
    *,
    served_on: date,
    way: str,
    proof: UploadedFile,
    receiver: str = "",
    witness: str = "",
    actor: User,
    on: date,
) -> Rectification:
    """Starts the clock: due_on and cap_on are written here, once, from the day of service in law."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_SERVICE)
    rectification = _open(project, Stage.RECTIFYING)
    if rectification.served_on:
        refuse("served", f"已于 {rectification.served_on} 送达，期限不能重新起算。", SIX_ONE)
    service = serve(
        project, rectification.decision, way=way, served_on=served_on, receiver=receiver, witness=witness, proof=proof,
        actor=actor, on=on,
    )  # fmt: skip
    start = service.served_on
    rectification.served_on, rectification.served_way = start, service.get_way_display()
    rectification.cap_on = add_months(start, project.edition.number("rectify_months"))
    rectification.due_on = add_months(start, rectification.term_months)
    rectification.save(update_fields=["served_on", "served_way", "cap_on", "due_on"])
    due_with_order(project, rectification.decision, rectification.due_on)
    deadlines.open_(project, deadlines.RECTIFY, due_on=rectification.due_on, on=start)
    record(
        project_id=project.pk,
        subject=f"rectification:{rectification.pk}",
        text=f"整改通知书 {start} 送达，到期日 {rectification.due_on}，一年上限 {rectification.cap_on}",
        due_on=rectification.due_on,
        cap_on=rectification.cap_on,
    )
    return rectification


@operation("填写整改措施")
def answer_problem(
    project_id: int, problem_id: int, *, answer: str, proofs: Sequence[UploadedFile] = (), actor: User, on: date
) -> Problem:
    """One problem: what was done, with proof."""
    project = access.enter(project_id, actor=actor, action=Action.ANSWER_PROBLEM)
    rectification = _open(project, Stage.RECTIFYING)
    if rectification.served_on is None:
        refuse("served", "整改通知书尚未送达，送达后才可以填写整改措施。", SIX_ONE)
    problem = Problem.objects.filter(pk=problem_id, project=project, decision=rectification.decision).first()
    if problem is None:
        refuse(
            "stale", "该问题不属于正在整改的通知书（可能已随上一次整改办结），请回到“整改与称号”刷新后填写。", SIX_ONE
        )
    if problem.state == Problem.State.CLOSED:
        refuse("closed", f"问题 {problem.number} 已销号，不能再改。")
    if not answer.strip():
        refuse("answer", f"请填写问题 {problem.number} 的整改措施和结果。", field="answer")
    problem.answer, problem.state = answer.strip()[:500], Problem.State.ANSWERED
    problem.save(update_fields=["answer", "state"])
    for proof in proofs:
        files.accept(
            project,
            proof,
            about="problem",
            about_id=problem.pk,
            purpose=proof_label(problem),
            actor=actor,
            on=on,
        )
    record(project_id=project.pk, subject=f"problem:{problem.pk}", text=f"问题{problem.number}：{answer}")
    return problem


@operation("提交整改报告")
def submit_report(project_id: int, *, text: str, actor: User, on: date) -> RectificationReport:
    """T20. Also after the term, marked late by its date; the departments weigh it."""
    project = enter_step(project_id, "T20", actor=actor, on=on)
    rectification = _open(project, Stage.RECTIFYING)
    if not text.strip():
        refuse("text", "请填写整改情况。", field="text")
    problems = list(problems_of(rectification))
    answers = "\n".join(f"问题{item.number}：{item.answer}" for item in problems)
    for item in problems:
        files.hand_in(project, about="problem", about_id=item.pk)
        if item.state == Problem.State.ANSWERED:
            say(item, ProblemEntry.Kind.ANSWER, item.answer, by=actor, on=on)
    last = report_of(rectification)
    report = RectificationReport.objects.create(
        rectification=rectification,
        round=(last.round if last else 0) + 1,
        text=f"{text.strip()}\n{answers}",
        submitted_by=actor,
        on=on,
    )
    deadlines.close(project, deadlines.RECTIFY, on=on)
    move(project, "T20", on=on)
    late = rectification.due_on and on > work_calendar().next_working(rectification.due_on)
    record(
        project_id=project.pk,
        subject=f"report:{report.pk}",
        text=f"第{report.round}次整改报告{'（晚于到期日）' if late else ''}",
    )
    return report


@operation("整改复验")
def record_recheck(
    project_id: int,
    *,
    verdicts: Mapping[int, tuple[bool, str]],
    note: str,
    proof: UploadedFile,
    actor: User,
    on: date,
) -> RectificationReport:
    """Each problem judged by someone other than the drafter of the order (SD4). `verdicts`: problem id → (ok, why)."""
    project = access.enter(project_id, actor=actor, action=Action.RECHECK)
    rectification = _open(project, Stage.RECHECKING)
    report = report_of(rectification)
    if report is None or report.passed is not None:
        refuse("done", "本次整改报告已复验，请作出复验结果的决定。")
    if is_hand(actor, rectification.drafted_by_id):
        refuse("sod", "您拟制了整改通知书，不能复验，请由另一人（省人社或省财政经办）复验。", "职责分离 SD4")
    problems = [item for item in problems_of(rectification) if item.state != Problem.State.CLOSED]
    refuse_if_blocking(_check_verdicts(problems, verdicts, actor))
    for item in problems:
        _write_verdict(item, *verdicts[item.pk], actor=actor, on=on)
    report.passed = all(verdicts[item.pk][0] for item in problems)
    report.rechecked_by, report.rechecked_on, report.note = actor, on, note.strip()[:300]
    report.save(update_fields=["passed", "rechecked_by", "rechecked_on", "note"])
    files.accept(project, proof, about="report", about_id=report.pk, purpose="复验记录", actor=actor, on=on)
    record(
        project_id=project.pk,
        subject=f"report:{report.pk}",
        text=f"第{report.round}次整改复验{'通过' if report.passed else '不通过'}",
    )
    return report


def _check_verdicts(
    problems: Sequence[Problem], verdicts: Mapping[int, tuple[bool, str]], actor: User
) -> Iterator[Finding]:
    for item in problems:
        if is_hand(actor, item.opened_by_id):
            said = f"问题 {item.number} 由您提出，不能由您复验，请由另一人复验。"
            yield blocking("sod", said, "职责分离 SD4", field=f"problem_{item.pk}")
        if item.pk not in verdicts:
            yield blocking("verdict", f"问题 {item.number} 尚未给出复核意见。", field=f"problem_{item.pk}")
        elif not verdicts[item.pk][0] and not verdicts[item.pk][1].strip():
            yield blocking("why", f"问题 {item.number} 不通过，请写明理由。", field=f"why_{item.pk}")


def _write_verdict(item: Problem, ok: bool, why: str, *, actor: User, on: date) -> None:
    """Its state stays what it was: what failed is open again with the decision, when the unit learns of it."""
    item.verdict, item.verified_by = (why.strip() or "通过")[:300], actor
    item.save(update_fields=["verdict", "verified_by"])
    if not ok:
        say(item, ProblemEntry.Kind.RETURN, item.verdict, by=actor, on=on)


def _open(project: Project, stage: Stage) -> Rectification:
    rectification = rectification_of(project)
    if project.stage != stage or rectification is None:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，须处于“{stage.label}”才能办理。", SIX_ONE)
    refuse_if_blocking(check_stands(annulments_of(project), *ORDERS))
    return rectification
