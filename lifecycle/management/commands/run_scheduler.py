"""The clock, in a process of its own. APScheduler only ticks; what is due stands in our tables."""

import logging
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from lifecycle.jobs import tick

logger = logging.getLogger(__name__)


def beat() -> None:
    """A tick that survives a database that is away for a while."""
    close_old_connections()
    try:
        tick()
    except Exception:
        logger.exception("tick failed; the next one makes up for it")


class Command(BaseCommand):
    help = "运行定时任务（独立进程）"

    def handle(self, *args: Any, **options: Any) -> None:
        from apscheduler.schedulers.blocking import BlockingScheduler

        scheduler = BlockingScheduler(timezone=timezone.get_current_timezone())
        scheduler.add_job(
            beat, "interval", seconds=60, next_run_time=timezone.now(), coalesce=True, misfire_grace_time=None,
            max_instances=1,
        )  # fmt: skip

        def stop(signum: int, frame: FrameType | None) -> None:
            scheduler.shutdown(wait=False)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        scheduler.start()
