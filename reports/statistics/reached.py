"""Which targets are reached: what the heat map counts, and the list of the projects behind one of its numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.queries.past import dated
from performance.queries.forecasts import outcomes_of
from projects.models import Project
from reports.statistics.facts import Material

BATCH = 500
AHEAD, SHORT, MET = "yes", "no", "met"
CHOICES = ((AHEAD, "按当前进度可达成"), (SHORT, "按当前进度未达到"), (MET, "现已达到"))


@dataclass(frozen=True, slots=True)
class Reached:
    """One indicator of one project as last accepted. `met`: it is reached now; `ahead`: its pace will reach it."""

    project: int
    place: str
    kind: str
    order: int
    name: str
    met: bool | None
    ahead: bool | None

    def is_among(self, code: str) -> bool:
        """Whether it is one of those that `code` of CHOICES names; without a code each is."""
        return {AHEAD: self.ahead is True, SHORT: self.ahead is False, MET: self.met is True}.get(code, True)


def reached_of(material: Material) -> Iterator[Reached]:
    """Of the indicators that come from a model sheet; a few statements for each five hundred projects."""
    facts = {fact.pk: fact for fact in material.facts}
    ids = sorted(facts)
    for start in range(0, len(ids), BATCH):
        projects = dated(Project.objects.filter(pk__in=ids[start : start + BATCH]), material.on)
        for pk, outcomes in outcomes_of(projects, material.on).items():
            fact = facts[pk]
            for one in outcomes:
                if one.indicator.template_code:
                    row = one.indicator
                    yield Reached(pk, fact.place, fact.kind, row.order, row.name, one.met, one.enough)
