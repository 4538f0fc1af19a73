"""What a decision fixes for one project, checked before it is drafted and again before it takes effect."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from accounts.queries import work_calendar
from lifecycle.guards import check_extension_months
from lifecycle.models import Rectification
from lifecycle.queries import change_payload, order_items
from lifecycle.queries.changes import unit_change_payload
from lifecycle.queries.order_problems import check_left_over
from lifecycle.queries.yearly import yearly_payload
from lifecycle.rules.points import RULINGS, check_points
from performance.queries import assessment_payload, revision_payload
from policy.calendar import WorkCalendar
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Sector
from projects.models import Problem, Project

SIX_ONE = "通知 六（一）"


def check_payload(
    code: str, project: Project, payload: dict[str, Any], *, dated_on: date, on: date
) -> Iterator[Finding]:
    """Findings over the step's own fields; nothing for steps without any. `dated_on`: of the decision."""
    if code == "category" and payload.get("sector") not in Sector.values:
        yield blocking("sector", "请选择职业类别。", "通知 五", field="sector")
    elif code == "T01":
        yield from _check_publicity(project.edition, payload, work_calendar(), dated_on=dated_on)
        if not project.organisation.unit_type:
            yield blocking("unit_type", f"{project.organisation}未登记单位性质，请系统管理员补登后再拟制立项决定。")
    elif code == "T13":
        yield from _check_change(project, payload)
    elif code == "T13M":
        yield from _check_revision(project, payload)
    elif code == "assess":
        yield from _check_assessment(project, payload)
    elif code == "T31":
        yield from _check_unit_change(project, payload)
    elif code == "T14":
        yield from _check_extension(project, payload.get("months") or 0)
    elif code in {"T19", "T29"}:
        yield from _check_order(project, payload)
        yield from _check_complete(project, payload)
        yield from check_left_over(project, payload)
    elif code in {"T22", "T25R"}:
        yield from _check_term(project, payload, on=on)
    elif code == "T28J" and (payload != yearly_payload(project) or not payload):
        yield blocking("yearly", "本决定所列的年度考核等次已变更，请撤回后重新拟制。", "人社部发〔2022〕62号")
    if code in RULINGS:
        yield from check_points(payload.get("points") or [])


def _check_publicity(
    edition: Edition, payload: dict[str, Any], calendar: WorkCalendar, *, dated_on: date
) -> Iterator[Finding]:
    """公示 lasts its working days, the first day not counted, and is over before the award is decided."""
    limit = edition.limit("publicity_working_days")
    start, end = day(payload.get("publicity_from")), day(payload.get("publicity_to"))

    def no(field: str, message: str) -> Finding:
        return Finding(field, limit.basis.severity, message, limit.basis.clause, limit.basis.rank, field)

    if start is None or end is None:
        yield no("publicity_to" if start else "publicity_from", "请填写公示的开始日期和截止日期。")
        return
    if end < start:
        yield no("publicity_to", f"公示截止日期 {end} 早于开始日期 {start}，请核对。")
    elif dated_on <= end:
        yield no("publicity_to", f"公示至 {end} 才届满，立项决定的成文日期 {dated_on} 须在其后。请待公示届满再拟制。")
    elif end < (earliest := calendar.add_working_days(start, int(limit.value))):
        message = f"公示 {start} 至 {end} 不足 {limit.value} 个工作日（开始当日不计）：截止日期不得早于 {earliest}。"
        yield no("publicity_to", f"{message}请补足公示后再拟制立项决定。")


def _check_change(project: Project, payload: dict[str, Any]) -> Iterator[Finding]:
    """The decision approves the very proposal it was drafted over."""
    if payload.get("budget") != change_payload(project).get("budget"):
        yield blocking("budget", "本决定所批准的调剂申请已退回或已变更，请撤回后重新拟制。", "通知 五")


def _check_revision(project: Project, payload: dict[str, Any]) -> Iterator[Finding]:
    """The decision approves the very adjustment it was drafted over, and an unchanged one."""
    if payload != revision_payload(project):
        yield blocking("sheet", "本决定所批准的目标调整已撤回或已变更，请撤回后重新拟制。", "财预〔2015〕163号")


def _check_assessment(project: Project, payload: dict[str, Any]) -> Iterator[Finding]:
    """The decision fixes the very total and grade it was drafted over."""
    if payload != assessment_payload(project) or not payload:
        yield blocking("assessment", "本决定所评定的自评已退回或数值已变更，请撤回后重新拟制。", "财预〔2015〕163号")


def _check_unit_change(project: Project, payload: dict[str, Any]) -> Iterator[Finding]:
    """The decision approves the very request it was drafted over."""
    if payload != unit_change_payload(project) or not payload:
        yield blocking("unit_change", "本决定所批准的变更申请已办理、撤回或变更，请撤回后重新拟制。")


# What a decision fixes for one project beyond what its form says: as it stands, in words.
STANDING: Mapping[str, Callable[[Project], dict[str, Any]]] = {
    "T13": change_payload,
    "T13M": revision_payload,
    "assess": assessment_payload,
    "T28J": yearly_payload,
    "T31": unit_change_payload,
}


def own_payload(code: str, project: Project) -> dict[str, Any]:
    """Nothing where the form says it all."""
    return STANDING[code](project) if code in STANDING else {}


def _check_extension(project: Project, months: int) -> Iterator[Finding]:
    if months < 1:
        yield blocking("months", "延期至少 1 个月。", SIX_ONE, field="months")
    yield from check_extension_months(project.edition, months)


def _check_order(project: Project, payload: dict[str, Any]) -> Iterator[Finding]:
    most = project.edition.number("rectify_months")
    months = payload.get("term_months") or 0
    if not 1 <= months <= most:
        yield blocking("term_months", f"整改期限为 1 至 {most} 个月，自送达之日起算。", SIX_ONE, field="term_months")
    items = payload.get("items") or []
    if not items:
        yield blocking("items", "请至少列出一项须整改的问题。", SIX_ONE, field="items")
    for number, item in enumerate(items, 1):
        if not str(item.get("fact", "")).strip() or not str(item.get("requirement", "")).strip():
            yield blocking("items", f"第 {number} 项缺少事实或整改要求。", SIX_ONE, field="items")
        if item.get("level", Problem.Level.MAJOR) not in Problem.Level.values:
            yield blocking("items", f"第 {number} 项的程度应为一般、较重或严重。", SIX_ONE, field="items")


def _check_complete(project: Project, payload: dict[str, Any]) -> Iterator[Finding]:
    """An order after acceptance lists every failing condition and target (handbook 7: none left over)."""
    listed = {str(item.get("ref", "")) for item in payload.get("items") or []}
    for item in order_items(project):
        if item["ref"] not in listed:
            yield blocking("items", f"未列入不符合项：{item['fact']}", item["clause"], field="items")


def _check_term(project: Project, payload: dict[str, Any], *, on: date) -> Iterator[Finding]:
    rectification = Rectification.objects.filter(project=project, closed_on=None).first()
    due, cap = day(payload.get("due_on")), rectification.cap_on if rectification else None
    if due is None:
        yield blocking("due_on", "请填写新的整改到期日。", SIX_ONE, field="due_on")
    elif due <= on:
        yield blocking("due_on", f"新的到期日 {due} 须晚于 {on}。", SIX_ONE, field="due_on")
    elif cap and due > cap:
        yield blocking("due_on", f"新的到期日 {due} 超过一年上限 {cap}，不得再延。", SIX_ONE, field="due_on")


def day(text: Any) -> date | None:
    """An ISO date out of a payload."""
    return date.fromisoformat(text) if isinstance(text, str) and text else None
