"""资金文件与到账 of one project: documents, 拨付, 到账 and its 更正, other income."""

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404

from accounts.roles import Action
from funds import operations, queries, rules
from funds.forms import (
    CorrectionForm,
    IncomeForm,
    IncomeJudgeForm,
    IncomeReversalForm,
    ReasonForm,
    ReceiptForm,
    ReleaseCorrectionForm,
    ReleaseForm,
)
from funds.forms.dated import Dated, past_of
from funds.models import (
    ABOUT_INCOME,
    ABOUT_INCOME_REVERSAL,
    Allocation,
    Flag,
    FundDocument,
    Income,
    IncomeReversal,
    Receipt,
    Release,
)
from funds.queries.documents_past import incomes_at, issues_at, money_compared
from funds.queries.money_in import corrected_of
from funds.views.seen import Shows
from projects import access
from projects.pages import ProjectAction, ProjectOperation, ProjectPage
from projects.queries import files_for

ACTIONS = (
    Action.CONFIRM_RECEIPT,
    Action.CORRECT_RECEIPT,
    Action.RECORD_RELEASE,
    Action.APPROVE_RELEASE,
    Action.RECORD_INCOME,
    Action.REVERSE_INCOME,
    Action.PROPOSE_HOLD,
    Action.DRAFT_HOLD,
    Action.ANSWER_HOLD,
)


class MoneyInPage(ProjectPage):
    template_name = "funds/money_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dates = Dated(self.request.GET, today=self.today)
        if at := past_of(dates, self.today):
            return super().get_context_data(dates=dates, **self.past(at), **kwargs)
        project, user = self.project, self.actor
        held_out = project.held_out.exclude(document__state=FundDocument.State.RETURNED).select_related("document")
        if access.is_unit(user):
            held_out = held_out.filter(document__state=FundDocument.State.APPROVED)
        incomes = queries.incomes_of(project)
        return super().get_context_data(
            dates=dates,
            ledger=queries.ledger_of(project),
            issues=queries.issues_of(project, user),
            held_out=held_out,
            questions=project.flags.filter(rule="receipt_mismatch", state__in=[Flag.State.OPEN, Flag.State.ANSWERED]),
            incomes=incomes,
            totals=queries.income_totals(incomes),
            mode=queries.mode_of(project),
            ages=queries.ages_of([project], self.today),
            holdable=project.stage in rules.HOLD_STAGES,
            holds=project.holds.select_related("placed_by", "lifted_by"),
            hold_requests=[] if access.is_unit(user) else project.hold_requests.select_related("asked_by"),
            may={action.name.lower(): access.allows(user, project, action) for action in ACTIONS},
            **kwargs,
        )

    def past(self, at: queries.Moment) -> dict[str, Any]:
        """Of a day gone by: what can be told of it, and nothing to be done."""
        project = self.project
        return {
            "ledger": queries.ledger_as_of(project, on=at.on, known=at.known),
            "issues": issues_at(project, self.actor, at),
            "totals": queries.income_totals(incomes_at(project, at)),
            "mode": queries.mode_of(project),
            "ages": queries.ages_of([project], at.on, at.known),
            "compared": money_compared(project, at, self.today),
            "hint": "到账方式是现在的；资金暂停、未列入下达和到账疑问只有今天的，不列。",
            "may": {},
        }


class MoneyInOperation(ProjectOperation):
    template_name = "funds/form.html"
    success_name = "funds:money_in"


class OfAllocation(Shows, MoneyInOperation):
    """A form about one allocation of the project."""

    template_name = "funds/receipt.html"

    def load(self) -> None:
        super().load()
        allocations = self.project.allocations.select_related("document")
        self.allocation = get_object_or_404(allocations, pk=self.kwargs["allocation_id"])
        self.arrival = queries.arrival_of(self.allocation)

    def shown(self) -> Allocation:
        return self.allocation

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(allocation=self.allocation, arrival=self.arrival, **kwargs)


class ConfirmReceipt(OfAllocation):
    form_class = ReceiptForm
    title, submit_label, done = "确认到账", "确认到账", "到账已确认"

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.arrival.left, "received_on": self.today}

    def run(self, data: dict[str, Any]) -> Receipt:
        ids = (self.project.pk, self.allocation.pk)
        return operations.confirm_receipt(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class RecordRelease(OfAllocation):
    form_class = ReleaseForm
    title, submit_label, done = "登记拨付", "登记并送复核", "拨付已登记，待财政部门另一人复核"

    def load(self) -> None:
        super().load()
        self.sending = queries.sending_of(self.allocation)

    def get_initial(self) -> dict[str, Any]:
        left = min(self.allocation.amount - self.sending.before, self.sending.room)
        return {"amount": left if left > 0 else None, "released_on": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sending=self.sending, **kwargs)

    def run(self, data: dict[str, Any]) -> Release:
        return operations.record_release(self.project.pk, self.allocation.pk, actor=self.actor, on=self.today, **data)


class ApproveRelease(ProjectAction):
    done, success_name = "拨付已复核", "funds:money_in"

    def load(self) -> None:
        super().load()
        self.release = get_object_or_404(self.project.releases, pk=self.kwargs["release_id"])

    def run(self, data: dict[str, Any]) -> Release:
        return operations.approve_release(self.project.pk, self.release.pk, actor=self.actor, on=self.today)


class ReturnRelease(MoneyInOperation):
    form_class = ReasonForm
    title, submit_label, done = "退回拨付", "退回", "拨付已退回，登记人可据以重新登记"

    def load(self) -> None:
        super().load()
        self.release = get_object_or_404(self.project.releases, pk=self.kwargs["release_id"])

    def run(self, data: dict[str, Any]) -> Release:
        return operations.return_release(self.project.pk, self.release.pk, actor=self.actor, on=self.today, **data)


class CorrectRelease(MoneyInOperation):
    form_class = ReleaseCorrectionForm
    title, submit_label, done = "更正拨付", "登记更正并送复核", "更正已登记，待财政部门另一人复核，原记录保留"

    def load(self) -> None:
        super().load()
        self.release = get_object_or_404(self.project.releases.filter(reverses=None), pk=self.kwargs["release_id"])

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.release.amount - corrected_of(self.release), "released_on": self.today}

    def run(self, data: dict[str, Any]) -> Release:
        return operations.correct_release(self.project.pk, self.release.pk, actor=self.actor, on=self.today, **data)


class CorrectReceipt(Shows, MoneyInOperation):
    form_class = CorrectionForm
    title, submit_label, done = "更正到账", "更正", "到账已更正，原记录保留"

    def load(self) -> None:
        super().load()
        arrivals = self.project.receipts.filter(kind=Receipt.Kind.ARRIVAL)
        self.receipt = get_object_or_404(arrivals, pk=self.kwargs["receipt_id"])

    def shown(self) -> Allocation:
        return self.receipt.allocation

    def get_initial(self) -> dict[str, Any]:
        return {"received_on": self.today}

    def run(self, data: dict[str, Any]) -> Receipt:
        ids = (self.project.pk, self.receipt.pk)
        return operations.correct_receipt(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class RecordIncome(MoneyInOperation):
    form_class = IncomeForm
    title, submit_label, done, success_name = "登记收入", "登记", "收入已登记", "funds:incomes"

    def get_initial(self) -> dict[str, Any]:
        return {"received_on": self.today}

    def run(self, data: dict[str, Any]) -> Income:
        return operations.record_income(self.project.pk, actor=self.actor, on=self.today, **data)


class ReverseIncome(MoneyInOperation):
    form_class = IncomeReversalForm
    template_name = "funds/income_act.html"
    title, submit_label, success_name = "提出冲销收入", "提出冲销", "funds:incomes"
    done = "冲销已提出，待财政审核；审核同意前收入照旧计算"

    def load(self) -> None:
        super().load()
        self.income = get_object_or_404(self.project.incomes, pk=self.kwargs["income_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(income=self.income, **kwargs)

    def run(self, data: dict[str, Any]) -> IncomeReversal:
        return operations.reverse_income(self.project.pk, self.income.pk, actor=self.actor, on=self.today, **data)


class JudgeIncomeReversal(MoneyInOperation):
    template_name = "funds/income_act.html"
    form_class = IncomeJudgeForm
    title, submit_label, done, success_name = "审核冲销收入", "记录审核结论", "审核结论已记录", "funds:incomes"

    def load(self) -> None:
        super().load()
        rows = self.project.income_reversals.select_related("income__recorded_by", "proposed_by")
        self.asked = get_object_or_404(rows, pk=self.kwargs["reversal_id"])
        self.asked.project = self.project

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        about = Q(about=ABOUT_INCOME, about_id=self.asked.income_id)
        about |= Q(about=ABOUT_INCOME_REVERSAL, about_id=self.asked.pk)
        found = queries.income_judge_findings(self.asked, actor=self.actor, on=self.today)
        return super().get_context_data(
            asked=self.asked,
            income=self.asked.income,
            papers=list(files_for(self.actor, self.project).filter(about)),
            why=next((one.message for one in found), ""),
            **kwargs,
        )

    def run(self, data: dict[str, Any]) -> IncomeReversal:
        ids = (self.project.pk, self.asked.pk)
        return operations.judge_income_reversal(*ids, actor=self.actor, on=self.today, **data)


class Incomes(ProjectPage):
    template_name = "funds/incomes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        incomes = queries.incomes_of(self.project)
        actions = (Action.RECORD_INCOME, Action.REVERSE_INCOME, Action.APPROVE_REVERSAL)
        return super().get_context_data(
            incomes=incomes,
            totals=queries.income_totals(incomes),
            may={action.name.lower(): access.allows(self.actor, self.project, action) for action in actions},
            **kwargs,
        )
