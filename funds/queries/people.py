"""Who may judge the payments of a unit: 市县财政 over it, or 省财政 where nobody there may (SD1, SD3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from accounts.roles import Action, Role, Scope, grants
from funds.models import Voucher
from funds.rules import Officer, check_judge
from policy.findings import Finding


@dataclass(frozen=True, slots=True)
class Judging:
    """What decides whether one person may judge payments: read once, asked for any number of rows."""

    actor: User
    posts: list[Officer]
    officers: list[Officer]
    offices: dict[int, set[int]]

    def findings(self, voucher: Voucher) -> list[Finding]:
        """Why this person may not judge it. No statement where its hands and its unit are loaded."""
        hands = {voucher.recorded_by_id, *(person.pk for person in voucher.hands.all())}
        unit = voucher.project.organisation
        own = set() if voucher.reverses_id else {unit.pk}
        return list(
            check_judge(
                [post for post in self.posts if unit.node.path.startswith(post.path)],
                self.officers,
                unit.node.path,
                actor_id=self.actor.pk,
                users=hands | ({voucher.submitted_by_id} if voucher.submitted_by_id else set()),
                organisations=own.union(*(self.offices.get(person, set()) for person in hands)),
            )
        )


def judging_of(vouchers: Iterable[Voucher], *, actor: User, action: Action, on: date) -> Judging:
    """Two statements, however many payments."""
    hands = {person.pk for voucher in vouchers for person in voucher.hands.all()}
    return Judging(actor, posts_of(actor, action), city_officers(on), organisations_of(hands, on))


def posts_of(user: User, action: Action) -> list[Officer]:
    """The posts of a person that let them do `action`, each with the part of the tree it reaches."""
    found = []
    for membership in user.live_memberships:
        scope, own = grants(action).get(Role(membership.role)), membership.organisation
        if scope is not None and own is not None:
            path = own.node.province_path if scope == Scope.PROVINCE else own.node.path
            found.append(Officer(user.pk, own.pk, path, province=scope == Scope.PROVINCE))
    return found


def city_officers(on: date) -> list[Officer]:
    """Every 市县财政 post held on this day. One statement."""
    held = _held(on).filter(role=Role.CF).select_related("organisation__node")
    return [
        Officer(membership.user_id, membership.organisation.pk, membership.organisation.node.path)
        for membership in held
        if membership.organisation
    ]


def organisations_of(users: Iterable[int], on: date) -> dict[int, set[int]]:
    """user → the organisations they hold a post in. One statement."""
    found: dict[int, set[int]] = {}
    for user, organisation in _held(on).filter(user__in=set(users)).values_list("user", "organisation"):
        found.setdefault(user, set()).add(organisation)
    return found


def _held(on: date) -> QuerySet[Membership]:
    live = Q(until=None) | Q(until__gte=on)
    return Membership.objects.filter(live, since__lte=on, organisation__isnull=False, user__is_active=True)
