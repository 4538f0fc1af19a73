"""One rendered form is carried out once: a token per form, claimed before the operation and settled after it.

The cache claim is atomic and stops two requests at the same moment; the session remembers where the first one led.
Both keep the digest of what was sent, so that other content under the same token is told and not dropped.
"""

from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

FIELD = "form_token"
SESSION_KEY = "ui_forms_done"
KEPT = 30
SHORT = 2
DAY = 24 * 60 * 60


def fresh() -> str:
    return str(uuid4())


def token_of(request: HttpRequest) -> str:
    """The form's token; empty when there is none or it is not one of ours."""
    try:
        return str(UUID(request.POST.get(FIELD, "")))
    except ValueError:
        return ""


def digest_of(request: HttpRequest) -> str:
    """Of everything that was typed and uploaded, without the tokens; keyed, for a password may be among it."""
    found = salted_hmac(SESSION_KEY, "", algorithm="sha256")
    for name in sorted(set(request.POST) - {FIELD, "csrfmiddlewaretoken"}):
        found.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            found.update(repr((name, upload.name, upload.size)).encode())
            for chunk in upload.chunks():
                found.update(chunk)
            upload.seek(0)
    return found.hexdigest()


def claim(request: HttpRequest, token: str, digest: str) -> bool:
    """False when this form was carried out, or is being carried out now."""
    return not token or (done_url(request, token) is None and cache.add(_key(request, token), digest, DAY))


def is_repeat(request: HttpRequest, token: str, digest: str) -> bool:
    """Whether what comes again under a claimed token is what came first; unknown counts as the same."""
    first = {done[0]: done[2] for done in _done(request) if len(done) > SHORT}.get(token)
    first = first or cache.get(_key(request, token))
    return not isinstance(first, str) or first == digest


def release(request: HttpRequest, token: str) -> None:
    """Nothing was done: the same form may be sent again."""
    if token:
        cache.delete(_key(request, token))


def settle(request: HttpRequest, token: str, url: str, digest: str) -> None:
    if token:
        request.session[SESSION_KEY] = [*_done(request), [token, url, digest]][-KEPT:]


def done_url(request: HttpRequest, token: str) -> str | None:
    return {done[0]: done[1] for done in _done(request)}.get(token)


def _done(request: HttpRequest) -> list[list[str]]:
    """Token, address and digest of the last forms; of those a former version kept, no digest."""
    return list(request.session.get(SESSION_KEY, []))


def _key(request: HttpRequest, token: str) -> str:
    return f"ui-form-{request.user.pk}-{token}"
