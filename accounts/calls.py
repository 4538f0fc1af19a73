"""A call of the API that is sent twice is carried out once: the effect and its answer are kept in one transaction.

The row of a call is written before the act and filled after it, so two of one key at the same moment wait for each other
(design/trust.md, L13).
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiCall, User


def kept(user: User, key: str) -> ApiCall | None:
    """What this person sent before under this key."""
    return ApiCall.objects.filter(user=user, key=key).first()


def once(user: User, key: str, digest: str, act: Callable[[], tuple[int, str]]) -> ApiCall:
    """`act` gives status and body; what it raises leaves nothing behind and may be sent again under the same key."""
    with transaction.atomic():
        call = _claim(user, key, digest)
        if call is not None:
            call.status, call.body = act()
            call.save(update_fields=["status", "body"])
            return call
    return ApiCall.objects.get(user=user, key=key)


def _claim(user: User, key: str, digest: str) -> ApiCall | None:
    """None where another request holds the key; on PostgreSQL that is known once the other one is over."""
    try:
        with transaction.atomic():
            return ApiCall.objects.create(user=user, key=key, digest=digest)
    except IntegrityError:
        return None


def purge(days: int) -> int:
    """Forget the answers that are older; their keys may then be used anew. Returns how many."""
    before = timezone.now() - timedelta(days=days)
    return ApiCall.objects.filter(at__lt=before).delete()[0]
