"""项目进度报告（季度）(F09) of one 季报包: tasks, indicators, money, risks, what comes next."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from funds.queries import Moment, ledgers_at
from performance.f02 import digest, short
from performance.models import MilestoneProgress, PeriodReturn, ProgressComment
from performance.queries.milestones import Progress, ProgressRow, progress_of
from performance.queries.readings import reading_rows
from performance.rules.figures import Figure
from performance.rules.milestones import plain
from performance.rules.monitoring import percent
from performance.scoring import two_decimals
from performance.targets import number_text
from policy.money import wan_number
from policy.terms import Line

TEMPLATE = Path(__file__).parent / "typst" / "f09.typ"
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
        "unit": project.organisation.name,
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
        _text(row.this),
        _text(row.year),
        _text(row.build),
        row.period_target or NOTHING,
    ]


def _text(figure: Figure) -> str:
    return NOTHING if figure.value is None else number_text(Fraction(two_decimals(figure.value)))


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


def pdf(one: PeriodReturn, *, known: date, draft: bool) -> bytes:
    """A4, upright; a draft mark lies under it until the return was sent in."""
    import noto_cjk_sans_otc
    import typst

    data = content(one, known=known)
    said = {**data, "code": short(digest(data)), "draft": draft}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format="pdf", sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))
