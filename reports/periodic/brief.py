"""情况汇报: one page of A4 for whoever leads, of any day: six sentences, the five riskiest projects, the dates gone by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Node
from funds.queries import Moment, late_of
from funds.queries.compared import Compared, then_of, told_of
from lifecycle.queries.deadlines import dates_of
from lifecycle.queries.risk import OVER, RiskRow, risks_of
from lifecycle.rules.deadlines import LegalDate
from papers import Block, Cell, Grid, Line, Paper
from policy.money import ZERO, wan_number
from policy.terms import Rank, Stage
from projects.models import Project
from reports.periodic import words
from reports.periodic.figures import figures_of, projects_at
from reports.periodic.periods import Period, UpTo
from reports.statistics.scope import under

TITLE = "专项绩效监管情况汇报"
PAST = (
    "{said}{moved}。问题、决定和监测数据为当时已办理的；办理阶段为 {made_on} 的。"
    "风险最高的项目和已超过的期限只有当天的，往日的汇报不列。"
)
MOST, KINDS = 5, 8
BIG, SMALL = 12.0, 10.0
LONGEST, FEW_WORDS = 40, 60
RANKS = tuple(Rank)
CLOSED = (Stage.DRAFT, Stage.SETTLED, Stage.TERMINATED)


@dataclass(frozen=True, slots=True)
class Brief:
    """`overdue`: every legal date gone by, the oldest first. `past`: of a day gone by, or as known on one, without risks
    and dates, which are told of today alone.
    """

    figures: dict[str, Any]
    risks: tuple[RiskRow, ...]
    overdue: tuple[tuple[Project, LegalDate], ...]
    past: Compared | None = None

    @property
    def kinds(self) -> list[list[tuple[Project, LegalDate]]]:
        """The dates gone by, kind by kind: those of law before those of our own practice, the longest overdue first."""
        found: dict[str, list[tuple[Project, LegalDate]]] = {}
        for one in self.overdue:
            found.setdefault(one[1].code, []).append(one)
        return sorted(found.values(), key=lambda own: (RANKS.index(own[0][1].rank), own[0][1].last_on))


def brief_of(place: Node, on: date, today: date | None = None, known: date | None = None) -> Brief:
    """A constant number of statements. `known`: as known on that day; left open it is today."""
    if today and Moment(on, known or today) != Moment(today, today):
        return past_brief(place, Moment(on, known or today), today)
    projects = {one.pk: one for one in Project.objects.filter(under([place.path])).exclude(stage__in=CLOSED)}
    watched = [one for one in projects.values() if one.stage not in OVER]
    risks = risks_of(watched, on)
    rows = sorted((RiskRow(one, risks[one.pk]) for one in watched), key=lambda row: (-row.risk.score, row.project.pk))
    late = tuple((projects[one.project_id], one) for one in dates_of(projects.values(), on) if one.overdue(on))
    found = figures_of(place.path, place.name, Period(on.year), on)
    return Brief(found, tuple(row for row in rows[:MOST] if row.risk.score), late)


def past_brief(place: Node, at: Moment, today: date) -> Brief:
    """With the late entries that lie between what was known and what is known today."""
    then, projects = then_of(at, today), list(projects_at(place.path, at.on))
    late = late_of(projects, then, today) if then != Moment(at.on, today) else []
    found = figures_of(place.path, place.name, UpTo(at.on.year, day=at.on), today, at.known)
    return Brief(found, (), (), Compared(at, then, told_of(late, projects)))


def moved(compared: Compared) -> str:
    """By how much the late entries move each figure, in 万元."""
    sums: dict[str, Decimal] = {}
    for one in compared.late:
        sums[one.late.figure] = sums.get(one.late.figure, ZERO) + one.late.effect
    told = "、".join(f"{figure} {wan_number(amount)} 万元" for figure, amount in sums.items() if amount)
    return f"（{told}；逐笔见“截至日统计”）" if told else ""


def layout(brief: Brief) -> Paper:
    found = brief.figures
    on = date.fromisoformat(found["on"])
    blocks = (
        Line(TITLE, "title"),
        Line(f"{found['place']}　截至 {on}{_known(brief)}", "subtitle"),
        Grid((1.2, 8.8), tuple((_cell(label, head=True), _cell(text, left=True)) for label, text in said(brief))),
        *(_of_today(brief, on) if brief.past is None else [Line(_said(brief.past, found["made_on"]), "note")]),
        Line(
            "支出为财政已认定的财政资金支出，不含自筹；执行率＝支出÷预算。数据与系统统计分析、项目台账同日同口径。",
            "note",
        ),
    )
    return Paper("情况汇报", TITLE, blocks, number=f"{found['place']} {on}", dated_on=on)


def _said(past: Compared, made_on: str) -> str:
    return PAST.format(said=past.said, moved=moved(past), made_on=made_on)


def _known(brief: Brief) -> str:
    return "" if brief.past is None or brief.past.of_today else f"，按 {brief.past.at.known} 所知"


def _of_today(brief: Brief, on: date) -> list[Block]:
    return [
        Line(f"风险最高的项目（前 {MOST} 个）", "heading"),
        _risks(brief.risks),
        Line(f"已超过的法定和规定期限（共 {len(brief.overdue)} 项 {len(brief.kinds)} 类{_more(brief)}）", "heading"),
        _dates(brief.kinds, on),
    ]


def said(brief: Brief) -> list[tuple[str, str]]:
    """Six sentences, each short enough to stay on the page."""
    found = brief.figures
    money, inside = words.money(found)
    few = {**found, "pace": {**found["pace"], "behind": []}}
    counts = [(label, len(found["events"][kind])) for kind, label in words.HAPPENED.items() if found["events"][kind]]
    happened = words.listed(counts) if counts else "没有立项、验收、限期整改、取消称号和终止的决定生效"
    return [
        ("总体", words.overview(found)),
        ("资金", money + inside),
        ("进度", words.pace(few)),
        ("绩效", words.targets(found)),
        ("问题", words.problems(found)),
        ("决定", f"{found['here']}{happened}。"),
    ]


def _risks(rows: Sequence[RiskRow]) -> Grid:
    lines = [tuple(_cell(text, head=True) for text in ("项目", "风险分", "主要原因"))]
    for row in rows:
        why = "；".join(f"{part.label}：{part.figures}" for part in row.risk.reasons[:2])
        score = f"{row.risk.score}（{row.risk.level.label}）"
        lines.append((_small(_cut(row.project.name, LONGEST)), _cell(score, size=SMALL), _small(_cut(why, FEW_WORDS))))
    if not rows:
        lines.append((Cell("没有记分的项目", span=3, size=SMALL),))
    return Grid((3.4, 1.3, 5.3), tuple(lines), heads=1)


def _more(brief: Brief) -> str:
    return f"，列前 {KINDS} 类" if len(brief.kinds) > KINDS else ""


def _dates(kinds: Sequence[Sequence[tuple[Project, LegalDate]]], on: date) -> Grid:
    """A line a kind: how many, and the one that is longest overdue."""
    lines = [tuple(_cell(text, head=True) for text in ("期限", "项数", "最早的一项", "到期日", "逾期"))]
    for own in kinds[:KINDS]:
        project, one = own[0]
        day, late = _cell(str(one.last_on), size=SMALL), _cell(one.left_text(on), size=SMALL)
        count = Cell(str(len(own)), number=len(own), size=SMALL)
        lines.append((_small(one.rule.label), count, _small(_cut(project.name, LONGEST)), day, late))
    if not kinds:
        lines.append((Cell("没有逾期", span=5, size=SMALL),))
    return Grid((2.6, 0.8, 3.6, 1.4, 1.6), tuple(lines), heads=1)


def _cell(text: str, *, head: bool = False, left: bool = False, size: float = BIG) -> Cell:
    return Cell(text, head=head, align="left" if left else "center", size=SMALL if head and not left else size)


def _small(text: str) -> Cell:
    return Cell(text, align="left", size=SMALL)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
