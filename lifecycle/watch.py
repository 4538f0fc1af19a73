"""What the calendar alone brings about for one project: reminders and alerts. It never changes a stage."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.journal import operation, record
from accounts.models import Notice, User
from funds.operations import refresh_alerts as refresh_funds
from funds.operations.flags import recheck_flags
from funds.verify import Fault
from lifecycle.deadlines import refresh_alerts
from lifecycle.ladder import told_of
from lifecycle.models import Reminder, Told
from lifecycle.problem_watch import refresh_problems
from lifecycle.queries.deadlines import dates_of
from lifecycle.rules.deadlines import LegalDate, rungs_reached
from performance.operations import refresh_returns
from policy.findings import Finding
from policy.terms import Severity
from projects import alerts
from projects.models import Project

NIGHTLY = frozenset({"每日巡查"})  # acts of the calendar: the journal keeps them, no timeline tells them
LEDGER = "ledger_check"  # Alert.source of what the nightly check found
DIGEST = "期限提醒汇总"
NAMED = 3  # dates a digest names before it says 等


@operation("每日巡查")
def recheck(project_id: int, *, actor: User, on: date) -> int:
    """Raise every rung reached and not yet raised, bring the alerts in line. Returns how many reminders went out."""
    locked = Project.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation__node")
    project = locked.get(pk=project_id)
    raised = _raised(project)
    sent = sum(_climb(project, one, raised, on=on) for one in dates_of([project], on))
    refresh_alerts(project, on=on)
    refresh_problems(project, on=on)
    refresh_funds(project, on)
    refresh_returns(project, on=on)
    recheck_flags(project, on=on)
    return sent


def _raised(project: Project) -> set[tuple[int, str, int, date, int]]:
    """What was said before: of a stored date by its row, of a computed one by rule and object."""
    rows = Reminder.objects.filter(Q(project=project) | Q(deadline__project=project))
    named = rows.values_list("deadline", "rule", "about_id", "due_on", "rung")
    return {(pk or 0, "" if pk else rule, 0 if pk else about, due, rung) for pk, rule, about, due, rung in named}


def _climb(project: Project, one: LegalDate, raised: set[tuple[int, str, int, date, int]], *, on: date) -> int:
    edition = project.edition
    after = edition.days("remind_overdue")
    stored = one.deadline_id
    known = (stored, "" if stored else one.code, 0 if stored else one.about_id, one.due_on)
    reached = rungs_reached(one, edition.days(one.rule.ladder), after, on=on)
    fresh = [rung for rung, _ in reached if (*known, rung) not in raised]
    for rung in fresh:
        told = told_of(project, one, rung, after, on=on)
        text = f"{project.name}：{one.label} {one.last_on}，{one.left_text(on)}"
        reminder = Reminder.objects.create(
            deadline_id=stored or None,
            project=project,
            rule=one.code,
            about_id=one.about_id,
            due_on=one.due_on,
            rung=rung,
            raised_on=on,
            text=(f"{text}（{told.note}）" if told.note else text)[:300],
        )
        Told.objects.bulk_create(Told(reminder=reminder, user=person) for person in told.people)
        when = f"提前 {rung} 天" if rung > 0 else f"逾期 {-rung} 天" if rung else "到期当天"
        subject = f"deadline:{stored}" if stored else f"{one.code}:{one.about_id}"
        note = f"，{told.note}" if told.note else ""
        record(project_id=project.pk, subject=subject, text=f"提醒（{when}{note}）：{one.label}", on=on)
    return len(fresh)


@operation(DIGEST)
def send_digests(*, actor: User, on: date) -> int:
    """One notice a person and day over all rungs raised and not yet told of. Returns how many people were told."""
    waiting = list(
        Told.objects.select_for_update(of=("self",), no_key=True)
        .filter(digest_on=None)
        .select_related("reminder", "user")
    )
    if not waiting:
        return 0
    Told.objects.filter(pk__in=[row.pk for row in waiting]).update(digest_on=on)
    people = {row.user_id: row.user for row in waiting}
    today: dict[int, list[Reminder]] = {pk: [] for pk in people}
    for row in (
        Told.objects.filter(digest_on=on, user__in=people).select_related("reminder").order_by("reminder__due_on", "pk")
    ):
        today[row.user_id].append(row.reminder)
    for pk, said in today.items():
        _put(people[pk], said, on=on)
    record(text=f"期限提醒 {len(waiting)} 条，汇总通知 {len(people)} 人", on=on)
    return len(people)


def _put(person: User, told: Sequence[Reminder], *, on: date) -> None:
    """The day's one notice, each date once; a later run of the day adds to it and makes it unread again."""
    said = list({one.text: one for one in told}.values())
    first = said[0]
    if len(said) == 1:
        text, url = first.text, f"/projects/{first.project_id}/"
    else:
        named = "；".join(one.text for one in said[:NAMED])
        text = f"今天有 {len(said)} 项期限提醒：{named}{'等' if said[NAMED:] else ''}"
        url = reverse("lifecycle:deadline_digest", args=[on.isoformat()])
    fields = {"text": text[:300], "url": url, "read_at": None}
    Notice.objects.update_or_create(user=person, key=f"deadlines:{on}", defaults=fields)


@operation("核验账目")
def report_ledger(project_id: int, *, faults: Sequence[Fault], actor: User, on: date) -> None:
    """One alert an invariant that is broken; finance and audit are told of each once. What is whole again clears it."""
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    by_rule: dict[str, list[Fault]] = {}
    for fault in faults:
        by_rule.setdefault(fault.rule, []).append(fault)
    found = [
        Finding(
            rule,
            Severity.BLOCKING,
            f"账目核验 {rule}：{several[0].entry}，{several[0].text}"
            + (f"（共 {len(several)} 处）" if several[1:] else ""),
            "账目核验（每日）",
        )
        for rule, several in by_rule.items()
    ]
    alerts.sync(project, source=LEDGER, findings=found, on=on)
    for finding in found:
        record(project_id=project.pk, subject=f"ledger:{finding.code}", text=finding.message, on=on)
