"""What a request carries from the edge: an id, an address, and the age of its login."""

import logging
import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.sessions import BEGAN, SEEN, AbsoluteAge
from config.requests import RequestContext, RequestIdFilter
from ui import request_context


def test_the_facts_stand_while_the_request_lasts():
    seen = []

    def view(request):
        record = logging.makeLogRecord({})
        RequestIdFilter().filter(record)
        seen.append((request_context.current(), record.request_id, request.request_id))
        return HttpResponse()

    response = RequestContext(view)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.7"))

    request_id = response.headers["X-Request-ID"]
    assert seen == [(request_context.RequestFacts(request_id, "10.0.0.7"), request_id, request_id)]
    assert request_context.current() == request_context.RequestFacts("", None)


@pytest.mark.parametrize(
    ("proxies", "sent", "kept"),
    [
        (0, "abcdef0123456789", False),
        (1, "abcdef0123456789", True),
        (1, "short", False),
        (1, "x y\tz" * 4, False),
        (1, "a" * 40, True),
        (1, "a" * 41, False),
    ],
    ids=["from outside", "from our proxy", "too short", "with blanks", "as long as the journal keeps it", "one longer"],
)
def test_an_id_is_taken_over_only_from_our_own_proxy(settings, proxies, sent, kept):
    settings.TRUSTED_PROXIES = proxies

    response = RequestContext(lambda _: HttpResponse())(RequestFactory().get("/", headers={"X-Request-ID": sent}))

    assert (response.headers["X-Request-ID"] == sent) is kept


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "in_still"), [(9.9, True), (10.1, False)], ids=["before ten hours", "after"])
def test_a_login_ends_after_ten_hours(hours, in_still):
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session.update({SESSION_KEY: "1", BEGAN: int(time.time() - hours * 3600)})
    request.session.save()

    AbsoluteAge(lambda _: HttpResponse())(request)

    assert (SESSION_KEY in request.session) is in_still


@pytest.mark.django_db
def test_the_clock_of_a_login_starts_with_it():
    request = RequestFactory().get("/")
    request.session = SessionStore()

    AbsoluteAge(lambda _: HttpResponse())(request)
    assert BEGAN not in request.session

    request.session[SESSION_KEY] = "1"
    AbsoluteAge(lambda _: HttpResponse())(request)

    assert abs(request.session[BEGAN] - time.time()) < 5


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "kept"), [(50, False), (61, True)], ids=["the same minute", "a minute later"])
def test_a_visit_puts_the_idle_limit_off_once_a_minute(seconds, kept):
    request = RequestFactory().get("/")
    request.session = SessionStore()
    seen = int(time.time()) - seconds
    request.session.update({SESSION_KEY: "1", BEGAN: seen, SEEN: seen})
    request.session.modified = False

    AbsoluteAge(lambda _: HttpResponse())(request)

    assert (request.session.modified, request.session[SEEN] > seen) == (kept, kept)
