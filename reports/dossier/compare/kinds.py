"""The kinds of things that have versions, each for those who may open its own page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import User
from projects.links import page_for
from projects.models import Project
from reports.dossier.compare import kept, plans, registered, reported, requests
from reports.dossier.compare.diff import Field, Version


@dataclass(frozen=True, slots=True)
class Kind:
    """`route`: the page whose readers may compare. `versions`: the oldest first, those this reader may read."""

    code: str
    label: str
    route: str
    versions: Callable[[Project, User], list[Version]]
    fields: Callable[[Project, User, str], Iterable[Field]]


KINDS = (
    Kind("targets", "绩效目标", "performance:sheet", plans.sheets, plans.sheet_fields),
    Kind("budget", "预算和用款计划", "funds:budget", plans.budgets, plans.budget_fields),
    Kind("milestones", "建设任务计划", "performance:milestones", plans.milestone_plans, plans.milestone_fields),
    Kind("returns", "季报包（审定内容）", "performance:returns", reported.returns, reported.return_fields),
    Kind("assessments", "绩效自评", "performance:assessments", reported.assessments, reported.assessment_fields),
    Kind("yearly", "年度报告", "lifecycle:yearly", reported.yearly, reported.yearly_fields),
    Kind("packs", "验收材料", "lifecycle:acceptance", requests.packs, requests.pack_fields),
    Kind("rectifications", "整改报告", "lifecycle:rectification", kept.rectifications, kept.rectification_fields),
    Kind("statements", "对账清单", "funds:reconcile", kept.statements, kept.statement_fields),
    Kind("uploads", "上传的材料（各次）", "projects:files", kept.uploads, kept.upload_fields),
    Kind("changes", "单位变更", "lifecycle:changes", requests.changes, requests.change_fields),
    Kind("decisions", "联合决定（更正前后）", "lifecycle:decisions", registered.decisions, registered.decision_fields),
    Kind("contracts", "合同（变更前后）", "funds:contracts", registered.contracts, registered.contract_fields),
    Kind("prints", "登记的打印件", "lifecycle:prints", registered.prints, registered.print_fields),
    Kind("settings", "适用政策的设定", "lifecycle:setting_sheets", requests.settings, requests.setting_fields),
)


def kinds_for(project: Project, user: User) -> list[Kind]:
    """No statement."""
    return [kind for kind in KINDS if page_for(user, kind.route, project)]
