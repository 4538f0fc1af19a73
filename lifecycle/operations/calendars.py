"""A person's calendar address; the clock that a person confirms; holidays and the dates they would move."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts import operations as accounts
from accounts.journal import operation, record
from accounts.models import ApiToken, HolidayArrangement, User
from accounts.queries import work_calendar
from accounts.roles import Action
from lifecycle import clock
from lifecycle.deadlines import RULES, refresh_alerts
from lifecycle.models import CalendarFeed, ClockStop, DateMove, Deadline
from lifecycle.rules.deadlines import Term, Unit
from policy.findings import blocking, refuse, refuse_if_blocking
from projects import access, files

SIGNS = string.ascii_letters + string.digits
LENGTH, SHOWN = 40, 6


@dataclass(frozen=True, slots=True)
class NewFeed:
    """`key` is shown once and kept nowhere."""

    feed: CalendarFeed
    key: str


@operation("创建日历订阅")
def create_feed(*, actor: User, on: date) -> NewFeed:
    """One live address a person: a new one ends the old one."""
    access.require(actor, Action.OWN_FEED)
    ended = CalendarFeed.objects.select_for_update(no_key=True).filter(user=actor, revoked_at=None)
    replaced = [feed.prefix for feed in ended]
    ended.update(revoked_at=timezone.now())
    key = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    feed = CalendarFeed.objects.create(user=actor, key_digest=ApiToken.digest(key), prefix=key[:SHOWN])
    said = f"创建{feed}" + (f"，原地址（{replaced[0]}…）同时作废" if replaced else "")
    record(subject=actor.username, text=said, feed=feed.pk)
    return NewFeed(feed, key)


@operation("作废日历订阅")
def revoke_feed(*, actor: User, on: date) -> None:
    access.require(actor, Action.OWN_FEED)
    feed = CalendarFeed.objects.select_for_update(no_key=True).filter(user=actor, revoked_at=None).first()
    if feed is None:
        refuse("revoked", "没有有效的日历订阅地址。需要时可以重新创建。")
    feed.revoked_at = timezone.now()
    feed.save(update_fields=["revoked_at"])
    record(subject=actor.username, text=f"作废{feed}", feed=feed.pk)


@operation("确认系统时间")
def confirm_clock(*, note: str, actor: User, on: date) -> ClockStop:
    """Automatic marks go on; what fell due meanwhile is made up by the next run."""
    access.require(actor, Action.RUN_JOBS)
    stop = ClockStop.objects.select_for_update(no_key=True).filter(open=True).first()
    if stop is None:
        refuse("clock", "系统时间没有待确认的异常，每日任务正常运行。")
    if not note.strip():
        refuse("note", "请写明核对情况：与什么时间源核对，结果如何。", field="note")
    stop.open, stop.confirmed_by, stop.confirmed_at, stop.note = False, actor, timezone.now(), note.strip()[:200]
    stop.save(update_fields=["open", "confirmed_by", "confirmed_at", "note"])
    clock.beat(timezone.now())
    record(subject=f"clock:{stop.pk}", text=f"确认系统时间 {on}：{stop.note}")
    return stop


@operation("登记放假安排")
def extend_holidays(
    *, number: str, title: str, dated_on: date, off: Mapping[date, str], working: Mapping[date, str],
    file: UploadedFile, actor: User, on: date,
) -> HolidayArrangement:  # fmt: skip
    """The table grows by what was published; open working-day dates get a proposal each, nothing moves by itself."""
    access.require(actor, Action.EXTEND_HOLIDAYS)
    refuse_if_blocking(accounts.check_arrangement(number=number, dated_on=dated_on, off=off, working=working, on=on))
    stored = files.store(file, on=on)
    arrangement = accounts.add_arrangement(
        number=number.strip(), title=title.strip(), dated_on=dated_on, off=off, working=working, actor=actor, on=on,
        name=stored.name, size=stored.size, content_type=stored.content_type, sha256=stored.sha256, path=stored.path,
    )  # fmt: skip
    proposed = _propose_moves(arrangement.number, on=on)
    record(
        subject=f"holidays:{arrangement.pk}",
        text=f"{arrangement.number} 放假 {len(off)} 天、上班 {len(working)} 天；重算建议 {proposed} 项",
        days=[*map(str, off)],
        working=[*map(str, working)],
    )
    return arrangement


def _propose_moves(document: str, *, on: date) -> int:
    """Of open dates counted in working days that no served document named."""
    calendar, proposed = work_calendar(), 0
    for row in Deadline.objects.filter(state=Deadline.State.OPEN, unit=Unit.WORKING).order_by("pk"):
        new = Term(row.since_on or row.opened_on, row.count, Unit.WORKING).ends(calendar)
        if RULES[row.rule].served or new == row.due_on:
            continue
        DateMove.objects.update_or_create(
            deadline=row,
            state=DateMove.State.OPEN,
            defaults={"old_on": row.due_on, "new_on": new, "document": document, "proposed_on": on},
        )
        proposed += 1
    return proposed


@operation("确认期限重算")
def decide_move(project_id: int, move_id: int, *, agreed: bool, reason: str = "", actor: User, on: date) -> DateMove:
    """Move the date as proposed, or leave it with the reason. A date closed meanwhile is not moved."""
    project = access.enter(project_id, actor=actor, action=Action.MOVE_DATES)
    move = DateMove.objects.select_for_update(of=("self",), no_key=True).select_related("deadline").filter(
        pk=move_id, deadline__project=project
    ).first()  # fmt: skip
    if move is None or move.state != DateMove.State.OPEN:
        refuse("move", "该项重算建议已办理，不能重复办理。")
    deadline = move.deadline
    if agreed and (deadline.state != Deadline.State.OPEN or deadline.due_on != move.old_on):
        refuse("stale", "该期限已办结或已另行调整，不再重算；请选择“不调整”并写明情况。")
    if not agreed and not reason.strip():
        refuse_if_blocking([blocking("reason", "不调整的，请写明理由。", field="reason")])
    move.state = DateMove.State.DONE if agreed else DateMove.State.LEFT
    move.decided_by, move.decided_on, move.reason = actor, on, reason.strip()[:200]
    move.save(update_fields=["state", "decided_by", "decided_on", "reason"])
    if agreed:
        deadline.due_on = move.new_on
        deadline.save(update_fields=["due_on"])
        refresh_alerts(project, on=on)
    label, said = RULES[deadline.rule].label, f"由 {move.old_on} 改为 {move.new_on}" if agreed else "不调整"
    record(
        project_id=project.pk, subject=f"deadline:{deadline.pk}", text=f"{label}{said}（{move.document}）{move.reason}",
        old=move.old_on, new=move.new_on,
    )  # fmt: skip
    return move
