"""接口令牌 at the door of the API: `Authorization: Bearer <key>`.

The caller is the person, with that person's roles of today and no more; see REST_FRAMEWORK in the settings.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from rest_framework import authentication
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.middleware import MUST_CHANGE
from accounts.models import ApiToken, User
from accounts.operations.door import may
from accounts.roles import Action

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which asks for these classes while it is being loaded

SCHEME = "Bearer"
INVALID = "接口令牌无效，请在“接口令牌”页重新创建。"
# `last_used_at` is for people to see what is still in use; not every call needs to write.
USE_NOTED_EVERY = timedelta(minutes=10)


class TokenAuthentication(BaseAuthentication):
    """First among the authentication classes, so that a missing or bad token is answered by 401."""

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="api"'

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != SCHEME.lower().encode():
            return None
        if len(words) != 2:  # noqa: PLR2004
            raise AuthenticationFailed(f"请求头应为 Authorization: {SCHEME} 加一个空格和令牌。")
        digest = ApiToken.digest(words[1].decode("latin-1"))
        token = ApiToken.objects.select_related("user").filter(key_digest=digest).first()
        if token is None:
            raise AuthenticationFailed(INVALID)
        if fault := fault_of(token):
            raise AuthenticationFailed(fault)
        note_use(token)
        return token.user, token


def fault_of(token: ApiToken) -> str:
    """Why a token that exists opens nothing now; whoever holds its key may know."""
    if token.revoked_at is not None:
        return "接口令牌已作废，请在“接口令牌”页重新创建。"
    if token.expires_on < timezone.localdate():
        return f"接口令牌已于 {token.expires_on} 到期，请在“接口令牌”页重新创建。"
    if not token.user.is_active:
        return "令牌所属账号已停用，请联系系统管理员。"
    if token.user.must_change_password:
        return f"{MUST_CHANGE}，再使用接口令牌。"
    if not may(token.user, Action.CREATE_TOKEN):
        return "令牌所属账号现任角色不能使用接口，请联系系统管理员。"
    return ""


def note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class TokenReadOnly(BasePermission):
    """A token reads; it writes only where both the token and the site say so. People in a session are not its affair."""

    message = "本接口令牌只能读取数据，不能办理业务。请登录系统在页面上办理。"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.method in SAFE_METHODS or not isinstance(request.auth, ApiToken):
            return True
        return request.auth.can_write and settings.API_WRITE_TOKENS


class SessionAuthentication(authentication.SessionAuthentication):
    """People who are signed in; what they send carries the token against forgery, as on the pages."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied("页面已过期：请求缺少有效的 X-CSRFToken 请求头，没有受理。请刷新后重试。") from error


class TokenThrottle(SimpleRateThrottle):
    """So many calls a minute for each token; people in a session are not counted."""

    scope = "token"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        return f"throttle-token-{request.auth.pk}" if isinstance(request.auth, ApiToken) else None
