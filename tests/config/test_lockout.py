"""Failed logins: locked after five, for a name at an address, whether or not the name exists."""

import pytest
from django.contrib.auth import authenticate, user_logged_in
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.urls import path

from accounts.models import User
from config.lockout import TOO_MANY, locked_out

pytestmark = pytest.mark.django_db
urlpatterns = [path("signing-in/", lambda request: None, name="signing-in")]


@pytest.fixture
def li():
    user = User(username="li", name="李")
    user.set_password("right-and-long-enough")
    user.save()
    return user


def attempt(name, password, address="10.0.0.7"):
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.user = AnonymousUser()
    found = authenticate(request, username=name, password=password)
    return found, getattr(request, "axes_locked_out", False)


@pytest.mark.parametrize("name", ["li", "nobody-here"], ids=["a name that exists", "one that does not"])
def test_the_fifth_failure_locks(li, name):
    outcomes = [attempt(name, "wrong") for _ in range(5)]

    assert outcomes == [(None, False)] * 4 + [(None, True)]


def test_a_lock_holds_against_the_right_password_but_only_where_it_was_tried(li):
    for _ in range(5):
        attempt("li", "wrong")

    assert attempt("li", "right-and-long-enough") == (None, True)
    assert attempt("li", "right-and-long-enough", address="10.0.0.8") == (li, False)


def test_success_forgets_the_failures(li):
    for _ in range(4):
        attempt("li", "wrong")
    user_logged_in.send(User, request=RequestFactory().post("/", REMOTE_ADDR="10.0.0.7"), user=li)

    assert attempt("li", "wrong") == (None, False)


@pytest.mark.urls("tests.config.test_lockout")
def test_the_locked_are_told_on_the_login_page(settings):
    settings.LOGIN_URL = "signing-in"
    request = RequestFactory().post("/")
    request.session = {}
    request._messages = FallbackStorage(request)

    response = locked_out(request)

    assert (response.status_code, response.url) == (302, "/signing-in/")
    assert [str(message) for message in get_messages(request)] == [TOO_MANY]
