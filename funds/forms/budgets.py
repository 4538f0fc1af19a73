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


class BudgetForm(GridForm):
    """The budget with its 用款计划: the operation takes the cells, and the quarters, as one mapping each."""

    def __init__(
        self, *args: Any, cells: Cells, quarters: Sequence[Quarter], plan: Mapping[Quarter, Decimal], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        grant_source = self.project.edition.grant_source
        self.add_cells(cells, sorted(Source, key=lambda source: source != grant_source))
        self.quarters = quarters
        for quarter in quarters:
            self.fields[self._plan(quarter)] = amount_field(f"{quarter.label}计划用款", "plan", plan.get(quarter))

    @staticmethod
    def _plan(quarter: Quarter) -> str:
        return f"plan-{quarter.year}-{quarter.number}"

    def plan_rows(self) -> list[tuple[Quarter, BoundField]]:
        return [(quarter, self[self._plan(quarter)]) for quarter in self.quarters]

    @property
    def issued_label(self) -> str:
        return "、".join(source.label for source in self.sources if source in ISSUED_SOURCES)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        plan = {quarter: typed.get(self._plan(quarter)) or ZERO for quarter in self.quarters}
        return {"items": self.cells(typed), "plan": plan, "seen": typed.get("seen")}


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


class ChangeForm(GridForm):
    """调剂 over the budget in force. Only sources it has money of: money does not move from one to another."""

    reason = forms.CharField(label="调剂理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    uploads = FilesField(label="调剂依据", help_text="会议纪要、测算说明等，可选多个。")

    def __init__(self, *args: Any, cells: Cells, committed: Cells, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before, self.committed = cells, committed
        self.add_cells(cells, [source for source in Source if any(of == source for _, of in cells)])

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

    def totals(self) -> list[tuple[str, str, Decimal]]:
        """By source: its name, its group of fields, the sum they must keep."""
        sums = {source: sum((a for (_, of), a in self.before.items() if of == source), ZERO) for source in self.sources}
        return [(source.label, source.value, amount) for source, amount in sums.items()]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        return {
            "items": self.cells(typed),
            "reason": typed.get("reason", ""),
            "uploads": typed.get("uploads") or [],
            "seen": typed.get("seen"),
        }
