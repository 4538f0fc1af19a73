"""Signing in and out, and the user's own password."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts import operations
from accounts.forms import LoginForm, OwnPasswordForm
from accounts.models import User
from accounts.sessions import remember_visit
from ui.views import OperationView


class Login(LoginView):
    """Django gives the session a new key at login; axes counts failures (config/settings.py)."""

    template_name = "accounts/login.html"
    form_class = LoginForm
    redirect_authenticated_user = True
    extra_context = {"title": "登录"}

    def form_valid(self, form: Any) -> HttpResponse:
        before = form.get_user().last_login
        response = super().form_valid(form)
        remember_visit(self.request, before)
        operations.record_login(actor=form.get_user(), on=timezone.localdate())
        return response


class Logout(LogoutView):
    def get_success_url(self) -> str:
        return reverse("accounts:login")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User):
            operations.record_logout(actor=request.user, on=timezone.localdate())
        return super().post(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class PasswordChange(OperationView):
    title = "修改密码"
    form_class = OwnPasswordForm
    done = "密码已修改"
    submit_label = "修改密码"

    def get_template_names(self) -> list[str]:
        forced = self.request.user.must_change_password  # type: ignore[union-attr]
        return ["accounts/password_forced.html" if forced else "ui/form.html"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def run(self, data: dict[str, Any]) -> None:
        user = self.request.user
        operations.change_password(password=data["new_password1"], actor=user, on=timezone.localdate())  # type: ignore[arg-type]
        update_session_auth_hash(self.request, user)  # type: ignore[arg-type]

    def get_success_url(self) -> str:
        return "/"

    def get_cancel_url(self) -> str:
        return "" if self.request.user.must_change_password else reverse("accounts:notices")  # type: ignore[union-attr]
