"""The server's clock: a jump pauses automatic marks until a person has confirmed the date (design/trust.md)."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.groundwork import system_user
from accounts.journal import operation, record
from accounts.models import Entry, User
from accounts.notices import notify
from accounts.queries import administrators
from lifecycle.models import ClockStop, Heartbeat

logger = logging.getLogger(__name__)
AHEAD = timedelta(hours=26)  # more than a day and its change of hour, without one event in between
BACK = timedelta(minutes=1)
PULSE = timedelta(minutes=5)


def standing() -> ClockStop | None:
    return ClockStop.objects.filter(open=True).first()


def jumped(last: datetime, now: datetime) -> bool:
    return now - last > AHEAD or last - now > BACK


def last_event() -> datetime | None:
    """The latest moment something is known to have happened; None before the scheduler's first minute."""
    beat = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if beat is None:
        return None
    entry = Entry.objects.order_by("-seq").values_list("at", flat=True).first()
    return max(beat, entry) if entry else beat


def alive(now: datetime) -> bool:
    """Whether the scheduler has a pulse."""
    return Heartbeat.objects.filter(at__gt=now - PULSE).exists()


def beat(now: datetime) -> None:
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": now})


def watch(now: datetime) -> bool:
    """Whether automatic marks must wait. A new jump is kept once and the 系统管理员 are told."""
    if standing():
        return True
    last = last_event()
    if last is None or not jumped(last, now):
        return False
    try:
        with transaction.atomic():
            stop_marks(actor=system_user(), last=last, now=now)
    except IntegrityError:
        logger.info("another scheduler saw the jump first")
    return True


@operation("时钟异常暂停")
def stop_marks(*, actor: User, last: datetime, now: datetime) -> ClockStop:
    stop = ClockStop.objects.create(last_at=last, seen_at=now)
    said = f"服务器时间由 {_moment(last)} 变为 {_moment(now)}"
    wish = "自动提醒和每日任务已暂停。请核对服务器时间（停机后重新启动的也请核对），在“系统时间”页确认后自动补办。"
    notify(
        administrators(timezone.localdate(now)), key=f"clock:{stop.pk}", text=f"{said}。{wish}", url="/deadlines/clock/"
    )
    record(subject=f"clock:{stop.pk}", text=said)
    logger.error("clock jumped from %s to %s: automatic marks wait for a person", last, now)
    return stop


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
