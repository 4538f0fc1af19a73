"""What people type about accounts, units and the tree: checked here, saved by the operations."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from accounts.models import FirstReview, Node, Organisation, OrganisationFact, User
from accounts.operations.door import GRANT_ROLE, nodes_for, organisations_for, users_for
from accounts.operations.seats import GRANTABLE
from accounts.roles import Action, Role
from policy.terms import Line, NodeKind, UnitType
from ui.forms import DateInput

USERNAME = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_.@-]{2,29}$", "请用 3 至 30 位字母、数字或 . _ - @，以字母或数字开头"
)


WEAK = {
    "password_too_short": "新密码太短，至少 10 位。",
    "password_too_similar": "新密码与用户名、姓名或邮箱太相近，请换一个。",
    "password_too_common": "新密码太常见，请换一个。",
    "password_entirely_numeric": "新密码不能全是数字。",
}


class LoginForm(AuthenticationForm):
    """One answer for an unknown name, a wrong password and a disabled account."""

    error_messages = {
        "invalid_login": "用户名或密码不正确。连续 5 次不正确将暂停登录 30 分钟。",
        "inactive": "用户名或密码不正确。连续 5 次不正确将暂停登录 30 分钟。",
    }


class OwnPasswordForm(PasswordChangeForm):
    error_messages = {
        "password_incorrect": "原密码不正确，请重新输入。",
        "password_mismatch": "两次输入的新密码不一致。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("old_password", "原密码"),
            ("new_password1", "新密码"),
            ("new_password2", "再次输入新密码"),
        ):
            self.fields[name].label = label
        self.fields["new_password1"].help_text = "至少 10 位；不能全是数字，不能是常见密码，不能与用户名、姓名相近。"
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, user: Any, password_field_name: str = "new_password2") -> None:  # noqa: S107
        """Django's own check in our words: its Chinese catalogue lacks some of them."""
        password = self.cleaned_data.get(password_field_name)
        if not password:
            return
        try:
            validate_password(password, user)
        except ValidationError as error:
            said = [WEAK.get(one.code or "", str(one.message)) for one in error.error_list]
            self.add_error(password_field_name, [ValidationError(text) for text in said])


class AccountForm(forms.Form):
    username = forms.CharField(label="用户名", max_length=30, validators=[USERNAME], help_text="登录用，建好后不能改")
    name = forms.CharField(label="姓名", max_length=40)
    email = forms.EmailField(label="电子邮箱", required=False)


class InviteForm(AccountForm):
    """`actor`: who invites; the units are those the actor leads."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="单位", empty_label=None)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "organisation", organisations_for(actor, Action.INVITE_CLERK))


class RoleForm(forms.Form):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="任职单位", empty_label="请选择")
    role = forms.ChoiceField(
        label="角色", choices=[("", "请选择"), *((role.value, f"{role.label}（{role.value}）") for role in GRANTABLE)]
    )
    since = forms.DateField(label="任职开始", widget=DateInput())
    until = forms.DateField(label="任职截止", widget=DateInput(), required=False, help_text="长期任职不填")

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "organisation", organisations_for(actor, GRANT_ROLE))


class DeputyForm(forms.Form):
    """`term`: the term of office that is held for its principal."""

    deputy = forms.ModelChoiceField(User.objects.none(), label="代理人", empty_label="请选择")
    since = forms.DateField(label="代理开始", widget=DateInput())
    until = forms.DateField(label="代理截止", widget=DateInput())
    document = forms.CharField(label="依据文件", max_length=80, help_text="文号或会议纪要")

    def __init__(self, *args: Any, actor: User, principal: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = users_for(actor, GRANT_ROLE).filter(is_active=True).exclude(pk__in=[principal.pk, actor.pk])
        _choose(self, "deputy", others.order_by("username"))
        self.fields["deputy"].label_from_instance = lambda one: f"{one}（{one.username}）"  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    identity = forms.CharField(
        label="身份证件号码", max_length=30, help_text="只保存校验摘要，不保存号码；用于识别同一人的多个账号"
    )


class FirstReviewForm(forms.Form):
    first_review = forms.ChoiceField(
        label="初审方式",
        choices=[("", "沿用上级"), *FirstReview.choices],
        required=False,
        help_text="对本级和所有下级生效；已送审的不受影响",
    )
    document = forms.CharField(label="依据文件", max_length=80, help_text="两厅书面确认的文号")


class OrganisationForm(forms.Form):
    node = forms.ModelChoiceField(Node.objects.none(), label="所在区划或部门", empty_label="请选择")
    line = forms.ChoiceField(label="条线", choices=Line.choices, initial=Line.UNIT)
    name = forms.CharField(label="单位名称", max_length=120)
    unit_type = forms.ChoiceField(
        label="单位性质", choices=[("", "不适用"), *UnitType.choices], required=False, help_text="项目单位必选"
    )
    credit_code = forms.CharField(label="统一社会信用代码", max_length=24, required=False, help_text="18 位")
    contact = forms.CharField(label="联系人", max_length=40, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "node", nodes_for(actor))


class OrganisationFactForm(forms.Form):
    kind = forms.ChoiceField(label="事项", choices=OrganisationFact.Kind.choices)
    value = forms.CharField(label="内容", max_length=60, strip=True)
    since = forms.DateField(label="自何日起", widget=DateInput(), help_text="该日及以后的表印这一内容，以前的表不变。")


class NodeForm(forms.Form):
    parent = forms.ModelChoiceField(Node.objects.none(), label="上级", empty_label="请选择")
    kind = forms.ChoiceField(
        label="层级", choices=[choice for choice in NodeKind.choices if choice[0] != NodeKind.PROVINCE]
    )
    name = forms.CharField(label="名称", max_length=60)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = nodes_for(actor).filter(kind__in=[NodeKind.PROVINCE, NodeKind.CITY])
        _choose(self, "parent", above)


def _choose(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    field.queryset = rows  # type: ignore[attr-defined]
    if rows.count() == 1:
        field.initial = rows[0]


class UserFilter(forms.Form):
    q = forms.CharField(label="姓名或用户名", required=False)
    role = forms.ChoiceField(label="角色", choices=[("", "全部"), *Role.choices], required=False)
    unit = forms.CharField(label="单位", required=False)
    state = forms.ChoiceField(
        label="状态", choices=[("", "全部"), ("active", "在用"), ("disabled", "停用")], required=False
    )


class OrganisationFilter(forms.Form):
    q = forms.CharField(label="单位名称或代码", required=False)
    line = forms.ChoiceField(label="条线", choices=[("", "全部"), *Line.choices], required=False)


class TokenForm(forms.Form):
    """`longest`: the last day a token may be good for."""

    name = forms.CharField(label="名称", max_length=60, help_text="写明用在哪里，例如“月度统计表”")
    expires_on = forms.DateField(label="有效期至")
    can_write = forms.BooleanField(label="可办理业务", required=False, help_text="不选则只能读取数据")

    def __init__(self, *args: Any, longest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].widget = DateInput(latest=longest)
        self.fields["expires_on"].help_text = f"当天仍有效，最迟 {longest}"
        if not settings.API_WRITE_TOKENS:
            del self.fields["can_write"]


class NoticeForm(forms.Form):
    """`notice` empty: all of them."""

    notice = forms.IntegerField(required=False)
