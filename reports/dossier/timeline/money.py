"""Money on the line of time: documents, what came in, budgets, batches, sums by the day they were judged, audits."""

from django.db.models import BigIntegerField, Case, CharField, Count, F, Q, Sum, Value, When
from django.db.models.functions import Cast

from funds.models import (
    Allocation,
    Budget,
    FoundMoney,
    FoundMoneyEntry,
    FundDocument,
    Income,
    Receipt,
    Release,
    Repayment,
    Voucher,
)
from funds.queries import batches_of, documents_for, settlements_of
from policy.terms import VoucherState
from reports.dossier.timeline.parts import COLUMNS, Asked, Part, Parts, part
from reports.dossier.timeline.words import ranked


def documents(asked: Asked) -> Parts:
    """A unit learns of a document when it is signed."""
    seen = documents_for(asked.user).exclude(state=FundDocument.State.RETURNED).order_by().values("pk")
    rows = Allocation.objects.filter(project=asked.project, document__in=seen)
    yield part(
        rows, "document", "document__dated_on", ref="document_id", a="document__number", b="document__kind",
        c="document__state", money="effect", who="document__recorded_by",
    )  # fmt: skip


def money_in(asked: Asked) -> Parts:
    sent = Release.objects.filter(project=asked.project, state=Release.State.APPROVED)
    yield part(sent, "release", "released_on", a="number", c="reason", money="amount", who="recorded_by")
    came = Receipt.objects.filter(project=asked.project)
    yield part(came, "receipt", "received_on", a="kind", b="reason", money="effect", who="confirmed_by")


def incomes(asked: Asked) -> Parts:
    rows = Income.objects.filter(project=asked.project)
    yield part(rows, "income", "received_on", a="kind", b="note", c="reverses_id", money="amount", who="recorded_by")


def budgets(asked: Asked) -> Parts:
    rows = Budget.objects.filter(project=asked.project)
    yield part(rows, "budget_sent", "submitted_on", a="version", b="reason", who="submitted_by")
    yield part(rows, "budget_approved", "approved_on", a="version", who="approved_by")
    back = rows.filter(state=Budget.State.RETURNED)
    yield part(back, "budget_back", "returned_on", a="version", b="return_reason", who="returned_by")


def contracts(asked: Asked) -> Parts:
    rows = asked.project.contracts.filter(voided_on=None)
    yield part(rows, "contract", "signed_on", a="number", b="name", money="amount", who="recorded_by")


def batches(asked: Asked) -> Parts:
    rows = batches_of(asked.project, asked.user)
    yield part(rows, "batch_signed", "signed_on", a="number", b="title", who="signed_by")
    yield part(rows.filter(state="passed"), "batch_passed", "passed_on", a="number", b="opinion", who="passed_by")


def recognised(asked: Asked) -> Parts:
    """One line a day and word, with how many and how much: a project has thousands of payments."""
    yield _judged(asked, VoucherState.RECOGNISED, "recognised")


def judged(asked: Asked) -> Parts:
    yield _judged(asked, VoucherState.QUESTIONED, "questioned")
    yield _judged(asked, VoucherState.DISALLOWED, "disallowed")


def _judged(asked: Asked, state: str, code: str) -> Part:
    rows = Voucher.objects.filter(project=asked.project, state=state, judged_on__isnull=False).order_by()
    amount = Cast(F("amount"), BigIntegerField())
    signed = Case(When(Q(reverses=None), then=amount), default=-amount)
    grouped = rows.values("judged_on").annotate(
        t_on=F("judged_on"), t_code=Value(ranked(code), CharField()), t_ref=Value(0, BigIntegerField()),
        t_a=Cast(Count("pk"), CharField()), t_b=Value("", CharField()), t_c=Value("", CharField()),
        t_fen=Cast(Sum(signed), BigIntegerField()), t_who=Value("", CharField()),
    )  # fmt: skip
    return grouped.values_list(*COLUMNS)


def settlements(asked: Asked) -> Parts:
    rows = settlements_of(asked.project, asked.user)
    if not asked.unit:
        yield part(rows, "settlement", "prepared_on", a="document_number", money="recovery", who="prepared_by")
    yield part(rows, "settled", "approved_on", a="document_number", money="recovery", who="approved_by")
    back = Repayment.objects.filter(claw_back__project=asked.project, state=Repayment.State.CONFIRMED)
    yield part(back, "repaid", "paid_on", a="number", money="amount", who="recorded_by")


def audits(asked: Asked) -> Parts:
    rows = asked.project.audits.all()
    yield part(rows, "audit", "opened_on", a="title", b="number", who="opened_by")
    yield part(rows, "audit_sent", "sent_on", a="title", who="sent_by")
    yield part(rows, "audit_done", "concluded_on", a="title", who="concluded_by")


def found_money(asked: Asked) -> Parts:
    rows = FoundMoney.objects.filter(project=asked.project)
    yield part(rows, "found", "found_on", a="fact", money="found", who="found_by")
    moves = FoundMoneyEntry.objects.filter(found_money__project=asked.project, state=FoundMoneyEntry.State.CONFIRMED)
    yield part(moves, "found_move", "confirmed_on", a="move", b="note", money="amount", who="confirmed_by")
