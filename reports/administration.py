"""工作台 of SA, SE and AA: what the machine and the offices wait for. No project is named; constant statements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.models import Entry, Holiday, Membership, OutboxMail, User
from accounts.queries import exclusive_violations
from accounts.roles import Action
from lifecycle import clock
from lifecycle.models import JobRun
from lifecycle.queries.settings import sheets_for
from lifecycle.watch import LEDGER
from projects import access
from projects.models import Alert, SettingSheet
from projects.tasks import Task
from reports import journal
from ui.parts import Event

# Rows of permissions.json. Until SE is in force SA appoints.
MAIL, VERIFY, SECURITY = "setting:technical", "audit:verify chain", "audit:view security events"
APPOINT = "user:grant role until SE exists"
JOBS = {
    "daily": "每日提醒和预警", "verify_ledger": "账目核验", "verify_files": "材料文件核验", "compare_prints": "打印件比对",
    "sweep_orphans": "清理残留文件", "purge_api_calls": "清理接口记录", "weekly_digest": "每周摘要",
    "statistics": "统计图重绘", "periodic": "定期报告",
}  # fmt: skip
TERM, WEEK, SHOWN = timedelta(days=30), timedelta(days=7), 8
PUBLISHED = 11  # next year's arrangement is published in November


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of a job. `tone`: beside the words, never instead of them."""

    label: str
    slot: date
    state: str
    tone: str
    detail: str
    failed: bool


@dataclass(frozen=True, slots=True)
class AdminBoard:
    """`acts`: of the last seven days, what was done to accounts and settings: (verb, done, refused)."""

    tasks: list[Task]
    runs: list[Run]
    news: journal.Since | None
    events: list[Event]
    acts: list[tuple[str, int, int]]


def admin_board(user: User, on: date, *, visited: datetime | None = None) -> AdminBoard:
    sees_runs = access.may(user, Action.RUN_JOBS) or access.may(user, VERIFY)
    reads = access.may(user, Action.VIEW_JOURNAL)
    runs = list(_runs()) if sees_runs else []
    return AdminBoard(
        tasks=sorted(_tasks(user, on, runs), key=lambda task: (task.due_on or date.max, task.since or date.max)),
        runs=runs,
        news=journal.since(user, visited, SHOWN) if reads and visited else None,
        events=journal.recent(user, SHOWN) if reads else [],
        acts=_acts() if access.may(user, SECURITY) else [],
    )


def _tasks(user: User, on: date, runs: list[Run]) -> Iterator[Task]:
    if access.may(user, Action.RUN_JOBS):
        yield from _of_the_machine(runs)
    if access.may(user, MAIL):
        yield from _mails(user)
    if access.may(user, APPOINT) or access.may(user, Action.GRANT_ROLE):
        yield from _clashes(user, on)
    if access.may(user, APPOINT):
        yield from _terms(user, on)
    if access.may(user, Action.EXTEND_HOLIDAYS):
        yield from _holidays(on)
    if access.may(user, Action.DRAFT_SETTINGS):
        yield from _settings(user, on)
    if access.may(user, VERIFY):
        yield from _faults(runs)


def mail_words() -> str:
    """Of the outbox, for whoever keeps it: without a server of its own nothing leaves the house."""
    if outbox.configured():
        return "发信服务器已配置；查看待发、已发和发送失败的邮件"
    return "发信服务器没有配置，邮件留在发件箱、不会发出；请运维人员填写 EMAIL_URL"


def clock_words() -> str:
    """Whether the machine's own work runs. One statement."""
    if stop := clock.standing():
        return f"自动提醒和每日任务自 {timezone.localdate(stop.found_at)} 起暂停，须核对时间后恢复"
    return "正常；服务器时间异常时在此核对，恢复暂停的任务"


def _people(user: User) -> QuerySet[User]:
    """Whose accounts this person sees: of the province, and those without a post."""
    within = access.reach(user, Action.VIEW_USERS, "memberships__organisation") | Q(memberships=None)
    return User.objects.filter(pk__in=User.objects.filter(within).values("pk"))


def _of_the_machine(runs: list[Run]) -> Iterator[Task]:
    url = reverse("lifecycle:clock")
    if stop := clock.standing():
        note = "自动提醒和每日任务已暂停，确认后自动补办"
        yield Task("核对并确认服务器时间", "系统时间异常", url, timezone.localdate(stop.found_at), note=note)
    if not clock.alive(timezone.now()):
        yield Task("启动调度程序", "五分钟内没有运行记录", url, note="提醒、预警和邮件须由调度程序办理")
    for run in runs:
        if run.failed:
            yield Task(f"查明任务没有完成的原因：{run.label}", run.state, url, run.slot, note=run.detail)


def _mails(user: User) -> Iterator[Task]:
    found = OutboxMail.objects.filter(user__in=_people(user), state=OutboxMail.State.FAILED).order_by()
    told = found.aggregate(count=Count("pk"), since=Min("made_on"))
    if told["count"]:
        url = f"{reverse('accounts:outbox')}?state={OutboxMail.State.FAILED}"
        yield Task(f"处理发送失败的邮件 {told['count']} 封", "邮件发件箱", url, told["since"])


def _clashes(user: User, on: date) -> Iterator[Task]:
    """Three statements at most."""
    pairs = exclusive_violations(on)
    reached = set(_people(user).values_list("pk", flat=True)) if pairs else set()
    for one, other in pairs:
        if one.user_id in reached:
            note = f"{one.get_role_display()}、{other.get_role_display()}不能由同一人担任（职责分离 SD7）"
            url = reverse("accounts:user", args=[one.user_id])
            yield Task("终止相互排斥的任职", str(one.user), url, max(one.since, other.since), note=note)


def _terms(user: User, on: date) -> Iterator[Task]:
    """Posts that end within thirty days and are not continued; a deputy's is meant to end."""
    again = Membership.objects.filter(
        user=OuterRef("user"), role=OuterRef("role"), organisation=OuterRef("organisation")
    )
    goes_on = again.filter(Q(until=None) | Q(until__gt=OuterRef("until")))
    ending = Membership.objects.filter(user__in=_people(user), user__is_active=True, deputy_for=None)
    ending = ending.filter(until__range=(on, on + TERM)).exclude(Exists(goes_on))
    for one in ending.select_related("user", "organisation").order_by("until", "pk")[:SHOWN]:
        url, note = reverse("accounts:user", args=[one.user_id]), f"{one.organisation} {one.get_role_display()}"
        yield Task("续任或移交即将到期的任职", str(one.user), url, due_on=one.until, note=note)


def _holidays(on: date) -> Iterator[Task]:
    """This year's arrangement, and from November next year's: without it working days are reckoned by weekends only."""
    wanted = [on.year, on.year + 1] if on.month >= PUBLISHED else [on.year]
    known = {day.year for day in Holiday.objects.dates("day", "year")}
    for year in wanted:
        if year not in known:
            due_on = date(year - 1, 12, 31)
            note = "没有安排的年度，工作日期限只按周末推算，为预估"
            yield Task(
                f"登记 {year} 年放假安排", "放假安排", reverse("lifecycle:holiday_new"), due_on=due_on, note=note
            )


def _settings(user: User, on: date) -> Iterator[Task]:
    """Own sheets that came back, or that nobody can sign any more; until a later one of the same edition."""
    state = SettingSheet.State
    stuck = Q(state=state.RETURNED) | Q(state=state.SIGNING, effective_on__lte=on)
    later = SettingSheet.objects.filter(edition_code=OuterRef("edition_code"), pk__gt=OuterRef("pk"))
    for sheet in _own(user).filter(stuck).exclude(Exists(later)):
        url, why = reverse("lifecycle:setting_sheet", args=[sheet.pk]), sheet.returned_why or "生效日期已到，不能再签署"
        yield Task("重新拟制设定确认单", sheet.number, url, sheet.returned_on or sheet.effective_on, note=why)


def _own(user: User) -> QuerySet[SettingSheet]:
    return sheets_for(user).filter(drafted_by=user)


def _faults(runs: list[Run]) -> Iterator[Task]:
    """How many projects' books do not tie with their rows, and checks that did not run; no project is named."""
    url = reverse("reports:journal_all")
    broken = Alert.objects.filter(source=LEDGER, cleared_on=None).order_by()
    told = broken.aggregate(count=Count("project", distinct=True), since=Min("raised_on"))
    if told["count"]:
        yield Task(f"督促查明 {told['count']} 个项目账目核验不符", "账目核验", url, told["since"])
    for run in runs:
        if run.failed:
            yield Task(f"督促恢复没有完成的任务：{run.label}", run.state, url, run.slot)


def _runs() -> Iterator[Run]:
    """The last run of each job; one statement."""
    later = JobRun.objects.filter(job=OuterRef("job"), slot__gt=OuterRef("slot"))
    now = timezone.now()
    for one in JobRun.objects.exclude(Exists(later)).order_by("job"):
        hangs = one.state == JobRun.State.RUNNING and one.lease_until < now
        failed = hangs or one.state == JobRun.State.FAILED
        state = "中断" if hangs else one.get_state_display()
        tone = "red" if failed else "green" if one.state == JobRun.State.DONE else "blue"
        yield Run(JOBS.get(one.job, one.job), one.slot, state, tone, one.detail, failed)


def _acts() -> list[tuple[str, int, int]]:
    """One statement."""
    found = Entry.objects.filter(project_id=None, at__gte=timezone.now() - WEEK).order_by().values("verb")
    counted = found.annotate(done=Count("pk", filter=Q(result="ok")), refused=Count("pk", filter=~Q(result="ok")))
    return [(row["verb"], row["done"], row["refused"]) for row in counted.order_by("-refused", "-done", "verb")]
