"""指标对比: the project's targets and readings among those of projects of the same kind and track."""

from fractions import Fraction
from typing import Any

from performance.queries.library import Compared, compared
from performance.rules.library import METHOD, Spread
from performance.scoring import two_decimals
from performance.targets import number_text
from performance.views.readings import WINDOWS
from policy.terms import Operator
from projects.pages import ProjectPage

KINDS = (("实施期目标", "period"), ("年度目标", "yearly"), ("已审定的累计完成", "readings"))


class LibraryPage(ProjectPage):
    """No other unit is named, and nothing is shown from too few projects."""

    template_name = "performance/library.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = compared(self.project)
        shown = {
            "title": "指标对比",
            "rows": [told(row) for row in rows],
            "least": self.project.edition.number("library_least"),
            "share": f"{self.project.edition.ratio('target_low_share').normalize():f}",
            "method": METHOD,
        }
        return super().get_context_data(**shown, **kwargs)


def told(row: Compared) -> dict[str, Any]:
    """One indicator in words: its own values, and the spread of each kind of figure."""
    indicator = row.indicator
    sign, unit = Operator(indicator.operator).label, indicator.unit
    years = "；".join(f"{label} {value}" for label, value in row.own_years if value)
    own = (f"{sign}{row.own}" if row.own else "—", years or "—", figure(row.own_reading))
    window = WINDOWS.get(indicator.window, "")
    lines = [
        {
            "kind": f"已审定，{window}" if window and name == "readings" else kind,
            "own": mine,
            "spread": spread_words(getattr(row, name)),
        }
        for (kind, name), mine in zip(KINDS, own, strict=True)
    ]
    return {"name": indicator.name, "unit": unit, "core": indicator.core, "lines": lines}


def spread_words(found: Spread | None) -> list[str] | None:
    if found is None:
        return None
    parts = (found.least, found.lower, found.median, found.upper, found.most)
    return [f"{found.count}", *(figure(part) for part in parts)]


def figure(value: Fraction | None) -> str:
    """Two decimals at the most, for reading; the comparison itself is exact."""
    return "—" if value is None else number_text(Fraction(two_decimals(value)))
