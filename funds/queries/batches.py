"""What the pages and acts of a 报账批次 ask. Constant numbers of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from accounts.roles import Role
from funds.models import ABOUT_INVOICE, ABOUT_VOUCHER, Batch, BatchPick, Contract, Flag, PickView, Voucher
from funds.queries.contracts import worths_of
from funds.rules import EDITABLE, sampling
from policy.money import ZERO
from policy.terms import Source, VoucherState
from projects import access
from projects.models import Attachment, Project

OPEN_FLAGS = (Flag.State.OPEN, Flag.State.ANSWERED)


def batches_of(project: Project, user: User) -> QuerySet[Batch]:
    """With `rows`, `total` and how many still wait, newest first: grouping drops the order of the model. One that is
    not signed yet is the unit's own.
    """
    waiting = Q(vouchers__state=VoucherState.SUBMITTED)
    found = project.batches.all() if access.is_unit(user) else project.batches.exclude(state=Batch.State.DRAFT)
    found = found.annotate(
        rows=Count("vouchers"), total=Sum("vouchers__amount"), waiting=Count("vouchers", filter=waiting)
    )
    return found.select_related("drafted_by", "signed_by", "passed_by").order_by("-number", "-pk")


def drafts_of(project: Project) -> QuerySet[Voucher]:
    """Payments that may still be changed, oldest first."""
    rows = project.vouchers.filter(state__in=EDITABLE, reverses=None)
    return rows.select_related("recorded_by", "handed_to", "batch").order_by("paid_on", "pk")


def rows_of(batch: Batch) -> QuerySet[Voucher]:
    """The rows of a batch, with `flagged` and `papers`."""
    flags = Flag.objects.filter(voucher=OuterRef("pk"), state__in=OPEN_FLAGS)
    rows = batch.vouchers.annotate(flagged=Exists(flags)).order_by("pk")
    return rows.select_related("recorded_by", "submitted_by", "judged_by", "first_judged_by").prefetch_related("hands")


def picks_due(project: Project, batch: Batch) -> dict[int, str]:
    """Row id → why finance opens it, drawn again from the stored seed with the flags of now."""
    edition = project.edition
    rows = (
        sampling.Row(row.pk, row.amount, row.fits, row.flagged, row.source == Source.OWN)  # type: ignore[attr-defined]
        for row in rows_of(batch)
    )
    return sampling.pick(
        rows,
        seed=batch.seed,
        threshold=Decimal(edition.number("batch_look_yuan")),
        share=edition.ratio("batch_sample_share"),
        least=edition.number("batch_sample_least"),
    )


def unseen_of(batch: Batch, actor: User) -> list[str]:
    """Numbers of the rows that must be opened, wait for a verdict and this officer has not opened himself: kept picks
    and later flags.
    """
    kept = set(batch.picks.values_list("voucher", flat=True))
    flagged = {row.pk for row in rows_of(batch) if row.flagged}  # type: ignore[attr-defined]
    own = PickView.objects.filter(pick__batch=batch, seen_by=actor)
    due = (kept | flagged) - set(own.values_list("pick__voucher", flat=True))
    waiting = batch.vouchers.filter(state=VoucherState.SUBMITTED, first_judged_by=None, pk__in=due)
    return list(waiting.order_by("pk").values_list("number", flat=True))


@dataclass(frozen=True, slots=True)
class Look:
    """One row on the review page: why it is to be opened, and who opened it. `own`: the reader did."""

    voucher: Voucher
    why: str
    pick: BatchPick | None
    views: tuple[PickView, ...] = ()
    own: bool = False

    @property
    def due(self) -> bool:
        """Whether the reader still has to open it."""
        return bool(self.why) and not self.own


def looks_of(batch: Batch, reader: User | None = None) -> list[Look]:
    """Rows to open first, each group in the order they were entered. Four statements."""
    picks = batch.picks.select_related("seen_by").prefetch_related("views__seen_by")
    kept = {pick.voucher_id: pick for pick in picks}
    labels = dict(BatchPick.Why.choices)
    looks = []
    for row in rows_of(batch):
        pick = kept.get(row.pk)
        flagged = labels[BatchPick.Why.FLAGGED] if row.flagged else ""  # type: ignore[attr-defined]
        views = tuple(pick.views.all()) if pick else ()
        own = reader is not None and any(view.seen_by_id == reader.pk for view in views)
        looks.append(Look(row, labels[pick.why] if pick else flagged, pick, views, own))
    return sorted(looks, key=lambda look: (not look.why, look.voucher.pk))


def sum_of(rows: Iterable[Voucher]) -> Decimal:
    return sum((row.amount for row in rows), ZERO)


def clerks_of(project: Project, on: date) -> list[User]:
    """The clerks of the unit today."""
    live = Q(memberships__until=None) | Q(memberships__until__gte=on)
    held = Q(memberships__role=Role.U1, memberships__organisation=project.organisation_id, memberships__since__lte=on)
    return list(User.objects.filter(live & held, is_active=True).distinct().order_by("pk"))


def invoices_of(project: Project) -> QuerySet[Attachment]:
    """Invoices that were uploaded and belong to no payment yet."""
    return project.attachments.filter(about=ABOUT_INVOICE).select_related("uploaded_by").order_by("pk")


def papers_of(project: Project, vouchers: Iterable[Voucher]) -> dict[int, list[Attachment]]:
    """voucher → its files. One statement."""
    found: dict[int, list[Attachment]] = {}
    ids = [voucher.pk for voucher in vouchers]
    for file in project.attachments.filter(about=ABOUT_VOUCHER, about_id__in=ids).order_by("pk"):
        found.setdefault(file.about_id, []).append(file)
    return found


@dataclass(frozen=True, slots=True)
class ContractToPay:
    """A registered contract and what payments under it hold or have spent."""

    contract: Contract
    used: Decimal
    amount: Decimal

    @property
    def left(self) -> Decimal:
        return self.amount - self.used


def contracts_to_pay(project: Project) -> list[ContractToPay]:
    """Three statements."""
    taken = Q(state=VoucherState.RECOGNISED) | Q(state=VoucherState.SUBMITTED, fits=True, reverses=None)
    rows = project.vouchers.filter(taken, contract__isnull=False).order_by()
    used: dict[int, Decimal] = {}
    for contract, amount, reverses in rows.values_list("contract", "amount", "reverses"):
        used[contract] = used.get(contract, ZERO) + (-amount if reverses else amount)
    standing = list(project.contracts.filter(voided_on=None))
    worths = worths_of(standing)
    return [ContractToPay(row, used.get(row.pk, ZERO), worths[row.pk].amount) for row in standing]
