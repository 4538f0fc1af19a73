"""绩效自评 in its main states: one decided, one in the city's check, drafts of a year and of the end."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lifecycle.demo.papers import papers_of
from lifecycle.demo.story import Story
from lifecycle.operations import decisions
from performance import operations as performance
from performance.models import Assessment, AssessmentRow
from performance.operations import Reached
from performance.queries import assessment_payload
from performance.queries.assessments import TableRow, table_of
from performance.rules.assessments import NEEDED, last_day
from policy.terms import Attained

SHORT, MISSED = Decimal("0.85"), "实训设备到货推迟，部分培训班次顺延到下年度，已调整排课"
FEBRUARY = 2
WAITING = {"city": 0, "province": 1}
OPEN = frozenset({Assessment.State.SUBMITTED, Assessment.State.CHECKED})
CUT = "抽查佐证材料，一个班次签到表不全，不予计入"


def year_of(story: Story, on: date) -> int | None:
    """The last year of the filed targets that is over and lies in the build."""
    project = story.fresh()
    sheet = project.target_sheets.filter(version__isnull=False).latest("version")
    start, end = project.build_start_on, project.build_end_on
    if start is None or end is None:
        return None
    over = [year for year in sheet.years if start.year <= year <= end.year and (last_day(str(year), end) or on) <= on]
    return max(over, default=None)


def filled(row: TableRow, place: int) -> Reached:
    """At the target, but for every fourth figure."""
    if row.goal.qualitative:
        return Reached(attained=Attained.FULL, points=(row.goal.weight * Decimal("0.9")).quantize(Decimal("0.01")))
    text = row.target.value
    if place % 4 or not text.isdigit():
        return Reached(actual=text)
    return Reached(actual=str(int(int(text) * SHORT)), reason=MISSED)


def typed(one: Assessment) -> dict[int, Reached]:
    return {row.indicator.pk: filled(row, place) for place, row in enumerate(table_of(one, {}))}


def standing(one: Assessment, side: str, *, lowered: bool = False) -> dict[int, Reached]:
    """What the side before this one says; where it is to be `lowered`, one figure less."""
    found, lowered = {}, not lowered
    for row in table_of(one, {}):
        before = row.before(side).reached
        value = Reached(before.actual, before.attained, before.points)
        if not lowered and before.actual.isdigit() and int(before.actual) > len("培训"):
            value, lowered = Reached(actual=str(int(int(before.actual) * SHORT)), reason=CUT), True
        found[row.indicator.pk] = value
    return found


def drafted(story: Story, kind: str, block: str, on: date, *, whole: bool = True) -> Assessment:
    one = performance.draft_assessment(story.pk, kind=kind, block=block, actor=story.u1, on=on)
    one.project = story.project
    values = typed(one)
    if not whole:
        values = dict(list(values.items())[: len(values) // 2])
    words = {key: "按规定办理，没有问题" for key in NEEDED if key != "goal"} | {"notes": "无"}
    performance.save_assessment(
        story.pk, one.pk, values=values, goal_done="实训条件建成，培训和评价任务按期完成。" if whole else "",
        words=words if kind == Assessment.Kind.TRANSFER else None, actor=story.u1, on=on,
    )  # fmt: skip
    return one


def sent(story: Story, kind: str, block: str, on: date) -> Assessment:
    standing = story.project.assessments.filter(kind=kind, block=block).first()
    if standing is not None:
        return standing
    one = drafted(story, kind, block, on)
    return performance.submit_assessment(story.pk, one.pk, actor=story.u2, on=on + timedelta(days=2))


def handed_in(story: Story, until: date) -> None:
    """年度自评 of each year of the build, sent in the second month of the next one."""
    project = story.fresh()
    start, end = project.build_start_on, project.build_end_on
    if start is None or end is None:
        return
    for year in range(start.year, end.year + 1):
        day = date(year + 1, FEBRUARY, 6 + story.pk % 17)
        if day <= until:
            sent(story, Assessment.Kind.YEAR, str(year), day)


def checked(story: Story, one: Assessment, on: date, *, lowered: bool = True) -> None:
    """Both offices of the city; of F05 人社 gives the figures, one of them `lowered`."""
    side = AssessmentRow.Side.CITY
    values = standing(one, side, lowered=lowered) if one.kind == Assessment.Kind.YEAR else None
    said: dict[str, Any] = {"comment": "与佐证材料核对相符", "on": on}
    performance.check_assessment(story.pk, one.pk, values=values, actor=story.cast[story.ch], **said)
    performance.check_assessment(story.pk, one.pk, actor=story.cast[story.cf], **said)


def decided(story: Story, on: date) -> None:
    """F05 through both departments to its decision, F06 accepted."""
    year = year_of(story, on)
    if year is None:
        return
    one, transfer = (sent(story, kind, str(year), on) for kind in ("year", "transfer"))
    for each in (one, transfer):
        checked(story, each, on + timedelta(days=8))
    day = on + timedelta(days=15)
    assessed(story, one, day)
    performance.accept_transfer(story.pk, transfer.pk, actor=story.cast["ph"], on=day)
    _decide([story], day + timedelta(days=6))


def concluded(stories: Iterable[Story], on: date) -> None:
    """年度绩效评定 of every year: the city agrees, the departments decide over all of them in one document.

    Of the last year a quarter waits for the city and a quarter for the province, and all of it until its spring is over.
    """
    years: dict[str, list[Story]] = {}
    for place, story in enumerate(stories):
        for one in story.project.assessments.filter(kind=Assessment.Kind.YEAR).order_by("block"):
            waits = place % 4 if int(one.block) == on.year - 1 else len(WAITING)
            if one.state not in OPEN or waits == WAITING["city"] or spring(one.block, 6) > on:
                continue
            if one.state == Assessment.State.SUBMITTED:
                checked(story, one, spring(one.block, 3), lowered=False)
            if waits != WAITING["province"]:
                assessed(story, one, spring(one.block, 4))
                years.setdefault(one.block, []).append(story)
    for year, found in sorted(years.items()):
        _decide(found, spring(year, 5))


def spring(year: str, month: int) -> date:
    return date(int(year) + 1, month, 20)


def assessed(story: Story, one: Assessment, on: date) -> None:
    values = standing(one, AssessmentRow.Side.PROVINCE)
    performance.enter_assessed(story.pk, one.pk, values=values, actor=story.cast["ph"], on=on)
    performance.confirm_assessed(story.pk, one.pk, actor=story.cast["pf"], on=on + timedelta(days=1))


def _decide(stories: Sequence[Story], on: date) -> None:
    first = stories[0]
    decision = decisions.draft_decision(
        "assess", {one.pk: assessment_payload(one.fresh()) for one in stories}, number=first.number(on), dated_on=on,
        reason="经市州核查、两厅评定，数值属实。", uploads=papers_of("assess"), actor=first.cast["ph"], on=on,
    )  # fmt: skip
    first.sign(decision, on)


def in_check(story: Story, on: date) -> None:
    if (year := year_of(story, on)) is not None:
        sent(story, "year", str(year), on)


def begun(story: Story, on: date) -> None:
    """Half of the year, and the end of the build that acceptance will ask for."""
    if (year := year_of(story, on)) is not None:
        drafted(story, "year", str(year), on, whole=False)
    drafted(story, "final", "period", on, whole=False)
