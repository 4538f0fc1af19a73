"""How many experts sit on a 验收组: odd, and at least what the edition says. Pure."""

from collections.abc import Iterator

from policy.edition import Edition, Limit
from policy.findings import Finding
from policy.terms import Kind


def least_of(edition: Edition, kind: Kind) -> Limit:
    """The light procedure of studios has a number of its own."""
    return edition.limit("experts_min_studio" if kind == Kind.STUDIO else "experts_min")


def size_fits(count: int, least: Limit) -> bool:
    return count % 2 == 1 and isinstance(least.value, int) and count >= least.value


def check_size(count: int, least: Limit, where: str = "") -> Iterator[Finding]:
    """Blocks or points out, as the edition says of the number it stands on."""
    if not size_fits(count, least):
        text = f"{where}验收组 {count} 人，应为不少于 {least.value} 人的单数"
        yield Finding("panel_size", least.basis.severity, text, least.basis.clause, least.basis.rank, "experts")
