"""Forms of 变更, 争议 and 更正, and of what comes back from the office's own OA."""

import re
from typing import Any

from django import forms

from lifecycle.forms.steps import paper
from lifecycle.models import ChangeRequest, Dispute
from lifecycle.queries.disputes import contestable
from lifecycle.rules.changes import CONTENT, LEADER, MERGER, OCCUPATIONS, RENAME, kinds_for
from projects import occupations
from projects.models import Correction, Decision
from projects.rules import tidy_credit_code
from ui.forms import DateInput, ProjectForm

AREA = {"rows": 4}
BIRTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")


class ChangeForm(ProjectForm):
    """One kind of change: its own new values, then reason, document and date."""

    reason = forms.CharField(label="变更理由", widget=forms.Textarea(attrs=AREA), max_length=500)
    document = forms.CharField(label="依据文件", max_length=80, help_text="文号，例如变更登记通知、主管部门批复")
    effective_on = forms.DateField(label="变更生效日期", widget=DateInput())
    proof = paper("依据文件扫描件")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        own = FIELDS[kind](self)
        self.fields = own | self.fields

    def new(self) -> dict[str, Any]:
        """The new values as they are kept."""
        data = self.cleaned_data
        if self.kind == OCCUPATIONS:
            return {"occupations": [_matched(name) for name in occupations.split(data["occupations"])]}
        if self.kind == MERGER:
            return {"name": data["name"].strip(), "credit_code": tidy_credit_code(data["credit_code"])}
        return {name: str(data[name]).strip() for name in FIELDS[self.kind](self)}

    def clean_leader_birth(self) -> str:
        text = str(self.cleaned_data["leader_birth"]).strip()
        if not BIRTH.fullmatch(text):
            raise forms.ValidationError("请按 1980-01 的格式填写出生年月。")
        return text


def _matched(name: str) -> dict[str, Any]:
    found = occupations.match(name)
    facts = {"code": found.code, "name": found.name, "level": found.level, "major": found.major} if found else {}
    return {"written": name[:80], "code": "", "name": "", "level": "", "major": None} | facts


def _rename(form: ChangeForm) -> dict[str, forms.Field]:
    said = "统一社会信用代码不变"
    return {"name": forms.CharField(label="变更后的单位名称", max_length=120, help_text=said)}


def _merger(form: ChangeForm) -> dict[str, forms.Field]:
    said = "承继单位须已在本系统登记"
    return {
        "name": forms.CharField(label="承继单位名称", max_length=120),
        "credit_code": forms.CharField(label="承继单位统一社会信用代码", max_length=24, help_text=said),
    }


def _leader(form: ChangeForm) -> dict[str, forms.Field]:
    levels = next(
        (one for one in form.project.edition.conditions if one.facts and one.facts[0][0] == "leader_level"), None
    )
    choices = [(level, level) for level in [*(levels.threshold.split("|") if levels else ()), "其他"]]
    return {
        "leader_name": forms.CharField(label="新带头人姓名", max_length=40),
        "leader_birth": forms.CharField(label="出生年月", max_length=7, help_text="例如 1980-01"),
        "leader_level": forms.ChoiceField(label="技能水平", choices=[("", "请选择"), *choices]),
        "leader_able": forms.ChoiceField(
            label="身体健康，能承担日常工作", choices=[("", "请选择"), ("true", "是"), ("false", "否")]
        ),
    }


def _occupations(form: ChangeForm) -> dict[str, forms.Field]:
    now = "、".join(one.written for one in form.project.occupations.all() if one.until is None)
    said = "填写变更后的全部职业（工种）。职业类别和补助金额在立项时固定，不随之调整"
    return {
        "occupations": forms.CharField(
            label="变更后的职业（工种）",
            widget=forms.Textarea(attrs=AREA),
            max_length=1000,
            initial=now,
            help_text=said,
        )
    }


def _content(form: ChangeForm) -> dict[str, forms.Field]:
    return {
        "content": forms.CharField(label="变更后的建设内容", widget=forms.Textarea(attrs={"rows": 6}), max_length=2000)
    }


FIELDS = {RENAME: _rename, MERGER: _merger, LEADER: _leader, OCCUPATIONS: _occupations, CONTENT: _content}


def change_choices(kind: str) -> list[tuple[str, str]]:
    return [(value, ChangeRequest.Kind(value).label) for value in kinds_for(kind)]


class DisputeForm(ProjectForm):
    decision = forms.ModelChoiceField(Decision.objects.none(), label="所针对的决定", empty_label="请选择")
    kind = forms.ChoiceField(label="途径", choices=Dispute.Kind.choices)
    body = forms.CharField(label="受理机关", max_length=120)
    number = forms.CharField(label="受理文号", max_length=80)
    accepted_on = forms.DateField(label="受理日期", widget=DateInput())
    paper = paper("受理通知书")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        field.queryset = contestable(self.project)  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.title}（{one.number}）"  # type: ignore[attr-defined]


class DisputeResultForm(ProjectForm):
    result = forms.ChoiceField(label="结果", choices=[("", "请选择"), *Dispute.Result.choices])
    number = forms.CharField(label="结果文号", max_length=80)
    closed_on = forms.DateField(label="结案日期", widget=DateInput())
    paper = paper("生效法律文书")


class PaperForm(forms.Form):
    """What was signed in the office's own OA, registered back."""

    number = forms.CharField(label="签署件文号", max_length=80)
    dated_on = forms.DateField(label="成文日期", widget=DateInput())
    scan = paper("签署件扫描件")


class CorrectionForm(forms.Form):
    field = forms.ChoiceField(label="更正事项", choices=Correction.Field.choices)
    new = forms.CharField(label="正确的内容", max_length=80, help_text="日期按 2026-01-31 的格式填写")
    reason = forms.CharField(label="登记错误的原因", widget=forms.Textarea(attrs=AREA), max_length=300)


class CorrectionAnswerForm(forms.Form):
    agreed = forms.TypedChoiceField(
        label="意见", choices=[("yes", "同意更正"), ("no", "不予更正")], coerce=lambda value: value == "yes"
    )
    answer = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args: Any, project: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
