"""逐项意见: what the reviews say of single indicators, for those who may read them by now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from accounts.models import User
from performance.models import Indicator, Review, ReviewRemark, TargetSheet
from performance.queries.reviews import readable
from performance.queries.sheets import Grid, same_row

State = TargetSheet.State


@dataclass(frozen=True, slots=True)
class SaidOf:
    """One remark on one indicator."""

    who: str
    text: str


def remarks_of(sheet: TargetSheet, user: User) -> dict[int, tuple[SaidOf, ...]]:
    """Row → remarks, beside the rows of this sheet. A round that began after a return shows those of the round before.

    Two departments score independently: until both are in, each reads its own (readable).
    """
    found = _said(sheet, user)
    if found or sheet.state != State.DRAFT or sheet.round == 1:
        return found
    before = TargetSheet.objects.filter(project=sheet.project_id, round=sheet.round - 1, state=State.RETURNED).first()
    if before is None:
        return {}
    now = {same_row(row): row.pk for row in sheet.indicators.all()}
    older = Indicator.objects.in_bulk(said := _said(before, user))
    return {now[key]: said[pk] for pk, row in older.items() if (key := same_row(row)) in now}


def with_remarks(grid: Grid, user: User) -> Grid:
    """The sheet with what was said of each row beside it."""
    said = remarks_of(grid.sheet, user)
    return replace(grid, lines=tuple(replace(line, said=said.get(line.indicator.pk, ())) for line in grid.lines))


def _said(sheet: TargetSheet, user: User) -> dict[int, tuple[SaidOf, ...]]:
    rows = ReviewRemark.objects.filter(review__sheet=sheet).select_related("review__office").order_by("pk")
    may: dict[int, bool] = {}
    found: dict[int, tuple[SaidOf, ...]] = {}
    for row in rows:
        review = row.review
        if row.indicator_id and may.setdefault(review.pk, readable(review, user, sheet)):
            found[row.indicator_id] = (*found.get(row.indicator_id, ()), SaidOf(who_of(review), row.text))
    return found


def who_of(review: Review) -> str:
    return f"{review.office}{review.get_level_display()}"


def lines_of(reviews: Iterable[Review]) -> dict[int, list[str]]:
    """The remarks of each review as lines of one list: “指标”：意见."""
    found: dict[int, list[str]] = {}
    for row in ReviewRemark.objects.filter(review__in=[one.pk for one in reviews]):
        found.setdefault(row.review_id, []).append(f"“{row.name}”：{row.text}")
    return found
