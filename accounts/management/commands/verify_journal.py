"""Walk 操作日志 and say whether it holds. Exit code 0: whole, 1: broken, 2: could not run."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from accounts import journal
from accounts.management import anchors
from accounts.models import Entry

BROKEN, COULD_NOT_RUN = 1, 2


class Command(BaseCommand):
    help = "校验操作日志：0 完整，1 被改动（给出第一处），2 无法校验"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", type=Path, metavar="FILE", help="异地保存的锚点文件（anchor_journal 所写）")
        parser.add_argument("--rows", action="store_true", help="逐条校验，列出每一条不符的日志")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = anchors.read(options["anchor"]) if options["anchor"] else []
            found = journal.verify((one.seq, one.mac) for one in kept)
            faults = list(broken_rows()) if options["rows"] else []
            count = Entry.objects.count()
        except (anchors.Unreadable, DatabaseError) as error:
            raise CommandError(f"无法校验：{error}", returncode=COULD_NOT_RUN) from error
        for fault in faults:
            self.stdout.write(f"第 {fault.seq} 条：{journal.KINDS[fault.kind]}（{fault.kind}）")
        if found is None:
            self.stdout.write(f"日志完整：{count} 条，核对锚点 {len(kept)} 个")
            return
        self.stderr.write(f"日志不完整：第 {found.seq} 条，{journal.KINDS[found.kind]}（{found.kind}）")
        sys.exit(BROKEN)


def broken_rows() -> Iterator[journal.Break]:
    """Every row that does not hold by itself or does not follow the one before it."""
    previous, expected = journal.GENESIS, 1
    for row in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        if row.seq != expected:
            yield journal.Break(expected, "gap")
        elif row.prev != previous:
            yield journal.Break(row.seq, "link")
        if row.alg not in journal.DIGESTS or row.row_digest != journal.digest_of(row):
            yield journal.Break(row.seq, "digest")
        elif row.mac != journal.mac_of(row):
            yield journal.Break(row.seq, "mac")
        previous, expected = row.mac, row.seq + 1
