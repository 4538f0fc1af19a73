"""Forms of service, revocation, its aftermath, false material and the yearly report. They check input only."""

from typing import Any

from django import forms

from lifecycle.forms.steps import paper
from lifecycle.models import Hearing, Service
from lifecycle.rules.service import DAYS
from lifecycle.rules.yearly import grades_of
from ui.forms import DateInput, ProjectForm

LONG = {"rows": 6}
YES_NO = [("", "请选择"), ("yes", "同意"), ("no", "不同意")]


def area(label: str, *, most: int = 3000, rows: int = 4, required: bool = True, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, required=required, help_text=help_text)


class ServiceForm(ProjectForm):
    served_on = forms.DateField(
        label="送达日期", widget=DateInput(), help_text="签收、留置、邮件妥投或公告发出的日期；公告满规定天数视为送达"
    )
    way = forms.ChoiceField(label="送达方式", choices=Service.Way.choices)
    receiver = forms.CharField(label="签收人", max_length=60, required=False, help_text="留置、公告送达的可以不填")
    witness = forms.CharField(label="见证人", max_length=120, required=False, help_text="留置送达必填：姓名和单位")
    proof = paper("送达回证（签字扫描件）")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition = self.project.edition
        said = [
            (way.value, f"{way.label}（满 {days} 天视为送达）" if (days := edition.number(DAYS[way])) else way.label)
            for way in Service.Way
        ]
        self.fields["way"].choices = said  # type: ignore[attr-defined]


class DefenceForm(ProjectForm):
    text = area("陈述申辩内容", most=5000, rows=8, help_text="逐条陈述，一条一段；两厅将逐条答复")
    hearing = forms.BooleanField(label="要求当面听取陈述（听证）", required=False)
    proof = paper("证据材料", required=False)


class HearingForm(ProjectForm):
    kind = forms.ChoiceField(label="形式", choices=Hearing.Kind.choices)
    held_on = forms.DateField(label="日期", widget=DateInput())
    place = forms.CharField(label="地点", max_length=120)
    persons = forms.CharField(label="参加人", max_length=300, help_text="主持人、记录人、单位代表")
    summary = area("笔录摘要", rows=6)
    proof = paper("陈述听证笔录（签字扫描件）")


class LegalReviewForm(ProjectForm):
    office = forms.CharField(label="审核机构", max_length=80, help_text="例如：政策法规处")
    passed = forms.ChoiceField(label="审核结论", choices=YES_NO)
    opinion = area("审核意见", most=500, help_text="主体、事实、依据、程序、幅度")
    proof = paper("法制审核意见书")

    def clean_passed(self) -> bool:
        return bool(self.cleaned_data["passed"] == "yes")


class PlaqueForm(ProjectForm):
    happened_on = forms.DateField(label="日期", widget=DateInput())
    lost = forms.BooleanField(label="牌匾遗失，已声明作废", required=False)
    receiver = forms.CharField(label="接收人（遗失的填写登载载体）", max_length=120)
    note = forms.CharField(label="说明", max_length=300, required=False)
    proof = paper("牌匾照片或遗失声明")


class UpwardForm(ProjectForm):
    happened_on = forms.DateField(label="上报日期", widget=DateInput())
    number = forms.CharField(label="上报文号", max_length=80)
    receiver = forms.CharField(label="上报单位", max_length=120)
    proof = paper("上报文件")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].initial = self.project.edition.central_department


class PublicationForm(ProjectForm):
    happened_on = forms.DateField(label="公布日期", widget=DateInput())
    place = forms.CharField(label="公布载体", max_length=120, help_text="例如：门户网站、公告栏")
    text = area("公布内容", rows=5, help_text="由决定书生成；不得含个人姓名、身份证号、电话等个人信息")
    proof = paper("公布截图", required=False)


class FalseCaseForm(ProjectForm):
    document = forms.CharField(label="涉及材料", max_length=160, help_text="哪一份材料、哪一处内容")
    attachment = forms.ChoiceField(label="系统内的材料（可选）", required=False)
    facts = area("事实", help_text="材料怎样写、实际怎样")
    evidence = area("证据", help_text="证据名称和来源")
    proof = paper("核查证据", required=False)

    def __init__(self, *args: Any, files: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attachment"].choices = [("", "未指明"), *files]  # type: ignore[attr-defined]


class FalseStatementForm(ProjectForm):
    text = area("说明", most=5000, rows=8, help_text="说明材料的来源和真实情况")
    proof = paper("说明材料", required=False)


class DismissForm(ProjectForm):
    conclusion = area("不予认定的理由", most=500)


class YearlyForm(ProjectForm):
    """The unit's words on one year; the figures come from its registers."""

    equipment = area("设备使用情况", rows=4, help_text="主要设备、开机和使用情况、闲置设备及原因")
    work = area("培养、攻关和带动情况", rows=4, help_text="课程、技能攻关、交流推广和带动作用")
    problems = area("存在问题和打算", rows=4)

    def __init__(self, *args: Any, report: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(report, name, "")


class YearlyCheckForm(ProjectForm):
    agreed = forms.ChoiceField(label="初审结论", choices=[("", "请选择"), ("yes", "同意上报"), ("no", "退回修改")])
    opinion = area("意见", most=300, help_text="退回的，一次写全需要修改的内容")

    def clean_agreed(self) -> bool:
        return bool(self.cleaned_data["agreed"] == "yes")


class GradeForm(ProjectForm):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    grade = forms.ChoiceField(label="等次")
    opinion = area("考核意见", most=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "请选择"), *((grade, grade) for grade in grades_of(self.project.edition))]
        self.fields["grade"].choices = choices  # type: ignore[attr-defined]
