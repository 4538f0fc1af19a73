"""Units and the tree they hang on."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts import operations
from accounts.forms import NodeForm, OrganisationFactForm, OrganisationFilter, OrganisationForm
from accounts.models import Node, Organisation, OrganisationFact
from accounts.operations.door import nodes_for, organisations_for
from accounts.views.gate import Gate, page_of
from ui.views import OperationView


def filtered(organisations: QuerySet[Organisation], asked: dict[str, Any]) -> QuerySet[Organisation]:
    if text := asked.get("q"):
        organisations = organisations.filter(Q(name__icontains=text) | Q(credit_code__icontains=text))
    if line := asked.get("line"):
        organisations = organisations.filter(line=line)
    return organisations


class Organisations(Gate, TemplateView):
    template_name = "accounts/organisations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = OrganisationFilter(self.request.GET or None)
        asked = form.cleaned_data if form.is_valid() else {}
        rows = filtered(organisations_for(self.actor, self.action), asked)
        return super().get_context_data(title="单位", filter=form, page_obj=page_of(self.request, rows), **kwargs)


class OrganisationNew(Gate, OperationView):
    template_name = "accounts/form.html"
    listed = ("单位", "accounts:organisations")
    title = "新增单位"
    form_class = OrganisationForm
    done = "单位已新增"
    success_name = "accounts:organisations"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def run(self, data: dict[str, Any]) -> Organisation:
        node = data.pop("node")
        return operations.create_organisation(node_id=node.pk, **data, actor=self.actor, on=timezone.localdate())


class OrganisationFacts(Gate, OperationView):
    """What forms say of a unit beside its name, and since when; what held before stays listed."""

    template_name = "accounts/organisation_facts.html"
    listed = ("单位", "accounts:organisations")
    form_class = OrganisationFactForm
    title, submit_label, done = "单位资料", "登记", "已登记"

    def load(self) -> None:
        super().load()
        self.unit = get_object_or_404(organisations_for(self.actor, self.action), pk=self.kwargs["organisation_id"])

    def get_initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(unit=self.unit, facts=self.unit.facts.all(), **kwargs)

    def run(self, data: dict[str, Any]) -> OrganisationFact:
        return operations.record_fact(self.unit.pk, **data, actor=self.actor, on=timezone.localdate())

    def get_success_url(self) -> str:
        return reverse("accounts:organisation_facts", args=[self.unit.pk])

    def get_cancel_url(self) -> str:
        return reverse("accounts:organisations")


class Nodes(Gate, TemplateView):
    template_name = "accounts/nodes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = (
            nodes_for(self.actor, self.action)
            .select_related("parent")
            .annotate(units=Count("organisations"))
            .order_by("path")
        )
        return super().get_context_data(title="区划与部门", page_obj=page_of(self.request, rows), **kwargs)


class NodeNew(Gate, OperationView):
    template_name = "accounts/form.html"
    listed = ("区划与部门", "accounts:nodes")
    title = "新增区划或部门"
    form_class = NodeForm
    done = "已新增"
    success_name = "accounts:nodes"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def get_cancel_url(self) -> str:
        return reverse("accounts:nodes")

    def run(self, data: dict[str, Any]) -> Node:
        parent = data.pop("parent")
        return operations.create_node(parent_id=parent.pk, **data, actor=self.actor, on=timezone.localdate())
