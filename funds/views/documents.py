"""资金文件 and 到账."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.models import User
from accounts.roles import Action
from funds import operations, queries
from funds.forms import DocumentFilter, FundDocumentForm, ReasonForm, ReceiptForm
from funds.models import ABOUT_DOCUMENT, FundDocument, Receipt
from policy.money import ZERO
from projects import access
from projects.models import Attachment
from projects.pages import ProjectOperation, RouteMixin
from ui.views import ActionView, OperationView, page_size


def document_of(user: User, document_id: int) -> FundDocument:
    rows = queries.documents_for(user).select_related("recorded_by", "approved_by", "returned_by")
    return get_object_or_404(rows, pk=document_id)


LONGEST_NUMBER = 9  # of an address; no id has more digits


class Documents(RouteMixin, TemplateView):
    template_name = "funds/documents.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = DocumentFilter(self.request.GET)
        rows = queries.documents_for(self.actor)
        if form.is_valid():
            rows = rows.filter(_chosen(form.cleaned_data))
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        may_record = access.may(self.actor, Action.RECORD_FUNDS)
        return super().get_context_data(filter=form, page_obj=page, may_record=may_record, **kwargs)


def _chosen(data: dict[str, Any]) -> Q:
    chosen = Q(state=data["state"]) if data["state"] else Q()
    if data["year"]:
        chosen &= Q(fiscal_year=data["year"])
    if word := data["q"]:
        chosen &= Q(number__icontains=word) | Q(title__icontains=word)
    return chosen


class DocumentNew(RouteMixin, OperationView):
    """`?from=`: a returned document whose entries are taken over."""

    template_name = "funds/document_new.html"
    form_class = FundDocumentForm
    title, submit_label, done = "登记资金文件", "登记并送签", "资金文件已登记，待省财政厅负责人签批"

    def get_form_kwargs(self) -> dict[str, Any]:
        earlier = self.earlier()
        amounts = dict(earlier.allocations.values_list("project", "amount")) if earlier else {}
        return super().get_form_kwargs() | {"issuable": queries.issuable(self.actor), "amounts": amounts}

    def earlier(self) -> FundDocument | None:
        wanted = self.request.GET.get("from", "")
        return (
            queries.documents_for(self.actor).filter(pk=wanted).first()
            if wanted.isdecimal() and len(wanted) <= LONGEST_NUMBER
            else None
        )

    def get_initial(self) -> dict[str, Any]:
        earlier = self.earlier()
        if earlier is None:
            return {"fiscal_year": self.today.year}
        names = ("number", "title", "dated_on", "fiscal_year", "source", "indicator_number")
        return {name: getattr(earlier, name) for name in names}

    def run(self, data: dict[str, Any]) -> FundDocument:
        return operations.record_fund_document(actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("funds:document", args=[self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("funds:documents")


class DocumentPage(RouteMixin, TemplateView):
    template_name = "funds/document.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = document_of(self.actor, self.kwargs["document_id"])
        seen = access.projects_for(self.actor)
        lines = list(document.allocations.filter(project__in=seen).select_related("project__organisation"))
        signs = access.may(self.actor, Action.APPROVE_FUNDS) and document.state == FundDocument.State.RECORDED
        own = document.recorded_by_id == self.actor.pk
        return super().get_context_data(
            document=document,
            lines=lines,
            scan=Attachment.objects.filter(
                about=ABOUT_DOCUMENT, about_id=document.pk, project__in=[line.project_id for line in lines[:1]]
            ).first(),
            signs=signs,
            why="您登记了本文件，须由另一位省财政厅负责人签批" if own else "",
            records=access.may(self.actor, Action.RECORD_FUNDS),
            **kwargs,
        )


class ApproveDocument(RouteMixin, ActionView):
    done = "资金文件已签批，资金下达到项目"

    def load(self) -> None:
        self.document = document_of(self.actor, self.kwargs["document_id"])

    def run(self, data: dict[str, Any]) -> FundDocument:
        return operations.approve_fund_document(self.document.pk, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return reverse("funds:document", args=[self.document.pk])


class ReturnDocument(RouteMixin, OperationView):
    form_class = ReasonForm
    title, submit_label, done = "退回资金文件", "退回", "资金文件已退回，登记人可据以重新登记"

    def load(self) -> None:
        self.document = document_of(self.actor, self.kwargs["document_id"])

    def run(self, data: dict[str, Any]) -> FundDocument:
        return operations.return_fund_document(self.document.pk, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("funds:document", args=[self.document.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class ConfirmReceipt(ProjectOperation):
    template_name = "funds/receipt.html"
    form_class = ReceiptForm
    title, submit_label, done, success_name = "确认到账", "确认到账", "到账已确认", "funds:ledger"

    def load(self) -> None:
        super().load()
        allocations = self.project.allocations.select_related("document")
        self.allocation = get_object_or_404(allocations, pk=self.kwargs["allocation_id"])
        self.before = sum((receipt.amount for receipt in self.allocation.receipts.all()), ZERO)

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.allocation.amount - self.before, "received_on": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = {"allocation": self.allocation, "before": self.before, "left": self.allocation.amount - self.before}
        return super().get_context_data(**told, **kwargs)

    def run(self, data: dict[str, Any]) -> Receipt:
        return operations.confirm_receipt(self.project.pk, self.allocation.pk, actor=self.actor, on=self.today, **data)
