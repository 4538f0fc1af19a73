"""Who may judge the payments of a unit: 市县财政 over it, or 省财政 where nobody there may (SD1, SD3); and who gives the
second signature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from accounts.roles import Action, Role, Scope, grants
from funds.models import Voucher
from funds.rules import Officer, check_judge, check_second_judge
from policy.findings import Finding


@dataclass(frozen=True, slots=True)
class Judging:
    """What decides whether one person may judge payments: read once, asked for any number of rows."""

    actor: User
    posts: list[Officer]
    officers: list[Officer]
    offices: dict[int, set[int]]

    def findings(self, voucher: Voucher) -> list[Finding]:
        """Why this person may not judge it now. No statement where its hands and its unit are loaded."""
        hands = {voucher.recorded_by_id, *(person.pk for person in voucher.hands.all())}
        unit = voucher.project.organisation
        users = hands | ({voucher.submitted_by_id} if voucher.submitted_by_id else set())
        own = set() if voucher.reverses_id else {unit.pk}
        organisations = own.union(*(self.offices.get(person, set()) for person in hands))
        posts = [post for post in self.posts if unit.node.path.startswith(post.path)]
        who: dict[str, Any] = {"actor_id": self.actor.pk, "users": users, "organisations": organisations}
        if voucher.first_judged_by_id:
            first = voucher.first_judged_by_id
            return list(check_second_judge(posts, self.officers, unit.node.path, first_id=first, **who))
        return list(check_judge(posts, self.officers, unit.node.path, **who))


def judging_of(vouchers: Iterable[Voucher], *, actor: User, action: Action, on: date) -> Judging:
    """Two statements, however many payments."""
    hands = {person.pk for voucher in vouchers for person in voucher.hands.all()}
    return Judging(actor, posts_of(actor, action), finance_officers(on), organisations_of(hands, on))


def posts_of(user: User, action: Action) -> list[Officer]:
    """The posts of a person that let them do `action`, each with the part of the tree it reaches."""
    found = []
    for membership in user.live_memberships:
        scope, own = grants(action).get(Role(membership.role)), membership.organisation
        if scope is not None and own is not None:
            path = own.node.province_path if scope == Scope.PROVINCE else own.node.path
            found.append(Officer(user.pk, own.pk, path, province=scope == Scope.PROVINCE))
    return found


def finance_officers(on: date) -> list[Officer]:
    """Every 市县财政 and 省财政经办 post held on this day. One statement."""
    held = _held(on).filter(role__in=[Role.CF, Role.PF]).select_related("organisation__node")
    found = []
    for membership in held:
        own, province = membership.organisation, membership.role == Role.PF
        if own is not None:
            path = own.node.province_path if province else own.node.path
            found.append(Officer(membership.user_id, own.pk, path, province=province))
    return found


def organisations_of(users: Iterable[int], on: date) -> dict[int, set[int]]:
    """user → the organisations they hold a post in. One statement."""
    found: dict[int, set[int]] = {}
    for user, organisation in _held(on).filter(user__in=set(users)).values_list("user", "organisation"):
        found.setdefault(user, set()).add(organisation)
    return found


def _held(on: date) -> QuerySet[Membership]:
    live = Q(until=None) | Q(until__gte=on)
    return Membership.objects.filter(live, since__lte=on, organisation__isnull=False, user__is_active=True)
