"""更正: a mistyped number or date of a decision in force. What was registered stays; the right value stands beside it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.persons import accounts_of
from accounts.queries import people_who_may
from accounts.roles import Action
from lifecycle.operations.print_states import note_changes
from lifecycle.queries.paper_days import grounds_behind
from lifecycle.rules.paper_days import check_paper_day
from policy.findings import Finding, refuse, refuse_if_blocking
from projects import decisions
from projects.models import Correction, Decision, DecisionItem, Project

Field = Correction.Field
State = Correction.State


@operation("提出决定更正")
def propose_correction(decision_id: int, *, field: str, new: str, reason: str, actor: User, on: date) -> Correction:
    """Only what was typed wrongly of the paper; what it decides is changed by a new decision alone."""
    decision = decisions.lock(decision_id, actor=actor, action=Action.PROPOSE_CORRECTION)
    if decision.state != Decision.State.EFFECTIVE:
        said = f"《{decision.title}》{decision.get_state_display()}，不需要更正：生效前请撤回或退回后重新拟制。"
        refuse("state", said)
    if field not in Field.values:
        refuse("field", "请选择要更正的事项。", field="field")
    if not reason.strip():
        refuse("reason", "请写明登记错误的原因。", field="reason")
    old, value = decision.fact(field), _value(field, new, decision, on)
    if value == old:
        refuse("new", f"与现登记的{Field(field).label}相同。", field="new")
    if decision.corrections.filter(field=field, state=State.OPEN).exists():
        refuse("waiting", f"已有一项{Field(field).label}更正待确认。", field="field")
    made = Correction.objects.create(
        decision=decision,
        field=field,
        old=old,
        new=value,
        reason=reason.strip()[:300],
        proposed_by=actor,
        proposed_on=on,
    )
    _note(decision, f"提出更正{made}：{made.reason}")
    leaders = people_who_may(Action.ANSWER_CORRECTION, _projects(decision)[0].organisation, on)
    url = f"/decisions/{decision.pk}/"
    notify(leaders, key=f"correction:{made.pk}", text=f"《{decision.title}》{made}，待确认", url=url)
    return made


def _value(field: str, new: str, decision: Decision, on: date) -> str:
    text = new.strip()
    if not text:
        refuse("new", "请填写正确的内容。", field="new")
    projects = [item.project for item in decision.items.filter(state=DecisionItem.State.DONE)]
    if field == Field.NUMBER:
        day = date.fromisoformat(decision.right_date)
        same: dict[str, Any] = {"dated_on": day, "kind": decision.kind, "projects": projects, "own": decision.pk}
        _refuse(decisions.check_number(text[:80], **same))
        return text[:80]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        refuse("new", "成文日期请按 2026-01-31 的格式填写。", field="new")
    if decision.effective_on and day > decision.effective_on:
        refuse("new", f"成文日期 {day} 晚于生效日期 {decision.effective_on}，请核对文件。", field="new")
    for project in projects:
        _refuse(check_paper_day(day, grounds_behind(decision, project), name=project.name))
    return day.isoformat()


def _refuse(found: Iterable[Finding]) -> None:
    """At the field where the right value was typed."""
    refuse_if_blocking(replace(one, field="new") for one in found)


@operation("确认决定更正")
def answer_correction(
    decision_id: int, correction_id: int, *, agreed: bool, answer: str, actor: User, on: date
) -> Correction:
    """One leader of either department, another natural person than who proposed it."""
    decision = decisions.lock(decision_id, actor=actor, action=Action.ANSWER_CORRECTION)
    made = decision.corrections.filter(pk=correction_id, state=State.OPEN).first()
    if made is None:
        refuse("state", "该更正已办理，不能重复办理。")
    if made.proposed_by_id in accounts_of(actor.pk):
        raise PermissionDenied("您提出了本更正，须由另一位负责人确认")
    if not agreed and not answer.strip():
        refuse("answer", "请写明不予更正的理由。", field="answer")
    made.state = State.CONFIRMED if agreed else State.REFUSED
    made.answered_by, made.answered_on, made.answer = actor, on, answer.strip()[:300]
    made.save(update_fields=["state", "answered_by", "answered_on", "answer"])
    if agreed:
        _carry(decision, made)
        note_changes(decision, on=on)
    _note(decision, f"{made.get_state_display()}：{made}")
    return made


def _carry(decision: Decision, made: Correction) -> None:
    """What an award took over from its decision follows; the entry of the journal keeps what it was."""
    if decision.kind != "T01":
        return
    done = [item.project_id for item in decision.items.filter(state=DecisionItem.State.DONE)]
    awarded = Project.objects.filter(pk__in=done)
    if made.field == Field.NUMBER:
        awarded.filter(award_document=made.old).update(award_document=made.new)
    else:
        awarded.filter(awarded_on=made.old).update(awarded_on=made.new)


def _projects(decision: Decision) -> list[Project]:
    return list(Project.objects.filter(decision_items__decision=decision).select_related("organisation__node"))


def _note(decision: Decision, text: str) -> None:
    for project in _projects(decision):
        record(project_id=project.pk, subject=f"decision:{decision.pk}", text=f"{decision.title}：{text}")
