"""预算: filled in as a grid, read version by version, consented, approved, returned."""

from decimal import Decimal
from typing import Any

from accounts.roles import Action
from funds import operations, queries
from funds.forms import BudgetForm, ReasonForm
from funds.models import Budget
from policy.money import ZERO
from policy.terms import Source
from projects import access
from projects.models import Project
from projects.pages import ProjectAction, ProjectOperation, ProjectPage

State = Budget.State


class BudgetPage(ProjectPage):
    template_name = "funds/budget.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(self.project.budgets.select_related(*PEOPLE).prefetch_related("items"))
        wanted = self.request.GET.get("version", "")
        shown = next((one for one in versions if str(one.version) == wanted), versions[0] if versions else None)
        newest = shown is None or shown is versions[0]
        return super().get_context_data(
            versions=versions,
            budget=shown,
            newest=newest,
            table=table_of(self.project, shown),
            may=self.may(shown.state if shown else "") if newest else {},
            return_form=ReasonForm(project=self.project),
            **kwargs,
        )

    def may(self, state: str) -> dict[str, bool]:
        """The buttons that stand open to this person on the newest version."""
        user, project = self.actor, self.project
        consent = state == State.SUBMITTED and access.allows(user, project, Action.CONSENT_BUDGET)
        approve = state == State.CONSENTED and access.allows(user, project, Action.APPROVE_BUDGET)
        edit = state in ("", State.DRAFT, State.RETURNED) and access.allows(user, project, Action.EDIT_BUDGET)
        submit = state == State.DRAFT and access.allows(user, project, Action.SUBMIT_BUDGET)
        return {"consent": consent, "approve": approve, "edit": edit, "submit": submit, "return": consent or approve}


PEOPLE = ("drafted_by", "submitted_by", "consented_by", "approved_by", "returned_by")


def table_of(project: Project, budget: Budget | None) -> dict[str, Any]:
    """Category × source with sums, as the page shows it."""
    cells = queries.cells_of(budget)
    order = [project.edition.grant_source, *(source for source in Source)]
    sources = [source for source in dict.fromkeys(order) if any(of == source for _, of in cells)]
    rows = []
    for category in queries.categories_of(project):
        amounts = [cells.get((category.code, source), ZERO) for source in sources]
        if any(amounts):
            rows.append((category.name, amounts, sum(amounts, ZERO)))
    sums: list[Decimal] = [sum((amount for (_, of), amount in cells.items() if of == s), ZERO) for s in sources]
    return {
        "sources": [Source(source).label for source in sources],
        "rows": rows,
        "sums": sums,
        "total": sum(sums, ZERO),
    }


class BudgetEdit(ProjectOperation):
    template_name = "funds/budget_edit.html"
    form_class = BudgetForm
    title, submit_label, done = "编制预算", "暂存", "预算已保存，单位负责人核对后提交"
    success_name = "funds:budget"

    def get_form_kwargs(self) -> dict[str, Any]:
        newest = self.project.budgets.prefetch_related("items").first()
        return super().get_form_kwargs() | {"cells": queries.cells_of(newest)}

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.save_budget(self.project.pk, actor=self.actor, on=self.today, **data)


class SubmitBudget(ProjectAction):
    done, success_name = "预算已提交，待省人社厅会签", "funds:budget"

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.submit_budget(self.project.pk, actor=self.actor, on=self.today)


class ConsentBudget(ProjectAction):
    done, success_name = "已会签，待省财政厅批准", "funds:budget"

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.consent_budget(self.project.pk, actor=self.actor, on=self.today)


class ApproveBudget(ProjectAction):
    done, success_name = "预算已批准，可以列支", "funds:budget"

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.approve_budget(self.project.pk, actor=self.actor, on=self.today)


class ReturnBudget(ProjectOperation):
    template_name = "funds/form.html"
    form_class = ReasonForm
    title, submit_label, done, success_name = "退回预算", "退回", "预算已退回单位修改", "funds:budget"

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.return_budget(self.project.pk, actor=self.actor, on=self.today, **data)
