"""What every page knows without its view saying so: the menu, the bell, the name of the product."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from ui.parts import NavItem

PASSWORD_URLS = ("accounts:password_change", "password_change")
SUBSCRIPTION_URLS = ("accounts:subscriptions",)
LOGOUT_URLS = ("accounts:logout", "logout")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page without a frame pays nothing."""
    return {
        "product_name": getattr(settings, "PRODUCT_NAME", "专项绩效监管"),
        "nav": SimpleLazyObject(lambda: _nav(request)),
        "bell": SimpleLazyObject(lambda: _ask("UI_BELL", request, 0)),
        "user_note": SimpleLazyObject(lambda: _ask("UI_USER_NOTE", request, "")),
        "home_url": _url(getattr(settings, "UI_HOME_URL", "home")) or "/",
        "bell_url": _url(getattr(settings, "UI_BELL_URL", "")),
        "search_url": SimpleLazyObject(lambda: _search_url(request)),
        "password_url": _first(PASSWORD_URLS),
        "subscriptions_url": _first(SUBSCRIPTION_URLS),
        "logout_url": _first(LOGOUT_URLS),
    }


def _nav(request: HttpRequest) -> list[NavItem]:
    """The longest menu address the page lies under is the active one."""
    if not _signed_in(request):
        return []
    items = list(_reachable(request))
    above = [item for item in items if _lies_under(request.path, item.url)]
    active = max(above, key=lambda item: len(item.url), default=None)
    return [replace(item, active=item is active, exact=item.url == request.path) for item in items]


def _reachable(request: HttpRequest) -> Iterator[NavItem]:
    allowed = _callable(getattr(settings, "UI_NAV_FILTER", None))
    for entry in getattr(settings, "UI_NAV", ()):
        url = _url(entry["url_name"])
        if url and (allowed is None or allowed(request.user, entry)):
            yield NavItem(
                entry["label"], entry["url_name"], entry["icon"], url,
                count=_count(entry, request), group=entry.get("group", ""),
            )  # fmt: skip


def _search_url(request: HttpRequest) -> str:
    """Where the field in the top bar leads, for those who may look for something."""
    entry = getattr(settings, "UI_SEARCH", None)
    allowed = _callable(getattr(settings, "UI_NAV_FILTER", None))
    if not entry or not _signed_in(request) or (allowed and not allowed(request.user, entry)):
        return ""
    return _url(entry["url_name"])


def _count(entry: Mapping[str, Any], request: HttpRequest) -> int:
    counter = _callable(entry.get("count"))
    return counter(request.user) if counter else 0


def _lies_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


def _ask(setting: str, request: HttpRequest, nothing: Any) -> Any:
    question = _callable(getattr(settings, setting, None))
    return question(request.user) if question and _signed_in(request) else nothing


def _callable(dotted: str | None) -> Callable[..., Any] | None:
    return import_string(dotted) if dotted else None


def _url(name: str) -> str:
    """A page that is not there yet is left out, not a 500."""
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


def _first(names: tuple[str, ...]) -> str:
    return next(filter(None, map(_url, names)), "")
