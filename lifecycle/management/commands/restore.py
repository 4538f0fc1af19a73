"""restore: put a backup in the place of the live data. 0 restored and whole, 1 restored and not whole, 2 not restored."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifecycle.backup import Impossible
from lifecycle.backup.restoring import restore

COULD_NOT = 2


class Command(BaseCommand):
    help = "恢复备份并核验：0 完好，1 已恢复但日志或账目有错，2 没有恢复（原有数据未变）或无法核验"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="backup 所写的文件夹")
        parser.add_argument("--yes", action="store_true", help="替换本机已有的数据（原有数据另存）")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = restore(options["folder"], replace=options["yes"], tell=self.stdout.write)
        except Impossible as reason:
            raise CommandError(str(reason), returncode=COULD_NOT) from reason
        if code:
            sys.exit(code)
