"""What must hold before a project may take a step. Each guard reads a Snapshot and yields findings. Pure.

A guard whose number stands on our own practice warns; the law's own blocks (handbook 0).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from funds.rules import check_hold
from lifecycle.annulments import NOTHING, Annulments
from policy.calendar import WorkCalendar
from policy.edition import Basis, Edition
from policy.experts import check_size, least_of
from policy.findings import Finding
from policy.money import ZERO, yuan
from policy.terms import Grade, Kind, Rank, Severity, Stage

SIX_ONE = "六（一）"
LAW_163 = "财预〔2015〕163号"


@dataclass(frozen=True, slots=True)
class AcceptanceFacts:
    first_checks_missing: tuple[str, ...] = ()
    panel_size: int = 0
    sheets_missing: int = 0
    visit_missing: bool = False
    gate_a_open: int = 0
    gate_a_unmet: tuple[str, ...] = ()
    gate_b_open: tuple[str, ...] = ()
    gate_b_unmet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    served_on: date | None = None
    due_on: date | None = None
    cap_on: date | None = None
    unanswered: int = 0
    reported_on: date | None = None
    recheck: bool | None = None
    ruled_in_favour: bool = False


@dataclass(frozen=True, slots=True)
class RevocationFacts:
    served_on: date | None = None
    defend_by: date | None = None
    defended_on: date | None = None
    upheld: bool | None = None
    decision_served_on: date | None = None
    hearing_owed: bool = False
    legal: bool | None = None
    false: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the guards look at, read once. `pending`: payments without a final verdict, 暂不认定 among them.

    `settlement`: "approved" where the books are closed, "prepared" where one waits that fits the stage, or "".
    """

    on: date
    edition: Edition
    calendar: WorkCalendar
    kind: Kind
    stage: Stage
    sector: str = ""
    sector_decided: bool = False
    grant: Decimal | None = None
    build_end_on: date | None = None
    extended_months: int = 0
    sheet: tuple[Finding, ...] = ()
    readiness: tuple[Finding, ...] = ()
    grade: str = ""
    money_issued: bool = False
    held: bool = False
    allocated: Decimal = ZERO
    received: Decimal = ZERO
    pending: Decimal = ZERO
    pending_count: int = 0
    found_open: Decimal = ZERO
    severe_problems: int = 0
    waived: Mapping[str, str] = field(default_factory=dict)
    pack_missing: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    change: tuple[Finding, ...] | None = None
    assessed: bool = False
    revision: tuple[Finding, ...] | None = None
    extension_months: int = 0
    unit_change: tuple[Finding, ...] | None = None
    annulled: Annulments = NOTHING
    settlement: str = ""
    acceptance: AcceptanceFacts | None = None
    rectification: RectificationFacts | None = None
    revocation: RevocationFacts | None = None
    false_case: tuple[date, bool] | None = None  # the unit may answer until; it was heard
    graded: bool = False
    failed_year: int = 0


Guard = Callable[[Snapshot], Iterator[Finding]]


def _no(code: str, message: str, clause: str = "", *, rank: Rank = Rank.DEFAULT, link: str = "") -> Finding:
    return Finding(code, Severity.BLOCKING, message, clause, rank, link=link)


def by_basis(basis: Basis, code: str, message: str) -> Finding:
    """Blocks or only warns, as the edition says of the number it stands on."""
    severity = Severity.BLOCKING if basis.blocks else Severity.WARNING
    return Finding(code, severity, message, basis.clause, basis.rank)


def category_decided(now: Snapshot) -> Iterator[Finding]:
    if not now.sector or now.grant is None:
        yield _no("category", "职业类别尚未认定，请先由两厅联合认定类别（写明理由）", "五", rank=Rank.NOTICE)


def category_open(now: Snapshot) -> Iterator[Finding]:
    if now.sector and not now.sector_decided:  # what two signatures decided, two signatures may decide again
        yield _no("category_done", "职业类别已按规则确定，不需要人工认定", "五", rank=Rank.NOTICE)


def sheet_complete(now: Snapshot) -> Iterator[Finding]:
    for finding in now.sheet:
        yield finding if finding.link else replace(finding, link="performance:sheet_edit")


def targets_ready(now: Snapshot) -> Iterator[Finding]:
    yield from now.readiness


def graded_excellent(now: Snapshot) -> Iterator[Finding]:
    if now.grade and now.grade != Grade.EXCELLENT:
        yield _no("grade", f"审核等级为“{Grade(now.grade).label}”，不按“优”办理备案", LAW_163, rank=Rank.LAW)


def graded_good(now: Snapshot) -> Iterator[Finding]:
    if now.grade and now.grade != Grade.GOOD:
        yield _no("grade", f"审核等级为“{Grade(now.grade).label}”，不按“良”办理备案", LAW_163, rank=Rank.LAW)


def money_issued(now: Snapshot) -> Iterator[Finding]:
    if not now.money_issued:
        yield _no("money", "资金尚未下达：请省财政厅登记并签批资金文件", "五", rank=Rank.NOTICE, link="funds:documents")


def change_proposed(now: Snapshot) -> Iterator[Finding]:
    if now.change is None:
        yield _no("change", "项目单位尚未提出预算调剂申请", "五", link="funds:budget")
    yield from now.change or ()


def revision_reviewed(now: Snapshot) -> Iterator[Finding]:
    if now.revision is None:
        yield _no("revision", "项目单位尚未提出绩效目标调整", LAW_163, rank=Rank.LAW, link="performance:sheet")
    yield from now.revision or ()


def values_confirmed(now: Snapshot) -> Iterator[Finding]:
    if not now.assessed:
        text = "没有待评定的年度自评：须由一方录入评定数值、另一方确认"
        yield _no("assessed", text, LAW_163, rank=Rank.LAW, link="performance:assessments")


def not_held(now: Snapshot) -> Iterator[Finding]:
    yield from check_hold(held=now.held, lifts=False)


def is_held(now: Snapshot) -> Iterator[Finding]:
    yield from check_hold(held=now.held, lifts=True)


def extension_asked(now: Snapshot) -> Iterator[Finding]:
    if "extension" not in now.asked:
        yield _no("request", "项目单位尚未提出延期申请", "", link="lifecycle:request_extension")


def before_build_end(now: Snapshot) -> Iterator[Finding]:
    if now.build_end_on is None:
        yield _no("not_building", "建设期尚未开始", SIX_ONE, rank=Rank.NOTICE)
    elif now.on > now.build_end_on:
        yield _no(
            "expired", f"建设期已于 {now.build_end_on} 届满，期满后不能再延期，请申请验收", SIX_ONE, rank=Rank.NOTICE
        )


def extension_once(now: Snapshot) -> Iterator[Finding]:
    if now.extended_months:
        yield by_basis(now.edition.limit("extension_times").basis, "extended", "本项目已延期一次")
    yield from check_extension_months(now.edition, now.extension_months)


def check_extension_months(edition: Edition, months: int) -> Iterator[Finding]:
    """At least one month; the most is our own practice and says only what the edition lets it say."""
    limit = edition.limit("extension_months")
    if months > edition.number("extension_months"):
        yield by_basis(limit.basis, "months", f"延期 {months} 个月，超过 {limit.value} 个月")


def build_over_or_early(now: Snapshot) -> Iterator[Finding]:
    if now.build_end_on and now.on < now.build_end_on:
        said = f"建设期至 {now.build_end_on}，提前申请须写明任务已完成的理由"
        yield Finding("early", Severity.WARNING, said, SIX_ONE, Rank.NOTICE)


def pack_complete(now: Snapshot) -> Iterator[Finding]:
    for missing in now.pack_missing:
        yield _no("pack", f"缺少验收材料：{missing}", SIX_ONE, link="lifecycle:apply")


def vouchers_reviewed(now: Snapshot) -> Iterator[Finding]:
    if now.pending_count:
        yield _no(
            "pending",
            f"尚有 {now.pending_count} 笔、{yuan(now.pending)} 支出待财政部门认定或暂不认定，须先作出认定或不认定",
            "五",
            link="funds:payments",
        )


def found_money_put_right(now: Snapshot) -> Iterator[Finding]:
    if now.found_open:
        said = f"问题资金未整改余额 {yuan(now.found_open)}，须全部补证、追回或核销并经复核"
        yield _no("found_money", said, SIX_ONE, link="funds:found_money")


def no_severe_problem(now: Snapshot) -> Iterator[Finding]:
    if now.severe_problems:
        yield _no("problems", f"尚有 {now.severe_problems} 个严重问题未销号", SIX_ONE, link="lifecycle:problems")


def first_checks_done(now: Snapshot) -> Iterator[Finding]:
    for office in now.acceptance.first_checks_missing if now.acceptance else ():
        yield _no("first_check", f"{office}尚未提出初审意见", "", link="lifecycle:acceptance")


def panel_recorded(now: Snapshot) -> Iterator[Finding]:
    """The panel sits, its sheets are in, and where the edition sends it to the site, it was there."""
    facts = now.acceptance or AcceptanceFacts()
    if not facts.panel_size:
        yield _no("panel", "尚未组成验收组", SIX_ONE, link="lifecycle:panel")
        return
    for finding in check_size(facts.panel_size, least_of(now.edition, now.kind)):
        yield replace(finding, field="", link="lifecycle:panel")
    if facts.sheets_missing:
        text = f"还有 {facts.sheets_missing} 名专家没有提交评审表"
        yield _no("sheets", text, SIX_ONE, link="lifecycle:panel")
    if facts.visit_missing:
        yield _no("visit", "尚未登记现场验收", SIX_ONE, link="lifecycle:visit")


def gates_judged(now: Snapshot) -> Iterator[Finding]:
    facts = now.acceptance or AcceptanceFacts(gate_a_open=1)
    if facts.gate_a_open:
        yield _no(
            "gate_a", f"建设条件还有 {facts.gate_a_open} 项未核查", SIX_ONE, rank=Rank.NOTICE, link="lifecycle:gate_a"
        )
    for text in facts.gate_b_open:
        yield _no("gate_b", text, SIX_ONE, rank=Rank.NOTICE, link="performance:evaluation")


def gates_passed(now: Snapshot) -> Iterator[Finding]:
    facts = now.acceptance or AcceptanceFacts()
    for text in facts.gate_a_unmet:
        yield _no("gate_a_unmet", f"建设条件不符合：{text}", SIX_ONE, rank=Rank.NOTICE, link="lifecycle:gate_a")
    for text in facts.gate_b_unmet:
        yield _no("gate_b_unmet", text, SIX_ONE, rank=Rank.NOTICE, link="performance:evaluation")


def some_gate_failed(now: Snapshot) -> Iterator[Finding]:
    facts = now.acceptance or AcceptanceFacts(gate_a_open=1)
    judged = not facts.gate_a_open and not facts.gate_b_open
    if judged and not facts.gate_a_unmet and not facts.gate_b_unmet:
        yield _no("nothing_unmet", "两道关口均已通过，没有可责令整改的事项", SIX_ONE, rank=Rank.NOTICE)


def order_served(now: Snapshot) -> Iterator[Finding]:
    if not now.rectification or not now.rectification.served_on:
        yield _no(
            "served", "整改通知书尚未登记送达，期限未起算", SIX_ONE, rank=Rank.NOTICE, link="lifecycle:rectification"
        )


def all_answered(now: Snapshot) -> Iterator[Finding]:
    if now.rectification and now.rectification.served_on and now.rectification.unanswered:
        yield _no(
            "unanswered",
            f"还有 {now.rectification.unanswered} 个问题没有整改措施或佐证材料",
            SIX_ONE,
            link="lifecycle:report",
        )


def rechecked(now: Snapshot) -> Iterator[Finding]:
    if not now.rectification or now.rectification.recheck is None:
        yield _no("recheck", "尚未复验（复验人不能是整改通知书的拟制人）", SIX_ONE, link="lifecycle:recheck")


def past_cap(now: Snapshot) -> bool:
    """The report came after the one-year cap, and no ruling ordered it looked at all the same."""
    facts = now.rectification
    if not facts or not facts.reported_on or not facts.cap_on or facts.ruled_in_favour:
        return False
    return facts.reported_on > now.calendar.next_working(facts.cap_on)


def recheck_passed(now: Snapshot) -> Iterator[Finding]:
    yield from rechecked(now)
    facts = now.rectification
    if facts and facts.recheck is False:
        yield _no("recheck_failed", "复验不通过，不能作出通过的决定", SIX_ONE, rank=Rank.NOTICE)
    if facts and past_cap(now):
        yield _no("past_cap", f"整改报告晚于一年上限 {facts.cap_on}，只能进入拟取消告知", SIX_ONE, rank=Rank.NOTICE)


def recheck_failed(now: Snapshot) -> Iterator[Finding]:
    yield from rechecked(now)
    if now.rectification and now.rectification.recheck is True:
        yield _no("recheck_passed", "复验已通过，应作出通过验收的决定", SIX_ONE)


def within_cap(now: Snapshot) -> Iterator[Finding]:
    cap = now.rectification.cap_on if now.rectification else None
    if cap is None or now.on >= cap:
        yield _no("cap", f"整改一年上限（{cap or '未起算'}）已到，不能再延长", SIX_ONE, rank=Rank.NOTICE)


def term_over(now: Snapshot) -> Iterator[Finding]:
    """Only after the next working day from due_on, never while a report in time awaits its re-check (handbook 7)."""
    facts = now.rectification
    if not facts or not facts.due_on:
        yield from order_served(now)
        return
    first_day_off = now.calendar.add_working_days(facts.due_on, 1)
    if now.on <= first_day_off:
        yield _no(
            "term",
            f"整改期至 {facts.due_on}，其后第一个工作日为 {first_day_off}，该日之后方可告知",
            SIX_ONE,
            rank=Rank.NOTICE,
        )
    in_time = facts.reported_on and facts.reported_on <= now.calendar.next_working(facts.due_on)
    if (in_time or facts.ruled_in_favour) and facts.recheck is None:
        yield _no(
            "awaiting", "期限内报送或复核决定重验的整改报告尚待复验，复验前不得告知", SIX_ONE, link="lifecycle:recheck"
        )
    if facts.recheck is True and not past_cap(now):
        yield _no("recheck_passed", "复验已通过，不能拟取消称号", SIX_ONE)


def notice_served(now: Snapshot) -> Iterator[Finding]:
    if not now.revocation or not now.revocation.served_on:
        yield _no("notice_served", "拟取消告知书尚未登记送达", SIX_ONE, link="lifecycle:rectification")


def defence_stated(now: Snapshot) -> Iterator[Finding]:
    if not now.revocation or not now.revocation.defended_on:
        yield _no("no_defence", "单位没有提出陈述申辩，不需要作出复核决定", "")
    elif now.revocation.upheld is not None:
        yield _no("ruled", "陈述申辩已作出复核决定", "")


def defence_heard(now: Snapshot) -> Iterator[Finding]:
    yield from notice_served(now)
    facts = now.revocation
    if not facts or not facts.defend_by:
        return
    if facts.defended_on and facts.upheld is None:
        yield _no("ruling", "单位已陈述申辩，须先逐条答复并作出复核决定", "", link="lifecycle:rectification")
    if not facts.defended_on and now.on <= facts.defend_by:
        yield _no("window", f"陈述申辩期至 {facts.defend_by}，期满前不得决定", "", link="lifecycle:rectification")


def settlement_prepared(now: Snapshot) -> Iterator[Finding]:
    """Prepared since the title was revoked; an older one settles nothing. T27 itself approves it."""
    if now.settlement != "prepared":
        yield _no("settlement", "省财政厅尚未为取消称号编制清算表", "五", rank=Rank.NOTICE, link="funds:settlement")


def decision_served(now: Snapshot) -> Iterator[Finding]:
    """After T27 no service can be recorded any more."""
    if not now.revocation or not now.revocation.decision_served_on:
        said = "取消称号决定书尚未登记送达"
        yield _no("decision_served", said, SIX_ONE, rank=Rank.NOTICE, link="lifecycle:serve_decision")


def money_settled(now: Snapshot) -> Iterator[Finding]:
    """Money that is allocated counts before it arrives."""
    if (now.received or now.allocated) and now.settlement != "approved":
        said = f"已下达 {yuan(now.allocated)}、到账 {yuan(now.received)}，须先完成资金清算"
        yield _no("unsettled", said, "五", rank=Rank.NOTICE, link="lifecycle:settle_termination")
