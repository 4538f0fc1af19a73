"""预警中心: open alerts in reach with rule, limit, clause, age and waiver; filters, tiles and the sheet of the same rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.queries import Moment
from lifecycle.deadlines import RULES
from lifecycle.queries.risk import risks_of
from lifecycle.queries.served import readable_alerts
from policy.edition import Limit
from policy.terms import NodeKind, Rank, Severity
from projects import access
from projects.models import Alert, Waiver
from projects.waivers import waivable, waivers_for, with_waivers
from reports.register import DIRECT
from workbooks.writer import Sheet

SOURCES = {
    "deadline": "期限",
    "funds": "资金",
    "ledger_check": "账目核验",
    "targets": "绩效目标",
    "evaluation": "绩效评估",
    "assessment": "年度绩效评定",
    "returns": "季报包",
    "problem": "问题整改",
    "problem_next": "问题督办",
}
# Source and first word of the code -> name of the rule, key of its limit in the edition ("": it has none).
NAMED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("deadline", "no_application"): ("建设期满未申请验收", "application_days"),
    ("funds", "nearly_spent"): ("类别支出接近预算", "warn_share"),
    ("funds", "waiting"): ("支出待认定", ""),
    ("funds", "held"): ("资金暂停", ""),
    ("funds", "pass_on"): ("资金未按时拨付到位", "pass_on_days"),
    ("funds", "carry_over"): ("结转资金将满年限", "carry_over_years"),
    ("funds", "claw_back_overdue"): ("追缴逾期", "claw_back_days"),
    ("funds", "found_money"): ("问题资金未整改", ""),
    ("funds", "audit_overdue"): ("审计发现逾期未销号", ""),
    ("targets", "returned"): ("绩效目标已退回", ""),
    ("targets", "poor"): ("绩效目标审核为差", ""),
    ("evaluation", "grade"): ("绩效评估等级", ""),
    ("evaluation", "core"): ("核心指标未完成", ""),
    ("assessment", "grade"): ("年度绩效评定为差", ""),
    ("returns", "late"): ("季报逾期", "report_working_days"),
    ("problem", "overdue"): ("问题整改逾期", ""),
    ("problem_next", "overdue"): ("问题整改逾期督办", "problem_escalate_days"),
}
NEW, OLD, OLDEST = "new", "over30", "over90"
AGES = {NEW: "7 天内提出", OLD: "超过 30 天", OLDEST: "超过 90 天"}
OLDER = {OLD: timedelta(days=30), OLDEST: timedelta(days=90)}
WEEK = timedelta(days=7)
TILES = {
    Severity.BLOCKING: ("ban", "red"),
    Severity.WARNING: ("triangle-alert", "orange"),
    Severity.NOTICE: ("info", "blue"),
}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """`limit`: the number of the project's edition the rule measures by; `waiver`: in force or waiting for signatures.

    `later`: of a past day, that its words changed after it.
    """

    alert: Alert
    source: str
    rule: str
    limit: str
    clause: str
    rank: str
    days: int
    score: Decimal | None
    waiver: Waiver | None
    propose_url: str
    later: bool = False


def all_for(user: User, at: Moment | None = None) -> QuerySet[Alert]:
    """Every open alert this person may read; `at`: every one that stood on a day gone by."""
    reached = access.projects_for(user, Action.VIEW_ALERT).values("pk")
    return Alert.objects.filter(readable_alerts(user), stood(at) if at else Q(cleared_on=None), project__in=reached)


def stood(at: Moment) -> Q:
    """Raised by that day and not cleared by then. Both are done by the rules on their own day, so that what was known
    earlier than the day is told by the earlier of both.
    """
    day = day_of(at)
    return Q(raised_on__lte=day) & (Q(cleared_on=None) | Q(cleared_on__gt=day))


def day_of(at: Moment) -> date:
    return min(at.on, at.known)


@dataclass(frozen=True, slots=True)
class Past:
    """`raised`, `cleared`: what happened to alerts after the known day and by the day asked about."""

    at: Moment
    raised: tuple[Alert, ...]
    cleared: tuple[Alert, ...]

    @property
    def said(self) -> str:
        changes = len(self.raised) + len(self.cleared)
        found = f"与现在所知相差 {changes} 项" if changes else "与现在所知相同"
        return f"截至 {self.at.on}，按 {self.at.known} 所知；{found}"


def past_alerts(user: User, asked: Mapping[str, Any], at: Moment) -> Past:
    """Why the list as known then is not the list as known today. Two statements."""
    day, last = day_of(at), at.on
    known = narrowed(all_for(user, Moment(last, last)), asked, last).filter(raised_on__gt=day)
    gone = narrowed(all_for(user, at), asked, last).filter(cleared_on__lte=last)
    raised, cleared = (tuple(rows.select_related("project").order_by("-raised_on", "-pk")) for rows in (known, gone))
    return Past(at, raised, cleared)


def alerts_in(user: User, asked: Mapping[str, Any], on: date, at: Moment | None = None) -> QuerySet[Alert]:
    """Those that meet what was asked, the newest first."""
    day = day_of(at) if at else on
    found = narrowed(all_for(user, at), asked, day)
    found = with_waivers(found, on) if at is None else found
    return found.select_related("project__organisation").order_by("-raised_on", "-pk")


def narrowed(found: QuerySet[Alert], asked: Mapping[str, Any], on: date) -> QuerySet[Alert]:
    """Those of the level, source, kind, place and age that were asked for."""
    found = found.filter(_aged(asked.get("age", ""), on))
    for name, field in {"severity": "severity", "source": "source", "kind": "project__kind"}.items():
        if asked.get(name):
            found = found.filter(**{field: asked[name]})
    if place := asked.get("place"):
        node = "project__organisation__node"
        direct = Q(**{f"{node}__kind": NodeKind.PROVINCE})
        found = found.filter(direct if place == DIRECT else Q(**{f"{node}__path__startswith": place}))
    return found


def _aged(age: str, on: date) -> Q:
    if age == NEW:
        return Q(raised_on__gte=on - WEEK)
    return Q(raised_on__lt=on - OLDER[age]) if age in OLDER else Q()


def by_risk(found: Iterable[Alert], on: date) -> list[Alert]:
    """Those of the projects with the highest score first."""
    rows = list(found)
    risks = risks_of({row.project_id: row.project for row in rows}.values(), on)
    return sorted(rows, key=lambda row: -risks[row.project_id].score)


def tiles_of(user: User, on: date, at: Moment | None = None) -> list[dict[str, Any]]:
    """Counts over everything in reach, each leading to its rows of the same day; one statement."""
    on, dates = (day_of(at), f"&on={at.on}&known={at.known}") if at else (on, "")
    each = {one.value: Count("pk", filter=Q(severity=one)) for one in Severity}
    aged = {code: Count("pk", filter=_aged(code, on)) for code in (NEW, OLD)}
    counted = all_for(user, at).order_by().aggregate(**each, **aged)
    made = [_tile(one.label, counted[one.value], f"severity={one.value}{dates}", *TILES[one]) for one in TILES]
    made.append(_tile(AGES[NEW], counted[NEW], f"age={NEW}{dates}", "bell", "green"))
    made.append(_tile(AGES[OLD], counted[OLD], f"age={OLD}{dates}", "hourglass", "purple"))
    return made


def _tile(label: str, value: int, query: str, icon: str, tone: str) -> dict[str, Any]:
    url = f"{reverse('reports:alerts')}?{query}"
    return {"label": label, "value": value, "unit": "项", "icon": icon, "tone": tone, "url": url}


def rows_of(alerts: Iterable[Alert], user: User, on: date, at: Moment | None = None) -> list[AlertRow]:
    """Constant statements, however many alerts. Of a past day without what is told of today alone: 风险分, 豁免."""
    shown = list(alerts)
    projects = {one.project_id: one.project for one in shown}
    risks = risks_of(projects.values(), on) if at is None and access.may(user, Action.VIEW_RISK) else {}
    waivers = _waivers(user, projects, on) if at is None and access.may(user, Action.VIEW_WAIVER) else {}
    proposes = at is None and access.may(user, Action.PROPOSE_WAIVER)
    on = day_of(at) if at else on
    rows = []
    for one in shown:
        rule, limit = rule_of(one)
        waiver = waivers.get((one.project_id, one.source, one.code))
        risk = risks.get(one.project_id)
        opens = proposes and waiver is None and waivable(one.source, one.code, one.severity, one.rank)
        rank = one.rank if one.clause or limit is None else limit.basis.rank
        rows.append(
            AlertRow(
                alert=one,
                source=SOURCES.get(one.source, one.source),
                rule=rule,
                limit=f"{limit.label} {limit.text}" if limit else "",
                clause=one.clause or (limit.basis.clause if limit else ""),
                rank=Rank(rank).label if rank in Rank.values else rank,
                days=(on - one.raised_on).days,
                score=risk.score if risk else None,
                waiver=waiver,
                propose_url=_propose(one) if opens else "",
                later=at is not None and one.changed_on is not None and one.changed_on > on,
            )
        )
    return rows


def rule_of(alert: Alert) -> tuple[str, Limit | None]:
    """The name of the rule that raised it and the number it measures by, out of the project's own edition."""
    word = alert.code.partition(":")[0]
    date_rule = RULES.get(word) if alert.source == "deadline" else None
    if date_rule:
        name, key = date_rule.label, date_rule.limit
    else:
        named = NAMED.get((alert.source, word)) or NAMED.get((alert.source, word.partition("_")[0]))
        name, key = named or (SOURCES.get(alert.source, alert.source), "")
    return name, alert.project.edition.limits.get(key) if key else None


def _waivers(user: User, projects: Iterable[int], on: date) -> dict[tuple[int, str, str], Waiver]:
    open_ = Q(state=Waiver.State.PROPOSED) | Q(state=Waiver.State.APPROVED, until__gte=on)
    rows = waivers_for(user).filter(open_, project__in=list(projects)).order_by("until")
    return {(row.project_id, row.source, row.code): row for row in rows}


def _propose(alert: Alert) -> str:
    return f"{reverse('lifecycle:waiver_propose', args=[alert.project_id])}?finding={alert.source}:{alert.code}"


HEADERS = (
    "预警",
    "级别",
    "来源",
    "规则",
    "限值",
    "依据",
    "效力",
    "项目编号",
    "项目名称",
    "单位",
    "提出日期",
    "内容变化日期",
    "已持续（天）",
    "豁免",
)


PAST = (
    "预警由规则当天提出、当天解除，没有补录。以前的内容不另存：列的是最近一次检查时的内容、级别和依据，其中的天数不是当天的；"
    "内容在所选日期以后变过的，注明变化日期。风险分和豁免只有今天的。"
)


def sheet_of(rows: Iterable[AlertRow], on: date, asked: str, *, with_risk: bool, past: Past | None = None) -> Sheet:
    """What the list shows, and the score for those who may see it; of a past day when each was cleared."""
    with_risk = with_risk and past is None
    lines = [
        (
            row.alert.message, Severity(row.alert.severity).label, row.source, row.rule, row.limit, row.clause, row.rank,
            row.alert.project.number or "", row.alert.project.name, row.alert.project.organisation.name,
            row.alert.raised_on, row.alert.changed_on, row.days, getattr(row.alert, "waived", "") or _state(row.waiver),
            *([row.score] if with_risk else []), *([row.alert.cleared_on] if past else []),
        )
        for row in rows
    ]  # fmt: skip
    day = past.said if past else f"截至 {on}"
    titles = ("当时未解除的预警" if past else "未解除的预警", f"{day}　查询条件：{asked}　共 {len(lines)} 项")
    headers = (*HEADERS, *(["项目风险分"] if with_risk else []), *(["后于何日解除"] if past else []))
    widths = (50, 10, 12, 20, 24, 26, 12, 16, 30, 28, 12, 14, 12, 30, 12)[: len(headers)]
    return Sheet("预警", headers, lines, titles=titles, widths=widths, notes=[PAST] if past else [])


def _state(waiver: Waiver | None) -> str:
    return f"{waiver.get_state_display()}，{waiver.number}" if waiver else ""
