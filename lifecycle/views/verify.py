"""Whether a printed form is what it says: for whoever holds the paper, without signing in and without personal data."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views import View

from lifecycle.forms.printing import CodeForm
from lifecycle.queries.served import waits_for_service
from projects.models import PrintedPaper
from projects.printed import normal
from ui import request_context

MINUTE = 60
CALLS = 30  # a minute and caller: many for somebody with papers in hand, few for a machine that guesses
STANDINGS = {
    PrintedPaper.State.PRINTED: "有效（现行登记）",
    PrintedPaper.State.RETURNED: "有效（现行登记）",
    PrintedPaper.State.VOID: "已作废或已被新版替代",
}
CHANGED = "登记后内容已有变化，不是现行内容"


class Verify(View):
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("code", "")[:80]
        told: dict[str, Any] = {"title": "打印件校验", "form": CodeForm({"code": typed}), "typed": typed}
        over = bool(typed.strip()) and _too_many()
        if typed.strip():
            told |= {"over": True} if over else answer_to(typed)
        page = render(request, "lifecycle/verify.html", told, status=429 if over else 200)
        if over:
            page["Retry-After"] = str(MINUTE)
        page["X-Robots-Tag"] = "noindex, nofollow"
        add_never_cache_headers(page)
        return page


def answer_to(typed: str) -> dict[str, Any]:
    """What everybody may know of a print: nothing of what it says."""
    code = normal(typed)
    if not code:
        return {"misspelt": True}
    printed = PrintedPaper.objects.filter(code=code).first()
    if printed is None or waits_for_service(printed):
        return {"unknown": True}
    # Noted by the acts that change a form and every night: nothing is laid out for whoever happens to ask.
    changed = printed.void_on is None and printed.changed_on is not None
    facts = [
        ("表单", f"{printed.form} {printed.title}" if printed.form.startswith("F") else printed.title),
        ("编号", printed.number or "—"),
        ("地区" if printed.place_id else "单位", printed.organisation_name),
        ("日期", printed.dated_on or "—"),
        ("打印登记", f"第 {printed.version} 次，{printed.registered_on}"),
        ("内容", "草稿，尚未生效" if printed.draft else "正式"),
        ("效力", CHANGED if changed else STANDINGS[PrintedPaper.State(printed.state)]),
        ("盖章件", f"{printed.returned_on} 收到" if printed.returned_on else "未收到"),
    ]
    if not changed and printed.void_on is None:
        facts.insert(-1, ("内容核对", f"{printed.held_on or printed.registered_on} 与系统中的内容一致"))
    return {"printed": printed, "facts": facts, "valid": printed.void_on is None, "changed": changed}


def _too_many() -> bool:
    key = f"verify-{request_context.current().ip or 'unknown'}"
    cache.add(key, 0, MINUTE)
    try:
        return cache.incr(key) > CALLS
    except ValueError:  # it ran out between the two
        return False
