"""Who may judge the payments of a unit: 市县财政 over it, or 省财政 where nobody there may (SD1, SD3); and who gives the
second signature.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.first_review import places_above
from accounts.models import Membership, User
from accounts.persons import is_hand
from accounts.roles import Action, Role, Scope, grants
from funds.models import IncomeReversal, Voucher
from funds.rules import Officer, check_judge, check_second_judge
from policy.findings import Finding
from projects.together import Together


@dataclass(frozen=True, slots=True)
class Handled:
    """Whose hands a payment went through, and for which unit. `hands`: whoever recorded or edited it."""

    hands: set[int]
    submitted_by: int | None
    first_judged_by: int | None
    reversal: bool
    unit: int
    path: str


@dataclass(frozen=True, slots=True)
class Judging:
    """What decides whether one person may judge payments: read once, asked for any number of rows."""

    actor: User
    posts: list[Officer]
    officers: list[Officer]
    offices: dict[int, set[int]]

    def _person(self, pk: int) -> int:
        """Another account of the actor counts as the actor (SD2)."""
        return self.actor.pk if is_hand(self.actor, pk) else pk

    def findings(self, voucher: Voucher) -> list[Finding]:
        """Why this person may not judge it now. No statement where its hands and its unit are loaded."""
        hands = {voucher.recorded_by_id, *(person.pk for person in voucher.hands.all())}
        unit, first = voucher.project.organisation, voucher.first_judged_by_id
        reversal = voucher.reverses_id is not None
        return self.against(Handled(hands, voucher.submitted_by_id, first, reversal, unit.pk, unit.node.path))

    def against(self, one: Handled) -> list[Finding]:
        users = {self._person(pk) for pk in (*one.hands, one.submitted_by) if pk}
        own = set() if one.reversal else {one.unit}
        organisations = own.union(*(self.offices.get(person, set()) for person in one.hands))
        posts = [post for post in self.posts if one.path.startswith(post.path)]
        who: dict[str, Any] = {"actor_id": self.actor.pk, "users": users, "organisations": organisations}
        if one.first_judged_by:
            return list(
                check_second_judge(posts, self.officers, one.path, first_id=self._person(one.first_judged_by), **who)
            )
        return list(check_judge(posts, self.officers, one.path, **who))


def judging_of(vouchers: Iterable[Voucher], *, actor: User, action: Action, on: date) -> Judging:
    """Two statements, however many payments."""
    hands = {person.pk for voucher in vouchers for person in voucher.hands.all()}
    return Judging(actor, posts_of(actor, action), finance_officers(on), organisations_of(hands, on))


def asked_judging(
    read: Together, hands: QuerySet[Any], *, actor: User, action: Action, on: date
) -> Callable[[], Judging]:
    """The same, read together with what else a page asks. `hands`: the users who recorded or edited the payments."""
    held = _held(on)
    officers = read.ask(
        held.filter(role__in=[Role.CF, Role.PF]),
        "user_id",
        "organisation_id",
        "role",
        path="organisation__node__path",
        office="organisation__name",
    )
    offices = read.ask(held.filter(user__in=hands), "user_id", "organisation_id")

    def judging() -> Judging:
        found: dict[int, set[int]] = {}
        for row in offices:
            found.setdefault(row.user_id, set()).add(row.organisation_id)
        return Judging(actor, posts_of(actor, action), [_officer(row, row.path, row.office) for row in officers], found)

    return judging


def income_judge_findings(asked: IncomeReversal, *, actor: User, on: date) -> list[Finding]:
    """Why this person may not decide on a 冲销 of income: as for payments, nobody of the unit and nobody who took part."""
    hands = {asked.proposed_by_id, asked.income.recorded_by_id}
    unit, action = asked.project.organisation, Action.APPROVE_REVERSAL
    judging = Judging(actor, posts_of(actor, action), finance_officers(on), organisations_of(hands, on))
    return judging.against(Handled(hands, None, None, reversal=False, unit=unit.pk, path=unit.node.path))


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
    return [_officer(one, one.organisation.node.path, one.organisation.name) for one in held if one.organisation]


def _officer(held: Any, path: str, office: str) -> Officer:
    """`held`: a post of 财政 at this place; the province's reaches all of it."""
    province = held.role == Role.PF
    reach = places_above(path)[0] if province else path
    return Officer(held.user_id, held.organisation_id, reach, province=province, office=office)


def organisations_of(users: Iterable[int], on: date) -> dict[int, set[int]]:
    """user → the organisations they hold a post in. One statement."""
    found: dict[int, set[int]] = {}
    for user, organisation in _held(on).filter(user__in=set(users)).values_list("user", "organisation"):
        found.setdefault(user, set()).add(organisation)
    return found


def _held(on: date) -> QuerySet[Membership]:
    live = Q(until=None) | Q(until__gte=on)
    return Membership.objects.filter(live, since__lte=on, organisation__isnull=False, user__is_active=True)
