"""每周摘要: what waits, falls due and happened in one person's reach, as a notice and as a mail.

Every figure comes from the query of its page, so nobody is told more than the page would tell. A mail leaves the house:
it names acts, dates and counts, never a project, a person or an amount.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.groundwork import system_user
from accounts.journal import operation
from accounts.models import Notice, OutboxMail, Subscription, User
from accounts.notices import notify
from accounts.queries import work_calendar
from accounts.roles import Action
from lifecycle.queries.calendars import Row, asked_dates, near_rows
from lifecycle.queries.served import readable_alerts
from policy.calendar import WorkCalendar, days_left_text
from policy.terms import Severity
from projects import access
from projects.models import Alert
from projects.tasks import Task
from projects.together import Together
from reports.journal import entries_for, happened
from reports.tasks import asked_tasks

logger = logging.getLogger(__name__)
WEEK = timedelta(days=7)
SHOWN, SHOWN_ACTS = 10, 6
QUOTED = re.compile("《.*》")


@dataclass(frozen=True, slots=True)
class Digest:
    """`acts`: how often each kind of act happened last week, the most frequent first; `alerts`: by severity."""

    on: date
    tasks: Sequence[Task]
    late: Sequence[Row]
    soon: Sequence[Row]
    alerts: Sequence[tuple[str, int]]
    acts: Sequence[tuple[str, int]]

    @property
    def first_tasks(self) -> Sequence[Task]:
        return self.tasks[:SHOWN]

    @property
    def first_late(self) -> Sequence[Row]:
        return self.late[:SHOWN]

    @property
    def first_soon(self) -> Sequence[Row]:
        return self.soon[:SHOWN]

    @property
    def first_acts(self) -> Sequence[tuple[str, int]]:
        return self.acts[:SHOWN_ACTS]

    @property
    def raised(self) -> int:
        return sum(count for _, count in self.alerts)

    @property
    def done(self) -> int:
        return sum(count for _, count in self.acts)

    @property
    def summary(self) -> str:
        return (
            f"等我办理 {len(self.tasks)} 项，期限已逾期 {len(self.late)} 项、7 天内到期 {len(self.soon)} 项，"
            f"上周新增预警 {self.raised} 项、办理动态 {self.done} 条"
        )


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def sent_on(on: date, calendar: WorkCalendar) -> date | None:
    """The first working day of the week of `on`; None in a week that is all holiday."""
    first = calendar.next_working(monday_of(on))
    return first if first < monday_of(on) + WEEK else None


def digest_of(user: User, on: date) -> Digest:
    """The same number of statements whatever there is."""
    read = Together()
    waiting, near = asked_tasks(user, on, read), asked_dates(user, on, read, on + WEEK)
    rows = [row for row in near_rows(user, near, on) if not row.one.lapsed(on)]
    return Digest(
        on=on,
        tasks=waiting(),
        late=[row for row in rows if row.overdue],
        soon=[row for row in rows if 0 <= row.left <= WEEK.days],
        alerts=_raised(user, on),
        acts=_acts(user, on),
    )


def _raised(user: User, on: date) -> list[tuple[str, int]]:
    reached = access.projects_for(user, Action.VIEW_ALERT).values("pk")
    last = (monday_of(on) - WEEK, monday_of(on) - timedelta(days=1))
    found = Alert.objects.filter(readable_alerts(user), project__in=reached, raised_on__range=last)
    counted = dict(found.order_by().values_list("severity").annotate(Count("pk")))
    return [(one.label, counted[one.value]) for one in Severity if one.value in counted]


def _acts(user: User, on: date) -> list[tuple[str, int]]:
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (monday_of(on) - WEEK, monday_of(on)))
    found = happened(entries_for(user)).filter(at__gte=start, at__lt=end).order_by()
    return list(found.values_list("verb").annotate(count=Count("pk")).order_by("-count", "verb"))


def mail_of(digest: Digest) -> str:
    """Without names and amounts. With SITE_URL each line leads to its page, without it the menu words do."""
    parts = [f"截至 {digest.on}：{digest.summary}。"]
    tasks = [
        f"· {_plain(task)}{f'（{task.due_on}，{days_left_text(digest.on, task.due_on)}）' if task.due_on else ''}{_link(task.url)}"
        for task in digest.first_tasks
    ]
    parts += _part(f"等我办理{_menu('工作台')}", tasks, len(digest.tasks))
    parts += _part(f"已逾期的期限{_menu('期限')}", [_date(row) for row in digest.first_late], len(digest.late))
    parts += _part(f"7 天内到期的期限{_menu('期限')}", [_date(row) for row in digest.first_soon], len(digest.soon))
    alerts = [f"· {label} {count} 项{_link(_path('reports:alerts'))}" for label, count in digest.alerts]
    parts += _part(f"上周新增预警{_menu('预警')}", alerts, len(alerts))
    parts += _part("上周办理动态", [f"· {verb} {count} 次" for verb, count in digest.first_acts], len(digest.acts))
    parts += [
        "",
        f"邮件不写项目名称、人员和金额，请登录系统查看{'：' if settings.SITE_URL else '。'}{_link(_path('reports:digest'))}",
        f"退订：{_link(_path('accounts:subscriptions')) or '登录后打开右上角账户菜单“订阅设置”。'}",
    ]
    return "\n".join(parts)


def _link(path: str) -> str:
    return f" {settings.SITE_URL}{path}" if settings.SITE_URL else ""


def _menu(label: str) -> str:
    return "" if settings.SITE_URL else f"（登录后打开“{label}”）"


def _part(title: str, lines: list[str], count: int) -> list[str]:
    more = [f"……等 {count} 项"] if count > len(lines) else []
    return ["", title, *lines, *more] if lines else []


def _plain(task: Task) -> str:
    """A title may quote a document, and the document a project."""
    return QUOTED.sub("", task.title).replace(task.project_name or "\n", "")


def _date(row: Row) -> str:
    return f"· {row.one.rule.label}：{row.one.last_on}，{row.left_text}{_link(reverse('reports:dossier', args=[row.project.pk]))}"


def _path(name: str) -> str:
    return reverse(name)


def send_weekly(on: date) -> str:
    """Once a week and person, on its first working day or, after an outage, on a later one; never for a week gone by."""
    first = sent_on(on, work_calendar())
    if first is None or on < first:
        return "本周摘要未到发送日"
    key, actor = f"{outbox.WEEKLY}{monday_of(on)}", system_user()
    told = failed = 0
    for one in _waiting(key, first):
        try:
            deliver(one, key=key, digest=digest_of(one.user, on), actor=actor, on=on)
            told += 1
        except Exception:
            failed += 1
            logger.exception("weekly digest failed for user %s", one.user_id)
    return f"每周摘要 {told} 人" + (f"，失败 {failed} 人" if failed else "")


def _waiting(key: str, first: date) -> list[Subscription]:
    """Who asked for it by that day and was not told yet."""
    noticed = Notice.objects.filter(key=key).values("user")
    mailed = OutboxMail.objects.filter(key__startswith=f"{key}:").values("user")
    asked = Subscription.objects.filter(Q(in_app=True) | Q(by_mail=True), since__lte=first, user__is_active=True)
    rows = asked.exclude(user__in=noticed).exclude(user__in=mailed).select_related("user").order_by("user")
    return [one for one in rows if one.user.roles]


@operation("每周摘要")
def deliver(one: Subscription, *, key: str, digest: Digest, actor: User, on: date) -> None:
    """Both ways or none; the rows are the record, so the journal has no line of it."""
    if one.in_app:
        notify([one.user], key=key, text=f"每周摘要（{on}）：{digest.summary}", url=_path("reports:digest"))
    if one.by_mail:
        outbox.put(one.user, key=f"{key}:{one.user_id}", subject=f"每周摘要（{on}）", body=mail_of(digest), on=on)
