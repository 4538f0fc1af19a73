"""季报包 of the projects in their build: accepted, let off, sent back, waiting for the offices, late."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Min

from accounts.models import Membership, User
from accounts.queries import work_calendar
from accounts.roles import Role
from lifecycle.demo import progressing
from lifecycle.demo.people import Cast
from performance import operations as performance
from performance.models import PeriodReturn, Section
from performance.operations import RemarkInput
from performance.operations.monitoring import OutlookInput
from performance.operations.readings import ReadingInput, save_readings
from performance.queries.readings import ReadingRow, reading_rows, typed_of
from performance.queries.returns import review_offices
from performance.rules.periods import due_after
from performance.rules.readings import Typed
from performance.rules.returns import REPORTING, last_quarter, name_for
from policy.loader import edition
from policy.terms import Attained, Line
from projects.models import Project

DAY = timedelta(days=1)
PROVINCE = {Line.HR: "ph", Line.FINANCE: "pf"}
SAID = {
    Section.Code.READINGS: "",
    Section.Code.PAYMENTS: "本期支出按用款计划执行，凭证齐全。",
    Section.Code.PROGRESS: "两间实训室完成改造，首批设备到货并完成安装调试；开发课程 2 门，聘请兼职教师 6 人。",
    Section.Code.QUESTIONS: "进口设备报关周期较长，其余无。",
}
PLAN = "完成第二批设备验收，组织两期高级工培训。"
REMARKS = (
    RemarkInput(Section.Code.PROGRESS, "设备只写“到货”，请写明台套数、是否验收和安装地点。"),
    RemarkInput(Section.Code.PAYMENTS, "请说明本期支出与用款计划的差额及原因。"),
)
# What becomes of each return of a round, in the order of the units.
ENDS = (
    ("accepted", "accepted", "exempt", "accepted", "accepted", "accepted", "accepted"),
    ("late", "reviewing", "returned", "zero", "accepted", "accepted", "reviewing", "accepted", "accepted", "accepted"),
)


def report(cast: Cast, on: date) -> None:
    """A round for each year since the first build began, and two of a quarter: of the last one and the one before."""
    progressing.plan_all(cast, on)
    last = last_quarter(on)
    began = Project.objects.filter(stage__in=REPORTING).aggregate(first=Min("build_start_on"))["first"]
    for year in range(began.year, last_quarter(last[0])[0].year):
        yearly(cast, year, on)
    for (opens, cut_off), ends in zip((last_quarter(last[0]), last), ENDS, strict=True):
        made = _opened(cast, opens, cut_off, monitoring=cut_off != last[1])
        for place, one in enumerate(made):
            _Reporter(cast, one, on).lead(ends[place % len(ends)])


def yearly(cast: Cast, year: int, on: date) -> None:
    """Of every build that ran in the year, from its first day on, so that no day of it lacks; all of them accepted."""
    opens, cut_off = date(year, 1, 1), date(year + 1, 1, 1) - DAY
    for one in _opened(cast, opens, cut_off, monitoring=False, kind="year"):
        _Reporter(cast, one, on).lead("accepted")


def _opened(cast: Cast, opens: date, cut_off: date, *, monitoring: bool, kind: str = "quarter") -> list[PeriodReturn]:
    due_on = due_after(cut_off, edition("jilin_2025"), work_calendar())
    opened = performance.open_round(
        kind=kind,
        name=name_for(opens, cut_off),
        period_from=opens,
        cut_off=cut_off,
        due_on=due_on,
        monitoring=monitoring,
        actor=cast["ph"],
        on=cut_off + DAY,
    )
    return list(opened.made)


class _Reporter:
    """One return, led to where it stands today; no day lies after today."""

    def __init__(self, cast: Cast, one: PeriodReturn, today: date) -> None:
        self.cast, self.pk, self.today = cast, one.pk, today
        self.project = Project.objects.select_related("organisation__node").get(pk=one.project_id)
        self.start = one.round.opened_on

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.pk

    def day(self, after: int) -> date:
        return min(self.start + timedelta(days=after), self.today)

    def person(self, role: Role) -> User:
        held = Membership.objects.filter(role=role, organisation=self.project.organisation).order_by("pk")
        return held.select_related("user")[0].user

    def lead(self, end: str) -> None:
        if end == "exempt":
            reason = "本期资金尚未到位，未开展建设活动。"
            performance.exempt_return(*self.ids, reason=reason, actor=self.cast["ph"], on=self.day(5))
        elif end == "zero":
            self.send_zero()
        else:
            self.fill(undone=end == "late")
            if end != "late":
                performance.submit_return(*self.ids, actor=self.person(Role.U2), on=self.day(8))
                self.review(end)

    def send_zero(self) -> None:
        """零报告 where nothing happened, else a return like any other that waits."""
        found = PeriodReturn.objects.get(pk=self.pk)
        if performance.zero_findings(found, "-"):
            self.lead("reviewing")
            return
        reason = "设备采购在招标阶段，本期没有支出和培训。"
        performance.declare_zero(*self.ids, zero=True, reason=reason, actor=self.person(Role.U1), on=self.day(6))
        performance.submit_return(*self.ids, actor=self.person(Role.U2), on=self.day(7))

    def fill(self, *, undone: bool) -> None:
        clerk = self.person(Role.U1)
        self.type(clerk, partly=undone)
        self.look_ahead(clerk)
        progressing.tell(PeriodReturn.objects.select_related("project", "round").get(pk=self.pk), clerk, self.day(6))
        for code, text in SAID.items():
            if undone and code == Section.Code.PROGRESS:
                continue
            plan = PLAN if code == Section.Code.PROGRESS else ""
            done = not (undone and code == Section.Code.READINGS)
            performance.fill_section(*self.ids, code, text=text, plan=plan, done=done, actor=clerk, on=self.day(6))

    def type(self, clerk: User, *, partly: bool) -> None:
        """What each due indicator asks for, then a reason where its figure stands out."""
        rows = [row for row in self.rows() if row.due and not row.drawn]
        rows = rows[: len(rows) // 2] if partly else rows
        self.save(((row, _typed(row)) for row in rows), clerk)
        if not partly:
            left = [row for row in self.rows() if any(finding.blocks for finding in row.findings)]
            told = "培训计划集中在本期实施，数值经核对无误。"
            self.save(((row, replace(typed_of(row.reading), reason=told)) for row in left), clerk)

    def look_ahead(self, clerk: User) -> None:
        """F04, where the round asks for it: one indicator in doubt, with its cause and measure."""
        one = PeriodReturn.objects.select_related("project", "round").get(pk=self.pk)
        asked = [row for row in reading_rows(one) if row.year_target] if one.round.monitoring else []
        rows = {row.indicator.pk: OutlookInput(row.year_target, "certain") for row in asked}
        for row in asked[:1]:
            words = ("hardware", "部分设备到货推迟，培训安排在下半年", "与供货商确定到货日期，增开两期培训")
            rows[row.indicator.pk] = OutlookInput(row.year_target, "possible", *words)
        if rows:
            performance.save_outlook(*self.ids, rows=rows, actor=clerk, on=self.day(6))

    def rows(self) -> tuple[ReadingRow, ...]:
        return reading_rows(PeriodReturn.objects.select_related("project", "round").get(pk=self.pk))

    def save(self, typed: Iterable[tuple[ReadingRow, Typed]], clerk: User) -> None:
        rows = [
            ReadingInput(row.indicator.pk, Typed("", "", "", "", one.reason) if row.drawn else one)
            for row, one in typed
        ]
        save_readings(*self.ids, rows=rows, actor=clerk, on=self.day(6))

    def review(self, end: str) -> None:
        """Both lines; where it still waits, 人社 alone has spoken."""
        unit = self.project.organisation
        offices = review_offices([unit])
        for line, name in PROVINCE.items():
            office = offices[unit.pk, line]
            actor = self.cast[name] if office is None else office.memberships.order_by("pk")[0].user
            remarks = REMARKS[:1] if line == Line.HR else REMARKS[1:]
            back = end == "returned"
            if end != "reviewing" or line == Line.HR:
                performance.review_return(
                    *self.ids, agreed=not back, remarks=remarks if back else (), actor=actor, on=self.day(11)
                )


def _typed(row: ReadingRow) -> Typed:
    if row.qualitative:
        return Typed(attained=Attained.FULL, note="按计划完成")
    if row.ratio:
        return Typed(numerator="46", denominator="50")
    return Typed(value="6")
