"""The tabs of a project: those this reader may open, which of them the page belongs to, and how the page is called."""

from typing import Any

from django import template
from django.http import HttpRequest

from projects.links import page_for
from projects.models import Project

register = template.Library()
FIRST = "reports:dossier"
# (label, page, first part of the addresses below the project that belong to it); what is in none belongs to 概况
TABS = (
    ("概况", FIRST, ()),
    ("绩效目标", "performance:sheet", ("targets", "library")),
    ("资金", "funds:ledger", ("funds", "settlement")),
    ("建设进度与监控", "reports:monitor", ("monitor", "milestones", "returns", "classes", "build")),
    ("检查与问题", "lifecycle:problems", ("problems", "inspections")),
    ("验收与评价", "lifecycle:acceptance", ("acceptance", "assessments", "evaluation", "yearly")),
    ("整改与称号", "lifecycle:rectification", ("rectification", "revocation", "false-material", "termination")),
    ("材料", "projects:files", ("files", "papers")),
    ("日志", "reports:journal", ("journal",)),
)
# Pages of no tab, or beside the first page of one: first part of the address below the project -> how each is called.
PAGES = {
    "timeline": "时间线", "compare": "版本对比", "deadlines": "期限和算法", "changes": "变更和争议", "disputes": "变更和争议",
    "risk": "风险分", "papers": "打印与回传",
}  # fmt: skip
# Where a reader has no way into the first page of a tab but into another one of it.
INSTEAD = {"检查与问题": "lifecycle:inspections", "建设进度与监控": "performance:milestones"}


@register.inclusion_tag("projects/_tabs.html")
def project_tabs(request: HttpRequest, project: Project) -> dict[str, list[dict[str, Any]]]:
    """No statement: rights and unit are loaded with the page."""
    if not project.pk or not request.user.is_authenticated:
        return {"tabs": []}
    user, part = request.user, _part(request.path, project)
    here = next((label for label, _, parts in TABS if part in parts), TABS[0][0])
    found = []
    for label, route, _ in TABS:
        url = page_for(user, route, project) or page_for(user, INSTEAD.get(label, ""), project)
        if url:
            found.append({"label": label, "url": url, "here": label == here, "exact": url == request.path})
    return {"tabs": found}


@register.simple_tag
def page_name(request: HttpRequest, project: Project) -> str:
    """How this page of a project is called; empty on its first one."""
    part = _part(request.path, project)
    tab = next((label for label, route, parts in TABS if part in parts), "")
    return PAGES.get(part, tab)


def _part(path: str, project: Project) -> str:
    start = f"/projects/{project.pk}/"
    return path.removeprefix(start).split("/", 1)[0] if path.startswith(start) else ""
