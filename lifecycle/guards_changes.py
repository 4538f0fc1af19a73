"""Guards of 变更 (T31) and of undoing what 复议 or 诉讼 annulled. Pure, like lifecycle/guards.py."""

from collections.abc import Iterator

from lifecycle.annulments import Annulments
from lifecycle.guards import Snapshot
from policy.findings import Finding
from policy.terms import Rank, Severity

JUDGMENT = "行政复议决定或判决"
ORDERS, NOTICES = ("T19", "T29", "T22", "T25R"), ("T23", "false", "ruling")


def change_asked(now: Snapshot) -> Iterator[Finding]:
    """The unit proposes, the departments decide; what stands against the proposal is said one by one."""
    if now.unit_change is None:
        said = "项目单位没有待办理的变更申请"
        yield Finding("unit_change", Severity.BLOCKING, said, link="lifecycle:changes")
    yield from now.unit_change or ()


def judgment_registered(now: Snapshot) -> Iterator[Finding]:
    if not now.annulled.next:
        said = "没有登记撤销决定的复议决定或判决，请先登记案件和结果"
        yield Finding("dispute", Severity.BLOCKING, said, JUDGMENT, Rank.LAW, link="lifecycle:changes")
    elif now.annulled.obstacle:
        yield Finding("obstacle", Severity.BLOCKING, now.annulled.obstacle, JUDGMENT, Rank.LAW)


def revocation_annulled(now: Snapshot) -> Iterator[Finding]:
    """A title comes back by a judgment over the very decision that took it, and by nothing else."""
    if not now.annulled.title:
        said = "没有登记撤销本取消称号决定的复议决定或判决，请先登记案件和结果"
        yield Finding("dispute", Severity.BLOCKING, said, JUDGMENT, Rank.LAW, link="lifecycle:changes")


def check_stands(annulled: Annulments, *kinds: str) -> Iterator[Finding]:
    """Nothing rests on a decision that was annulled: first that is carried out."""
    for kind in kinds:
        if title := annulled.titles.get(kind):
            said = f"《{title}》已被依法撤销，不能据以继续办理，请先执行撤销结果"
            yield Finding("annulled", Severity.BLOCKING, said, JUDGMENT, Rank.LAW, link="lifecycle:changes")


def award_stands(now: Snapshot) -> Iterator[Finding]:
    yield from check_stands(now.annulled, "category", "T01")


def order_stands(now: Snapshot) -> Iterator[Finding]:
    yield from check_stands(now.annulled, *ORDERS)


def notice_stands(now: Snapshot) -> Iterator[Finding]:
    """After an order the notice falls with it; one of false material rests on none."""
    order = () if now.revocation and now.revocation.false else ("T19", "T29")
    yield from check_stands(now.annulled, *order, *NOTICES)


def revocation_stands(now: Snapshot) -> Iterator[Finding]:
    yield from check_stands(now.annulled, "T26")


def acceptance_stands(now: Snapshot) -> Iterator[Finding]:
    yield from check_stands(now.annulled, "T18", "T21")


def grade_stands(now: Snapshot) -> Iterator[Finding]:
    yield from check_stands(now.annulled, "T28J")


def hold_stands(now: Snapshot) -> Iterator[Finding]:
    yield from check_stands(now.annulled, "T11")
