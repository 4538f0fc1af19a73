"""A login ends ten hours after it began, however busy its user; the idle limit is SESSION_COOKIE_AGE."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponseBase

BEGAN = "_login_began"


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
        return response
