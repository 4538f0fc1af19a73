"""班次台账: the list of a project, its sums, and the splits that always add up to the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from accounts.models import User
from funds.importing.identity import Stamp
from performance.class_sheets import TEMPLATE, ClassAround, ClassList, read_classes
from performance.models import ClassImport, PeriodReturn, TrainingClass
from policy.spelling import number_key
from projects.models import Project
from workbooks.headers import words
from workbooks.writer import Sheet

Level = TrainingClass.Level
COUNTS = ("trained", "high_skill", "passed", "certified", "surveyed", "satisfied")
STATES = {"live": "有效", "late": "补录", "voided": "已作废"}
BEFORE = "监测期前"  # ended before the first period that was asked for: it is in the register and counts in no return


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
    return rows.order_by("-end_on", "-pk")


def sums_of(rows: QuerySet[TrainingClass]) -> dict[str, int]:
    """Sums of what is not voided; one statement."""
    told = rows.order_by().filter(voided_on=None)
    return told.aggregate(**{name: Sum(name, default=0) for name in COUNTS}, classes=Count("pk"))


def years_of(project: Project) -> list[int]:
    return [day.year for day in project.training_classes.dates("end_on", "year", order="DESC")]


@dataclass(frozen=True, slots=True)
class Span:
    """`first`: the first day a return of the project covers; `until`: the last day whose figures are accepted."""

    first: date | None = None
    until: date | None = None


def span_of(project: Project) -> Span:
    """One statement."""
    accepted = Q(state=PeriodReturn.State.ACCEPTED)
    return Span(**project.returns.aggregate(first=Min("covers_from"), until=Max("cut_off", filter=accepted)))


def late_ones(project: Project) -> Q:
    """补录: classes that count in a later period than the one they ended in, or will."""
    span = span_of(project)
    if span.until is None:
        return Q(pk__in=[])
    waiting = Q(counted_in=None, end_on__gte=span.first, end_on__lte=span.until)
    return waiting | Q(end_on__lt=F("counted_in__covers_from"))


def is_late(one: TrainingClass, span: Span) -> bool:
    """The same without a statement, where `counted_in` is loaded."""
    if one.counted_in is not None:
        return one.end_on < one.counted_in.covers_from
    return span.first is not None and span.until is not None and span.first <= one.end_on <= span.until


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
    if span.first is not None and row.end_on < span.first:
        return BEFORE
    return STATES["late"] if is_late(row, span) else STATES["live"]


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
        accepted=span.until,
        first=span.first,
    )


def imports_of(project: Project, user: User) -> QuerySet[ClassImport]:
    """Their own uploads: who uploaded a file confirms it."""
    return project.class_imports.filter(uploaded_by=user)


def read_import(kept: ClassImport, project: Project, on: date) -> ClassList:
    return read_classes(bytes(kept.content), around_of(project, on))
