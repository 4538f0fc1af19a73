"""Whoever still has the first password, or one that was reset, gets no further than changing it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

OPEN = {"accounts:login", "accounts:logout", "accounts:password_change"}
MUST_CHANGE = "首次登录或重置密码后，须先修改密码"


class PasswordChangeRequired:
    """Behind AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated or not user.must_change_password or self.is_open(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": MUST_CHANGE}, status=403, json_dumps_params={"ensure_ascii": False})
        return redirect(reverse("accounts:password_change"))

    def is_open(self, request: HttpRequest) -> bool:
        try:
            return resolve(request.path_info).view_name in OPEN
        except Resolver404:
            return False
