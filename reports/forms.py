"""What a reader may ask of a list. Values that are not offered are left aside, not refused: links grow old."""

from typing import Any

from django import forms

from accounts.models import Node
from lifecycle.rules.risk import Level
from policy.terms import Kind, Sector, Severity, Stage
from reports.register import IN_HAND, ORDERS

ALL = ("", "全部")
BY_RISK = "risk"


class AskedForm(forms.Form):
    """A filter in the address."""

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, False)}

    @property
    def chosen(self) -> int:
        """How many conditions narrow the list."""
        return len(self.asked().keys() - {"sort"})

    def in_words(self) -> str:
        """What was asked, for the head of an export."""
        said = []
        for name, value in self.asked().items():
            choices = dict(getattr(self.fields[name], "choices", ()))
            if name != "sort":
                said.append(f"{self.fields[name].label}：{choices.get(value, value)}")
        return "；".join(said) or "全部项目"


class RegisterForm(AskedForm):
    q = forms.CharField(label="关键字", required=False, max_length=60, strip=True)
    stage = forms.ChoiceField(
        label="阶段", required=False, choices=[ALL, (IN_HAND, "在管（立项至通过验收）"), *Stage.choices]
    )
    kind = forms.ChoiceField(label="项目类型", required=False, choices=[ALL, *Kind.choices])
    sector = forms.ChoiceField(label="职业类别", required=False, choices=[ALL, *Sector.choices])
    place = forms.ChoiceField(label="市州或部门", required=False, choices=[ALL])
    alert = forms.ChoiceField(label="预警", required=False, choices=[ALL, ("yes", "有"), ("no", "无")])
    mine = forms.ChoiceField(label="待我办理", required=False, choices=[ALL, ("1", "只看待我办理的")])
    sort = forms.ChoiceField(
        label="排序", required=False, choices=[(code, label) for code, (label, _) in ORDERS.items()]
    )

    def __init__(self, *args: Any, places: list[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = "项目名称 / 编号 / 单位"
        if places:
            place = self.fields["place"]
            assert isinstance(place, forms.ChoiceField)  # noqa: S101 - for the type checker
            place.choices = [ALL, *((node.path, node.name) for node in places)]
        else:
            del self.fields["place"]


class AlertForm(AskedForm):
    severity = forms.ChoiceField(label="级别", required=False, choices=[ALL, *Severity.choices])
    source = forms.ChoiceField(label="来源", required=False, choices=[ALL])
    sort = forms.ChoiceField(
        label="排序", required=False, choices=[("", "新提出的在前"), (BY_RISK, "项目风险高的在前")]
    )

    def __init__(self, *args: Any, sources: list[tuple[str, str]], by_risk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_risk:
            del self.fields["sort"]
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)  # noqa: S101 - for the type checker
        source.choices = [ALL, *sources]


class RiskForm(AskedForm):
    level = forms.ChoiceField(
        label="风险", required=False, choices=[ALL, *((level.value, level.label) for level in Level)]
    )
