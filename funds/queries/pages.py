"""What the pages of this app show, as plain values. Constant numbers of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from accounts.roles import Action
from funds.ledger import Ledger, Line
from funds.models import ABOUT_DOCUMENT, Allocation, Budget, FundDocument, Voucher
from funds.rules import ISSUE_STAGES
from policy.edition import Category
from policy.money import ZERO
from policy.terms import Kind, Source, VoucherState
from projects import access
from projects.models import Attachment, Project

SOURCES = {source.value: source.label for source in Source}


def documents_for(user: User) -> QuerySet[FundDocument]:
    """The 资金文件 with a project this person may see; `total` and `projects` count only those."""
    seen = access.projects_for(user).values("pk")
    lines = Allocation.objects.filter(document=OuterRef("pk"), project__in=seen)
    within = Q(allocations__project__in=seen)
    rows = FundDocument.objects.filter(Exists(lines)).order_by("-dated_on", "-pk")
    return rows.annotate(total=Sum("allocations__amount", filter=within), projects=Count("allocations", filter=within))


@dataclass(frozen=True, slots=True)
class Issuable:
    """A project that may be given money; `allocated`: of the grant's source, signed or waiting."""

    project: Project
    allocated: Decimal

    @property
    def left(self) -> Decimal:
        return max((self.project.grant or ZERO) - self.allocated, ZERO)


def issuable(user: User) -> list[Issuable]:
    """Two statements."""
    projects = list(
        access.projects_for(user, Action.RECORD_FUNDS)
        .filter(stage__in=ISSUE_STAGES)
        .select_related("organisation")
        .order_by("number", "pk")
    )
    standing = Allocation.objects.filter(project__in=projects).exclude(document__state=FundDocument.State.RETURNED)
    rows = standing.order_by().values_list("project", "document__source").annotate(total=Sum("amount"))
    sums = {(project, source): total for project, source, total in rows}
    return [Issuable(project, sums.get((project.pk, project.edition.grant_source), ZERO)) for project in projects]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of the category × source grid."""

    category: str
    source: str
    line: Line
    sum: bool = False


def grid_of(project: Project, ledger: Ledger) -> list[GridRow]:
    """The lines under their categories, a sum where a category has several sources."""
    names, rows = names_of(project), []
    for whole in ledger.categories:
        name = names.get(whole.category, whole.category)
        lines = [line for line in ledger.lines if line.category == whole.category]
        rows += [GridRow(name, SOURCES[line.source], line) for line in lines]
        if len(lines) > 1:
            rows.append(GridRow(name, "小计", whole, sum=True))
    return rows


def names_of(project: Project) -> dict[str, str]:
    return {category.code: category.name for category in categories_of(project)}


def categories_of(project: Project) -> tuple[Category, ...]:
    return project.edition.categories_for(Kind(project.kind))


@dataclass(frozen=True, slots=True)
class Issue:
    """下达 of one document to this project, and what has come in of it."""

    allocation: Allocation
    received: Decimal
    scan: Attachment | None

    @property
    def left(self) -> Decimal:
        return self.allocation.amount - self.received


def issues_of(project: Project) -> list[Issue]:
    """Two statements. Returned documents are left out: they give nothing."""
    rows = project.allocations.exclude(document__state=FundDocument.State.RETURNED)
    rows = rows.select_related("document").annotate(got=Sum("receipts__amount")).order_by("document__dated_on", "pk")
    scans = {scan.about_id: scan for scan in project.attachments.filter(about=ABOUT_DOCUMENT)}
    return [Issue(row, row.got or ZERO, scans.get(row.document_id)) for row in rows]


def cells_of(budget: Budget | None) -> dict[tuple[str, str], Decimal]:
    return {(item.category, item.source): item.amount for item in budget.items.all()} if budget else {}


def named(project: Project, vouchers: Iterable[Voucher]) -> list[Voucher]:
    """Payments with `category_name`, for a list."""
    names, found = names_of(project), list(vouchers)
    for voucher in found:
        voucher.category_name = names.get(voucher.category, voucher.category)  # type: ignore[attr-defined]
    return found


def twins_of(voucher: Voucher) -> QuerySet[Voucher]:
    """Other payments of the project with the same invoice: one invoice may serve several, a person looks at it."""
    same = Voucher.objects.filter(project=voucher.project_id, invoice_number=voucher.invoice_number, reverses=None)
    seller = Q(invoice_seller=voucher.invoice_seller)
    return same.filter(seller).exclude(pk=voucher.pk) if voucher.invoice_number else same.none()


def misfits(project: Project) -> int:
    """Payments waiting that lie outside the limits."""
    return project.vouchers.filter(state=VoucherState.SUBMITTED, fits=False).count()
