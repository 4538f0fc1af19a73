"""What a reader may ask of a list. Values that are not offered are left aside, not refused: links grow old."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import Node
from funds.forms.dated import DATES, Dated
from lifecycle.rules.risk import Level
from policy.terms import Kind, Sector, Severity, Stage, Track
from projects.forms import edition_choices
from reports.batch.forms import FORMS as BATCH_FORMS
from reports.batch.forms import WHICH
from reports.periodic.periods import Period
from reports.register import DIRECT, DIRECT_NAME, GIVEN, IN_HAND, ORDERS
from reports.statistics.paces import BOUNDS
from reports.statistics.reached import CHOICES

ALL = ("", "全部")
FIRST_YEAR, LAST_YEAR = 2000, 2100
BY_RISK = "risk"


class AskedForm(forms.Form):
    """A filter in the address."""

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None) and value is not False
        }

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


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    """What can be chosen depends on the reader."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = [ALL, *choices]


class DatedForm(Dated, AskedForm):
    """Money as of a day, as known on a day; what is left open, or lies ahead, is today."""


class RegisterForm(DatedForm):
    q = forms.CharField(label="关键字", required=False, max_length=60, strip=True)
    stage = forms.ChoiceField(
        label="阶段",
        required=False,
        choices=[ALL, (IN_HAND, "在管（立项至通过验收）"), (GIVEN, "全部已立项的"), *Stage.choices],
    )
    kind = forms.ChoiceField(label="项目类型", required=False, choices=[ALL, *Kind.choices])
    sector = forms.ChoiceField(label="职业类别", required=False, choices=[ALL, *Sector.choices])
    track = forms.ChoiceField(label="新建/已建", required=False, choices=[ALL, *Track.choices])
    year = forms.IntegerField(label="立项年度", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    edition = forms.ChoiceField(label="适用政策", required=False, choices=[ALL])
    place = forms.ChoiceField(label="市州或部门", required=False, choices=[ALL])
    alert = forms.ChoiceField(label="预警", required=False, choices=[ALL, ("yes", "有"), ("no", "无")])
    mine = forms.ChoiceField(label="待我办理", required=False, choices=[ALL, ("1", "只看待我办理的")])
    sort = forms.ChoiceField(
        label="排序", required=False, choices=[(code, label) for code, (label, _) in ORDERS.items()]
    )

    def __init__(self, *args: Any, places: list[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = "项目名称 / 编号 / 单位"
        offer(self, "edition", edition_choices())
        if places:
            offer(self, "place", [*((node.path, node.name) for node in places), (DIRECT, DIRECT_NAME)])
        else:
            del self.fields["place"]


class AlertForm(DatedForm):
    severity = forms.ChoiceField(label="级别", required=False, choices=[ALL, *Severity.choices])
    source = forms.ChoiceField(label="来源", required=False, choices=[ALL])
    kind = forms.ChoiceField(label="项目类型", required=False, choices=[ALL, *Kind.choices])
    place = forms.ChoiceField(label="市州或部门", required=False, choices=[ALL])
    age = forms.ChoiceField(label="提出时间", required=False, choices=[ALL])
    sort = forms.ChoiceField(
        label="排序", required=False, choices=[("", "新提出的在前"), (BY_RISK, "项目风险高的在前")]
    )

    def __init__(
        self, *args: Any, sources: list[tuple[str, str]], ages: list[tuple[str, str]], places: list[Node], by_risk: bool,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        if not by_risk:
            del self.fields["sort"]
        offer(self, "source", sources)
        offer(self, "age", ages)
        if places:
            offer(self, "place", [*((node.path, node.name) for node in places), (DIRECT, DIRECT_NAME)])
        else:
            del self.fields["place"]


class RiskForm(AskedForm):
    level = forms.ChoiceField(
        label="风险", required=False, choices=[ALL, *((level.value, level.label) for level in Level)]
    )


class StatisticsForm(DatedForm):
    """Which projects the figures are of; what is offered is what there is in reach."""

    place = forms.ChoiceField(label="市州或部门", required=False)
    kind = forms.ChoiceField(label="项目类型", required=False, choices=[ALL, *Kind.choices])
    sector = forms.ChoiceField(label="职业类别", required=False, choices=[ALL, *Sector.choices])
    track = forms.ChoiceField(label="新建/已建", required=False, choices=[ALL, *Track.choices])
    year = forms.ChoiceField(label="立项年度", required=False)
    edition = forms.ChoiceField(label="适用政策", required=False)

    def __init__(
        self, *args: Any, places: Mapping[str, str], years: Iterable[int], editions: Collection[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", places.items())
        offer(self, "year", [(str(year), f"{year} 年") for year in years])
        offer(self, "edition", [(code, label) for code, label in edition_choices() if code in editions])

    def asked(self) -> dict[str, Any]:
        """A day that is today is not asked for: it goes on with the days."""
        return {name: value for name, value in super().asked().items() if name not in DATES or value != self.today}


class TargetsForm(StatisticsForm):
    """Which targets of those projects."""

    indicator = forms.ChoiceField(label="指标", required=False)
    reached = forms.ChoiceField(label="达成情况", required=False, choices=[ALL, *CHOICES])

    def __init__(self, *args: Any, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["indicator", "reached", *(name for name in self.fields if name not in DATES)])
        offer(self, "indicator", [(name, name) for name in names])


def percent_field(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, max_digits=9, decimal_places=2, localize=False)


class PaceForm(StatisticsForm):
    """Which points of the chart of money and time: a frame, in per cent, both ends counted."""

    gone_least, gone_most = percent_field("时间已过不低于（%）"), percent_field("时间已过不高于（%）")
    rate_least, rate_most = percent_field("执行率不低于（%）"), percent_field("执行率不高于（%）")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*BOUNDS, *(name for name in self.fields if name not in DATES)])

    def frame(self) -> dict[str, Decimal]:
        return {name: value for name, value in self.asked().items() if name in BOUNDS}


class AsOfForm(DatedForm):
    """Which projects the figures of a day are of."""

    place = forms.ChoiceField(label="市州或部门", required=False, choices=[ALL])
    kind = forms.ChoiceField(label="项目类型", required=False, choices=[ALL, *Kind.choices])
    sector = forms.ChoiceField(label="职业类别", required=False, choices=[ALL, *Sector.choices])
    track = forms.ChoiceField(label="新建/已建", required=False, choices=[ALL, *Track.choices])
    year = forms.IntegerField(label="立项年度", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    edition = forms.ChoiceField(label="适用政策", required=False, choices=[ALL])

    def __init__(self, *args: Any, places: list[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*DATES])
        offer(self, "edition", edition_choices())
        if len(places) > 1:
            offer(self, "place", [*((node.path, node.name) for node in places), (DIRECT, DIRECT_NAME)])
        else:
            del self.fields["place"]


class ProvinceForm(DatedForm):
    """Which projects a list of the province names."""

    year = forms.TypedChoiceField(label="立项年度", required=False, coerce=int, empty_value=None, choices=[ALL])
    edition = forms.ChoiceField(label="政策依据", required=False, choices=[ALL])
    place = forms.ChoiceField(label="市州或部门", required=False, choices=[ALL])

    def __init__(
        self, *args: Any, years: list[int], editions: list[tuple[str, str]], places: list[Node], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, list[tuple[str, str]]] = {
            "year": [(str(year), f"{year} 年") for year in years],
            "edition": editions,
            "place": [(node.path, node.name) for node in places] if len(places) > 1 else [],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [ALL, *choices]
        if not offered["place"]:
            del self.fields["place"]


class BriefForm(DatedForm):
    """The day of a 情况汇报, and as known on which; nothing else is asked."""


class PeriodicForm(forms.Form):
    """Of which place and period a report is to be made; what is offered is what the person reaches."""

    place = forms.ChoiceField(label="范围")
    period = forms.ChoiceField(label="期间")

    def __init__(self, *args: Any, places: Iterable[Node], periods: Iterable[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "place": [(str(one.pk), one.name) for one in places],
            "period": [(one.key, one.label) for one in periods],
        }
        for name, offers in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = offers


class BatchForm(forms.Form):
    """What to print of the projects that the list leaves."""

    form = forms.ChoiceField(label="表", choices=list(BATCH_FORMS.items()))
    which = forms.ChoiceField(label="每个项目打印", choices=WHICH)
    reason = forms.CharField(
        label="用途", required=False, max_length=200, strip=True, help_text="支出明细表合计超过 1,000 行的须写明。"
    )
