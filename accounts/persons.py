"""Natural persons: separation of duties counts people, not accounts (SD2), and knows who acts for whom (A/B 角).

An account carries a keyed digest of its owner's identity number; the number itself is kept nowhere.
"""

import hmac
import unicodedata
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Q

from accounts.models import Membership, User
from accounts.roles import Role


def person_key(identity: str) -> str:
    """The digest two accounts of one person share; "" where no number is given."""
    plain = "".join(unicodedata.normalize("NFKC", identity).split()).upper()
    if not plain:
        return ""
    return hmac.new(settings.JOURNAL_KEY.encode(), f"person:{plain}".encode(), "sha256").hexdigest()


def accounts_of(*people: int | None) -> frozenset[int]:
    """These accounts and every other account of the same natural persons. One statement."""
    known = {pk for pk in people if pk}
    keys = User.objects.filter(pk__in=known).exclude(person_key="").values("person_key")
    return frozenset(known | set(User.objects.filter(person_key__in=keys).values_list("pk", flat=True)))


def same_person(one: User, other: User) -> bool:
    return one.pk == other.pk or bool(one.person_key and one.person_key == other.person_key)


def own_accounts(user: User) -> frozenset[int]:
    """Every account of this person; read once of a `User`, and not at all where it is the only one."""
    if not user.person_key:
        return frozenset({user.pk})
    kept: dict[str, frozenset[int]] = user.__dict__
    if "_own_accounts" not in kept:
        kept["_own_accounts"] = accounts_of(user.pk)
    return kept["_own_accounts"]


def is_hand(actor: User, *people: int | None) -> bool:
    """Whether one of these accounts is this person's, under whichever name: nobody checks what they did themselves (SD2)."""
    return actor.pk in people or bool(own_accounts(actor).intersection(pk for pk in people if pk))


def as_hand(actor: User, other: int | None) -> int | None:
    """An account as a rule compares it with the actor's: the actor's own where both are one person."""
    return actor.pk if is_hand(actor, other) else other


def acts_for(user: User, roles: Iterable[Role]) -> User | None:
    """For whom this person holds one of these roles today: None where one of them is held in the own right."""
    wanted = set(roles)
    held = [one for one in user.live_memberships if one.role in wanted]
    if not held or any(one.deputy_for_id is None for one in held):
        return None
    return held[0].deputy_for


def terms_of_person(user: User, since: date, until: date | None) -> list[Membership]:
    """Every term that this natural person holds at any time between these days, under whichever account."""
    rows = Membership.objects.filter(Q(until=None) | Q(until__gte=since), user__in=accounts_of(user.pk))
    if until is not None:
        rows = rows.filter(since__lte=until)
    return list(rows.select_related("organisation", "user"))
