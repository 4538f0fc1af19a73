"""What people ask of the dates, and what they type about the clock and the holidays."""

import re
from datetime import date
from typing import Any

from django import forms

from lifecycle.rules.deadlines import RULES
from projects import files
from ui.forms import DateInput, ProjectForm

ALL = ("", "全部")
OVERDUE = "overdue"
WITHIN = ("7", "30", "90")
LONGEST_LIST = 4000
LINE = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:\s+(?P<name>\S.*))?")


class DeadlineFilter(forms.Form):
    q = forms.CharField(label="关键字", required=False, max_length=60)
    rule = forms.ChoiceField(
        label="期限", required=False, choices=[ALL, *((rule.code, rule.label) for rule in RULES.values())]
    )
    when = forms.ChoiceField(
        label="到期",
        required=False,
        choices=[ALL, (OVERDUE, "已逾期"), *((days, f"{days} 天内到期") for days in WITHIN)],
    )
    place = forms.ChoiceField(label="市州或部门", required=False, choices=[ALL])

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = "项目名称 / 编号 / 单位"
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 - for the type checker
        place.choices = [ALL, *places]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ClockForm(ProjectForm):
    note = forms.CharField(
        label="核对情况", max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写明与什么时间源核对、结果如何；停机后重新启动的写明停机起止。",
    )  # fmt: skip


class HolidayForm(ProjectForm):
    number = forms.CharField(label="文号", max_length=80, help_text="国务院办公厅关于放假安排的通知文号")
    title = forms.CharField(label="文件名称", max_length=160)
    dated_on = forms.DateField(label="成文日期", widget=DateInput())
    off = forms.CharField(
        label="放假日", max_length=LONGEST_LIST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="每行一天：2027-01-01 元旦。只列原为工作日的放假日和法定节日，普通周末不用列。",
    )  # fmt: skip
    working = forms.CharField(
        label="调休上班日", required=False, max_length=LONGEST_LIST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一天：2027-02-14 春节。没有的留空。",
    )  # fmt: skip
    file = forms.FileField(label="文件", widget=forms.ClearableFileInput(attrs={"accept": files.ACCEPT}))

    def clean_off(self) -> dict[date, str]:
        return _days(self.cleaned_data["off"])

    def clean_working(self) -> dict[date, str]:
        return _days(self.cleaned_data["working"])


def _days(text: str) -> dict[date, str]:
    """One day a line, with the name of the feast behind it."""
    found: dict[date, str] = {}
    for number, line in enumerate((line.strip() for line in text.splitlines()), 1):
        if not line:
            continue
        match = LINE.fullmatch(line)
        try:
            day = date.fromisoformat(match["day"]) if match else None
        except ValueError:
            day = None
        if match is None or day is None:
            raise forms.ValidationError(f"第 {number} 行“{line[:20]}”看不懂，应为“2027-01-01 元旦”的样子。")
        if day in found:
            raise forms.ValidationError(f"第 {number} 行：{day} 重复。")
        found[day] = (match["name"] or "").strip()[:40]
    return found


class MoveForm(ProjectForm):
    agreed = forms.BooleanField(required=False)
    reason = forms.CharField(required=False, max_length=200)
