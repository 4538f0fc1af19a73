"""问题: opening, answering, asking again, closing, opening anew, filtering."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Node
from funds.forms.fields import FilesField, MoneyFormField
from lifecycle.queries.problems import AGES, BY_HAND, DIRECT, DIRECT_NAME, OF_PROJECT, UNDATED, UNDATED_NAME
from policy.terms import Kind, Sector, Track
from projects.forms import edition_choices
from projects.models import Problem
from projects.problems import STATES
from ui.forms import DateInput, ProjectForm

ALL = ("", "全部")
EXPORT_FIRST = "项目名称 / 编号 / 单位 / 事实"


def area() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


class OpenForm(ProjectForm):
    source = forms.ChoiceField(label="来源", choices=[(one.value, one.label) for one in BY_HAND])
    level = forms.ChoiceField(label="程度", choices=Problem.Level.choices, initial=Problem.Level.MAJOR)
    fact = forms.CharField(label="事实", max_length=300, widget=area(), help_text="时间、地点、数量，写到可以核对")
    clause = forms.CharField(label="依据", max_length=160, help_text="违反的条款，例如：通知 五")
    requirement = forms.CharField(label="整改要求", max_length=300, widget=area())
    amount = MoneyFormField(label="涉及金额（元）", required=False, help_text="涉及资金的填写；由财政部门核验销号")
    due_on = forms.DateField(label="整改期限", required=False, widget=DateInput())
    evidence = FilesField(label="佐证材料", required=False, help_text="照片、记录等，单位可以看到")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.project is not None:
            days = self.project.edition.number("problem_days")
            self.fields["due_on"].help_text = f"不填为 {days} 天，遇休息日顺延"


class AnswerForm(ProjectForm):
    owner = forms.CharField(label="责任人", max_length=40)
    measure = forms.CharField(label="整改措施", max_length=500, widget=area())
    answer = forms.CharField(label="整改结果（单位自评）", max_length=500, widget=area())
    done_on = forms.DateField(label="完成时间", required=False, widget=DateInput())
    proofs = FilesField(label="佐证材料", required=False, help_text="可选多个；提交前须至少一份")


class SubmitForm(ProjectForm):
    """Nothing to fill in: the leader signs what was drafted."""


class AskForm(ProjectForm):
    text = forms.CharField(label="还要补充或改正什么", max_length=500, widget=area())
    due_on = forms.DateField(label="新的整改期限", required=False, widget=DateInput())


class CloseForm(ProjectForm):
    verdict = forms.CharField(label="核验意见", max_length=300, widget=area(), help_text="查看了什么、是否到位")


class ReopenForm(ProjectForm):
    fact = forms.CharField(label="反复的情况", max_length=300, widget=area())
    requirement = forms.CharField(label="整改要求", max_length=300, required=False, widget=area())
    due_on = forms.DateField(label="整改期限", required=False, widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requirement"].help_text = "不填为原问题的整改要求"


class ProblemFilter(forms.Form):
    """In the address; a value that is not offered finds nothing said, links grow old."""

    q = forms.CharField(label="关键字", required=False, max_length=60)
    source = forms.ChoiceField(label="来源", required=False, choices=[ALL, *Problem.Source.choices])
    level = forms.ChoiceField(label="程度", required=False, choices=[ALL, *Problem.Level.choices])
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "未销号"), ("overdue", "逾期未答复"), *STATES, ("all", "全部")],
    )
    city = forms.ChoiceField(label="市州或部门", required=False, choices=[ALL])
    age = forms.ChoiceField(
        label="提出时间",
        required=False,
        choices=[ALL, *((code, label) for code, label, _, _ in AGES), (UNDATED, UNDATED_NAME)],
    )
    kind = forms.ChoiceField(label="项目类型", required=False, choices=[ALL, *Kind.choices])
    sector = forms.ChoiceField(label="职业类别", required=False, choices=[ALL, *Sector.choices])
    track = forms.ChoiceField(label="新建/已建", required=False, choices=[ALL, *Track.choices])
    year = forms.IntegerField(label="立项年度", required=False, min_value=2000, max_value=2100)
    edition = forms.ChoiceField(label="适用政策", required=False, choices=[ALL])
    on = forms.DateField(label="截至日", required=False, widget=DateInput())

    def __init__(self, *args: Any, places: list[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"] = forms.ChoiceField(label="适用政策", required=False, choices=[ALL, *edition_choices()])
        self.fields["q"].widget.attrs["placeholder"] = EXPORT_FIRST
        if places:
            self.fields["city"] = forms.ChoiceField(
                label="市州或部门",
                required=False,
                choices=[ALL, *((one.path, one.name) for one in places), (DIRECT, DIRECT_NAME)],
            )
        else:
            del self.fields["city"]

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)

    def clean_on(self) -> date | None:
        """Today is not a day gone by."""
        day, today = self.cleaned_data["on"], timezone.localdate()
        if day and day > today:
            raise forms.ValidationError(f"截至日不能晚于今天 {today}。")
        return day if day != today else None

    def shortened(self) -> "ProblemFilter":
        """As a page shows it: what only a link from the statistics asks for stands there when it was asked for."""
        for name in OF_PROJECT:
            if not self.data.get(name):
                del self.fields[name]
        return self

    def in_words(self) -> str:
        said = []
        for name, value in self.asked().items():
            choices = dict(getattr(self.fields[name], "choices", ()))
            if value or name == "state":
                said.append(f"{self.fields[name].label}：{choices.get(value, value)}")
        return "；".join(said)
