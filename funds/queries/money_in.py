"""资金文件, 拨付, 到账, 收入 as the pages show them. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import User
from funds.models import (
    ABOUT_DOCUMENT,
    ABOUT_INCOME,
    ABOUT_INCOME_REVERSAL,
    Allocation,
    FundDocument,
    Income,
    IncomeReversal,
    Receipt,
    Release,
)
from funds.queries.issuing import modes_of
from funds.queries.pools import FUND_YEAR, POOL_ROW, arrived, lacking, pools_from, pools_of, signed
from funds.rules import Arrival, Pool, Sending, check_passed_on
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import ArrivalMode
from projects import access
from projects.models import Attachment, Project
from projects.queries import files_for
from projects.together import Answer, Together

STANDING = (Release.State.RECORDED, Release.State.APPROVED)


def documents_for(user: User) -> QuerySet[FundDocument]:
    """The 资金文件 with a project this person may see; `seen_total` and `projects` count only those.

    A unit learns of a document when it is signed.
    """
    seen = access.projects_for(user).values("pk")
    lines = Allocation.objects.filter(document=OuterRef("pk"), project__in=seen)
    within = Q(allocations__project__in=seen)
    rows = FundDocument.objects.filter(Exists(lines)).order_by("-dated_on", "-pk")
    if access.is_unit(user):
        rows = rows.filter(state=FundDocument.State.APPROVED)
    return rows.annotate(
        seen_total=Sum("allocations__amount", filter=within), projects=Count("allocations", filter=within)
    )


def documents_chosen(data: dict[str, Any]) -> Q:
    chosen = Q(**{name: data[name] for name in ("state", "kind") if data[name]})
    if data["year"]:
        chosen &= Q(fiscal_year=data["year"])
    if word := data["q"]:
        chosen &= Q(number__icontains=word) | Q(title__icontains=word)
    return chosen


@dataclass(frozen=True, slots=True)
class Issue:
    """One document's line for this project and what became of it. `left`: what may still arrive."""

    allocation: Allocation
    received: Decimal
    left: Decimal
    scan: Attachment | None
    releases: list[Release] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def sent(self) -> Decimal:
        """Passed on, or waiting for the second officer, less what was corrected."""
        return sent_of(self.releases).get(self.allocation.pk, ZERO)

    @property
    def to_send(self) -> Decimal:
        return max(self.allocation.amount - self.sent, ZERO)


def sent_of(releases: Iterable[Any]) -> dict[int, Decimal]:
    """allocation → 拨付 made or waiting to be checked; a 更正 takes off once it is approved."""
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for one in releases:
        if one.reverses_id is None and one.state in STANDING:
            found[one.allocation_id] += one.amount
        elif one.reverses_id is not None and one.state == Release.State.APPROVED:
            found[one.allocation_id] -= one.amount
    return dict(found)


def made_of(allocation: Allocation) -> list[tuple[date, Decimal]]:
    """Day and amount of each approved 拨付 after its corrections. One statement."""
    rows = list(allocation.releases.filter(state=Release.State.APPROVED).order_by("released_on", "pk"))
    back: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        if row.reverses_id:
            back[row.reverses_id] += row.amount
    made = [(row.released_on, row.amount - back[row.pk]) for row in rows if row.reverses_id is None]
    return [(day, amount) for day, amount in made if amount > ZERO]


def corrected_of(release: Release) -> Decimal:
    """What corrections took off it or wait to."""
    return sum((one.amount for one in release.corrections.filter(state__in=STANDING)), ZERO)


def issues_of(project: Project, user: User) -> list[Issue]:
    """Six statements. Returned documents are left out: they give nothing; a unit sees what is signed."""
    rows = project.allocations.exclude(document__state=FundDocument.State.RETURNED)
    if access.is_unit(user):
        rows = rows.filter(document__state=FundDocument.State.APPROVED)
    rows = rows.select_related("document").annotate(fund_year=FUND_YEAR).order_by("document__dated_on", "pk")
    scans = {scan.about_id: scan for scan in files_for(user, project).filter(about=ABOUT_DOCUMENT)}
    pools = pools_of([project]).values()
    still = {pk: left for pool in pools for pk, left in pool.open().items()}
    got = {given.pk: given.got for pool in pools for given in pool.given}
    standing = Sum("corrections__amount", filter=Q(corrections__state__in=STANDING))
    releases = _grouped(
        Release.objects.filter(project=project)
        .select_related("recorded_by", "approved_by", "reverses")
        .annotate(corrected=standing)
        .order_by("released_on", "pk")
    )
    receipts = _grouped(
        Receipt.objects.filter(project=project).select_related("confirmed_by").annotate(corrected=Sum("corrections__amount"))
    )  # fmt: skip
    return [
        Issue(
            row,
            got.get(row.pk, ZERO),
            still.get(row.pk, ZERO),
            scans.get(row.document_id),
            releases.get(row.pk, []),
            receipts.get(row.pk, []),
        )
        for row in rows
    ]


def _grouped(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[row.allocation_id].append(row)
    return found


def pool_around(allocation: Allocation) -> Pool:
    """The money of the same source and budget year of its project."""
    key = (allocation.project_id, allocation.document.source, allocation.document.fund_year)
    return pools_of([allocation.project]).get(key, Pool())


def arrival_of(allocation: Allocation) -> Arrival:
    """What stands around a receipt of it. Three statements."""
    pool, document = pool_around(allocation), allocation.document
    return Arrival(
        document=document.number,
        approved=document.state == FundDocument.State.APPROVED,
        dated_on=document.dated_on,
        allocated=allocation.amount,
        before=next((given.got for given in pool.given if given.pk == allocation.pk), ZERO),
        left=pool.open().get(allocation.pk, ZERO),
    )


def sending_of(allocation: Allocation, without: Release | None = None) -> Sending:
    """What stands around a 拨付 of it; `without`: a row already recorded."""
    pool, document = pool_around(allocation), allocation.document
    standing = Release.objects.filter(project=allocation.project_id, state__in=STANDING)
    if without:
        standing = standing.exclude(pk=without.pk)
    in_pool = {given.pk for given in pool.given}
    totals = sent_of(standing)
    sent = sum((total for pk, total in totals.items() if pk in in_pool), ZERO)
    back = sum((given.got for given in pool.given), ZERO) - pool.received
    return Sending(
        document=document.number,
        approved=document.state == FundDocument.State.APPROVED and document.gives,
        dated_on=document.dated_on,
        allocated=allocation.amount,
        before=totals.get(allocation.pk, ZERO),
        room=pool.allocated + back - sent,
        held=allocation.project.holds.filter(lifted_on=None).exists(),
    )


def incomes_of(project: Project) -> list[Income]:
    """Each with its papers in `papers` and, where it was reversed, `reversal`; `asked`: the 冲销 put forward, each with
    its own `papers`. Three statements.
    """
    rows = list(project.incomes.select_related("recorded_by", "reversal", "reverses"))
    papers: dict[tuple[str, int], list[Attachment]] = defaultdict(list)
    kept = project.attachments.filter(about__in=[ABOUT_INCOME, ABOUT_INCOME_REVERSAL]).select_related("uploaded_by")
    for paper in kept:
        papers[paper.about, paper.about_id].append(paper)
    asked: dict[int, list[IncomeReversal]] = defaultdict(list)
    for one in project.income_reversals.select_related("proposed_by", "decided_by"):
        one.papers = papers[ABOUT_INCOME_REVERSAL, one.pk]  # type: ignore[attr-defined]
        asked[one.income_id].append(one)
    for row in rows:
        row.papers, row.asked = papers[ABOUT_INCOME, row.pk], asked[row.pk]  # type: ignore[attr-defined]
        row.waits = any(one.state == IncomeReversal.State.PROPOSED for one in row.asked)  # type: ignore[attr-defined]
    return rows


def income_totals(rows: Iterable[Income]) -> list[tuple[str, Decimal]]:
    """Each kind with what came in of it, reversals taken off."""
    sums = dict.fromkeys(Income.Kind.values, ZERO)
    for row in rows:
        sums[row.kind] += -row.amount if row.reverses_id else row.amount
    return [(Income.Kind(kind).label, total) for kind, total in sums.items()]


def mode_of(project: Project) -> str:
    return str(ArrivalMode(modes_of([project])[project.organisation_id]).label)


def asked_waiting(read: Together, within: Q) -> Answer:
    """The allocations of projects that have one of which something may still arrive, for `waiting_from`.

    `within`: on rows about a project. A pool is open only if one of its allocations has come in by less than its amount.
    """
    made = (
        Release.objects.filter(allocation=OuterRef("pk"), state=Release.State.APPROVED).order_by().values("allocation")
    )
    sent = made.filter(reverses=None).annotate(total=Sum("amount")).values("total")
    back = made.exclude(reverses=None).annotate(total=Sum("amount")).values("total")
    rows = signed(Q(project__in=lacking(within).values("project")))
    return read.ask(
        rows.annotate(arrived=arrived(), sent=Subquery(sent), back=Subquery(back)), *POOL_ROW, "sent", "back",
        dated_on="document__dated_on", number="document__number", approved_on="document__approved_on",
    )  # fmt: skip


def waiting_from(asked: Answer) -> Iterator[tuple[Any, Decimal, Decimal]]:
    """(allocation, what may still arrive, what of it is on its way), in the order of the allocations."""
    rows = sorted(asked, key=lambda row: (row.dated_on, row.pk))
    still = {pk: left for pool in pools_from(rows).values() for pk, left in pool.open().items() if left}
    for row in sorted(rows, key=lambda row: row.pk):
        if row.pk in still:
            yield row, still[row.pk], max((row.sent or ZERO) - (row.back or ZERO) - row.arrived, ZERO)


def not_passed_on(project: Project, on: date) -> list[Finding]:
    """+30 not passed on, an allocation each. One statement."""
    return [
        finding
        for row, left, sent in waiting_from(asked_waiting(Together(), Q(project=project)))
        for finding in check_passed_on(
            project.edition,
            key=row.pk,
            document=row.number,
            dated_on=row.dated_on,
            left=left,
            sent=sent,
            on=on,
        )
    ]
