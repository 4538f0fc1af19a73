"""The task worker, in a process of its own: what a request must not wait for, such as drawing charts."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.statistics.kept import reap


class Command(BaseCommand):
    help = "运行后台任务（独立进程）"

    def handle(self, *args: Any, **options: Any) -> None:
        from reports.statistics import charts

        reap(timezone.now())
        charts.warm_up()
        call_command("db_worker", interval=1, reload=False, startup_delay=False, verbosity=0)
