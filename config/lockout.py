"""What a caller sees after too many failed logins: the same words whether or not the name exists."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

TOO_MANY = "登录失败次数过多，请 30 分钟后再试，或联系系统管理员"


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Called by axes with the request, or with a response before it, depending on its version."""
    messages.error(request, TOO_MANY)
    return redirect(settings.LOGIN_URL)
