"""In-app messages. The record of a reminder is the row; a key keeps it from being sent twice."""

from collections.abc import Iterable

from accounts.models import Notice, User


def notify(users: Iterable[User], *, key: str, text: str, url: str = "") -> None:
    """One message a person and key, however often it is called."""
    rows = [Notice(user=user, key=key[:120], text=text[:300], url=url) for user in users]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
