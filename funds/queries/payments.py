"""支出明细 of one project or of all in reach: filtered, counted and paged in a fixed number of statements.

A page is found in two steps: its ids from an index alone, then its rows, so that a far page costs what the first does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum
from django.db.models.lookups import In
from django.utils.functional import cached_property

from accounts.models import User
from accounts.roles import Action
from funds.models import Flag, Voucher
from policy.loader import edition
from policy.money import ZERO
from policy.terms import EntryType, VoucherState
from projects import access
from projects.models import Project

NEWEST = ("-paid_on", "-pk")
MANY = 10
PLAIN = ("state", "source", "category")
LATE = (EntryType.LATE, EntryType.CORRECTION)
STANDING = (Flag.State.OPEN, Flag.State.ANSWERED, Flag.State.CONFIRMED)
RANGES = (("start", "paid_on__gte"), ("end", "paid_on__lte"), ("least", "amount__gte"), ("most", "amount__lte"))


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a filter: how many rows, and what they come to after 冲销."""

    count: int
    amount: Decimal


def visible(user: User) -> Q:
    """Drafts are the unit's own until they are submitted."""
    return Q() if access.is_unit(user) else ~Q(state=VoucherState.DRAFT)


def payments_for(user: User, asked: Mapping[str, Any], project: Project | None = None) -> QuerySet[Voucher]:
    """The payments and 冲销 in reach that meet what was asked; of `project`, which the page has already checked."""
    if project is not None:
        return Voucher.objects.filter(visible(user), chosen(asked), project=project)
    reached = access.projects_for(user, Action.VIEW_SPENDING)
    if unit := asked.get("unit"):
        reached = reached.filter(Q(name__icontains=unit) | Q(organisation__name__icontains=unit))
    return Voucher.objects.filter(visible(user), chosen(asked), among(list(reached.values_list("pk", flat=True))))


def among(projects: Sequence[int]) -> Q:
    """Few projects are found by their index. Many are most of the book, which is read in its own order: without figures
    on its tables (nobody runs ANALYZE for a site) SQLite would look every payment of each up and sort them.
    """
    if len(projects) < MANY:
        return Q(project__in=projects)
    return Q(In(ExpressionWrapper(F("project") + 0, BigIntegerField()), projects))


def chosen(asked: Mapping[str, Any]) -> Q:
    found = Q(**{name: asked[name] for name in PLAIN if asked.get(name)})
    for name, lookup in RANGES:
        if asked.get(name) is not None:
            found &= Q(**{lookup: asked[name]})
    if asked.get("known") is not None:
        found &= Q(state=VoucherState.RECOGNISED, judged_on__lte=asked["known"])
    if asked.get("flagged"):
        standing = Exists(Flag.objects.filter(voucher=OuterRef("pk"), state__in=STANDING))
        found &= Q(standing) if asked["flagged"] == "yes" else ~Q(standing)
    if asked.get("late"):
        found &= Q(entry_type__in=LATE) if asked["late"] == "yes" else Q(entry_type=EntryType.ORDINARY)
    for word in str(asked.get("q") or "").split():
        found &= Q(number__icontains=word) | Q(payee__icontains=word) | Q(abstract__icontains=word)
    return found


def totals_of(rows: QuerySet[Voucher]) -> Totals:
    """Count and sum in one statement, from an index where no word is looked for."""
    sums = rows.order_by().aggregate(
        count=Count("pk"), all=Sum("amount"), back=Sum("amount", filter=Q(reverses__isnull=False))
    )
    return Totals(sums["count"], (sums["all"] or ZERO) - 2 * (sums["back"] or ZERO))


class Counted(Paginator):
    """Pages of ids whose count is known; `rows` reads the rows of one page."""

    def __init__(self, rows: QuerySet[Voucher], per_page: int, totals: Totals) -> None:
        self.totals = totals
        super().__init__(rows.order_by(*NEWEST).values_list("pk", flat=True), per_page)

    @cached_property
    def count(self) -> int:
        return self.totals.count


def rows_of(page: Page) -> list[Voucher]:
    """The payments of one page, with project and unit and whether a 疑点 stands; one statement more."""
    ids = list(page.object_list)
    return read(Voucher.objects.filter(pk__in=ids))


def read(rows: QuerySet[Voucher]) -> list[Voucher]:
    """With what a list and its export show of each."""
    flags = Flag.objects.filter(voucher=OuterRef("pk"), state__in=STANDING)
    found = rows.select_related("project__organisation", "judged_by", "reverses").annotate(flagged=Exists(flags))
    return named_each(found.order_by(*NEWEST))


def named_each(rows: QuerySet[Voucher]) -> list[Voucher]:
    """`category_name` as the edition of its own project says it."""
    names: dict[str, dict[str, str]] = {}
    found = list(rows)
    for row in found:
        code = row.project.edition_code
        if code not in names:
            names[code] = {item.code: item.name for item in row.project.edition.categories}
        row.category_name = names[code].get(row.category, row.category)  # type: ignore[attr-defined]
    return found


def category_choices(user: User) -> dict[str, str]:
    """Every category of the editions in reach; one statement."""
    projects = access.projects_for(user, Action.VIEW_SPENDING).order_by()
    codes = projects.values_list("edition_code", flat=True).distinct()
    found: dict[str, str] = {}
    for code in sorted(codes):
        found |= {item.code: item.name for item in edition(code).categories}
    return found
