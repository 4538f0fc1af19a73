"""Legal dates: the kinds there are, the arithmetic behind each, the day it ends on. Pure.

A date is either stored (an act of the process sets and meets it) or computed from facts held elsewhere; both are shown
as a `LegalDate` (docs/decisions/0010).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from accounts.roles import Action
from policy.calendar import WorkCalendar, add_months, days_left, days_left_text
from policy.edition import Edition
from policy.terms import Rank

DAY = timedelta(days=1)
STANDARD = "remind_standard"


class Unit(StrEnum):
    """What a term is counted in; GIVEN: a document or a decision names the day itself."""

    MONTHS = "months"
    DAYS = "days"
    WORKING = "working"
    GIVEN = "given"


COUNTED = {Unit.MONTHS: "个月", Unit.DAYS: "天", Unit.WORKING: "个工作日"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of legal date. `ladder`: the edition's key with the rungs in days; `action`: who must act first.

    `limit`: the edition's key of the term, whose clause and rank count before `basis`. `filing`: something is handed
    in, so an end on a day off moves to the next working day (handbook 11). `served`: a served document named it, so a
    new holiday arrangement never moves it. `lapses`: a right that ends with its day; nothing is overdue afterwards.
    """

    code: str
    label: str
    basis: str
    ladder: str
    action: str
    limit: str = ""
    rank: Rank = Rank.NOTICE
    filing: bool = False
    served: bool = False
    lapses: bool = False
    page: str = ""


BUILD_END = Rule(
    "build_end", "建设期届满", "通知 六（一）", "remind_build_end", Action.APPLY_ACCEPTANCE, "build_months"
)
RECTIFY = Rule(
    "rectify", "整改到期", "通知 六（一）", "remind_rectify", Action.SUBMIT_RECTIFICATION, "rectify_months",
    filing=True, served=True, page="lifecycle:rectification",
)  # fmt: skip
DEFENCE = Rule(
    "defence", "陈述申辩截止", "拟取消称号告知书", "remind_defence", Action.STATE_DEFENCE, "defence_working_days",
    rank=Rank.DEFAULT, served=True, page="lifecycle:rectification",
)  # fmt: skip
TARGET_REVIEW = Rule(
    "target_review", "绩效目标审核", "系统默认", STANDARD, Action.REVIEW_HR, "target_review_working_days", Rank.DEFAULT,
    page="performance:sheet",
)  # fmt: skip
TARGET_RESUBMIT = Rule(
    "target_resubmit", "绩效目标重新提交", "系统默认", STANDARD, Action.SUBMIT_TARGETS, "target_resubmit_working_days",
    Rank.DEFAULT, filing=True, page="performance:sheet",
)  # fmt: skip
ACCEPTANCE_ORGANISE = Rule(
    "acceptance_organise", "组织验收", "系统默认", STANDARD, Action.GATE_A, "acceptance_days", Rank.DEFAULT,
    page="lifecycle:acceptance",
)  # fmt: skip
SERVE = Rule("serve", "决定送达", "系统默认", STANDARD, Action.RECORD_SERVICE, "serve_days", Rank.DEFAULT)
APPEAL_REVIEW = Rule(
    "appeal_review", "申请行政复议截止", "行政复议法（待核）", STANDARD, Action.STATE_DEFENCE, "review_days", Rank.LAW,
    filing=True, served=True, lapses=True, page="lifecycle:rectification",
)  # fmt: skip
APPEAL_COURT = Rule(
    "appeal_court", "提起行政诉讼截止", "行政诉讼法（待核）", STANDARD, Action.STATE_DEFENCE, "lawsuit_months", Rank.LAW,
    filing=True, served=True, lapses=True, page="lifecycle:rectification",
)  # fmt: skip
YEARLY_REPORT = Rule(
    "yearly_report",
    "年度报告",
    "系统默认",
    STANDARD,
    Action.SUBMIT_RETURN,
    "yearly_report_months",
    Rank.DEFAULT,
    filing=True,
)
INSPECTION_DUE = Rule(
    "inspection_due", "监督检查", "通知 六（一）", STANDARD, Action.PLAN_INSPECTION, page="lifecycle:inspections"
)
INSPECTION_OPINION = Rule(
    "inspection_opinion", "检查结果征求意见", "系统默认", STANDARD, Action.ANSWER_INSPECTION,
    "inspection_opinion_working_days", Rank.DEFAULT, filing=True, page="lifecycle:inspections",
)  # fmt: skip
# What follows from facts held elsewhere; never stored.
APPLICATION = Rule(
    "application", "申请验收", "系统默认", STANDARD, Action.APPLY_ACCEPTANCE, "application_days", Rank.DEFAULT,
    filing=True, page="lifecycle:acceptance",
)  # fmt: skip
QUARTER_REPORT = Rule(
    "quarter_report", "季报包报送", "系统默认", STANDARD, Action.SUBMIT_RETURN, "report_working_days", Rank.DEFAULT,
    filing=True, page="performance:return",
)  # fmt: skip
PROBLEM_DUE = Rule("problem_due", "问题整改", "通知 六（一）", STANDARD, Action.ANSWER_PROBLEM, filing=True)
RECEIPT_PASS_ON = Rule(
    "receipt_pass_on", "资金下达到位", "预算法（待核）", STANDARD, Action.RECORD_RELEASE, "pass_on_days", Rank.LAW,
    page="funds:documents",
)  # fmt: skip
ASSET_CARD = Rule(
    "asset_card",
    "登记资产卡",
    "系统默认",
    STANDARD,
    Action.RECORD_ASSET,
    "asset_card_days",
    Rank.DEFAULT,
    page="funds:assets",
)
CARRY_OVER = Rule(
    "carry_over",
    "结转资金收回",
    "财预〔2015〕230号",
    "remind_carry_over",
    Action.RECORD_VOUCHER,
    "carry_over_years",
    Rank.LAW,
)
CLAW_BACK = Rule(
    "claw_back", "资金缴回", "通知 五", STANDARD, Action.RECORD_REPAYMENT, "claw_back_days", page="funds:settlement"
)
SELF_EVALUATION = Rule(
    "self_evaluation", "年度绩效自评", "系统默认", STANDARD, Action.SUBMIT_EVALUATION, "self_evaluation_months", Rank.DEFAULT,
    filing=True, page="performance:assessments",
)  # fmt: skip
RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        TARGET_REVIEW, TARGET_RESUBMIT, BUILD_END, APPLICATION, QUARTER_REPORT, SELF_EVALUATION, ACCEPTANCE_ORGANISE, SERVE,
        RECTIFY, DEFENCE, APPEAL_REVIEW, APPEAL_COURT, YEARLY_REPORT, INSPECTION_DUE, INSPECTION_OPINION, PROBLEM_DUE,
        RECEIPT_PASS_ON, ASSET_CARD, CARRY_OVER, CLAW_BACK,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """How a day was found: `count` units after `since`, which is not counted itself (handbook 11)."""

    since: date
    count: int
    unit: Unit

    def ends(self, calendar: WorkCalendar) -> date:
        if self.unit == Unit.MONTHS:
            return add_months(self.since, self.count)
        if self.unit == Unit.WORKING:
            return calendar.add_working_days(self.since, self.count)
        return self.since + timedelta(days=self.count)

    @property
    def text(self) -> str:
        return f"自 {self.since} 起 {self.count} {COUNTED[self.unit]}，当日不计"


def term_of(rule: Rule, edition: Edition, since: date) -> Term | None:
    """The term the edition gives a rule; None where no number of the edition gives it."""
    if not rule.limit:
        return None
    limit = edition.limit(rule.limit)
    return Term(since, edition.number(rule.limit), _unit(limit.unit))


def term_behind(rule: Rule, edition: Edition, since: date, due_on: date, calendar: WorkCalendar) -> Term | None:
    """The term that leads from `since` to the day: the edition's, or fewer whole months; None where a document names it."""
    term = term_of(rule, edition, since)
    if term is None or due_on <= since:
        return None
    if term.unit != Unit.MONTHS:
        return term if term.ends(calendar) == due_on else None
    shorter = (Term(since, count, Unit.MONTHS) for count in range(1, term.count + 1))
    return next((one for one in shorter if one.ends(calendar) == due_on), None)


def _unit(said: str) -> Unit:
    if "工作日" in said:
        return Unit.WORKING
    return Unit.MONTHS if "月" in said else Unit.DAYS


def arithmetic(rule: Rule, *, due_on: date, since: date, count: int, unit: Unit) -> str:
    """The sum in words: "自 2026-03-01 起 12 个月，当日不计，至 2027-03-01"."""
    if unit == Unit.GIVEN:
        return f"文件或决定载明到期日 {due_on}（{since} 起）"
    return f"{Term(since, count, unit).text}，至 {due_on}"


@dataclass(frozen=True, slots=True)
class LegalDate:
    """One legal date of one project as a person reads it, stored or computed alike."""

    project_id: int
    rule: Rule
    due_on: date
    opened_on: date
    since: date  # where the sum starts; an extension opens later and is still counted from the first day
    last_on: date  # the day it really ends: for a filing the next working day
    clause: str
    rank: Rank
    sum: str
    about_id: int = 0
    about: str = ""
    estimated: bool = False
    deadline_id: int = 0
    state: str = "open"
    closed_on: date | None = None

    @property
    def label(self) -> str:
        return f"{self.rule.label}（{self.about}）" if self.about else self.rule.label

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def moved(self) -> bool:
        """Its calendar day is a day off, so both days are shown."""
        return self.last_on != self.due_on

    @property
    def key(self) -> str:
        """The same through every change of its day: what calendars know it by."""
        return f"{self.project_id}-{self.rule.code}-{self.about_id}"

    @property
    def kind(self) -> tuple[int, str]:
        return self.project_id, self.rule.code

    def overdue(self, on: date) -> bool:
        return on > self.last_on and not self.rule.lapses

    def lapsed(self, on: date) -> bool:
        return self.rule.lapses and on > self.last_on

    def left(self, on: date) -> int:
        """Days until its 24:00; negative when overdue."""
        return days_left(on, self.last_on)

    def left_text(self, on: date) -> str:
        return "已届满" if self.lapsed(on) else days_left_text(on, self.last_on)

    def why(self) -> list[tuple[str, str]]:
        """The inputs of 为什么."""
        shown = [("起算日", str(self.since)), ("到期日", str(self.due_on))]
        if self.rule.filing:
            said = f"{self.last_on}（到期日是休息日，顺延）" if self.moved else f"{self.last_on}（到期日是工作日）"
            shown.append(("最后办理日", said))
        if self.estimated:
            shown.append(("节假日", "所涉年度尚未公布放假安排，只按周末推算，为预估"))
        return shown


def last_day(rule: Rule, due_on: date, calendar: WorkCalendar) -> date:
    """A filing that would end on a day off ends on the next working day; other dates stay."""
    return calendar.next_working(due_on) if rule.filing else due_on


def rungs_reached(one: LegalDate, before: Sequence[int], after: Sequence[int], *, on: date) -> list[tuple[int, date]]:
    """(rung, its day) of every rung whose day has come since the date was set, earliest first.

    `after`: days after the last day, as negative rungs; none of them once a right has lapsed.
    """
    days = [(rung, one.due_on - timedelta(days=rung)) for rung in before]
    if not one.rule.lapses:
        days += [(-rung, one.last_on + timedelta(days=rung)) for rung in after]
    return sorted(((rung, day) for rung, day in days if one.opened_on <= day <= on), key=lambda pair: pair[1])
