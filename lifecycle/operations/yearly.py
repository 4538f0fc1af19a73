"""After 验收: the unit's yearly report, the opinions on it, and the grade both departments give (T28)."""

from datetime import date
from typing import Any

from accounts.journal import operation, record
from accounts.models import User
from accounts.persons import is_hand
from accounts.queries import first_review_office, work_calendar
from accounts.roles import Action
from lifecycle.models import YearlyAssessment, YearlyReport
from lifecycle.operations.steps import move
from lifecycle.queries.yearly import accepted_on, figures_of, open_year
from lifecycle.rules.yearly import BASIS, check_grade, due_day, failed, years_due
from policy.findings import blocking, refuse, refuse_if_blocking
from policy.terms import Line, Stage
from projects import access
from projects.models import Decision, Project

State = YearlyReport.State
OPEN = (State.DRAFT, State.RETURNED)
TEXTS = {"equipment": "设备使用情况", "work": "培养、攻关和带动情况", "problems": "存在问题和打算"}


@operation("编制年度报告")
def save_yearly(
    project_id: int, *, year: int, equipment: str, work: str, problems: str, actor: User, on: date
) -> YearlyReport:
    """The unit's words; the figures are drawn from its own registers when it is sent in."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_YEARLY)
    _accepted(project)
    _check_year(project, year, on)
    report = YearlyReport.objects.filter(project=project, year=year).first()
    if report is None:
        due_on = due_day(project.edition, year, work_calendar())
        report = YearlyReport(project=project, year=year, due_on=due_on, drafted_by=actor)
    elif report.state not in OPEN:
        refuse("state", f"{report}{report.get_state_display()}，不能修改。", BASIS)
    report.equipment, report.work, report.problems = equipment.strip(), work.strip(), problems.strip()
    report.drafted_by = actor
    if report.pk:
        report.save(update_fields=["equipment", "work", "problems", "drafted_by"])
    else:
        report.save()
    record(project_id=project.pk, subject=f"yearly:{report.pk}", text=f"编制{report}")
    return report


@operation("报送年度报告")
def submit_yearly(project_id: int, *, year: int, actor: User, on: date) -> YearlyReport:
    """T28, by the leader, not over the leader's own draft; a late one is taken and marked."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_YEARLY)
    _accepted(project)
    report = YearlyReport.objects.filter(project=project, year=year).first()
    if report is None:
        refuse("year", f"{year}年度报告尚未编制。", BASIS)
    if report.state not in OPEN:
        refuse("state", f"{report}{report.get_state_display()}，不能重复报送。", BASIS)
    if is_hand(actor, report.drafted_by_id):
        refuse("sod", "报告由您编制，请由单位经办编制后再由您报送。", "职责分离 SD1")
    empty = [(key, label) for key, label in TEXTS.items() if not getattr(report, key)]
    refuse_if_blocking([blocking(key, f"请填写{label}。", BASIS, field=key) for key, label in empty])
    report.trained, report.left = figures_of(project, year)
    office = first_review_office(project.organisation, Line.HR)
    report.state = State.SUBMITTED if office else State.CHECKED
    report.submitted_by, report.submitted_on = actor, on
    report.save(update_fields=["trained", "left", "state", "submitted_by", "submitted_on"])
    late = "（逾期）" if on > report.due_on else ""
    record(project_id=project.pk, subject=f"yearly:{report.pk}", text=f"报送{report}{late}")
    return report


@operation("初审年度报告")
def check_yearly(project_id: int, *, year: int, agreed: bool, opinion: str, actor: User, on: date) -> YearlyReport:
    """The city passes it on or returns it with every remark at once."""
    project = access.enter(project_id, actor=actor, action=Action.CHECK_YEARLY)
    report = YearlyReport.objects.filter(project=project, year=year, state=State.SUBMITTED).first()
    if report is None:
        refuse("state", f"{year}年度报告不在待初审状态。", BASIS)
    if not opinion.strip():
        refuse("opinion", "请写明意见；退回的一次写全。", field="opinion")
    report.state = State.CHECKED if agreed else State.RETURNED
    report.opinion, report.checked_by, report.checked_on = opinion.strip()[:300], actor, on
    report.save(update_fields=["state", "opinion", "checked_by", "checked_on"])
    record(
        project_id=project.pk,
        subject=f"yearly:{report.pk}",
        text=f"{'同意上报' if agreed else '退回'}{report}：{opinion}",
    )
    return report


@operation("提出年度考核等次")
def propose_grade(project_id: int, *, year: int, grade: str, opinion: str, actor: User, on: date) -> YearlyAssessment:
    """On the checked report; without one only once it is overdue. In force with the joint decision alone."""
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_GRADE)
    _accepted(project)
    _check_year(project, year, on)
    refuse_if_blocking(check_grade(project.edition, grade, opinion))
    report = YearlyReport.objects.filter(project=project, year=year).first()
    ready = report is not None and report.state in {State.CHECKED, State.REVIEWED}
    due_on = due_day(project.edition, year, work_calendar())
    if not ready and on <= due_on:
        refuse(
            "report", f"{year}年度报告尚未报送或尚未初审，报送期至 {due_on}；期满仍未报送的，可以直接提出等次。", BASIS
        )
    one = YearlyAssessment.objects.filter(project=project, year=year).first()
    if one and one.decision_id:
        refuse("decided", f"{year}年度考核已决定（{one.grade}），不能再改。", BASIS)
    given = {
        "report": report if ready else None, "grade": grade, "failed": failed(project.edition, grade),
        "opinion": opinion.strip()[:500], "proposed_by": actor, "proposed_on": on,
    }  # fmt: skip
    one, _ = YearlyAssessment.objects.update_or_create(project=project, year=year, defaults=given)
    if report and report.state == State.CHECKED:
        report.state = State.REVIEWED
        report.save(update_fields=["state"])
    record(project_id=project.pk, subject=f"yearly_assessment:{one.pk}", text=f"{year}年度考核建议等次：{grade}")
    return one


def grade_year(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T28J, by both departments, as one of several projects."""
    one = YearlyAssessment.objects.get(pk=int(payload["yearly"]), project=project)
    one.decision, one.decided_on = decision, on
    one.save(update_fields=["decision", "decided_on"])
    move(project, "T28J", on=on)


def _accepted(project: Project) -> None:
    if project.stage != Stage.ACCEPTED:
        said = f"项目处于“{Stage(project.stage).label}”，通过验收并在运行中的项目才有年度报告和考核。"
        refuse("stage", said, BASIS)


def _check_year(project: Project, year: int, on: date) -> None:
    """A year that is over and in which the project had passed."""
    since = accepted_on(project)
    years = years_due(since, on) if since else range(0)
    if year not in years:
        known = "、".join(map(str, years)) or f"无（{on.year}年度结束后报送）"
        wanted = open_year(project, on)
        hint = f"，当前应报 {wanted} 年度" if wanted else ""
        refuse("year", f"{year}不是应报告和考核的年度：{known}{hint}。", BASIS, field="year")
