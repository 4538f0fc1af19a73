"""审计发现: recorded with evidence, replied to with proof, verified by another person of finance."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.notices import notify
from accounts.persons import as_hand, is_hand
from accounts.queries import people_who_may, work_calendar
from accounts.roles import Action, Role
from funds import queries
from funds.alerts import refresh_alerts
from funds.found_money import left_of, open_for_finding
from funds.models import ABOUT_FINDING, AuditCase, AuditFinding, Voucher
from funds.operations.audits import open_case, url_of
from funds.operations.seen import check_seen
from funds.queries.audits import ABOUT_REPLY, papers_of
from funds.rules import audits as rules
from policy.findings import refuse, refuse_if_blocking
from policy.money import ZERO, yuan
from policy.terms import VoucherState
from projects import access, files
from projects.models import Problem, Project

State = AuditFinding.State
EVIDENCE, PROOF = "审计证据", "审计整改佐证"


def _checked(project: Project, voucher: Voucher | None, actor: User, given: dict[str, Any], on: date) -> dict[str, Any]:
    """The columns of a finding, the due day moved to a working day (handbook 11)."""
    auditor = not actor.roles & {Role.CF, Role.PF}
    found = list(rules.check_finding(edition=project.edition, auditor=auditor, on=on, **_ruled(given)))
    found += rules.check_amount(given["amount"], paid=_paid(voucher), number=voucher.number if voucher else "")
    if given["level"] not in Problem.Level.values:
        refuse("level", "请选择问题程度。", field="level")
    refuse_if_blocking(found)
    kind = next(one for one in project.edition.finding_kinds if one.code == given["kind"])
    return {
        "voucher": voucher,
        "kind": kind.code,
        "fact": given["fact"].strip()[:500],
        "clause": (given["clause"].strip() or kind.basis.clause)[:160],
        "level": given["level"],
        "amount": given["amount"],
        "measure": given["measure"].strip()[:300],
        "due_on": work_calendar().next_working(given["due_on"]),
    }


def _ruled(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in ("kind", "fact", "measure", "amount", "due_on", "clause")}


def _paid(voucher: Voucher | None) -> Decimal | None:
    return None if voucher is None else queries.remaining_of(voucher)


def _voucher(case: AuditCase, voucher_id: int | None) -> Voucher | None:
    """A payment the unit has handed in; a draft is nobody's business yet."""
    if not voucher_id:
        return None
    return case.project.vouchers.exclude(state=VoucherState.DRAFT).get(pk=voucher_id, reverses=None)


def _keep(
    project: Project, uploads: Iterable[UploadedFile], about: str, finding: AuditFinding, actor: User, on: date
) -> None:
    purpose = EVIDENCE if about == ABOUT_FINDING else PROOF
    for upload in uploads:
        files.accept(project, upload, about=about, about_id=finding.pk, purpose=purpose, actor=actor, on=on)


@operation("记录审计发现")
def record_finding(
    project_id: int, case_id: int, *, actor: User, voucher_id: int | None = None, uploads: Iterable[UploadedFile] = (),
    on: date, **given: Any,
) -> AuditFinding:  # fmt: skip
    """A draft, which the unit does not see until the case is sent."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_AUDIT)
    case = open_case(project, case_id)
    written = _checked(project, _voucher(case, voucher_id), actor, given, on)
    number = (case.findings.aggregate(last=Max("number"))["last"] or 0) + 1
    finding = case.findings.create(number=number, recorded_by=actor, recorded_on=on, **written)
    _keep(project, uploads, ABOUT_FINDING, finding, actor, on)
    _journal(finding, f"记录发现第 {number} 条，涉及 {yuan(finding.amount)}：{finding.fact}")
    return finding


def _draft(project: Project, case_id: int, finding_id: int, actor: User) -> AuditFinding:
    finding = open_case(project, case_id).findings.get(pk=finding_id)
    if not is_hand(actor, finding.recorded_by_id):
        refuse("recorder", f"第 {finding.number} 条由{finding.recorded_by}记录，只能由其修改或删除。")
    return finding


@operation("修改审计发现")
def edit_finding(
    project_id: int, case_id: int, finding_id: int, *, actor: User, voucher_id: int | None = None,
    uploads: Iterable[UploadedFile] = (), seen: str | None = None, on: date, **given: Any,
) -> AuditFinding:  # fmt: skip
    project = access.enter(project_id, actor=actor, action=Action.OPEN_AUDIT)
    finding = _draft(project, case_id, finding_id, actor)
    check_seen(project, finding, seen, actor=actor)
    written = _checked(project, _voucher(finding.case, voucher_id), actor, given, on)
    for name, value in written.items():
        setattr(finding, name, value)
    finding.save(update_fields=list(written))
    _keep(project, uploads, ABOUT_FINDING, finding, actor, on)
    _journal(finding, f"修改发现第 {finding.number} 条，涉及 {yuan(finding.amount)}：{finding.fact}")
    return finding


@operation("删除审计发现")
def drop_finding(project_id: int, case_id: int, finding_id: int, *, actor: User, on: date) -> None:
    """A draft only; its evidence stays in the store, tied to nothing the unit can see."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_AUDIT)
    finding = _draft(project, case_id, finding_id, actor)
    _journal(finding, f"删除发现第 {finding.number} 条：{finding.fact}")
    finding.delete()


@operation("核定审计发现金额")
def assess_finding(
    project_id: int,
    case_id: int,
    finding_id: int,
    *,
    actor: User,
    amount: Decimal,
    seen: str | None = None,
    on: date,
) -> AuditFinding:
    """Finance puts the figure to a finding that has none; of one that was sent it goes to 问题资金 at once."""
    project = access.enter(project_id, actor=actor, action=Action.ASSESS_FINDING)
    finding = _of(project, case_id, finding_id)
    if finding.amount or finding.state == State.CLOSED:
        refuse("state", f"第 {finding.number} 条已有金额 {yuan(finding.amount)} 或已销号，不能再核定。", field="amount")
    check_seen(project, finding, seen, actor=actor)
    if amount <= ZERO:
        refuse("amount", "金额应大于 0。", field="amount")
    paid, number = _paid(finding.voucher), finding.voucher.number if finding.voucher else ""
    refuse_if_blocking(rules.check_amount(amount, paid=paid, number=number))
    finding.amount = amount
    finding.save(update_fields=["amount"])
    if finding.problem is not None:
        open_for_finding(finding, actor=actor, on=on)
        _set_problem(finding, finding.problem.state, amount=amount)
    refresh_alerts(project, on)
    _journal(finding, f"核定发现第 {finding.number} 条涉及金额 {yuan(amount)}", amount=amount)
    return finding


def _of(project: Project, case_id: int, finding_id: int) -> AuditFinding:
    case = project.audits.get(pk=case_id)
    return case.findings.select_related("voucher__project", "case__project", "problem").get(pk=finding_id)


@operation("起草审计答复")
def draft_reply(
    project_id: int, case_id: int, finding_id: int, *, actor: User, reply: str, uploads: Iterable[UploadedFile] = (),
    on: date,
) -> AuditFinding:  # fmt: skip
    project = access.enter(project_id, actor=actor, action=Action.REPLY_FINDING)
    finding = _of(project, case_id, finding_id)
    if finding.state != State.SENT:
        refuse("state", "这条发现不在待答复状态，不能改写答复。")
    if not reply.strip():
        refuse("reply", "请写明整改措施和结果。", field="reply")
    finding.reply, finding.reply_drafted_by = reply.strip(), actor
    finding.replied_by = finding.replied_on = None
    finding.save(update_fields=["reply", "reply_drafted_by", "replied_by", "replied_on"])
    _keep(project, uploads, ABOUT_REPLY, finding, actor, on)
    _journal(finding, f"起草第 {finding.number} 条的答复")
    return finding


@operation("提交审计答复")
def submit_reply(
    project_id: int, case_id: int, finding_id: int, *, actor: User, seen: str | None = None, on: date
) -> AuditFinding:
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_REPLY)
    finding = _of(project, case_id, finding_id)
    proofs = papers_of(project, [finding])[finding.pk].proof
    drafter = finding.reply_drafted_by_id
    refuse_if_blocking(
        rules.check_reply(
            state=finding.state, reply=finding.reply, files=len(proofs), drafter=as_hand(actor, drafter), actor=actor.pk
        )
    )
    check_seen(project, finding, seen, actor=actor)
    finding.state, finding.replied_by, finding.replied_on = State.REPLIED, actor, on
    finding.save(update_fields=["state", "replied_by", "replied_on"])
    files.hand_in(project, about=ABOUT_REPLY, about_id=finding.pk)
    hands = {"drafted_by": finding.reply_drafted_by, "answered_by": actor, "answered_on": on}
    _set_problem(finding, Problem.State.ANSWERED, answer=finding.reply[:500], **hands)
    people = people_who_may(Action.VERIFY_FINDING, project.organisation, on)
    text = f"{project.name}：审计发现第 {finding.number} 条已答复，待核验"
    notify(people, key=f"audit_reply:{finding.pk}:{on}", text=text, url=url_of(finding.case))
    _journal(finding, f"提交第 {finding.number} 条的答复")
    return finding


@operation("核验审计整改")
def verify_finding(
    project_id: int,
    case_id: int,
    finding_id: int,
    *,
    actor: User,
    closed: bool,
    note: str,
    seen: str | None = None,
    on: date,
) -> AuditFinding:
    """销号 on proof by another person than the recorder, with no yuan left open; or back to the unit."""
    project = access.enter(project_id, actor=actor, action=Action.VERIFY_FINDING)
    finding = _of(project, case_id, finding_id)
    check_seen(project, finding, seen, actor=actor)
    asked: dict[str, Any] = {
        "state": finding.state,
        "recorder": as_hand(actor, finding.recorded_by_id),
        "actor": actor.pk,
        "note": note,
    }
    if closed:
        proofs = papers_of(project, [finding])[finding.pk].proof
        refuse_if_blocking(rules.check_closing(**asked, files=len(proofs), left=left_of(finding)))
    else:
        refuse_if_blocking(rules.check_verifying(**asked))
    finding.state = State.CLOSED if closed else State.SENT
    finding.closing_note = note.strip()[:300]
    finding.closed_by, finding.closed_on = (actor, on) if closed else (None, None)
    finding.save(update_fields=["state", "closing_note", "closed_by", "closed_on"])
    ends = {"verdict": finding.closing_note, "verified_by": actor, "closed_on": on if closed else None}
    _set_problem(finding, Problem.State.CLOSED if closed else Problem.State.OPEN, **ends)
    refresh_alerts(project, on)
    said = f"第 {finding.number} 条{'销号' if closed else '退回补充'}：{finding.closing_note}"
    people = people_who_may(Action.REPLY_FINDING, project.organisation, on)
    key = f"audit_verified:{finding.pk}:{on}:{closed}"
    notify(people, key=key, text=f"{project.name}：审计发现{said}"[:300], url=url_of(finding.case))
    _journal(finding, said)
    return finding


def _set_problem(finding: AuditFinding, state: str, **changes: Any) -> None:
    problem = finding.problem
    if problem is None:
        raise RuntimeError(f"finding {finding.pk} was sent without a problem")
    problem.state = state
    for name, value in changes.items():
        setattr(problem, name, value)
    problem.save(update_fields=["state", *changes])


def _journal(finding: AuditFinding, text: str, **changes: Any) -> None:
    journal.record(
        project_id=finding.case.project_id, subject=f"audit_finding:{finding.pk}", text=text[:300],
        state=finding.state, **changes,
    )  # fmt: skip
