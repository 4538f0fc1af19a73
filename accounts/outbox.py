"""Mail on its way out: put by whoever has something to say, sent by the scheduler, each row once.

A row is claimed before it is sent, so that two schedulers never send the same one and no lock is held while the mail
host thinks. Only a process that dies between sending and saying so lets a mail go twice; its Message-ID is the same.
"""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import OutboxMail, Subscription, User
from accounts.operations.outbox import claim, give_up, mark_sent, put_off

logger = logging.getLogger(__name__)
BATCH, MOST_FAILURES = 50, 3  # of one round
FRESH = timedelta(days=7)
UNCONFIGURED = "尚未配置邮件服务器（EMAIL_URL），邮件留在发件箱；配置后自动发送 7 天内的。"
STALE = f"{FRESH.days} 天内未能发出，内容已过时，不再发送。"
GONE = "收件人的账号已停用，不再发送。"
NOWHERE = "收件人现在没有填写电子邮箱，不再发送。"
UNSUBSCRIBED = "收件人已退订邮件摘要，不再发送。"
REASONS = (STALE, GONE, NOWHERE, UNSUBSCRIBED)
WEEKLY = "weekly:"  # how the key of a digest begins: only who still asks for it is sent one


def configured() -> bool:
    return bool(settings.EMAIL_HOST)


def put(user: User, *, key: str, subject: str, body: str, on: date) -> None:
    """One mail a key, however often it is called; nothing for a person without an address."""
    if user.email:
        row = OutboxMail(user=user, key=key, to=user.email, subject=subject[:120], body=body, made_on=on)
        OutboxMail.objects.bulk_create([row], ignore_conflicts=True)


def send_waiting(now: datetime) -> int:
    """What is due; how many left. One that fails waits longer; a host that is down does not hold up the scheduler."""
    if not configured():
        return 0
    due = OutboxMail.objects.filter(state=OutboxMail.State.WAITING, try_at__lte=now).order_by("try_at", "pk")
    sent = failed = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        left = _send(pk, now)
        sent, failed = sent + (left is True), failed + (left is False)
        if failed >= MOST_FAILURES:
            break
    return sent


def _send(pk: int, now: datetime) -> bool | None:
    """None: another process has it, or it is not to go any more."""
    row = claim(pk, now=now)
    if row is None:
        return None
    if reason := unwanted(row, now):
        give_up(row, reason=reason)
        return None
    identity = {"Message-ID": f"<outbox-{row.pk}-{row.made_on}@{settings.EMAIL_HOST}>"}
    try:
        EmailMessage(row.subject, row.body, None, [row.to], headers=identity).send()
    except Exception as error:
        logger.exception("mail %s not sent", pk)
        put_off(row, reason=str(error) or type(error).__name__, now=now)
        return False
    mark_sent(row, now=now)
    return True


def unwanted(row: OutboxMail, now: datetime) -> str:
    """Why it should not go out any more, or "". Asked of the person as they are now, not when it was made."""
    if timezone.localdate(now) - row.made_on > FRESH:
        return STALE
    if not row.user.is_active:
        return GONE
    if not row.user.email:
        return NOWHERE
    asked = Subscription.objects.filter(user=row.user, by_mail=True)
    return UNSUBSCRIBED if row.key.startswith(WEEKLY) and not asked.exists() else ""
