"""模拟验收 of a project on any day: what is known of every condition and target, judged as the acceptance would."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.models import User
from funds.queries import ledger_of
from lifecycle.machine import STEP
from lifecycle.models import ConditionCheck, GapTask, SelfCheck
from lifecycle.queries.snapshot import conditions_of, findings_for, snapshot_of
from lifecycle.rules.mock import (
    AWARD,
    ConditionLine,
    Gap,
    Known,
    Mock,
    TargetLine,
    condition_line,
    gaps_of,
    judged_targets,
    rate_text,
    target_line,
)
from performance import scoring
from performance.checks import PERCENT
from performance.models import PERIOD, Target
from performance.queries import filed_sheet
from performance.queries.evaluations import goal_of
from performance.queries.figures import month_tiles
from performance.queries.reported import reports_of
from performance.rules.figures import NOTHING, Figure, last_full_year, windowed
from performance.rules.scored import Reached
from policy.edition import Condition
from policy.terms import Aggregation, Draw, Kind, Stage
from projects.models import Project
from ui.versions import version_of

# Facts of the conditions that the list of awards has under a name of its own.
DECLARED = {"students": "students_or_staff", "skilled_staff": "students_or_staff", "leader_level": "skill_level"}
# What the classes say of the conditions of part two.
CLASS_FACTS = {
    "trained_per_year": Draw.TRAINED,
    "high_skill_trained": Draw.HIGH_SKILL,
    "pass_rate": Draw.PASS_RATE,
    "satisfaction": Draw.SATISFACTION,
}
RATES = (Draw.PASS_RATE, Draw.SATISFACTION)
REGISTER, OCCUPATIONS, CHECKED, OWN = "班次台账", "立项职业（工种）", "上次验收核查", "单位自查"


def mock_of(project: Project, on: date) -> Mock:
    """The same statements however many conditions and targets."""
    conditions = tuple(condition_lines(project, on))
    targets, execution = tuple(_targets(project, on)), _execution(project)
    total, grade, findings = judged_targets(targets, execution, project.edition)
    before = _preconditions(project, on)
    gaps = list(gaps_of(conditions, targets, findings, before))
    if not targets:
        gaps.append(Gap("B:none", "没有已备案的绩效目标", scoring.ACCEPTANCE, "performance:sheet"))
    if targets and execution is None:
        gaps.append(Gap("B:budget", "没有已批准的预算，预算执行率不能计分", scoring.ACCEPTANCE, "funds:budget"))
    return Mock(on, conditions, targets, execution, total, grade, findings, before, tuple(gaps))


def condition_lines(project: Project, on: date) -> list[ConditionLine]:
    """Gate A on what is known today: the registers first, then the last word entered, then the award's own."""
    return lines_of(project, known_values(project, on))


def lines_of(project: Project, known: Mapping[str, Known]) -> list[ConditionLine]:
    unsaid = Known({})
    return [
        condition_line(item, known.get(item.code, unsaid), at_award(item, project.declared))
        for item in conditions_of(project)
    ]


def known_values(project: Project, on: date) -> dict[str, Known]:
    """By condition. Gate A of the real acceptance begins with the very same values."""
    return _by_condition(project, on, _entered(project))


def own_values(project: Project, on: date) -> dict[str, Known]:
    """By condition what the unit itself has said by that day, with its registers and its award: no word of an acceptance."""
    rows = SelfCheck.objects.filter(project=project, entered_on__lte=on)
    return _by_condition(project, on, {row.code: _said(row) for row in rows})


def _by_condition(project: Project, on: date, entered: Mapping[str, Known]) -> dict[str, Known]:
    items = conditions_of(project)
    drawn = _drawn(project)
    read = {window: class_facts(project, window, on) for window in {item.window for item in items if item.window}}
    return {item.code: _known(item, drawn | read.get(item.window, {}), entered, project.declared) for item in items}


def kept(known: Mapping[str, Known]) -> dict[str, dict[str, Any]]:
    """As plain values, to be laid by with an application (Acceptance.own_words)."""
    return {
        code: {"values": dict(one.values), "source": one.source, "evidence": one.evidence}
        for code, one in known.items()
    }


def unkept(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Known]:
    return {code: Known(one["values"], one["source"], one["evidence"]) for code, one in rows.items()}


def _known(
    item: Condition, drawn: Mapping[str, tuple[str, str]], entered: Mapping[str, Known], declared: Mapping[str, Any]
) -> Known:
    names = [name for name, _ in item.facts]
    if all(name in drawn for name in names):
        return Known({name: drawn[name][0] for name in names}, drawn[names[0]][1])
    if item.code in entered:
        return entered[item.code]
    values = at_award(item, declared)
    return Known(values, AWARD) if all(values.values()) else Known(values)


def at_award(item: Condition, declared: Mapping[str, Any]) -> dict[str, str]:
    """What the list of awards said of this condition; "" where it did not say."""
    values = {name: str(declared.get(name) or declared.get(DECLARED.get(name, ""), "")) for name, _ in item.facts}
    if item.op == "level":  # the list says it in words of its own: 一级（高级技师）
        words = item.threshold.split("|")
        return {name: next((word for word in words if word in text), "") for name, text in values.items()}
    return values


def _drawn(project: Project) -> dict[str, tuple[str, str]]:
    """fact -> (value, register): what is known of the project without a window."""
    found = {}
    if project.kind == Kind.STUDIO:
        found["leader_unit_count"] = str(_studios(project)), "系统查重"
    elif count := project.occupations.count():
        found["occupations"] = str(count), OCCUPATIONS
    return found


def class_facts(project: Project, window: str, on: date) -> dict[str, tuple[str, str]]:
    """fact -> (value, register): what the classes say of part two, read per year through the condition's window."""
    first, part_year = date(last_full_year(on), 1, 1), project.edition.word("part_year")
    found = {}
    for draw, tiles in month_tiles(project, CLASS_FACTS.values(), first, on).items():
        aggregation = Aggregation.RATIO if draw in RATES else Aggregation.SUM
        found[draw] = windowed(aggregation, tiles, PERCENT, window, on=on, part_year=part_year)
    trained = found.get(Draw.TRAINED, NOTHING)
    if not trained.whole or not trained.value:
        return {}
    source = f"{REGISTER} {_days(trained)}"
    return {name: (_fact(found[draw], draw), source) for name, draw in CLASS_FACTS.items()}


def _fact(figure: Figure, draw: str) -> str:
    if draw in RATES:
        return rate_text(figure.numerator or Fraction(0), figure.denominator or Fraction(0))
    return f"{int(figure.value or 0)}"


def _days(figure: Figure) -> str:
    """2025 年, or from day to day."""
    start, end = figure.start, figure.end
    if start and end and start.year == end.year and (start.month, end.month) == (1, 12):
        return f"{start.year} 年"
    return f"{start} 至 {end}"


def _studios(project: Project) -> int:
    """Studios of this leader in this unit that were awarded, this one among them."""
    rows = Project.objects.filter(
        kind=Kind.STUDIO, organisation=project.organisation_id, leader_name=project.leader_name
    ).exclude(stage__in=[Stage.DRAFT, Stage.TERMINATED, Stage.REVOKED, Stage.SETTLED])
    return rows.exclude(pk=project.pk).count() + 1


def _entered(project: Project) -> dict[str, Known]:
    """The later of the unit's own word and what an acceptance found. What is being weighed now is nobody's yet."""
    checks = ConditionCheck.objects.filter(acceptance__project=project, met__isnull=False).select_related("acceptance")
    if project.stage == Stage.IN_ACCEPTANCE and (latest := project.acceptances.first()):
        checks = checks.exclude(acceptance=latest)
    found, since = {}, {}
    for check in checks.order_by("acceptance__round", "pk"):
        day = check.acceptance.checked_on or check.acceptance.applied_on
        found[check.code], since[check.code] = Known(check.values, f"{CHECKED}（{day}）", check.evidence), day
    for own in SelfCheck.objects.filter(project=project):
        if own.code not in since or own.entered_on >= since[own.code]:
            found[own.code] = _said(own)
    return found


def _said(own: SelfCheck) -> Known:
    return Known(own.values, f"{OWN}（{own.entered_on}）", own.evidence)


def self_check_version(project: Project) -> str:
    """What the unit has said until now: compared before it is written over."""
    rows = SelfCheck.objects.filter(project=project).order_by("code").values_list("code", "values", "evidence")
    return version_of(list(rows))


def _targets(project: Project, on: date) -> list[TargetLine]:
    sheet = filed_sheet(project)
    if sheet is None:
        return []
    reports = reports_of(project, sheet, PERIOD, on)
    rows = Target.objects.filter(indicator__sheet=sheet, block=PERIOD).select_related("indicator")
    lines = []
    for target in rows.order_by("indicator__order", "pk"):
        reached, note = reports.get(target.indicator_id, (Reached(), ""))
        goal, edition = goal_of(target), project.edition
        lines.append(target_line(target.indicator_id, goal, reached, note, core=target.indicator.core, edition=edition))
    return lines


def _execution(project: Project) -> Decimal | None:
    ledger = ledger_of(project)
    return scoring.execution_score(ledger.spent, ledger.budget, Decimal(project.edition.number("execution_weight")))


def _preconditions(project: Project, on: date) -> tuple[Any, ...]:
    """What stands in the way of the application, while there is none."""
    if project.stage != Stage.BUILDING:
        return ()
    return tuple(findings_for(STEP["T15"], snapshot_of(project, on=on)))


def gap_tasks(project: Project) -> dict[str, GapTask]:
    rows = GapTask.objects.filter(project=project).select_related("clerk", "assigned_by")
    return {row.code: row for row in rows}


def clerks_of(project: Project, on: date) -> list[User]:
    """People of the unit who can be given a gap."""
    held = project.organisation.memberships.filter(role__in=["U1", "U2"], since__lte=on, user__is_active=True)
    rows = held.exclude(until__lt=on).select_related("user").order_by("pk")
    return list({row.user_id: row.user for row in rows}.values())
