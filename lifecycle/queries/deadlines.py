"""The legal dates of projects: the open rows, and what follows today from facts held elsewhere (decision 0010).

A constant number of statements, whatever the number of projects.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts.queries import work_calendar
from funds.models import Asset, ClawBack, Flag, Settlement, Voucher
from funds.queries import AgeRow, ages_of
from funds.queries.money_in import waiting_of
from funds.rules.flag_facts import FlagRule
from funds.rules.flags import CARDED
from funds.rules.required import card_asked
from lifecycle import deadlines as d
from lifecycle.models import Deadline, Rectification, Revocation, YearlyReport
from lifecycle.queries.yearly import accepted_days
from lifecycle.rules.deadlines import LegalDate, Rule, Unit, arithmetic, last_day, term_behind, term_of
from lifecycle.rules.yearly import years_due
from performance.models import Assessment, PeriodReturn, TargetSheet
from performance.rules.assessments import STAGES as ASSESSED
from policy.calendar import WorkCalendar
from policy.terms import Rank, Source, Stage, VoucherState
from projects.models import Problem, Project

OVER = frozenset({Stage.SETTLED, Stage.TERMINATED})
YEAR_END = (12, 31)
LAPSING = frozenset(code for code, rule in d.RULES.items() if rule.lapses)
FILINGS = frozenset(code for code, rule in d.RULES.items() if rule.filing) - LAPSING


def dates_of(projects: Iterable[Project], on: date) -> list[LegalDate]:
    """Every open date, the first to end first."""
    found = {project.pk: project for project in projects}
    if not found:
        return []
    calendar = work_calendar()
    stored = [stored_date(row, found[row.project_id], calendar) for row in _rows(found)]
    set_by_acts = {one.key for one in stored} | {one.kind for one in stored if not one.about_id}
    computed = _Computed(found, calendar, on).all()
    dates = [*stored, *(one for one in computed if not {one.key, one.kind} & set_by_acts)]
    return sorted(dates, key=lambda one: (one.last_on, one.project_id, one.code, one.about_id))


def overdue_rows(on: date, missed: date) -> Q:
    """On Deadline: the open rows whose `LegalDate.overdue` holds, for lists that read them in one statement.

    `missed`: the last working day before `on`, by which a filing must have fallen due to have ended.
    """
    past = (Q(rule__in=FILINGS) & Q(due_on__lte=missed)) | (~Q(rule__in=FILINGS) & Q(due_on__lt=on))
    return Q(state=Deadline.State.OPEN) & past & ~Q(rule__in=LAPSING)


def last_on(row: Deadline, calendar: WorkCalendar) -> date:
    """The day a stored date really ends."""
    return last_day(d.RULES[row.rule], row.due_on, calendar) if row.rule in d.RULES else row.due_on


def _rows(projects: Iterable[int]) -> Iterable[Deadline]:
    return Deadline.objects.filter(project__in=list(projects), state=Deadline.State.OPEN)


def closed_dates(project: Project) -> list[LegalDate]:
    """What was met or dropped, the latest first. Two statements."""
    calendar = work_calendar()
    rows = Deadline.objects.filter(project=project).exclude(state=Deadline.State.OPEN).order_by("-closed_on", "-pk")
    return [stored_date(row, project, calendar) for row in rows]


def stored_date(row: Deadline, project: Project, calendar: WorkCalendar) -> LegalDate:
    rule, since = d.RULES[row.rule], row.since_on or row.opened_on
    clause, rank = basis_of(rule, project)
    unit, count = Unit(row.unit), row.count
    if unit == Unit.GIVEN and (term := term_behind(rule, project.edition, since, row.due_on, calendar)):
        unit, count = term.unit, term.count  # rows from before the sum was kept
    return LegalDate(
        project_id=row.project_id,
        rule=rule,
        due_on=row.due_on,
        opened_on=row.opened_on,
        since=since,
        last_on=last_day(rule, row.due_on, calendar),
        clause=clause,
        rank=rank,
        sum=arithmetic(rule, due_on=row.due_on, since=since, count=count, unit=unit),
        about_id=row.about_id,
        estimated=(rule.filing or unit == Unit.WORKING) and calendar.estimated(since, row.due_on),
        deadline_id=row.pk,
        state=row.state,
        closed_on=row.closed_on,
    )


def basis_of(rule: Rule, project: Project) -> tuple[str, Rank]:
    """Clause and rank as the project's edition has them; the rule's own where the edition gives no number."""
    if not rule.limit:
        return rule.basis, rule.rank
    basis = project.edition.limit(rule.limit).basis
    return basis.clause, basis.rank


def carried_id(age: AgeRow) -> int:
    """One number for a year and source of money, the same on every day."""
    return age.money.year * 10 + list(Source).index(Source(age.source))


class _Computed:
    """The dates that no act sets: each method looks at one kind of fact of all the projects at once."""

    def __init__(self, projects: dict[int, Project], calendar: WorkCalendar, on: date) -> None:
        self.projects, self.calendar, self.on = projects, calendar, on
        self.live = {pk: one for pk, one in projects.items() if one.stage not in OVER}

    def all(self) -> Iterator[LegalDate]:
        yield from self.applications()
        yield from self.returns()
        yield from self.evaluations()
        yield from self.yearly_reports()
        yield from self.problems()
        yield from self.services()
        yield from self.money()
        yield from self.cards()
        yield from self.claims()

    def date(
        self, pk: int, rule: Rule, since: date, *, due_on: date | None = None, opened_on: date | None = None,
        about_id: int = 0, about: str = "", said: str = "",
    ) -> LegalDate:  # fmt: skip
        """`due_on`: as it is kept with the fact; without it the edition's term from `since`."""
        project = self.projects[pk]
        clause, rank = basis_of(rule, project)
        term = term_of(rule, project.edition, since)
        ends = term.ends(self.calendar) if term else None
        fits = term is not None and (due_on is None or due_on == ends)
        due = due_on or ends or since
        unit, count = (term.unit, term.count) if term and fits else (Unit.GIVEN, 0)
        return LegalDate(
            project_id=pk,
            rule=rule,
            due_on=due,
            opened_on=opened_on or since,
            since=since,
            last_on=last_day(rule, due, self.calendar),
            clause=clause,
            rank=rank,
            sum=said or arithmetic(rule, due_on=due, since=since, count=count, unit=unit),
            about_id=about_id,
            about=about,
            estimated=(rule.filing or unit == Unit.WORKING) and self.calendar.estimated(since, due),
        )

    def applications(self) -> Iterator[LegalDate]:
        """+60 after the end of the build period (T15, T16)."""
        for pk, project in self.live.items():
            if project.stage == Stage.BUILDING and project.build_end_on:
                yield self.date(pk, d.APPLICATION, project.build_end_on)

    def returns(self) -> Iterator[LegalDate]:
        states = [PeriodReturn.State.OPEN, PeriodReturn.State.RETURNED]
        rows = PeriodReturn.objects.filter(project__in=list(self.live), state__in=states).select_related("round")
        for row in rows.order_by("pk"):
            opened = row.returned_on or row.round.opened_on
            since = row.returned_on or row.cut_off
            yield self.date(
                row.project_id, d.QUARTER_REPORT, since, due_on=row.due_on, opened_on=opened, about_id=row.pk,
                about=str(row.round),
            )  # fmt: skip

    def evaluations(self) -> Iterator[LegalDate]:
        """A yearly self-evaluation of each year of the build that is over and has none handed in."""
        asked = {
            pk: (one.build_start_on.year, one.build_end_on.year)
            for pk, one in self.live.items()
            if one.stage in ASSESSED and one.build_start_on and one.build_end_on
        }
        filed = TargetSheet.objects.filter(project__in=list(asked), state=TargetSheet.State.FILED)
        has = set(filed.values_list("project", flat=True))
        sent = Assessment.objects.filter(project__in=list(asked), kind=Assessment.Kind.YEAR).exclude(
            state__in=[Assessment.State.DRAFT, Assessment.State.RETURNED]
        )
        done = set(sent.values_list("project", "block"))
        for pk, (first, last) in asked.items():
            for year in range(first, min(last, self.on.year - 1) + 1):
                if pk in has and (pk, str(year)) not in done:
                    yield self.date(pk, d.SELF_EVALUATION, date(year, *YEAR_END), about_id=year, about=f"{year} 年度")

    def yearly_reports(self) -> Iterator[LegalDate]:
        """Of each year that is over and in which the project had passed its 验收, until the report is handed in."""
        asked = [one for one in self.live.values() if one.stage == Stage.ACCEPTED]
        if not asked:
            return
        with_unit = [YearlyReport.State.DRAFT, YearlyReport.State.RETURNED]
        sent = YearlyReport.objects.filter(project__in=asked).exclude(state__in=with_unit)
        done = set(sent.values_list("project", "year"))
        for pk, since in accepted_days(asked).items():
            for year in years_due(since, self.on):
                if (pk, year) not in done:
                    yield self.date(pk, d.YEARLY_REPORT, date(year, *YEAR_END), about_id=year, about=f"{year} 年度")

    def problems(self) -> Iterator[LegalDate]:
        """Outside an order; the problems of an order stand under its one term."""
        rows = Problem.objects.filter(
            project__in=list(self.live), state=Problem.State.OPEN, due_on__isnull=False, decision=None
        )
        for row in rows.order_by("pk"):
            assert row.due_on  # noqa: S101 - asked of above
            yield self.date(
                row.project_id, d.PROBLEM_DUE, row.opened_on or row.due_on, due_on=row.due_on, about_id=row.pk,
                about=f"问题 {row.serial}",
            )  # fmt: skip

    def services(self) -> Iterator[LegalDate]:
        """What is in force and not yet served, and the remedies that run from service (复议, 诉讼)."""
        orders = Rectification.objects.filter(project__in=list(self.live), served_on=None, closed_on=None)
        for order in orders.select_related("decision"):
            if order.decision.effective_on:
                yield self.date(
                    order.project_id,
                    d.SERVE,
                    order.decision.effective_on,
                    about_id=order.decision_id,
                    about="整改通知书",
                )
        rows = Revocation.objects.filter(project__in=list(self.projects)).select_related("notice", "decision")
        for row in rows:
            yield from self._of_revocation(row)

    def _of_revocation(self, row: Revocation) -> Iterator[LegalDate]:
        pk, live = row.project_id, row.project_id in self.live
        if live and not row.served_on and not row.closed_on and row.notice.effective_on:
            yield self.date(pk, d.SERVE, row.notice.effective_on, about_id=row.notice_id, about="拟取消称号告知书")
        if row.decision is None or self.projects[pk].stage not in {Stage.REVOKED, Stage.SETTLED}:
            return
        if not row.decision_served_on:
            if live and row.decision.effective_on:
                yield self.date(
                    pk, d.SERVE, row.decision.effective_on, about_id=row.decision.pk, about="取消称号决定书"
                )
            return
        for rule in (d.APPEAL_REVIEW, d.APPEAL_COURT):
            one = self.date(pk, rule, row.decision_served_on, about_id=row.decision.pk)
            if not one.lapsed(self.on):
                yield one

    def money(self) -> Iterator[LegalDate]:
        """Fund money not passed on, and money that is taken back when it stays unspent."""
        for row, left, sent in waiting_of(self.live.values()):
            if left > sent:
                yield self.date(
                    row.project_id, d.RECEIPT_PASS_ON, row.document.dated_on, about_id=row.pk, about=row.document.number
                )
        for age in ages_of(self.live.values(), self.on):
            year_end = date(age.money.year, *YEAR_END)
            years = age.project.edition.number("carry_over_years")
            yield self.date(
                age.project.pk, d.CARRY_OVER, year_end, due_on=age.due_on, opened_on=date(age.money.year, 1, 1),
                about_id=carried_id(age), about=f"{age.money.year} 年{age.source_name}",
                said=f"{age.money.year} 年度资金结转 {years} 年，至 {age.due_on} 未用完的收回",
            )  # fmt: skip

    def cards(self) -> Iterator[LegalDate]:
        """Equipment that was paid and stands on no asset card, unless a person found that it needs none."""
        rows = Voucher.objects.filter(
            project__in=list(self.live), state=VoucherState.RECOGNISED, category__in=CARDED, reverses=None, asset_card="",
            reversals=None,
        )  # fmt: skip
        carded = Exists(Asset.objects.filter(voucher=OuterRef("pk")))
        no_need = Flag.objects.filter(voucher=OuterRef("pk"), rule=FlagRule.NO_CARD, state=Flag.State.CLEARED)
        for row in rows.exclude(carded).exclude(Exists(no_need)).order_by("pk"):
            project = self.projects[row.project_id]
            asked = card_asked(
                project.edition, category=row.category, unit_type=project.organisation.unit_type, amount=row.amount,
                unit_price=row.unit_price,
            )  # fmt: skip
            if asked is not False:
                yield self.date(row.project_id, d.ASSET_CARD, row.paid_on, about_id=row.pk, about=f"凭证 {row.number}")

    def claims(self) -> Iterator[LegalDate]:
        """追缴: also of a project that is over, until it is paid back."""
        rows = ClawBack.objects.filter(
            project__in=list(self.projects), left__gt=0, settlement__state=Settlement.State.APPROVED
        )
        for row in rows.select_related("settlement"):
            since = row.settlement.approved_on or row.due_on
            yield self.date(row.project_id, d.CLAW_BACK, since, due_on=row.due_on, about_id=row.pk)
