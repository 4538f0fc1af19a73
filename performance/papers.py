"""The papers of targets, reports and self-evaluations that people print, as this reader may have them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from accounts.models import User
from accounts.roles import Action
from papers import Paper, Printable
from performance import f02, f03, f04, f09, region_prints, self_prints
from performance.models import Assessment, PeriodReturn, RegionSheet, Review, TargetSheet
from performance.queries.assessments import WITH_UNIT as WITH_ASSESSOR
from performance.queries.assessments import Kind, Side, label_of, table_of
from performance.queries.monitoring import monitoring_of
from performance.queries.region import region_begun, region_content, region_sheets, region_years
from performance.queries.returns import WITH_UNIT
from performance.queries.reviews import readable
from policy.loader import configured
from policy.loader import edition as edition_of
from projects import access
from projects.models import Project

# The rows of permissions.json that open the page of each form.
TARGETS, READINGS, PROGRESS = "target:view", "reading:view", "progress:view"
EVALUATION, REGION = "evaluation:view", "region 区域绩效:view"
State = RegionSheet.State
GONE = (TargetSheet.State.WITHDRAWN, TargetSheet.State.RETURNED)


def papers_of(project: Project, reader: User, on: date) -> list[Printable]:
    """What this person may print of the performance of a project. A constant number of statements; nothing is laid out."""
    found = list(_targets(project, reader)) if access.allows(reader, project, TARGETS) else []
    monitored = access.allows(reader, project, READINGS)
    told = access.allows(reader, project, PROGRESS)
    if monitored or told:
        found += _returns(project, reader, on, monitored=monitored, told=told)
    if access.allows(reader, project, EVALUATION):
        found += _assessments(project, reader)
    return found


def _targets(project: Project, reader: User) -> Iterator[Printable]:
    """F02 of each filed version and of the one in the making; F03 of each department that has scored."""
    rows = project.target_sheets.select_related("hr_office", "finance_office").order_by("round")
    for sheet in rows.exclude(state__in=GONE):
        version = f"第 {sheet.version} 版" if sheet.version else f"{sheet}，{sheet.get_state_display()}"
        day, draft = sheet.filed_on or sheet.submitted_on, sheet.version is None
        build = partial(target_sheet, project, sheet)
        yield Printable(f"F02-{sheet.pk}", "F02", f"绩效目标申报表（{version}）", day, draft, build)
    said = Review.objects.filter(sheet__project=project, level=Review.Level.PROVINCE)
    for review in said.select_related("sheet", "office", "reviewer").prefetch_related("remarks"):
        if readable(review, reader, review.sheet):
            name = f"{f03.TITLE}（{review.sheet}，{review.get_line_display()}）"
            build = partial(_review, project, review)
            yield Printable(f"F03-{review.pk}", "F03", name, review.on, False, build)


def target_sheet(project: Project, sheet: TargetSheet) -> Paper:
    return f02.layout(f02.of_sheet(project, sheet))


def _review(project: Project, review: Review) -> Paper:
    return f03.layout(f03.content(project, review))


def _returns(project: Project, reader: User, on: date, *, monitored: bool, told: bool) -> Iterator[Printable]:
    """F04 and F09 of each 季报包 that is no draft of others."""
    writes = access.allows(reader, project, Action.EDIT_RETURN)
    rows = project.returns.exclude(state=PeriodReturn.State.EXEMPT).select_related("round", "sheet", "submitted_by")
    for one in rows:
        one.project = project
        draft = one.state in WITH_UNIT
        if draft and not writes:
            continue
        if monitored and one.round.monitoring and not one.zero:
            build = partial(monitoring, one, on)
            yield Printable(f"F04-{one.pk}", "F04", f"绩效监控表（{one.round}）", one.cut_off, draft, build)
        if told:
            build = partial(progress, one, on)
            yield Printable(f"F09-{one.pk}", "F09", f"进度报告（{one.round}）", one.cut_off, draft, build)


def monitoring(one: PeriodReturn, on: date) -> Paper:
    said = f04.content(one, monitoring_of(one, known=on))
    return replace(f04.layout(said, draft=one.state in WITH_UNIT), dated_on=one.cut_off)


def progress(one: PeriodReturn, on: date) -> Paper:
    return replace(f09.layout(f09.content(one, known=on), draft=one.state in WITH_UNIT), dated_on=one.cut_off)


def _assessments(project: Project, reader: User) -> Iterator[Printable]:
    """F05 and F06, once they are sent in; while they are filled, for the unit alone."""
    writes = access.allows(reader, project, Action.EDIT_RETURN)
    for one in project.assessments.select_related("sheet"):
        one.project = project
        if one.state in WITH_ASSESSOR and not writes:
            continue
        form = form_of(one)
        day, build = one.decided_on or one.submitted_on, partial(assessment, one)
        yield Printable(f"{form}-{one.pk}", form, label_of(one), day, self_prints.is_draft(one), build)


def form_of(one: Assessment) -> str:
    return self_prints.F06 if one.kind == Kind.TRANSFER else self_prints.F05


def assessment(one: Assessment) -> Paper:
    said = self_prints.of_assessment(one, table_of(one, {}, [Side.UNIT]))
    return replace(self_prints.of_state(one, said), dated_on=one.decided_on or one.submitted_on)


def province_papers(reader: User, on: date) -> list[Printable]:
    """F01 and F06 over all projects in reach, by programme and year. Two statements."""
    if not access.may(reader, REGION):
        return []
    years, editions = region_years(reader), configured()
    issued = {(one.edition_code, one.kind, one.year): one for one in region_sheets() if one.state == State.ISSUED}
    keys = [
        (code, kind, year)
        for code, known in years.items()
        if code in editions
        for year in known
        for kind in RegionSheet.Kind.values
        if region_begun(kind, year, on)
    ]
    return [_region(key, issued.get(key), reader, on) for key in keys]


def _region(key: tuple[str, str, int], sheet: RegionSheet | None, reader: User, on: date) -> Printable:
    code, kind, year = key
    form = "F01" if kind == RegionSheet.Kind.TARGETS else "F06"
    label = f"{year} 年{RegionSheet.Kind(kind).label}（{edition_of(code).document}）"
    build = partial(_region_paper, *key, reader, on)
    return Printable(f"{form}-{code}-{year}", form, label, sheet.issued_on if sheet else on, sheet is None, build)


def _region_paper(code: str, kind: str, year: int, reader: User, on: date) -> Paper:
    sheet, said = region_content(code, kind, year, reader, on)
    return region_prints.layout(said, issued=sheet is not None and sheet.state == State.ISSUED)
