"""豁免: what an approval document may lift, which waivers stand, and the words shown where the finding would.

Pure rules and reading; the operations are in lifecycle/operations/waivers.py. Handbook 0: what blocks from the first
day is never waived, whatever its mark.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from accounts.roles import Action
from policy.findings import Finding, blocking
from policy.terms import Rank, Severity
from projects import access
from projects.models import Alert, Project, Waiver

STEP = "step"  # Waiver.source of a finding before a step; else the source of an alert
BY_CONFIRMATION = frozenset({"panel_size", "extended"})  # numbers that block once both departments confirmed
BY_DECISION = frozenset({"held"})  # what a joint decision placed goes by another one alone
CONFIRMED = (Rank.DEFAULT, Rank.PROVINCE)
FIRST_DAY = "流程、两部门签署、职责分离、必备材料、资金限额、权重合计、两道关口和一年上限自始拦截，不能豁免"
LONGEST_YEARS = 1


def waivable(source: str, code: str, severity: str, rank: str) -> bool:
    """Only numbers of practice or of the province's own setting; a block only where it came with a confirmed number."""
    if rank not in CONFIRMED or code in BY_DECISION:
        return False
    return severity != Severity.BLOCKING or (source == STEP and code in BY_CONFIRMATION)


def check_waiver(
    alert: Finding, *, source: str, reason: str, number: str, dated_on: date, until: date, on: date
) -> Iterator[Finding]:
    if not waivable(source, alert.code, alert.severity, alert.rank):
        why = (
            FIRST_DAY
            if alert.blocks
            else f"依据“{alert.clause or '文件'}”（{Rank(alert.rank).label}），不是可以豁免的数值"
        )
        yield Finding(
            "not_waivable",
            Severity.BLOCKING,
            f"「{alert.message}」不能豁免：{why}。请按规定整改或办理相应手续。",
            alert.clause,
            alert.rank,
        )
    if not reason.strip():
        yield blocking("reason", "请写明豁免的理由和范围。", field="reason")
    if not number.strip():
        yield blocking("number", "请填写批准文件的文号。", field="number")
    if dated_on > on:
        yield blocking("dated_on", f"成文日期 {dated_on} 晚于今天 {on}。", field="dated_on")
    if until < on:
        yield blocking("until", f"豁免至 {until} 已过，请填写今天 {on} 或以后的日期。", field="until")
    elif until > (last := _longest(on)):
        yield blocking("until", f"豁免须有期限，最长一年：不得晚于 {last}；到期仍需要的另行报批。", field="until")


def _longest(on: date) -> date:
    try:
        return on.replace(year=on.year + LONGEST_YEARS)
    except ValueError:
        return on.replace(year=on.year + LONGEST_YEARS, day=28)


def live(on: date) -> QuerySet[Waiver]:
    """Waivers in force on a day."""
    return Waiver.objects.filter(state=Waiver.State.APPROVED, until__gte=on)


def with_waivers(alerts: QuerySet[Alert], on: date) -> QuerySet[Alert]:
    """Adds `waived`, the words shown beside the alert, in the statement that reads it."""
    own = live(on).filter(project=OuterRef("project"), source=OuterRef("source"), code=OuterRef("code"))
    said = Concat(Value("已豁免至 "), Cast(F("until"), CharField()), Value("，"), F("number"), output_field=CharField())
    return alerts.annotate(waived=Subquery(own.annotate(said=said).order_by("-until").values("said")[:1]))


class Lifts(Mapping[str, str]):
    """Codes of findings before a step that are waived, with the words; read once, and only where one is asked for."""

    def __init__(self, project: Project, on: date) -> None:
        self._project, self._on = project, on

    @cached_property
    def _words(self) -> dict[str, str]:
        rows = live(self._on).filter(project=self._project, source=STEP).order_by("until")
        return {one.code: one.words for one in rows}

    def __getitem__(self, code: str) -> str:
        return self._words[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def lifted(findings: Iterable[Finding], waived: Mapping[str, str]) -> Iterator[Finding]:
    """A waived finding stays in sight and warns; what no waiver may touch blocks on, whatever the rows say."""
    for finding in findings:
        open_ = finding.blocks and waivable(STEP, finding.code, finding.severity, finding.rank)
        if open_ and (said := waived.get(finding.code)):
            yield replace(finding, severity=Severity.WARNING, message=f"{finding.message}（{said}）")
        else:
            yield finding


def waivers_for(user: User) -> QuerySet[Waiver]:
    """Of the projects in reach, newest first."""
    reached = access.projects_for(user, Action.VIEW_WAIVER).values("pk")
    rows = Waiver.objects.filter(project__in=reached)
    return rows.select_related("project__organisation", "proposed_by", "hr_by", "finance_by", "closed_by")
