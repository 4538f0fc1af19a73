"""What is typed when an award is registered or corrected: checked here, saved by the operations."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from policy.loader import configured
from policy.terms import Kind, Track, UnitType
from projects import occupations
from projects.importing import AwardFacts
from ui.forms import DateInput, ProjectForm

MONTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")
COUNTS = {
    "training_area_m2": "培训场所面积（平方米）",
    "students_or_staff": "在校生/技能岗位职工数",
    "trained_per_year": "年培训人次",
    "high_skill_trained": "其中高技能人才",
    "teachers": "专（兼）职教师数",
    "part_time_teachers": "其中兼职教师数",
}
WORDS = {"gender": "性别", "skill_level": "技能等级", "honours": "主要荣誉"}


def edition_choices() -> list[tuple[str, str]]:
    """The newest document first, samples last."""
    known = sorted(configured().values(), key=lambda one: (one.sample, -one.issued_on.toordinal()))
    return [(one.code, f"{one.document} {one.title}") for one in known]


class AwardFields(ProjectForm):
    """The document a registration came with; a proposal for the award decision."""

    document = forms.CharField(label="备案文号", max_length=80, required=False, help_text="尚未备案的可不填")
    awarded_on = forms.DateField(label="备案日期", widget=DateInput(), required=False)


class UploadForm(AwardFields):
    file = forms.FileField(label="名单文件", help_text="附件1、附件2 汇总表，xlsx 格式，不超过 10 MB")
    edition = forms.ChoiceField(label="适用政策", choices=edition_choices)

    field_order = ["file", "edition", "document", "awarded_on"]


class FactsForm(AwardFields):
    """What is said of an award, the unit aside."""

    track = forms.ChoiceField(label="新建/已建", choices=Track.choices)
    occupations = forms.CharField(
        label="职业（工种）",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="按《职业分类大典（2022年版）》的名称填写，用顿号分开；工作室只填带头人所从事的一个",
    )
    studio_name = forms.CharField(label="工作室名称", max_length=100, required=False)
    leader_name = forms.CharField(label="带头人", max_length=40, required=False, help_text="工作室必填")
    leader_birth = forms.CharField(label="带头人出生年月", required=False, help_text="例如 1974-03")
    recommender = forms.CharField(label="推荐单位", max_length=120, required=False)
    contact = forms.CharField(label="联系人", max_length=40, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in COUNTS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=0, required=False)
        for name, label in WORDS.items():
            self.fields[name] = forms.CharField(label=label, max_length=500, required=False)

    def clean_leader_birth(self) -> str:
        text = self.cleaned_data["leader_birth"].strip()
        if text and not MONTH.fullmatch(text):
            raise forms.ValidationError("请按“年-月”填写，例如 1974-03。")
        return text

    def clean_occupations(self) -> tuple[str, ...]:
        return tuple(occupations.split(self.cleaned_data["occupations"]))

    def said(self) -> dict[str, Any]:
        """The fields of AwardFacts that this form has."""
        data = self.cleaned_data
        names = ("occupations", "studio_name", "leader_name", "leader_birth", "recommender", "contact", "phone")
        declared = {name: str(data[name]) for name in (*COUNTS, *WORDS) if data.get(name) not in (None, "")}
        return {name: data[name] for name in names} | {"track": Track(data["track"]), "declared": declared}


class RegisterForm(FactsForm):
    edition = forms.ChoiceField(label="适用政策", choices=edition_choices)
    kind = forms.ChoiceField(label="项目类型", choices=Kind.choices)
    unit_name = forms.CharField(label="单位名称", max_length=120)
    credit_code = forms.CharField(label="统一社会信用代码", max_length=24, required=False, help_text="18 位")
    unit_type = forms.ChoiceField(label="单位性质", choices=UnitType.choices)

    field_order = ["edition", "kind", "track", "unit_name", "credit_code", "unit_type", "occupations"]

    def facts(self) -> AwardFacts:
        data = self.cleaned_data
        return AwardFacts(
            kind=Kind(data["kind"]),
            unit_name=data["unit_name"],
            unit_type=data["unit_type"],
            credit_code=data["credit_code"],
            **self.said(),
        )


class DraftForm(FactsForm):
    """The facts of one draft; only the fields its kind has."""

    field_order = ["track", "occupations"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = {Kind.BASE: ["studio_name", "leader_name", "leader_birth", *WORDS], Kind.STUDIO: ["track", *COUNTS]}
        for name in gone[Kind(self.project.kind)]:
            del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """What the form says; what it does not show stays as it is."""
        data = self.cleaned_data
        shown = {name: data[name] for name in ("occupations", "recommender", "contact", "phone")}
        shown |= {name: data[name] for name in ("studio_name", "leader_name", "leader_birth") if name in data}
        shown |= {"track": Track(data["track"])} if "track" in data else {}
        known = {name: str(data[name]) for name in (*COUNTS, *WORDS) if data.get(name) not in (None, "")}
        kept = {key: text for key, text in self.project.declared.items() if key not in self.fields}
        return shown | {"declared": kept | known}


class FilesForm(forms.Form):
    """In the address; a matter that has no file is not offered and narrows nothing."""

    q = forms.CharField(label="关键字", required=False, max_length=60)
    matter = forms.ChoiceField(label="事项", required=False)

    def __init__(self, *args: Any, matters: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = "文件名、材料、凭证号或校验码"
        self.fields["matter"] = forms.ChoiceField(
            label="事项", required=False, choices=[("", "全部"), *((one, one) for one in matters)]
        )

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)
