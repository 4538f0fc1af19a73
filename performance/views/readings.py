"""指标填报 of a 季报包: what was reached in the period beside the last one, and the form it is typed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Action
from performance.forms.readings import EditLine, ReadingsForm
from performance.models import PeriodReturn
from performance.operations.readings import save_readings
from performance.queries.classes import splits_of
from performance.queries.readings import (
    ReadingRow,
    draft_of_others,
    late_classes,
    papers_of,
    reading_rows,
    readings_version,
    typed_of,
)
from performance.queries.returns import WITH_UNIT, return_of
from performance.rules.figures import Figure, gaps_words
from performance.rules.possible import SHARE
from performance.rules.readings import short
from performance.rules.readings import shown as in_unit
from performance.targets import DATE_UNIT
from performance.views.autosave import Autosave
from policy.findings import Finding, refuse
from policy.terms import Attained, Draw, EvidenceKind, Operator
from projects import access
from projects.models import Attachment, Project
from projects.pages import Acting, ProjectOperation, ProjectPage

WINDOWS = {
    "full_year": "按上一完整年度口径",
    "best_12_months": "按最好的连续十二个月口径",
    "build_average": "按建设期年均口径",
}
REGISTERS = {EvidenceKind.CLASSES: ("班次台账", "performance:classes"), EvidenceKind.ASSETS: ("设备台账", "funds:assets"),
             EvidenceKind.LEDGER: ("支出明细", "funds:payments")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A row in words, for the page and for the form alike. `lacks`: of the year and of the build, days not reported."""

    row: ReadingRow
    edit: EditLine | None
    papers: Sequence[Attachment]
    target: str
    this: str
    last: str
    year: str
    build: str
    lacks: tuple[str, str]
    bound: str
    window: str
    register: tuple[str, str] | None
    typed: Any

    @property
    def explain(self) -> bool:
        """Whether the reason stands open: it is asked for, given, or wrong."""
        asked = any(finding.field.endswith("-reason") for finding in self.row.findings)
        return asked or bool(self.edit and (self.edit.fields["reason"].value() or self.edit.fields["reason"].errors))


def words(figure: Figure, row: ReadingRow) -> str:
    """A figure for reading; what is missing says so and is not 0."""
    parts = ""
    if row.ratio and figure.numerator is not None and figure.denominator is not None:
        parts = f"（{short(figure.numerator)}/{short(figure.denominator)}）"
    if figure.value is None:
        if parts:
            return f"不适用{parts}"
        return f"缺 {len(figure.missing)} 期" if figure.missing else "—"
    return f"{in_unit(figure.value, row.indicator.unit)}{parts}"


def shown(row: ReadingRow, project: Project, papers: Sequence[Attachment], edit: EditLine | None = None) -> Shown:
    sign = "" if row.qualitative else Operator(row.indicator.operator).label
    unit = "" if row.qualitative or row.indicator.unit in (DATE_UNIT, SHARE) else row.indicator.unit
    targets = [("年度", row.year_target), ("实施期", row.period_target)]
    typed = typed_of(row.reading)
    this = words(row.this, row) if row.tile is None or not row.tile.exempt else "免报"
    if row.qualitative:
        this = str(Attained(typed.attained).label) if typed.attained in Attained.values else "未填"
    window = ""
    if row.window is not None and row.window.known:
        rest = "" if row.window.whole else "，尚不满一年"
        window = f"{WINDOWS.get(row.indicator.window, '')} {words(row.window, row)}{rest}"
    register = REGISTERS.get(EvidenceKind(row.indicator.evidence))
    if row.indicator.draws == Draw.ASSETS:
        register = REGISTERS[EvidenceKind.ASSETS]
    return Shown(
        row=row,
        edit=edit,
        papers=papers,
        target="；".join(f"{label} {sign}{text}{unit}" for label, text in targets if text),
        this=this if row.due else "—",
        last="—" if row.qualitative else words(row.last, row),
        year="—" if row.qualitative else words(row.year, row),
        build="—" if row.qualitative else words(row.build, row),
        lacks=(gaps_words(row.year), gaps_words(row.build)),
        bound="" if row.bound is None else short(row.bound),
        window=window,
        register=(register[0], reverse(register[1], args=[project.pk])) if register else None,
        typed=typed,
    )


class OneReturn(Acting):
    """The return, found through its project, and what its pages say of it."""

    project: Project
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        try:
            self.one = return_of(self.project, self.kwargs["return_id"])
        except PeriodReturn.DoesNotExist:
            raise Http404 from None
        self.one.project = self.project

    def told(self, rows: Sequence[ReadingRow]) -> dict[str, Any]:
        one = self.one
        start = max(one.covers_from, one.cut_off.replace(month=1, day=1))
        return {
            "one": one,
            "covers": covers(one),
            "late": late_classes(one),
            "folded": [shown(row, self.project, ()) for row in rows if not row.due],
            "splits": splits_of(self.project, min(start, one.covers_from), one.cut_off),
            "findings": [finding for row in rows for finding in row.findings if finding.blocks],
            "notices": [finding for row in rows for finding in row.findings if not finding.blocks],
        }

    def get_success_url(self) -> str:
        return reverse("performance:readings", args=[self.project.pk, self.one.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


def covers(one: PeriodReturn) -> str:
    """Which days are asked for; what an earlier report covers is not asked again."""
    days = f"{one.covers_from:%Y-%m-%d} 至 {one.cut_off:%Y-%m-%d}"
    if not one.project.returns.filter(cut_off__lt=one.cut_off).exists():
        return f"本次填 {days} 的数。"
    return f"已报至 {one.covers_from - timedelta(days=1)}，本次只填 {days} 的数；累计由系统计算。"


def grouped(lines: Iterable[Shown]) -> list[tuple[str, list[Shown]]]:
    """By level 1 and 2, in the order of the sheet."""
    found: dict[str, list[Shown]] = {}
    for line in lines:
        found.setdefault(f"{line.row.indicator.level1} · {line.row.indicator.level2}", []).append(line)
    return list(found.items())


class Readings(OneReturn, ProjectPage):
    """What was reached. The offices see the figures of a draft once it is sent in."""

    template_name = "performance/readings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = reading_rows(self.one)
        mine = access.allows(self.actor, self.project, Action.EDIT_RETURN)
        hidden = draft_of_others(self.one, self.actor)
        papers = papers_of(self.one, self.actor)
        lines = [shown(row, self.project, papers.get(row.indicator.pk, ())) for row in rows if row.due]
        return super().get_context_data(
            **self.told(rows),
            groups=grouped(lines),
            hidden=hidden,
            may_edit=mine and self.one.state in WITH_UNIT,
            **kwargs,
        )


class EditReadings(Autosave, OneReturn, ProjectOperation):
    """The form. Everything typed is kept; what still keeps it from being sent in stands above it, with links."""

    form_class = ReadingsForm
    template_name = "performance/readings_edit.html"
    title, submit_label, done = "填报指标", "暂存", "已暂存"
    result: list[Finding]

    def load(self) -> None:
        super().load()
        if self.one.state not in WITH_UNIT:
            refuse("state", f"季报包现为“{self.one.get_state_display()}”，不能填报指标；退回补正后可以修改。")
        self.rows = reading_rows(self.one)

    def get_form_kwargs(self) -> dict[str, Any]:
        papers = papers_of(self.one, self.actor)
        version = readings_version(self.rows, self.one)
        return super().get_form_kwargs() | {"rows": self.rows, "papers": papers, "version": version}

    def run(self, data: dict[str, Any]) -> list[Finding]:
        form = self.form
        return save_readings(
            self.project.pk,
            self.one.pk,
            rows=form.inputs(papers=not self.quiet),
            actor=self.actor,
            on=self.today,
            seen=data["seen"],
        )

    def form_valid(self, form: Any) -> Any:
        self.form = form
        return super().form_valid(form)

    def kept(self, found: list[Finding]) -> tuple[str, str]:
        left = sum(finding.blocks for finding in found)
        text = f"已于 {timezone.localtime():%H:%M} 自动暂存，报送前还需处理 {left} 处"
        return text, readings_version(reading_rows(self.one), self.one)

    def get_success_url(self) -> str:
        name = "readings_edit" if any(finding.blocks for finding in self.result) else "readings"
        return reverse(f"performance:{name}", args=[self.project.pk, self.one.pk])

    def get_cancel_url(self) -> str:
        return reverse("performance:readings", args=[self.project.pk, self.one.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = super().get_context_data(**kwargs)
        lines = [shown(line.row, self.project, line.papers, line) for line in told["form"].lines]
        return told | self.told(self.rows) | {"groups": grouped(lines)}
