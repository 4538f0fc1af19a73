"""绩效自评: what the accepted reports say of a year, and what unit, city and province make of it, row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import Entry, User
from accounts.roles import Role
from performance.models import PERIOD, Assessment, AssessmentReview, AssessmentRow, Goal, Indicator, Target, TargetSheet
from performance.queries.evaluations import goal_of
from performance.rules import assessments as rules
from performance.rules.assessments import Before, MoneyLine, difference, shown_reached
from performance.rules.periods import version_of_year
from performance.rules.scored import Goal as Wanted
from performance.rules.scored import Reached, score_of
from performance.scoring import total
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import wan
from policy.terms import Grade, Operator
from projects.access import is_unit
from projects.models import Decision, DecisionItem, Project
from ui.versions import version_of

Kind, State, Side = Assessment.Kind, Assessment.State, AssessmentRow.Side
DRAFT, SAVE, TAKE_OVER, SUBMIT = "编制绩效自评", "填写绩效自评", "接手绩效自评", "报送绩效自评"
HANDS = ("编制绩效自评", "填写绩效自评", "接手绩效自评")
WITH_UNIT = (State.DRAFT, State.RETURNED)
ABOVE = (State.CHECKED, State.SIGNING)
DECISION = "assess"  # Decision.kind of 年度绩效评定, a step of lifecycle, which stands above
REPORTED = "季报包审定数"
SIDES = (Side.UNIT, Side.CITY, Side.PROVINCE)
WHO = {Side.UNIT: "单位自评", Side.CITY: "市州核查", Side.PROVINCE: "省级评定"}


def assessment_of(project: Project, pk: int) -> Assessment:
    """One of this project, or DoesNotExist."""
    return with_people(project.assessments.all()).get(pk=pk)


def with_people(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    reviews = AssessmentReview.objects.select_related("reviewer", "office")
    return rows.select_related("sheet", "submitted_by", "drafted_by").prefetch_related(Prefetch("reviews", reviews))


def subject_of(one: Assessment) -> str:
    return f"assessment:{one.pk}"


def scored(one: Assessment) -> bool:
    """F06 carries no points."""
    return one.kind != Kind.TRANSFER


def in_signing(one: Assessment) -> Decision | None:
    """The joint decision over it that waits for a signature."""
    item = DecisionItem.objects.filter(
        project=one.project_id,
        decision__kind=DECISION,
        decision__state=Decision.State.SIGNING,
        state=DecisionItem.State.OPEN,
        payload__assessment=one.pk,
    )
    found = item.select_related("decision__drafted_by").first()
    return found.decision if found else None


def sheet_for(project: Project, kind: str, block: str) -> TargetSheet | None:
    """The version in force at the end of the block: a later one changes nothing of a year that is over."""
    sheets = list(project.target_sheets.filter(version__isnull=False).order_by("version"))
    if kind == Kind.FINAL:
        return sheets[-1] if sheets else None
    return version_of_year(sheets, int(block), rules.last_day(block, project.build_end_on))


def targets_of(sheet: TargetSheet, block: str) -> list[Target]:
    """What the block asks, in the order of the form; one statement."""
    rows = Target.objects.filter(indicator__sheet=sheet, block=block).exclude(value="")
    return list(rows.select_related("indicator").order_by("indicator__order", "indicator"))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One indicator: what was promised, what was reported, and what each side says; None: not said, or not for you."""

    target: Target
    goal: Wanted
    edition: Edition
    reported: Reached
    note: str
    sides: Mapping[str, AssessmentRow]

    @property
    def indicator(self) -> Indicator:
        return self.target.indicator

    @property
    def field(self) -> str:
        return f"v{self.indicator.pk}"

    @property
    def wanted(self) -> str:
        """≥2000, without the unit."""
        return f"{'' if self.goal.qualitative else Operator(self.goal.operator).label}{self.target.value}"

    @property
    def wanted_with_unit(self) -> str:
        bare = self.goal.qualitative or self.goal.unit in ("比例", "日期")
        return self.wanted if bare else f"{self.wanted}{self.goal.unit}"

    def reached(self, side: str) -> Reached:
        row = self.sides.get(side)
        return reached_of(row) if row else Reached()

    def before(self, side: str) -> Before:
        """What a side's value is held against: the reports, then the unit, then the city where it spoke."""
        if side == Side.UNIT:
            return Before(REPORTED, self.reported)
        earlier = Side.CITY if side == Side.PROVINCE and Side.CITY in self.sides else Side.UNIT
        return Before(f"{WHO[earlier]}值", self.reached(earlier))

    def shown(self, side: str) -> str:
        found = self.reached(side)
        return shown_reached(found.attained, found.actual, self.goal.unit)

    @property
    def reported_shown(self) -> str:
        return shown_reached(self.reported.attained, self.reported.actual, self.goal.unit)

    def why(self, side: str) -> str:
        try:
            return score_of(self.goal, self.reached(side), self.edition).why
        except ValueError:
            return "填写的不是数值，不计分"

    @property
    def cells(self) -> list["Cell"]:
        """The sides in order, for the page."""
        return [Cell(self, side) for side in SIDES]

    @property
    def last(self) -> AssessmentRow | None:
        """What stands: the latest side that spoke."""
        return next((self.sides[side] for side in reversed(SIDES) if side in self.sides), None)

    @property
    def difference(self) -> str:
        """Of what stands from what the unit said."""
        spoke = next((side for side in reversed(SIDES) if side in self.sides), Side.UNIT)
        return difference(self.goal, self.reached(Side.UNIT), self.reached(spoke)) if spoke != Side.UNIT else ""

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [
            (WHO[side], self.sides[side].reason) for side in SIDES if side in self.sides and self.sides[side].reason
        ]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one side says of one indicator."""

    row: TableRow
    side: AssessmentRow.Side

    @property
    def label(self) -> str:
        return WHO[self.side]

    @property
    def own(self) -> AssessmentRow | None:
        return self.row.sides.get(self.side)

    @property
    def shown(self) -> str:
        return self.row.shown(self.side)

    @property
    def why(self) -> str:
        return self.row.why(self.side)


def reached_of(row: AssessmentRow) -> Reached:
    return Reached(row.actual, row.attained, row.points, row.reason)


def table_of(
    one: Assessment, reported: Mapping[int, tuple[Reached, str]], sides: Iterable[str] = SIDES
) -> list[TableRow]:
    """Every indicator of the block with the sides asked for; two statements."""
    said: dict[int, dict[str, AssessmentRow]] = {}
    for row in one.rows.filter(side__in=list(sides)).select_related("entered_by", "confirmed_by"):
        said.setdefault(row.indicator_id, {})[row.side] = row
    edition, decided = one.project.edition, one.state == State.DECIDED
    return [
        TableRow(
            target,
            goal_of(target),
            edition,
            *(_held_against(target, sides_of) if decided else reported.get(target.indicator_id, (Reached(), ""))),
            sides_of,
        )
        for target in targets_of(one.sheet, one.block)
        for sides_of in [said.get(target.indicator_id, {})]
    ]


def _held_against(target: Target, sides: Mapping[str, AssessmentRow]) -> tuple[Reached, str]:
    """What the reports said when the last side spoke: a report accepted later changes nothing of what was decided."""
    last = next((sides[side] for side in reversed(SIDES) if side in sides), None)
    text = str(last.inputs.get("reported", "")) if last else ""
    found = Reached(attained=text) if target.indicator.operator == Operator.QUALITATIVE else Reached(actual=text)
    return found, "" if text else "评定时季报包没有报送本指标"


def sides_for(user: User, one: Assessment) -> tuple[str, ...]:
    """Until it is decided a unit reads its own values alone; F06 and 期满自评 have no other side."""
    if one.kind != Kind.YEAR:
        return (Side.UNIT,)
    return (Side.UNIT,) if is_unit(user) and one.state != State.DECIDED else SIDES


def state_for(user: User, one: Assessment) -> tuple[str, str]:
    """State and its words as this person may know them: what the departments do among themselves is one state."""
    state = State(one.state)
    if state == State.SIGNING and is_unit(user):
        state = State.CHECKED
    if one.kind == Kind.FINAL and state == State.SUBMITTED:
        return state, "已报送"
    return state, state.label


def side_total(one: Assessment, rows: Iterable[TableRow], side: str) -> Decimal | None:
    """The sum of the 2-decimal scores and the one of 预算执行率; a single missing one leaves no total."""
    said = [row.sides.get(side) for row in rows]
    return total([*(row.score if row else None for row in said), one.execution_score])


def problems_of(one: Assessment, rows: Iterable[TableRow]) -> list[Finding]:
    """Everything that keeps the unit from sending it in, each leading to its field."""
    edition, points = one.project.edition, scored(one)
    found = [
        finding
        for row in rows
        for finding in rules.check_value(
            row.goal, row.reached(Side.UNIT), edition, row.field, scored=points, before=row.before(Side.UNIT), own=True
        )
    ]
    if not one.goal_done.strip():
        found.append(blocking("goal_done", "请填写总体目标的实际完成情况。", rules.LAW, field="goal_done"))
    if points and one.execution_score is None:
        text = "没有已批准的预算或已下达的资金，预算执行率不能计分，不能得出总分。请先核对资金台账。"
        found.append(blocking("no_budget", text, rules.LAW))
    if one.kind == Kind.TRANSFER:
        found += rules.check_words(one.words, complete=True)
    return found


def values_version(one: Assessment, rows: Iterable[TableRow], side: str) -> str:
    """Changes with whatever a form of this side shows as typed."""
    typed = [
        (row.indicator.pk, found.actual, found.attained, None if found.points is None else f"{found.points:.2f}", found.reason)
        for row in rows
        for found in [row.reached(side)]
    ]  # fmt: skip
    return version_of(one.pk, one.turn, typed, one.goal_done if side == Side.UNIT else "", one.words)


def version_for(user: User, one: Assessment, rows: Iterable[TableRow]) -> str:
    """Of the figures this person would write or confirm: the unit's, the city's, the province's."""
    side = Side.PROVINCE if user.roles & {Role.PH, Role.PF} else Side.CITY if Role.CH in user.roles else Side.UNIT
    return values_version(one, rows, side)


def assessment_hands(one: Assessment) -> dict[int, User]:
    """Everybody who typed in it since somebody last took it over (SD1). Being sent back forgets nobody."""
    rows = Entry.objects.filter(
        project_id=one.project_id, subject=subject_of(one), verb__in=HANDS, result="ok", actor__isnull=False
    )
    anew = rows.filter(verb=TAKE_OVER).order_by("-seq").values_list("seq", flat=True).first()
    people = rows.filter(seq__gte=anew or 0).order_by("actor").values_list("actor", flat=True).distinct()
    return User.objects.in_bulk([pk for pk in people if pk])


def assessors_of(project: Project) -> set[int]:
    """Everybody who ever typed in a self-evaluation of the project or sent one in: none of them judges one (SD1)."""
    rows = Entry.objects.filter(project_id=project.pk, verb__in=HANDS, result="ok", actor__isnull=False)
    sent = project.assessments.exclude(submitted_by=None).values_list("submitted_by", flat=True)
    return {pk for pk in (*rows.order_by().values_list("actor", flat=True).distinct(), *sent) if pk}


def final_of(project: Project) -> Assessment | None:
    """期满自评 as sent in; a draft counts for nothing."""
    rows = project.assessments.filter(kind=Kind.FINAL, state__in=[State.SUBMITTED, State.DECIDED])
    return rows.select_related("sheet").first()


def final_values(project: Project) -> dict[int, AssessmentRow]:
    """What the unit said at the end, by indicator; nothing while it has not sent it in. Two statements."""
    one = final_of(project)
    return {row.indicator_id: row for row in one.rows.filter(side=Side.UNIT)} if one else {}


def final_words(project: Project) -> dict[int, str]:
    """The same for the page of gate B: value and score, in words."""
    rows = final_values(project)
    units = dict(Indicator.objects.filter(pk__in=list(rows)).values_list("pk", "unit"))
    return {
        pk: f"{shown_reached(row.attained, row.actual, units[pk])}（{'未计分' if row.score is None else f'{row.score} 分'}）"
        for pk, row in rows.items()
        if row.actual or row.attained
    }


def execution_why(one: Assessment) -> str:
    weight = one.project.edition.number("execution_weight")
    if one.execution_score is None:
        return "没有全年预算数，不计分"
    return (
        f"执行数 {wan(one.year_spent)} ÷ 预算数 {wan(one.year_budget)} × {weight}，最高 {weight} 分"
        f"＝{one.execution_score} 分"
    )


def money_of(one: Assessment) -> list[MoneyLine]:
    """The lines of the form as they were last read from the books."""
    return [
        MoneyLine(label, Decimal(first), Decimal(budget), Decimal(spent)) for label, first, budget, spent in one.money
    ]


def goal_text(one: Assessment) -> str:
    """总体目标 of the block as filed."""
    found = Goal.objects.filter(sheet=one.sheet_id, block=one.block).values_list("text", flat=True).first()
    return found or ""


def consequence(one: Assessment) -> str:
    return rules.CONSEQUENCE[Grade(one.grade)] if one.grade else ""


def assessment_payload(project: Project) -> dict[str, object]:
    """What a joint decision would fix now: the earliest year whose values both departments stand behind."""
    rows = project.assessments.filter(kind=Kind.YEAR, state=State.SIGNING)
    one = rows.order_by("block").first()
    if one is None or one.total is None:
        return {}
    grade = Grade(project.edition.grade_of(one.total))
    return {"assessment": one.pk, "assessed_year": one.block, "total": str(one.total), "grade_name": grade.label}


def assessed_projects(projects: Iterable[Project]) -> set[int]:
    """Those that have a year whose values both departments stand behind; one statement."""
    rows = Assessment.objects.filter(kind=Kind.YEAR, state=State.SIGNING, project__in=[one.pk for one in projects])
    return set(rows.values_list("project", flat=True))


def label_of(one: Any) -> str:
    """2026年度自评（F05）."""
    kind = Kind(one.kind).label
    return kind if one.block == PERIOD else f"{one.block} {kind}"
