"""指标填报: what the unit types is kept as it is; at acceptance the registers' figures come to stand beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from performance.models import PeriodReturn, Reading
from performance.queries.figures import ended_within
from performance.queries.readings import (
    ABOUT_READING,
    TYPED,
    ReadingRow,
    reading_rows,
    readings_version,
    text_of,
    typed_of,
)
from performance.queries.returns import WITH_UNIT, return_of, subject_of
from performance.queries.sheets import field_of
from performance.rules.readings import Typed, check_lengths
from performance.targets import number_text
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from projects import access, files
from projects.models import Attachment, Project
from ui.versions import refuse_stale

FILL_READINGS = "填报指标"
PURPOSE = "指标佐证材料"


@dataclass(frozen=True, slots=True)
class ReadingInput:
    """What was typed for one indicator of the return's sheet. A drawn figure is never typed, only explained.

    `drop`: papers of this reading, not yet sent in, that are taken out.
    """

    indicator_id: int
    typed: Typed = field(default_factory=Typed)
    papers: Sequence[UploadedFile] = ()
    drop: Sequence[int] = ()


@operation(FILL_READINGS)
def save_readings(
    project_id: int, return_id: int, *, rows: Sequence[ReadingInput], actor: User, on: date, seen: str | None = None
) -> list[Finding]:
    """Keep everything that was typed, also what is not yet right; the findings say what keeps it from being sent in.

    Rows left out stay as they are. Who changes nothing has no hand in it.
    """
    project = access.enter(project_id, actor=actor, action=Action.EDIT_RETURN)
    one = return_of(project, return_id)
    if one.state not in WITH_UNIT:
        refuse("state", f"季报包现为“{one.get_state_display()}”，不能填报指标；待报送或退回补正的季报包可以修改。")
    one.project = project
    before = reading_rows(one)
    refuse_stale(seen, readings_version(before, one))
    known = {row.indicator.pk: row for row in before if row.due}
    refuse_if_blocking(_check_input(one, known, rows))
    changed = [row for row in rows if _write(one, known[row.indicator_id], row, actor=actor, on=on)]
    if not changed:
        return [finding for row in before for finding in row.findings]
    found = [finding for row in reading_rows(one) for finding in row.findings]
    text = f"填写 {len(changed)} 项指标，报送前还需处理 {sum(finding.blocks for finding in found)} 处"
    names = [known[row.indicator_id].indicator.name for row in changed]
    journal.record(project_id=project.pk, subject=subject_of(one), text=text, indicators=names)
    return found


def _check_input(one: PeriodReturn, known: Mapping[int, ReadingRow], rows: Sequence[ReadingInput]) -> Iterable[Finding]:
    """What cannot even be kept: rows of another sheet or of another day, figures that the register gives."""
    if {row.indicator_id for row in rows} - set(known):
        yield blocking("stale", "指标与本期季报包不符：只能填报本期应报的指标，请刷新页面后重新填写。")
        return
    for row in rows:
        standing = known[row.indicator_id]
        for finding in check_lengths(row.typed):
            yield blocking(finding.code, finding.message, field=field_of(standing.indicator, finding.field))
        figures = (row.typed.value, row.typed.numerator, row.typed.denominator)
        if standing.drawn and any(figures):
            name = standing.indicator.name
            yield blocking("drawn", f"“{name}”由台账自动取数，不能手工填写；数字不对的，请在台账中更正。")
        if one.zero and any((*figures, row.typed.attained)):
            yield blocking("zero", "本季报包已作零报告；要填写数值，请先撤回零报告。")


def _write(one: PeriodReturn, row: ReadingRow, given: ReadingInput, *, actor: User, on: date) -> bool:
    """Whether anything changed."""
    typed = {name: getattr(given.typed, name).strip() for name in TYPED}
    differs = Typed(**typed) != typed_of(row.reading)
    if not differs and not given.papers and not given.drop:
        return False
    reading = row.reading or Reading(period_return=one, indicator=row.indicator)
    for name, text in typed.items():
        setattr(reading, name, text)
    reading.entered_by, reading.entered_on = actor, on
    if reading._state.adding:
        reading.save(force_insert=True)
    else:
        reading.save(update_fields=[*TYPED, "entered_by", "entered_on"])
    _drop(one, reading, given)
    for paper in given.papers:
        files.accept(one.project, paper, about=ABOUT_READING, about_id=reading.pk, purpose=PURPOSE, actor=actor, on=on)
    return True


def _drop(one: PeriodReturn, reading: Reading, given: ReadingInput) -> None:
    """A paper of a draft is taken out again; what was sent in once stays."""
    for pk in given.drop:
        paper = Attachment.objects.filter(project=one.project, about=ABOUT_READING, about_id=reading.pk, pk=pk).first()
        if paper is None:
            refuse("stale", "要移除的佐证材料不属于本指标，请刷新页面后重试。")
        if paper.handed_in:
            refuse("handed_in", f"《{paper.name}》已随季报包报送，不能移除；请另行上传更正后的材料并说明。")
        paper.about_id = 0
        paper.save(update_fields=["about_id"])


def hand_in_papers(period_return: PeriodReturn) -> None:
    """Inside the submission: from now on the offices may have what proves the readings."""
    readings = list(period_return.readings.values_list("pk", flat=True))
    drafts = Attachment.objects.filter(about=ABOUT_READING, about_id__in=readings, handed_in=False)
    for pk in set(drafts.values_list("about_id", flat=True)):
        files.hand_in(period_return.project, about=ABOUT_READING, about_id=pk)


def freeze_readings(period_return: PeriodReturn) -> list[dict[str, Any]]:
    """Inside the acceptance: write the registers' figures into the readings, mark the classes that are in them.

    Gives the readings' part of the snapshot, plain values, figures as exact text.
    """
    one, project = period_return, period_return.project
    rows = [row for row in reading_rows(one, live=True) if row.due]
    for row in rows:
        if row.drawn and row.tile is not None and not row.tile.exempt:
            _freeze(one, row)
    count_classes(project, one)
    papers = _papers(one)
    return [_told(row, papers) for row in reading_rows(one, live=True) if row.due]


def _freeze(one: PeriodReturn, row: ReadingRow) -> None:
    reading = row.reading or Reading(
        period_return=one,
        indicator=row.indicator,
        entered_by=one.submitted_by,
        entered_on=one.submitted_on or one.cut_off,
    )
    tile = row.tile
    reading.value, reading.numerator, reading.denominator = (
        ("", "", "") if tile is None else (_text(tile.value), _text(tile.numerator), _text(tile.denominator))
    )
    if reading._state.adding:
        reading.save(force_insert=True)
    else:
        reading.save(update_fields=["value", "numerator", "denominator"])


def count_classes(project: Project, one: PeriodReturn) -> int:
    """The classes that this return's figures hold for the first time; from now on they are of record.

    Of its own days and, recorded late, of those before; one that fills a gap holds its own days alone.
    """
    every = list(project.returns.values_list("covers_from", "cut_off", "state"))
    fills = any(state == PeriodReturn.State.ACCEPTED and cut_off > one.cut_off for _, cut_off, state in every)
    own = [(first, last) for first, last, _ in every if (last == one.cut_off if fills else last <= one.cut_off)]
    rows = project.training_classes.filter(ended_within(own), counted_in=None, voided_on=None)
    return rows.update(counted_in=one)


def _text(value: Fraction | None) -> str:
    return "" if value is None else number_text(value)


def _papers(one: PeriodReturn) -> dict[int, list[dict[str, str]]]:
    readings = one.readings.values_list("pk", flat=True)
    found: dict[int, list[dict[str, str]]] = {}
    kept = Attachment.objects.filter(project=one.project, about=ABOUT_READING, about_id__in=list(readings))
    for paper in kept.order_by("pk"):
        found.setdefault(paper.about_id, []).append({"name": paper.name, "sha256": paper.sha256})
    return found


def _told(row: ReadingRow, papers: Mapping[int, list[dict[str, str]]]) -> dict[str, Any]:
    indicator, reading = row.indicator, row.reading
    tile = row.tile
    return {
        "indicator": indicator.pk,
        "code": indicator.template_code,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "unit": indicator.unit,
        "aggregation": indicator.aggregation,
        "draws": indicator.draws if row.drawn else "",
        "from": str(tile.start) if tile else "",
        "to": str(tile.end) if tile else "",
        **{name: getattr(typed_of(reading), name) for name in TYPED},
        "last": text_of(row.last, indicator.unit),
        "year": text_of(row.year, indicator.unit),
        "build": text_of(row.build, indicator.unit),
        "year_target": row.year_target,
        "period_target": row.period_target,
        "papers": papers.get(reading.pk, []) if reading else [],
    }
