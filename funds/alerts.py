"""Alerts of the money, kept in line with what the rules say. Operations call it; so does the nightly watch."""

from datetime import date

from funds import queries, rules
from policy.terms import Stage
from projects import alerts
from projects.models import Project

OVER = frozenset({Stage.SETTLED, Stage.TERMINATED})


def refresh_alerts(project: Project, on: date) -> None:
    over = project.stage in OVER
    building = project.stage == Stage.BUILDING
    ledger = queries.ledger_of(project)
    found = () if over else rules.check_ledger(edition=project.edition, ledger=ledger, building=building)
    alerts.sync(project, source="funds", findings=found, on=on)
