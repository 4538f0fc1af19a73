"""People: the list, one account, its roles, its password."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.forms import BaseForm
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts import operations
from accounts.forms import AccountForm, InviteForm, RoleForm, UserFilter
from accounts.models import Membership, User
from accounts.operations.door import GRANT_ROLE, may, users_for
from accounts.roles import Action
from accounts.views.gate import Gate, ShowsOnce, page_of
from ui.views import ConfirmView, OperationView


def with_terms(people: QuerySet[User]) -> QuerySet[User]:
    """People with their terms of office, in two statements."""
    terms = Membership.objects.select_related("organisation", "deputy_for").order_by("-since", "-pk")
    return people.prefetch_related(Prefetch("memberships", terms, to_attr="terms"))


def filtered(people: QuerySet[User], asked: dict[str, Any]) -> QuerySet[User]:
    if text := asked.get("q"):
        people = people.filter(Q(name__icontains=text) | Q(username__icontains=text))
    if role := asked.get("role"):
        people = people.filter(memberships__role=role)
    if unit := asked.get("unit"):
        people = people.filter(memberships__organisation__name__icontains=unit)
    if state := asked.get("state"):
        people = people.filter(is_active=state == "active")
    return people.distinct().order_by("username")


class Users(Gate, TemplateView):
    template_name = "accounts/users.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = UserFilter(self.request.GET or None)
        asked = form.cleaned_data if form.is_valid() else {}
        people = with_terms(filtered(users_for(self.actor, self.action), asked))
        return super().get_context_data(
            title="账号",
            filter=form,
            page_obj=page_of(self.request, people),
            today=timezone.localdate(),
            can_create=may(self.actor, Action.MANAGE_USERS),
            can_invite=may(self.actor, Action.INVITE_CLERK),
            **kwargs,
        )


PEOPLE = ("账号", "accounts:users")


class OnePerson(Gate):
    """Pages about one account in reach for viewing; out of reach is 404."""

    listed = PEOPLE
    person: User

    def load(self) -> None:
        super().load()
        found = with_terms(users_for(self.actor, Action.VIEW_USERS))
        self.person = get_object_or_404(found, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"person": self.person}

    def get_success_url(self) -> str:
        return reverse("accounts:user", args=[self.person.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class UserDetail(OnePerson, TemplateView):
    template_name = "accounts/user.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = self.person.pk == self.actor.pk
        return super().get_context_data(
            title=str(self.person),
            today=timezone.localdate(),
            own=own,
            can_manage=may(self.actor, Action.MANAGE_USERS) and not own,
            can_grant=may(self.actor, GRANT_ROLE) and not own,
            can_reset=may(self.actor, Action.RESET_PASSWORD) and not own,
            **kwargs,
        )


class ShowsPassword(ShowsOnce):
    result: Any
    shown_template = "accounts/initial_password.html"

    def told(self) -> dict[str, Any]:
        person, password = self.account()
        return {"title": "初始密码", "person": person, "password": password}

    def account(self) -> tuple[User, str]:
        raise NotImplementedError

    def get_success_url(self) -> str:
        return reverse("accounts:users")


class UserNew(ShowsPassword, Gate, OperationView):
    listed = PEOPLE
    template_name = "accounts/form.html"
    title = "新增账号"
    form_class: type[BaseForm] = AccountForm
    done = "账号已创建"
    submit_label = "创建"

    def run(self, data: dict[str, Any]) -> operations.NewAccount:
        return operations.create_user(**data, actor=self.actor, on=timezone.localdate())

    def account(self) -> tuple[User, str]:
        return self.result.user, self.result.password

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class Invite(UserNew):
    title = "邀请单位经办"
    form_class = InviteForm
    done = "已邀请"
    submit_label = "邀请"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def run(self, data: dict[str, Any]) -> operations.NewAccount:
        organisation = data.pop("organisation")
        return operations.invite_clerk(
            organisation_id=organisation.pk, **data, actor=self.actor, on=timezone.localdate()
        )


class RoleGrant(OnePerson, OperationView):
    template_name = "accounts/form.html"
    form_class = RoleForm
    done = "已任命"
    submit_label = "任命"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"任命角色 · {self.person}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def get_initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def run(self, data: dict[str, Any]) -> Membership:
        organisation = data.pop("organisation")
        return operations.grant_role(
            self.person.pk, organisation_id=organisation.pk, **data, actor=self.actor, on=timezone.localdate()
        )


class RoleEnd(OnePerson, ConfirmView):
    template_name = "accounts/confirm.html"
    title = "终止任职"
    done = "任职已终止"
    submit_label = "确认终止"
    tone = "danger"
    membership: Membership

    def load(self) -> None:
        super().load()
        held = self.person.memberships.select_related("organisation")
        self.membership = get_object_or_404(held, pk=self.kwargs["membership_id"])

    def consequences(self) -> list[str]:
        held = self.membership
        return [
            f"{self.person}自今天起不再担任{held.organisation}{held.get_role_display()}",
            "已办理的事项和签署不受影响，仍记在其名下",
            "待办转由同岗位其他人办理；没有其他人时，请及时任命",
        ]

    def run(self, data: dict[str, Any]) -> Membership:
        return operations.end_role(
            self.person.pk, membership_id=self.membership.pk, actor=self.actor, on=timezone.localdate()
        )


class Disable(OnePerson, ConfirmView):
    template_name = "accounts/confirm.html"
    title = "停用账号"
    done = "账号已停用，登录会话已结束"
    submit_label = "确认停用"
    tone = "danger"

    def consequences(self) -> list[str]:
        return [
            f"{self.person}（{self.person.username}）不能再登录，正在使用的会话立即结束",
            "历史记录保留，不删除",
            "重新启用时须设置新的初始密码",
        ]

    def run(self, data: dict[str, Any]) -> User:
        return operations.disable_user(self.person.pk, actor=self.actor, on=timezone.localdate())


class Enable(ShowsPassword, OnePerson, ConfirmView):
    template_name = "accounts/confirm.html"
    title = "启用账号"
    done = "账号已启用"
    submit_label = "确认启用"

    def consequences(self) -> list[str]:
        return [
            f"{self.person}（{self.person.username}）可以重新登录",
            "系统给出新的初始密码，只显示一次",
            f"有签署或批准权的，{settings.SIGN_PAUSE_HOURS} 小时内不能签署或批准",
        ]

    def run(self, data: dict[str, Any]) -> str:
        return operations.enable_user(self.person.pk, actor=self.actor, on=timezone.localdate())

    def account(self) -> tuple[User, str]:
        return self.person, self.result

    def get_success_url(self) -> str:
        return OnePerson.get_success_url(self)


class ResetPassword(Enable):
    title = "重置密码"
    done = "密码已重置"
    submit_label = "确认重置"

    def load(self) -> None:
        super().load()
        if self.person.pk == self.actor.pk:
            raise PermissionDenied("不能重置本人密码，请在“修改密码”中修改")

    def consequences(self) -> list[str]:
        return [
            f"{self.person}（{self.person.username}）的原密码作废，正在使用的会话立即结束",
            "系统给出新的初始密码，只显示一次，请当面或电话告知本人",
            "本人下次登录时须先修改密码，并收到一条通知；原有接口令牌作废",
            f"有签署或批准权的，自重置起 {settings.SIGN_PAUSE_HOURS} 小时内不能签署或批准；省厅负责人的，其他负责人收到通知",
        ]

    def run(self, data: dict[str, Any]) -> str:
        return operations.reset_password(self.person.pk, actor=self.actor, on=timezone.localdate())
