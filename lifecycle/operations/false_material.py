"""虚假材料: any office opens a case, the unit is heard; found by joint decision (step `false`) or dismissed."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.persons import is_hand
from accounts.queries import people_who_may, work_calendar
from accounts.roles import Action
from lifecycle.machine import STEP
from lifecycle.models import FalseCase
from lifecycle.queries.sanctions import open_case
from policy.findings import blocking, refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access, decisions, files
from projects.models import Project

SIX_TWO = "通知 六（二）"


@operation("虚假材料立案")
def open_false_case(
    project_id: int,
    *,
    document: str,
    facts: str,
    evidence: str,
    attachment_id: int | None = None,
    proofs: Sequence[UploadedFile] = (),
    actor: User,
    on: date,
) -> FalseCase:
    """Which paper, what is wrong with it, on what evidence. The unit is asked at once and has its working days."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_FALSE)
    if project.stage not in STEP["false"].sources:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，不能另立虚假材料案件。", SIX_TWO)
    if standing := open_case(project):
        refuse("open", f"已有核查中的案件（{standing.opened_on}，{standing.document}），请先办结。", SIX_TWO)
    given = {"document": (document, "涉及材料"), "facts": (facts, "事实"), "evidence": (evidence, "证据")}
    empty = [(name, label) for name, (text, label) in given.items() if not text.strip()]
    refuse_if_blocking([blocking(name, f"请填写{label}。", SIX_TWO, field=name) for name, label in empty])
    days = project.edition.number("false_answer_working_days")
    case = FalseCase.objects.create(
        project=project,
        document=document.strip()[:160],
        attachment=project.attachments.filter(pk=attachment_id).first() if attachment_id else None,
        facts=facts.strip(),
        evidence=evidence.strip(),
        opened_by=actor,
        opened_on=on,
        answer_by=work_calendar().add_working_days(on, days),
    )
    for proof in proofs:
        files.accept(project, proof, about="false_case", about_id=case.pk, purpose="核查证据", actor=actor, on=on)
    record(project_id=project.pk, subject=f"false:{case.pk}", text=f"立案核查：{case.document}")
    people = people_who_may(Action.STATE_FALSE, project.organisation, on)
    notify(
        people, key=f"false:{case.pk}", text=f"{project.name}：请在 {case.answer_by} 前说明“{case.document}”的情况",
        url=f"/projects/{project.pk}/false-material/",
    )  # fmt: skip
    return case


@operation("说明材料情况")
def state_false(project_id: int, *, text: str, proofs: Sequence[UploadedFile] = (), actor: User, on: date) -> FalseCase:
    """The unit is heard, late ones as well, until both departments have signed."""
    project = access.enter(project_id, actor=actor, action=Action.STATE_FALSE)
    case = _open(project)
    if case.stated_on:
        refuse("done", f"已于 {case.stated_on} 作出说明。", SIX_TWO)
    if not text.strip():
        refuse("text", "请填写说明内容。", field="text")
    case.statement, case.stated_by, case.stated_on = text.strip(), actor, on
    case.save(update_fields=["statement", "stated_by", "stated_on"])
    for proof in proofs:
        files.accept(project, proof, about="false_case", about_id=case.pk, purpose="单位说明材料", actor=actor, on=on)
    record(project_id=project.pk, subject=f"false:{case.pk}", text="单位说明材料情况")
    return case


@operation("不予认定虚假材料")
def dismiss_false(project_id: int, *, conclusion: str, actor: User, on: date) -> FalseCase:
    """By somebody else than who opened it, with a reason."""
    project = access.enter(project_id, actor=actor, action=Action.DISMISS_FALSE)
    case = _open(project)
    if is_hand(actor, case.opened_by_id):
        refuse("sod", "案件由您提出，不能由您办结，请由另一人（省人社或省财政经办）办结。", "职责分离 SD2")
    if decisions.waiting_for(project, "false"):
        refuse("signing", "认定虚假材料的决定正在签署，须先退回或撤回。", SIX_TWO)
    if not conclusion.strip():
        refuse("conclusion", "请写明不予认定的理由。", field="conclusion")
    case.state, case.conclusion = FalseCase.State.DISMISSED, conclusion.strip()[:500]
    case.closed_by, case.closed_on = actor, on
    case.save(update_fields=["state", "conclusion", "closed_by", "closed_on"])
    record(project_id=project.pk, subject=f"false:{case.pk}", text=f"不予认定：{conclusion}")
    return case


def _open(project: Project) -> FalseCase:
    case = open_case(project)
    if case is None:
        refuse("case", "没有核查中的虚假材料案件。", SIX_TWO)
    return case
