"""What an accepted 季报包 says of the core indicators: the figure that was agreed, beside its target."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from performance.models import Indicator, PeriodReturn

MOST = 4


def core_readings(returns: Iterable[int]) -> dict[int, str]:
    """By return, as they were accepted. Two statements, none without returns."""
    ids = list(returns)
    if not ids:
        return {}
    told = dict(PeriodReturn.objects.filter(pk__in=ids).values_list("pk", "snapshot"))
    named = {row["indicator"] for said in told.values() for row in said.get("readings", []) if "indicator" in row}
    core = {row.pk: row for row in Indicator.objects.filter(pk__in=named, core=True)}
    return {pk: _listed(list(_figures(said.get("readings", []), core))) for pk, said in told.items()}


def _figures(rows: Iterable[Mapping[str, Any]], core: Mapping[int, Indicator]) -> Iterator[str]:
    """Of a figure per year the year's, of others that of the whole build."""
    for row in rows:
        indicator = core.get(row.get("indicator", 0))
        if indicator is None:
            continue
        done, target = ("year", "year_target") if indicator.window else ("build", "period_target")
        value = row.get(done) or row.get("value") or "—"
        yield f"{row['name']} {value}（目标 {row.get(target) or '—'}{row.get('unit', '')}）"


def _listed(figures: list[str]) -> str:
    rest = len(figures) - MOST
    return "；".join(figures[:MOST]) + (f"；另有 {rest} 项核心指标" if rest > 0 else "")
