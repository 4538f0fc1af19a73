"""清算, 追缴, 缴回: what stands, what it is computed from, what is still to come back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from accounts.models import User
from funds.ledger import ISSUED_SOURCES, Ledger
from funds.models import ABOUT_SETTLEMENT, ClawBack, FoundMoney, Income, Repayment, Settlement, Voucher
from funds.queries.ledgers import OPEN, ledger_of
from funds.queries.pages import names_of
from funds.rules.settlement import (
    LABELS,
    OCCASION_AT,
    Claim,
    Figures,
    check_current,
    closing_occasions,
    figures_of,
    standing_wrong,
)
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import Occasion, Source, Stage, VoucherState
from projects import access
from projects.fields import MoneyField
from projects.models import Attachment, Project

ABOUT_REPAYMENT = "repayment"
HOLDS_NOTHING_UP = Q(after_stop=True, fits=False, reverses=None) & ~Q(why="")


def settled(project: Project) -> bool:
    """Whether an approved 清算 that closes the books at this stage stands."""
    approved = Settlement.objects.filter(project=project, state=Settlement.State.APPROVED)
    return approved.filter(occasion__in=closing_occasions(project.stage)).exists()


def prepared(project: Project, occasion: Occasion | None = None) -> Settlement | None:
    """The 清算 that waits for approval; after 取消称号 only one prepared since then."""
    rows = Settlement.objects.filter(project=project, state=Settlement.State.PREPARED)
    if project.stage == Stage.REVOKED:
        rows = rows.filter(occasion=Occasion.REVOCATION)
        rows = rows.filter(prepared_on__gte=project.stage_since) if project.stage_since else rows
    return (rows.filter(occasion=occasion) if occasion else rows).first()


def settlement_state(project: Project) -> str:
    """ "approved", "prepared" or "", as the steps of the life ask."""
    if settled(project):
        return Settlement.State.APPROVED
    return Settlement.State.PREPARED if prepared(project) else ""


def open_payments(project: Project) -> tuple[Decimal, int]:
    """What has no final verdict, 待认定 and 暂不认定 alike: the amount, a 冲销 taking its own off, and how many rows.

    What a unit hands in outside every limit while its books wait for their 清算 holds it up no more: it is a fact.
    """
    rows = Voucher.objects.filter(project=project, state__in=OPEN)
    if awaits_settlement(project):
        rows = rows.exclude(HOLDS_NOTHING_UP)
    sums = rows.aggregate(
        count=Count("pk"),
        paid=Sum("amount", filter=Q(reverses=None)),
        back=Sum("amount", filter=Q(reverses__isnull=False)),
    )
    return (sums["paid"] or ZERO) - (sums["back"] or ZERO), sums["count"]


def open_count(project: Project) -> int:
    """How many payments and reversals have no final verdict and need one before a 清算."""
    return open_payments(project)[1]


def awaits_settlement(project: Project) -> bool:
    """Whether the books wait for their 清算: by the stage, or since one was prepared."""
    return not settled(project) and (project.stage in OCCASION_AT or prepared(project) is not None)


def written(figures: Figures) -> dict[str, Decimal]:
    """The figures as a settlement keeps them."""
    return {name: getattr(figures, name) for name in LABELS}


def overtaken(settlement: Settlement, project: Project) -> list[Finding]:
    """Why the prepared 清算 cannot be approved as the books stand now."""
    kept = {name: getattr(settlement, name) for name in LABELS}
    return list(check_current(kept, written(figures_now(project)), open_count=open_count(project)))


def figures_now(project: Project, ledger: Ledger | None = None) -> Figures:
    """Of the books as they stand."""
    return figures_of(
        ledger or ledger_of(project),
        interest=_interest(project),
        disallowed=_disallowed(project),
        repaid=_repaid(project),
        problem=_problem(project),
        recovered=_recovered(project),
    )


def _interest(project: Project) -> Decimal:
    rows = Income.objects.filter(project=project, kind=Income.Kind.INTEREST)
    sums = rows.aggregate(
        came=Sum("amount", filter=Q(reverses=None)), back=Sum("amount", filter=Q(reverses__isnull=False))
    )
    return (sums["came"] or ZERO) - (sums["back"] or ZERO)


def _disallowed(project: Project) -> Decimal:
    rows = Voucher.objects.filter(
        project=project, state=VoucherState.DISALLOWED, reverses=None, source__in=ISSUED_SOURCES
    )
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


def _problem(project: Project) -> Decimal:
    """问题资金 on payments that are 认定, still open or 追回: it was not spent as it should be. Two statements."""
    recognised = Voucher.objects.filter(
        project=project, state=VoucherState.RECOGNISED, reverses=None, source__in=ISSUED_SOURCES
    )
    wrong = Q(found_money__left__gt=0) | Q(found_money__recovered__gt=0)
    rows = recognised.filter(wrong).values_list("pk", "amount").order_by("pk")
    left = Sum(F("found_money__left") + F("found_money__recovered"), output_field=MoneyField())
    found = list(rows.annotate(left=left, since=Min("found_money__found_on")))
    backs: dict[int | None, list[tuple[Decimal, date]]] = {}
    reversals = Voucher.objects.filter(reverses__in=[pk for pk, *_ in found], state=VoucherState.RECOGNISED)
    for pk, amount, judged_on in reversals.values_list("reverses", "amount", "judged_on"):
        backs.setdefault(pk, []).append((amount, judged_on))
    return sum(
        (
            standing_wrong(
                amount,
                left=left,
                back=sum((part for part, _ in backs.get(pk, ())), ZERO),
                back_since=sum((part for part, day in backs.get(pk, ()) if day >= since), ZERO),
            )
            for pk, amount, left, since in found
        ),
        ZERO,
    )


def _repaid(project: Project) -> Decimal:
    """What came back under every claim."""
    rows = Repayment.objects.filter(claw_back__project=project, state=Repayment.State.CONFIRMED)
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


def _recovered(project: Project) -> Decimal:
    """What was 追回 of payments from money that came by 资金文件, whatever became of the payment."""
    rows = FoundMoney.objects.filter(project=project, voucher__source__in=ISSUED_SOURCES)
    return rows.aggregate(total=Sum("recovered"))["total"] or ZERO


def claimed(project: Project) -> bool:
    """Whether a 追缴 stands, which then claims everything that is open, 问题资金 included."""
    return ClawBack.objects.filter(project=project, settlement__state=Settlement.State.APPROVED).exists()


def detail_of(project: Project, ledger: Ledger, problem: Decimal = ZERO) -> dict[str, Any]:
    """The closing sheet as plain values: income by source, spending by category × source, what of it stood wrong."""
    names = names_of(project)
    return {
        "sources": [
            [one.source, str(one.allocated), str(one.received), str(one.spent)]
            for one in ledger.sources
            if one.allocated or one.received or one.spent
        ],
        "lines": [
            [names.get(one.category, one.category), one.source, str(one.budget), str(one.spent)]
            for one in ledger.lines
            if one.budget or one.spent
        ],
        "problem": str(problem),
    }


@dataclass(frozen=True, slots=True)
class SheetSource:
    name: str
    allocated: Decimal
    received: Decimal
    spent: Decimal
    issued: bool

    @property
    def left(self) -> Decimal:
        return self.received - self.spent


@dataclass(frozen=True, slots=True)
class SheetLine:
    category: str
    source: str
    budget: Decimal
    spent: Decimal


@dataclass(frozen=True, slots=True)
class ClosingSheet:
    """清算表, from what the settlement kept. `issued`: the sums of the money that came by 资金文件."""

    sources: tuple[SheetSource, ...]
    lines: tuple[SheetLine, ...]
    issued: SheetSource
    budget: Decimal
    spent: Decimal
    problem: Decimal = ZERO


def problem_of(settlement: Settlement) -> Decimal:
    """What it left out of the compliant spending as 问题资金, still open or 追回."""
    return Decimal(settlement.detail.get("problem", "0"))


def closing_sheet(settlement: Settlement) -> ClosingSheet:
    labels = dict(Source.choices)
    sources = tuple(
        SheetSource(
            labels.get(code, code), Decimal(allocated), Decimal(received), Decimal(spent), code in ISSUED_SOURCES
        )
        for code, allocated, received, spent in settlement.detail.get("sources", ())
    )
    lines = tuple(
        SheetLine(category, labels.get(code, code), Decimal(budget), Decimal(spent))
        for category, code, budget, spent in settlement.detail.get("lines", ())
    )
    issued = [one for one in sources if one.issued]
    total = SheetSource(
        "财政资金合计",
        sum((one.allocated for one in issued), ZERO),
        sum((one.received for one in issued), ZERO),
        sum((one.spent for one in issued), ZERO),
        issued=True,
    )
    return ClosingSheet(
        sources,
        lines,
        total,
        sum((one.budget for one in lines), ZERO),
        sum((one.spent for one in lines), ZERO),
        problem_of(settlement),
    )


def settlement_papers(settlement: Settlement | None) -> list[Attachment]:
    """What was put beside a claim below the whole."""
    if settlement is None:
        return []
    rows = Attachment.objects.filter(project=settlement.project_id, about=ABOUT_SETTLEMENT, about_id=settlement.pk)
    return list(rows.order_by("pk"))


def settlements_of(project: Project, user: User) -> QuerySet[Settlement]:
    """Every 清算, the newest first, with who did what; to the unit only what was approved, even if void since."""
    rows = Settlement.objects.filter(project=project).select_related("prepared_by", "approved_by", "claw_back")
    return rows.filter(approved_on__isnull=False) if access.is_unit(user) else rows


def with_waiting(rows: QuerySet[ClawBack]) -> QuerySet[ClawBack]:
    """追缴 with `waiting`, what is recorded under each and not yet confirmed."""
    recorded = Q(repayments__state=Repayment.State.RECORDED)
    return rows.select_related("settlement").annotate(
        waiting=Sum("repayments__amount", filter=recorded, default=ZERO, output_field=MoneyField())
    )


def claim_of(row: ClawBack) -> Claim:
    """`row` from `with_waiting`."""
    standing = row.settlement.state == Settlement.State.APPROVED
    since = row.settlement.approved_on
    return Claim(row.amount, row.left, row.due_on, row.waiting, standing, since)  # type: ignore[attr-defined]


def claims_of(project: Project) -> list[Claim]:
    return [claim_of(row) for row in with_waiting(ClawBack.objects.filter(project=project))]


def overdue_claims(on: date) -> QuerySet[ClawBack]:
    """Standing claims past their day with something left."""
    return ClawBack.objects.filter(left__gt=0, due_on__lt=on, settlement__state=Settlement.State.APPROVED)


def proofs_of(repayments: Iterable[Repayment]) -> dict[int, list[Attachment]]:
    """The proof files of each 缴回; one statement."""
    found: dict[int, list[Attachment]] = {row.pk: [] for row in repayments}
    for file in Attachment.objects.filter(about=ABOUT_REPAYMENT, about_id__in=list(found)):
        found[file.about_id].append(file)
    return found
