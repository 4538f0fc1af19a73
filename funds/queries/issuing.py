"""What stands against the lines of a 资金文件, and which projects it may name. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from accounts.models import User
from accounts.roles import Action
from funds.ledger import ISSUED_SOURCES
from funds.models import Allocation, Budget, BudgetItem, FundDocument, FundHold, UnitArrival
from funds.queries.pools import FUND_YEAR, came_by_year, pools_of, used_of
from funds.rules import (
    HELD_OUT_STAGES,
    ISSUE_STAGES,
    AllocationFacts,
    DocumentFacts,
    check_tranche,
    left_of,
    why_held_out,
)
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import ArrivalMode, DocumentKind, Stage
from projects import access
from projects.models import Alert, Project

CLOSED = (Stage.SETTLED, Stage.TERMINATED)
DECLARING = (Budget.State.SUBMITTED, Budget.State.PROPOSED, Budget.State.CONSENTED, Budget.State.APPROVED)


def facts_of(
    amounts: Mapping[Project, Decimal], document: DocumentFacts, without: FundDocument | None = None
) -> list[AllocationFacts]:
    """`without`: a document already recorded, whose own lines do not count. Seven statements, however many lines."""
    projects = list(amounts)
    issued, declared, swept = _issued(projects, without), _declared(projects), _swept(projects, without)
    pools, used, year = pools_of(projects), used_of(projects), document.fund_year
    held = set(FundHold.objects.filter(project__in=projects, lifted_on=None).values_list("project", flat=True))
    return [
        AllocationFacts(
            name=project.name,
            stage=project.stage,
            grant=project.grant,
            grant_source=project.edition.grant_source,
            grant_clause=next(iter(project.edition.grants)).basis.clause,
            amount=amount,
            before=issued[project.pk].get(document.source, ZERO),
            whole=sum(issued[project.pk].values(), ZERO),
            declared=declared[project.pk].get(document.source, ZERO),
            declared_whole=_beside(project, declared[project.pk]),
            unused=left_of(
                came_by_year(pools, project.pk, document.source), used.get((project.pk, document.source), ZERO), year
            ),
            swept=swept.get((project.pk, document.source, year), ZERO),
            awarded_on=project.awarded_on,
            held=project.pk in held,
        )
        for project, amount in amounts.items()
    ]


def _beside(project: Project, declared: Mapping[str, Decimal]) -> Decimal:
    """财政 money beside the grant that the budget declares."""
    return sum((amount for source, amount in declared.items() if source != project.edition.grant_source), ZERO)


def _issued(projects: Iterable[Project], without: FundDocument | None = None) -> dict[int, dict[str, Decimal]]:
    """project → source → net of all documents; what waits to be signed counts where it gives, not where it takes."""
    counted = Q(document__state=FundDocument.State.APPROVED) | Q(
        document__state=FundDocument.State.RECORDED, effect__gt=0
    )
    rows = Allocation.objects.filter(counted, project__in=list(projects)).exclude(document=without)
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for project, source, total in (
        rows.order_by().values_list("project", "document__source").annotate(total=Sum("effect"))
    ):
        found[project][source] = total
    return found


def _declared(projects: Iterable[Project]) -> dict[int, dict[str, Decimal]]:
    """project → source → what its approved budget, or the one under way where none is approved, puts there."""
    budgets = Budget.objects.filter(project__in=list(projects), state__in=DECLARING).order_by("version")
    chosen: dict[int, Budget] = {}
    for budget in budgets:
        standing = chosen.get(budget.project_id)
        if standing is None or standing.state != Budget.State.APPROVED:
            chosen[budget.project_id] = budget
    rows = BudgetItem.objects.filter(budget__in=chosen.values(), source__in=ISSUED_SOURCES).order_by()
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for project, source, total in rows.values_list("budget__project", "source").annotate(total=Sum("amount")):
        found[project][source] = total
    return found


def _swept(projects: Iterable[Project], without: FundDocument | None) -> dict[tuple[int, str, int], Decimal]:
    """(project, source, fund year) → taken back at a year end and not given again."""
    rows = Allocation.objects.filter(project__in=list(projects)).exclude(document=without)
    swept = Q(document__kind=DocumentKind.SWEEP, document__state=FundDocument.State.APPROVED)
    again = Q(document__kind=DocumentKind.REISSUE) & ~Q(document__state=FundDocument.State.RETURNED)
    rows = rows.filter(swept | again).annotate(fund_year=FUND_YEAR).order_by()
    totals = rows.values_list("project", "document__source", "fund_year").annotate(total=Sum("effect"))
    return {(project, source, year): -total for project, source, year, total in totals}


@dataclass(frozen=True, slots=True)
class Issuable:
    """A project a document may name. `allocated`: of the grant's source, signed or waiting to be given."""

    project: Project
    allocated: Decimal
    mode: str = ""

    @property
    def left(self) -> Decimal:
        return max((self.project.grant or ZERO) - self.allocated, ZERO)


def issuable(user: User, also: Iterable[int] = ()) -> list[Issuable]:
    """Projects that may be given money or have some; `also`: those someone typed an amount for. Three statements."""
    has_money = Q(allocations__document__state=FundDocument.State.APPROVED) & ~Q(stage__in=CLOSED)
    named = Q(stage__in=ISSUE_STAGES) | has_money | Q(pk__in=also)
    projects = list(
        access.projects_for(user, Action.RECORD_FUNDS)
        .filter(named)
        .distinct()
        .select_related("organisation")
        .order_by("number", "pk")
    )
    issued, modes = _issued(projects), modes_of(projects)
    return [
        Issuable(
            project,
            issued[project.pk].get(project.edition.grant_source, ZERO),
            ArrivalMode(modes[project.organisation_id]).label,
        )
        for project in projects
    ]


def modes_of(projects: Iterable[Project]) -> dict[int, str]:
    """organisation → 到账方式; 国库集中支付 where nobody has said otherwise."""
    units = {project.organisation_id for project in projects}
    said = dict(UnitArrival.objects.filter(organisation__in=units).values_list("organisation", "mode"))
    return {unit: said.get(unit, ArrivalMode.QUOTA.value) for unit in units}


@dataclass(frozen=True, slots=True)
class Withheld:
    """A project that may not be given money yet, and what must come first."""

    project: Project
    reason: str
    next_step: str


def withheld(user: User) -> list[Withheld]:
    """Two statements."""
    rows = access.projects_for(user, Action.RECORD_FUNDS).filter(stage__in=HELD_OUT_STAGES)
    return withheld_of(rows.select_related("organisation").order_by("number", "pk"))


def withheld_of(projects: Iterable[Project]) -> list[Withheld]:
    """Each with what its targets stand at. One statement."""
    found = list(projects)
    standing = Alert.objects.filter(project__in=found, source="targets", cleared_on=None)
    said = dict(standing.values_list("project", "code"))
    return [Withheld(one, *why_held_out(Stage(one.stage), said.get(one.pk, ""))) for one in found]


def notices_of(document: FundDocument, projects: Iterable[Project]) -> list[Finding]:
    """What the head of a document makes one think of without forbidding it."""
    facts = head_of(document)
    limits = {project.edition_code: project.edition.limit("tranches") for project in projects}
    return [finding for limit in limits.values() for finding in check_tranche(limit, facts)]


def head_of(document: FundDocument) -> DocumentFacts:
    """A recorded document as the rules read it."""
    return DocumentFacts(
        number=document.number,
        dated_on=document.dated_on,
        fiscal_year=document.fiscal_year,
        source=document.source,
        kind=document.kind,
        origin_year=document.origin_year,
        tranche=document.tranche,
        total=document.total,
    )
