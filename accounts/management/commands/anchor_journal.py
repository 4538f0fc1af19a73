"""Write down where 操作日志 ends today, in a file that is kept elsewhere. A broken journal gets no anchor."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts import journal
from accounts.management import anchors
from accounts.models import Entry, JournalHead

BROKEN, COULD_NOT_RUN = 1, 2


class Command(BaseCommand):
    help = "把日志当前末条的序号和校验码追加到锚点文件；请把文件存到系统之外"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = anchors.read(options["file"]) if options["file"].exists() else []
            with transaction.atomic():
                head = JournalHead.objects.select_for_update().get(pk=1)
                found = journal.verify((one.seq, one.mac) for one in kept)
                count = Entry.objects.count()
            if found is None:
                anchors.append(options["file"], anchors.Anchor(timezone.localdate(), head.seq, head.mac, count))
        except (anchors.Unreadable, OSError, DatabaseError, JournalHead.DoesNotExist) as error:
            raise CommandError(f"没有写入锚点：{error}", returncode=COULD_NOT_RUN) from error
        if found is not None:
            self.stderr.write(
                f"日志不完整，没有写入锚点：第 {found.seq} 条，{journal.KINDS[found.kind]}（{found.kind}）"
            )
            sys.exit(BROKEN)
        self.stdout.write(f"已写入锚点：第 {head.seq} 条，共 {count} 条")
