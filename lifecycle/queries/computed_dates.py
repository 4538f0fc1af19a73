"""The dates that no act sets: each function asks for one kind of fact of all the projects and makes its dates (0010).

What it asks for is read with all other questions when the first date is made; nothing is asked twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from funds.models import Asset, ClawBack, Flag, Settlement, Voucher
from funds.queries import AgeRow
from funds.queries.carry_over import AskedAges, ages_from, asked_ages, ending
from funds.queries.money_in import asked_waiting, waiting_from
from funds.rules.flag_facts import FlagRule
from funds.rules.flags import CARDED
from funds.rules.required import card_asked
from lifecycle import deadlines as d
from lifecycle.models import Rectification, Revocation, YearlyReport
from lifecycle.queries.yearly import accepted_from, passing_items
from lifecycle.rules.deadlines import LegalDate, Rule, Term, Unit, arithmetic, last_day, term_of
from lifecycle.rules.yearly import years_due
from performance.models import Assessment, PeriodReturn, TargetSheet
from performance.rules.assessments import STAGES as ASSESSED
from policy.edition import Edition
from policy.loader import edition
from policy.terms import Rank, Source, Stage, UnitType, VoucherState
from projects.confirmed import edition_on
from projects.models import Problem, Project
from projects.problems import lapsed
from projects.together import Answer, Together

OVER = frozenset({Stage.SETTLED, Stage.TERMINATED})
YEAR_END = (12, 31)
FACTS = ("pk", "name", "stage", "edition_code", "build_start_on", "build_end_on", "stage_since")


@dataclass(frozen=True, slots=True)
class Dated:
    """What the dates ask of a project."""

    pk: int
    name: str
    stage: str
    edition: Edition
    build_start_on: date | None
    build_end_on: date | None
    stage_since: date | None


def basis_of(rule: Rule, edition: Edition) -> tuple[str, Rank]:
    """Clause and rank as the project's edition has them; the rule's own where the edition gives no number."""
    if not rule.limit:
        return rule.basis, rule.rank
    basis = edition.limit(rule.limit).basis
    return basis.clause, basis.rank


def carried_id(age: AgeRow) -> int:
    """One number for a year and source of money, the same on every day."""
    return age.money.year * 10 + list(Source).index(Source(age.source))


class Asking:
    """Whose dates are asked for, on which day and up to which: what every kind of them needs.

    `within`: the same projects as a condition on rows about them. `until`: a date that ends later is of no interest, so
    every kind is narrowed where it is read. A date never ends before it is due.
    """

    def __init__(
        self, projects: QuerySet[Project], within: Q, on: date, read: Together, until: date | None = None
    ) -> None:
        self.on, self.read, self.until = on, read, until
        self.every, self.going = within, within & ~Q(project__stage__in=OVER)
        self._asked = read.ask(projects, *FACTS)
        self._known: dict[tuple[str, int], tuple[Edition, tuple[str, Rank, Term | None]]] = {}

    @cached_property
    def projects(self) -> Mapping[int, Dated]:
        editions: dict[str, Edition] = {}
        found = {}
        for one in self._asked:
            code = one.edition_code
            if code not in editions:
                editions[code] = edition(code)
            found[one.pk] = Dated(
                one.pk, one.name, one.stage, editions[code], one.build_start_on, one.build_end_on, one.stage_since
            )
        return found

    @cached_property
    def live(self) -> Mapping[int, Dated]:
        return {pk: one for pk, one in self.projects.items() if one.stage not in OVER}

    def by(self, field: str) -> Q:
        """Rows whose day may still be of interest."""
        return Q(**{f"{field}__lte": self.until}) if self.until else Q()

    def ask(self, rows: QuerySet[Any], *names: str, **renamed: Any) -> Answer:
        return self.read.ask(rows, *names, **renamed)

    def date(
        self, pk: int, rule: Rule, since: date, *, due_on: date | None = None, opened_on: date | None = None,
        about_id: int = 0, about: str = "", said: str = "",
    ) -> LegalDate:  # fmt: skip
        """`due_on`: as it is kept with the fact; without it the edition's term from `since`, as it stood on that day:
        a number that the province set anew leaves what runs as it was.
        """
        own, calendar = edition_on(self.projects[pk].edition.code, since), self.read.calendar
        clause, rank, whole = self._whole(rule, own)
        term = Term(since, whole.count, whole.unit) if whole else None
        ends = term.ends(calendar) if term else None
        fits = term is not None and (due_on is None or due_on == ends)
        due = due_on or ends or since
        unit, count = (term.unit, term.count) if term and fits else (Unit.GIVEN, 0)
        return LegalDate(
            project_id=pk,
            rule=rule,
            due_on=due,
            opened_on=opened_on or since,
            since=since,
            last_on=last_day(rule, due, calendar),
            clause=clause,
            rank=rank,
            sum=said or arithmetic(rule, due_on=due, since=since, count=count, unit=unit),
            about_id=about_id,
            about=about,
            estimated=(rule.filing or unit == Unit.WORKING) and calendar.estimated(since, due),
        )

    def _whole(self, rule: Rule, own: Edition) -> tuple[str, Rank, Term | None]:
        """Basis and term of a rule in an edition: asked for by every date, so worked out once."""
        key = (rule.code, id(own))
        if key not in self._known:
            self._known[key] = (own, (*basis_of(rule, own), term_of(rule, own, date.min)))
        return self._known[key][1]


def applications(asking: Asking) -> Iterator[LegalDate]:
    """+60 after the end of the build period (T15, T16)."""
    for pk, project in asking.live.items():
        end = project.build_end_on
        if project.stage == Stage.BUILDING and end and (asking.until is None or end <= asking.until):
            yield asking.date(pk, d.APPLICATION, end)


def returns(asking: Asking) -> Iterator[LegalDate]:
    states = [PeriodReturn.State.OPEN, PeriodReturn.State.RETURNED]
    rows = PeriodReturn.objects.filter(asking.going, asking.by("due_on"), state__in=states)
    asked = asking.ask(
        rows,
        "pk",
        "project_id",
        "returned_on",
        "cut_off",
        "due_on",
        round_opened="round__opened_on",
        name="round__name",
    )
    return (
        asking.date(
            row.project_id, d.QUARTER_REPORT, row.returned_on or row.cut_off, due_on=row.due_on,
            opened_on=row.returned_on or row.round_opened, about_id=row.pk, about=row.name,
        )
        for row in asked
    )  # fmt: skip


def evaluations(asking: Asking) -> Iterator[LegalDate]:
    """A yearly self-evaluation of each year of the build that is over and has none handed in."""
    begun = asking.going & Q(project__stage__in=ASSESSED, project__build_start_on__lt=date(asking.on.year, 1, 1))
    filed = TargetSheet.objects.filter(begun, state=TargetSheet.State.FILED)
    sent = Assessment.objects.filter(begun, kind=Assessment.Kind.YEAR).exclude(
        state__in=[Assessment.State.DRAFT, Assessment.State.RETURNED]
    )
    return _unevaluated(asking, asking.ask(filed, "project_id"), asking.ask(sent, "project_id", "block"))


def _unevaluated(asking: Asking, filed: Answer, sent: Answer) -> Iterator[LegalDate]:
    has, done = {row.project_id for row in filed}, {(row.project_id, row.block) for row in sent}
    for pk, one in asking.live.items():
        if pk not in has or one.stage not in ASSESSED or not one.build_start_on or not one.build_end_on:
            continue
        for year in range(one.build_start_on.year, min(one.build_end_on.year, asking.on.year - 1) + 1):
            if (pk, str(year)) not in done:
                yield asking.date(pk, d.SELF_EVALUATION, date(year, *YEAR_END), about_id=year, about=f"{year} 年度")


def yearly_reports(asking: Asking) -> Iterator[LegalDate]:
    """Of each year that is over and in which the project had passed its 验收, until the report is handed in."""
    accepted = asking.going & Q(project__stage=Stage.ACCEPTED)
    with_unit = [YearlyReport.State.DRAFT, YearlyReport.State.RETURNED]
    sent = YearlyReport.objects.filter(accepted).exclude(state__in=with_unit)
    passed = asking.ask(passing_items().filter(accepted), "project_id", effective_on="decision__effective_on")
    return _unreported(asking, passed, asking.ask(sent, "project_id", "year"))


def _unreported(asking: Asking, passed: Answer, sent: Answer) -> Iterator[LegalDate]:
    done = {(row.project_id, row.year) for row in sent}
    accepted = [one for one in asking.live.values() if one.stage == Stage.ACCEPTED]
    for pk, since in accepted_from(accepted, passed).items():
        for year in years_due(since, asking.on):
            if (pk, year) not in done:
                yield asking.date(pk, d.YEARLY_REPORT, date(year, *YEAR_END), about_id=year, about=f"{year} 年度")


def problems(asking: Asking) -> Iterator[LegalDate]:
    """Outside an order; the problems of an order stand under its one term."""
    rows = Problem.objects.filter(
        asking.going, asking.by("due_on"), ~lapsed(), state=Problem.State.OPEN, due_on__isnull=False, decision=None
    )
    asked = asking.ask(rows, "pk", "project_id", "opened_on", "due_on", "serial")
    return (
        asking.date(
            row.project_id, d.PROBLEM_DUE, row.opened_on or row.due_on, due_on=row.due_on, about_id=row.pk,
            about=f"问题 {row.serial}",
        )
        for row in asked
    )  # fmt: skip


def orders(asking: Asking) -> Iterator[LegalDate]:
    """整改通知书 in force and not yet served."""
    rows = Rectification.objects.filter(
        asking.going, asking.by("decision__effective_on"), served_on=None, closed_on=None
    )
    rows = rows.filter(decision__effective_on__isnull=False)
    asked = asking.ask(rows, "project_id", "decision_id", since="decision__effective_on")
    return (
        asking.date(row.project_id, d.SERVE, row.since, about_id=row.decision_id, about="整改通知书") for row in asked
    )


def revocations(asking: Asking) -> Iterator[LegalDate]:
    """Notice and decision until they are served, and the remedies that run from service (复议, 诉讼)."""
    asked = asking.ask(
        Revocation.objects.filter(asking.every), "project_id", "served_on", "closed_on", "notice_id", "decision_id",
        "decision_served_on", noticed_on="notice__effective_on", decided_on="decision__effective_on",
    )  # fmt: skip
    return (one for row in asked for one in _of_revocation(asking, row))


def _of_revocation(asking: Asking, row: Any) -> Iterator[LegalDate]:
    pk, live = row.project_id, row.project_id in asking.live
    if live and not row.served_on and not row.closed_on and row.noticed_on:
        yield asking.date(pk, d.SERVE, row.noticed_on, about_id=row.notice_id, about="拟取消称号告知书")
    if row.decision_id is None or asking.projects[pk].stage not in {Stage.REVOKED, Stage.SETTLED}:
        return
    if not row.decision_served_on:
        if live and row.decided_on:
            yield asking.date(pk, d.SERVE, row.decided_on, about_id=row.decision_id, about="取消称号决定书")
        return
    for rule in (d.APPEAL_REVIEW, d.APPEAL_COURT):
        one = asking.date(pk, rule, row.decision_served_on, about_id=row.decision_id)
        if not one.lapsed(asking.on):
            yield one


def not_passed_on(asking: Asking) -> Iterator[LegalDate]:
    """Fund money not passed on."""
    asked = asked_waiting(asking.read, asking.going)
    return (
        asking.date(row.project_id, d.RECEIPT_PASS_ON, row.dated_on, about_id=row.pk, about=row.number)
        for row, left, sent in waiting_from(asked)
        if left > sent
    )


def carried(asking: Asking) -> Iterator[LegalDate]:
    """Money that is taken back when it stays unspent."""
    if asking.until is None:
        return _carried(asking, asked_ages(asking.read, asking.going, asking.on))
    return _ending(asking, asking.ask(ending(asking.going, asking.on, asking.until), "project_id"))


def _ending(asking: Asking, some: Answer) -> Iterator[LegalDate]:
    """Of the few projects that have such money all of it; one statement more, where there are any."""
    if pks := {row.project_id for row in some}:
        yield from _carried(asking, asked_ages(asking.read, Q(project__in=pks), asking.on))


def _carried(asking: Asking, asked: AskedAges) -> Iterator[LegalDate]:
    for age in ages_from(asked, asking.live, asking.on):
        if asking.until and age.due_on > asking.until:
            continue
        years = age.project.edition.number("carry_over_years")
        yield asking.date(
            age.project.pk, d.CARRY_OVER, date(age.money.year, *YEAR_END), due_on=age.due_on,
            opened_on=date(age.money.year, 1, 1), about_id=carried_id(age), about=f"{age.money.year} 年{age.source_name}",
            said=f"{age.money.year} 年度资金结转 {years} 年，至 {age.due_on} 未用完的收回",
        )  # fmt: skip


def cards(asking: Asking) -> Iterator[LegalDate]:
    """Equipment that was paid and stands on no asset card, unless a person found that it needs none."""
    rows = Voucher.objects.filter(
        asking.going, asking.by("paid_on"), state=VoucherState.RECOGNISED, category__in=CARDED, reverses=None, asset_card="",
        reversals=None,
    )  # fmt: skip
    carded = Exists(Asset.objects.filter(voucher=OuterRef("pk")))
    no_need = Flag.objects.filter(voucher=OuterRef("pk"), rule=FlagRule.NO_CARD, state=Flag.State.CLEARED)
    asked = asking.ask(
        rows.exclude(carded).exclude(Exists(no_need)), "pk", "project_id", "category", "amount", "unit_price", "paid_on",
        "number", unit_type="project__organisation__unit_type",
    )  # fmt: skip
    return (
        asking.date(row.project_id, d.ASSET_CARD, row.paid_on, about_id=row.pk, about=f"凭证 {row.number}")
        for row in asked
        if _card_asked(asking.projects[row.project_id].edition, row) is not False
    )


def _card_asked(own: Edition, row: Any) -> bool | None:
    unit_type = UnitType(row.unit_type) if row.unit_type else ""
    return card_asked(own, category=row.category, unit_type=unit_type, amount=row.amount, unit_price=row.unit_price)


def claims(asking: Asking) -> Iterator[LegalDate]:
    """追缴: also of a project that is over, until it is paid back."""
    rows = ClawBack.objects.filter(
        asking.every, asking.by("due_on"), left__gt=0, settlement__state=Settlement.State.APPROVED
    )
    asked = asking.ask(rows, "pk", "project_id", "due_on", approved_on="settlement__approved_on")
    return (
        asking.date(row.project_id, d.CLAW_BACK, row.approved_on or row.due_on, due_on=row.due_on, about_id=row.pk)
        for row in asked
    )


Kind = Callable[[Asking], Iterable[LegalDate]]
KINDS: tuple[Kind, ...] = (
    applications, returns, evaluations, yearly_reports, problems, orders, revocations, not_passed_on, carried, cards, claims,
)  # fmt: skip
# Their rules: a date of one of these that an act has set stands instead of the computed one.
COMPUTED = frozenset(
    rule.code
    for rule in (
        d.APPLICATION, d.QUARTER_REPORT, d.SELF_EVALUATION, d.YEARLY_REPORT, d.PROBLEM_DUE, d.SERVE, d.APPEAL_REVIEW,
        d.APPEAL_COURT, d.RECEIPT_PASS_ON, d.CARRY_OVER, d.ASSET_CARD, d.CLAW_BACK,
    )
)  # fmt: skip
