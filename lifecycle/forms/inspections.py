"""Forms of inspections: the plan, a tour with its teams and stops, the record on a phone, opinion and conclusion."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Organisation, User
from funds.forms.fields import FilesField, SeveralFiles
from lifecycle.models import Inspection, InspectionFinding, InspectionItem, InspectionPlan, InspectionTour
from lifecycle.queries.inspections import facts_of, inspectors_near, item_version
from lifecycle.rules.inspections import conflicts_of
from projects.files import ACCEPT
from projects.models import Problem, Project
from ui.forms import DateInput, ProjectForm
from ui.versions import SeenForm

YES_NO = [("yes", "列入计划"), ("no", "不列入计划")]
AREA = {"rows": 3}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class Camera(SeveralFiles):
    """Opens the camera on a phone, a file dialog elsewhere."""

    def __init__(self) -> None:
        super().__init__(attrs={"accept": "image/*", "capture": "environment"})


def area(label: str, most: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class InspectionFilter(forms.Form):
    """GET. What cannot be read is left aside by the view."""

    q = forms.CharField(label="项目或单位", required=False, max_length=60)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Inspection.State.choices])
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    mine = forms.BooleanField(label="只看我参加的", required=False)


class TourFilter(forms.Form):
    q = forms.CharField(label="名称或文号", required=False, max_length=60)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *InspectionTour.State.choices])
    kind = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *InspectionTour.Kind.choices])


class PlanFilter(forms.Form):
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *InspectionPlan.State.choices])


class PlanForm(ProjectForm):
    year = forms.IntegerField(
        label="年度", min_value=2000, max_value=2100,
        help_text="按政策版本的覆盖规则提出建议：金额或风险达到的必查，其余按种子抽取；以后可以逐个调整并写明理由。",
    )  # fmt: skip


class AdjustForm(ProjectForm):
    chosen = forms.TypedChoiceField(
        label="调整为", choices=YES_NO, coerce=lambda word: word == "yes", widget=forms.RadioSelect
    )
    reason = area("调整理由", 300)


class TourForm(ProjectForm):
    title = forms.CharField(label="巡查名称", max_length=160)
    plan = forms.ModelChoiceField(
        label="所依据的年度计划", queryset=InspectionPlan.objects.none(), required=False, empty_label="不依据年度计划",
        help_text="选了计划的，路线只能排计划中的项目。",
    )  # fmt: skip

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class TeamFields(ProjectForm):
    """Members and leader out of the province's officers; who is in conflict is told before the choice."""

    members = forms.TypedMultipleChoiceField(
        label="成员",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="应当回避或不在管辖范围的已注明；选了也不能保存。",
    )
    leader = forms.TypedChoiceField(label="组长", coerce=int, help_text="从成员中指定，最后签字。")

    def offer(self, office: Organisation, projects: Iterable[Project], on: Any) -> None:
        people = inspectors_near(office, on)
        why = conflicts_of(*facts_of(people, projects), years=_years(projects), on=on)
        choices = [(one.pk, _said(one, why.get(one.pk, ""))) for one in people]
        self.fields["members"].choices = choices  # type: ignore[attr-defined]
        self.fields["leader"].choices = [("", "请选择"), *((pk, text) for pk, text in choices)]  # type: ignore[attr-defined]


def _years(projects: Iterable[Project]) -> int:
    return max((one.edition.number("inspection_conflict_years") for one in projects), default=0)


def _said(person: User, why: str) -> str:
    office = getattr(person, "office", "")
    return f"{person}（{office}）{'——不能参加：' + why if why else ''}"


class TeamForm(TeamFields):
    name = forms.CharField(label="检查组名称", max_length=40, initial="第一组")
    field_order = ["name", "members", "leader"]


class WhenFields(forms.Form):
    visit_on = forms.DateField(label="检查日期", widget=DateInput())
    visit_at = forms.TimeField(label="时间", widget=TimeInput(), initial="09:00")


class MoveForm(WhenFields, ProjectForm):
    team_id = forms.TypedChoiceField(label="检查组", coerce=int)
    order = forms.IntegerField(label="当日顺序", min_value=1, max_value=200, initial=1)

    field_order = ["project_id", "team_id", "visit_on", "visit_at", "order"]

    def __init__(self, *args: Any, teams: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team_id"].choices = [(team.pk, str(team)) for team in teams]  # type: ignore[attr-defined]


class StopForm(MoveForm):
    project_id = forms.TypedChoiceField(label="项目", coerce=int)

    def __init__(self, *args: Any, projects: Iterable[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, f"{one.name}（{one.organisation}）") for one in projects]
        self.fields["project_id"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


class IssueForm(ProjectForm):
    number = forms.CharField(label="检查通知文号", max_length=80)
    dated_on = forms.DateField(label="通知日期", widget=DateInput())
    upload = forms.FileField(label="检查通知", widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}))


class SingleForm(WhenFields, IssueForm, TeamFields):
    title = forms.CharField(label="检查名称", max_length=160, initial="单项检查")

    field_order = ["title", "visit_on", "visit_at", "members", "leader", "number", "dated_on", "upload"]


class SummaryForm(ProjectForm):
    summary = area("检查总结", 5000, 8)


class VisitForm(ProjectForm):
    visited_on = forms.DateField(label="实际检查日期", widget=DateInput())
    place = forms.CharField(label="检查地点", max_length=160, help_text="写明地址和到过的场所。")
    summary = area("总体情况", 3000, 5)


class ItemForm(SeenForm):
    """One line of the check list, as it fits a phone."""

    verdict = forms.ChoiceField(
        label="结果", choices=[one for one in InspectionItem.Verdict.choices if one[0]], widget=forms.RadioSelect
    )
    actual = forms.CharField(
        label="实际情况", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不符合的必填：数量、现状。",
    )  # fmt: skip
    note = forms.CharField(label="备注", max_length=300, required=False)
    place = forms.CharField(label="位置", max_length=120, required=False, help_text="楼号、房间或设备位置。")
    photos = FilesField(label="拍照", required=False)
    papers = FilesField(label="已有照片或材料", required=False)

    def __init__(self, *args: Any, item: InspectionItem, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(item, name) for name in ("verdict", "actual", "note", "place")}
        super().__init__(*args, version=item_version(item), **kwargs)
        self.fields["photos"].widget = Camera()


class NoteForm(ProjectForm):
    item_id = forms.TypedChoiceField(label="更正的项目", required=False, coerce=int, empty_value=None)
    text = area("更正内容和原因", 500)

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, f"{one.code} {one.text[:40]}") for one in inspection.items.all()]
        self.fields["item_id"].choices = [("", "整份记录"), *choices]  # type: ignore[attr-defined]


class SeenRecordForm(ProjectForm):
    remark = area("说明（可不填）", 300, required=False)


class FindingForm(ProjectForm):
    fact = area("事实", 300)
    clause = forms.CharField(label="依据", max_length=160, required=False, help_text="文件和条款。")
    requirement = area("整改要求", 300)
    level = forms.ChoiceField(label="程度", choices=Problem.Level.choices, initial=Problem.Level.MAJOR)
    due_on = forms.DateField(label="整改期限", widget=DateInput())


class OnFindings(ProjectForm):
    """Fields for each finding; `rows` puts them beside it."""

    names: tuple[str, ...] = ()

    def __init__(self, *args: Any, findings: list[InspectionFinding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = findings
        for one in findings:
            for name, field in self.fields_of(one).items():
                self.fields[f"{name}_{one.pk}"] = field

    def fields_of(self, finding: InspectionFinding) -> dict[str, forms.Field]:
        raise NotImplementedError

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"finding": one, "fields": [self[f"{name}_{one.pk}"] for name in self.fields_of(one)]}
            for one in self.findings
        ]

    @property
    def others(self) -> list[forms.BoundField]:
        own = {f"{name}_{one.pk}" for one in self.findings for name in self.fields_of(one)}
        return [self[name] for name in self.fields if name not in own]


class OpinionForm(OnFindings):
    uploads = FilesField(label="佐证材料", required=False, help_text="可选多个。")

    def fields_of(self, finding: InspectionFinding) -> dict[str, forms.Field]:
        choices = [("yes", "同意"), ("no", "不同意")]
        return {
            "agreed": forms.ChoiceField(label="意见", choices=choices, widget=forms.RadioSelect, required=False),
            "opinion": forms.CharField(
                label="说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
                help_text="不同意的必填。",
            ),
        }  # fmt: skip

    def answers(self) -> dict[int, tuple[bool, str]]:
        data = self.cleaned_data
        said = {one.pk: data.get(f"agreed_{one.pk}", "") for one in self.findings}
        return {pk: (word == "yes", data.get(f"opinion_{pk}", "")) for pk, word in said.items() if word}


class ConcludeForm(OnFindings):
    note = area("办结意见", 300, required=False)

    def fields_of(self, finding: InspectionFinding) -> dict[str, forms.Field]:
        outcomes = InspectionFinding.Outcome.choices
        text: dict[str, Any] = {"required": False, "max_length": 300}
        long = forms.Textarea(attrs={"rows": 3})
        return {
            "outcome": forms.ChoiceField(label="处理", choices=outcomes, widget=forms.RadioSelect, required=False),
            "reason": forms.CharField(label="理由", help_text="修改、撤销，或单位不同意而维持的必填。", **text),
            "fact": forms.CharField(
                label="定稿事实", initial=finding.fact, help_text="处理为“修改”时采用。", widget=long, **text
            ),
            "requirement": forms.CharField(label="定稿整改要求", initial=finding.requirement, widget=long, **text),
            "level": forms.ChoiceField(label="定稿程度", choices=Problem.Level.choices, initial=finding.level),
        }

    def verdict(self, finding: InspectionFinding) -> dict[str, str]:
        names = ("outcome", "reason", "fact", "requirement", "level")
        return {name: self.cleaned_data.get(f"{name}_{finding.pk}", "") for name in names}
