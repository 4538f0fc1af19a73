"""逐条答复: each point of a 陈述申辩 with its answer, part of the ruling both departments sign. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from policy.findings import Finding, blocking

RULINGS = frozenset({"ruling", "T25", "T25R"})
SIX_ONE = "通知 六（一）"


def check_points(points: Iterable[Mapping[str, object]]) -> Iterator[Finding]:
    """At least one; each says what the unit claims and what the departments answer."""
    given = list(points)
    if not given:
        yield blocking("points", "请逐条列出单位的陈述申辩要点并答复，至少一条。", SIX_ONE, field="points")
    for number, point in enumerate(given, 1):
        for key, label in (("claim", "申辩要点"), ("reply", "答复意见")):
            if not str(point.get(key, "")).strip():
                yield blocking("points", f"第 {number} 条缺少{label}。", SIX_ONE, field="points")
