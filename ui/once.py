"""One rendered form is carried out once: a token per form, claimed before the operation and settled after it.

The cache claim is atomic and stops two requests at the same moment; the session remembers where the first one led.
"""

from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest

FIELD = "form_token"
SESSION_KEY = "ui_forms_done"
KEPT = 30
DAY = 24 * 60 * 60


def fresh() -> str:
    return str(uuid4())


def token_of(request: HttpRequest) -> str:
    """The form's token; empty when there is none or it is not one of ours."""
    try:
        return str(UUID(request.POST.get(FIELD, "")))
    except ValueError:
        return ""


def claim(request: HttpRequest, token: str) -> bool:
    """False when this form was carried out, or is being carried out now."""
    return not token or (done_url(request, token) is None and cache.add(_key(request, token), 1, DAY))


def release(request: HttpRequest, token: str) -> None:
    """Nothing was done: the same form may be sent again."""
    if token:
        cache.delete(_key(request, token))


def settle(request: HttpRequest, token: str, url: str) -> None:
    if token:
        request.session[SESSION_KEY] = [*request.session.get(SESSION_KEY, []), [token, url]][-KEPT:]


def done_url(request: HttpRequest, token: str) -> str | None:
    return dict(request.session.get(SESSION_KEY, [])).get(token)


def _key(request: HttpRequest, token: str) -> str:
    return f"ui-form-{request.user.pk}-{token}"
