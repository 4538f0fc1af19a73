"""Guards of 变更 (T31) and of undoing what 复议 or 诉讼 annulled. Pure, like lifecycle/guards.py."""

from collections.abc import Iterator

from lifecycle.guards import Snapshot
from policy.findings import Finding
from policy.terms import Rank, Severity


def change_asked(now: Snapshot) -> Iterator[Finding]:
    """The unit proposes, the departments decide; what stands against the proposal is said one by one."""
    if now.unit_change is None:
        said = "项目单位没有待办理的变更申请"
        yield Finding("unit_change", Severity.BLOCKING, said, link="lifecycle:changes")
    yield from now.unit_change or ()


def judgment_registered(now: Snapshot) -> Iterator[Finding]:
    if not now.annulled:
        said = "没有登记撤销决定的复议决定或判决，请先登记案件和结果"
        yield Finding("dispute", Severity.BLOCKING, said, "行政复议决定或判决", Rank.LAW, link="lifecycle:changes")
