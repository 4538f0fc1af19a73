"""Forms of 打印与回传."""

from django import forms

from lifecycle.forms.steps import paper
from ui.forms import ProjectForm


class KeysField(forms.MultipleChoiceField):
    """Which of them may be printed is the operation's question."""

    def valid_value(self, value: str) -> bool:
        return True


class KeysForm(ProjectForm):
    keys = KeysField(label="要打印的表", error_messages={"required": "请至少勾选一份要打印的表。"})


class KeyForm(ProjectForm):
    """Which paper of a place is printed; whether it may be is the operation's question."""

    key = forms.CharField(label="要打印的表", max_length=120)


class ReturnPrintForm(ProjectForm):
    code = forms.CharField(
        label="校验码",
        max_length=80,
        help_text="照抄盖章件页脚右端的 12 位校验码，大小写、横线不限",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    scan = paper("盖章件扫描件")
    keep_stale = forms.BooleanField(
        label="按旧版留存", required=False, help_text="仅在系统提示已有新版时勾选：旧件只作留存，不作为现行件"
    )


class CodeForm(forms.Form):
    """Of the public page; anything typed is an answer of its own, never a fault."""

    code = forms.CharField(label="校验码", required=False, max_length=80)
