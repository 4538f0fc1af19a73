"""Reading inspections: who sees which, the facts that the rules ask for, and what the pages show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership, Organisation, User
from accounts.persons import is_hand
from accounts.queries import work_calendar
from accounts.roles import Action, Role, Scope, grants
from funds.models import Voucher
from lifecycle.models import (
    Inspection,
    InspectionItem,
    InspectionPlan,
    InspectionTeam,
    InspectionTour,
    Inspector,
    PlannedInspection,
)
from lifecycle.models.inspections import ABOUT_ITEM, ABOUT_OPINION
from lifecycle.rules.inspections import Candidate, Member, Post, Record, Visited, window_over
from policy.money import ZERO
from policy.terms import NodeKind, Stage
from projects import access
from projects.models import Attachment, Project
from projects.queries import files_for
from ui.versions import version_of

INSPECTED = (Stage.BUILDING,)  # T10: an act inside the build period
KNOWN = (InspectionTour.State.ISSUED, InspectionTour.State.DONE)
State = Inspection.State


def outside(user: User) -> bool:
    """Units and experts: they see what was made known, the offices see what is being prepared too."""
    return not access.may(user, Action.VIEW_INSPECTION_PLAN)


def inspections_for(user: User, action: str = Action.VIEW_INSPECTION) -> QuerySet[Inspection]:
    """Inspections in reach. A unit learns of its own when the notice goes out, and never of one that was dropped."""
    within = access.reach(user, action, "project__organisation")
    if access.holds(user, action, Scope.ASSIGNED):
        within |= Q(project__in=access.assigned_to(user))
    found = Inspection.objects.filter(within)
    if outside(user):
        found = found.filter(tour__state__in=KNOWN).exclude(state=State.DROPPED)
    return found.select_related("tour", "team", "project__organisation__node")


def shown(user: User, *projects: Project) -> QuerySet[Inspection]:
    """What a list of inspections says of each."""
    found = inspections_for(user).filter(project__in=projects) if projects else inspections_for(user)
    return (
        found.order_by("-visit_on", "order", "-pk")
        .annotate(
            all_items=Count("items", distinct=True),
            done_items=Count("items", filter=~Q(items__verdict=""), distinct=True),
            bad_items=Count("items", filter=Q(items__verdict="bad"), distinct=True),
        )
        .prefetch_related(members("team__"))
    )


def members(path: str = "") -> "Prefetch[str, QuerySet[Inspector], str]":
    return Prefetch(f"{path}members", queryset=Inspector.objects.select_related("user"))


def plans_for(user: User, action: str = Action.VIEW_INSPECTION_PLAN) -> QuerySet[InspectionPlan]:
    found = InspectionPlan.objects.filter(access.reach(user, action))
    return found.select_related("organisation__node", "drafted_by", "approved_by")


def tours_for(user: User, action: str = Action.VIEW_INSPECTION_PLAN) -> QuerySet[InspectionTour]:
    """Tours of the own office and below; to look at, also those that come by a project in reach."""
    within = access.reach(user, action)
    if action == Action.VIEW_INSPECTION_PLAN:
        stops = Inspection.objects.filter(access.reach(user, action, "project__organisation"))
        within |= Q(pk__in=stops.values("tour"))
    return InspectionTour.objects.filter(within).select_related("organisation__node", "plan", "drafted_by")


def office_of(user: User) -> Organisation | None:
    """The office a person plans inspections for."""
    planning = grants(Action.PLAN_INSPECTION)
    return next((one.organisation for one in user.live_memberships if one.role in planning), None)


def plannable(user: User) -> QuerySet[Project]:
    """Projects in their build period that this person may have inspected."""
    found = access.projects_for(user, Action.PLAN_INSPECTION).filter(stage__in=INSPECTED)
    return found.select_related("organisation__node").order_by("number", "pk")


def candidates_of(projects: Iterable[Project], on: date) -> tuple[dict[str, list[Candidate]], dict[int, str]]:
    """By edition what the coverage rule looks at; and the arithmetic of each risk score."""
    from lifecycle.queries.risk import risks_of

    rows = list(projects)
    risks = risks_of(rows, on)
    found: dict[str, list[Candidate]] = defaultdict(list)
    for one in rows:
        found[one.edition_code].append(Candidate(one.pk, one.grant or ZERO, risks[one.pk].score))
    return found, {pk: risk.sum for pk, risk in risks.items()}


def inspectors_near(office: Organisation, on: date) -> list[User]:
    """Everybody whose role may record an inspection, of the province of this office, by office."""
    held = (
        Membership.objects.filter(
            Q(until=None) | Q(until__gte=on),
            since__lte=on,
            user__is_active=True,
            role__in=grants(Action.RECORD_INSPECTION),
            organisation__node__path__startswith=office.node.province_path,
        )
        .select_related("user", "organisation__node")
        .order_by("organisation__node__path", "organisation", "pk")
    )
    people: dict[int, User] = {}
    for row in held:
        row.user.office = row.organisation  # type: ignore[attr-defined]
        people.setdefault(row.user_id, row.user)
    return list(people.values())


def facts_of(people: Iterable[User], projects: Iterable[Project]) -> tuple[list[Member], list[Visited]]:
    """What the conflict rule asks about these people and these projects."""
    users, visited = list(people), list(projects)
    accounts = _accounts(users)
    posts: dict[int, list[Post]] = defaultdict(list)
    held = Membership.objects.filter(user__in=set().union(*accounts.values())).exclude(organisation=None)
    for row in held.select_related("organisation").order_by("pk"):
        posts[row.user_id].append(Post(row.organisation_id, str(row.organisation), row.until))  # type: ignore[arg-type]
    recorders, judges = _hands(visited)
    inspect = Action.RECORD_INSPECTION

    def of(hands: set[int]) -> frozenset[int]:
        return frozenset(pk for pk, own in accounts.items() if own & hands)

    return (
        [
            Member(
                one.pk, str(one), tuple(post for pk in sorted(accounts[one.pk]) for post in posts[pk]), one.person_key
            )
            for one in users
        ],
        [
            Visited(
                name=project.name,
                organisation_id=project.organisation_id,
                recorders=of(recorders[project.pk]),
                judges=of(judges[project.pk]),
                inspectors=frozenset(one.pk for one in users if access.allows(one, project, inspect)),
            )
            for project in visited
        ],
    )


def _accounts(users: list[User]) -> dict[int, set[int]]:
    """Each person with every account of the same natural person (SD2)."""
    keys = {one.person_key for one in users} - {""}
    shared: dict[str, set[int]] = defaultdict(set)
    for pk, key in User.objects.filter(person_key__in=keys).values_list("pk", "person_key"):
        shared[key].add(pk)
    return {one.pk: {one.pk} | (shared[one.person_key] if one.person_key else set()) for one in users}


def _hands(projects: list[Project]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """By project: who recorded or submitted payments, who judged them."""
    recorders: dict[int, set[int]] = defaultdict(set)
    judges: dict[int, set[int]] = defaultdict(set)
    rows = Voucher.objects.filter(project__in=projects).values_list(
        "project", "recorded_by", "submitted_by", "first_judged_by", "judged_by"
    )
    for project, recorded, submitted, first, judged in rows.distinct().order_by():
        recorders[project] |= {recorded, submitted} - {None}
        judges[project] |= {first, judged} - {None}
    return recorders, judges


def record_of(inspection: Inspection) -> Record:
    """The record as the rule of signing sees it; the team's members are loaded."""
    team = list(inspection.team.members.select_related("user"))
    signed = inspection.signatures.filter(void_on=None).values_list("signer", flat=True)
    rows = inspection.items.values_list("number", "verdict", "actual")
    return Record(
        verdicts={str(number): (verdict, bool(actual.strip())) for number, verdict, actual in rows},
        made=bool(inspection.visited_on and inspection.place and inspection.summary),
        members={one.user_id: str(one.user) for one in team},
        leader=next((one.user_id for one in team if one.leads), 0),
        signed=frozenset(signed),
    )


def is_member(inspection: Inspection, user: User, *, leads: bool = False) -> bool:
    found = inspection.team.members.filter(user=user)
    return found.filter(leads=True).exists() if leads else found.exists()


def item_version(item: InspectionItem) -> str:
    """What was found until now: compared before it is written over."""
    return version_of(item.pk, item.verdict, item.actual, item.note, item.place)


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: InspectionItem
    photos: list[Attachment]


def items_of(inspection: Inspection, user: User) -> list[ItemRow]:
    """The check list with its photos; a unit has neither result nor photo before the record is signed."""
    photos: dict[int, list[Attachment]] = defaultdict(list)
    for one in files_for(user, inspection.project).filter(about=ABOUT_ITEM):
        photos[one.about_id].append(one)
    hidden = outside(user) and inspection.state in {State.PLANNED, State.DROPPED}
    rows = [] if hidden else inspection.items.select_related("checked_by").prefetch_related("notes__by")
    return [ItemRow(one, photos[one.pk]) for one in rows]


def shows_findings(inspection: Inspection, user: User) -> bool:
    """The unit has the findings once it is asked for its opinion."""
    return not outside(user) or inspection.state in {State.ASKED, State.ANSWERED, State.FINAL}


def opinion_papers(inspection: Inspection, user: User) -> list[Attachment]:
    return list(files_for(user, inspection.project).filter(about=ABOUT_OPINION, about_id=inspection.pk))


def may_conclude(inspection: Any, on: date) -> bool:
    """Answered, or the time to answer is over, or there is nothing to answer."""
    if inspection.state == State.ANSWERED:
        return True
    if inspection.state == State.ASKED:
        return window_over(inspection.opinion_due_on, on)
    return inspection.state == State.SIGNED and not inspection.findings.exists()


def opinion_due(inspection: Inspection, on: date) -> date:
    """The last day for the unit's opinion: working days of the edition, the day of asking not counted."""
    days = inspection.project.edition.number("inspection_opinion_working_days")
    return work_calendar().add_working_days(on, days)


@dataclass(frozen=True, slots=True)
class Reached:
    """Coverage of a plan: of so many projects in it, how many have a signed record of that year."""

    chosen: int
    total: int
    visited: int

    @property
    def share(self) -> str:
        return f"{self.visited} ÷ {self.chosen}" if self.chosen else "—"


def coverage_reached(plan: InspectionPlan) -> Reached:
    chosen = plan.lines.filter(chosen=True)
    done = Inspection.objects.filter(
        project__in=chosen.values("project"), signed_on__isnull=False, visited_on__year=plan.year
    )
    return Reached(chosen.count(), plan.lines.count(), done.values("project").distinct().count())


def counted(plans: QuerySet[InspectionPlan]) -> QuerySet[InspectionPlan]:
    """Each with how many projects it holds, how many are chosen and how many of those have a signed record of its year."""
    done = Inspection.objects.filter(
        project=OuterRef("project"), signed_on__isnull=False, visited_on__year=OuterRef("plan__year")
    )
    lines = PlannedInspection.objects.filter(plan=OuterRef("pk"), chosen=True).filter(Exists(done))
    visited = lines.order_by().values("plan").annotate(n=Count("pk")).values("n")
    return plans.order_by("-year", "organisation").annotate(
        total=Count("lines"),
        chosen=Count("lines", filter=Q(lines__chosen=True)),
        visited=Coalesce(Subquery(visited), 0),
    )


def visited_in(plan: InspectionPlan) -> set[int]:
    """Projects of the plan with a signed record of its year."""
    rows = Inspection.objects.filter(
        project__in=plan.lines.values("project"), signed_on__isnull=False, visited_on__year=plan.year
    )
    return set(rows.values_list("project", flat=True))


def teams_of(tour: InspectionTour) -> QuerySet[InspectionTeam]:
    return tour.teams.prefetch_related(members())


def approves(user: User, plan: InspectionPlan) -> bool:
    """A plan of the province is its leader's to approve; a city's is another person's of the city, or the province's."""
    if is_hand(user, plan.drafted_by_id):
        return False
    at_province = plan.organisation.node.path == plan.organisation.node.province_path
    return Role.PHL in user.roles if at_province else True


def to_approve(user: User) -> QuerySet[InspectionPlan]:
    """The plans that wait for this person, by the same rule."""
    waiting = plans_for(user, Action.APPROVE_INSPECTION_PLAN).filter(state=InspectionPlan.State.DRAFT)
    waiting = waiting.exclude(drafted_by=user)
    return waiting if Role.PHL in user.roles else waiting.exclude(organisation__node__kind=NodeKind.PROVINCE)
