"""送审、初审、两厅打分、完善和备案. Effects of lifecycle's steps: submit_sheet, return_sheet, record_review, file_sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from accounts import journal
from accounts.first_review import next_office
from accounts.journal import operation
from accounts.models import Membership, Organisation, User
from accounts.persons import is_hand
from accounts.queries import first_review_office
from accounts.roles import Action, Role
from performance import f02
from performance.models import Review, TargetSheet
from performance.operations.remarking import remark_rows, told_once
from performance.operations.standing import State, move, open_sheet, province_membership
from performance.queries import content_of, grid_of, problems_of, sheet_hands, sheet_of, state_of, writers_of
from performance.rules import CONSEQUENCE, check_review, lower_grade, review_grade, review_total
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Grade, Line, Rank, Severity
from projects import access, alerts
from projects.models import Project

Level = Review.Level
SD1 = "职责分离 SD1"
ALERTS = "targets"
ARROWS = {Grade.FAIR: "T06", Grade.POOR: "T07"}
REVIEW_ACTION = {Line.HR: Action.REVIEW_HR, Line.FINANCE: Action.REVIEW_FINANCE}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scored review leads to. `final` only when both departments scored; `arrow`: the stage arrow that is due."""

    line: Line
    total: int
    grade: Grade
    final: Grade | None = None
    arrow: str | None = None

    @property
    def text(self) -> str:
        if self.final is None:
            return f"已记录审核结果：{self.total} 分，{self.grade.label}；等待另一部门审核"
        return f"两厅审核结果以较低等级为准：{self.final.label}。{CONSEQUENCE[self.final]}"


@operation("送审绩效目标")
def submit_sheet(project_id: int, *, actor: User, on: date) -> TargetSheet:
    """Send the sheet to the first-review offices above the unit, or straight to the province where there are none."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_TARGETS)
    sheet = open_sheet(project, {State.DRAFT}, wish="送审")
    grid = grid_of(sheet)
    refuse_if_blocking([*check_submitter(project, actor), *problems_of(grid, project)])
    sheet.hr_office = first_review_office(project.organisation, Line.HR)
    sheet.finance_office = first_review_office(project.organisation, Line.FINANCE)
    sheet.submitted_by, sheet.submitted_on, sheet.submitted_content = actor, on, content_of(grid)
    sheet.return_reason = ""
    state = State.SUBMITTED if sheet.hr_office or sheet.finance_office else State.REVIEWING
    fields = ("hr_office", "finance_office", "submitted_by", "submitted_on", "submitted_content", "return_reason")
    move(sheet, state, on, *fields)
    alerts.sync(project, source=ALERTS, findings=[], on=on)
    offices = [str(office) for office in (sheet.hr_office, sheet.finance_office) if office]
    journal.record(project_id=project.pk, subject=str(sheet), text="送审", offices=offices)
    return sheet


def check_submitter(project: Project, actor: User) -> Iterable[Finding]:
    if actor.pk in sheet_hands(project):
        message = (
            "本稿由您参与填写，填写人不能送审。请由另一位负责人送审；"
            "只有一位负责人的，请由经办核对全部内容并办理“接手编制”，然后由您送审。"
        )
        yield blocking("sod", message, SD1, rank=Rank.DEFAULT)


def _check_reader(project: Project, actor: User) -> Iterable[Finding]:
    """Who wrote or sent in the targets of a project reviews them in no later post."""
    if is_hand(actor, *writers_of(project)):
        message = "您填写或报送过本项目的绩效目标，不能再审核，请由本单位另一位经办办理。"
        yield blocking("sod", message, SD1, rank=Rank.DEFAULT)


@operation("初审绩效目标")
def first_review(
    project_id: int,
    *,
    actor: User,
    agreed: bool,
    comment: str,
    on: date,
    remarks: Mapping[int, str] | None = None,
) -> TargetSheet:
    """The word of a first-review office; a recommender's is an opinion and binds nobody."""
    finance = Role.CF in actor.roles
    action = Action.FIRST_REVIEW_FINANCE if finance else Action.FIRST_REVIEW_HR
    project = access.enter(project_id, actor=actor, action=action)
    recommender = _membership(actor, Role.CH, line=Line.RECOMMENDER)
    if recommender is not None:
        return _record_opinion(project, recommender, agreed=agreed, comment=comment, on=on)
    sheet = open_sheet(project, {State.SUBMITTED}, wish="初审")
    if not agreed:
        refuse("return", "不同意的，请写明理由办理“退回单位”。", field="agreed")
    line = Line.FINANCE if finance else Line.HR
    office = _office(sheet, line, actor)
    refuse_if_blocking(_check_reader(project, actor))
    _check_unsaid(sheet, line, office)
    turn = 1 + sheet.reviews.filter(line=line, level=Level.FIRST).count()
    review = _say(sheet, line, Level.FIRST, actor, office, on, comment=comment, turn=turn)
    remark_rows(sheet, review, remarks)
    _pass_on(sheet, line, office)
    if not state_of(sheet, project).waiting:
        move(sheet, State.REVIEWING, on)
    journal.record(project_id=project.pk, subject=str(sheet), text=f"{office}初审同意", comment=comment)
    return sheet


def _pass_on(sheet: TargetSheet, line: Line, office: Organisation) -> None:
    """逐级初审: from the county's office on to the city's, where the setting of the place says so."""
    following = next_office(sheet.project.organisation, line, office)
    if following is not None:
        field = "finance_office" if line == Line.FINANCE else "hr_office"
        setattr(sheet, field, following)
        sheet.save(update_fields=[field])


def _record_opinion(project: Project, recommender: Membership, *, agreed: bool, comment: str, on: date) -> TargetSheet:
    sheet = open_sheet(project, {State.SUBMITTED, State.REVIEWING}, wish="提出推荐部门意见")
    office = recommender.organisation
    if sheet.reviews.filter(line=Line.RECOMMENDER, level=Level.OPINION).exists():
        refuse("twice", "推荐部门已对本次送审提出意见。")
    if not comment.strip():
        refuse("comment", "请写明意见：推荐部门只提出意见，不作退回。", field="comment")
    assert office is not None  # noqa: S101 - a membership with a line has an organisation
    _say(sheet, Line.RECOMMENDER, Level.OPINION, recommender.user, office, on, agreed=agreed, comment=comment)
    journal.record(project_id=project.pk, subject=str(sheet), text=f"{office}提出意见", agreed=agreed, comment=comment)
    return sheet


@operation("退回绩效目标")
def return_sheet(
    project_id: int,
    *,
    line: Line,
    actor: User,
    reason: str,
    on: date,
    remarks: Mapping[int, str] | None = None,
) -> TargetSheet:
    """A first-review office sends the sheet back to the unit; the whole procedure then begins again."""
    action = Action.FIRST_REVIEW_FINANCE if line == Line.FINANCE else Action.FIRST_REVIEW_HR
    project = access.enter(project_id, actor=actor, action=action)
    sheet = open_sheet(project, {State.SUBMITTED}, wish="退回")
    office = _office(sheet, line, actor)
    refuse_if_blocking(_check_reader(project, actor))
    _check_unsaid(sheet, line, office)
    if not reason.strip():
        refuse("reason", "请写明退回理由，一次性告知需要修改的全部内容。", field="reason")
    turn = 1 + sheet.reviews.filter(line=line, level=Level.FIRST).count()
    review = _say(sheet, line, Level.FIRST, actor, office, on, agreed=False, comment=reason, turn=turn)
    remark_rows(sheet, review, remarks)
    sheet.return_reason = told_once([review])
    move(sheet, State.RETURNED, on, "return_reason")
    alerts.sync(project, source=ALERTS, findings=_standing_findings(sheet), on=on)
    journal.record(project_id=project.pk, subject=str(sheet), text=f"{office}退回", reason=reason)
    return sheet


@operation("审核绩效目标", mark=journal.Mark.SCORING)
def record_review(
    project_id: int,
    *,
    points: Sequence[int],
    comment: str,
    actor: User,
    on: date,
    remarks: Mapping[int, str] | None = None,
) -> Outcome:
    """One department's 审核表 (F03). With the second one the lower grade counts. `remarks`: row of the sheet → 意见."""
    line, membership = province_membership(actor)
    project = access.enter(project_id, actor=actor, action=REVIEW_ACTION[line])
    sheet = open_sheet(project, {State.REVIEWING}, wish="审核打分")
    found = [*check_review(list(points), project.edition), *_check_reader(project, actor)]
    if _said(sheet, line, Level.PROVINCE):
        found.append(blocking("twice", f"{line.label}部门已对本次送审打分，等待另一部门。"))
    if sheet.reviews.filter(level=Level.FIRST, reviewer=actor).exists():
        found.append(blocking("sod", "您已对本次送审作过初审，须由本厅另一位经办审核打分。", SD1))
    refuse_if_blocking(found)
    total = review_total(points)
    grade = review_grade(total, project.edition)
    said_of_rows = any(text.strip() for text in (remarks or {}).values())
    if grade != Grade.EXCELLENT and not comment.strip() and not said_of_rows:
        refuse("comment", f"合计 {total} 分，等级为“{grade.label}”：请写明需要修改完善的内容。", field="comment")
    office = membership.organisation
    assert office is not None  # noqa: S101 - province roles are held in an organisation
    facts = {"points": list(points), "total": total, "grade": grade, "comment": comment}
    remark_rows(sheet, _say(sheet, line, Level.PROVINCE, actor, office, on, **facts), remarks)
    outcome = _conclude(sheet, Outcome(line, total, grade), on)
    alerts.sync(project, source=ALERTS, findings=_standing_findings(sheet), on=on)
    journal.record(project_id=project.pk, subject=str(sheet), text=outcome.text, total=total, grade=grade.value)
    return outcome


def _conclude(sheet: TargetSheet, own: Outcome, on: date) -> Outcome:
    """Once both departments have scored: where the sheet goes."""
    reviews = list(sheet.reviews.filter(level=Level.PROVINCE).select_related("office").order_by("line"))
    if len({review.line for review in reviews}) < len(REVIEW_ACTION):
        return own
    final = lower_grade(*(Grade(review.grade) for review in reviews))
    sheet.grade = final
    if final == Grade.EXCELLENT:
        move(sheet, State.READY, on, "grade")
        return Outcome(own.line, own.total, own.grade, final)
    sheet.return_reason = told_once(reviews)
    sheet.mend_turn = 1 if final == Grade.GOOD else 0
    state = State.MENDING if final == Grade.GOOD else State.RETURNED
    move(sheet, state, on, "grade", "return_reason", "mend_turn")
    arrow = None if sheet.revises_id else ARROWS.get(final)  # 目标调整 leaves the project where it is
    return Outcome(own.line, own.total, own.grade, final, arrow)


@operation("报送完善后的绩效目标")
def submit_mended(project_id: int, *, actor: User, on: date) -> TargetSheet:
    """评为良: the sheet, mended by agreement, goes back to both departments, who check it without new scores."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_TARGETS)
    sheet = open_sheet(project, {State.MENDING}, wish="报送完善后的绩效目标")
    refuse_if_blocking([*check_submitter(project, actor), *problems_of(grid_of(sheet), project)])
    move(sheet, State.MENDED, on)
    journal.record(project_id=project.pk, subject=str(sheet), text="完善后报送复核", turn=sheet.mend_turn)
    return sheet


@operation("复核完善后的绩效目标")
def check_mended(project_id: int, *, actor: User, agreed: bool, comment: str, on: date) -> TargetSheet:
    """One department's check of what was mended; one that is not content sends it back for another turn."""
    line, membership = province_membership(actor)
    project = access.enter(project_id, actor=actor, action=REVIEW_ACTION[line])
    sheet = open_sheet(project, {State.MENDED}, wish="复核")
    refuse_if_blocking(_check_reader(project, actor))
    office = membership.organisation
    assert office is not None  # noqa: S101 - province roles are held in an organisation
    if _said(sheet, line, Level.MEND, sheet.mend_turn):
        refuse("twice", f"{line.label}部门已复核，等待另一部门。")
    if not agreed and not comment.strip():
        refuse("comment", "不同意的，请写明还需完善的内容。", field="comment")
    _say(sheet, line, Level.MEND, actor, office, on, turn=sheet.mend_turn, agreed=agreed, comment=comment)
    if not agreed:
        sheet.return_reason = "\n".join(f"{office}：{text.strip()}" for text in comment.splitlines() if text.strip())
        sheet.mend_turn += 1
        move(sheet, State.MENDING, on, "return_reason", "mend_turn")
    elif not state_of(sheet, project).waiting:
        move(sheet, State.READY, on)
    word = "同意" if agreed else "不同意"
    journal.record(project_id=project.pk, subject=str(sheet), text=f"{office}复核{word}", comment=comment)
    return sheet


@operation("备案绩效目标")
def file_sheet(project_id: int, *, actor: User, on: date, document: str = "") -> int:
    """备案: the sheet becomes a numbered version that never changes. Part of the joint decision's effect."""
    project = access.enter(project_id, actor=actor, action=Action.SIGN_DECISION)
    return file_version(project, open_sheet(project, {State.READY}, wish="备案"), document=document, on=on)


def file_version(project: Project, sheet: TargetSheet, *, document: str, on: date) -> int:
    """The next version of the targets; those before it stay as they are. `document`: the decision's number."""
    last = project.target_sheets.aggregate(last=Max("version"))["last"] or 0
    sheet.version, sheet.filed_on, sheet.filing_document = last + 1, on, document
    sheet.form = f02.content(project, sheet)
    move(sheet, State.FILED, on, "version", "filed_on", "filing_document", "form")
    alerts.sync(project, source=ALERTS, findings=[], on=on)
    text, digest = f"备案为第 {sheet.version} 版", f02.digest(sheet.form)
    journal.record(project_id=project.pk, subject=str(sheet), text=text, document=document, digest=digest)
    return sheet.version


def refresh_alerts(project: Project, *, on: date) -> None:
    """Bring the alerts of the targets in line with the latest sheet."""
    sheet = sheet_of(project)
    alerts.sync(project, source=ALERTS, findings=_standing_findings(sheet) if sheet else [], on=on)


def _standing_findings(sheet: TargetSheet) -> list[Finding]:
    if sheet.state != State.RETURNED:
        return []
    if sheet.revises_id:
        text = "绩效目标调整未通过审核，现行版本继续有效；可以修改后重新报审，也可以撤回"
        return [Finding("returned", Severity.WARNING, text, "财预〔2015〕163号", Rank.LAW)]
    if sheet.grade == Grade.POOR:
        text = "绩效目标审核结果为差：须修改后重新走审核全流程，此前资金不予下达"
        return [Finding("poor", Severity.BLOCKING, text, "财预〔2015〕88号", Rank.LAW)]
    return [
        Finding("returned", Severity.WARNING, "绩效目标已退回，须修改后重新走审核全流程", "财预〔2015〕163号", Rank.LAW)
    ]


def _membership(actor: User, role: Role, *, line: Line) -> Membership | None:
    return next(
        (m for m in actor.live_memberships if m.role == role and m.organisation and m.organisation.line == line), None
    )


def _office(sheet: TargetSheet, line: Line, actor: User) -> Organisation:
    """The first-review office the actor works in; the wrong office is told which one is right."""
    office = sheet.finance_office if line == Line.FINANCE else sheet.hr_office
    if office is None:
        raise PermissionDenied("本项目没有这一条线的初审环节，由省级直接审核")
    role = Role.CF if line == Line.FINANCE else Role.CH
    if not any(m.role == role and m.organisation_id == office.pk for m in actor.live_memberships):
        raise PermissionDenied(f"本次送审由{office}初审")
    return office


def _said(sheet: TargetSheet, line: Line, level: Review.Level, turn: int = 1) -> bool:
    return sheet.reviews.filter(line=line, level=level, turn=turn).exists()


def _check_unsaid(sheet: TargetSheet, line: Line, office: Organisation) -> None:
    if sheet.reviews.filter(line=line, level=Level.FIRST, office=office).exists():
        refuse("twice", f"{line.label}部门已初审本次送审，不能重复办理。")


def _say(
    sheet: TargetSheet,
    line: Line,
    level: Review.Level,
    reviewer: User,
    office: Organisation,
    on: date,
    **said: object,
) -> Review:
    if isinstance(comment := said.get("comment"), str):
        said["comment"] = comment.strip()
    return Review.objects.create(sheet=sheet, line=line, level=level, reviewer=reviewer, office=office, on=on, **said)
