"""Forms of the targets. They read what was typed; what is right is for the rules to say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField

from performance.forms.fields import SMALL_SELECT, figure
from performance.models import Indicator, Target
from performance.operations import RowInput
from performance.operations.drafting import LENGTHS
from performance.queries import Grid, Line3, field_of, rows_before
from performance.queries.sheets import Branch
from performance.rules.typed import recognised
from policy.findings import Finding
from policy.money import WAN
from policy.terms import Aggregation, EvidenceKind, Frequency, Kind, Operator
from projects.models import Project
from ui.forms import MoneyInput, ProjectForm
from ui.versions import SeenForm

OWN_FIELDS = ("name", "level", "operator", "unit", "aggregation", "frequency", "evidence")


class NewSheetForm(ProjectForm):
    first_year = forms.IntegerField(label="首个预算年度", min_value=2000, max_value=2100)
    years = forms.TypedChoiceField(
        label="预算年度个数",
        coerce=int,
        initial=2,
        help_text="建设期跨几个预算年度就选几个：实施期目标一栏，每个年度各一栏。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = self.project.edition.number("target_years_max")
        choices = [(number, f"{number} 个年度") for number in range(1, most + 1)]
        cast(forms.TypedChoiceField, self.fields["years"]).choices = choices


@dataclass(frozen=True, slots=True)
class Cell:
    """The two fields of one block of a row. `note`: what was read out of the words that were typed."""

    label: str
    value: BoundField
    weight: BoundField
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormLine:
    """One row of the grid as it is edited; `own` holds the fields only an own indicator has."""

    indicator: Indicator
    sign: str
    cells: tuple[Cell, ...]
    own: dict[str, BoundField]
    baseline: BoundField
    source: BoundField
    remove: BoundField | None
    remarks: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The weight of one level in one block: what the server knows, and the group that the page adds up by itself."""

    label: str
    points: Decimal
    group: str
    wanted: Decimal | None


def group_name(one: int, two: int | None = None) -> str:
    return f"level-{one}" if two is None else f"level-{one}-{two}"


def sum_groups(grid: Grid) -> dict[tuple[str, str], list[str]]:
    """The subtotals each weight counts in, by row (prefix of its fields) and block."""
    found: dict[tuple[str, str], list[str]] = {}
    for one, branch in enumerate(grid.tree):
        for two, below in enumerate(branch.branches):
            for line in below.lines:
                for block in grid.blocks:
                    names = [f"{group_name(one)}-{block}", f"{group_name(one, two)}-{block}"]
                    found[f"i{line.indicator.pk}", block] = names
    return found


def note_of(line: Line3, block: str) -> str:
    """What was read out of the words that were typed here."""
    target, row = line.targets.get(block), line.indicator
    if target is None or not target.typed:
        return ""
    return f"“{target.typed}”{recognised(target.value, Operator(row.operator), row.unit)}"


def carried(data: Any, rows: dict[int, int]) -> Any:
    """What was typed on a page of the round before, under the names of this round's rows."""
    kept = data.copy()
    for name in data:
        prefix, _, rest = name.partition("-")
        old = int(prefix[1:]) if prefix.startswith("i") and prefix[1:].isdecimal() else 0
        if old in rows:
            kept[f"i{rows[old]}-{rest}"] = data[name]
    return kept


class SheetForm(SeenForm):
    """The grid: fields `i<pk>-value-<block>`, `i<pk>-weight-<block>` and the like; `new-…` for one more own indicator."""

    def __init__(
        self,
        *args: Any,
        grid: Grid,
        problems: list[Finding],
        remarks: Mapping[int, tuple[Any, ...]] | None = None,
        quiet: bool = False,
        **kwargs: Any,
    ) -> None:
        """`quiet`: saved by itself while somebody types; adding and removing rows waits for the button."""
        super().__init__(*args, **kwargs)
        self.remarks, self.quiet = remarks or {}, quiet
        if self.is_bound and grid.sheet.round > 1:
            self.data = carried(self.data, rows_before(grid))
        self.grid = grid
        self.wrong = {finding.field for finding in problems}
        for goal, label in grid.columns:
            self._add_goal(goal.block, label, goal.text, goal.fiscal, goal.other)
        self.groups = sum_groups(grid)
        for line in grid.lines:
            self._add_line(line)
        self._add_new()

    def _add(self, name: str, field: forms.Field) -> None:
        if name in self.wrong and not self.is_bound:
            field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} is-invalid".strip()
            field.widget.attrs["aria-invalid"] = "true"
        self.fields[name] = field

    def _add_goal(self, block: str, label: str, text: str, fiscal: Decimal, other: Decimal) -> None:
        area = forms.Textarea(attrs={"rows": 4})
        goal = forms.CharField(
            label=f"{label}总体目标", initial=text, required=False, max_length=LENGTHS["goal"], widget=area
        )
        self._add(f"goal-{block}", goal)
        for name, word, amount in (("fiscal", "财政拨款", fiscal), ("other", "其他资金", other)):
            money = forms.DecimalField(
                label=f"{label}{word}",
                initial=f"{(amount / WAN).normalize():f}",
                min_value=0,
                max_digits=13,
                decimal_places=6,
                widget=MoneyInput(),
            )
            self._add(f"{name}-{block}", money)

    def _add_line(self, line: Line3) -> None:
        indicator = line.indicator
        if not indicator.template_code:
            self._add_own(f"i{indicator.pk}", indicator)
        name = indicator.name or "自定指标"
        for target in line.cells:
            self._add_target(f"i{indicator.pk}", name, target)
        self._add_baseline(f"i{indicator.pk}", name, indicator)
        if not indicator.core:
            box = forms.CheckboxInput(attrs={"class": "form-check-input", "aria-label": f"删除{indicator.name}"})
            self._add(field_of(indicator, "remove"), forms.BooleanField(label="删除", required=False, widget=box))

    def _add_baseline(self, prefix: str, name: str, indicator: Indicator) -> None:
        for what, label, size in (("baseline", "基期值", 11), ("baseline_source", "基期值来源", 11)):
            text = forms.TextInput(attrs=figure(f"{name}{label}", size, placeholder=label))
            initial, longest = getattr(indicator, what), LENGTHS[what]
            typed = forms.CharField(label=label, initial=initial, required=False, max_length=longest, widget=text)
            self._add(f"{prefix}-{what}", typed)

    def _add_target(self, prefix: str, name: str, target: Target) -> None:
        label = f"{target.label}{name}"
        value = forms.TextInput(attrs=figure(f"{label}指标值", 9))
        self._add(
            f"{prefix}-value-{target.block}",
            forms.CharField(
                label=f"{label}指标值", initial=target.value, required=False, max_length=LENGTHS["value"], widget=value
            ),
        )
        groups = [f"weight-{target.block}", *self.groups.get((prefix, target.block), ())]
        group = {"data-sum-group": " ".join(groups), "inputmode": "decimal"}
        weight = forms.TextInput(attrs=figure(f"{label}权重", 4, **group))
        shown = target.weight_text if target.weight is None else f"{target.weight.normalize():f}"
        self._add(
            f"{prefix}-weight-{target.block}",
            forms.CharField(
                label=f"{label}权重", initial=shown, required=False, max_length=LENGTHS["weight"], widget=weight
            ),
        )

    def _add_own(self, prefix: str, indicator: Indicator | None = None) -> None:
        def choice(
            name: str, label: str, choices: list[tuple[str, str]], initial: str, *, required: bool = True
        ) -> None:
            select = forms.Select(attrs={"class": f"{SMALL_SELECT} w-auto", "aria-label": label})
            self._add(
                f"{prefix}-{name}",
                forms.ChoiceField(label=label, choices=choices, initial=initial, required=required, widget=select),
            )

        own = indicator or Indicator(operator=Operator.GE, aggregation=Aggregation.LATEST)
        for name, label, size in (("name", "指标名称", 18), ("unit", "计量单位", 5)):
            text = forms.TextInput(attrs=figure(label, size, placeholder=label))
            typed = forms.CharField(
                label=label, initial=getattr(own, name), required=False, max_length=LENGTHS[name], widget=text
            )
            self._add(f"{prefix}-{name}", typed)
        choice("level", "一、二级指标", self._levels(), f"{own.level1}|{own.level2}")
        choice("operator", "计算符号", list(Operator.choices), own.operator)
        choice("aggregation", "汇总方式", list(Aggregation.choices), own.aggregation)
        choice("frequency", "报送频次", list(Frequency.choices), own.frequency, required=False)
        choice("evidence", "佐证来源", list(EvidenceKind.choices), own.evidence, required=False)

    def _add_new(self) -> None:
        self._add_own("new")
        self._add_baseline("new", "新指标", Indicator())
        for block in self.grid.blocks:
            self._add_target("new", "新指标", Target(block=block))

    def _levels(self) -> list[tuple[str, str]]:
        project: Project = self.project
        pairs = [(t.level1, t.level2) for t in project.edition.indicators_for(Kind(project.kind))]
        return [(f"{one}|{two}", f"{one}：{two}") for one, two in dict.fromkeys(pairs)]

    def lines(self, lines: tuple[Line3, ...]) -> Iterator[FormLine]:
        for line in lines:
            pk, own = line.indicator.pk, not line.indicator.template_code
            remove = field_of(line.indicator, "remove")
            yield FormLine(
                line.indicator,
                line.sign,
                tuple(self._cells(f"i{pk}", line)),
                {name: self[f"i{pk}-{name}"] for name in OWN_FIELDS} if own else {},
                self[f"i{pk}-baseline"],
                self[f"i{pk}-baseline_source"],
                self[remove] if remove in self.fields else None,
                self.remarks.get(pk, ()),
            )

    def tree(self) -> Iterator[tuple[Any, list[Subtotal], list[tuple[Any, list[Subtotal], list[FormLine]]]]]:
        """Level 1, its level 2s, their rows, for the template; each level with its subtotals by block."""
        for one, branch in enumerate(self.grid.tree):
            below = [
                (child, self._subtotals(child, group_name(one, two)), list(self.lines(child.lines)))
                for two, child in enumerate(branch.branches)
            ]
            yield branch, self._subtotals(branch, group_name(one), self._wanted(branch.name)), below

    def _subtotals(self, branch: Branch, group: str, wanted: Decimal | None = None) -> list[Subtotal]:
        return [
            Subtotal(label, points, f"{group}-{block}", wanted)
            for block, (label, points) in zip(self.grid.blocks, branch.sums, strict=True)
        ]

    def _wanted(self, level1: str) -> Decimal | None:
        weights = {level.level1: level.weight for level in self.project.edition.level_weights}
        return weights.get(level1)

    def _cells(self, prefix: str, line: Line3 | None = None) -> Iterator[Cell]:
        for block, label in self.grid.sheet.labels.items():
            note = note_of(line, block) if line else ""
            yield Cell(label, self[f"{prefix}-value-{block}"], self[f"{prefix}-weight-{block}"], note)

    def new(self) -> dict[str, Any]:
        fields = {name: self[f"new-{name}"] for name in OWN_FIELDS}
        told = {"baseline": self["new-baseline"], "source": self["new-baseline_source"]}
        return {**fields, **told, "cells": list(self._cells("new"))}

    def goals(self) -> Iterator[tuple[str, BoundField, BoundField, BoundField]]:
        for block, label in self.grid.sheet.labels.items():
            yield label, self[f"goal-{block}"], self[f"fiscal-{block}"], self[f"other-{block}"]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        typed["goals"] = {block: typed.get(f"goal-{block}", "") for block in self.grid.blocks}
        typed["money"] = {
            block: ((typed.get(f"fiscal-{block}") or 0) * WAN, (typed.get(f"other-{block}") or 0) * WAN)
            for block in self.grid.blocks
        }
        typed["rows"] = [self._row(line.indicator.pk, f"i{line.indicator.pk}") for line in self.grid.lines]
        if self._new_typed() and not self.quiet:
            typed["rows"].append(self._row(None, "new"))
        return typed

    def _new_typed(self) -> bool:
        typed = self.cleaned_data
        return any(
            value
            for name, value in typed.items()
            if name.startswith(("new-name", "new-unit", "new-value", "new-w", "new-b"))
        )

    def _row(self, pk: int | None, prefix: str) -> RowInput:
        typed = self.cleaned_data
        level1, _, level2 = typed.get(f"{prefix}-level", "").partition("|")
        return RowInput(
            id=pk,
            values={block: typed.get(f"{prefix}-value-{block}", "") for block in self.grid.blocks},
            weights={block: typed.get(f"{prefix}-weight-{block}", "") for block in self.grid.blocks},
            level1=level1,
            level2=level2,
            name=typed.get(f"{prefix}-name", ""),
            operator=typed.get(f"{prefix}-operator", Operator.GE),
            unit=typed.get(f"{prefix}-unit", ""),
            aggregation=typed.get(f"{prefix}-aggregation", Aggregation.LATEST),
            frequency=typed.get(f"{prefix}-frequency") or Frequency.YEAR,
            evidence=typed.get(f"{prefix}-evidence") or EvidenceKind.FILE,
            baseline=typed.get(f"{prefix}-baseline", ""),
            baseline_source=typed.get(f"{prefix}-baseline_source", ""),
            remove=typed.get(f"{prefix}-remove", False) and not self.quiet,
        )
