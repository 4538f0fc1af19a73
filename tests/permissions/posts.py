"""People with several posts, and refusals of what they try."""

import pytest

from accounts.models import Membership, User
from policy.findings import Refused


def also(person, role, organisation):
    """The same person with a further post."""
    Membership.objects.create(user=person, role=role, organisation=organisation)
    return User.objects.get(pk=person.pk)


def moved(person, role, organisation):
    """The same person in another post, the old one over: SD7 lets posts follow one another."""
    Membership.objects.filter(user=person).update(until="2026-01-01")
    return also(person, role, organisation)


def refusal(act, *args, **kwargs):
    """What an attempt is refused with; it must not come about."""
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return {finding.code for finding in caught.value.findings}


def bug(reason):
    """The refusal that ought to come does not; nothing else may be the reason."""
    return pytest.mark.xfail(strict=True, raises=pytest.fail.Exception, reason=f"bug: {reason}")
