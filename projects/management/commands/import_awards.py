"""Register an award list from the command line. Without --commit nothing is written.

Exit code 0: every row done, 1: findings block a row (the others go in), 2: the file cannot be read.
"""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import groundwork
from accounts.models import User
from policy.edition import Edition, EditionError
from policy.findings import Refused
from policy.loader import edition
from policy.money import wan
from projects import importing, operations
from projects.importing import Candidate
from projects.queries import surroundings_of
from workbooks.envelope import Unreadable
from workbooks.findings import CellFinding

BLOCKED, UNREADABLE = 1, 2
LEVELS = {"error": "错误", "warning": "提醒", "info": "识别"}


class Command(BaseCommand):
    help = "导入立项名单（附件1、附件2 汇总表）；不加 --commit 只检查、不写入"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--edition", required=True, help="适用的政策版本，如 jilin_2025")
        parser.add_argument("--document", default="", help="立项备案文号")
        parser.add_argument("--awarded-on", type=date.fromisoformat, help="备案日期，YYYY-MM-DD")
        parser.add_argument("--as", dest="username", help="以哪个用户的名义登记，默认为系统")
        parser.add_argument("--commit", action="store_true", help="写入")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options["username"])
        try:
            rules = edition(options["edition"])
            found = importing.read_list(options["file"].read_bytes(), rules)
            lines = importing.lines_of(found, rules, surroundings_of(rules, actor))
        except (OSError, Unreadable, EditionError, Refused) as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        self.tell(found.findings, lines)
        refused = [line for line in lines if line.refused]
        if options["commit"]:
            refused_now = self.commit(rules, lines, actor, options)
        else:
            self.stdout.write("仅检查，未写入。确认无误后加 --commit 写入。")
            refused_now = len(refused)
        if refused_now or found.blocked:
            sys.exit(BLOCKED)

    def actor(self, username: str | None) -> User:
        if not username:
            return groundwork.system_user()
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"没有在用的账号 {username}", returncode=UNREADABLE)
        return user

    def commit(self, rules: Edition, lines: list[Candidate], actor: User, options: dict[str, Any]) -> int:
        try:
            done = operations.register_awards(
                [line.row for line in lines],
                edition_code=rules.code,
                actor=actor,
                on=timezone.localdate(),
                document=options["document"],
                awarded_on=options["awarded_on"],
            )
        except (Refused, PermissionDenied) as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        self.stdout.write(
            f"新登记 {len(done.created)} 个，原已登记 {len(done.unchanged)} 个，未登记 {len(done.refused)} 个"
        )
        return len(done.refused)

    def tell(self, findings: Iterable[CellFinding], lines: list[Candidate]) -> None:
        for line in lines:
            self.stdout.write(f"{line.row.address} {line.facts.label}｜{category(line)}｜{amount(line)}｜{fate(line)}")
            for finding in line.plan.findings:
                self.stdout.write(f"    [{'错误' if finding.blocks else '提醒'}] {finding.message}")
        for cell_finding in findings:
            self.stdout.write(f"[{LEVELS[cell_finding.level]}] {cell_finding.message}")


def category(line: Candidate) -> str:
    result = line.plan.judged.classification
    return result.sector.label if result.sector else f"类别待定：{result.reason}"


def amount(line: Candidate) -> str:
    return wan(line.plan.judged.grant) if line.plan.judged.grant is not None else "金额待定"


def fate(line: Candidate) -> str:
    if line.plan.standing:
        return "已登记，不改动"
    return "有错误，不登记" if line.refused else "可登记"
