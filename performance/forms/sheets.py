"""Forms of the targets. They read what was typed; what is right is for the rules to say."""

from collections.abc import Iterator
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
from policy.findings import Finding
from policy.money import WAN
from policy.terms import Aggregation, Kind, Operator
from projects.models import Project
from ui.forms import MoneyInput, ProjectForm
from ui.versions import SeenForm


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
    """The two fields of one block of a row."""

    label: str
    value: BoundField
    weight: BoundField


@dataclass(frozen=True, slots=True)
class FormLine:
    """One row of the grid as it is edited; `own` holds the fields only an own indicator has."""

    indicator: Indicator
    sign: str
    cells: tuple[Cell, ...]
    own: dict[str, BoundField]
    remove: BoundField | None


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

    def __init__(self, *args: Any, grid: Grid, problems: list[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and grid.sheet.round > 1:
            self.data = carried(self.data, rows_before(grid))
        self.grid = grid
        self.wrong = {finding.field for finding in problems}
        for goal, label in grid.columns:
            self._add_goal(goal.block, label, goal.text, goal.fiscal, goal.other)
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
        for target in line.cells:
            self._add_target(f"i{indicator.pk}", indicator.name or "自定指标", target)
        if not indicator.core:
            box = forms.CheckboxInput(attrs={"class": "form-check-input", "aria-label": f"删除{indicator.name}"})
            self._add(field_of(indicator, "remove"), forms.BooleanField(label="删除", required=False, widget=box))

    def _add_target(self, prefix: str, name: str, target: Target) -> None:
        label = f"{target.label}{name}"
        value = forms.TextInput(attrs=figure(f"{label}指标值", 9))
        self._add(
            f"{prefix}-value-{target.block}",
            forms.CharField(
                label=f"{label}指标值", initial=target.value, required=False, max_length=LENGTHS["value"], widget=value
            ),
        )
        group = {"data-sum-group": f"weight-{target.block}", "inputmode": "decimal"}
        weight = forms.TextInput(attrs=figure(f"{label}权重", 4, **group))
        shown = target.weight_text if target.weight is None else f"{target.weight.normalize():f}"
        self._add(
            f"{prefix}-weight-{target.block}",
            forms.CharField(
                label=f"{label}权重", initial=shown, required=False, max_length=LENGTHS["weight"], widget=weight
            ),
        )

    def _add_own(self, prefix: str, indicator: Indicator | None = None) -> None:
        def choice(name: str, label: str, choices: list[tuple[str, str]], initial: str) -> None:
            select = forms.Select(attrs={"class": f"{SMALL_SELECT} w-auto", "aria-label": label})
            self._add(
                f"{prefix}-{name}", forms.ChoiceField(label=label, choices=choices, initial=initial, widget=select)
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

    def _add_new(self) -> None:
        self._add_own("new")
        for block in self.grid.blocks:
            self._add_target("new", "新指标", Target(block=block))

    def _levels(self) -> list[tuple[str, str]]:
        project: Project = self.project
        pairs = [(t.level1, t.level2) for t in project.edition.indicators_for(Kind(project.kind))]
        return [(f"{one}|{two}", f"{one}：{two}") for one, two in dict.fromkeys(pairs)]

    def lines(self, lines: tuple[Line3, ...]) -> Iterator[FormLine]:
        for line in lines:
            pk, own = line.indicator.pk, not line.indicator.template_code
            names = ("name", "level", "operator", "unit", "aggregation")
            remove = field_of(line.indicator, "remove")
            yield FormLine(
                line.indicator,
                line.sign,
                tuple(self._cells(f"i{pk}")),
                {name: self[f"i{pk}-{name}"] for name in names} if own else {},
                self[remove] if remove in self.fields else None,
            )

    def tree(self) -> Iterator[tuple[Any, list[tuple[Any, list[FormLine]]]]]:
        """Level 1, its level 2s, their rows, for the template."""
        for branch in self.grid.tree:
            yield branch, [(below, list(self.lines(below.lines))) for below in branch.branches]

    def _cells(self, prefix: str) -> Iterator[Cell]:
        for block, label in self.grid.sheet.labels.items():
            yield Cell(label, self[f"{prefix}-value-{block}"], self[f"{prefix}-weight-{block}"])

    def new(self) -> dict[str, Any]:
        fields = {name: self[f"new-{name}"] for name in ("name", "level", "operator", "unit", "aggregation")}
        return {**fields, "cells": list(self._cells("new"))}

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
        if self._new_typed():
            typed["rows"].append(self._row(None, "new"))
        return typed

    def _new_typed(self) -> bool:
        typed = self.cleaned_data
        return any(
            value for name, value in typed.items() if name.startswith(("new-name", "new-unit", "new-value", "new-w"))
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
            remove=typed.get(f"{prefix}-remove", False),
        )
