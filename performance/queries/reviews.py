"""Where the review of a sheet stands: who has spoken, who has not, what keeps it from being filed."""

from dataclasses import dataclass

from accounts.models import Organisation, User
from accounts.queries import holds
from accounts.roles import Role
from performance.models import Review, TargetSheet
from performance.queries.sheets import sheet_of
from policy.findings import Finding, blocking
from policy.terms import Line
from projects.models import Project

State = TargetSheet.State
Level = Review.Level
LINES = (Line.HR, Line.FINANCE)
PROVINCE_ROLE = {Line.HR: Role.PH, Line.FINANCE: Role.PF}


@dataclass(frozen=True, slots=True)
class Seat:
    """One place at the table: who is to speak at a level, and what was said. `office` only for first reviews."""

    line: Line
    level: Review.Level
    who: str
    review: Review | None
    office: Organisation | None = None


@dataclass(frozen=True, slots=True)
class ReviewState:
    """`first`, `province`, `mend`: the seats of each level in the present turn; `opinions` of recommenders bind nobody."""

    sheet: TargetSheet
    first: tuple[Seat, ...]
    province: tuple[Seat, ...]
    mend: tuple[Seat, ...]
    opinions: tuple[Review, ...]
    all: tuple[Review, ...]

    @property
    def waiting(self) -> tuple[Seat, ...]:
        """The seats whose word the sheet waits for now."""
        level = {State.SUBMITTED: self.first, State.REVIEWING: self.province, State.MENDED: self.mend}
        return tuple(seat for seat in level.get(State(self.sheet.state), ()) if seat.review is None)

    def who_acts(self) -> str:
        """谁在办, in words."""
        state = State(self.sheet.state)
        if state in (State.DRAFT, State.RETURNED):
            return "项目单位经办编制，单位负责人送审"
        if state == State.MENDING:
            return "项目单位经办按意见完善，单位负责人报送"
        if state == State.READY:
            return "省人社厅、省财政厅联合备案（两厅会签）"
        return "、".join(seat.who for seat in self.waiting) or "—"


def review_state(project: Project) -> ReviewState | None:
    """None where no sheet was drawn up yet."""
    sheet = sheet_of(project)
    return None if sheet is None else state_of(sheet, project)


def state_of(sheet: TargetSheet, project: Project) -> ReviewState:
    reviews = list(sheet.reviews.select_related("reviewer", "office"))

    def said(line: Line, level: Review.Level, turn: int = 1) -> Review | None:
        return next((r for r in reviews if (r.line, r.level, r.turn) == (line, level, turn)), None)

    def first(line: Line, office: Organisation) -> Review | None:
        """What the office said that has it now; under 逐级初审 the one below it has agreed before."""
        return next((r for r in reviews if (r.line, r.level, r.office_id) == (line, Level.FIRST, office.pk)), None)

    offices = {Line.HR: sheet.hr_office, Line.FINANCE: sheet.finance_office}
    names = province_names(project)
    return ReviewState(
        sheet,
        first=tuple(
            Seat(line, Level.FIRST, f"{office}初审", first(line, office), office)
            for line, office in offices.items()
            if office
        ),
        province=tuple(Seat(line, Level.PROVINCE, f"{names[line]}审核", said(line, Level.PROVINCE)) for line in LINES),
        mend=tuple(
            Seat(line, Level.MEND, f"{names[line]}复核", said(line, Level.MEND, sheet.mend_turn)) for line in LINES
        ),
        opinions=tuple(review for review in reviews if review.level == Level.OPINION),
        all=tuple(reviews),
    )


def province_names(project: Project) -> dict[Line, str]:
    edition = project.edition
    return {Line.HR: edition.province_hr, Line.FINANCE: edition.province_finance}


def readiness(project: Project) -> list[Finding]:
    """Why the targets cannot be filed now; nothing when they can."""
    state = review_state(project)
    if state is None:
        return [blocking("no_sheet", "尚未编制绩效目标，请由项目单位经办编制。")]
    sheet = state.sheet
    if sheet.state == State.READY:
        return []
    if state.waiting:
        return [blocking(f"waiting_{seat.level}_{seat.line}", f"等待{seat.who}。") for seat in state.waiting]
    if sheet.state == State.FILED:
        return [
            blocking("filed", f"绩效目标已于 {sheet.filed_on} 备案（第 {sheet.version} 版），没有待备案的绩效目标。")
        ]
    return [blocking(f"state_{sheet.state}", f"绩效目标{sheet.get_state_display()}，等待{state.who_acts()}。")]


def readable(review: Review, user: User, sheet: TargetSheet) -> bool:
    """Two departments score independently: until both are in, a sheet of scores is read by its own line alone."""
    if review.level != Level.PROVINCE or sheet.state != State.REVIEWING:
        return True
    own = {Line.HR: (Role.PH, Role.PHL), Line.FINANCE: (Role.PF, Role.PFL)}[Line(review.line)]
    return holds(user, *own)
