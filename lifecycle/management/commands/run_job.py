"""run_job NAME --on DATE: one job by hand, for a day that may lie in the past."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lifecycle.jobs import JOBS, run_once


class Command(BaseCommand):
    help = "手工运行一个定时任务"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(JOBS), metavar="NAME", help="、".join(sorted(JOBS)))
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="业务日期，默认今天")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or timezone.localdate()
        run = run_once(options["name"], on)
        if run is None:
            self.stdout.write(f"{options['name']} {on}：已运行过，不重复运行")
        elif run.state == run.State.FAILED:
            raise CommandError(f"{options['name']} {on}：失败，{run.detail}")
        else:
            self.stdout.write(f"{options['name']} {on}：{run.detail}")
