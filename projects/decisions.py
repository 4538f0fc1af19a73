"""联合决定: drafted once, signed by one of 人社 and one of 财政, in any order; either may return it with a reason.

Generic: what a decision does to a project is the business of the app that owns the subject (lifecycle). This module
holds the document, the signatures and separation of duties (SD1, SD2). Two signatures are due even for a small office.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from accounts.journal import hands_over
from accounts.models import User
from accounts.persons import accounts_of, acts_for
from accounts.queries import check_may_sign
from accounts.roles import Action, Role
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Line, Rank
from projects import access, files
from projects.models import Correction, Decision, DecisionItem, Project, Signature

LINE_OF_ROLE = {Role.PHL: Line.HR, Role.PFL: Line.FINANCE}
MADE = ("拟制联合决定", "会商联合决定", "登记签署件", "从决定中移出项目")
ABOUT = "decision"  # Attachment.about of a decision's papers
CATEGORY = "category"  # Decision.kind of 人工认定职业类别
JOINT = "通知一（省人社厅会同省财政厅）"


def propose(
    *,
    kind: str,
    title: str,
    number: str,
    dated_on: date,
    reason: str,
    basis: str,
    items: Mapping[Project, dict[str, Any]],
    actor: User,
    on: date,
) -> Decision:
    """Draft a decision over locked projects and send it for both signatures."""
    refuse_if_blocking(check_draft(kind, number=number, reason=reason, dated_on=dated_on, projects=list(items), on=on))
    decision = Decision.objects.create(
        kind=kind,
        title=title,
        number=number.strip(),
        dated_on=dated_on,
        reason=reason.strip(),
        basis=basis,
        drafted_by=actor,
        drafted_on=on,
    )
    DecisionItem.objects.bulk_create(
        DecisionItem(decision=decision, project=project, payload=payload) for project, payload in items.items()
    )
    return decision


def check_draft(
    kind: str, *, number: str, reason: str, dated_on: date, projects: list[Project], on: date
) -> list[Finding]:
    found = []
    if not number.strip():
        found.append(blocking("number", "请填写文号：联合决定须有一个文号。", field="number"))
    if not reason.strip():
        found.append(blocking("reason", "请填写事实和理由。", field="reason"))
    if dated_on > on:
        found.append(blocking("dated_on", f"成文日期 {dated_on} 晚于办理日期 {on}。", field="dated_on"))
    if not projects:
        found.append(blocking("projects", "请至少选择一个项目。", field="projects"))
    waiting = DecisionItem.objects.filter(
        project__in=projects, decision__kind=kind, decision__state=Decision.State.SIGNING, state=DecisionItem.State.OPEN
    ).select_related("project", "decision")
    found.extend(
        blocking("waiting", f"「{item.project}」已在待签的《{item.decision.title}》中，请先签署、退回或撤回。")
        for item in waiting
    )
    if not waiting:  # the same paper drafted twice is said once
        found += check_number(number, dated_on=dated_on, kind=kind, projects=projects)
    return found


def check_number(
    number: str, *, dated_on: date, kind: str, projects: Collection[Project], own: int | None = None
) -> list[Finding]:
    """A number is given once a province and year; the same paper over several projects may come as several decisions."""
    if not number.strip() or not projects:
        return []
    province = next(iter(projects)).organisation.node.province_path
    gone = (Decision.State.RETURNED, Decision.State.WITHDRAWN)
    named = Q(number=number.strip()) | Q(
        corrections__field=Correction.Field.NUMBER, corrections__new=number.strip(), corrections__state="confirmed"
    )
    rows = Decision.objects.filter(named, dated_on__year=dated_on.year).exclude(state__in=gone).exclude(pk=own or 0)
    rows = rows.filter(items__project__organisation__node__path__startswith=province).distinct().order_by("pk")
    kept = {project.pk for project in projects}
    for one in rows.prefetch_related("corrections"):
        items = one.items.exclude(state=DecisionItem.State.LEFT_OUT)
        same = one.kind == kind and one.right_date == str(dated_on) and not items.filter(project__in=kept).exists()
        if one.right_number == number.strip() and not same:
            said = (
                f"文号 {number.strip()} 已用于《{one.title}》（{one.right_date}），同一省同一年不能重复，请核对文号。"
            )
            return [blocking("number_taken", said, field="number")]
    return []


def line_of(actor: User) -> Line:
    """The department a person signs for."""
    lines = {LINE_OF_ROLE[role] for role in actor.roles if role in LINE_OF_ROLE}
    if len(lines) != 1:
        raise PermissionDenied("联合决定由省人社厅负责人和省财政厅负责人签署")
    return lines.pop()


def lock(decision_id: int, *, actor: User, action: Action = Action.SIGN_DECISION) -> Decision:
    """The decision, locked, if every project in it lies in the actor's reach for this act."""
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision_id)
    projects = Project.objects.filter(decision_items__decision=decision).select_related("organisation__node")
    if not all(access.allows(actor, project, action) for project in projects):
        raise PermissionDenied(f"您的角色不能{action.label}")
    return decision


def check_signer(decision: Decision, *, actor: User, line: Line, signed: list[Signature]) -> list[Finding]:
    """Hands are natural persons: another account of the same person signs no more than the first (SD2)."""
    found, own = [], accounts_of(actor.pk)
    if decision.state != Decision.State.SIGNING:
        found.append(blocking("state", f"《{decision.title}》{decision.get_state_display()}，不能再签署。"))
    if own & hands_on(decision):
        found.append(
            blocking(
                "sod",
                "您拟制、承办、会商、登记过本决定或移出过项目，不能再签署，请由本厅另一位负责人签署。",
                "职责分离 SD1",
                rank=Rank.DEFAULT,
            )
        )
    if any(signature.signer_id in own for signature in signed):
        found.append(blocking("twice", "您已签署过，另一方须由另一部门的负责人签署。", "职责分离 SD2"))
    elif any(signature.line == line for signature in signed):
        found.append(blocking("line", f"{line.label}部门已签署，等待另一部门。", JOINT, rank=Rank.NOTICE))
    return found + list(check_may_sign(actor, timezone.now()))


def hands_on(decision: Decision) -> set[int | None]:
    """Whoever made it what it is: drafted it, took it over, concurred, registered its paper, left a project out."""
    people = {decision.drafted_by_id, decision.handler_id, decision.concurred_by_id, decision.registered_by_id}
    projects = decision.items.values_list("project_id", flat=True)
    return people | hands_over(f"{ABOUT}:{decision.pk}", projects, *MADE)


def sign(decision: Decision, *, actor: User, on: date) -> bool:
    """Give one signature on a locked decision. True when both stand."""
    line = line_of(actor)
    signed = list(decision.signatures.filter(agreed=True))
    refuse_if_blocking(check_signer(decision, actor=actor, line=line, signed=signed))
    Signature.objects.create(
        decision=decision, line=line, signer=actor, on=on, agreed=True, deputy_for=acts_for(actor, LINE_OF_ROLE)
    )
    return {signature.line for signature in signed} | {line} >= {Line.HR, Line.FINANCE}


def return_(decision: Decision, *, actor: User, reason: str, on: date) -> None:
    """Send a locked decision back; a new draft is a new decision."""
    if decision.state != Decision.State.SIGNING:
        refuse("state", f"《{decision.title}》{decision.get_state_display()}，不能退回。")
    if not reason.strip():
        refuse("reason", "请写明退回理由。", field="reason")
    Signature.objects.create(
        decision=decision, line=line_of(actor), signer=actor, on=on, agreed=False, reason=reason.strip()[:300],
        deputy_for=acts_for(actor, LINE_OF_ROLE),
    )  # fmt: skip
    decision.state = Decision.State.RETURNED
    decision.save(update_fields=["state"])


def check_handler(decision: Decision, actor: User) -> None:
    """Who drafted it, or took over the work of who did."""
    if actor.pk != (decision.handler_id or decision.drafted_by_id):
        who = decision.handler or decision.drafted_by
        refuse("drafter", f"本决定由{who}承办，只能由其办理；其他人请退回。")


def withdraw(decision: Decision, *, actor: User, reason: str) -> None:
    """Take a locked decision back before the second signature; only who drafted it, and with a reason."""
    if decision.state != Decision.State.SIGNING:
        refuse("state", f"《{decision.title}》{decision.get_state_display()}，不能撤回。")
    check_handler(decision, actor)
    if not reason.strip():
        refuse("reason", "请写明撤回理由。", field="reason")
    decision.state, decision.withdrawn_reason = Decision.State.WITHDRAWN, reason.strip()[:300]
    decision.save(update_fields=["state", "withdrawn_reason"])


def carry_out(item: DecisionItem) -> None:
    """The decision has taken effect for this project."""
    item.state = DecisionItem.State.DONE
    item.save(update_fields=["state"])


def publish(decision: Decision, project: Project) -> None:
    """The unit may have the papers of a decision that it may read."""
    files.publish(project, about=ABOUT, about_id=decision.pk)


def standing(project: Project, kind: str) -> DecisionItem | None:
    """The latest decision of a kind that is in force for a project."""
    found = project.decision_items.filter(
        decision__kind=kind, decision__state=Decision.State.EFFECTIVE, state=DecisionItem.State.DONE
    )
    return found.select_related("decision").order_by("-decision_id").first()


def leave_out(decision: Decision, item: DecisionItem, *, note: str) -> None:
    """Take one project out of a locked decision."""
    item.state = DecisionItem.State.LEFT_OUT
    item.note = note[:300]
    item.save(update_fields=["state", "note"])


def waiting_for(project: Project, kind: str) -> bool:
    """Whether a decision of this kind over the project waits for signatures."""
    return project.decision_items.filter(
        decision__kind=kind, decision__state=Decision.State.SIGNING, state=DecisionItem.State.OPEN
    ).exists()
