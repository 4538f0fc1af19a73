"""送达: from the day of the act to the day of service in law, by the way it was done. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Rank

SIX_ONE = "通知 六（一）"
LEFT, PUBLIC = "left", "public"
# The edition's limit for each way of service.
DAYS = {
    "direct": "service_days_direct",
    LEFT: "service_days_left",
    "post": "service_days_post",
    "electronic": "service_days_electronic",
    PUBLIC: "service_days_public",
}


def served_day(edition: Edition, way: str, acted_on: date) -> date:
    """The day that counts, by the days of this way in the edition."""
    return acted_on + timedelta(days=edition.number(DAYS[way]))


def check_service(
    edition: Edition, *, way: str, acted_on: date, receiver: str, witness: str, not_before: date | None, on: date
) -> Iterator[Finding]:
    """A paper is served after it takes effect, not in the future, to somebody who is named."""
    basis = edition.limit(DAYS[way]).basis
    if acted_on > on:
        yield blocking("served_on", f"送达日期 {acted_on} 晚于办理日期 {on}。", SIX_ONE, field="served_on")
    elif not_before and acted_on < not_before:
        said = f"送达日期 {acted_on} 早于文书生效日期 {not_before}。"
        yield blocking("served_on", said, SIX_ONE, field="served_on")
    elif (day := served_day(edition, way, acted_on)) > on:
        said = f"公告自 {acted_on} 发出，满 {(day - acted_on).days} 日即 {day} 视为送达；届时再登记。"
        yield blocking("not_yet", said, basis.clause, rank=basis.rank, field="served_on")
    if way == LEFT and not witness.strip():
        said = "留置送达须写明见证人（姓名和单位）或说明拍照录像。"
        yield blocking("witness", said, basis.clause, rank=basis.rank, field="witness")
    if way not in {LEFT, PUBLIC} and not receiver.strip():
        yield blocking("receiver", "请写明签收人姓名，与送达回证一致。", SIX_ONE, rank=Rank.DEFAULT, field="receiver")
