"""批量导出: more than 1,000 rows leave the house by three roles only, and with a reason (permissions.json, report)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.journal import record_access
from accounts.models import User
from accounts.roles import Action
from papers import Paper
from policy.findings import Refused, refuse
from projects import access

FEW = 1000
GROUND = "权限表：批量导出"
MOST_WORDS = 200
REASON, MANY = "reason", "many"
VERB = "打印支出明细表"  # F08, the one list among the forms of a project


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
        refuse(MANY, f"符合条件的有 {count} 行，{who}。请缩小查询条件后再导出。", GROUND)
    if not why:
        refuse(REASON, f"一次导出 {count} 行，超过 {FEW} 行须写明用途。请填写用途后导出。", GROUND)
    return why


def check_paper(user: User, paper: Paper, reason: str) -> str:
    """The same of a list on paper (F08, F18), whichever page gives it; a unit prints its own whole."""
    if is_many(user, paper.lines, own=True) and not access.may(user, Action.EXPORT_MANY):
        who = "须由省人社经办、省财政经办、审计办理，项目单位可以打印本单位的"
        refuse(MANY, f"{paper.title}有 {paper.lines} 行，一次打印超过 {FEW} 行{who}。请由他们打印。", GROUND)
    return check_many(user, paper.lines, reason, own=True)


def gave_out(paper: Paper, reason: str, **facts: Any) -> None:
    """A list on paper that left the house leaves its line; other papers are read like pages. `facts`: actor, on, project."""
    if paper.lines:
        record_access(VERB, text=said(f"{paper.lines} 行", reason), rows=paper.lines, **facts)


class AsksReason:
    """A view that may take out many rows: asked for without a reason it asks for one and comes back with it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except Refused as refused:
            if request.method != "GET" or refused.findings[0].code != REASON:
                raise
            return _question(request, refused)


def _question(request: HttpRequest, refused: Refused) -> HttpResponse:
    asked = request.GET.copy()
    asked.pop("reason", None)
    shown = {
        "title": "填写导出用途",
        "told": refused.findings[0].message,
        "clause": GROUND,
        "export_path": request.path,
        "export_fields": [(name, value) for name, values in asked.lists() for value in values],
        "most": MOST_WORDS,
    }
    return render(request, "projects/export_reason.html", shown, status=422)


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
