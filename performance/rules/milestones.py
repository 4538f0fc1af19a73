"""建设任务: when a plan holds, what a report of it must say, and how much of it should be done by a day. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from policy.findings import Finding, blocking

WHOLE = Decimal(100)
MOST_TASKS = 40
CLAUSE = "通知六（一）"


def plain(share: Decimal) -> str:
    return f"{share.normalize():f}"


@dataclass(frozen=True, slots=True)
class Task:
    """One row of a plan as typed. `key` 0: a new one."""

    name: str
    planned_on: date | None
    share: Decimal | None
    category: str = ""
    key: int = 0


def check_plan(
    tasks: Sequence[Task], *, start: date | None, end: date | None, categories: Sequence[str]
) -> Iterator[Finding]:
    """`start`, `end`: the build period, None while it is not known."""
    if not tasks:
        yield blocking("tasks", "请至少填写一项建设任务。", CLAUSE)
    if len(tasks) > MOST_TASKS:
        yield blocking("tasks", f"建设任务最多 {MOST_TASKS} 项，现为 {len(tasks)} 项，请合并。", CLAUSE)
    names = [task.name.strip() for task in tasks]
    for place, task in enumerate(tasks):
        yield from _check_task(task, place, start, end, categories)
        if names[place] and names.index(names[place]) < place:
            yield blocking("name", f"第 {place + 1} 项与前面重名：{names[place]}。", CLAUSE, field=f"r{place}-name")
    total = sum((task.share or Decimal(0) for task in tasks), Decimal(0))
    if tasks and total != WHOLE:
        way = f"还差 {plain(WHOLE - total)}" if total < WHOLE else f"多出 {plain(total - WHOLE)}"
        yield blocking("share", f"各项占比合计 {plain(total)}%，应恰为 100%（{way}）。", CLAUSE, field="r0-share")


def _check_task(
    task: Task, place: int, start: date | None, end: date | None, categories: Sequence[str]
) -> Iterator[Finding]:
    where = f"第 {place + 1} 项"
    if not task.name.strip():
        yield blocking("name", f"{where}：请填写任务名称。", CLAUSE, field=f"r{place}-name")
    if task.share is None or task.share <= 0:
        yield blocking("share", f"{where}：占比应大于 0。", CLAUSE, field=f"r{place}-share")
    if task.category and task.category not in categories:
        yield blocking("category", f"{where}：支出类别不在本项目的使用范围内。", CLAUSE, field=f"r{place}-category")
    if task.planned_on is None:
        yield blocking("planned_on", f"{where}：请填写计划完成日期。", CLAUSE, field=f"r{place}-planned_on")
    elif (start and task.planned_on < start) or (end and task.planned_on > end):
        message = f"{where}：计划完成日期 {task.planned_on} 不在建设期 {start} 至 {end} 内。"
        yield blocking("planned_on", message, CLAUSE, field=f"r{place}-planned_on")


def planned_share(tasks: Sequence[tuple[date, Decimal]], start: date, on: date) -> Fraction | None:
    """The part of the plan due by a day: each date's tasks accrue day by day since the date before. None without tasks.

    `tasks`: (planned date, share in %). The whole plan is due on its last date.
    """
    whole = sum((Fraction(share) for _, share in tasks), Fraction(0))
    if not whole:
        return None
    due, since = Fraction(0), start
    for day in sorted({day for day, _ in tasks}):
        share = sum((Fraction(one) for at, one in tasks if at == day), Fraction(0))
        days, gone = (day - since).days, (min(on, day) - since).days
        if on >= day:
            due += share
        elif gone > 0:
            due += share * Fraction(gone, days)
        since = day
    return due / whole


def of_span(
    tasks: Sequence[tuple[date, Decimal]], build_start: date, start: date, end: date, on: date
) -> Fraction | None:
    """The part of what the plan has between two days that is due by `on`; None where it has nothing there."""
    before = planned_share(tasks, build_start, start - timedelta(days=1))
    last, now = planned_share(tasks, build_start, end), planned_share(tasks, build_start, on)
    if before is None or last is None or now is None or last <= before:
        return None
    return max(Fraction(0), (min(now, last) - before) / (last - before))


@dataclass(frozen=True, slots=True)
class Told:
    """One task as a report tells it; `before`: its share as last accepted."""

    name: str
    field: str
    planned_on: date
    state: str
    done_share: Decimal | None
    actual_on: date | None
    note: str
    before: Decimal = Decimal(0)


def check_told(row: Told, *, cut_off: date, start: date | None) -> Iterator[Finding]:
    """What is wrong with one row, each leading to its field."""
    where = f"“{row.name}”"
    share = row.done_share
    if share is None or not 0 <= share <= WHOLE:
        yield blocking("done_share", f"{where}：请填写 0 至 100 的完成比例。", CLAUSE, field=f"{row.field}-done_share")
        return
    if row.state == "done" and (share != WHOLE or row.actual_on is None):
        message = f"{where}：已完成的，完成比例应为 100 并填写实际完成日期。"
        yield blocking("done", message, CLAUSE, field=f"{row.field}-done_share")
    if row.state != "done" and (share == WHOLE or row.actual_on is not None):
        message = f"{where}：完成比例为 100 或已有实际完成日期的，状态应为“已完成”。"
        yield blocking("state", message, CLAUSE, field=f"{row.field}-state")
    if row.state == "todo" and share > 0:
        message = f"{where}：已完成 {plain(share)}%，状态应为“进行中”。"
        yield blocking("state", message, CLAUSE, field=f"{row.field}-state")
    if row.actual_on and row.actual_on > cut_off:
        message = f"{where}：实际完成日期 {row.actual_on} 晚于本期截至日 {cut_off}，留待下期填报。"
        yield blocking("actual_on", message, CLAUSE, field=f"{row.field}-actual_on")
    if row.actual_on and start and row.actual_on < start:
        message = f"{where}：实际完成日期 {row.actual_on} 早于建设期开始 {start}。"
        yield blocking("actual_on", message, CLAUSE, field=f"{row.field}-actual_on")
    if not row.note.strip():
        yield from _asks_note(row, share, where, cut_off)


def _asks_note(row: Told, share: Decimal, where: str, cut_off: date) -> Iterator[Finding]:
    if share < row.before:
        message = f"{where}：完成比例 {plain(share)}% 低于上期审定的 {plain(row.before)}%，请说明原因。"
        yield blocking("note", message, CLAUSE, field=f"{row.field}-note")
    elif share < WHOLE and row.planned_on <= cut_off:
        message = f"{where}：应于 {row.planned_on} 完成，现为 {plain(share)}%，请说明原因和赶上的办法。"
        yield blocking("note", message, CLAUSE, field=f"{row.field}-note")


def done_of(rows: Sequence[tuple[Decimal, Decimal]]) -> Fraction:
    """Done share of the whole plan from (share, done share), both in %."""
    return sum((Fraction(share) * Fraction(done) / 100 for share, done in rows), Fraction(0)) / 100
