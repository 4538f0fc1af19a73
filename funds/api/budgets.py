"""预算: read version by version; filled in, submitted, consented, approved, returned, 调剂 proposed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from funds import operations
from funds.ledger import Quarter
from funds.models import Budget
from funds.queries.budgets import ABOUT_BUDGET, budget_version
from funds.queries.pages import names_of
from policy.money import ZERO
from policy.terms import Source
from projects.api import Act, ProjectReading
from projects.models import Project
from projects.queries import files_for
from ui.api import Asked, Money, Person, Rows, SeenAsked, Stored, Text, Told, Uploads, Whole

FIRST, LAST = 2000, 2100
MOST_CELLS = 200
PEOPLE = ("drafted_by", "submitted_by", "consented_by", "approved_by", "returned_by", "base", "decision")


class ItemData(Told):
    category = serializers.CharField(help_text="类别代码")
    category_name = serializers.CharField(help_text="类别名称")
    source = serializers.ChoiceField(Source.choices, help_text="资金来源")  # type: ignore[assignment]
    amount = Money(help_text="预算金额")


class PlanData(Told):
    year = serializers.IntegerField()
    quarter = serializers.IntegerField(help_text="季度，1–4")
    amount = Money(help_text="计划用款")


class BudgetData(Told):
    version = serializers.IntegerField(help_text="版本")
    kind = serializers.ChoiceField(Budget.Kind.choices, help_text="性质")
    base = serializers.IntegerField(source="base.version", default=None, allow_null=True, help_text="调剂前的版本")
    state = serializers.ChoiceField(Budget.State.choices)
    reason = serializers.CharField(help_text="调剂理由")
    decision = serializers.CharField(
        source="decision.number", default=None, allow_null=True, help_text="批准调剂的决定文号"
    )
    total = Money(help_text="合计")
    items = ItemData(many=True, source="cells", help_text="类别 × 来源")
    plan = PlanData(many=True, source="quarters", help_text="用款计划")
    drafted_by = Person(help_text="编制人")
    drafted_on = serializers.DateField()
    submitted_by = Person(help_text="提交人")
    submitted_on = serializers.DateField(allow_null=True)
    consented_by = Person(help_text="会签人")
    consented_on = serializers.DateField(allow_null=True)
    approved_by = Person(help_text="批准人")
    approved_on = serializers.DateField(allow_null=True)
    returned_by = Person(help_text="退回人")
    returned_on = serializers.DateField(allow_null=True)
    return_reason = serializers.CharField(help_text="退回理由")
    files = Stored(many=True, source="papers", help_text="调剂依据")
    seen = serializers.CharField(
        help_text="本版内容的校验码；保存、提交、会签、批准、退回或提出调剂时原样送回，他人已改动的不予办理"
    )


def shown(project: Project, rows: Iterable[Budget], files: Mapping[int, list]) -> list[Budget]:
    names, rows = names_of(project), list(rows)
    for row in rows:
        row.cells = list(row.items.all())  # type: ignore[attr-defined]
        for item in row.cells:  # type: ignore[attr-defined]
            item.category_name = names.get(item.category, item.category)
        row.total = sum((item.amount for item in row.cells), ZERO)  # type: ignore[attr-defined]
        row.quarters = list(row.plan.all())  # type: ignore[attr-defined]
        row.papers, row.seen = files.get(row.pk, []), budget_version(row)  # type: ignore[attr-defined]
    return rows


class OfBudget:
    """What an answer tells of a version is read in a handful of statements, however many there are."""

    project: Project
    actor: Any

    def versions(self) -> QuerySet[Budget]:
        return self.project.budgets.select_related(*PEOPLE).prefetch_related("items", "plan").order_by("-version")

    def told(self, rows: Iterable[Budget]) -> list[Budget]:
        found: dict[int, list] = {}
        for file in files_for(self.actor, self.project).filter(about=ABOUT_BUDGET):
            found.setdefault(file.about_id, []).append(file)
        return shown(self.project, rows, found)


class Budgets(OfBudget, ProjectReading):
    summary, tag = "预算各版本", "资金"
    description = "首次编报和历次调剂，新的在前。"
    answers, many = BudgetData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Budget]:
        return self.versions()

    def rows(self, page: list[Budget]) -> list[Budget]:
        return self.told(page)


class BudgetAct(OfBudget, Act):
    """An act on the budget that answers with the version it left."""

    answers: type[Told] = BudgetData
    tag = "资金"

    def after(self, budget: Budget) -> Budget:
        return self.told(self.versions().filter(pk=budget.pk))[0]


class CellAsked(Asked):
    category = Text(max_length=32, help_text="类别代码")
    source = serializers.ChoiceField(Source.choices, help_text="资金来源")  # type: ignore[assignment]
    amount = Money(least=ZERO, help_text="金额")


class QuarterAsked(Asked):
    year = Whole(min_value=FIRST, max_value=LAST)
    quarter = Whole(max_value=4, help_text="季度，1–4")
    amount = Money(least=ZERO, help_text="计划用款")


def keyed(field: str, rows: Iterable[tuple[Any, Decimal]]) -> dict[Any, Decimal]:
    """Each key once: of two amounts for one cell nobody could say which was meant."""
    found: dict[Any, Decimal] = {}
    for key, amount in rows:
        if key in found:
            raise serializers.ValidationError({field: ["同一类别和来源（同一季度）只能出现一次。"]})
        found[key] = amount
    return found


def cells(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Decimal]:
    return keyed("items", (((row["category"], row["source"]), row["amount"]) for row in rows))


class SaveAsked(Asked):
    items = Rows(child=CellAsked(), max_length=MOST_CELLS, help_text="各类别金额；没有列出的为 0")
    plan = Rows(child=QuarterAsked(), max_length=MOST_CELLS, required=False, help_text="用款计划；不发送的保持原样")
    seen = Text(max_length=40, required=False, help_text="读到的校验码；不发送的不作比较")


class SaveBudget(BudgetAct):
    summary = "编制预算"
    description = "保存为编制中的版本；退回后再存为新版本。由单位负责人提交。"
    asks = SaveAsked

    def run(self, given: dict[str, Any]) -> Budget:
        items, plan = cells(given["items"]), None
        if "plan" in given:
            plan = keyed("plan", ((Quarter(row["year"], row["quarter"]), row["amount"]) for row in given["plan"]))
        seen = given.get("seen")
        who, on = self.actor, self.today
        saved = operations.save_budget(self.project.pk, actor=who, items=items, plan=plan, seen=seen, on=on)
        return self.after(saved)


class SubmitBudget(BudgetAct):
    summary = "提交预算"
    description = "送省人社厅会签；补助来源合计须等于核定补助。"
    asks = SeenAsked

    def run(self, given: dict[str, Any]) -> Budget:
        return self.after(operations.submit_budget(self.project.pk, actor=self.actor, on=self.today, **given))


class ConsentBudget(BudgetAct):
    summary = "会签预算"
    asks = SeenAsked

    def run(self, given: dict[str, Any]) -> Budget:
        return self.after(operations.consent_budget(self.project.pk, actor=self.actor, on=self.today, **given))


class ApproveBudget(BudgetAct):
    summary = "批准预算"
    description = "批准后可以列支。"
    asks = SeenAsked

    def run(self, given: dict[str, Any]) -> Budget:
        return self.after(operations.approve_budget(self.project.pk, actor=self.actor, on=self.today, **given))


class ReasonAsked(Asked):
    reason = Text(max_length=300, help_text="退回理由")


class ReturnBudgetAsked(ReasonAsked, SeenAsked):
    """Why, and of what."""


class ReturnBudget(BudgetAct):
    summary = "退回预算或调剂申请"
    asks = ReturnBudgetAsked

    def run(self, given: dict[str, Any]) -> Budget:
        return self.after(operations.return_budget(self.project.pk, actor=self.actor, on=self.today, **given))


class ChangeAsked(Asked):
    items = Rows(child=CellAsked(), max_length=MOST_CELLS, help_text="调剂后各类别金额；没有列出的为 0")
    reason = Text(max_length=300, help_text="调剂理由")
    uploads = Uploads(help_text="调剂依据，至少一份")
    seen = Text(max_length=40, required=False, help_text="现行版本的校验码；不发送的不作比较")


class ProposeChange(BudgetAct):
    summary = "提出预算调剂"
    description = "同一来源内调出合计等于调入合计，不低于已支出和占用。批准是两厅的联合决定，在决定页签署。"
    asks, made = ChangeAsked, 201

    def run(self, given: dict[str, Any]) -> Budget:
        given["items"] = cells(given["items"])
        return self.after(operations.propose_change(self.project.pk, actor=self.actor, on=self.today, **given))
