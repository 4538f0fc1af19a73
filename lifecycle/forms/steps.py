"""Forms of the steps. They check input and say what a decision fixes; rules stand elsewhere."""

from typing import Any, cast

from django import forms

from lifecycle.forms.points import POINT_FIELDS, add_points, points_of
from lifecycle.machine import Step
from lifecycle.payloads import STANDING, own_payload
from lifecycle.queries import PACK, order_items
from lifecycle.queries.order_problems import standing_items
from lifecycle.queries.pack import pack_of
from lifecycle.rules.points import RULINGS
from lifecycle.rules.publication import PUBLICITY
from policy.terms import Sector
from projects.files import ACCEPT
from projects.models import Problem
from ui.forms import DateInput, ProjectForm

SPARE_ROWS = 2
AREA = {"rows": 4}
MONEY = [
    (text, text) for text in ("整改期间暂停拨付，限制支出", "整改期间继续拨付，逐笔认定", "不涉及资金，按原规定执行")
]


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
        if step.code in RULINGS and self.project is not None:
            add_points(self)
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
                "left_out": self._left_out(data),
            }
        points = {"points": points_of(data)} if self.step.code in RULINGS else {}
        if self.step.code in {"T22", "T25R"}:
            return points | {"due_on": data["due_on"].isoformat()}
        if points:
            return points
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
            left = data.get(f"item_{index}_left", "").strip()
            if not left and (row["fact"].strip() or row["requirement"].strip()):
                rows.append(row)
        return rows

    def _left_out(self, data: dict[str, Any]) -> dict[str, str]:
        """Open problems the order does not list, each with its reason."""
        reasons = {
            data.get(f"item_{index}_ref", ""): data.get(f"item_{index}_left", "").strip()
            for index in range(self.item_rows)
        }
        return {ref: why for ref, why in reasons.items() if why}

    @property
    def item_groups(self) -> list[list[forms.BoundField]]:
        rows = self.item_rows
        keys = ("fact", "clause", "requirement", "level", "left")
        return [[self[f"item_{i}_{key}"] for key in keys if f"item_{i}_{key}" in self.fields] for i in range(rows)]

    @property
    def point_groups(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in names] for names in POINT_FIELDS if names[0] in self.fields]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith(("item_", "point_"))]

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
    standing = len(found)
    found += standing_items(form.project)
    form.item_rows = len(found) + SPARE_ROWS
    most = form.project.edition.number("rectify_months")
    form.fields["term_months"] = forms.IntegerField(
        label="整改期限（月）", min_value=1, max_value=120, initial=most, help_text=f"自送达之日起算，最长 {most} 个月"
    )
    form.fields["money_handling"] = forms.ChoiceField(
        label="资金处理", choices=MONEY, help_text="只写明要求并在登记支出处提示；实际暂停须另行联合决定“暂停资金”"
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
            initial=start.get("level", Problem.Level.MAJOR),
            required=False,
        )
        if standing <= index < len(found):
            form.fields[f"item_{index}_left"] = forms.CharField(
                label=f"不列入的理由（第 {index + 1} 项）", max_length=300, required=False,
                help_text="未销号的问题：列入通知书的，此格留空；不列入的，写明理由",
            )  # fmt: skip
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
        for code, label in pack_of(self.project.edition, self.project.kind).items():
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
