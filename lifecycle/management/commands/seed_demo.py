"""seed_demo: forty invented projects in every stage, made by the operations. One transaction, safe to repeat."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from accounts.groundwork import SYSTEM
from accounts.models import User
from lifecycle.demo import people
from lifecycle.demo.seeding import seed
from projects.models import Project

ACCOUNTS = "demo-accounts.txt"
SHOWN = (
    ("beichen.u1", "单位经办（编制目标）"), ("qigong.u1", "单位经办（登记支出）"), ("qigong.u2", "单位负责人"),
    ("ch", "市人社"), ("cf", "市财政"), ("ph", "省人社经办"), ("phl", "省人社负责人"), ("pf", "省财政经办"),
    ("pfl", "省财政负责人"), ("au", "审计"), ("sa", "系统管理员"),
)  # fmt: skip


class Command(BaseCommand):
    help = "写入演示数据（虚构单位和人员）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="在 PostgreSQL 上或生产环境中也写入")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["force"] and (settings.APP_ENV == "production" or connection.vendor != "sqlite"):
            raise CommandError("PostgreSQL 上和生产环境中默认不写入演示数据；确需写入请加 --force")
        if User.objects.exclude(username=SYSTEM).exists() or Project.objects.exists():
            self.stdout.write("已有数据，不写入演示数据")
            return
        seed(timezone.localdate())
        lines = [f"{name:<12} {title}" for name, title in SHOWN]
        text = "\n".join([f"演示账号（密码均为 {people.PASSWORD}）：", *lines])
        (settings.DATA_DIR / ACCOUNTS).write_text(text + "\n", encoding="utf-8")
        self.stdout.write(f"写入演示项目 {Project.objects.count()} 个，账号见 {settings.DATA_DIR / ACCOUNTS}")
