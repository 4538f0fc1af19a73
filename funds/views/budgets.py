"""预算: filled in as a grid, read version by version, consented, approved, returned."""

from decimal import Decimal
from typing import Any

from accounts.roles import Action
from funds import operations, queries
from funds.forms import BudgetForm, ChangeForm, ReasonForm
from funds.models import Budget
from funds.queries.budgets import (
    ABOUT_BUDGET,
    budget_version,
    committed_of,
    decision_waits,
    diff_of,
    in_force,
    plan_diff_of,
    plan_findings,
    plan_of,
    plan_quarters,
    version_named,
)
from funds.rules.budget import CHANGE_STAGES
from funds.views.seen import Seen, Shows
from policy.money import ZERO
from policy.terms import Source
from projects import access
from projects.models import Attachment, Project
from projects.pages import ProjectAction, ProjectOperation, ProjectPage
from projects.queries import files_for

State = Budget.State


class BudgetPage(ProjectPage):
    """One version, and what it changes: against the version it was drafted over, or against any other (`?against=`)."""

    template_name = "funds/budget.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.project.budgets.select_related("base", "decision", *PEOPLE)
        versions = list(rows.prefetch_related("items", "plan", "base__items", "base__plan"))
        shown = version_named(versions, self.request.GET.get("version", "")) or (versions[0] if versions else None)
        newest = shown is None or shown is versions[0]
        against = version_named(versions, self.request.GET.get("against", "")) or (shown.base if shown else None)
        return super().get_context_data(
            versions=versions,
            budget=shown,
            seen=budget_version(shown),
            newest=newest,
            table=table_of(self.project, shown),
            against=against,
            moved=diff_of(self.project, against, shown) if against and shown else [],
            plan=plan_diff_of(against, shown) if against else plan_diff_of(None, shown),
            plan_moved=against is not None and plan_of(against) != plan_of(shown),
            warnings=plan_findings(shown),
            files=self.files(shown),
            may=self.may(shown.state if shown else "", versions) if newest else {},
            **kwargs,
        )

    def files(self, budget: Budget | None) -> list[Attachment]:
        rows = files_for(self.actor, self.project)
        return list(rows.filter(about=ABOUT_BUDGET, about_id=budget.pk)) if budget else []

    def may(self, state: str, versions: list[Budget]) -> dict[str, bool]:
        """The buttons that stand open to this person on the newest version."""

        def allows(action: Action) -> bool:
            return access.allows(self.actor, self.project, action)

        approved = any(one.state == State.APPROVED for one in versions)
        consent = state == State.SUBMITTED and allows(Action.CONSENT_BUDGET)
        approve = state == State.CONSENTED and allows(Action.APPROVE_BUDGET)
        draft = state == State.PROPOSED and allows(Action.DRAFT_CHANGE)
        waits = draft and decision_waits(self.project)
        return {
            "consent": consent,
            "approve": approve,
            "edit": not approved and state in ("", State.DRAFT, State.RETURNED) and allows(Action.EDIT_BUDGET),
            "submit": state == State.DRAFT and allows(Action.SUBMIT_BUDGET),
            "return": consent or approve or (draft and not waits),
            "draft": draft and not waits,
            "change": approved
            and state in (State.APPROVED, State.RETURNED)
            and self.project.stage in CHANGE_STAGES
            and allows(Action.PROPOSE_CHANGE),
        }


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
        newest = self.project.budgets.prefetch_related("items", "plan").first()
        return super().get_form_kwargs() | {
            "cells": queries.cells_of(newest),
            "quarters": plan_quarters(self.project, newest, self.today),
            "plan": plan_of(newest),
            "version": budget_version(newest),
        }

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.save_budget(self.project.pk, actor=self.actor, on=self.today, **data)


class ProposeChange(ProjectOperation):
    template_name = "funds/budget_change.html"
    form_class = ChangeForm
    title, submit_label, done = "提出预算调剂", "提交两厅联合批准", "调剂申请已提交，待两厅联合批准"
    success_name = "funds:budget"

    def get_form_kwargs(self) -> dict[str, Any]:
        base = in_force(self.project)
        return super().get_form_kwargs() | {
            "cells": queries.cells_of(base),
            "committed": committed_of(self.project),
            "quarters": plan_quarters(self.project, base, self.today) if base else [],
            "plan": plan_of(base),
            "version": budget_version(base),
        }

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.propose_change(self.project.pk, actor=self.actor, on=self.today, **data)


class SubmitBudget(Seen, ProjectAction):
    done, success_name = "预算已提交，待省人社厅会签", "funds:budget"

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.submit_budget(self.project.pk, actor=self.actor, seen=self.seen, on=self.today)


class ConsentBudget(Seen, ProjectAction):
    done, success_name = "已会签，待省财政厅批准", "funds:budget"

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.consent_budget(self.project.pk, actor=self.actor, seen=self.seen, on=self.today)


class ApproveBudget(Seen, ProjectAction):
    done, success_name = "预算已批准，可以列支", "funds:budget"

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.approve_budget(self.project.pk, actor=self.actor, seen=self.seen, on=self.today)


class ReturnBudget(Shows, ProjectOperation):
    template_name = "funds/form.html"
    form_class = ReasonForm
    title, submit_label, done, success_name = "退回预算", "退回", "预算已退回单位修改", "funds:budget"

    def shown(self) -> Budget | None:
        return self.project.budgets.prefetch_related("items", "plan").first()

    def run(self, data: dict[str, Any]) -> Budget:
        return operations.return_budget(self.project.pk, actor=self.actor, seen=self.seen, on=self.today, **data)
