"""How many experts sit on a 验收组: odd, and at least what the edition says. Pure."""

from collections.abc import Iterator

from policy.edition import Edition, Limit
from policy.findings import Finding
from policy.terms import Kind, Severity

EVEN = "panel_even"  # no waiver makes an even panel decide


def least_of(edition: Edition, kind: Kind) -> Limit:
    """The light procedure of studios has a number of its own."""
    return edition.limit("experts_min_studio" if kind == Kind.STUDIO else "experts_min")


def size_fits(count: int, least: Limit) -> bool:
    return count % 2 == 1 and isinstance(least.value, int) and count >= least.value


def check_size(count: int, least: Limit, where: str = "") -> Iterator[Finding]:
    """An even panel cannot decide and is always refused; of the least number the edition says whether it blocks."""
    if not size_fits(count, least):
        code, severity = ("panel_size", least.basis.severity) if count % 2 else (EVEN, Severity.BLOCKING)
        text = f"{where}验收组 {count} 人，应为不少于 {least.value} 人的单数"
        if code == EVEN:
            text += "：请增加或减少一名专家；同批项目因回避成双数的，请分开组成验收组"
        yield Finding(code, severity, text, least.basis.clause, least.basis.rank, "experts")
