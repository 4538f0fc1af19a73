"""What the paper of a decision rests on, with its days: asked before it is drafted, registered, signed or corrected."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from accounts.queries import work_calendar
from lifecycle.machine import STEP
from lifecycle.models import ChangeRequest, Request, Revocation
from lifecycle.queries import acceptance_of, rectification_of, report_of, revocation_of
from lifecycle.queries.disputes import annulled_dispute, revocation_dispute
from lifecycle.queries.sanctions import open_case
from lifecycle.queries.yearly import failed_year
from lifecycle.rules.paper_days import Ground
from performance.queries import assessment_payload
from projects.models import Decision, DecisionItem, Project

DAY = timedelta(days=1)
MOVING = frozenset(code for code, step in STEP.items() if step.target)
# May be decided while something else moves the stage: they rest on the award and on facts of their own. 年度绩效评定 is
# of a year that may lie behind the stage.
ASIDE = frozenset({"category", "T01", "T11", "T12", "T31", "annul", "T32", "assess"})
FIRST = frozenset({"category", "T01"})


def grounds_of(code: str, project: Project) -> Iterator[Ground]:
    """Of a decision that is still to take effect."""
    if code not in FIRST and project.awarded_on:
        yield Ground(project.awarded_on, f"立项文件成文于 {project.awarded_on}")
    if code not in ASIDE:
        yield from _stage(project)
    if code in OWN:
        yield from OWN[code](project)


def grounds_behind(decision: Decision, project: Project) -> Iterator[Ground]:
    """Of one in force, whose stage lies behind: what was decided before it, and the days it had to wait for."""
    if decision.kind not in FIRST and project.awarded_on:
        yield Ground(project.awarded_on, f"立项文件成文于 {project.awarded_on}")
    if decision.kind not in ASIDE and (last := _moving(project, before=decision.pk)):
        yield _after(last.decision)
    for case in Revocation.objects.filter(project=project, decision=decision).select_related("ruling"):
        yield from _heard(case)


def _moving(project: Project, before: int | None = None) -> DecisionItem | None:
    done = project.decision_items.filter(state=DecisionItem.State.DONE, decision__kind__in=MOVING)
    done = done.filter(decision__lt=before) if before else done
    found = done.select_related("decision").prefetch_related("decision__corrections")
    return found.order_by("-decision__effective_on", "-decision_id").first()


def _after(decision: Decision) -> Ground:
    return Ground(date.fromisoformat(decision.right_date), f"《{decision.title}》成文于 {decision.right_date}")


def _stage(project: Project) -> Iterator[Ground]:
    """How the project came to stand where it does: by a decision, from its own date; by an act, from its day."""
    last, since = _moving(project), project.stage_since
    if last is not None and last.decision.effective_on == since:
        yield _after(last.decision)
    elif since:
        yield Ground(since, f"项目 {since} 进入“{project.get_stage_display()}”")


def _asked(kind: str) -> Callable[[Project], Iterator[Ground]]:
    def found(project: Project) -> Iterator[Ground]:
        for one in project.requests.filter(kind=kind, state=Request.State.OPEN):
            yield Ground(one.on, f"单位 {one.on} 提出申请")

    return found


def _change(project: Project) -> Iterator[Ground]:
    for one in project.changes.filter(state=ChangeRequest.State.OPEN):
        yield Ground(one.on, f"单位 {one.on} 申请变更")


def _hold(project: Project) -> Iterator[Ground]:
    if hold := project.holds.filter(lifted_on=None).select_related("placed_by").first():
        yield _after(hold.placed_by)


def _visited(project: Project) -> Iterator[Ground]:
    acceptance = acceptance_of(project)
    if acceptance and acceptance.visited_on:
        yield Ground(acceptance.visited_on, f"现场验收于 {acceptance.visited_on}")


def _rechecked(project: Project) -> Iterator[Ground]:
    report = report_of(rectification_of(project))
    if report and report.rechecked_on:
        yield Ground(report.rechecked_on, f"复验于 {report.rechecked_on}")


def _term(project: Project) -> Iterator[Ground]:
    """As the guard `term_over` counts it."""
    order = rectification_of(project)
    if order and order.due_on:
        last = work_calendar().add_working_days(order.due_on, 1)
        yield Ground(last + DAY, f"整改期至 {order.due_on}，其后第一个工作日为 {last}")


def _case(project: Project) -> Iterator[Ground]:
    case = open_case(project)
    if case and case.stated_on:
        yield Ground(case.stated_on, f"单位 {case.stated_on} 说明材料情况")
    elif case:
        yield Ground(case.answer_by + DAY, f"单位说明期至 {case.answer_by}")


def _defence(project: Project) -> Iterator[Ground]:
    case = revocation_of(project)
    if case and case.defended_on:
        yield Ground(case.defended_on, f"单位 {case.defended_on} 陈述申辩")


def _revocation(project: Project) -> Iterator[Ground]:
    if case := revocation_of(project):
        yield from _heard(case)


def _heard(case: Revocation) -> Iterator[Ground]:
    """取消称号: after the defence was ruled on, or its term ran out; after 法制审核."""
    if case.ruling:
        yield _after(case.ruling)
    elif case.defend_by and not case.defended_on:
        yield Ground(case.defend_by + DAY, f"陈述申辩期至 {case.defend_by}")
    if review := case.legal_reviews.last():
        yield Ground(review.on, f"法制审核于 {review.on}")


def _grade(project: Project) -> Iterator[Ground]:
    last = failed_year(project)
    if last and last.decision:
        yield _after(last.decision)


def _proposed(project: Project) -> Iterator[Ground]:
    one = project.yearly_assessments.filter(decision=None).order_by("year").first()
    if one:
        yield Ground(one.proposed_on, f"考核等次 {one.proposed_on} 提出")


def _assessed(project: Project) -> Iterator[Ground]:
    named: Any = assessment_payload(project).get("assessment", 0)
    one = project.assessments.filter(pk=named).first()
    if one and one.submitted_on:
        yield Ground(one.submitted_on, f"自评 {one.submitted_on} 报送")


def _annulled(project: Project) -> Iterator[Ground]:
    dispute = annulled_dispute(project)
    if dispute and dispute.closed_on:
        yield Ground(dispute.closed_on, f"生效法律文书结案于 {dispute.closed_on}")


def _title(project: Project) -> Iterator[Ground]:
    dispute = revocation_dispute(project)
    if dispute and dispute.closed_on:
        yield Ground(dispute.closed_on, f"生效法律文书结案于 {dispute.closed_on}")


OWN: dict[str, Callable[[Project], Iterator[Ground]]] = {
    "T12": _hold,
    "T14": _asked(Request.Kind.EXTENSION),
    "T18": _visited,
    "T19": _visited,
    "T21": _rechecked,
    "T22": _rechecked,
    "T23": _term,
    "T26": _revocation,
    "T28J": _proposed,
    "T29": _grade,
    "T30": _asked(Request.Kind.TERMINATION),
    "T31": _change,
    "T32": _title,
    "T25": _defence,
    "T25R": _defence,
    "annul": _annulled,
    "assess": _assessed,
    "false": _case,
    "ruling": _defence,
}
