"""Marking one's own messages as read: a bookmark, not an act of business, so it leaves no journal line."""

from datetime import date

from django.utils import timezone

from accounts import journal
from accounts.models import User


@journal.operation("已读通知")
def read_notices(*, notice_id: int | None = None, actor: User, on: date) -> int:
    """One message, or all; how many were unread."""
    unread = actor.notices.filter(read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=timezone.now())
