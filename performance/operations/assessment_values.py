"""省级评定 of a year: one department enters, the other confirms, two signatures decide (lifecycle's step "assess")."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from performance import self_prints
from performance.models import Assessment, AssessmentRow
from performance.operations.assessing import write_side
from performance.operations.assessment_checks import SD1, check_side, refuse_signing, refuse_writers
from performance.operations.standing import province_membership
from performance.queries.assessments import (
    ABOVE,
    Kind,
    Side,
    State,
    assessment_of,
    assessment_payload,
    consequence,
    label_of,
    side_total,
    subject_of,
    table_of,
    values_version,
)
from performance.queries.reported import reports_of
from performance.rules.assessments import LAW
from performance.rules.scored import Reached
from policy.findings import Finding, Severity, refuse, refuse_if_blocking
from policy.terms import Grade, Line, Rank
from projects import access, alerts
from projects.models import Project
from ui.versions import refuse_stale

ALERTS = "assessment"


def _enter(project_id: int, assessment_id: int, actor: User) -> tuple[Project, Assessment, Line]:
    project = access.enter(project_id, actor=actor, action=Action.CONCLUDE_EVALUATION)
    line, _ = province_membership(actor)
    one = assessment_of(project, assessment_id)
    one.project = project
    if one.kind != Kind.YEAR:
        refuse("kind", f"{label_of(one)}不作年度评定：只有年度自评（F05）由省级评定。", LAW)
    if one.state not in ABOVE:
        refuse("state", f"{label_of(one)}现为“{one.get_state_display()}”，市州核查后才由省级评定。", LAW)
    refuse_writers(project, actor)
    refuse_signing(one, "评定数值")
    return project, one, line


@operation("录入绩效评定数值")
def enter_assessed(
    project_id: int,
    assessment_id: int,
    *,
    values: Mapping[int, Reached],
    actor: User,
    on: date,
    seen: str | None = None,
) -> Assessment:
    """The province's values, every indicator. A changed value takes back its own confirmation and waits for a new one."""
    project, one, line = _enter(project_id, assessment_id, actor)
    rows = table_of(one, reports_of(project, one.sheet, one.block, on))
    refuse_stale(seen, values_version(one, rows, Side.PROVINCE))
    refuse_if_blocking(check_side(one, rows, values, Side.PROVINCE))
    changed = write_side(one, rows, values, side=Side.PROVINCE, actor=actor, on=on, line=line)
    if not changed:
        return one
    one.total = side_total(one, table_of(one, {}), Side.PROVINCE)
    one.state = State.CHECKED
    one.save(update_fields=["total", "state"])
    text = f"{label_of(one)}录入评定数值 {len(changed)} 项"
    journal.record(project_id=project.pk, subject=subject_of(one), text=text, indicators=changed)
    return one


@operation("确认绩效评定数值")
def confirm_assessed(
    project_id: int, assessment_id: int, *, actor: User, on: date, seen: str | None = None
) -> Assessment:
    """One department confirms what the other entered; with the last one it waits for the two signatures."""
    project, one, line = _enter(project_id, assessment_id, actor)
    rows = table_of(one, reports_of(project, one.sheet, one.block, on))
    refuse_stale(seen, values_version(one, rows, Side.PROVINCE))
    waiting = list(one.rows.filter(side=Side.PROVINCE, confirmed_by=None).select_related("entered_by"))
    if one.state == State.SIGNING or not waiting:
        done = one.state == State.SIGNING
        refuse("state", "评定数值已确认，无需重复办理。" if done else "还没有录入评定数值，请先由一方录入。", LAW)
    mine = [row for row in waiting if row.line != line and not is_hand(actor, row.entered_by_id)]
    if not mine:
        refuse("sod", _not_yours(waiting, line), SD1)
    AssessmentRow.objects.filter(pk__in=[row.pk for row in mine]).update(confirmed_by=actor, confirmed_on=on)
    left = len(waiting) - len(mine)
    if not left:
        if one.total is None:
            refuse("total", "有指标没有得分，或没有预算执行率得分，不能得出总分。", LAW)
        one.state = State.SIGNING
        one.save(update_fields=["state"])
    text = f"{label_of(one)}确认 {len(mine)} 项" + (f"，还有 {left} 项等待另一部门" if left else "，待两厅签署评定")
    journal.record(project_id=project.pk, subject=subject_of(one), text=text, total=one.total)
    return one


def _not_yours(waiting: Iterable[AssessmentRow], line: Line) -> str:
    other = Line.FINANCE if line == Line.HR else Line.HR
    if any(row.line == line for row in waiting):
        return f"等待确认的数值由{line.label}部门录入，须由{other.label}部门经办确认。"
    return f"等待确认的数值由您本人录入，须由{line.label}部门另一位经办确认。"


@operation("评定绩效自评")
def decide_assessment(
    project_id: int,
    *,
    assessment_id: int,
    total: str,
    decision_ref: int,
    document: str,
    dated_on: date,
    actor: User,
    on: date,
) -> Assessment:
    """Called by `lifecycle` when both signatures stand: total, grade and form are fixed; a 差 stands as an alert."""
    project = access.enter(project_id, actor=actor, action=Action.SIGN_EVALUATION)
    one = assessment_of(project, assessment_id)
    one.project = project
    if one.state != State.SIGNING or one.total is None or assessment_payload(project).get("total") != total:
        refuse("state", "本决定所评定的自评已退回或数值已变更，请撤回本决定后重新拟制。", LAW)
    one.state, one.grade = State.DECIDED, project.edition.grade_of(Decimal(one.total))
    one.decision_ref, one.decided_on = decision_ref, on
    one.form = self_prints.content(
        one, table_of(one, {}), side=Side.PROVINCE, document=document, dated_on=dated_on.isoformat()
    )
    one.save(update_fields=["state", "grade", "decision_ref", "decided_on", "form"])
    _sync(project, on)
    text = f"{label_of(one)}评定 {one.total} 分，等级“{Grade(one.grade).label}”"
    journal.record(project_id=project.pk, subject=subject_of(one), text=text)
    return one


def _sync(project: Project, on: date) -> None:
    """The latest year that was decided: a 差 asks people to look at the money."""
    one = project.assessments.filter(kind=Kind.YEAR, state=State.DECIDED).order_by("-block").first()
    found = []
    if one is not None and one.grade == Grade.POOR:
        text = f"{one.block} 年度绩效评定 {one.total} 分，等级为“差”。{consequence(one)}"
        found.append(Finding(f"grade_{one.block}", Severity.WARNING, text, LAW, Rank.LAW))
    alerts.sync(project, source=ALERTS, findings=found, on=on)
