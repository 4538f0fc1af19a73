"""A login ends ten hours after it began, however busy its user, and SESSION_COOKIE_AGE after its last request.

The last request is kept to the minute, so that a page costs no UPDATE of its own each time it is looked at.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponseBase

BEGAN, SEEN = "_login_began", "_last_seen"
LAST_VISIT = "_last_visit"
A_MINUTE = 60


def begin(request: HttpRequest, **kwargs: Any) -> None:
    """At login (`user_logged_in`)."""
    if hasattr(request, "session"):  # tests of the backends log in without one
        request.session[BEGAN] = request.session[SEEN] = int(time.time())


class AbsoluteAge:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = request.session.get(BEGAN)
        if SESSION_KEY in request.session and began and time.time() - began > settings.SESSION_ABSOLUTE_AGE:
            logout(request)
        response = self.get_response(request)
        if SESSION_KEY in request.session:
            request.session.setdefault(BEGAN, int(time.time()))
            if time.time() - request.session.get(SEEN, 0) >= A_MINUTE:
                request.session[SEEN] = int(time.time())
        return response


def remember_visit(request: HttpRequest, before: datetime | None) -> None:
    """When this person was here before this session; nothing at a first visit."""
    if before:
        request.session[LAST_VISIT] = before.isoformat()


def last_visit(request: HttpRequest) -> datetime | None:
    """上次登录; the workbench shows what others did since then."""
    said = request.session.get(LAST_VISIT)
    return datetime.fromisoformat(said) if said else None
