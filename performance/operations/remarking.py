"""逐项意见 of a review, and the one list in which a return tells everything at once."""

from collections.abc import Iterable, Mapping

from performance.models import Review, ReviewRemark, TargetSheet
from performance.queries import lines_of
from policy.findings import blocking, refuse, refuse_if_blocking

LONGEST = 300


def remark_rows(sheet: TargetSheet, review: Review, remarks: Mapping[int, str] | None) -> None:
    """What a review says of single rows of the sheet; empty texts are none."""
    said = {pk: text.strip() for pk, text in (remarks or {}).items() if text.strip()}
    rows = {row.pk: row for row in sheet.indicators.all()} if said else {}
    if said.keys() - rows.keys():
        refuse("stale", "绩效目标表已有更新，请刷新页面后重新填写逐项意见。")
    refuse_if_blocking(
        blocking("long", f"“{rows[pk].name}”的意见最多 {LONGEST} 个字，现为 {len(text)} 个。", field=remark_field(pk))
        for pk, text in said.items()
        if len(text) > LONGEST
    )
    ReviewRemark.objects.bulk_create(
        ReviewRemark(review=review, indicator=rows[pk], name=rows[pk].name, text=text) for pk, text in said.items()
    )


def remark_field(pk: int) -> str:
    return f"remark-{pk}"


def told_once(reviews: Iterable[Review]) -> str:
    """一次性告知: every remark of every office in one list, those on single indicators after the general ones."""
    reviews = list(reviews)
    of_rows = lines_of(reviews)
    return "\n".join(
        f"{review.office}：{remark.strip()}"
        for review in reviews
        for remark in [*review.comment.splitlines(), *of_rows.get(review.pk, [])]
        if remark.strip()
    )
