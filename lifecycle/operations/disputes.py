"""争议: 复议 and 诉讼 against a decision in force, and undoing what they annulled. People register, nothing is deleted."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.roles import Action
from lifecycle.models import Dispute
from lifecycle.operations.undoing import undo
from lifecycle.queries.disputes import NO_CASE, annulled_dispute, obstacle_to
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from projects import access, files
from projects.models import Decision, DecisionItem, Project

ABOUT = "dispute"
GROUND = "行政复议法、行政诉讼法"


@operation("登记复议诉讼")
def register_dispute(
    project_id: int,
    *,
    decision_id: int,
    kind: str,
    body: str,
    number: str,
    accepted_on: date,
    paper: UploadedFile | None,
    actor: User,
    on: date,
) -> Dispute:
    """From now on the project bears the overlay 争议; the decision stays in force until somebody annuls it."""
    project = access.enter(project_id, actor=actor, action=Action.REGISTER_DISPUTE)
    item = project.decision_items.filter(decision_id=decision_id, state=DecisionItem.State.DONE).first()
    found = _missing(body=body, number=number, paper=paper)
    if item is None:
        found.append(blocking("decision", "请选择已对本项目生效的决定。", GROUND, field="decision"))
    elif item.decision.effective_on and accepted_on < item.decision.effective_on:
        said = f"受理日期 {accepted_on} 早于决定生效日期 {item.decision.effective_on}，请核对。"
        found.append(blocking("accepted_on", said, GROUND, field="accepted_on"))
    if item is not None:
        found += _no_case(project, item.decision)
    if accepted_on > on:
        found.append(blocking("accepted_on", f"受理日期 {accepted_on} 晚于办理日期 {on}。", field="accepted_on"))
    if project.disputes.filter(decision_id=decision_id, kind=kind, closed_on=None).exists():
        found.append(blocking("waiting", "该决定的同类案件已登记、尚未结案。", GROUND, field="kind"))
    refuse_if_blocking(found)
    assert paper is not None  # noqa: S101 - said by _missing
    dispute = Dispute.objects.create(
        project=project, decision_id=decision_id, kind=kind, body=body.strip(), number=number.strip(),
        accepted_on=accepted_on, registered_by=actor,
    )  # fmt: skip
    files.accept(project, paper, about=ABOUT, about_id=dispute.pk, purpose="受理通知书", actor=actor, on=on)
    said = f"{dispute.body}受理{dispute.get_kind_display()}（{dispute.number}），针对《{dispute.decision.title}》"
    record(project_id=project.pk, subject=f"dispute:{dispute.pk}", text=said)
    return dispute


def _no_case(project: Project, decision: Decision) -> list[Finding]:
    """What the law lets nobody contest, and what is annulled already."""
    if reason := NO_CASE.get(decision.kind):
        said = f"《{decision.title}》{reason}，不登记案件。需要改变的，请按原程序另行申请和决定。"
        return [blocking("no_case", said, "法释〔2018〕1号 第一条", field="decision")]
    if project.disputes.filter(decision=decision, result=Dispute.Result.ANNULLED).exists():
        said = f"《{decision.title}》已被撤销，请办理执行，不需要再登记案件。"
        return [blocking("annulled", said, GROUND, field="decision")]
    return []


def _missing(*, body: str, number: str, paper: UploadedFile | None) -> list[Finding]:
    said = {"body": (body, "请填写受理机关。"), "number": (number, "请填写受理文号。")}
    found = [blocking(name, text, GROUND, field=name) for name, (value, text) in said.items() if not value.strip()]
    if paper is None:
        found.append(blocking("paper", "请上传受理通知书。", GROUND, field="paper"))
    return found


@operation("登记复议诉讼结果")
def close_dispute(
    project_id: int,
    dispute_id: int,
    *,
    result: str,
    number: str,
    closed_on: date,
    paper: UploadedFile | None,
    actor: User,
    on: date,
) -> Dispute:
    """The outcome by its document. An annulled decision is undone by a joint decision of its own, not here."""
    project = access.enter(project_id, actor=actor, action=Action.REGISTER_DISPUTE)
    dispute = project.disputes.filter(pk=dispute_id, closed_on=None).first()
    if dispute is None:
        refuse("state", "该案件已结案，不能重复登记。")
    found = _missing(body=dispute.body, number=number, paper=paper)
    if result not in Dispute.Result.values:
        found.append(blocking("result", "请选择结果。", GROUND, field="result"))
    if not dispute.accepted_on <= closed_on <= on:
        said = f"结案日期 {closed_on} 须在受理日期 {dispute.accepted_on} 与办理日期 {on} 之间。"
        found.append(blocking("closed_on", said, GROUND, field="closed_on"))
    refuse_if_blocking(found)
    assert paper is not None  # noqa: S101 - said by _missing
    dispute.result, dispute.result_number, dispute.closed_on = result, number.strip(), closed_on
    dispute.save(update_fields=["result", "result_number", "closed_on"])
    files.accept(project, paper, about=ABOUT, about_id=dispute.pk, purpose="生效法律文书", actor=actor, on=on)
    said = f"{dispute}：{dispute.get_result_display()}（{dispute.result_number}）"
    record(project_id=project.pk, subject=f"dispute:{dispute.pk}", text=said)
    return dispute


def undo_annulled(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """The counter-event: what the annulled decision did to the project is taken back, both stay readable."""
    dispute = annulled_dispute(project)
    if dispute is None:
        refuse("dispute", "没有需要执行的撤销结果。", GROUND)
    if waits := obstacle_to(project, dispute):
        refuse("dispute", f"{waits}。", GROUND)
    undone = undo(project, dispute.decision, decision, actor=actor, on=on)
    dispute.undone_by = decision
    dispute.save(update_fields=["undone_by"])
    said = "其效力已恢复到作出之前" if undone else "此后已有新的决定，项目阶段不变，只作登记"
    text = f"《{dispute.decision.title}》已被撤销（{dispute.result_number}），{said}"
    record(project_id=project.pk, subject=f"decision:{decision.pk}", text=text)
