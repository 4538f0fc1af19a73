"""市州核查 of a self-evaluation, its return with all remarks at once, and the acceptance of F06 by 省人社."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied

from accounts import journal
from accounts.journal import operation
from accounts.models import Organisation, User
from accounts.persons import is_hand
from accounts.roles import Action, Role
from performance import self_prints
from performance.models import Assessment
from performance.operations.assessing import write_side
from performance.operations.standing import province_membership
from performance.queries.assessment_page import next_seat, offices_of
from performance.queries.assessments import (
    ABOVE,
    Kind,
    Side,
    State,
    TableRow,
    assessment_of,
    assessors_of,
    in_signing,
    label_of,
    side_total,
    subject_of,
    table_of,
    values_version,
)
from performance.queries.concluding import in_signing as signing_text
from performance.queries.reported import reports_of
from performance.queries.returns import seat_of
from performance.rules.assessments import LAW, check_value
from performance.rules.returns import LINES
from performance.rules.scored import Reached
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Line
from projects import access
from projects.models import Project
from ui.versions import refuse_stale

SD1 = "职责分离 SD1"
MOST = 2000


def refuse_writers(project: Project, actor: User) -> None:
    """Nobody of the unit's side judges, in whatever post since."""
    if is_hand(actor, *assessors_of(project)):
        refuse("sod", "您填写或报送过本项目的绩效自评，不能再核查、评定，请由其他人办理。", SD1)


@operation("核查绩效自评")
def check_assessment(
    project_id: int,
    assessment_id: int,
    *,
    actor: User,
    on: date,
    values: Mapping[int, Reached] | None = None,
    comment: str = "",
    seen: str | None = None,
) -> Assessment:
    """One office of the city agrees. 人社 gives the checked values with it (of F06 none), 财政 reads them after it."""
    project = access.enter(project_id, actor=actor, action=Action.CHECK_EVALUATION)
    one = assessment_of(project, assessment_id)
    one.project = project
    line, office = _seat(one, actor)
    refuse_writers(project, actor)
    rows = table_of(one, reports_of(project, one.sheet, one.block, on))
    refuse_stale(seen, values_version(one, rows, Side.CITY if line == Line.HR else Side.UNIT))
    if line == Line.HR and one.kind == Kind.YEAR:
        given = dict(values or {})
        refuse_if_blocking(check_side(one, rows, given, Side.CITY))
        write_side(one, rows, given, side=Side.CITY, actor=actor, on=on, line=line)
        one.city_total = side_total(one, table_of(one, {}), Side.CITY)
    one.reviews.create(
        level="city", line=line, agreed=True, comment=comment.strip()[:MOST], turn=one.turn, reviewer=actor,
        office=office, on=on,
    )  # fmt: skip
    if next_seat(one, offices_of(one)) is None:
        one.state = State.CHECKED
    one.save(update_fields=["state", "city_total"])
    points = f"，核查总分 {one.city_total}" if one.city_total is not None and line == Line.HR else ""
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"{office}核查同意{label_of(one)}{points}")
    return one


def check_side(one: Assessment, rows: list[TableRow], given: Mapping[int, Reached], side: str) -> list[Finding]:
    """An office speaks of every indicator, explains what it changed, and says nothing of others."""
    if set(given) - {row.indicator.pk for row in rows}:
        return [blocking("stale", "指标已有变化，请刷新页面后重新填写。")]
    edition = one.project.edition
    return [
        finding
        for row in rows
        for finding in check_value(
            row.goal, given.get(row.indicator.pk, Reached()), edition, row.field, scored=True,
            before=row.before(side), own=False,
        )
    ]  # fmt: skip


def _seat(one: Assessment, actor: User) -> tuple[Line, Organisation]:
    """For which office of the city the actor speaks now; the wrong one is told whose turn it is."""
    if one.state != State.SUBMITTED or one.kind == Kind.FINAL:
        refuse("state", f"{label_of(one)}现为“{one.get_state_display()}”，只有待市州核查的可以核查。", LAW)
    offices, unit = offices_of(one), one.project.organisation
    waiting = next_seat(one, offices)
    for line in LINES:
        office = offices[unit.pk, line]
        if office is not None and seat_of(actor, unit, line, offices):
            if line != waiting:
                other = offices[unit.pk, waiting] if waiting else ""
                said = f"请先由{other}核查" if waiting == Line.HR else f"{office}已核查"
                refuse("order", f"{said}，现由{other}办理。", LAW)
            return line, office
    names = "、".join(str(offices[unit.pk, line]) for line in LINES if offices[unit.pk, line])
    raise PermissionDenied(f"本项目的绩效自评由{names}核查")


@operation("退回绩效自评")
def return_assessment(project_id: int, assessment_id: int, *, remarks: str, actor: User, on: date) -> Assessment:
    """一次性告知: back to the unit with everything that is to be mended, by the city's office or by the province."""
    project = access.enter(project_id, actor=actor, action=Action.RETURN_EVALUATION)
    one = assessment_of(project, assessment_id)
    one.project = project
    if not remarks.strip():
        refuse("remarks", "请一次性写明全部退回意见。", LAW, field="remarks")
    if len(remarks.strip()) > MOST:
        refuse("remarks", f"退回意见最多 {MOST} 字。", LAW, field="remarks")
    level, line, office = _returner(one, actor)
    refuse_writers(project, actor)
    refuse_signing(one, "绩效自评")
    one.reviews.create(
        level=level, line=line, agreed=False, comment=remarks.strip(), turn=one.turn, reviewer=actor, office=office,
        on=on,
    )  # fmt: skip
    one.state, one.return_reason = State.RETURNED, f"{office}：{remarks.strip()}"
    one.save(update_fields=["state", "return_reason"])
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"退回{label_of(one)}：{remarks.strip()}")
    return one


def _returner(one: Assessment, actor: User) -> tuple[str, Line, Organisation]:
    if one.state in ABOVE and actor.roles & {Role.PH, Role.PF}:
        line, membership = province_membership(actor)
        if membership.organisation is None:
            raise PermissionDenied("您没有任职单位，不能退回绩效自评")
        return "province", line, membership.organisation
    if one.state in ABOVE:
        refuse("state", f"{label_of(one)}已核查完毕，由省级评定；需要退回的请联系省人社厅、省财政厅。", LAW)
    return "city", *_seat(one, actor)


def refuse_signing(one: Assessment, what: str) -> None:
    """Nobody signs facts that change after the first signature."""
    decision = in_signing(one)
    if decision is not None:
        refuse("signing", signing_text(decision, what))


@operation("审定转移支付自评")
def accept_transfer(project_id: int, assessment_id: int, *, actor: User, on: date) -> Assessment:
    """F06 carries no points: the province takes it as it stands."""
    project = access.enter(project_id, actor=actor, action=Action.ACCEPT_TRANSFER)
    one = assessment_of(project, assessment_id)
    one.project = project
    if one.kind != Kind.TRANSFER or one.state != State.CHECKED:
        refuse("state", f"{label_of(one)}现为“{one.get_state_display()}”，只有待省级审定的转移支付自评可以审定。", LAW)
    refuse_writers(project, actor)
    one.state, one.decided_on = State.DECIDED, on
    one.form = self_prints.content(one, table_of(one, {}), side=Side.UNIT)
    one.save(update_fields=["state", "decided_on", "form"])
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"审定{label_of(one)}")
    return one
