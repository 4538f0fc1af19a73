"""What a unit plans, version by version: targets, budgets, tasks. Each is read by whom its own page shows it."""

from collections.abc import Iterable, Iterator
from typing import Any

from accounts.models import User
from accounts.roles import Action
from funds.queries.budgets import plan_of
from funds.queries.pages import all_names_of, cells_of
from performance.models import MilestonePlan, block_label
from performance.queries import grid_of
from performance.queries.sheets import DETAILS, WORDS, content_of
from policy.money import yuan
from policy.terms import Source
from projects import access
from projects.models import Project
from reports.dossier.compare.diff import Field, Version

SENT = "sent"  # the sheet as it was sent to review, before it was mended
GOAL = ("总体目标", "财政拨款（元）", "其他资金（元）")
SHOWN = {"level2": "二级指标", "operator": "计算符号", "unit": "计量单位", **DETAILS}


def sheets(project: Project, user: User) -> list[Version]:
    found = []
    for one in project.target_sheets.order_by("round"):
        if one.submitted_content and one.mend_turn:
            found.append(Version(f"{one.round}-{SENT}", f"第 {one.round} 稿送审时", one.submitted_on, "送审稿"))
        label = f"第 {one.version} 版（第 {one.round} 稿）" if one.version else f"第 {one.round} 稿"
        day = one.filed_on or one.submitted_on or one.drafted_on
        found.append(Version(str(one.round), label, day, one.get_state_display()))
    return found


def sheet_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    number, _, sent = key.partition("-")
    sheet = project.target_sheets.get(round=int(number))
    said: dict[str, Any] = sheet.submitted_content if sent else content_of(grid_of(sheet))
    for block, values in said["goals"].items():
        yield from (Field(block_label(block), *pair) for pair in zip(GOAL, values, strict=True))
    for row in said["rows"]:
        group = f"指标“{row['name']}”"
        yield from (Field(group, label, _word(name, str(row[name]))) for name, label in SHOWN.items() if name in row)
        for block, (value, weight) in row["targets"].items():
            yield Field(group, f"{block_label(block)}指标值", value)
            yield Field(group, f"{block_label(block)}权重", weight)


def _word(name: str, value: str) -> str:
    return str(dict(WORDS[name].choices).get(value, value)) if name in WORDS else value


def budgets(project: Project, user: User) -> list[Version]:
    rows = project.budgets.order_by("version")
    return [
        Version(
            str(one.version), f"第 {one.version} 版（{one.get_kind_display()}）", one.approved_on or one.drafted_on,
            one.get_state_display(),
        )
        for one in rows
    ]  # fmt: skip


def budget_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    budget = project.budgets.prefetch_related("items", "plan").get(version=int(key))
    names, cells = all_names_of(project), cells_of(budget)
    order = {code: at for at, code in enumerate(names)}
    for category, source in sorted(cells, key=lambda cell: (order.get(cell[0], len(order)), cell)):
        yield Field("预算", f"{names.get(category, category)} · {_source(source)}", yuan(cells[category, source]))
    for quarter, amount in sorted(plan_of(budget).items()):
        yield Field("用款计划", quarter.label, yuan(amount))
    if budget.reason:
        yield Field("说明", "调剂理由", budget.reason)


def _source(code: str) -> str:
    return str(dict(Source.choices).get(code, code))


def milestone_plans(project: Project, user: User) -> list[Version]:
    """A draft is the unit's until it is sent in."""
    shown = [MilestonePlan.State.SUBMITTED, MilestonePlan.State.APPROVED]
    rows: Iterable[MilestonePlan] = project.milestone_plans.order_by("version")
    if not access.allows(user, project, Action.EDIT_MILESTONES):
        rows = project.milestone_plans.order_by("version").filter(state__in=shown)
    return [
        Version(str(one.version), f"第 {one.version} 版", one.reviewed_on or one.drafted_on, one.get_state_display())
        for one in rows
    ]


def milestone_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    names = all_names_of(project)
    for one in project.milestone_plans.get(version=int(key)).milestones.all():
        group = f"任务 {one.key}"
        yield Field(group, "建设任务", one.name)
        yield Field(group, "计划完成日期", str(one.planned_on))
        yield Field(group, "占比（%）", str(one.share))
        yield Field(group, "支出类别", names.get(one.category, one.category) or "—")
