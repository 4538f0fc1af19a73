"""What the page of one 季报包 shows, to whom: drafts are the unit's, an office's word is its own until both spoke."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.models import User
from performance.models import PeriodReturn, Remark, ReturnAsk, ReturnReview, Section
from performance.queries.readings import reading_rows
from performance.queries.returns import (
    ABOUT_ASK,
    LINES,
    WITH_UNIT,
    Offices,
    State,
    drafts_in,
    payments_in,
    return_hands,
    review_offices,
    said_by,
    seat_of,
    who_acts,
    with_reviews,
)
from policy.terms import Line, VoucherState
from projects.access import is_unit
from projects.models import Attachment
from projects.queries import files_for


@dataclass(frozen=True, slots=True)
class Readings:
    """The state of the readings, by what keeps them from being sent in."""

    due: int
    drawn: int
    open: int


@dataclass(frozen=True, slots=True)
class PaymentSum:
    state: str
    label: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Page:
    """`content`: whether the reader may see what is typed. `reviews_for`: the line the reader has to speak for."""

    one: PeriodReturn
    content: bool
    sections: Sequence[Section]
    acts: str
    readings: Readings | None
    payments: Sequence[PaymentSum]
    drafts: int
    reviews: Sequence[ReturnReview]
    waiting: Sequence[Line]
    remarks: Sequence[Remark]
    asks: Sequence[tuple[ReturnAsk, Sequence[Attachment]]]
    hands: Mapping[int, User]
    reviews_for: Line | None

    def others(self, user: User) -> bool:
        return bool(self.hands.keys() - {user.pk})

    @property
    def done(self) -> int:
        return sum(section.done for section in self.sections)

    @property
    def since(self) -> date | None:
        """Since when it waits where it is."""
        one = self.one
        if one.state == State.SUBMITTED:
            return one.submitted_on
        return one.returned_on if one.state == State.RETURNED else one.round.opened_on


def page_of(one: PeriodReturn, user: User, *, on: date) -> Page:
    """A fixed number of statements, however many indicators, payments and remarks."""
    unit = one.project.organisation
    offices = review_offices([unit])
    held = with_reviews(PeriodReturn.objects.filter(pk=one.pk)).get()
    one._prefetched_objects_cache = held._prefetched_objects_cache  # type: ignore[attr-defined]
    mine, with_unit = is_unit(user), one.state in WITH_UNIT
    content = mine or not with_unit
    said = said_by(one)
    shown = [review for review in one.reviews.all() if not (mine and _half(one, review))]
    return Page(
        one=one,
        content=content,
        sections=list(one.sections.select_related("assignee", "done_by")),
        acts=who_acts(one, offices),
        readings=_readings(one) if content else None,
        payments=_payments(one) if content else (),
        drafts=drafts_in(one) if mine else 0,
        reviews=shown,
        waiting=[line for line in LINES if line not in said] if one.state == State.SUBMITTED else [],
        remarks=_remarks(one) if one.state == State.RETURNED else (),
        asks=_asks(one, user),
        hands=return_hands(one),
        reviews_for=_line(one, user, offices, said),
    )


def _half(one: PeriodReturn, review: ReturnReview) -> bool:
    """The word of one line while the other has not spoken: the unit gets both at once (一次性告知)."""
    return one.state == State.SUBMITTED and review.turn == one.turn


def _line(one: PeriodReturn, user: User, offices: Offices, said: Mapping[Line, ReturnReview]) -> Line | None:
    if one.state != State.SUBMITTED:
        return None
    unit = one.project.organisation
    return next((line for line in LINES if line not in said and seat_of(user, unit, line, offices)), None)


def _remarks(one: PeriodReturn) -> list[Remark]:
    """Those of the turn that was sent back, both lines in one list."""
    return [remark for review in one.reviews.all() if review.turn == one.turn for remark in review.remarks.all()]


def _readings(one: PeriodReturn) -> Readings:
    due = [row for row in reading_rows(one) if row.due]
    return Readings(
        due=len(due),
        drawn=sum(row.drawn for row in due),
        open=sum(any(finding.blocks for finding in row.findings) for row in due),
    )


def _payments(one: PeriodReturn) -> list[PaymentSum]:
    """The payments of its days by state; a 冲销 counts against. One statement each way."""
    found: dict[str, list[Decimal | int]] = {}
    for reverses, sign in ((True, 1), (False, -1)):
        rows = payments_in(one).filter(reverses__isnull=reverses).order_by().values("state")
        for row in rows.annotate(count=Count("pk"), amount=Sum("amount")):
            kept = found.setdefault(row["state"], [0, Decimal(0)])
            kept[0], kept[1] = kept[0] + row["count"], kept[1] + sign * row["amount"]
    return [
        PaymentSum(state.value, str(state.label), int(found[state][0]), Decimal(found[state][1]))
        for state in VoucherState
        if state in found
    ]


def _asks(one: PeriodReturn, user: User) -> list[tuple[ReturnAsk, list[Attachment]]]:
    asks = list(one.asks.select_related("asked_by", "answered_by", "office"))
    if not asks:
        return []
    kept = files_for(user, one.project).filter(about=ABOUT_ASK, about_id__in=[ask.pk for ask in asks])
    papers: dict[int, list[Attachment]] = {}
    for paper in kept:
        papers.setdefault(paper.about_id, []).append(paper)
    return [(ask, papers.get(ask.pk, [])) for ask in asks]


@dataclass(frozen=True, slots=True)
class Summary:
    """The open return beside the list of periods."""

    one: PeriodReturn
    sections: Sequence[Section]

    @property
    def done(self) -> int:
        return sum(section.done for section in self.sections)


def summary_of(one: PeriodReturn) -> Summary:
    return Summary(one, list(one.sections.select_related("assignee")))
