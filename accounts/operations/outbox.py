"""The states of a mail on its way out. The row is the record, so none of this leaves a journal line."""

from datetime import datetime, timedelta

from django.db.models import F

from accounts import journal
from accounts.models import OutboxMail

MOST_ATTEMPTS = 5
LEASE = timedelta(minutes=10)
FIRST_WAIT, FACTOR = timedelta(minutes=5), 3  # 5, 15, 45, 135 minutes


@journal.operation("领取待发邮件")
def claim(pk: int, *, now: datetime) -> OutboxMail | None:
    """The row, if it is ours to send: one conditional update, so that it is one process's only.

    It goes to the address the person has now; without one the row keeps the last, and says why it does not go.
    """
    due = OutboxMail.objects.filter(pk=pk, state=OutboxMail.State.WAITING, try_at__lte=now)
    if not due.update(try_at=now + LEASE, attempts=F("attempts") + 1):
        return None
    row = OutboxMail.objects.select_related("user").get(pk=pk)
    if row.user.email and row.to != row.user.email:
        row.to = row.user.email
        row.save(update_fields=["to"])
    return row


@journal.operation("登记邮件已发")
def mark_sent(row: OutboxMail, *, now: datetime) -> None:
    row.state, row.sent_at, row.last_error = OutboxMail.State.SENT, now, ""
    row.save(update_fields=["state", "sent_at", "last_error"])


@journal.operation("推迟发送邮件")
def put_off(row: OutboxMail, *, reason: str, now: datetime) -> None:
    """Later, each time three times as much later; after the last attempt not at all."""
    row.last_error = reason[:200]
    row.try_at = now + FIRST_WAIT * FACTOR ** (row.attempts - 1)
    if row.attempts >= MOST_ATTEMPTS:
        row.state = OutboxMail.State.FAILED
    row.save(update_fields=["state", "try_at", "last_error"])


@journal.operation("放弃发送邮件")
def give_up(row: OutboxMail, *, reason: str) -> None:
    row.state, row.last_error = OutboxMail.State.FAILED, reason[:200]
    row.save(update_fields=["state", "last_error"])
