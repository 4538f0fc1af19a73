"""Around one payment: invoices to read, contracts to choose, papers asked for, drafts handed over."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from funds import operations, queries
from funds.forms import AnswerForm, AskForm, HandoverForm, InvoiceForm
from funds.models import Ask
from funds.queries.invoices import reading_of
from funds.views.vouchers import OneVoucher, is_id
from projects.models import Attachment
from projects.pages import ProjectAction, ProjectOperation, ProjectPage


class ReadInvoice(ProjectOperation):
    """Upload an invoice; the form of the payment then opens with what it says. Waiting ones are listed."""

    template_name = "funds/invoices.html"
    form_class = InvoiceForm
    title, submit_label, done = "从发票登记", "上传并读取", "发票已上传"
    result: Attachment

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(waiting=list(queries.invoices_of(self.project)), **kwargs)

    def get_cancel_url(self) -> str:
        return reverse("funds:ledger", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> Attachment:
        return operations.keep_invoice(self.project.pk, actor=self.actor, upload=data["upload"], on=self.today)

    def get_success_url(self) -> str:
        return f"{reverse('funds:voucher_new', args=[self.project.pk])}?invoice={self.result.pk}"


class DropInvoice(ProjectAction):
    done = "已删除"

    def load(self) -> None:
        super().load()
        self.file = get_object_or_404(queries.invoices_of(self.project), pk=self.kwargs["invoice_id"])

    def run(self, data: dict[str, Any]) -> None:
        operations.drop_invoice(self.project.pk, self.file.pk, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return reverse("funds:invoices", args=[self.project.pk])

    get_repeat_url = get_success_url


class ChooseContract(ProjectPage):
    template_name = "funds/contract_choice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invoice = self.request.GET.get("invoice", "")
        reading = reading_of(self.project, int(invoice)) if is_id(invoice) else None
        return super().get_context_data(
            title="选择合同", rows=queries.contracts_to_pay(self.project), reading=reading, **kwargs
        )


class AskForPaper(OneVoucher, ProjectOperation):
    template_name = "funds/form.html"
    form_class = AskForm
    title, submit_label, done = "要求补件", "发出", "补件要求已发出，本笔保留原位"

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Ask:
        return operations.ask_for_paper(self.project.pk, self.voucher.pk, actor=self.actor, on=self.today, **data)


class AnswerAsk(OneVoucher, ProjectOperation):
    template_name = "funds/answer.html"
    form_class = AnswerForm
    title, submit_label, done = "答复补件", "提交答复", "补件已答复"

    def load(self) -> None:
        super().load()
        self.ask = get_object_or_404(self.voucher.asks.select_related("asked_by"), pk=self.kwargs["ask_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(ask=self.ask, voucher=self.voucher, **kwargs)

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Ask:
        ids = (self.project.pk, self.voucher.pk, self.ask.pk)
        return operations.answer_ask(*ids, actor=self.actor, on=self.today, **data)


class HandOver(ProjectOperation):
    template_name = "funds/form.html"
    form_class = HandoverForm
    title, submit_label, done = "交接支出草稿", "交接", "草稿已交接，已提交的支出保留原经办姓名"

    def get_form_kwargs(self) -> dict[str, Any]:
        givers: dict[int, User] = {}
        for row in queries.drafts_of(self.project):
            holder = row.handed_to or row.recorded_by
            givers[holder.pk] = holder
        takers = queries.clerks_of(self.project, self.today)
        return super().get_form_kwargs() | {"givers": givers.values(), "takers": takers}

    def get_success_url(self) -> str:
        return reverse("funds:batches", args=[self.project.pk])

    get_cancel_url = get_success_url

    def run(self, data: dict[str, Any]) -> int:
        return operations.hand_over_drafts(self.project.pk, actor=self.actor, on=self.today, **data)
