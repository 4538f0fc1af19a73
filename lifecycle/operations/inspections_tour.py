"""巡查和单项检查: teams, route, the one notice, the one summary. Whoever is in conflict is refused by name and reason."""

from collections.abc import Sequence
from datetime import date, time

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may
from accounts.roles import Action
from lifecycle import deadlines
from lifecycle.models import (
    Deadline,
    Inspection,
    InspectionItem,
    InspectionPlan,
    InspectionTeam,
    InspectionTour,
    Inspector,
)
from lifecycle.models.inspections import ABOUT_NOTICE
from lifecycle.queries import conditions_of
from lifecycle.queries.inspections import INSPECTED, facts_of, inspectors_near, office_of, tours_for
from lifecycle.rules.inspections import BASIS, check_list, check_team
from policy.findings import refuse, refuse_if_blocking
from policy.loader import configured
from policy.terms import Kind, Stage
from projects import access, files
from projects.models import Project

PLAN = Action.PLAN_INSPECTION
State, TourState = Inspection.State, InspectionTour.State


@operation("安排巡查")
def draft_tour(*, title: str, plan: InspectionPlan | None = None, actor: User, on: date) -> InspectionTour:
    access.require(actor, PLAN)
    office = office_of(actor)
    if office is None or not title.strip():
        refuse("title", "请填写巡查名称。", field="title")
    if plan and plan.state != InspectionPlan.State.APPROVED:
        refuse("plan", f"{plan}尚未批准，请先批准计划，或不选计划。", BASIS, field="plan")
    tour = InspectionTour.objects.create(
        organisation=office, plan=plan, title=title.strip()[:160], drafted_by=actor, drafted_on=on
    )
    record(subject=f"inspection_tour:{tour.pk}", text=f"安排巡查：{tour}")
    return tour


def _locked(tour_id: int, actor: User, *states: str) -> InspectionTour:
    """The tour of the own office or below, locked, in one of these states."""
    access.require(actor, PLAN)
    tour = tours_for(actor, PLAN).select_for_update(of=("self",), no_key=True).get(pk=tour_id)
    if tour.state not in states:
        refuse("state", f"《{tour}》{tour.get_state_display()}，不能再作此调整。", BASIS)
    return tour


@operation("编排检查组")
def set_team(
    tour_id: int, team_id: int | None, *, name: str, members: Sequence[int], leader: int, actor: User, on: date
) -> InspectionTeam:
    """A new team, or who is in it from now on: as long as nobody of it has signed a record."""
    tour = _locked(tour_id, actor, TourState.DRAFT, TourState.ISSUED)
    team = tour.teams.get(pk=team_id) if team_id else InspectionTeam(tour=tour)
    if not name.strip():
        refuse("name", "请填写检查组名称。", field="name")
    if tour.teams.filter(name=name.strip()).exclude(pk=team.pk).exists():
        refuse("name", f"本次检查已有“{name.strip()}”，请换一个名称。", field="name")
    known = {one.pk: one for one in inspectors_near(tour.organisation, on)}
    people = [known[pk] for pk in dict.fromkeys(members) if pk in known]
    stops = (
        list(team.stops.exclude(state=State.DROPPED).select_related("project__organisation__node")) if team.pk else []
    )
    if any(stop.signatures.filter(void_on=None).exists() for stop in stops):
        refuse("signed", f"{team}已有人在检查记录上签字，不能再换人。", "职责分离 SD2")
    refuse_team(people, leader, [stop.project for stop in stops], on=on)
    team.name = name.strip()[:40]
    team.save()
    team.members.exclude(user__in=people).delete()
    team.members.update(leads=False)
    for person in people:
        Inspector.objects.update_or_create(team=team, user=person, defaults={"leads": person.pk == leader})
    text = f"《{tour}》{team}：{'、'.join(map(str, people))}，组长{known[leader]}"
    record(subject=f"inspection_tour:{tour.pk}", text=text, members=[person.pk for person in people])
    return team


def refuse_team(people: Sequence[User], leader: int | None, projects: Sequence[Project], *, on: date) -> None:
    """By the strictest of the editions concerned, or of all of them while no project is named."""
    editions = [project.edition for project in projects] or list(configured().values())
    members, visits = facts_of(people, projects)
    refuse_if_blocking(
        check_team(
            members,
            leader,
            visits,
            least=max(one.number("inspectors_min") for one in editions),
            years=max(one.number("inspection_conflict_years") for one in editions),
            on=on,
        )
    )


@operation("排定检查")
def add_stop(
    tour_id: int, project_id: int, *, team_id: int, order: int, visit_on: date, visit_at: time, actor: User, on: date
) -> Inspection:
    """One more stop, with its check list drawn from the edition of the project."""
    tour = _locked(tour_id, actor, TourState.DRAFT)
    project = access.enter(project_id, actor=actor, action=PLAN)
    team = tour.teams.get(pk=team_id)
    if tour.stops.filter(project=project).exclude(state=State.DROPPED).exists():
        refuse("twice", f"「{project}」已在本次检查的路线中。", field="project_id")
    if tour.plan and not tour.plan.lines.filter(project=project, chosen=True).exists():
        refuse("plan", f"「{project}」不在{tour.plan}中，请换一个项目，或另行安排单项检查。", BASIS, field="project_id")
    _check_day(visit_on, on)
    return make_stop(tour, team, project, order=order, visit_on=visit_on, visit_at=visit_at, on=on)


def _check_day(visit_on: date, on: date) -> None:
    if visit_on < on:
        refuse("visit_on", f"检查日期 {visit_on} 早于今天 {on}。", field="visit_on")


def make_stop(
    tour: InspectionTour,
    team: InspectionTeam,
    project: Project,
    *,
    order: int,
    visit_on: date,
    visit_at: time,
    on: date,
) -> Inspection:
    """A visit to a locked project by a team of which nobody is in conflict."""
    if project.stage not in INSPECTED:
        said = f"「{project}」处于“{Stage(project.stage).label}”，建设期内的项目才安排检查。"
        refuse("stage", said, BASIS, field="project_id")
    seats = list(team.members.select_related("user"))
    leader = next((seat.user_id for seat in seats if seat.leads), None)
    refuse_team([seat.user for seat in seats], leader, [project], on=on)
    stop = Inspection.objects.create(
        tour=tour, team=team, project=project, order=order, visit_on=visit_on, visit_at=visit_at
    )
    lines = check_list(project.edition, Kind(project.kind), conditions_of(project))
    InspectionItem.objects.bulk_create(
        InspectionItem(
            inspection=stop, number=number, part=line.part, code=line.code, text=line.text[:300],
            required=line.required[:300], evidence=line.evidence[:300], clause=line.clause[:160],
        )
        for number, line in enumerate(lines, 1)
    )  # fmt: skip
    text = f"《{tour}》{visit_on} {visit_at:%H:%M} 由{team}检查，检查表 {len(lines)} 项"
    record(project_id=project.pk, subject=f"inspection:{stop.pk}", text=text)
    return stop


@operation("调整检查路线")
def move_stop(
    tour_id: int, stop_id: int, *, team_id: int, order: int, visit_on: date, visit_at: time, actor: User, on: date
) -> Inspection:
    """Another day, hour, place in the route or team, while the visit has not been recorded; the unit is told."""
    tour = _locked(tour_id, actor, TourState.DRAFT, TourState.ISSUED)
    stop = _stop(tour, stop_id)
    project = access.enter(stop.project_id, actor=actor, action=PLAN)
    _check_day(visit_on, on)
    team = tour.teams.get(pk=team_id)
    seats = list(team.members.select_related("user"))
    refuse_team([one.user for one in seats], next((one.user_id for one in seats if one.leads), None), [project], on=on)
    stop.team, stop.order, stop.visit_on, stop.visit_at = team, order, visit_on, visit_at
    stop.save(update_fields=["team", "order", "visit_on", "visit_at"])
    if tour.state == TourState.ISSUED:
        deadlines.open_(project, deadlines.INSPECTION_DUE, due_on=visit_on, on=on, about_id=stop.pk)
        _tell(stop, project, f"检查时间调整为 {visit_on} {visit_at:%H:%M}", on=on)
    record(project_id=project.pk, subject=f"inspection:{stop.pk}", text=f"改为 {visit_on} {visit_at:%H:%M}，{team}")
    return stop


@operation("取消检查")
def drop_stop(tour_id: int, stop_id: int, *, reason: str, actor: User, on: date) -> Inspection:
    tour = _locked(tour_id, actor, TourState.DRAFT, TourState.ISSUED)
    stop = _stop(tour, stop_id)
    project = access.enter(stop.project_id, actor=actor, action=PLAN)
    if not reason.strip():
        refuse("reason", "请写明取消理由。", field="reason")
    stop.state, stop.note = State.DROPPED, reason.strip()[:300]
    stop.save(update_fields=["state", "note"])
    if tour.state == TourState.ISSUED:
        dropped = Deadline.State.DROPPED
        deadlines.close(project, deadlines.INSPECTION_DUE, on=on, about_id=stop.pk, state=dropped)
        _tell(stop, project, f"原定 {stop.visit_on} 的检查取消", on=on)
    record(project_id=project.pk, subject=f"inspection:{stop.pk}", text=f"取消检查：{stop.note}")
    return stop


def _stop(tour: InspectionTour, stop_id: int) -> Inspection:
    stop = tour.stops.select_related("project").get(pk=stop_id)
    if stop.state != State.PLANNED or stop.signatures.filter(void_on=None).exists():
        refuse("state", f"对「{stop.project}」的检查{stop.get_state_display()}，不能再调整。", BASIS)
    return stop


def _tell(stop: Inspection, project: Project, text: str, *, on: date) -> None:
    people = people_who_may(Action.SEE_INSPECTION, project.organisation, on)
    url = f"/projects/{project.pk}/inspections/{stop.pk}/"
    key = f"inspection:{stop.pk}:{stop.state}:{stop.visit_on}:{stop.visit_at:%H%M}"
    notify(people, key=key, text=f"{project.name}：{text}（{stop.tour}）", url=url)


@operation("发出检查通知")
def issue_tour(
    tour_id: int, *, number: str, dated_on: date, upload: UploadedFile, actor: User, on: date
) -> InspectionTour:
    """One notice to every unit on the route. From now on each sees its own visit, and no other."""
    tour = _locked(tour_id, actor, TourState.DRAFT)
    stops = list(tour.stops.exclude(state=State.DROPPED).select_related("project").order_by("project_id"))
    if not stops:
        refuse("stops", "路线上还没有项目，请先排定检查。", BASIS)
    if not number.strip():
        refuse("number", "请填写检查通知文号。", field="number")
    if dated_on > on:
        refuse("dated_on", f"通知日期 {dated_on} 晚于办理日期 {on}。", field="dated_on")
    tour.number, tour.dated_on, tour.issued_on, tour.state = number.strip()[:80], dated_on, on, TourState.ISSUED
    tour.save(update_fields=["number", "dated_on", "issued_on", "state"])
    stored = files.store(upload, on=on)
    for stop in stops:
        project = access.enter(stop.project_id, actor=actor, action=PLAN)
        files.attach(project, stored, about=ABOUT_NOTICE, about_id=stop.pk, purpose="检查通知", actor=actor, on=on)
        deadlines.open_(project, deadlines.INSPECTION_DUE, due_on=stop.visit_on, on=on, about_id=stop.pk)
        _tell(stop, project, f"{stop.visit_on} {stop.visit_at:%H:%M} 接受检查，通知 {tour.number}", on=on)
        record(project_id=project.pk, subject=f"inspection:{stop.pk}", text=f"发出检查通知 {tour.number}")
    return tour


@operation("总结巡查")
def summarise_tour(tour_id: int, *, summary: str, actor: User, on: date) -> InspectionTour:
    """The one summary, once every record on the route is signed or the stop dropped."""
    tour = _locked(tour_id, actor, TourState.ISSUED)
    waiting = tour.stops.filter(state=State.PLANNED).select_related("project")
    if waiting:
        names = "、".join(f"「{stop.project}」" for stop in waiting)
        refuse("stops", f"以下检查还没有签字的记录：{names}。请先完成，或写明理由取消。", BASIS)
    if not summary.strip():
        refuse("summary", "请填写检查总结。", field="summary")
    tour.summary, tour.closed_by, tour.closed_on, tour.state = summary.strip(), actor, on, TourState.DONE
    tour.save(update_fields=["summary", "closed_by", "closed_on", "state"])
    record(subject=f"inspection_tour:{tour.pk}", text=f"总结《{tour}》：{tour.summary}")
    return tour


@operation("安排单项检查")
def plan_single(
    project_id: int, *, title: str, members: Sequence[int], leader: int, visit_on: date, visit_at: time, number: str,
    dated_on: date, upload: UploadedFile, actor: User, on: date,
) -> Inspection:  # fmt: skip
    """One project, one team, one notice, in one go."""
    tour = draft_tour(title=title, actor=actor, on=on)
    tour.kind = InspectionTour.Kind.SINGLE
    tour.save(update_fields=["kind"])
    team = set_team(tour.pk, None, name="检查组", members=members, leader=leader, actor=actor, on=on)
    stop = add_stop(
        tour.pk, project_id, team_id=team.pk, order=1, visit_on=visit_on, visit_at=visit_at, actor=actor, on=on
    )
    issue_tour(tour.pk, number=number, dated_on=dated_on, upload=upload, actor=actor, on=on)
    return Inspection.objects.select_related("tour").get(pk=stop.pk)
