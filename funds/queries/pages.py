"""What the pages of this app show, as plain values. Constant numbers of statements."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import User
from funds.models import Budget, Voucher
from funds.queries.payments import visible
from policy.edition import Category
from policy.terms import Kind, Source, VoucherState
from projects.models import Project

SOURCES = {source.value: source.label for source in Source}


def names_of(project: Project) -> dict[str, str]:
    return {category.code: category.name for category in categories_of(project)}


def all_names_of(project: Project) -> dict[str, str]:
    """Of other kinds too: a row that bears one still has a name."""
    return {category.code: category.name for category in project.edition.categories} | names_of(project)


def categories_of(project: Project) -> tuple[Category, ...]:
    return project.edition.categories_for(Kind(project.kind))


def cells_of(budget: Budget | None) -> dict[tuple[str, str], Decimal]:
    return {(item.category, item.source): item.amount for item in budget.items.all()} if budget else {}


def named(project: Project, vouchers: Iterable[Voucher]) -> list[Voucher]:
    """Payments with `category_name`, for a list."""
    names, found = all_names_of(project), list(vouchers)
    for voucher in found:
        voucher.category_name = names.get(voucher.category, voucher.category)  # type: ignore[attr-defined]
    return found


def twins_of(voucher: Voucher, user: User) -> QuerySet[Voucher]:
    """Other payments of the project with the same invoice: one invoice may serve several, a person looks at it."""
    same = Voucher.objects.filter(project=voucher.project_id, invoice_key=voucher.invoice_key, reverses=None)
    return same.filter(visible(user)).exclude(pk=voucher.pk) if voucher.invoice_key else same.none()


def misfits(project: Project) -> int:
    """Payments waiting that lie outside the limits."""
    return project.vouchers.filter(state=VoucherState.SUBMITTED, fits=False).count()
