"""A refusal outside a form still gets an answer fit for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from policy.findings import Refused
from ui.views import conflict


class RefusedPage:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return conflict(request, error) if isinstance(error, Refused) else None
