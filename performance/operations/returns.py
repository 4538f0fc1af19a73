"""季报包 with the unit: filled in part by part, by several clerks, and signed once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from performance.models import PeriodReturn, Section
from performance.operations.progress import hand_in_progress
from performance.operations.readings import hand_in_papers
from performance.operations.return_alerts import refresh_returns
from performance.queries.figures import class_sums
from performance.queries.milestones import progress_findings
from performance.queries.monitoring import outlook_findings
from performance.queries.readings import reading_findings
from performance.queries.returns import (
    DONE,
    FILL,
    TAKE_OVER,
    WITH_UNIT,
    ZERO,
    Code,
    State,
    clerks_of,
    earlier_than,
    payments_in,
    return_hands,
    return_of,
    section_version,
    subject_of,
    typed_in,
)
from performance.rules.returns import MONITORING, Sending, check_sending, check_zero
from policy.findings import Finding, refuse, refuse_if_blocking
from projects import access
from projects.models import Project
from ui.versions import refuse_stale

LONGEST = 4000


def with_unit(project: Project, return_id: int, *, wish: str) -> PeriodReturn:
    """The return, while the unit may change it; `wish` says what the actor wanted. Under the project's lock."""
    one = return_of(project, return_id)
    if one.state not in WITH_UNIT:
        text = f"季报包现为“{one.get_state_display()}”，不能{wish}；待报送或退回补正的季报包可以修改。"
        refuse("state", text, MONITORING)
    return one


@operation(FILL)
def fill_section(
    project_id: int,
    return_id: int,
    code: str,
    *,
    actor: User,
    on: date,
    text: str = "",
    plan: str = "",
    done: bool = False,
    seen: str | None = None,
) -> Section:
    """Keep what was typed; `done` says that this part is finished. Who changes nothing has no hand in it."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_RETURN)
    one = with_unit(project, return_id, wish="填写")
    section = one.sections.get(code=code)
    before = section_version(section)
    refuse_stale(seen, before)
    for name, typed in (("text", text), ("plan", plan)):
        if len(typed) > LONGEST:
            refuse("long", f"内容过长：最多 {LONGEST} 个字，现为 {len(typed)} 个。", field=name)
    if done and code == Code.PROGRESS and not text.strip():
        refuse("progress", "请写明本期建设进展后再标为已填完；可以先暂存。", MONITORING, field="text")
    section.text, section.plan, section.done = text.strip(), plan.strip(), done
    if section_version(section) == before:
        return section
    section.done_by, section.done_on = (actor, on) if done else (None, None)
    section.save(update_fields=["text", "plan", "done", "done_by", "done_on"])
    said = f"{section}：{'已填完' if done else '暂存'}"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return section


@operation("指派季报包承办人")
def assign_section(
    project_id: int, return_id: int, code: str, *, assignee_id: int | None, actor: User, on: date
) -> Section:
    """A named clerk of the unit is asked to fill a part; None: nobody in particular."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_RETURN)
    one = with_unit(project, return_id, wish="指派承办人")
    section = one.sections.get(code=code)
    assignee = {person.pk: person for person in clerks_of(project, on)}.get(assignee_id or 0)
    if assignee_id and assignee is None:
        refuse("assignee", "承办人应为本单位在职的经办或负责人，请重新选择。", MONITORING, field="assignee")
    section.assignee = assignee
    section.save(update_fields=["assignee"])
    said = f"{section}由{assignee}承办" if assignee else f"{section}不再指定承办人"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return section


@operation(ZERO)
def declare_zero(
    project_id: int, return_id: int, *, zero: bool, actor: User, on: date, reason: str = ""
) -> PeriodReturn:
    """零报告: counts of the period are a true 0, levels stay as they were. `zero` False takes it back."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_RETURN)
    one = with_unit(project, return_id, wish="作零报告")
    if zero:
        refuse_if_blocking(zero_findings(one, reason))
    one.zero, one.reason = zero, reason.strip() if zero else ""
    one.save(update_fields=["zero", "reason"])
    said = f"零报告：{one.reason}" if zero else "撤回零报告，照常填报"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return one


def zero_findings(one: PeriodReturn, reason: str) -> list[Finding]:
    """What speaks against a zero report of this return; three statements."""
    found = check_zero(
        reason=reason,
        typed=typed_in(one),
        payments=payments_in(one).count(),
        classes=class_sums(one.project, one.covers_from, one.cut_off).classes,
    )
    return list(found)


@operation(TAKE_OVER)
def take_over_return(project_id: int, return_id: int, *, actor: User, on: date) -> PeriodReturn:
    """Vouch for the whole return as it stands: from now on its hands are this person and who types later (SD1)."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_RETURN)
    one = with_unit(project, return_id, wish="接手填报")
    before = return_hands(one)
    if not before.keys() - {actor.pk}:
        refuse("alone", "本季报包没有其他人填写，不需要接手。填写完成后请由另一位负责人报送。")
    names = "、".join(str(person) for person in before.values())
    said = f"核对全部内容并接手填报；此前由{names}填写"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return one


@operation("报送季报包")
def submit_return(project_id: int, return_id: int, *, actor: User, on: date) -> PeriodReturn:
    """One signature for readings, payments, progress and questions. Late is allowed and stays visible by its date."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_RETURN)
    one = with_unit(project, return_id, wish="报送")
    refuse_if_blocking(sending_findings(one, actor=actor, on=on))
    one.state, one.turn = State.SUBMITTED, one.turn + 1
    one.submitted_by, one.submitted_on = actor, on
    one.save(update_fields=["state", "turn", "submitted_by", "submitted_on"])
    hand_in_papers(one)
    hand_in_progress(one)
    refresh_returns(project, on=on)
    late = f"，逾期 {(on - one.due_on).days} 天" if one.late else ""
    said = f"截至 {one.cut_off} 的季报包第 {one.turn} 次报送{late}"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return one


def sending_findings(one: PeriodReturn, *, actor: User, on: date) -> list[Finding]:
    """Everything that keeps this person from signing this return now, all at once."""
    sections = list(one.sections.all())
    sending = Sending(
        cut_off=one.cut_off,
        zero=one.zero,
        undone={section.code: str(section) for section in sections if not section.done},
        progress=any(section.text for section in sections if section.code == Code.PROGRESS),
        waiting=earlier_than(one, without=[*DONE, State.SUBMITTED]),
        hand=is_hand(actor, *return_hands(one)),
    )
    return [*check_sending(sending, on=on), *_of_the_figures(one)]


def progress_of_return(one: PeriodReturn) -> Iterable[Finding]:
    """Told apart from the figures by its link: the tasks have a form of their own."""
    return (replace(finding, link="performance:progress_edit") for finding in progress_findings(one))


def _of_the_figures(one: PeriodReturn) -> Iterable[Finding]:
    if one.zero:
        return zero_findings(one, one.reason)
    return [*reading_findings(one), *outlook_findings(one), *progress_of_return(one)]
