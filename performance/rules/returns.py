"""季报包: which projects a round asks, when a return may be sent in, what a review must say. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from performance.rules.figures import DAY, Days
from policy.calendar import add_months
from policy.findings import Finding, blocking
from policy.terms import Line, Rank, Stage

A_QUARTER = 3  # months
QUARTERS = ((1, 3), (4, 6), (7, 9), (10, 12))
MONITORING = "项目支出绩效运行监控"
SD1 = "职责分离 SD1"
# A project that left the build, or that waits for its end, still owes the periods of its build.
REPORTING = frozenset({Stage.BUILDING, Stage.IN_ACCEPTANCE, Stage.RECTIFYING, Stage.RECHECKING})
LINES = (Line.HR, Line.FINANCE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides whether a round asks a project.

    `spans`: the days its returns cover, whatever became of them; `months`: how often its kind reports.
    """

    stage: Stage
    filed: bool
    start: date | None
    end: date | None
    spans: Sequence[Days]
    months: int = A_QUARTER


def why_left_out(asked: Asked, *, period_from: date, cut_off: date, quarterly: bool = False) -> str:
    """The reason a round does not ask this project; "" where it does. `quarterly`: those who report less often wait."""
    if asked.stage not in REPORTING:
        return f"项目处于“{asked.stage.label}”，不在建设期"
    if not asked.filed:
        return "绩效目标尚未备案"
    if asked.start is None or asked.end is None:
        return "建设期尚未起算"
    if asked.start > cut_off or asked.end < period_from:
        return f"建设期 {asked.start} 至 {asked.end} 不在本监测期间内"
    return _why_not_now(asked, asked.end, cut_off=cut_off, quarterly=quarterly)


def _why_not_now(asked: Asked, end: date, *, cut_off: date, quarterly: bool) -> str:
    """Of a project in its build: its own period is not over, or a return covers the day. A gap may be asked for."""
    if quarterly and asked.months > A_QUARTER and end > cut_off and cut_off.month % asked.months:
        return f"每 {asked.months} 个月报送一次，本季度不报；确需报送的，请另行发起专项轮次"
    own = min(cut_off, end)
    for first, last in asked.spans:
        if first <= own <= last:
            return f"{already(own, first, last)}，同一天不重复填报"
    return ""


def already(own: date, first: date, last: date) -> str:
    return f"已有截至 {last} 的季报包" if own == last else f"{own} 已在 {first} 至 {last} 的季报包内"


@dataclass(frozen=True, slots=True)
class Sending:
    """What a return stands at when somebody wants to sign it. `undone`: code → name.

    `waiting`: cut-offs before it that are not sent in.
    """

    cut_off: date
    zero: bool
    undone: Mapping[str, str]
    progress: bool
    waiting: Sequence[date]
    hand: bool


def check_sending(sending: Sending, *, on: date) -> Iterator[Finding]:
    """Everything that keeps a return from being signed, but for its readings."""
    if sending.hand:
        message = (
            "本季报包由您参与填写，填写人不能报送。请由另一位负责人报送；"
            "只有一位负责人的，请由经办核对全部内容并办理“接手填报”，然后由您报送。"
        )
        yield blocking("sod", message, SD1)
    if on < sending.cut_off:
        yield blocking("cut_off", f"监测期间到 {sending.cut_off} 才结束，请在期满后报送。", MONITORING)
    for cut_off in sending.waiting:
        yield blocking("earlier", f"截至 {cut_off} 的季报包尚未报送，请按期间先后报送。", MONITORING)
    if sending.zero:
        return
    for code, name in sending.undone.items():
        yield blocking("undone", f"“{name}”尚未标为已填完。", MONITORING, field=code)
    if not sending.progress:
        yield blocking("progress", "“建设进度”没有内容，请写明本期进展。", MONITORING, field="text")


def check_zero(*, reason: str, typed: int, payments: int, classes: int) -> Iterator[Finding]:
    """零报告: nothing happened. What is typed or registered says otherwise and is never thrown away."""
    if not reason.strip():
        yield blocking("reason", "请写明零报告的理由。", MONITORING, field="reason")
    if typed:
        text = f"已填写 {typed} 项指标，零报告会丢失已填的数值。请先清空这些数值，或照常填报。"
        yield blocking("typed", text, MONITORING)
    if payments:
        yield blocking("payments", f"本期登记了 {payments} 笔支出，不能作零报告，请照常填报。", MONITORING)
    if classes:
        yield blocking("classes", f"班次台账中本期有 {classes} 个班次结业，不能作零报告，请照常填报。", MONITORING)


def check_review(
    *, agreed: bool, remarks: int, said: bool, line: Line, writer: bool, earlier: Sequence[date]
) -> Iterator[Finding]:
    """One line's word on one turn of a return."""
    if writer:
        yield blocking("sod", "您填写或报送过本项目的季报包，不能再审核，请由本单位另一位经办办理。", SD1)
    if said:
        yield blocking("twice", f"{line.label}已审核本次报送，等待另一部门，不能重复办理。")
    if agreed and remarks:
        yield blocking("remarks", "同意的不列退回意见；有需要修改的内容，请选择“退回补正”。", field="agreed")
    if not agreed and not remarks:
        text = "退回的，请一次性列明全部需要修改的内容，每条写明在哪一部分。"
        yield blocking("remarks", text, "一次性告知", rank=Rank.DEFAULT, field="text-0")
    if agreed:
        for cut_off in earlier:
            yield blocking("earlier", f"截至 {cut_off} 的季报包尚未审定，请按期间先后审定。", MONITORING)


def outcome_of(words: Mapping[Line, bool], lines: Collection[Line] = LINES) -> bool | None:
    """None while a line has not spoken; then whether both agree."""
    if set(words) < set(lines):
        return None
    return all(words.values())


def name_for(period_from: date, cut_off: date) -> str:
    """What a round over these days is called unless somebody says otherwise."""
    months = (period_from.month, cut_off.month)
    whole = period_from.day == 1 and (cut_off + DAY).day == 1 and period_from.year == cut_off.year
    if whole and months in QUARTERS:
        return f"{cut_off.year}年第{QUARTERS.index(months) + 1}季度"
    named = {(1, 6): "上半年", (7, 12): "下半年", (1, 12): "度"}
    if whole and months in named:
        return f"{cut_off.year}年{named[months]}"
    if whole:
        return f"{cut_off.year}年{months[0]}–{months[1]}月"
    return f"{period_from:%Y-%m-%d} 至 {cut_off:%Y-%m-%d}"


def last_quarter(on: date) -> tuple[date, date]:
    """The calendar quarter that ended last before this day."""
    opens = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return add_months(opens, -3), opens - DAY
