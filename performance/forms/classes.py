"""班次台账: the record of one class, its voiding, the filter of the list."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from performance.models import TrainingClass
from performance.queries.classes import STATES, years_of
from performance.rules.classes import LONGEST, MOST
from projects.models import Project
from ui.forms import DateInput, ProjectForm
from ui.versions import SeenForm


def count(label: str, help_text: str = "", initial: int | None = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST, initial=initial, help_text=help_text)


class ClassForm(SeenForm):
    number = forms.CharField(label="班次编号", max_length=LONGEST, help_text="本单位的班次编号，项目内不重复。")
    occupation_id = forms.TypedChoiceField(label="职业（工种）", coerce=int)
    level = forms.ChoiceField(label="等级", choices=[("", "请选择"), *TrainingClass.Level.choices])
    start_on = forms.DateField(label="开班日期", widget=DateInput())
    end_on = forms.DateField(label="结业日期", widget=DateInput(), help_text="按结业日期计入各期，结业后登记。")
    trained = count("培训人次", "结业人次，不填姓名。", None)
    high_skill = count("其中高级工及以上人次", "三级及以上的班次等于培训人次，四级、五级为 0。")
    passed = count("合格人次", "", None)
    certified = count("取得高级工及以上证书人数")
    surveyed = count("受访人数", "满意度调查收回的份数，没有调查填 0。")
    satisfied = count("满意人数")
    subsidised = forms.BooleanField(label="政府补贴性培训", required=False)
    apprentices = forms.BooleanField(label="企业新型学徒制", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.pk, row.written) for row in self.project.occupations.all()]
        cast(forms.TypedChoiceField, self.fields["occupation_id"]).choices = [("", "请选择"), *choices]


class VoidForm(ProjectForm):
    reason = forms.CharField(
        label="作废理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="重复登记、数字有误等；作废后仍可查看，需要的请重新登记。",
    )


class ClassFilter(forms.Form):
    year = forms.TypedChoiceField(label="结业年度", required=False, coerce=int, empty_value=None)
    occupation = forms.TypedChoiceField(label="职业（工种）", required=False, coerce=int, empty_value=None)
    level = forms.ChoiceField(label="等级", required=False, choices=[("", "全部"), *TrainingClass.Level.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *STATES.items()])

    def __init__(self, data: Any, *, years: Iterable[int], occupations: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        for name, choices in (
            ("year", [(year, f"{year} 年") for year in years]),
            ("occupation", list(occupations)),
        ):
            cast(forms.TypedChoiceField, self.fields[name]).choices = [("", "全部"), *choices]

    def asked(self) -> dict[str, Any]:
        """What was understood; the rest is as if it had not been asked."""
        self.is_valid()
        return dict(self.cleaned_data)

    def words(self) -> str:
        """The filter as the head of an export says it."""
        chosen = self.asked()
        names = {name: dict(cast(Any, self.fields[name]).choices) for name in chosen}
        return "、".join(str(names[name].get(value, value)) for name, value in chosen.items() if value)


def filter_of(project: Project, asked: Any) -> ClassFilter:
    occupations = [(row.pk, row.written) for row in project.occupations.all()]
    return ClassFilter(asked, years=years_of(project), occupations=occupations)


class ClassFileForm(ProjectForm):
    file = forms.FileField(
        label="班次台账工作簿（.xlsx）",
        help_text="用本项目的模板填写。上传后先检查和预览，确认后才登记；同一文件可以重复上传，已登记的不会再登记。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
