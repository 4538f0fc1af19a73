"""Each request gets an id and a client address; the journal and every log line name them."""

import logging
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from ui import request_context

ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")  # as long as the journal keeps it (accounts.Entry.request_id)


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address. X-Forwarded-For is read from the right, past as many proxies as are ours."""
    proxies: int = settings.TRUSTED_PROXIES
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(chain) >= proxies:
        return chain[-proxies]
    return request.META.get("REMOTE_ADDR") or None


class RequestContext:
    """`request.request_id` and `ui.request_context.current()` for as long as the request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        request_id = sent if ACCEPTABLE_ID.fullmatch(sent) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        token = request_context.set_current(request_context.RequestFacts(request_id, client_ip(request)))
        try:
            response = self.get_response(request)
        finally:
            request_context.reset(token)
        response.headers["X-Request-ID"] = request_id
        return response


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_context.current().request_id or "-"
        return True
