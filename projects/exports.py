"""批量导出: more than 1,000 rows leave the house by three roles only, and with a reason (permissions.json, report)."""

from typing import Any

from django.http import QueryDict

from accounts.models import User
from accounts.roles import Action
from policy.findings import refuse
from projects import access

FEW = 1000
GROUND = "权限表：批量导出"
MOST_WORDS = 200


def is_many(user: User, count: int, *, own: bool) -> bool:
    """`own`: a register that a unit keeps itself (班次台账, 设备台账); its own people take it out whole."""
    return count > FEW and not (own and access.is_unit(user))


def check_many(user: User, count: int, reason: str, *, own: bool = False) -> str:
    """The reason as it goes into the journal; refused where there are many rows and not the role, or not the reason."""
    why = reason.strip()[:MOST_WORDS]
    if not is_many(user, count, own=own):
        return why
    if not access.may(user, Action.EXPORT_MANY):
        who = f"一次导出超过 {FEW} 行须由省人社经办、省财政经办或审计办理"
        refuse("many", f"符合条件的有 {count} 行，{who}。请缩小查询条件后再导出。", GROUND)
    if not why:
        told = f"一次导出 {count} 行，超过 {FEW} 行须写明用途。请在列表下方填写用途后导出。"
        refuse("reason", told, GROUND)
    return why


def exporting(user: User, count: int, path: str, query: QueryDict, *, own: bool = False) -> dict[str, Any]:
    """What the button and the question for a reason are drawn of (projects/_export_button.html, _export_reason.html)."""
    asked = query.copy()
    asked.pop("page", None)
    return {
        "many": is_many(user, count, own=own),
        "few": FEW,
        "may_export_many": access.may(user, Action.EXPORT_MANY),
        "export_count": count,
        "export_url": f"{path}?{asked.urlencode()}",
        "export_path": path,
        "export_fields": [(name, value) for name, values in asked.lists() for value in values],
    }


def said(text: str, reason: str) -> str:
    """A line of the journal with the reason, where one was given."""
    return f"{text}：{reason}" if reason else text
