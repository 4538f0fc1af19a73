"""Jobs by business day. A unique row claims the work under a lease, so two schedulers do it once (trust.md, fact 3).

Every job is an idempotent scan ("what is due?"): a missed day is made up by the next run.
"""

import logging
from collections.abc import Callable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.groundwork import system_user
from lifecycle import watch
from lifecycle.models import Heartbeat, JobRun
from policy.terms import Stage
from projects.models import Project

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=30)


def daily_sweep(on: date) -> str:
    """Reminders and alerts of every live project; one that fails is logged and does not stop the others."""
    actor, sent, failed = system_user(), 0, 0
    over = [Stage.DRAFT, Stage.SETTLED, Stage.TERMINATED]
    ids = list(Project.objects.exclude(stage__in=over).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        try:
            sent += watch.recheck(pk, actor=actor, on=on)
        except Exception:
            failed += 1
            logger.exception("daily sweep failed for project %s", pk)
    return f"{len(ids)} 个项目，发出提醒 {sent} 条" + (f"，失败 {failed} 个" if failed else "")


JOBS: dict[str, Callable[[date], str]] = {"daily": daily_sweep}


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
    """What the scheduler does each minute."""
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
    for job in JOBS:
        run_once(job, timezone.localdate())
