"""绩效目标调整: what is proposed, what it changes, and whether it is being signed."""

from typing import Any

from performance.models import TargetSheet
from performance.queries.reviews import state_of
from performance.queries.sheets import Change, changes_between, grid_of, sheet_of
from policy.findings import Finding, blocking
from projects.models import Decision, DecisionItem, Project

State = TargetSheet.State
DECISION = "T13M"  # Decision.kind of 批准绩效目标调整
LONGEST_REASON = 1000
SHOWN = 20  # changes a decision names one by one


def revision_of(project: Project) -> TargetSheet | None:
    """The adjustment that is under way."""
    sheet = sheet_of(project)
    return sheet if sheet and sheet.revises_id and sheet.state != State.FILED else None


def revision_under_review(project: Project) -> bool:
    sheet = revision_of(project)
    return sheet is not None and sheet.state == State.REVIEWING


def changes_of_revision(sheet: TargetSheet) -> list[Change]:
    """Against the version it is to replace."""
    return changes_between(grid_of(sheet.revises), grid_of(sheet)) if sheet.revises else []


def revision_in_signing(project: Project) -> bool:
    listed = DecisionItem.objects.filter(project=project, decision__kind=DECISION)
    return listed.filter(state=DecisionItem.State.OPEN, decision__state=Decision.State.SIGNING).exists()


def revision_findings(project: Project) -> list[Finding] | None:
    """Why the adjustment cannot be approved now; None where none was proposed."""
    sheet = revision_of(project)
    if sheet is None:
        return None
    if sheet.state == State.READY:
        return []
    state = state_of(sheet, project)
    return [blocking("revision", f"目标调整{sheet.get_state_display()}，等待{state.who_acts()}。", "财预〔2015〕163号")]


def revision_payload(project: Project) -> dict[str, Any]:
    """Which adjustment a decision approves, and what it changes, in words."""
    sheet = revision_of(project)
    if sheet is None or sheet.revises is None:
        return {}
    changes = changes_of_revision(sheet)
    said = [f"{one.what}：{one.before or '（空）'} → {one.after or '（空）'}" for one in changes[:SHOWN]]
    more = f"；另有 {len(changes) - SHOWN} 处" if len(changes) > SHOWN else ""
    words = f"调整第 {sheet.revises.version} 版，{len(changes)} 处：{'；'.join(said)}{more}"
    return {"sheet": sheet.pk, "revision_reason": sheet.revision_reason, "revised": words}
