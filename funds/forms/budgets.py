"""预算 and 调剂: one field a cell of category × source, one a quarter of 用款计划."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from funds.forms.fields import FilesField, MoneyFormField
from funds.ledger import ISSUED_SOURCES, Quarter
from funds.queries.pages import categories_of
from policy.money import ZERO
from policy.terms import Source
from ui.forms import MoneyInput
from ui.versions import SeenForm

Cells = Mapping[tuple[str, str], Decimal]


def amount_field(label: str, group: str, initial: Decimal | None) -> MoneyFormField:
    attrs = {"class": "num form-control", "aria-label": label, "data-sum-group": group}
    return MoneyFormField(label=label, required=False, least=ZERO, initial=initial, widget=MoneyInput(attrs))


class GridForm(SeenForm):
    """Cells of category × source; empty means 0."""

    sources: Sequence[Source] = ()

    def add_cells(self, cells: Cells, sources: Sequence[Source]) -> None:
        self.categories, self.sources = categories_of(self.project), sources
        for category in self.categories:
            for source in sources:
                label = f"{category.name}（{source.label}）"
                initial = cells.get((category.code, source.value))
                self.fields[self._name(category.code, source)] = amount_field(label, source.value, initial)

    @staticmethod
    def _name(category: str, source: str) -> str:
        return f"cell-{category}-{source}"

    def rows(self) -> Iterator[tuple[Any, list[tuple[Source, BoundField]]]]:
        for category in self.categories:
            yield category, [(source, self[self._name(category.code, source)]) for source in self.sources]

    def cells(self, typed: Mapping[str, Any]) -> dict[tuple[str, str], Decimal]:
        keys = [(category.code, source.value) for category in self.categories for source in self.sources]
        return {key: typed.get(self._name(*key)) or ZERO for key in keys}


class PlanForm(GridForm):
    """One field a quarter of 用款计划 beside the cells."""

    quarters: Sequence[Quarter] = ()

    def add_plan(self, quarters: Sequence[Quarter], plan: Mapping[Quarter, Decimal]) -> None:
        self.quarters = quarters
        for quarter in quarters:
            self.fields[self._plan(quarter)] = amount_field(f"{quarter.label}计划用款", "plan", plan.get(quarter))

    @staticmethod
    def _plan(quarter: Quarter) -> str:
        return f"plan-{quarter.year}-{quarter.number}"

    def plan_rows(self) -> list[tuple[Quarter, BoundField]]:
        return [(quarter, self[self._plan(quarter)]) for quarter in self.quarters]

    def planned(self, typed: Mapping[str, Any]) -> dict[Quarter, Decimal]:
        return {quarter: typed.get(self._plan(quarter)) or ZERO for quarter in self.quarters}

    @property
    def issued_label(self) -> str:
        return "、".join(source.label for source in self.sources if source in ISSUED_SOURCES)


class BudgetForm(PlanForm):
    """The budget with its 用款计划: the operation takes the cells, and the quarters, as one mapping each."""

    def __init__(
        self, *args: Any, cells: Cells, quarters: Sequence[Quarter], plan: Mapping[Quarter, Decimal], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        grant_source = self.project.edition.grant_source
        self.add_cells(cells, sorted(Source, key=lambda source: source != grant_source))
        self.add_plan(quarters, plan)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        return {"items": self.cells(typed), "plan": self.planned(typed), "seen": typed.get("seen")}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One cell: what stands, what is committed of it, what may be taken out, and the field of what it is to be."""

    category: str
    source: str
    before: Decimal
    committed: Decimal
    field: BoundField

    @property
    def free(self) -> Decimal:
        return self.before - self.committed


@dataclass(frozen=True, slots=True)
class SourceSum:
    """One source of a 调剂: the sum it must keep, the sum as typed, what goes out and what comes in."""

    name: str
    group: str
    target: Decimal
    now: Decimal
    out: Decimal
    into: Decimal

    @property
    def apart(self) -> Decimal:
        return self.into - self.out


class ChangeForm(PlanForm):
    """调剂 over the budget in force. Only sources it has money of: money does not move from one to another."""

    reason = forms.CharField(label="调剂理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    uploads = FilesField(label="调剂依据", help_text="会议纪要、测算说明等，可选多个。")

    def __init__(
        self,
        *args: Any,
        cells: Cells,
        committed: Cells,
        quarters: Sequence[Quarter] = (),
        plan: Mapping[Quarter, Decimal] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.before, self.committed, self.plan_before = cells, committed, plan or {}
        self.add_cells(cells, [source for source in Source if any(of == source for _, of in cells)])
        self.add_plan(quarters, self.plan_before)

    def change_rows(self) -> list[ChangeRow]:
        return [
            ChangeRow(
                category.name,
                source.label,
                self.before.get((category.code, source.value), ZERO),
                self.committed.get((category.code, source.value), ZERO),
                field,
            )
            for category, cells in self.rows()
            for source, field in cells
        ]

    def totals(self) -> list[SourceSum]:
        """By source, as the form stands: counted here, so that a refused form tells the sums without a script."""
        after: Cells = self.cleaned_data.get("items", self.before) if self.is_bound else self.before
        found = []
        for source in self.sources:
            moves = [
                (self.before.get(cell, ZERO), after.get(cell, ZERO))
                for cell in {*self.before, *after}
                if cell[1] == source
            ]
            out = sum((before - now for before, now in moves if now < before), ZERO)
            into = sum((now - before for before, now in moves if now > before), ZERO)
            target = sum((before for before, _ in moves), ZERO)
            found.append(SourceSum(source.label, source.value, target, target - out + into, out, into))
        return found

    @property
    def plan_target(self) -> Decimal:
        """What the plan is to add up to: the issued money of the budget, which a 调剂 does not change."""
        return sum((amount for (_, source), amount in self.before.items() if source in ISSUED_SOURCES), ZERO)

    @property
    def plan_now(self) -> Decimal:
        typed = self.cleaned_data.get("plan") if self.is_bound else None
        return sum((self.plan_before if typed is None else typed).values(), ZERO)

    def clean(self) -> dict[str, Any]:
        """A form without any field of the plan keeps the one in force."""
        typed = super().clean() or {}
        asked = any(self.add_prefix(self._plan(quarter)) in self.data for quarter in self.quarters)
        return {
            "items": self.cells(typed),
            "plan": self.planned(typed) if asked else None,
            "reason": typed.get("reason", ""),
            "uploads": typed.get("uploads") or [],
            "seen": typed.get("seen"),
        }
