"""The first step on an empty production system: the province, its offices and the first 系统管理员."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import groundwork, operations
from policy.findings import Refused

ASKED = {
    "province": "省（自治区、直辖市）名称",
    "hr": "省级人社部门全称",
    "finance": "省级财政部门全称",
    "admin": "首个系统管理员的用户名",
}


class Command(BaseCommand):
    help = "在空系统上建立省级节点、人社和财政部门、首个系统管理员账号；初始密码只显示一次"

    def add_arguments(self, parser: CommandParser) -> None:
        for name, words in ASKED.items():
            parser.add_argument(f"--{name}", help=words)
        parser.add_argument("--admin-name", default="系统管理员", help="首个系统管理员的姓名")
        parser.add_argument("--system", help="系统与审计单位名称，默认为“省名+系统管理机构”")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] or self.ask(words) for name, words in ASKED.items()}
        try:
            password = operations.set_up(
                province=given["province"],
                hr=given["hr"],
                finance=given["finance"],
                system=options["system"] or f"{given['province']}系统管理机构",
                username=given["admin"],
                name=options["admin_name"],
                actor=groundwork.system_user(),
                on=timezone.localdate(),
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已建立{given['province']}，系统管理员用户名：{given['admin']}")
        self.stdout.write(f"初始密码（只显示这一次，首次登录须修改）：{password}")

    def ask(self, words: str) -> str:
        try:
            return input(f"{words}：").strip()
        except EOFError:
            raise CommandError(f"请填写{words}") from None
