"""资金暂停: asked for by an office, placed and lifted by joint decision (T11, T12 in lifecycle)."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from funds import rules
from funds.alerts import refresh_alerts
from funds.models import ABOUT_HOLD_REQUEST, FundHold, HoldRequest
from policy.findings import refuse, refuse_if_blocking
from projects import access, files
from projects.models import Decision, Project

GROUND = "暂停或恢复依据"
State = HoldRequest.State


@operation("建议暂停或恢复资金")
def request_hold(
    project_id: int,
    *,
    actor: User,
    lifts: bool,
    reason: str,
    number: str = "",
    uploads: Sequence[UploadedFile] = (),
    on: date,
) -> HoldRequest:
    """A city, or an officer of the province, asks the two departments; the ground may be proved by papers."""
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_HOLD)
    refuse_if_blocking(
        rules.check_hold_request(
            stage=project.stage,
            held=standing_hold(project) is not None,
            lifts=lifts,
            reason=reason,
            waiting=project.hold_requests.filter(state=State.OPEN).exists(),
        )
    )
    asked = HoldRequest.objects.create(
        project=project, lifts=lifts, reason=reason.strip(), number=number.strip(), asked_by=actor, asked_on=on
    )
    for upload in uploads:
        paper = files.accept(
            project, upload, about=ABOUT_HOLD_REQUEST, about_id=asked.pk, purpose=GROUND, actor=actor, on=on
        )
        paper.issued = False  # what the offices weigh is not the unit's to have
        paper.save(update_fields=["issued"])
    _journal(asked, f"建议{asked.word}资金：{asked.reason}")
    return asked


@operation("答复暂停建议")
def decline_hold(project_id: int, request_id: int, *, actor: User, answer: str, on: date) -> HoldRequest:
    """Not taken up, with the reason. Taking it up is the joint decision."""
    project = access.enter(project_id, actor=actor, action=Action.ANSWER_HOLD)
    asked = project.hold_requests.get(pk=request_id)
    if asked.state != State.OPEN:
        refuse("state", f"该建议{asked.get_state_display()}，不能再答复。")
    if is_hand(actor, asked.asked_by_id):
        refuse("sod", "您提出了本建议，须由省级另一人答复。", "职责分离 SD1")
    if not answer.strip():
        refuse("answer", "请写明不采纳的理由。", field="answer")
    _answer(asked, State.DECLINED, answer.strip(), actor, on)
    _journal(asked, f"未采纳{asked.word}资金的建议：{answer.strip()}")
    return asked


@operation("暂停资金")
def place_hold(project_id: int, decision_id: int, *, actor: User, on: date) -> FundHold:
    """The second signature has landed (T11)."""
    project, decision = _decided(project_id, decision_id)
    refuse_if_blocking(rules.check_hold(held=standing_hold(project) is not None, lifts=False))
    hold = FundHold.objects.create(project=project, placed_by=decision, placed_on=on, reason=decision.reason[:300])
    _take_up(project, decision, lifts=False, actor=actor, on=on)
    refresh_alerts(project, on)
    return hold


@operation("恢复资金")
def lift_hold(project_id: int, decision_id: int, *, actor: User, on: date) -> FundHold:
    """The second signature has landed (T12)."""
    project, decision = _decided(project_id, decision_id)
    hold = standing_hold(project)
    if hold is None:
        refuse_if_blocking(rules.check_hold(held=False, lifts=True))
        raise AssertionError("a project without a hold has none to lift")
    hold.lifted_by, hold.lifted_on = decision, on
    hold.save(update_fields=["lifted_by", "lifted_on"])
    _take_up(project, decision, lifts=True, actor=actor, on=on)
    refresh_alerts(project, on)
    return hold


def standing_hold(project: Project) -> FundHold | None:
    return FundHold.objects.filter(project=project, lifted_on=None).first()


def _decided(project_id: int, decision_id: int) -> tuple[Project, Decision]:
    """The door is the decision's: two signatures over this project (projects/decisions.py)."""
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    return project, Decision.objects.get(pk=decision_id, items__project=project)


def _take_up(project: Project, decision: Decision, *, lifts: bool, actor: User, on: date) -> None:
    for asked in project.hold_requests.filter(state=State.OPEN, lifts=lifts):
        _answer(asked, State.TAKEN, f"{decision.number}《{decision.title}》", actor, on)


def _answer(asked: HoldRequest, state: str, answer: str, actor: User, on: date) -> None:
    asked.state, asked.answer, asked.answered_by, asked.answered_on = state, answer[:300], actor, on
    asked.save(update_fields=["state", "answer", "answered_by", "answered_on"])


def _journal(asked: HoldRequest, text: str) -> None:
    journal.record(project_id=asked.project_id, subject=f"hold_request:{asked.pk}", text=text)
