"""verify_ledger: the ledger of every project checked against its own rows. 0 whole, 1 broken, 2 could not run."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from funds.verify import Fault, guards, verify
from projects.models import Project

BROKEN, COULD_NOT = 1, 2


class Command(BaseCommand):
    help = "逐笔核验专项资金账目：0 完好，1 有错，2 无法核验"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", type=int, default=None, metavar="N", help="只核验一个项目（内部编号）")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument("--files", action="store_true", help="重新计算每份凭证文件的校验值")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            projects = Project.objects.order_by("pk")
            if options["project"] is not None:
                projects = projects.filter(pk=options["project"])
                if not projects.exists():
                    raise CommandError(f"没有编号为 {options['project']} 的项目", returncode=COULD_NOT)
            checked = projects.count()
            found = [*guards(), *verify(projects.iterator(), rehash=options["files"])]
        except (Error, OSError) as error:
            raise CommandError(f"无法核验：{error}", returncode=COULD_NOT) from error
        self.tell(checked, found, as_json=options["json"])
        if any(fault.grave for fault in found):
            sys.exit(BROKEN)

    def tell(self, checked: int, found: list[Fault], *, as_json: bool) -> None:
        grave = [fault for fault in found if fault.grave]
        notes = [fault for fault in found if not fault.grave]
        if as_json:
            told = {"checked": checked, "faults": [asdict(one) for one in grave], "notes": [asdict(n) for n in notes]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for fault in grave:
            self.stdout.write(str(fault))
        for note in notes:
            self.stdout.write(f"提示　{note}")
        whole = f"发现 {len(grave)} 处错误" if grave else "账目完好"
        self.stdout.write(f"已核验 {checked} 个项目：{whole}" + (f"，提示 {len(notes)} 处" if notes else ""))
