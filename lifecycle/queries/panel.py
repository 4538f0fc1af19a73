"""Reading 验收组: who is on the register, who must stay away, whose sheet is in, what of it this person may see."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Entry, Membership, User
from accounts.roles import Action, Role
from lifecycle.models import Acceptance, ExpertCard, ExpertSheet, Inspector, Panel, PanelCase, PanelSeat, Recusal
from lifecycle.rules.panel import Candidate, Subject, check_conflict, criteria_of, least_of
from policy.edition import Edition, Limit
from policy.terms import Kind, NodeKind, Stage
from projects import access
from projects.models import Project
from projects.rules import plain_name
from projects.together import Together

State = ExpertSheet.State
# What an expert does as an expert; whatever else somebody did on a project makes them stay away from it.
OWN_VERBS = ("填写评审表", "提交评审表", "申报回避")
ABOUT_SHEET, ABOUT_NOTICE, ABOUT_VISIT = "expert_sheet", "panel_notice", "visit"


@dataclass(frozen=True, slots=True)
class Member:
    """A seat as one project of the panel has it."""

    seat: PanelSeat
    recusal: Recusal | None
    sheet: ExpertSheet | None

    @property
    def sits(self) -> bool:
        return self.seat.until is None and self.recusal is None

    @property
    def absent(self) -> bool:
        return self.sheet is not None and self.sheet.state == State.ABSENT

    @property
    def handed_in(self) -> bool:
        return self.sheet is not None and self.sheet.state == State.SUBMITTED

    @property
    def said(self) -> str:
        if self.seat.until is not None:
            return f"已更换：{self.seat.why_ended}"
        if self.recusal:
            return f"回避：{self.recusal.reason}"
        return State(self.sheet.state).label if self.sheet else "未填写"


@dataclass(frozen=True, slots=True)
class CaseView:
    """An application before its panel."""

    case: PanelCase
    members: tuple[Member, ...]

    @property
    def sitting(self) -> tuple[Member, ...]:
        """Who judges this project: neither replaced nor staying away nor absent."""
        return tuple(one for one in self.members if one.sits and not one.absent)

    @property
    def missing(self) -> tuple[Member, ...]:
        return tuple(one for one in self.sitting if not one.handed_in)

    @property
    def open(self) -> bool:
        """Every sheet is in: from now on those who may view scores read them all."""
        return bool(self.sitting) and not self.missing

    @property
    def expert_ids(self) -> frozenset[int]:
        return frozenset(one.seat.expert_id for one in self.members if one.sits)

    def of(self, user: User) -> Member | None:
        return next((one for one in self.members if one.sits and one.seat.expert_id == user.pk), None)

    def member(self, seat_id: int) -> Member | None:
        return next((one for one in self.members if one.seat.pk == seat_id), None)

    def names_open(self, on: date) -> bool:
        """Whether the unit may know who sits: from the day of the visit on."""
        return on >= self.case.visit_on


def with_cases(rows: QuerySet[PanelCase]) -> QuerySet[PanelCase]:
    seats = PanelSeat.objects.select_related("expert").order_by("-leads", "pk")
    return rows.select_related("panel", "acceptance__project__organisation__node").prefetch_related(
        Prefetch("panel__seats", queryset=seats), "recusals", "sheets"
    )


def view_of(case: PanelCase) -> CaseView:
    recusals = {row.seat_id: row for row in case.recusals.all()}
    sheets = {row.seat_id: row for row in case.sheets.all()}
    seats = case.panel.seats.all()
    return CaseView(case, tuple(Member(seat, recusals.get(seat.pk), sheets.get(seat.pk)) for seat in seats))


def case_of(acceptance: Acceptance | None) -> CaseView | None:
    """Four statements however many experts."""
    if acceptance is None:
        return None
    case = with_cases(PanelCase.objects.filter(acceptance=acceptance)).first()
    return view_of(case) if case else None


def cases_of(projects: Iterable[Project]) -> dict[int, CaseView]:
    """The panels of the applications under way, by project; the same statements however many."""
    rows = PanelCase.objects.filter(acceptance__project__in=[one.pk for one in projects])
    ordered = with_cases(rows).order_by("acceptance__round")
    return {case.acceptance.project_id: view_of(case) for case in ordered}


def asked_cases(read: Together, within: Q) -> Callable[[], dict[int, CaseView]]:
    """The panels of the applications under way, read together with what else a page asks. `within`: on Acceptance.

    Members know of a person what decides whose turn it is, not the names.
    """
    acceptances = Acceptance.objects.filter(within, project__stage=Stage.IN_ACCEPTANCE).values("pk")
    cases = read.ask(
        PanelCase.objects.filter(acceptance__in=acceptances), "pk", "acceptance_id", "panel_id", "visit_on",
        round="acceptance__round", project_id="acceptance__project_id", procedure="panel__procedure",
        formed_on="panel__formed_on",
    )  # fmt: skip
    seats = read.ask(
        PanelSeat.objects.filter(panel__cases__acceptance__in=acceptances).distinct(),
        "pk",
        "panel_id",
        "until",
        "expert_id",
    )
    recusals = read.ask(Recusal.objects.filter(case__acceptance__in=acceptances), "seat_id", "case_id")
    sheets = read.ask(ExpertSheet.objects.filter(case__acceptance__in=acceptances), "seat_id", "case_id", "state")
    return lambda: _views(cases, seats, recusals, sheets)


def _views(
    cases: Iterable[Any], seats: Iterable[Any], recusals: Iterable[Any], sheets: Iterable[Any]
) -> dict[int, CaseView]:
    apart = {(row.case_id, row.seat_id): row for row in recusals}
    filled = {(row.case_id, row.seat_id): row for row in sheets}
    kept = {(row.panel_id, row.pk): row for row in seats}.values()
    found = {}
    for case in sorted(cases, key=lambda case: case.round):
        case.panel = case
        own = (seat for seat in kept if seat.panel_id == case.panel_id)
        members = (Member(seat, apart.get((case.pk, seat.pk)), filled.get((case.pk, seat.pk))) for seat in own)
        found[case.project_id] = CaseView(case, tuple(members))
    return found


def shown_members(user: User, view: CaseView, on: date) -> tuple[Member, ...] | None:
    """Who sits, as this person may know it; None: the names are not told yet."""
    if access.is_unit(user):
        return view.sitting if view.names_open(on) else None
    if user.roles == {Role.EX}:
        own = view.of(user)
        return (own,) if own else ()
    return view.members


def shown_sheets(user: User, view: CaseView, project: Project) -> tuple[Member, ...]:
    """The sheets this person may read. Sealed until all are in, for whoever signs and for 省人社经办 too."""
    if own := view.of(user):
        return (own,) if own.sheet else ()
    if not access.allows(user, project, Action.VIEW_SCORES):
        return ()
    if not view.open and Role.AU not in user.roles:  # permissions.json: the auditor always
        return ()
    return tuple(one for one in view.members if one.handed_in)


def total_of(sheet: ExpertSheet) -> int:
    return sum(int(value) for value in sheet.points.values())


def average(members: Iterable[Member]) -> str:
    """For information beside the gates, with its arithmetic; it decides nothing."""
    totals = [total_of(one.sheet) for one in members if one.sheet and one.handed_in]
    return f"{sum(totals)} ÷ {len(totals)} ＝ {sum(totals) / len(totals):.2f}" if totals else ""


# The register and who must stay away


def register_for(user: User, on: date) -> list[User]:
    """Everybody who holds 专家 today in the province of this person, with the card where there is one."""
    roots = {held.organisation.node.province_path for held in user.live_memberships if held.organisation}
    within = Q(pk__in=[])
    for root in roots:
        within |= Q(organisation__node__path__startswith=root)
    held = Membership.objects.filter(within, Q(until=None) | Q(until__gte=on), role=Role.EX, since__lte=on)
    people = User.objects.filter(is_active=True, pk__in=held.values("user")).select_related(
        "expert_card__organisation__node"
    )
    return list(people.order_by("pk"))


def card_of(user: User) -> ExpertCard | None:
    return getattr(user, "expert_card", None)


def candidate_of(user: User) -> Candidate:
    """Where somebody works: the card, and every organisation a role of theirs sits in but the register's own."""
    card, units, places, names = card_of(user), set(), set(), set()
    found = [held.organisation for held in user.live_memberships if held.role == Role.EX and held.organisation]
    found = [one for one in found if one.node.kind != NodeKind.PROVINCE or one.unit_type]
    if card:
        names.add(plain_name(card.employer))
        found += [card.organisation] if card.organisation else []
    for one in found:
        units.add(one.pk)
        names.add(plain_name(one.name))
        if one.node.kind != NodeKind.PROVINCE:
            places.add(one.node.path)
    return Candidate(plain_name(user.name), frozenset(units), frozenset(places), frozenset(names))


def subject_of(project: Project) -> Subject:
    unit = project.organisation
    # named: the leader and the contacts of the award and of the unit
    named = {plain_name(name) for name in (project.leader_name, project.contact, unit.contact) if name}
    return Subject(
        unit=unit.pk,
        unit_name=plain_name(unit.name),
        node="" if unit.node.kind == NodeKind.PROVINCE else unit.node.path,
        recommender=plain_name(project.recommender),
        named=frozenset(named),
    )


def conflicts_of(users: Iterable[User], projects: Iterable[Project]) -> dict[tuple[int, int], list[str]]:
    """(person, project) -> why they must stay away; only where there is a reason. Two statements for all projects."""
    people, about = list(users), list(projects)
    acts = _acts(people, about)
    found = {}
    for user in people:
        who = candidate_of(user)
        for project in about:
            posts = _posts(user, project)
            reasons = check_conflict(who, subject_of(project), acts=acts.get((user.pk, project.pk), ()), posts=posts)
            if reasons:
                found[user.pk, project.pk] = reasons
    return found


def _acts(people: Iterable[User], projects: Iterable[Project]) -> Mapping[tuple[int, int], list[str]]:
    """What they did on these projects otherwise than as experts: 检查 among it. The journal forgets no hand."""
    rows = Entry.objects.filter(
        actor__in=[one.pk for one in people], project_id__in=[one.pk for one in projects], result="ok"
    ).exclude(verb__in=OWN_VERBS)
    rows = rows.exclude(verb__startswith="下载").exclude(verb__startswith="导出")  # reading is no hand in it
    found: dict[tuple[int, int], list[str]] = {}
    for actor, project, verb in rows.values_list("actor", "project_id", "verb").distinct().order_by("verb"):
        if actor and project:
            found.setdefault((actor, project), []).append(verb)
    stops = Inspector.objects.filter(user__in=people, team__stops__project__in=projects)
    for member, stop in stops.values_list("user", "team__stops__project").distinct():
        found.setdefault((member, stop), []).append("检查组成员")
    return found


def _posts(user: User, project: Project) -> list[str]:
    """Other live roles that reach this project (SD5)."""
    path = project.organisation.node.path
    found = []
    for held in user.live_memberships:
        own = held.organisation
        if held.role == Role.EX or own is None:
            continue
        above = own.pk == project.organisation_id or path.startswith(own.node.path)
        if above or (
            held.role in {Role.PH, Role.PHL, Role.PF, Role.PFL, Role.AU} and path.startswith(own.node.province_path)
        ):
            found.append(Role(held.role).label)
    return found


# What waits for an expert, and what a panel may take up


def assignments_of(user: User) -> list[CaseView]:
    """The cases this person sits on while the project is in their reach."""
    reached = access.assigned_to(user)
    rows = PanelCase.objects.filter(
        acceptance__project__in=reached, acceptance__project__stage=Stage.IN_ACCEPTANCE, panel__seats__expert=user
    ).distinct()
    views = [view_of(case) for case in with_cases(rows).order_by("visit_on", "pk")]
    return [view for view in views if view.of(user)]


def waiting_for_panel(user: User) -> list[Acceptance]:
    """Accepted applications without a panel, where this person may form one."""
    mine = access.projects_for(user, Action.ASSIGN_EXPERTS).filter(stage=Stage.IN_ACCEPTANCE)
    rows = Acceptance.objects.filter(project__in=mine, accepted_on__isnull=False, case=None)
    latest = {row.project_id: row for row in rows.select_related("project__organisation__node").order_by("round")}
    return [row for row in latest.values() if not row.panel]


def standard_of(edition: Edition, kind: str) -> tuple[Limit, dict[str, int]]:
    return least_of(edition, Kind(kind)), criteria_of(edition, Kind(kind))


def panel_facts(acceptance: Acceptance) -> dict[str, Any]:
    """What the guards ask of the panel; an acceptance of before the register has its typed list."""
    view = case_of(acceptance)
    if view is None:
        return {"panel_size": len(acceptance.panel)}
    on_site = view.case.panel.procedure == Panel.Procedure.SITE
    return {
        "panel_size": len(view.sitting),
        "sheets_missing": len(view.missing),
        "visit_missing": on_site and acceptance.visited_on is None,
    }
