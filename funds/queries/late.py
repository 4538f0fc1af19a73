"""补录: what had happened by a business date and was posted after a posting date, of any number of projects.

Line by line it explains why a figure as known then is not what it is as known now: the effects add up to the difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from funds.ledger import ISSUED_SOURCES
from funds.models import Allocation, Budget, FundDocument, Receipt, Voucher
from funds.queries.as_of import AWARD, IN_FORCE, Moment
from funds.queries.ledgers import granted
from policy.money import ZERO, yuan
from policy.terms import Source
from projects.models import DecisionItem, Project


@dataclass(frozen=True, slots=True)
class Late:
    """`amount`: what the entry says; `effect`: by how much it moves its figure among the six, none for own money."""

    figure: str
    title: str
    on: date
    posted_on: date
    source: str
    amount: Decimal
    voucher: int | None = None
    note: str = ""
    project: int = 0
    effect: Decimal = ZERO

    @property
    def source_name(self) -> str:
        return Source(self.source).label if self.source else "—"


def late_entries(project: Project, at: Moment, until: date) -> list[Late]:
    """Business date by `at.on`, posted after `at.known` and by `until`: what explains the difference. Four statements."""
    return _sorted(_money([project.pk], at, until))


def late_of(projects: Iterable[Project], at: Moment, until: date) -> list[Late]:
    """The same of many projects, late awards among them. Five statements, however many projects."""
    rows = {project.pk: project for project in projects}
    return _sorted([*_awards(rows, at, until), *_money(list(rows), at, until)])


def _money(ids: list[int], at: Moment, until: date) -> list[Late]:
    found = [*_documents(ids, at, until), *_receipts(ids, at, until)]
    return [*found, *_vouchers(ids, at, until), *_budgets(ids, at, until)]


def _sorted(found: Iterable[Late]) -> list[Late]:
    return sorted(found, key=lambda late: (late.posted_on, late.on, late.project))


def _awards(projects: dict[int, Project], at: Moment, until: date) -> Iterator[Late]:
    """An award is posted by the decision that took effect; without one, on its own day."""
    done = DecisionItem.objects.filter(project__in=projects, state=DecisionItem.State.DONE, decision__kind=AWARD)
    posted = dict(done.order_by("pk").values_list("project", "decision__effective_on"))
    for pk, project in projects.items():
        awarded_on = project.awarded_on
        if awarded_on is None or awarded_on > at.on:
            continue
        posted_on = posted.get(pk) or awarded_on
        if at.known < posted_on <= until:
            amount = granted(project)
            title = project.award_document or "立项"
            yield Late("批复", title, awarded_on, posted_on, "", amount, project=pk, effect=amount)


def _documents(ids: Iterable[int], at: Moment, until: date) -> Iterator[Late]:
    rows = Allocation.objects.filter(
        project__in=ids,
        document__state=FundDocument.State.APPROVED,
        document__dated_on__lte=at.on,
        document__approved_on__gt=at.known,
        document__approved_on__lte=until,
    )
    for row in rows.select_related("document"):
        document = row.document
        yield Late(
            "下达", document.number, document.dated_on, document.approved_on or until, document.source, row.effect,
            project=row.project_id, effect=row.effect,
        )  # fmt: skip


def _receipts(ids: Iterable[int], at: Moment, until: date) -> Iterator[Late]:
    """Money under a document that is dated after the business date does not count by then."""
    rows = Receipt.objects.filter(
        project__in=ids,
        received_on__lte=at.on,
        confirmed_on__gt=at.known,
        confirmed_on__lte=until,
        allocation__document__dated_on__lte=at.on,
    )
    for row in rows.select_related("allocation__document"):
        document = row.allocation.document
        title = f"{row.get_kind_display()}（{document.number}）"
        yield Late(
            "到账", title, row.received_on, row.confirmed_on, document.source, row.effect, project=row.project_id,
            effect=row.effect,
        )  # fmt: skip


SHOWN = ("project", "number", "paid_on", "judged_on", "source", "amount", "reverses", "abstract")


def _vouchers(ids: Iterable[int], at: Moment, until: date) -> Iterator[Late]:
    rows = Voucher.objects.filter(
        project__in=ids,
        entry_number__isnull=False,  # recognised, said so that no index of all payments in that state is taken
        paid_on__lte=at.on,
        judged_on__gt=at.known,
        judged_on__lte=until,
    )
    for row in rows.only(*SHOWN):
        title = f"{'冲销' if row.reverses_id else '支出'} {row.number}"
        effect = row.signed_amount if row.source in ISSUED_SOURCES else ZERO
        yield Late(
            "支出", title, row.paid_on, row.judged_on or until, row.source, row.signed_amount, row.pk, row.abstract,
            row.project_id, effect,
        )  # fmt: skip


def _budgets(ids: Iterable[int], at: Moment, until: date) -> Iterator[Late]:
    """A budget counts from its approval: it is late only against a posting date before the business date.

    Its effect is what it changes of the version before.
    """
    last, rows = min(at.on, until), Budget.objects.filter(project__in=ids, state__in=IN_FORCE)
    before: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for row in rows.filter(Q(approved_on__lte=last)).order_by("version").prefetch_related("items"):
        if row.approved_on is None:
            continue
        whole = sum((item.amount for item in row.items.all() if item.source in ISSUED_SOURCES), ZERO)
        if row.approved_on > at.known:
            title = f"预算第 {row.version} 版（{row.get_kind_display()}）"
            yield Late(
                "预算", title, row.approved_on, row.approved_on, "", whole, note=f"财政资金合计 {yuan(whole)}",
                project=row.project_id, effect=whole - before[row.project_id],
            )  # fmt: skip
        before[row.project_id] = whole
