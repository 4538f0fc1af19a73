"""What a decision fixes for one project, checked before it is drafted and again before it takes effect."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from lifecycle.guards import check_extension_months
from lifecycle.models import Rectification
from lifecycle.queries import order_items
from policy.findings import Finding, blocking
from policy.terms import Sector
from projects.models import Problem, Project

SIX_ONE = "通知 六（一）"


def check_payload(code: str, project: Project, payload: dict[str, Any], *, on: date) -> Iterator[Finding]:
    """Findings over the step's own fields; nothing for steps without any."""
    if code == "category" and payload.get("sector") not in Sector.values:
        yield blocking("sector", "请选择职业类别。", "通知 五", field="sector")
    elif code == "T14":
        yield from _check_extension(project, payload.get("months") or 0)
    elif code in {"T19", "T29"}:
        yield from _check_order(project, payload)
        yield from _check_complete(project, payload)
    elif code in {"T22", "T25R"}:
        yield from _check_term(project, payload, on=on)


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
