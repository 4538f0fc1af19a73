"""验收组: formed for one or several applications, an expert replaced, staying away or absent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.persons import own_accounts
from accounts.queries import people_who_may
from accounts.roles import Action
from lifecycle.models import Acceptance, ExpertCard, ExpertSheet, Panel, PanelCase, PanelSeat, Recusal
from lifecycle.operations.acceptance import open_acceptance
from lifecycle.queries.panel import (
    ABOUT_NOTICE,
    ABOUT_SHEET,
    CaseView,
    card_of,
    case_of,
    conflicts_of,
    register_for,
)
from lifecycle.rules.panel import SD5, SIX_ONE, check_absence, check_size, least_of, way_of
from performance.queries import check_not_in_signing
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Kind, Stage
from projects import access, assignments, files
from projects.models import Project

State = ExpertSheet.State


@dataclass(frozen=True, slots=True)
class Visit:
    """One line of the timetable. Under 材料验收 the day of the panel's meeting."""

    on: date
    time: str
    place: str


@operation("登记专家")
def keep_card(
    user_id: int,
    *,
    employer: str,
    title: str,
    field: str = "",
    organisation_id: int | None = None,
    actor: User,
    on: date,
) -> ExpertCard:
    """Where an expert works and what for: the ground of every 回避."""
    access.require(actor, Action.ASSIGN_EXPERTS)
    person = next((one for one in register_for(actor, on) if one.pk == user_id), None)
    if person is None:
        refuse("expert", "没有这名专家。专家账号由系统管理员建立并任命“专家”角色。")
    if not employer.strip() or not title.strip():
        refuse("card", "请填写工作单位和职务职称。", field="title" if employer.strip() else "employer")
    said = {"employer": employer.strip()[:120], "title": title.strip()[:60], "field": field.strip()[:120]}
    card, _ = ExpertCard.objects.update_or_create(
        user=person, defaults=said | {"organisation_id": organisation_id, "kept_by": actor, "kept_on": on}
    )
    record(
        subject=f"expert:{person.pk}",
        text=f"{person}：{card.employer} {card.title}",
        employer=card.employer,
        title=card.title,
    )
    return card


@operation("组成验收组")
def form_panel(
    visits: Mapping[int, Visit],
    *,
    name: str,
    notice_number: str,
    experts: Sequence[int],
    leader: int,
    notice: UploadedFile,
    recuse: bool = False,
    actor: User,
    on: date,
) -> Panel:
    """One panel with one notice over one or several accepted applications.

    `recuse`: whoever must stay away from some project of a batch is noted as 回避 there; else it is refused.
    """
    projects = [access.enter(pk, actor=actor, action=Action.ASSIGN_EXPERTS) for pk in sorted(visits)]
    if not projects:
        refuse("projects", "请选择要验收的项目。", SIX_ONE, field="projects")
    people = {one.pk: one for one in register_for(actor, on) if one.pk in set(experts)}
    opened = {project: open_acceptance(project) for project in projects}
    conflicts = conflicts_of(people.values(), projects)
    found = [*_check_members(people, experts, leader), *_check_cases(opened, visits, notice_number, on)]
    found += _check_conflicts(people, projects, conflicts, recuse=recuse)
    for project in projects if not found else ():
        away = sum(1 for pk in people if (pk, project.pk) in conflicts)
        found += check_size(len(people) - away, least_of(project.edition, Kind(project.kind)), f"{project.name}：")
    refuse_if_blocking(found)
    panel = Panel.objects.create(
        name=name.strip()[:120] or f"{notice_number.strip()}验收组",
        notice_number=notice_number.strip()[:80],
        procedure=_way(projects),
        formed_by=actor,
        formed_on=on,
    )
    _seat(panel, people, experts, leader, on)
    _open_cases(panel, opened, visits, conflicts, notice, actor=actor, on=on)
    return panel


def _way(projects: Sequence[Project]) -> str:
    """Nobody goes to a site only where every project of the panel is of a kind that needs no visit."""
    ways = {way_of(project.edition, Kind(project.kind)) for project in projects}
    return Panel.Procedure.DOCUMENTS if ways == {"documents"} else Panel.Procedure.SITE


def _check_members(people: Mapping[int, User], experts: Sequence[int], leader: int) -> Iterator[Finding]:
    if not experts:
        yield blocking("experts", "请选择专家。", SIX_ONE, field="experts")
    elif len(set(experts)) != len(experts) or set(experts) - set(people):
        yield blocking("experts", "所选专家重复，或不在专家库中。", SIX_ONE, field="experts")
    elif len({one.person_key or one.pk for one in people.values()}) != len(people):
        said = "所选专家中有两个账号属于同一自然人，一人只能担任一名专家。请另选。"
        yield blocking("same_person", said, "职责分离 SD2", field="experts")
    elif leader not in people:
        yield blocking("leader", "验收组组长须在所选专家之中。", SIX_ONE, field="leader")
    for person in people.values():
        if card_of(person) is None:
            text = f"{person}没有登记工作单位，不能判断是否应当回避。请先在“专家库”登记。"
            yield blocking("card", text, SD5, field="experts")


def _check_cases(
    opened: Mapping[Project, Acceptance], visits: Mapping[int, Visit], number: str, on: date
) -> Iterator[Finding]:
    if not number.strip():
        yield blocking("notice_number", "请填写验收通知的文号。", SIX_ONE, field="notice_number")
    for project, acceptance in opened.items():
        visit = visits[project.pk]
        if acceptance.accepted_on is None:
            yield blocking("not_accepted", f"{project.name}的验收申请尚未受理，不能组成验收组。", SIX_ONE)
        elif visit.on < acceptance.accepted_on:
            text = f"{project.name}：验收日期 {visit.on} 早于受理日期 {acceptance.accepted_on}。"
            yield blocking("visit_on", text, SIX_ONE, field=f"visit_on_{project.pk}")
        if PanelCase.objects.filter(acceptance=acceptance).exists():
            yield blocking("twice", f"{project.name}已有验收组，请在原验收组中更换专家。", SIX_ONE)
        if not visit.place.strip():
            yield blocking("place", f"{project.name}：请填写地点。", SIX_ONE, field=f"place_{project.pk}")


def _check_conflicts(
    people: Mapping[int, User],
    projects: Sequence[Project],
    conflicts: Mapping[tuple[int, int], list[str]],
    *,
    recuse: bool,
) -> Iterator[Finding]:
    names = {project.pk: project.name for project in projects}
    for (person, project), reasons in conflicts.items():
        if recuse and len(projects) > 1:
            continue
        text = f"{people[person]}{'、'.join(reasons)}，应当回避“{names[project]}”，请换人。"
        yield blocking("conflict", text, SD5, field="experts")


def _seat(panel: Panel, people: Mapping[int, User], experts: Sequence[int], leader: int, on: date) -> None:
    PanelSeat.objects.bulk_create(_new_seat(panel, people[pk], leads=pk == leader, on=on) for pk in experts)


def _new_seat(panel: Panel, person: User, *, leads: bool, on: date) -> PanelSeat:
    card = card_of(person)
    employer, title = (card.employer, card.title) if card else ("", "")
    return PanelSeat(panel=panel, expert=person, employer=employer, title=title, leads=leads, since=on)


def _open_cases(
    panel: Panel,
    opened: Mapping[Project, Acceptance],
    visits: Mapping[int, Visit],
    conflicts: Mapping[tuple[int, int], list[str]],
    notice: UploadedFile,
    *,
    actor: User,
    on: date,
) -> None:
    stored, seats = files.store(notice, on=on), list(panel.seats.select_related("expert"))
    for project, acceptance in opened.items():
        visit = visits[project.pk]
        case = PanelCase.objects.create(
            panel=panel, acceptance=acceptance, visit_on=visit.on, visit_time=visit.time.strip()[:40],
            place=visit.place.strip()[:120],
        )  # fmt: skip
        files.attach(project, stored, about=ABOUT_NOTICE, about_id=panel.pk, purpose="验收通知", actor=actor, on=on)
        for seat in seats:
            reasons = conflicts.get((seat.expert_id, project.pk))
            if reasons:
                Recusal.objects.create(seat=seat, case=case, reason="、".join(reasons)[:200], by=actor, on=on)
            else:
                _call_in(project, seat.expert, by=actor, on=on)
        away = case.recusals.count()
        text = f"{panel.notice_number}：专家 {len(seats) - away} 人，回避 {away} 人，验收日期 {visit.on}"
        record(project_id=project.pk, subject=f"panel:{panel.pk}", text=text)


def _call_in(project: Project, person: User, *, by: User, on: date) -> None:
    """The project comes into the expert's reach, and the expert is told."""
    assignments.give(project, person, by=by, on=on)
    notify(
        [person],
        key=f"panel:{project.pk}:{project.acceptances.count()}",
        text=f"请评审：{project.name}",
        url=f"/projects/{project.pk}/acceptance/sheet/",
    )


def entered_case(project_id: int, *, actor: User, action: Action) -> tuple[Project, CaseView]:
    """Under the project's lock: its application before its panel."""
    project = access.enter(project_id, actor=actor, action=action)
    view = case_of(open_acceptance(project))
    if view is None:
        refuse("no_panel", "本项目还没有验收组，请先在“组成验收组”中选择专家。", SIX_ONE)
    return project, view


def _changeable(project: Project, view: CaseView, seat_id: int) -> PanelSeat:
    refuse_if_blocking(check_not_in_signing(project, "验收组"))
    member = view.member(seat_id)
    if member is None or member.seat.until is not None:
        refuse("seat", "没有这名在任的验收组成员。", SIX_ONE)
    if view.open:
        refuse("open", "评审表已全部提交并启封，验收组不再变动。", SIX_ONE)
    return member.seat


@operation("更换验收专家")
def replace_expert(project_id: int, seat_id: int, *, expert: int, reason: str, actor: User, on: date) -> PanelSeat:
    """Somebody else takes the seat in every project of the panel; a sheet that is in keeps its expert in place."""
    projects = {
        pk: access.enter(pk, actor=actor, action=Action.ASSIGN_EXPERTS) for pk in _batch_of(project_id, seat_id)
    }
    project, view = entered_case(project_id, actor=actor, action=Action.ASSIGN_EXPERTS)
    seat = _changeable(project, view, seat_id)
    person = next((one for one in register_for(actor, on) if one.pk == expert), None)
    refuse_if_blocking(_check_replacement(view, seat, person, reason, list(projects.values())))
    if person is None:
        refuse("expert", "请选择接替的专家。", field="expert")
    leads, seat.leads, seat.until, seat.why_ended = seat.leads, False, on, reason.strip()[:200]
    seat.save(update_fields=["leads", "until", "why_ended"])
    made = _new_seat(view.case.panel, person, leads=leads, on=on)
    made.save()
    for about in projects.values():
        assignments.end(about, users=[seat.expert], on=on)
        _call_in(about, person, by=actor, on=on)
        record(project_id=about.pk, subject=f"panel:{view.case.panel_id}", text=f"更换专家一名：{reason.strip()[:200]}")
    return made


def _batch_of(project_id: int, seat_id: int) -> list[int]:
    """The projects of the seat's panel in the order they are locked in, this one among them."""
    found = PanelCase.objects.filter(panel__seats=seat_id, acceptance__project__stage=Stage.IN_ACCEPTANCE)
    return sorted({project_id, *found.values_list("acceptance__project", flat=True)})


def _check_replacement(
    view: CaseView, seat: PanelSeat, person: User | None, reason: str, projects: Sequence[Project]
) -> Iterator[Finding]:
    if not reason.strip():
        yield blocking("reason", "请写明更换的原因。", SIX_ONE, field="reason")
    if seat.sheets.filter(state=State.SUBMITTED).exists():
        yield blocking("submitted", f"{seat.expert}已提交评审表，不能更换。", SIX_ONE)
    if person is None:
        yield blocking("expert", "请选择接替的专家。", SIX_ONE, field="expert")
        return
    if card_of(person) is None:
        yield blocking("card", f"{person}没有登记工作单位，请先在“专家库”登记。", SD5, field="expert")
    if view.case.panel.seats.filter(expert__in=own_accounts(person), until=None).exists():
        yield blocking("twice", f"{person}已在本验收组。", SIX_ONE, field="expert")
    for reasons in conflicts_of([person], projects).values():
        yield blocking("conflict", f"{person}{'、'.join(reasons)}，应当回避，请另选。", SD5, field="expert")


@operation("申报回避")
def declare_recusal(project_id: int, *, reason: str, actor: User, on: date) -> Recusal:
    """The expert's own word: from now on the project is out of their reach."""
    project, view = entered_case(project_id, actor=actor, action=Action.SCORE_SHEET)
    member = view.of(actor)
    if member is None:
        refuse("seat", "您不在本项目的验收组中。", SD5)
    if member.handed_in:
        refuse("submitted", "您已提交评审表。此后发现利害关系的，请告知省人社厅。", SD5)
    if not reason.strip():
        refuse("reason", "请写明回避的原因。", SD5, field="reason")
    made = Recusal.objects.create(
        seat=member.seat, case=view.case, reason=reason.strip()[:200], declared=True, by=actor, on=on
    )
    assignments.end(project, users=[actor], on=on)
    record(project_id=project.pk, subject=f"panel:{view.case.panel_id}", text="专家一名申报回避")
    notify(
        people_who_may(Action.ASSIGN_EXPERTS, project.organisation, on),
        key=f"recusal:{made.pk}",
        text=f"{project.name}：验收专家申报回避，请更换",
        url=f"/projects/{project.pk}/acceptance/panel/",
    )
    return made


def record_absence(project_id: int, seat_id: int, *, reason: str, actor: User, on: date) -> ExpertSheet:
    """One expert of whom no sheet will come."""
    (sheet,) = record_absences(project_id, absences={seat_id: reason}, actor=actor, on=on)
    return sheet


@operation("登记专家缺席")
def record_absences(project_id: int, *, absences: Mapping[int, str], actor: User, on: date) -> list[ExpertSheet]:
    """`absences`: seat → why. Several at once, for only who is left of all must be odd and enough."""
    project, view = entered_case(project_id, actor=actor, action=Action.ASSIGN_EXPERTS)
    if not absences:
        refuse("none", "请至少勾选一名缺席的专家。", SIX_ONE)
    seats = {pk: _changeable(project, view, pk) for pk in absences}
    away = {one.seat.pk for one in view.missing}
    found = []
    for pk, why in absences.items():
        if pk not in away:
            text = f"{seats[pk].expert}已提交、已回避或已登记缺席。"
            found.append(blocking("seat", text, SIX_ONE, field=f"absent_{pk}"))
        elif not why.strip():
            field = "reason" if len(absences) == 1 else f"why_{pk}"
            found.append(blocking("reason", f"请写明{seats[pk].expert}缺席的原因。", SIX_ONE, field=field))
    left = len(view.sitting) - len(away & set(absences))
    refuse_if_blocking([*found, *check_absence(left, least_of(project.edition, Kind(project.kind)))])
    made = [_absent(project, view, seats[pk], why, actor=actor, on=on) for pk, why in absences.items()]
    unseal(project, view.case)
    return made


def _absent(project: Project, view: CaseView, seat: PanelSeat, why: str, *, actor: User, on: date) -> ExpertSheet:
    said = {"state": State.ABSENT, "comment": why.strip(), "points": {}, "kept_by": actor, "submitted_on": on}
    sheet, _ = ExpertSheet.objects.update_or_create(seat=seat, case=view.case, defaults=said)
    assignments.end(project, users=[seat.expert], on=on)
    record(project_id=project.pk, subject=f"panel:{view.case.panel_id}", text=f"专家一名缺席：{why.strip()[:200]}")
    return sheet


def unseal(project: Project, case: PanelCase) -> None:
    """With the last sheet the papers among them may be read by those who may view scores."""
    view = case_of(case.acceptance)
    if view and view.open:
        for pk in [one.sheet.pk for one in view.members if one.sheet]:
            files.hand_in(project, about=ABOUT_SHEET, about_id=pk)
