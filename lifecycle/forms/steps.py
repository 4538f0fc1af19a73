"""Forms of the steps. They check input and say what a decision fixes; rules stand elsewhere."""

from typing import Any, cast

from django import forms

from lifecycle.machine import Step
from lifecycle.models import Acceptance
from lifecycle.payloads import STANDING, own_payload
from lifecycle.queries import PACK, conditions_of, order_items
from policy.terms import Sector
from projects.conditions import requirement_text
from projects.files import ACCEPT
from projects.models import Problem
from ui.forms import DateInput, ProjectForm
from ui.versions import SeenForm

SPARE_ROWS = 2
PANEL_ROWS = 7
AREA = {"rows": 4}
PUBLICITY = {"publicity_from": "公示开始日期", "publicity_to": "公示截止日期"}


def paper(label: str, *, required: bool = True) -> forms.FileField:
    return forms.FileField(label=label, required=required, widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}))


class DecisionForm(ProjectForm):
    """The document of a joint decision, its papers, and what the step fixes for one project."""

    item_rows = 0
    number = forms.CharField(label="文号", max_length=80)
    dated_on = forms.DateField(label="成文日期", widget=DateInput())
    reason = forms.CharField(label="事实和理由", widget=forms.Textarea(attrs=AREA), max_length=3000)

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        extra = EXTRA.get(step.code)
        if extra and (self.project is not None or step.code == "T01"):
            extra(self)
        for document in step.documents:
            self.fields[document.code] = paper(document.label)

    def uploads(self) -> dict[str, Any]:
        return {item.code: self.cleaned_data[item.code] for item in self.step.documents}

    def payload(self) -> dict[str, Any]:
        """What the decision fixes for the project, as plain values."""
        data = self.cleaned_data
        if self.step.code in {"T19", "T29"}:
            return {
                "term_months": data["term_months"],
                "money_handling": data["money_handling"],
                "items": self._items(data),
            }
        if self.step.code in {"T22", "T25R"}:
            return {"due_on": data["due_on"].isoformat()}
        if self.step.code == "T01":
            return {key: data[key].isoformat() for key in PUBLICITY}
        if self.step.code in STANDING and self.project is not None:
            return own_payload(self.step.code, self.project)
        return {key: data[key] for key in ("sector", "months") if key in data}

    def _items(self, data: dict[str, Any]) -> list[dict[str, str]]:
        rows = []
        for index in range(self.item_rows):
            row = {
                key: data.get(f"item_{index}_{key}", "") for key in ("ref", "fact", "clause", "requirement", "level")
            }
            if row["fact"].strip() or row["requirement"].strip():
                rows.append(row)
        return rows

    @property
    def item_groups(self) -> list[list[forms.BoundField]]:
        rows = self.item_rows
        return [[self[f"item_{i}_{key}"] for key in ("fact", "clause", "requirement", "level")] for i in range(rows)]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("item_")]

    @property
    def hidden_refs(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.endswith("_ref")]


def _sector(form: DecisionForm) -> None:
    form.fields["sector"] = forms.ChoiceField(label="职业类别", choices=Sector.choices)
    form.fields["reason"].label = "认定理由"


def _publicity(form: DecisionForm) -> None:
    for key, label in PUBLICITY.items():
        form.fields[key] = forms.DateField(label=label, widget=DateInput())
    form.fields["publicity_to"].help_text = "公示须满规定的工作日，开始当日不计；立项决定在公示届满之后成文"


def _months(form: DecisionForm) -> None:
    asked = form.project.requests.filter(kind="extension", state="open").first()
    form.fields["months"] = forms.IntegerField(
        label="延期（月）", min_value=1, max_value=120, initial=asked.months if asked else None
    )


def _order(form: DecisionForm) -> None:
    found = order_items(form.project)
    form.item_rows = len(found) + SPARE_ROWS
    most = form.project.edition.number("rectify_months")
    form.fields["term_months"] = forms.IntegerField(
        label="整改期限（月）", min_value=1, max_value=120, initial=most, help_text=f"自送达之日起算，最长 {most} 个月"
    )
    form.fields["money_handling"] = forms.CharField(
        label="资金处理", max_length=120, required=False, initial="整改期间暂停拨付，限制支出"
    )
    form.fields["items"] = forms.CharField(required=False, widget=forms.HiddenInput)
    for index in range(form.item_rows):
        start = found[index] if index < len(found) else {}
        texts = (("fact", "事实", 300), ("clause", "依据", 160), ("requirement", "整改要求", 300))
        for key, label, most_long in texts:
            form.fields[f"item_{index}_{key}"] = forms.CharField(
                label=f"{label}（第 {index + 1} 项）", max_length=most_long, required=False, initial=start.get(key, "")
            )
        form.fields[f"item_{index}_level"] = forms.ChoiceField(
            label=f"程度（第 {index + 1} 项）",
            choices=Problem.Level.choices,
            initial=Problem.Level.MAJOR,
            required=False,
        )
        form.fields[f"item_{index}_ref"] = forms.CharField(
            required=False, initial=start.get("ref", ""), widget=forms.HiddenInput
        )


def _due_on(form: DecisionForm) -> None:
    rectification = form.project.rectifications.filter(closed_on=None).first()
    cap = rectification.cap_on if rectification else None
    form.fields["due_on"] = forms.DateField(
        label="新的整改到期日", widget=DateInput(), initial=cap, help_text=f"不得晚于一年上限 {cap}" if cap else ""
    )


EXTRA = {
    "category": _sector,
    "T01": _publicity,
    "T14": _months,
    "T19": _order,
    "T29": _order,
    "T22": _due_on,
    "T25R": _due_on,
}


class SeveralForm(DecisionForm):
    """A decision over several projects: which ones, then the document."""

    projects = forms.MultipleChoiceField(label="项目", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["projects"]).choices = choices
        self.order_fields(["projects", "number", "dated_on", "reason"])


class ReasonForm(ProjectForm):
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs=AREA), max_length=300)


class StartForm(ProjectForm):
    """The day is asked only where the edition's start rule does not give it."""

    start_on = forms.DateField(label="建设期开始日期", widget=DateInput(), help_text="以文件载明的日期为准")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.project.edition.word("start_rule") == "fund_issue":
            del self.fields["start_on"]


class ExtensionForm(ProjectForm):
    months = forms.IntegerField(label="申请延期（月）", min_value=1, max_value=120)
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs=AREA), max_length=500)


class PackForm(ProjectForm):
    """The papers of an application; each may come on its own day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in PACK.items():
            self.fields[code] = paper(label, required=False)

    def uploads(self) -> dict[str, Any]:
        return {code: self.cleaned_data[code] for code in PACK if self.cleaned_data.get(code)}


class ApplyForm(PackForm):
    summary = forms.CharField(label="建设任务完成情况", widget=forms.Textarea(attrs={"rows": 6}), max_length=3000)
    early_reason = forms.CharField(
        label="提前申请理由", required=False, max_length=300, help_text="建设期未满时必填：任务已提前完成的情况"
    )

    field_order = ["summary", "early_reason"]


class OpinionForm(ProjectForm):
    opinion = forms.CharField(label="初审意见", widget=forms.Textarea(attrs=AREA), max_length=300)


class GateAForm(SeenForm):
    """Every condition that applies: its values and the evidence; and who sat on the panel."""

    visited_on = forms.DateField(label="验收日期", widget=DateInput())
    place = forms.CharField(
        label="地点和方式", max_length=120, help_text="例如：实训中心，听取汇报、查阅资料、实地查看"
    )

    def __init__(self, *args: Any, acceptance: Acceptance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions = conditions_of(self.project)
        checks = {check.code: check for check in acceptance.checks.all()}
        self.fields["visited_on"].initial = acceptance.visited_on
        self.fields["place"].initial = acceptance.place
        for item in self.conditions:
            check = checks.get(item.code)
            for name, label in item.facts:
                declared = str(self.project.declared.get(name, ""))
                value = check.values.get(name, "") if check else declared
                self.fields[f"{item.code}_{name}"] = _fact(item.op, item.threshold, label, value)
            self.fields[f"{item.code}_evidence"] = forms.CharField(
                label="佐证", required=False, max_length=300, initial=check.evidence if check else "",
                help_text=item.evidence,
            )  # fmt: skip
        members = acceptance.panel
        for index in range(PANEL_ROWS):
            member = members[index] if index < len(members) else {}
            for key, label in (("name", "姓名"), ("unit", "单位"), ("title", "职务职称")):
                self.fields[f"panel_{index}_{key}"] = forms.CharField(
                    label=f"{label}（{index + 1}）", required=False, max_length=60, initial=member.get(key, "")
                )

    def values(self) -> dict[str, dict[str, str]]:
        return {
            item.code: {name: self.cleaned_data.get(f"{item.code}_{name}", "") for name, _ in item.facts}
            for item in self.conditions
        }

    def evidence(self) -> dict[str, str]:
        return {item.code: self.cleaned_data.get(f"{item.code}_evidence", "") for item in self.conditions}

    def panel(self) -> list[dict[str, str]]:
        rows = [
            {key: self.cleaned_data.get(f"panel_{i}_{key}", "").strip() for key in ("name", "unit", "title")}
            for i in range(PANEL_ROWS)
        ]
        return [row for row in rows if any(row.values())]

    @property
    def condition_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "item": item,
                "required": requirement_text(item),
                "facts": [self[f"{item.code}_{name}"] for name, _ in item.facts],
                "evidence": self[f"{item.code}_evidence"],
            }
            for item in self.conditions
        ]

    @property
    def panel_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"panel_{i}_{key}"] for key in ("name", "unit", "title")] for i in range(PANEL_ROWS)]


def _fact(op: str, threshold: str, label: str, value: str) -> forms.Field:
    if op == "is":
        choices = [("", "未核查"), ("true", "是"), ("false", "否")]
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=value)
    if op == "level":
        levels = [*threshold.split("|"), "其他"]
        return forms.ChoiceField(
            label=label, choices=[("", "未核查"), *((level, level) for level in levels)], required=False, initial=value
        )
    return forms.CharField(label=label, required=False, max_length=120, initial=value)


class ServiceForm(ProjectForm):
    served_on = forms.DateField(label="送达日期", widget=DateInput())
    way = forms.ChoiceField(
        label="送达方式",
        choices=[(text, text) for text in ("直接送达", "留置送达", "邮寄送达", "电子送达", "公告送达")],
    )
    proof = paper("送达回证")


class DecisionServiceForm(ServiceForm):
    plaque = forms.CharField(label="牌匾收回情况", max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["way"]


class AnswerForm(ProjectForm):
    answer = forms.CharField(label="整改措施和结果", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)
    proof = paper("佐证材料", required=False)


class ReportForm(ProjectForm):
    text = forms.CharField(label="整改情况", widget=forms.Textarea(attrs={"rows": 6}), max_length=5000)


class RecheckForm(ProjectForm):
    """One verdict a problem."""

    note = forms.CharField(label="复验总体意见", widget=forms.Textarea(attrs=AREA), max_length=300)
    proof = paper("复验记录")

    def __init__(self, *args: Any, problems: list[Problem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems = problems
        choices = [("", "请选择"), ("yes", "通过"), ("no", "不通过")]
        for item in problems:
            self.fields[f"problem_{item.pk}"] = forms.ChoiceField(label="复核意见", choices=choices, required=False)
            self.fields[f"why_{item.pk}"] = forms.CharField(label="说明", required=False, max_length=300)

    def verdicts(self) -> dict[int, tuple[bool, str]]:
        data = self.cleaned_data
        said = {item.pk: data.get(f"problem_{item.pk}", "") for item in self.problems}
        return {pk: (word == "yes", data.get(f"why_{pk}", "")) for pk, word in said.items() if word}

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"problem": item, "verdict": self[f"problem_{item.pk}"], "why": self[f"why_{item.pk}"]}
            for item in self.problems
        ]


class DefenceForm(ProjectForm):
    text = forms.CharField(label="陈述申辩内容", widget=forms.Textarea(attrs={"rows": 8}), max_length=5000)
    proof = paper("证据材料", required=False)
