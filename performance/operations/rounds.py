"""监测轮次: the province asks, adds a project that was left out, moves the day, lets one off."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may
from accounts.roles import Action
from performance.models import PeriodReturn, Round, Section
from performance.operations.return_alerts import refresh_returns
from performance.queries.returns import WITH_UNIT, State, subject_of
from performance.queries.rounds import Candidate, candidates, candidates_for, rounds_for
from performance.rules.periods import check_round
from performance.rules.returns import MONITORING
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from projects import access
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Opened:
    """`made`: the returns of the round; `left_out`: chosen projects that got none, each with its reason."""

    round: Round
    made: Sequence[PeriodReturn]
    left_out: Sequence[tuple[Project, str]]


@operation("发起监测轮次")
def open_round(
    *,
    kind: str,
    name: str,
    period_from: date,
    cut_off: date,
    due_on: date,
    actor: User,
    on: date,
    monitoring: bool = False,
    note: str = "",
    projects: Collection[int] | None = None,
) -> Opened:
    """The round and a 季报包 for each project it asks, at once. `projects` None: all in the build."""
    access.require(actor, Action.OPEN_ROUND)
    refuse_if_blocking([*check_round(period_from, cut_off, due_on, on), *_check_name(name)])
    _lock(actor)
    rows = candidates_for(actor, period_from=period_from, cut_off=cut_off, kind=kind)
    chosen = [row for row in rows if projects is None or row.project.pk in projects]
    asked = [row for row in chosen if not row.why]
    left_out = [(row.project, row.why) for row in chosen if row.why]
    if not asked:
        refuse_if_blocking(_nobody(left_out if projects is not None else []))
    opened = Round.objects.create(
        kind=kind,
        name=name.strip(),
        period_from=period_from,
        cut_off=cut_off,
        due_on=due_on,
        monitoring=monitoring,
        note=note.strip(),
        opened_by=actor,
        opened_on=on,
    )
    made = _ask(opened, asked, on)
    said = f"发起“{opened.name}”（{period_from} 至 {cut_off}），{due_on} 前报送，共 {len(made)} 个项目"
    journal.record(subject=f"round:{opened.pk}", text=said, left_out=[[one.pk, why] for one, why in left_out])
    return Opened(opened, made, left_out)


def _check_name(name: str) -> Iterable[Finding]:
    if not name.strip():
        yield blocking("name", "请填写轮次名称。", MONITORING, field="name")


def _lock(actor: User) -> None:
    """Every project in reach, in one order: nobody else asks them for the same days meanwhile."""
    reached = access.projects_for(actor, Action.OPEN_ROUND).order_by("pk")
    list(reached.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def _nobody(left_out: Iterable[tuple[Project, str]]) -> Iterable[Finding]:
    """Each chosen project with its own reason."""
    yield blocking("nobody", "本轮次没有可以发起的项目，未发起。请核对监测期间和所选项目。", MONITORING)
    for project, why in left_out:
        yield blocking("left_out", f"{project.name}：{why}。", MONITORING)


def _ask(opened: Round, asked: Sequence[Candidate], on: date) -> list[PeriodReturn]:
    """The returns with their four parts; each unit is told."""
    made = PeriodReturn.objects.bulk_create(
        PeriodReturn(
            round=opened,
            project=row.project,
            sheet_id=row.sheet_id,
            cut_off=row.cut_off,
            covers_from=row.covers_from,
            due_on=opened.due_on,
            first_due_on=opened.due_on,
        )
        for row in asked
    )
    Section.objects.bulk_create(Section(period_return=one, code=code) for one in made for code in Section.Code)
    for one in made:
        people = people_who_may(Action.EDIT_RETURN, one.project.organisation, on)
        text = f"{one.project.name}：{opened.name}季报包已发起，请于 {opened.due_on} 前报送"
        notify(people, key=f"return:{one.pk}:open", text=text, url=f"/projects/{one.project_id}/returns/{one.pk}/")
        journal.record(
            project_id=one.project_id, subject=subject_of(one), text=f"{opened.name}，{opened.due_on} 前报送"
        )
    return made


@operation("补列季报包")
def add_to_round(project_id: int, *, round_id: int, actor: User, on: date) -> PeriodReturn:
    """A project that was left out when the round was opened, while the round still runs."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_ROUND)
    opened = rounds_for(actor, on).get(pk=round_id)
    if opened.due_on < on:
        refuse(
            "over", f"“{opened.name}”的报送截止日期 {opened.due_on} 已过，不能补列；需要时请另行发起轮次。", MONITORING
        )
    mine = Project.objects.filter(pk=project.pk)
    row = candidates(mine, period_from=opened.period_from, cut_off=opened.cut_off, kind=opened.kind)
    if not row or row[0].why:
        why = row[0].why if row else "项目尚未立项"
        refuse("left_out", f"{project.name}不能列入“{opened.name}”：{why}。", MONITORING)
    return _ask(opened, row, on)[0]


@operation("调整季报包截止日期")
def move_due(round_id: int, *, due_on: date, actor: User, on: date) -> Round:
    """Before it passes; returns that were sent back keep the day of their correction."""
    access.require(actor, Action.OPEN_ROUND)
    opened = Round.objects.select_for_update(no_key=True).get(pk=rounds_for(actor, on).get(pk=round_id).pk)
    if opened.due_on < on:
        refuse(
            "over", f"报送截止日期 {opened.due_on} 已过，不能再调整；逾期的按实际日期记录。", MONITORING, field="due_on"
        )
    refuse_if_blocking(check_round(opened.period_from, opened.cut_off, due_on, on))
    before, opened.due_on = opened.due_on, due_on
    opened.save(update_fields=["due_on"])
    waiting = PeriodReturn.objects.filter(round=opened, state=State.OPEN)
    touched = list(waiting.values_list("pk", "project"))
    waiting.update(due_on=due_on, first_due_on=due_on)
    journal.record(subject=f"round:{opened.pk}", text=f"{opened.name}的报送截止日期由 {before} 改为 {due_on}")
    for pk, project in touched:
        journal.record(project_id=project, subject=f"return:{pk}", text=f"报送截止日期由 {before} 改为 {due_on}")
    return opened


@operation("免报季报包")
def exempt_return(project_id: int, return_id: int, *, reason: str, actor: User, on: date) -> PeriodReturn:
    """The province lets a project off; what was typed stays and counts for nothing."""
    project = access.enter(project_id, actor=actor, action=Action.OPEN_ROUND)
    one = project.returns.get(pk=return_id)
    if one.state not in WITH_UNIT:
        refuse("state", f"季报包现为“{one.get_state_display()}”，只有待报送或退回补正的可以免报。", MONITORING)
    if not reason.strip():
        refuse("reason", "请写明免报理由。", MONITORING, field="reason")
    one.state, one.zero, one.reason = State.EXEMPT, False, reason.strip()
    one.exempted_by, one.exempted_on = actor, on
    one.save(update_fields=["state", "zero", "reason", "exempted_by", "exempted_on"])
    refresh_returns(project, on=on)
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"截至 {one.cut_off} 免报：{one.reason}")
    return one
