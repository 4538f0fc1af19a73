"""What a person types about the weekly digest, and what may be asked of the outbox."""

from typing import Any

from django import forms

from accounts.models import OutboxMail, User


class SubscriptionForm(forms.Form):
    """`user`: whose setting it is; another address asks for the password again."""

    in_app = forms.BooleanField(label="站内摘要", required=False, help_text="每周第一个工作日收到一条通知")
    by_mail = forms.BooleanField(
        label="邮件摘要", required=False, help_text="邮件只写事项、期限和条数，不写项目名称、人员和金额"
    )
    email = forms.EmailField(label="电子邮箱", required=False)
    password = forms.CharField(
        label="当前密码",
        required=False,
        help_text="只在更改电子邮箱时填写",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.pop("password", "")
        if "email" in data and data["email"] != self.user.email:
            if not password:
                self.add_error("password", "更改电子邮箱须填写当前密码。")
            elif not self.user.check_password(password):
                self.add_error("password", "当前密码不正确，请重新输入。")
        return data


class OutboxForm(forms.Form):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *OutboxMail.State.choices])
