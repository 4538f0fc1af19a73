"""政策依据: every number of an edition with its clause and rank, what documents fix apart from our own practice."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.roles import Action
from policy.edition import Basis, Edition, Limit
from policy.finding_kinds import LEVELS
from policy.loader import configured
from policy.money import wan_number
from policy.needed import WORDS
from policy.terms import Draw, Operator, Rank, Track, UnitType
from projects import access
from projects.conditions import requirement_text
from projects.pages import route_action

TONES = {Rank.LAW: "purple", Rank.NOTICE: "blue", Rank.PROVINCE: "green", Rank.DEFAULT: "gray"}
# Limits of the editions that nothing in the system goes by yet; the page says so. Take a name out once code asks for it.
NOT_APPLIED: frozenset[str] = frozenset()
DASH = "—"
OURS = "以下不是文件规定，是本系统在文件没有写明处采用的做法，供两部门确认或调整。"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section. The first cell, with `key`, says which one it is among the editions.

    `idle`: nothing in the system goes by it yet.
    """

    key: str
    cells: tuple[str, ...]
    basis: Basis | None
    idle: bool = False

    @property
    def tone(self) -> str:
        return TONES[self.basis.rank] if self.basis else ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table. `heads`: labels of the cells; `figures`: which of them are numbers, aligned right."""

    title: str
    note: str
    heads: tuple[str, ...]
    figures: frozenset[int]
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        return tuple((head, index in self.figures) for index, head in enumerate(self.heads))

    @property
    def lines(self) -> list[tuple[Row, list[tuple[str, str, bool]]]]:
        """Each row with its cells as (label, text, is a figure)."""
        return [
            (row, [(head, cell, figure) for cell, (head, figure) in zip(row.cells, self.columns, strict=True)])
            for row in self.rows
        ]


def section(
    title: str, heads: Iterable[str], rows: Iterable[Row], *, figures: Iterable[int] = (), note: str = ""
) -> Section:
    return Section(title, note, tuple(heads), frozenset(figures), tuple(rows))


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def grants(edition: Edition) -> Section:
    rows = (
        Row(
            f"{one.kind}/{one.sector}/{one.track}",
            (one.kind.label, one.sector.label, "不分" if one.any_track else one.track.label, wan_number(one.yuan)),
            one.basis,
        )
        for one in edition.grants
    )
    return section("补助标准", ("项目类型", "职业类别", "新建/已建", "金额（万元）"), rows, figures=[3])


def categories(edition: Edition) -> Section:
    rows = (
        Row(
            one.code,
            (
                one.name,
                "、".join(kind.label for kind in one.kinds),
                "须事先联合批准" if one.needs_approval else DASH,
                one.allowed,
                one.not_allowed,
                one.evidence,
            ),
            one.basis,
        )
        for one in edition.categories
    )
    return section("资金使用范围", ("支出类别", "项目类型", "批准", "可以列支", "不得列支", "证明材料"), rows)


def conditions(edition: Edition) -> Section:
    rows = (
        Row(
            one.code,
            (
                f"{one.code} {one.text}",
                one.kind.label,
                _all(one.tracks, Track),
                _all(one.unit_types, UnitType),
                requirement_text(one),
                one.evidence,
            ),
            one.basis,
        )
        for one in edition.conditions
    )
    heads = ("条件", "项目类型", "新建/已建", "单位性质", "要求", "证明材料")
    return section("建设条件", heads, rows, note="文字经压缩，引用时以文件原文为准。")


def _all(chosen: tuple[Track, ...] | tuple[UnitType, ...], words: type[Track] | type[UnitType]) -> str:
    return "全部" if len(chosen) == len(words) else "、".join(str(one.label) for one in chosen)


def indicators(edition: Edition) -> Section:
    rows = (
        Row(
            one.code,
            (
                f"{one.code} {one.name}",
                one.kind.label,
                f"{one.level1} / {one.level2}",
                *(_target(one.operator, one.targets[track]) for track in Track),
                one.unit,
                one.frequency.label,
                Draw(one.draws).label if one.draws else one.evidence.label,
                plain(one.weight),
            ),
            one.basis,
        )
        for one in edition.indicators
    )
    heads = ("指标", "项目类型", "一级 / 二级", "新建", "已建", "计量单位", "频次", "取数来源", "权重（分）")
    return section("绩效指标模板", heads, rows, figures=[8], note="“自定”的指标值由单位填报、两部门审核。")


def _target(operator: Operator, target: str) -> str:
    if not target:
        return "自定"
    return target if operator == Operator.QUALITATIVE else f"{operator.label}{target}"


def levels(edition: Edition) -> Section:
    rows = (
        Row(one.level1, (one.level1, "须有量化指标" if one.quantified else DASH, plain(one.weight)), one.basis)
        for one in edition.level_weights
    )
    return section("一级指标权重", ("一级指标", "二级类要求", "权重（分）"), rows, figures=[2])


def grades(edition: Edition) -> Section:
    rows = (
        Row(one.grade.value, (one.grade.label, f"{plain(one.at_least)} 分及以上"), one.basis) for one in edition.grades
    )
    return section("评价等级", ("等级", "得分"), rows)


def lights(edition: Edition) -> Section:
    rows = (
        Row(one.light.value, (one.light.label, f"{plain(one.at_least)} 及以上"), one.basis) for one in edition.lights
    )
    return section("双监控亮灯", ("亮灯", "已完成 ÷ 按进度应完成"), rows)


def finding_kinds(edition: Edition) -> Section:
    rows = (Row(one.code, (one.name, LEVELS[one.level]), one.basis) for one in edition.finding_kinds)
    return section("审计问题类型", ("问题类型", "通常程度"), rows)


def payment_fields(edition: Edition) -> Section:
    names = {category.code: category.name for category in edition.categories}
    rows = (
        Row(
            f"{one.code}:{one.field}",
            (
                one.label,
                "、".join(names[code] for code in one.categories),
                _all(one.unit_types, UnitType),
                f"{edition.limit(one.from_limit).label} 起" if one.from_limit else "一律",
            ),
            one.basis,
        )
        for one in edition.payment_fields
    )
    return section("支出必填项", ("项目", "支出类别", "单位性质", "起点"), rows)


def review_points(edition: Edition) -> Section:
    rows = (Row(one.text, (one.part, one.aspect, one.text, str(one.points)), None) for one in edition.review_points)
    return section("绩效目标审核要点", ("部分", "方面", "要点", "分值"), rows, figures=[3], note="分值合计 100 分。")


def limits(edition: Edition) -> Section:
    rows = (
        Row(one.key, (one.label, value_text(one)), one.basis, idle=one.key in NOT_APPLIED)
        for one in edition.limits.values()
    )
    return section("期限和限值", ("事项", "取值"), rows)


def value_text(limit: Limit) -> str:
    if isinstance(limit.value, Decimal):
        return f"{plain(limit.value * 100)}%"
    if isinstance(limit.value, str):
        return f"{WORDS.get(limit.value, limit.value.replace(',', '、'))} {limit.unit}".rstrip()
    return f"{limit.value} {limit.unit}".rstrip()


SECTIONS: tuple[Callable[[Edition], Section], ...] = (
    grants, categories, conditions, limits, levels, indicators, review_points, grades, lights, finding_kinds,
    payment_fields,
)  # fmt: skip


def parts_of(edition: Edition) -> tuple[list[Section], list[Section]]:
    """What documents and the province fix, and our practice (系统默认), each section cut in two."""
    whole = [make(edition) for make in SECTIONS]
    return (
        list(_kept(whole, lambda row: row.basis is None or row.basis.rank != Rank.DEFAULT)),
        list(_kept(whole, lambda row: row.basis is not None and row.basis.rank == Rank.DEFAULT)),
    )


def _kept(sections: list[Section], wanted: Callable[[Row], bool]) -> Iterator[Section]:
    for one in sections:
        rows = tuple(row for row in one.rows if wanted(row))
        if rows:
            yield Section(one.title, one.note, one.heads, one.figures, rows)


def differences(edition: Edition, other: Edition) -> list[tuple[str, str, str, str]]:
    """Section, item, what this edition says, what the other says: only where they differ."""
    found = []
    for make in SECTIONS:
        here, there = make(edition), make(other)
        mine, theirs = ({row.key: row for row in one.rows} for one in (here, there))
        for key in dict.fromkeys([*mine, *theirs]):
            ours, others = mine.get(key), theirs.get(key)
            if _said(ours) != _said(others):
                known = ours or others
                found.append((here.title, known.cells[0] if known else key, _said(ours), _said(others)))
    return found


def _said(row: Row | None) -> str:
    return " · ".join(row.cells[1:]) if row else "无此项"


@login_required
def policy_page(request: HttpRequest) -> HttpResponse:
    if not access.may(cast(User, request.user), route_action(request)):
        raise PermissionDenied("您的角色不能打开本页")
    known = sorted(configured().values(), key=lambda one: (one.sample, -one.issued_on.toordinal(), one.code))
    by_code = {one.code: one for one in known}
    asked, against = request.GET.get("edition", ""), request.GET.get("against", "")
    if (asked and asked not in by_code) or (against and against not in by_code):
        raise Http404
    chosen = by_code.get(asked, known[0])
    other = by_code.get(against)
    fixed, practice = parts_of(chosen)
    told = {
        "title": "政策依据",
        "sees_settings": access.may(cast(User, request.user), Action.VIEW_SETTINGS),
        "edition": chosen,
        "editions": known,
        "others": [one for one in known if one is not chosen],
        "parts": [
            ("fixed", "一、法规、通知和本省设定", "", fixed),
            ("practice", "二、本系统实践（系统默认）", OURS, practice),
        ],
        "other": other,
        "differences": differences(chosen, other) if other else [],
    }
    return render(request, "reports/policy.html", told)
