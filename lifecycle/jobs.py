"""Jobs by business day. A unique row claims the work under a lease, so two schedulers do it once (trust.md, fact 3).

Every job is an idempotent scan ("what is due?"): a missed day is made up by the next run.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import calls, outbox
from accounts.groundwork import system_user
from accounts.operations import warn_of_clashes
from funds.queries.settlements import overdue_claims
from funds.verify import guards, verify
from lifecycle import clock, watch
from lifecycle.models import JobRun
from lifecycle.operations import print_states
from policy.terms import Stage
from projects import stored
from projects.models import Alert, Project

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=30)
MAIL_MINUTES = 5


def daily_sweep(on: date) -> str:
    """Reminders and alerts of every live project, and of one that is over and still owes money.

    One that fails is logged and does not stop the others.
    """
    actor, sent, failed = system_user(), 0, 0
    over = [Stage.DRAFT, Stage.SETTLED, Stage.TERMINATED]
    live = ~Q(stage__in=over) | Q(pk__in=overdue_claims(on).values("project"))
    ids = list(Project.objects.filter(live).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        try:
            sent += watch.recheck(pk, actor=actor, on=on)
        except Exception:
            failed += 1
            logger.exception("daily sweep failed for project %s", pk)
    told_people = watch.send_digests(actor=actor, on=on)
    clashes = warn_of_clashes(actor=actor, on=on)
    told = f"{len(ids)} 个项目，发出提醒 {sent} 条，汇总通知 {told_people} 人" + (
        f"，失败 {failed} 个" if failed else ""
    )
    return told + (f"，职责冲突 {clashes} 处" if clashes else "")


def verify_ledgers(on: date) -> str:
    """Every ledger against its own rows; what is broken stands as an alert on its project until it is whole again."""
    actor, found = system_user(), defaultdict(list)
    for fault in verify(Project.objects.order_by("pk").iterator()):
        if fault.grave and fault.project:
            found[fault.project].append(fault)
    open_guards = list(guards())
    for fault in open_guards:
        logger.error("ledger guard missing: %s", fault)
    standing = Alert.objects.filter(source=watch.LEDGER, cleared_on=None).values_list("project", flat=True)
    for pk in sorted({*found, *standing}):
        watch.report_ledger(pk, faults=found.get(pk, []), actor=actor, on=on)
    broken = f"{len(found)} 个项目账目有错" if found else "账目完好"
    return broken + (f"，缺少防改触发器 {len(open_guards)} 个" if open_guards else "")


def verify_files(on: date) -> str:
    """Every stored file against the digest of its upload; the 系统管理员 is told of what is not what it was."""
    return stored.report_unsound(actor=system_user(), on=on)


def compare_prints(on: date) -> str:
    """Every registered print in force against what its form says today, for the public page (/verify/).

    First those end whose decision came to nothing: on a day when its prints did not end with it.
    """
    failed = 0
    for item in print_states.given_up():
        try:
            print_states.end_given_up(item, actor=system_user(), on=on)
        except Exception:
            failed += 1
            logger.exception("prints of decision %s were not ended", item.decision_id)
    found = print_states.prints_in_force()
    for owner, rows in found.items():
        try:
            with transaction.atomic():
                print_states.compare(owner, rows, on)
        except Exception:
            failed += 1
            logger.exception("prints of %s %s were not compared", type(owner).__name__, owner.pk)
    changed = sum(one.changed_on is not None for rows in found.values() for one in rows)
    told = f"现行打印件 {sum(map(len, found.values()))} 份，内容已变化 {changed} 份"
    return told + (f"，失败 {failed} 个" if failed else "")


def sweep_orphans(on: date) -> str:
    """Files that an upload left behind without a row."""
    return stored.sweep_orphans()


def purge_api_calls(on: date) -> str:
    """The kept answers of the API that nobody will ask for again."""
    return f"清理接口调用记录 {calls.purge(settings.API_CALL_DAYS)} 条"


JOBS: dict[str, Callable[[date], str]] = {
    "daily": daily_sweep,
    "verify_ledger": verify_ledgers,
    "verify_files": verify_files,
    "compare_prints": compare_prints,
    "sweep_orphans": sweep_orphans,
    "purge_api_calls": purge_api_calls,
}


def claim(job: str, slot: date) -> JobRun | None:
    """The run, if it is ours to do: never started, failed, or its worker's lease ran out."""
    now = timezone.now()
    try:
        with transaction.atomic():
            return JobRun.objects.create(job=job, slot=slot, lease_until=now + LEASE)
    except IntegrityError:
        pass
    stale = Q(state=JobRun.State.FAILED) | Q(state=JobRun.State.RUNNING, lease_until__lt=now)
    taken = JobRun.objects.filter(stale, job=job, slot=slot).update(state=JobRun.State.RUNNING, lease_until=now + LEASE)
    return JobRun.objects.get(job=job, slot=slot) if taken else None


def run_once(job: str, on: date) -> JobRun | None:
    """Run a job for a day unless it was done; None when another has it or had it."""
    run = claim(job, on)
    if run is None:
        return None
    try:
        run.detail, run.state = JOBS[job](on)[:300], JobRun.State.DONE
    except Exception as error:
        logger.exception("job %s failed", job)
        run.detail, run.state = str(error)[:300], JobRun.State.FAILED
    run.finished_at = timezone.now()
    run.save(update_fields=["detail", "state", "finished_at"])
    return run


def tick() -> None:
    """What the scheduler does each minute. While a jump of the clock waits for a person, nothing is marked by date."""
    now = timezone.now()
    stopped = clock.watch(now)
    clock.beat(now)
    if stopped:
        return
    for job in JOBS:
        run_once(job, timezone.localdate())
    if now.minute % MAIL_MINUTES == 0:
        outbox.send_waiting(now)
