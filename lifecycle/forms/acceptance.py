"""Forms of 验收: 形式审查, the visit, the panel, an expert's sheet, 自查 and 模拟验收."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import Organisation, User
from lifecycle.forms.steps import AREA, _fact, paper
from lifecycle.models import Acceptance
from lifecycle.operations.panel import Visit
from lifecycle.operations.sheets import Filled
from lifecycle.queries import conditions_of
from lifecycle.queries.panel import CaseView, card_of
from lifecycle.rules.mock import Gap, Known
from lifecycle.rules.panel import LONGEST_COMMENT, criteria_of
from policy.edition import Condition
from policy.terms import Kind, Line
from projects.conditions import requirement_text
from projects.files import ACCEPT
from projects.models import Project
from ui.forms import DateInput, ProjectForm
from ui.versions import SeenForm

IMAGES = ".jpg,.jpeg,.png"


class ConditionsForm(SeenForm):
    """Every condition that applies: its values and the evidence."""

    def __init__(self, *args: Any, known: dict[str, Known], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions, self.known = conditions_of(self.project), known
        for item in self.conditions:
            told = known[item.code]
            for name, label in item.facts:
                self.fields[f"{item.code}_{name}"] = _fact(item.op, item.threshold, label, told.values.get(name, ""))
            self.fields[f"{item.code}_evidence"] = forms.CharField(
                label="佐证", required=False, max_length=300, initial=told.evidence, help_text=item.evidence
            )

    def values(self) -> dict[str, dict[str, str]]:
        return {
            item.code: {name: self.cleaned_data.get(f"{item.code}_{name}", "") for name, _ in item.facts}
            for item in self.conditions
        }

    def evidence(self) -> dict[str, str]:
        return {item.code: self.cleaned_data.get(f"{item.code}_evidence", "") for item in self.conditions}

    @property
    def condition_rows(self) -> list[dict[str, Any]]:
        return [self._row(item) for item in self.conditions]

    def _row(self, item: Condition) -> dict[str, Any]:
        return {
            "item": item,
            "required": requirement_text(item),
            "known": self.known[item.code],
            "facts": [self[f"{item.code}_{name}"] for name, _ in item.facts],
            "evidence": self[f"{item.code}_evidence"],
        }


class ReturnPackForm(ProjectForm):
    """One reason a paper, empty where it is in order; everything at once."""

    remark = forms.CharField(label="其他意见", required=False, widget=forms.Textarea(attrs=AREA), max_length=500)
    due_on = forms.DateField(label="补正期限", widget=DateInput())

    def __init__(self, *args: Any, items: list[Any], due_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [item.code for item in items]
        for item in items:
            self.fields[f"reason_{item.code}"] = forms.CharField(
                label=f"{item.label}：退回原因",
                required=False,
                max_length=200,
                help_text=f"现状：{item.said}；合格的不填",
            )
        self.fields["due_on"].initial = due_on
        self.order_fields([*(f"reason_{code}" for code in self.codes), "remark", "due_on"])

    def reasons(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"reason_{code}", "") for code in self.codes}


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralField(forms.FileField):
    """Several files in one field, none allowed."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        return (
            [one(item, initial) for item in data if item]
            if isinstance(data, list | tuple)
            else [item for item in [one(data, initial)] if item]
        )


class VisitForm(ProjectForm):
    visited_on = forms.DateField(label="验收日期", widget=DateInput())
    place = forms.CharField(
        label="地点和方式", max_length=120, help_text="例如：实训中心，听取汇报、查阅资料、实地查看"
    )
    participants = forms.CharField(label="参加人员", widget=forms.Textarea(attrs={"rows": 2}), max_length=300)
    photos = SeveralField(
        label="现场照片", required=False, widget=Several(attrs={"accept": IMAGES, "multiple": True}),
        help_text="可一次选择多张，手机上可直接拍摄",
    )  # fmt: skip


def _person(user: User) -> str:
    card = card_of(user)
    return f"{user}　{card.employer}　{card.title}　{card.field}".strip() if card else f"{user}（未登记工作单位）"


class PanelForm(ProjectForm):
    """Which applications, who sits, and where the panel is on which day."""

    name = forms.CharField(label="验收组名称", max_length=120, required=False)
    notice_number = forms.CharField(label="验收通知文号", max_length=80)
    notice = forms.FileField(label="验收通知", widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}))
    experts = forms.MultipleChoiceField(label="专家", widget=forms.CheckboxSelectMultiple)
    leader = forms.ChoiceField(label="组长")
    recuse = forms.BooleanField(
        label="有利害关系的专家在相应项目自动回避", required=False, help_text="只用于一组多项；单个项目须换人"
    )

    def __init__(
        self, *args: Any, experts: list[User], waiting: list[Acceptance], chosen: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = waiting
        people = [(str(one.pk), _person(one)) for one in experts]
        cast(forms.MultipleChoiceField, self.fields["experts"]).choices = people
        cast(forms.ChoiceField, self.fields["leader"]).choices = [("", "请选择"), *people]
        for row in waiting:
            pk = row.project_id
            self.fields[f"take_{pk}"] = forms.BooleanField(
                label=row.project.name, required=False, initial=pk == chosen or len(waiting) == 1
            )
            self.fields[f"visit_on_{pk}"] = forms.DateField(label="验收日期", required=False, widget=DateInput())
            self.fields[f"time_{pk}"] = forms.CharField(label="时间", required=False, max_length=40)
            self.fields[f"place_{pk}"] = forms.CharField(label="地点", required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for row in self.waiting:
            if data.get(f"take_{row.project_id}") and not data.get(f"visit_on_{row.project_id}"):
                self.add_error(f"visit_on_{row.project_id}", "请填写验收日期。")
        return data

    def visits(self) -> dict[int, Visit]:
        data = self.cleaned_data
        taken = [row.project_id for row in self.waiting if data.get(f"take_{row.project_id}")]
        return {pk: Visit(data[f"visit_on_{pk}"], data[f"time_{pk}"], data[f"place_{pk}"]) for pk in taken}

    @property
    def case_rows(self) -> list[dict[str, Any]]:
        names = ("take", "visit_on", "time", "place")
        return [{name: self[f"{name}_{row.project_id}"] for name in names} | {"row": row} for row in self.waiting]


class ReplaceForm(ProjectForm):
    expert = forms.ChoiceField(label="接替的专家")
    reason = forms.CharField(label="更换原因", max_length=200)

    def __init__(self, *args: Any, experts: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.pk), _person(one)) for one in experts]
        cast(forms.ChoiceField, self.fields["expert"]).choices = [("", "请选择"), *people]


class ShortReasonForm(ProjectForm):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SheetForm(ProjectForm):
    """An expert's sheet: points for the reader's information, the opinion, the word on conflicts."""

    def __init__(self, *args: Any, view: CaseView, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = view.of(actor)
        sheet = member.sheet if member else None
        self.criteria = criteria_of(self.project.edition, Kind(self.project.kind))
        _criteria_fields(self, "", self.criteria, sheet.points if sheet else {})
        self.fields["comment"] = forms.CharField(
            label="评审意见", required=False, max_length=LONGEST_COMMENT, initial=sheet.comment if sheet else "",
            widget=forms.Textarea(attrs={"rows": 6}),
        )  # fmt: skip
        self.fields["no_conflict"] = forms.BooleanField(
            label="本人与项目单位没有利害关系", required=False, initial=bool(sheet and sheet.no_conflict)
        )

    def filled(self) -> Filled:
        return _filled(self.cleaned_data, "", self.criteria)


class PaperSheetsForm(ProjectForm):
    """Every sheet that is missing, typed from signed paper at once."""

    scan = paper("签字的评审表扫描件（合订）")

    def __init__(self, *args: Any, view: CaseView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = view.missing
        self.criteria = criteria_of(self.project.edition, Kind(self.project.kind))
        for one in self.members:
            prefix = f"s{one.seat.pk}_"
            _criteria_fields(self, prefix, self.criteria, {})
            self.fields[f"{prefix}comment"] = forms.CharField(
                label="评审意见", required=False, max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"{prefix}no_conflict"] = forms.BooleanField(label="表上已签无利害关系承诺", required=False)

    def sheets(self) -> dict[int, Filled]:
        return {one.seat.pk: _filled(self.cleaned_data, f"s{one.seat.pk}_", self.criteria) for one in self.members}

    @property
    def sheet_rows(self) -> list[dict[str, Any]]:
        rows = []
        for one in self.members:
            prefix = f"s{one.seat.pk}_"
            fields = [self[name] for name in self.fields if name.startswith(prefix)]
            rows.append({"member": one, "fields": fields})
        return rows


class AbsencesForm(ProjectForm):
    """Who of those whose sheet is missing will hand in none, each with the reason."""

    def __init__(self, *args: Any, members: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        for one in members:
            about = f"{one.seat.expert}（{one.seat.employer}）"
            self.fields[f"absent_{one.seat.pk}"] = forms.BooleanField(label=f"{about}缺席", required=False)
            self.fields[f"why_{one.seat.pk}"] = forms.CharField(
                label=f"{one.seat.expert}缺席的原因", max_length=200, required=False
            )

    def absences(self) -> dict[int, str]:
        data = self.cleaned_data
        away = [one.seat.pk for one in self.members if data[f"absent_{one.seat.pk}"]]
        return {pk: data[f"why_{pk}"] for pk in away}

    @property
    def rows(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"absent_{one.seat.pk}"], self[f"why_{one.seat.pk}"]) for one in self.members]


def _criteria_fields(form: forms.Form, prefix: str, criteria: dict[str, int], points: dict[str, Any]) -> None:
    for number, (name, most) in enumerate(criteria.items()):
        form.fields[f"{prefix}point_{number}"] = forms.IntegerField(
            label=f"{name}（{most} 分）", required=False, initial=points.get(name), min_value=0, max_value=most
        )


def _filled(data: dict[str, Any], prefix: str, criteria: dict[str, int]) -> Filled:
    points = {name: data.get(f"{prefix}point_{number}") for number, name in enumerate(criteria)}
    return Filled(points, data.get(f"{prefix}comment", ""), bool(data.get(f"{prefix}no_conflict")))


class CardForm(ProjectForm):
    employer = forms.CharField(label="工作单位", max_length=120)
    organisation = forms.ChoiceField(
        label="系统内的单位", required=False, help_text="工作单位在本系统中的，请选择：据此判断同单位、同上级单位的回避"
    )
    title = forms.CharField(label="职务职称", max_length=60)
    field = forms.CharField(label="专业领域", max_length=120, required=False)

    def __init__(self, *args: Any, expert: User, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roots = {held.organisation.node.province_path for held in actor.live_memberships if held.organisation}
        units = Organisation.objects.filter(line__in=[Line.UNIT, Line.RECOMMENDER])
        rows = [one for one in units.select_related("node") if one.node.province_path in roots]
        cast(forms.ChoiceField, self.fields["organisation"]).choices = [
            ("", "不在系统中"), *((str(one.pk), one.name) for one in rows)
        ]  # fmt: skip
        if card := card_of(expert):
            for name in ("employer", "title", "field"):
                self.fields[name].initial = getattr(card, name)
            self.fields["organisation"].initial = str(card.organisation_id or "")


class GapForm(ProjectForm):
    code = forms.CharField(widget=forms.HiddenInput)
    clerk = forms.ChoiceField(label="办理人")
    due_on = forms.DateField(label="期限", widget=DateInput())
    note = forms.CharField(label="要求", max_length=200, required=False)

    def __init__(self, *args: Any, clerks: list[User], gap: Gap | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].initial = gap.code if gap else ""
        cast(forms.ChoiceField, self.fields["clerk"]).choices = [
            ("", "请选择"),
            *((str(one.pk), str(one)) for one in clerks),
        ]


def known_of_checks(project: Project, acceptance: Acceptance, today: dict[str, Known]) -> dict[str, Known]:
    """What gate A begins with: what was found already, else what is known today."""
    checks = {check.code: check for check in acceptance.checks.all()}
    return {
        code: Known(checks[code].values, "本次核查", checks[code].evidence) if code in checks else told
        for code, told in today.items()
    }
