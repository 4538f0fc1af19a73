"""What was reported: 季报包 as accepted, self-evaluations side by side, yearly reports."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from accounts.models import User
from funds.queries.pages import all_names_of
from lifecycle.models import YearlyReport
from lifecycle.queries.yearly import SUMS
from performance.models import Assessment, AssessmentRow, MilestoneProgress, PeriodReturn, Section
from performance.queries.assessments import WITH_UNIT, label_of, sides_for, state_for, table_of
from policy.money import yuan
from policy.terms import Attained, Source
from projects import access
from projects.models import Project
from reports.dossier.compare.diff import Field, Version

READING = {
    "value": "本期值",
    "numerator": "分子",
    "denominator": "分母",
    "year": "本年累计",
    "build": "建设期累计",
    "reason": "异常原因",
}
MONEY = {
    "granted": "批复",
    "allocated": "下达",
    "received": "到账",
    "budget": "预算",
    "spent": "支出",
    "pending": "待认定",
}
WRITTEN = {"equipment": "设备使用情况", "work": "培养、攻关和带动情况", "problems": "存在问题和打算"}


def returns(project: Project, user: User) -> list[Version]:
    """Accepted ones: to the last figure as both departments agreed to them."""
    rows = project.returns.filter(state=PeriodReturn.State.ACCEPTED).select_related("round").order_by("cut_off")
    return [
        Version(str(one.pk), f"{one.round}（截至 {one.cut_off}）", one.accepted_on, one.get_state_display())
        for one in rows
    ]


def return_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    told: dict[str, Any] = project.returns.get(pk=int(key)).snapshot
    for row in told.get("readings", []):
        group = f"指标“{row['name']}”"
        yield from (Field(group, label, row[name]) for name, label in READING.items() if row.get(name))
        if row.get("attained"):
            yield Field(group, "达成程度", str(Attained(row["attained"]).label))
    for row in told.get("progress", {}).get("rows", []):
        group = f"任务 {row['key']} {row['name']}"
        yield Field(group, "完成比例（%）", str(row["done_share"]))
        yield Field(group, "状态", str(dict(MilestoneProgress.State.choices).get(row["state"], row["state"])))
    yield from _money(project, told.get("money", {}))
    for row in told.get("sections", []):
        yield Field("文字", str(Section.Code(row["code"]).label), row["text"])


def _money(project: Project, told: dict[str, Any]) -> Iterator[Field]:
    yield from (Field("资金", label, yuan(Decimal(told[name]))) for name, label in MONEY.items() if name in told)
    names, sources = all_names_of(project), dict(Source.choices)
    for category, source, budget, _, spent in told.get("lines", []):
        cell = f"{names.get(category, category)} · {sources.get(source, source)}"
        yield Field("分类资金", f"{cell}：预算", yuan(Decimal(budget)))
        yield Field("分类资金", f"{cell}：支出", yuan(Decimal(spent)))


def assessments(project: Project, user: User) -> list[Version]:
    """Each side that has spoken, as far as this reader may read it; a draft is the unit's."""
    rows = project.assessments.order_by("block", "kind")
    if not access.is_unit(user):
        rows = rows.exclude(state__in=WITH_UNIT)
    said = set(AssessmentRow.objects.filter(assessment__in=rows).values_list("assessment", "side").distinct())
    return [
        _side(one, side, state_for(user, one)[1])
        for one in rows
        for side in sides_for(user, one)
        if (one.pk, side) in said
    ]


def _side(one: Assessment, side: str, state: str) -> Version:
    label = f"{label_of(one)} {AssessmentRow.Side(side).label}"
    return Version(f"{one.pk}-{side}", label, one.decided_on or one.submitted_on, state)


def assessment_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    number, _, side = key.partition("-")
    one = Assessment.objects.select_related("project", "sheet").get(pk=int(number), project=project)
    for row in table_of(one, {}, (side,)):
        own, group = row.sides.get(side), f"指标“{row.indicator.name}”"
        yield Field(group, "目标值", row.wanted_with_unit)
        yield Field(group, "完成值", row.shown(side))
        yield Field(group, "得分", "—" if own is None or own.score is None else str(own.score))
        yield Field(group, "偏差原因和措施", own.reason if own else "")
    yield Field("资金", "全年预算数", yuan(one.year_budget))
    yield Field("资金", "全年执行数", yuan(one.year_spent))


def yearly(project: Project, user: User) -> list[Version]:
    """What the unit still writes is its own."""
    rows = project.yearly_reports.order_by("year")
    if not access.is_unit(user):
        rows = rows.exclude(state=YearlyReport.State.DRAFT)
    return [Version(str(one.year), f"{one.year} 年度", one.submitted_on, one.get_state_display()) for one in rows]


def yearly_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    one = project.yearly_reports.get(year=int(key))
    yield from (Field("文字", label, getattr(one, name)) for name, label in WRITTEN.items())
    yield from (Field("培训情况", label, str(one.trained[name])) for name, label in SUMS.items() if name in one.trained)
    yield Field("资金", "结余资金（元）", one.left or "—")
