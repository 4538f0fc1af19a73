"""项目进度报告（季度）(F09) of one 季报包: tasks, indicators, money, risks, what comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from funds.queries import Moment, ledgers_at
from papers import Block, Cell, Grid, Paper, Stamps, digest, figure, head, left, short
from papers import Line as Words
from performance.models import MilestoneProgress, PeriodReturn, ProgressComment
from performance.queries.milestones import Progress, ProgressRow, progress_of
from performance.queries.readings import reading_rows
from performance.rules.figures import Figure, gaps_words
from performance.rules.milestones import plain
from performance.rules.monitoring import percent
from performance.scoring import two_decimals
from performance.targets import DATE_UNIT, figure_text
from policy.money import wan_number
from policy.terms import Line
from projects.queries import unit_on

TITLE = "项目进度报告（季度）"
FACTS = (26.0, 65.0, 26.0, 65.0)
NOTHING = "—"


def content(one: PeriodReturn, *, known: date) -> dict[str, Any]:
    """Everything the form says, as plain values. `known`: money as far as it was posted by that day."""
    project, progress = one.project, progress_of(one)
    sections = {section.code: section for section in one.sections.select_related("done_by")}
    text, questions = sections["progress"], sections["questions"]
    outlook = progress.outlook
    return {
        "form": "F09",
        "name": project.name,
        "number": project.label,
        "unit": unit_on(project, one.cut_off),
        "round": str(one.round),
        "span": f"{one.covers_from} 至 {one.cut_off}",
        "build": f"{project.build_start_on} 至 {project.build_end_on}",
        "plan": str(progress.plan) if progress.plan else "",
        "shares": shares(progress),
        "tasks": [_task(row) for row in progress.rows],
        "text": text.text or NOTHING,
        "figures": [_figure(row) for row in reading_rows(one) if row.due and not row.qualitative],
        "money": _money(one, known),
        "questions": questions.text or "无",
        "risk": outlook.risk if outlook and outlook.risk else "无",
        "measure": outlook.measure if outlook and outlook.measure else "无",
        "next": text.plan or NOTHING,
        "filler": str(text.done_by or NOTHING),
        "leader": str(one.submitted_by or ""),
        "submitted_on": str(one.submitted_on or ""),
        "opinions": _opinions(one),
        "state": one.get_state_display(),
    }


def shares(progress: Progress) -> str:
    if progress.plan is None:
        return "建设任务计划未审定"
    due = NOTHING if progress.due is None else percent(progress.due)
    return f"按计划应完成 {due}，实际完成 {percent(progress.done)}"


def _task(row: ProgressRow) -> list[str]:
    told, task = row.told, row.milestone
    return [
        task.name,
        str(task.planned_on),
        f"{plain(task.share)}%",
        MilestoneProgress.State(told.state).label if told else "未填",
        f"{plain(row.done)}%",
        str(told.actual_on or "") if told else "",
        told.note if told else "",
    ]


def _figure(row: Any) -> list[str]:
    indicator = row.indicator
    return [
        indicator.name,
        indicator.unit,
        *(_text(figure, indicator.unit) for figure in (row.this, row.year, row.build)),
        row.period_target or NOTHING,
    ]


def _text(figure: Figure, unit: str) -> str:
    """Two decimals at most; a day is a day, and a total that lacks days names them."""
    if figure.value is None:
        return NOTHING
    lacks = f"（{gaps_words(figure)}）" if figure.gaps else ""
    value = figure.value if unit == DATE_UNIT else Fraction(two_decimals(figure.value))
    return f"{figure_text(value, unit)}{lacks}"


def _money(one: PeriodReturn, known: date) -> list[list[str]]:
    """This period, and from the first day of the build; 执行率 over the budget of the day."""
    before, now = Moment(one.covers_from - timedelta(days=1), known), Moment(one.cut_off, known)
    ledgers = ledgers_at([one.project], [before, now])
    was, stands = ledgers[before][one.project_id], ledgers[now][one.project_id]
    rows = []
    for label, earlier, later in (("财政下达资金", was, stands),):
        rate = NOTHING if later.execution_rate is None else f"{(later.execution_rate * 100).quantize(Decimal('0.01'))}%"
        rows.append([label, *map(wan_number, (later.budget, later.spent - earlier.spent, later.spent)), rate])
    whole, own = stands.whole, stands.whole.spent - stands.spent
    period = (whole.spent - was.whole.spent) - (stands.spent - was.spent)
    rows.append(["自筹及其他资金", *map(wan_number, (whole.budget - stands.budget, period, own)), NOTHING])
    return rows


def _opinions(one: PeriodReturn) -> list[str]:
    """What both departments said of this turn, and what was said of the progress."""
    reviews = one.reviews.filter(turn=one.turn).select_related("office", "reviewer")
    said = [
        f"{row.office}（{Line(row.line).label}）：{'同意' if row.agreed else '退回补正'}，{row.on}" for row in reviews
    ]
    comments = ProgressComment.objects.filter(period_return=one).select_related("office", "by")
    return [*said, *(f"{row.office}：{row.text}（{row.by} {row.on}）" for row in comments)]


def layout(said: Mapping[str, Any], *, draft: bool = False) -> Paper:
    """A4; a draft until the return was sent in."""
    return Paper(
        "F09",
        TITLE,
        (*_progress(said), *_rest(said)),
        said["number"],
        said["state"],
        short(digest(said)),
        draft=draft,
    )


def _progress(said: Mapping[str, Any]) -> Iterator[Block]:
    yield Words(TITLE, "title")
    yield Words(f"（{said['round']}，{said['span']}）", "subtitle")
    yield Grid(FACTS, tuple(_facts(said)))
    yield Words("一、本期完成任务（对照实施方案里程碑）", "heading")
    if said["tasks"]:
        heads: tuple[str, ...] = ("建设任务", "计划完成", "占比", "状态", "完成", "实际完成", "说明")
        rows = [(left(name), *map(figure, told), left(note, size=8.5)) for name, *told, note in said["tasks"]]
        yield Grid((56.0, 21.0, 14.0, 15.0, 15.0, 21.0, 40.0), (tuple(map(head, heads)), *rows), heads=1)
    yield Grid((1.0,), ((left(_paragraphs(said["text"])),),))
    yield Words("二、绩效指标本期值和累计值", "heading")
    heads = ("指标", "计量单位", "本期值", "本年累计", "建设期累计", "实施期目标")
    figures = [(left(name), Cell(unit), *map(figure, told)) for name, unit, *told in said["figures"]]
    nothing = [(Cell("本期没有应报的定量指标", 6),)]
    yield Grid((66.0, 20.0, 22.0, 24.0, 26.0, 24.0), (tuple(map(head, heads)), *(figures or nothing)), heads=1)


def _rest(said: Mapping[str, Any]) -> Iterator[Block]:
    yield Words("三、资金支出和执行率（万元）", "heading")
    names = ("资金", "预算", "本期支出", "累计支出", "执行率")
    rows = [(left(label), *(replace(figure(one), align="right") for one in sums)) for label, *sums in said["money"]]
    yield Grid((74.0, 28.0, 28.0, 28.0, 24.0), (tuple(map(head, names)), *rows), heads=1)
    yield Words("注：支出为财政已认定的支出；执行率＝累计支出÷预算（按资金文件下达的资金）。", "note")
    yield Words("四、问题与风险", "heading")
    told = (("存在的问题", "questions"), ("主要风险", "risk"), ("应对措施", "measure"))
    yield Grid((26.0, 156.0), tuple((Cell(label), left(_paragraphs(said[key]))) for label, key in told))
    yield Words("五、下期计划", "heading")
    yield Grid((1.0,), ((left(_paragraphs(said["next"])),),))
    leader = "　".join(filter(None, [said["leader"], said["submitted_on"]]))
    opinions = (Cell("主管部门意见"), left("\n".join(said["opinions"]), 3))
    signed = (Cell("填报人"), left(said["filler"]), Cell("单位负责人"), left(leader))
    yield Words("六、填报和审核", "heading")
    yield Grid(FACTS, (signed, opinions))
    yield Stamps(((f"项目单位：{said['unit']}", "单位负责人"), ("主管部门", "负责人")))


def _facts(said: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    yield Cell("项目名称"), left(said["name"], 3)
    yield Cell("项目编号"), left(said["number"]), Cell("项目单位"), left(said["unit"])
    yield Cell("建设期"), left(said["build"]), Cell("建设任务"), left(said["shares"])


def _paragraphs(text: str) -> str:
    return "\n".join(one for one in text.split("\n") if one.strip())
