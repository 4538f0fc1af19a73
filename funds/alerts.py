"""Alerts of the money, kept in line with what the rules say. Operations call it; so does the nightly watch."""

from collections.abc import Iterator
from datetime import date

from funds import queries, rules
from funds.queries.audits import overdue_findings
from funds.queries.found_money import overdue_count
from funds.rules import found_money
from policy.findings import Finding
from policy.terms import Severity, Stage
from projects import alerts
from projects.models import Project

OVER = frozenset({Stage.SETTLED, Stage.TERMINATED})


def refresh_alerts(project: Project, on: date) -> None:
    over = project.stage in OVER
    building = project.stage == Stage.BUILDING
    ledger = queries.ledger_of(project)
    found = () if over else rules.check_ledger(edition=project.edition, ledger=ledger, building=building)
    claims = rules.check_claims(queries.claims_of(project), on=on)
    came = () if over else _money_in(project, on)
    wrong = _put_right(project, on)
    alerts.sync(project, source="funds", findings=[*found, *claims, *came, *wrong], on=on)


def _put_right(project: Project, on: date) -> Iterator[Finding]:
    """问题资金 still open, and audit findings past their day."""
    left = queries.open_found_money(project)
    yield from found_money.check_open(left, overdue_count(project, on) if left else 0)
    yield from found_money.check_overdue_findings(*overdue_findings(project, on))


def _money_in(project: Project, on: date) -> Iterator[Finding]:
    """暂停, what was not passed on in time, and money that grows old."""
    for hold in project.holds.filter(lifted_on=None).select_related("placed_by"):
        said = f"资金自 {hold.placed_on} 起暂停（{hold.placed_by.number}），暂停期间不占用额度、不作认定。"
        yield Finding("held", Severity.WARNING, said)
    yield from queries.not_passed_on(project, on)
    yield from queries.carry_over_findings(project, on)
