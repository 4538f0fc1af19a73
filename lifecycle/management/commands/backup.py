"""backup: database, files and a manifest in one new folder. 0 whole, 1 made but stored files were unsound, 2 not made."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lifecycle.backup import Impossible
from lifecycle.backup.making import make

UNSOUND, COULD_NOT, TOLD = 1, 2, 5


class Command(BaseCommand):
    help = "备份数据库和文件：0 完好，1 已备份但有材料文件缺失或改变，2 没有备份成"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, help="新文件夹，不得已存在；默认 DATA_DIR/backups/日期-时间"
        )
        parser.add_argument("--with-keys", action="store_true", help="连同 DATA_DIR/keys 的密钥（备份须另行保密）")

    def handle(self, *args: Any, **options: Any) -> None:
        usual = Path(settings.DATA_DIR) / "backups" / f"{timezone.localtime():%Y%m%d-%H%M%S}"
        try:
            made = make(options["folder"] or usual, with_keys=options["with_keys"])
        except Impossible as reason:
            raise CommandError(str(reason), returncode=COULD_NOT) from reason
        self.stdout.write(f"已备份到 {made.folder}：{made.rows} 行，{made.files} 个文件")
        if not options["with_keys"]:
            self.stdout.write("备份不含密钥；日志校验需要 JOURNAL_KEY，请与备份分开保管")
        if made.unsound:
            named = "、".join(made.unsound[:TOLD])
            self.stdout.write(f"有 {len(made.unsound)} 份材料的文件在备份前已缺失或被改变：{named}")
            sys.exit(UNSOUND)
