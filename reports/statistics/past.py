"""The material of any day, as known on any day: money from the ledgers of 截至日统计, nothing added up a second way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from funds.ledger import Ledger
from funds.queries import Moment, ledgers_at
from projects.models import Project
from projects.queries import awarded_by
from reports.as_of import FIGURES
from reports.statistics.facts import Fact, Material, material_of
from reports.statistics.scope import Paths, under

DATES = ("on", "known")


def moment_of(asked: Mapping[str, Any], today: date) -> Moment:
    """What a kept question asked, dates as text; what it left open is today."""
    on, known = (date.fromisoformat(str(asked[name])) if asked.get(name) else today for name in DATES)
    return Moment(on, known)


def material_at(paths: Paths, at: Moment, today: date) -> Material:
    """Of today from the balance rows; of another moment with the money of its ledgers: nine statements more."""
    whole = material_of(paths, at.on)
    if at == Moment(today, today):
        return whole
    ledgers = ledgers_at(Project.objects.filter(under(paths), awarded_by(at.on)), [at])[at]
    return replace(whole, facts=tuple(_then(fact, ledgers[fact.pk]) for fact in whole.facts))


def _then(fact: Fact, ledger: Ledger) -> Fact:
    return replace(fact, **{name: getattr(ledger, name) for _, name in FIGURES})
