"""资金文件 and 到账."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.models import Organisation, User
from accounts.persons import is_hand
from accounts.roles import Action
from funds import operations, queries
from funds.forms import ArrivalForm, DocumentFilter, FundDocumentForm, ReasonForm, typed_for
from funds.forms.dated import past_of
from funds.models import ABOUT_DOCUMENT, FundDocument, UnitArrival
from funds.queries.documents_past import as_stood, documents_at, documents_compared
from funds.queries.money_in import documents_chosen
from policy.terms import ArrivalMode
from projects import access
from projects.pages import RouteMixin
from projects.queries import files_for
from ui.views import ActionView, OperationView, page_size


def document_of(user: User, document_id: int) -> FundDocument:
    rows = queries.documents_for(user).select_related("recorded_by", "approved_by", "returned_by")
    return get_object_or_404(rows, pk=document_id)


NUMBER = re.compile(r"[0-9]{1,9}")  # of an address; no id has more digits
MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
WORD = re.compile(r"[0-9a-z]{1,12}")


HINT = "资金文件按成文日期、登记日期和签批日期列示，状态为当时的；查询条件中的“状态”不影响补录。"


class Documents(RouteMixin, TemplateView):
    template_name = "funds/documents.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = DocumentFilter(self.request.GET, today=self.today)
        asked = form.cleaned_data if form.is_valid() else {}
        at = past_of(form, self.today) if asked else None
        rows = documents_at(self.actor, asked, at) if at else queries.documents_for(self.actor)
        if asked and at is None:
            rows = rows.filter(documents_chosen(asked))
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        if at:
            page.object_list = as_stood(page.object_list)
        return super().get_context_data(
            filter=form,
            page_obj=page,
            compared=documents_compared(self.actor, asked, at, self.today) if at else None,
            hint=HINT,
            may_record=access.may(self.actor, Action.RECORD_FUNDS),
            **kwargs,
        )


class DocumentNew(RouteMixin, OperationView):
    """`?from=`: a returned document whose entries are taken over."""

    template_name = "funds/document_new.html"
    form_class = FundDocumentForm
    title, submit_label, done = "登记资金文件", "登记并送签", "资金文件已登记，待省财政厅负责人签批"

    def get_form_kwargs(self) -> dict[str, Any]:
        """A project that left the table since the page was opened stays in it, so that its refusal is said by name."""
        also = typed_for(self.request.POST) + [int(pk) for pk in self.prefill("project")]
        tables = {"issuable": queries.issuable(self.actor, also), "withheld": queries.withheld(self.actor)}
        return super().get_form_kwargs() | tables | {"amounts": self.amounts()}

    def amounts(self) -> dict[int, Any]:
        earlier = self.earlier()
        if earlier:
            return dict(earlier.allocations.values_list("project", "amount"))
        return {int(pk): amount for pk in self.prefill("project") for amount in self.prefill("amount", MONEY)}

    def prefill(self, name: str, pattern: re.Pattern[str] = NUMBER) -> list[str]:
        """One value of the address, or nothing: from a link of the carry-over page."""
        value = self.request.GET.get(name, "")
        return [value] if pattern.fullmatch(value) else []

    def earlier(self) -> FundDocument | None:
        wanted = self.prefill("from")
        return queries.documents_for(self.actor).filter(pk=wanted[0]).first() if wanted else None

    def get_initial(self) -> dict[str, Any]:
        earlier = self.earlier()
        if earlier is None:
            said = {name: value for name in ("origin_year", "source", "kind") for value in self.prefill(name, WORD)}
            return {"fiscal_year": self.today.year, "total": "".join(self.prefill("amount", MONEY))} | said
        names = ("kind", "number", "title", "dated_on", "fiscal_year", "source", "origin_year", "tranche", "total")
        classes = ("indicator_number", "functional_class", "economic_class")
        return {name: getattr(earlier, name) for name in names + classes}

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
        own = is_hand(self.actor, document.recorded_by_id)
        return super().get_context_data(
            document=document,
            lines=lines,
            scan=files_for(self.actor, *[line.project for line in lines[:1]])
            .filter(about=ABOUT_DOCUMENT, about_id=document.pk)
            .first(),
            held_out=document.held_out.filter(project__in=seen).select_related("project__organisation"),
            notices=queries.notices_of(document, [line.project for line in lines]),
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


class Arrivals(RouteMixin, TemplateView):
    """How money reaches each unit in reach."""

    template_name = "funds/arrivals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = access.projects_for(self.actor, Action.SET_ARRIVAL).select_related("organisation__arrival")
        units = {project.organisation_id: project.organisation for project in projects.order_by("organisation__name")}
        page = Paginator(list(units.values()), page_size(self.request)).get_page(self.request.GET.get("page"))
        return super().get_context_data(page_obj=page, default=ArrivalMode.QUOTA.label, **kwargs)


class SetArrival(RouteMixin, OperationView):
    form_class = ArrivalForm
    submit_label, done = "保存", "到账方式已登记，适用于此后登记的资金文件"

    def load(self) -> None:
        units = Organisation.objects.filter(projects__in=access.projects_for(self.actor))
        self.unit = get_object_or_404(units.distinct(), pk=self.kwargs["organisation_id"])
        self.title = f"{self.unit.name} 到账方式"

    def get_initial(self) -> dict[str, Any]:
        standing = UnitArrival.objects.filter(organisation=self.unit).first()
        return {"mode": standing.mode if standing else ArrivalMode.QUOTA}

    def run(self, data: dict[str, Any]) -> UnitArrival:
        return operations.set_arrival_mode(self.unit.pk, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("funds:arrivals")

    def get_cancel_url(self) -> str:
        return self.get_success_url()
