"""seed_demo: sixteen invented projects in every stage, made by the operations. One transaction, safe to repeat."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from accounts.groundwork import SYSTEM, system_user
from accounts.models import Notice, User
from lifecycle import watch
from lifecycle.deadlines import RULES
from lifecycle.demo import changing, inspecting, people, problems, progressing, returns
from lifecycle.demo.cast import SCENES, Stage
from lifecycle.jobs import daily_sweep
from lifecycle.models import Deadline
from projects.models import Project

ACCOUNTS = "demo-accounts.txt"
SHOWN = (
    ("beichen.u1", "单位经办（编制目标）"), ("qigong.u1", "单位经办（登记支出）"), ("qigong.u2", "单位负责人"),
    ("ch", "市人社"), ("cf", "市财政"), ("ph", "省人社经办"), ("phl", "省人社负责人"), ("pf", "省财政经办"),
    ("pfl", "省财政负责人"), ("au", "审计"), ("sa", "系统管理员"),
)  # fmt: skip


def remind(on: date) -> None:
    """The reminders of each running clock on the days they were due, then today's sweep."""
    actor = system_user()
    for deadline in Deadline.objects.filter(state=Deadline.State.OPEN).select_related("project"):
        rungs = deadline.project.edition.days(RULES[deadline.rule].ladder)
        days = {deadline.due_on - timedelta(days=rung) for rung in rungs}
        for day in sorted(day for day in days if deadline.opened_on <= day <= on):
            watch.recheck(deadline.project_id, actor=actor, on=day)
    daily_sweep(on)


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
        on = timezone.localdate()
        with transaction.atomic(), people.quick_accounts():
            cast = people.build(on - timedelta(days=1600))
            stage = Stage(cast, on)
            for scene in SCENES:
                scene(stage, on)
            returns.report(cast, on)
            progressing.chase(cast, on)
            progressing.waive(cast, on)
            inspecting.run(cast, on)
            problems.run(cast, on)
            changing.run(cast, on)
            Notice.objects.update(read_at=timezone.now())  # what lies years back is not news
            remind(on)
        lines = [f"{name:<12} {title}" for name, title in SHOWN]
        text = "\n".join([f"演示账号（密码均为 {people.PASSWORD}）：", *lines])
        (settings.DATA_DIR / ACCOUNTS).write_text(text + "\n", encoding="utf-8")
        self.stdout.write(f"写入演示项目 {Project.objects.count()} 个，账号见 {settings.DATA_DIR / ACCOUNTS}")
