"""班次台账: the list of a project, its sums, and the splits that always add up to the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import User
from funds.importing.identity import Stamp
from performance.class_sheets import TEMPLATE, ClassAround, ClassList, read_classes
from performance.models import ClassImport, PeriodReturn, TrainingClass
from performance.queries.figures import ended_within
from performance.rules.classes import check_in_build
from performance.rules.figures import Days, days_words, lacking, lies_in
from policy.spelling import number_key
from projects.models import Project
from workbooks.headers import words
from workbooks.writer import Sheet

Level = TrainingClass.Level
COUNTS = ("trained", "high_skill", "passed", "certified", "surveyed", "satisfied")
STATES = {"live": "有效", "late": "补录", "uncounted": "未计入", "voided": "已作废"}


def classes_of(project: Project, asked: Mapping[str, Any] | None = None) -> QuerySet[TrainingClass]:
    """Newest first. `asked`: year of the last day, occupation, level, state; blank is all."""
    asked = asked or {}
    rows = project.training_classes.select_related("occupation", "counted_in__round", "recorded_by")
    if asked.get("year"):
        rows = rows.filter(end_on__year=asked["year"])
    if asked.get("occupation"):
        rows = rows.filter(occupation=asked["occupation"])
    if asked.get("level"):
        rows = rows.filter(level=asked["level"])
    if asked.get("state") == "voided":
        rows = rows.exclude(voided_on=None)
    elif asked.get("state"):
        rows = rows.filter(voided_on=None)
    if asked.get("state") == "late":
        rows = rows.filter(late_ones(project))
    if asked.get("state") == "uncounted":
        rows = rows.filter(uncounted_ones(span_of(project)))
    return rows.order_by("-end_on", "-pk")


def sums_of(rows: QuerySet[TrainingClass]) -> dict[str, int]:
    """Sums of what is not voided; one statement."""
    told = rows.order_by().filter(voided_on=None)
    return told.aggregate(**{name: Sum(name, default=0) for name in COUNTS}, classes=Count("pk"))


def years_of(project: Project) -> list[int]:
    return [day.year for day in project.training_classes.dates("end_on", "year", order="DESC")]


@dataclass(frozen=True, slots=True)
class Span:
    """The build, the days that returns of the project cover, and those whose figures are accepted."""

    start: date | None = None
    end: date | None = None
    asked: tuple[Days, ...] = ()
    accepted: tuple[Days, ...] = ()


def span_of(project: Project) -> Span:
    """One statement."""
    rows = list(project.returns.order_by("cut_off").values_list("covers_from", "cut_off", "state"))
    asked = tuple((first, last) for first, last, _ in rows)
    accepted = tuple((first, last) for first, last, state in rows if state == PeriodReturn.State.ACCEPTED)
    return Span(project.build_start_on, project.build_end_on, asked, accepted)


def late_ones(project: Project) -> Q:
    """补录: classes that count in a later period than the one they ended in, or will."""
    waiting = Q(counted_in=None) & ended_within(span_of(project).accepted)
    return waiting | Q(end_on__lt=F("counted_in__covers_from"))


def is_late(one: TrainingClass, span: Span) -> bool:
    """The same without a statement, where `counted_in` is loaded."""
    if one.counted_in is not None:
        return one.end_on < one.counted_in.covers_from
    return lies_in(span.accepted, one.end_on)


def uncounted_ones(span: Span) -> Q:
    """未计入: classes that no return holds nor will hold, as things stand."""
    last = max((last for _, last in span.asked), default=None)
    outside = Q(end_on__lt=span.start or date.min) | Q(end_on__gt=span.end or date.max)
    skipped = Q(end_on__lt=last) if last else Q(pk__in=[])
    return Q(counted_in=None, voided_on=None) & ~ended_within(span.asked) & (outside | skipped)


def why_uncounted(end_on: date, span: Span) -> str:
    """Why a class that ended on this day counts nowhere, with what can be done; "" where it counts or will."""
    if lies_in(span.asked, end_on):
        return ""
    outside = check_in_build(end_on, span.start, span.end)
    if outside or span.start is None:
        return outside
    last = max((last for _, last in span.asked), default=None)
    if last is None or end_on > last:
        return ""
    gap = next(days for days in lacking(span.asked, span.start, last) if days[0] <= end_on <= days[1])
    return f"{days_words([gap])} 没有季报包，未计入；请联系省人社厅发起该期间的监测轮次，审定后计入。"


@dataclass(frozen=True, slots=True)
class Split:
    """培训人次 of one level or one occupation, of which 高级工及以上."""

    name: str
    trained: int
    high_skill: int
    passed: int


@dataclass(frozen=True, slots=True)
class Splits:
    """The same classes told by level and by occupation: both add up to `total`, for all come from the same rows."""

    start: date
    end: date
    levels: tuple[Split, ...]
    occupations: tuple[Split, ...]
    total: Split


def splits_of(project: Project, start: date, end: date) -> Splits:
    """One statement."""
    rows = project.training_classes.filter(voided_on=None, end_on__gte=start, end_on__lte=end)
    parts = list(
        rows.order_by("level", "occupation__order")
        .values_list("level", "occupation__written")
        .annotate(trained=Sum("trained"), high_skill=Sum("high_skill"), passed=Sum("passed"))
    )
    levels = _summed((str(Level(level).label), *rest) for level, _, *rest in parts)
    occupations = _summed((written, *rest) for _, written, *rest in parts)
    whole = [sum(row[at] for row in parts) for at in (2, 3, 4)]
    return Splits(start, end, levels, occupations, Split("合计", *whole))


def _summed(parts: Iterable[tuple[Any, ...]]) -> tuple[Split, ...]:
    found: dict[str, list[int]] = {}
    for name, *figures in parts:
        found[name] = [had + more for had, more in zip(found.get(name, [0, 0, 0]), figures, strict=True)]
    return tuple(Split(name, *figures) for name, figures in found.items())


HEADS = (
    "班次编号", "职业（工种）", "等级", "开班日期", "结业日期", "培训人次", "其中高级工及以上人次", "合格人次",
    "取得高级工及以上证书人数", "受访人数", "满意人数", "政府补贴性培训", "企业新型学徒制", "登记人", "登记日期", "状态",
    "计入", "作废理由",
)  # fmt: skip


def export_of(project: Project, rows: Iterable[TrainingClass], on: date, asked: str = "") -> Sheet:
    """What the list shows, all pages of it, its sums at the foot."""
    rows, span = list(rows), span_of(project)
    live = [row for row in rows if row.voided_on is None]
    foot = ("合计（不含作废）", "", "", "", "", *(sum(getattr(row, name) for row in live) for name in COUNTS))
    return Sheet(
        name="班次台账",
        headers=HEADS,
        rows=[*(_exported(row, span) for row in rows), (*foot, "", "", "", "", "", "", "")],
        titles=(f"{project.name} 班次台账", f"截至 {on}{'，' + asked if asked else ''}"),
        widths=(18, 20, 18, 12, 12, 10, 12, 10, 14, 10, 10, 10, 10, 12, 12, 10, 24, 30),
    )


def _exported(row: TrainingClass, span: Span) -> tuple[Any, ...]:
    return (
        row.number, row.occupation.written, row.get_level_display(), row.start_on, row.end_on,
        *(getattr(row, name) for name in COUNTS),
        "是" if row.subsidised else "否", "是" if row.apprentices else "否", str(row.recorded_by), row.recorded_on,
        state_of(row, span), str(row.counted_in.round) if row.counted_in else "", row.void_reason,
    )  # fmt: skip


def state_of(row: TrainingClass, span: Span) -> str:
    if row.voided_on is not None:
        return STATES["voided"]
    if row.counted_in_id is None and why_uncounted(row.end_on, span):
        return STATES["uncounted"]
    return STATES["late"] if is_late(row, span) else STATES["live"]


def why_of(row: TrainingClass, span: Span) -> str:
    """Beside the state: why it counts nowhere, and what can be done."""
    return "" if row.voided_on or row.counted_in_id else why_uncounted(row.end_on, span)


def around_of(project: Project, on: date) -> ClassAround:
    """What a workbook of classes is measured against; four statements, however many rows it has."""
    occupations = list(project.occupations.all())
    spelled = {
        words(text): row.pk for row in reversed(occupations) for text in (row.code, row.name, row.written) if text
    }
    rows = project.training_classes.filter(voided_on=None)
    names = ("occupation_id", "level", "start_on", "end_on", *COUNTS, "subsidised", "apprentices")
    waiting = project.returns.filter(state=PeriodReturn.State.SUBMITTED).order_by("-cut_off")
    span = span_of(project)
    return ClassAround(
        stamp=Stamp(project.pk, project.label, TEMPLATE, "班次"),
        key=settings.SECRET_KEY,
        on=on,
        occupations=spelled,
        listed=tuple(row.written for row in occupations),
        standing={number_key(number): tuple(facts) for number, *facts in rows.order_by().values_list("number", *names)},
        reviewed=waiting.values_list("cut_off", flat=True).first(),
        accepted=span.accepted,
        uncounted=partial(why_uncounted, span=span),
    )


def imports_of(project: Project, user: User) -> QuerySet[ClassImport]:
    """Their own uploads: who uploaded a file confirms it."""
    return project.class_imports.filter(uploaded_by=user)


def read_import(kept: ClassImport, project: Project, on: date) -> ClassList:
    return read_classes(bytes(kept.content), around_of(project, on))
