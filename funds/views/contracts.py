"""采购与合同: the register, one contract, its steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.roles import Action
from funds.forms.contracts import LINES, PARTS, ContractForm, PackageForm, StepForm, VoidForm, lines_typed
from funds.models import Contract, Package, PurchaseStep
from funds.operations import contracts as operations
from funds.operations import packages
from funds.queries import contracts as queries
from funds.queries.assets import assets_of, state_of
from funds.queries.pages import named, names_of
from funds.queries.payments import visible
from funds.views.seen import Rewrites
from projects import access
from projects.pages import ProjectOperation, ProjectPage
from ui.views import sentence


class Contracts(ProjectPage):
    template_name = "funds/contracts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = names_of(self.project)
        rows = queries.standing_of(self.project.contracts.select_related("package"))
        for row in rows:
            row.contract.category_name = names.get(row.contract.category, row.contract.category)  # type: ignore[attr-defined]
        packages = queries.packages_of(self.project)
        for one in packages:
            one.package.category_name = names.get(one.package.category, one.package.category)  # type: ignore[attr-defined]
        return super().get_context_data(
            rows=rows,
            totals=queries.totals_of(rows),
            packages=packages,
            may_record=access.allows(self.actor, self.project, Action.RECORD_CONTRACT),
            **kwargs,
        )


class OneContract:
    """Gives `self.contract`, found through the project."""

    project: Any
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        rows = self.project.contracts.select_related("package", "recorded_by", "voided_by")
        self.contract: Contract = get_object_or_404(rows, pk=self.kwargs["contract_id"])
        self.contract.project = self.project

    def get_success_url(self) -> str:
        return reverse("funds:contract", args=[self.project.pk, self.contract.pk])


class ContractPage(OneContract, ProjectPage):
    template_name = "funds/contract.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contract = self.contract
        [standing] = queries.standing_of([contract])
        vouchers = contract.vouchers.filter(visible(self.actor), reverses=None).order_by("paid_on", "pk")
        assets = list(assets_of(self.project).filter(contract=contract))
        for asset in assets:
            asset.state = state_of(asset)  # type: ignore[attr-defined]
        may = access.allows(self.actor, self.project, Action.RECORD_CONTRACT)
        return super().get_context_data(
            contract=contract,
            category=names_of(self.project).get(contract.category, contract.category),
            standing=standing,
            history=queries.history_of(contract),
            files=queries.contract_files(contract),
            vouchers=named(self.project, vouchers),
            assets=assets,
            may_record=may,
            why_edit=queries.why_fixed(contract) if may else "",
            why_void=queries.why_kept(contract) if may else "",
            changed=queries.changes_of([contract.pk]).get(contract.pk, []),
            **kwargs,
        )


class _Warned(ProjectOperation):
    """What was kept although it deserves a word is said after saving."""

    result: operations.Recorded

    def get_success_url(self) -> str:
        for finding in self.result.warnings if self.result else ():
            messages.warning(self.request, sentence(finding))
        return self.get_cancel_url()


class OfRegister(ProjectOperation):
    """Leads back to the register."""

    def get_cancel_url(self) -> str:
        return reverse("funds:contracts", args=[self.project.pk])


class PackageLines(_Warned, OfRegister):
    """A form whose lines grow by a button that keeps everything typed, without JavaScript."""

    template_name = "funds/package_form.html"
    form_class = PackageForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"count": lines_typed(self.request.POST)}

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "more" not in request.POST:
            return super().answer(request, *args, **kwargs)
        count = lines_typed(request.POST) + LINES
        form = PackageForm(project=self.project, count=count, initial=request.POST.dict())
        seen = {"seen": request.POST["seen"]} if "seen" in request.POST else {}
        return self.render_to_response(self.get_context_data(form=form, **seen))


class RecordPackage(PackageLines):
    title, submit_label, done = "登记采购包", "登记", "采购包已登记"

    def run(self, data: dict[str, Any]) -> operations.Recorded:
        return operations.record_package(self.project.pk, actor=self.actor, on=self.today, **data)


class OnePackage(ProjectOperation):
    """Gives `self.package`, found through the project."""

    def load(self) -> None:
        super().load()
        self.package = get_object_or_404(self.project.packages, pk=self.kwargs["package_id"])


class EditPackage(Rewrites, OnePackage, PackageLines):
    title, submit_label, done = "修改采购包", "保存", "采购包已修改"

    def shown(self) -> Package:
        return self.package

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.package, name) for name in ("name", "category", "procurement", "budget")} | {
            f"{part}_{line}": value
            for line, item in enumerate(self.package.items.all())
            for part, value in zip(PARTS, (item.name, item.model, item.quantity, item.unit_price), strict=True)
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        told = super().get_form_kwargs()
        return told if self.request.method == "POST" else told | {"count": self.package.items.count()}

    def run(self, data: dict[str, Any]) -> operations.Recorded:
        ids = (self.project.pk, self.package.pk)
        return packages.edit_package(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class VoidPackage(OnePackage, OfRegister):
    template_name = "funds/form.html"
    form_class = VoidForm
    title, submit_label, done = "作废采购包", "作废", "采购包已作废，原记录仍可查看"

    def get_success_url(self) -> str:
        return self.get_cancel_url()

    def run(self, data: dict[str, Any]) -> Package:
        ids = (self.project.pk, self.package.pk)
        return packages.void_package(*ids, actor=self.actor, on=self.today, **data)


class RecordContract(_Warned):
    template_name = "funds/form.html"
    form_class = ContractForm
    title, submit_label, done = "登记合同", "登记", "合同已登记"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"packages": self.project.packages.filter(voided_on=None)}

    def get_initial(self) -> dict[str, Any]:
        """`?package=`: what the package already says."""
        wanted = self.request.GET.get("package", "")
        package = next((one for one in self.project.packages.all() if str(one.pk) == wanted), None)
        if package is None:
            return {}
        return {"package_id": package.pk, "category": package.category, "procurement": package.procurement}

    def get_cancel_url(self) -> str:
        row = self.result.row if self.result else None
        if row is not None:
            return reverse("funds:contract", args=[self.project.pk, row.pk])
        return reverse("funds:contracts", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> operations.Recorded:
        return operations.record_contract(self.project.pk, actor=self.actor, on=self.today, **data)


class EditContract(Rewrites, OneContract, _Warned):
    template_name = "funds/form.html"
    form_class = ContractForm
    title, submit_label, done = "修改合同", "保存", "合同已修改"

    def shown(self) -> Contract:
        return self.contract

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"packages": self.project.packages.filter(voided_on=None)}

    def get_initial(self) -> dict[str, Any]:
        facts = {name: getattr(self.contract, name) for name in operations.FACTS}
        return facts | {"package_id": self.contract.package_id, "retention": self.contract.retention or None}

    def get_cancel_url(self) -> str:
        return reverse("funds:contract", args=[self.project.pk, self.contract.pk])

    def get_success_url(self) -> str:
        return _Warned.get_success_url(self)

    def run(self, data: dict[str, Any]) -> operations.Recorded:
        ids = (self.project.pk, self.contract.pk)
        return operations.edit_contract(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class VoidContract(OneContract, ProjectOperation):
    template_name = "funds/form.html"
    form_class = VoidForm
    title, submit_label, done = "作废合同", "作废", "合同已作废，原记录仍可查看"

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Contract:
        ids = (self.project.pk, self.contract.pk)
        return packages.void_contract(*ids, actor=self.actor, on=self.today, **data)


class RecordStep(OneContract, _Warned):
    template_name = "funds/form.html"
    form_class = StepForm
    title, submit_label, done = "登记采购步骤", "登记", "步骤已登记"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"signed": True}

    def get_cancel_url(self) -> str:
        return reverse("funds:contract", args=[self.project.pk, self.contract.pk])

    def get_success_url(self) -> str:
        return _Warned.get_success_url(self)

    def run(self, data: dict[str, Any]) -> operations.Recorded:
        return operations.record_step(
            self.project.pk, actor=self.actor, contract_id=self.contract.pk, on=self.today, **data
        )


class RecordPackageStep(OnePackage, _Warned, OfRegister):
    template_name = "funds/form.html"
    form_class = StepForm
    title, submit_label, done = "登记采购步骤", "登记", "步骤已登记"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"signed": False}

    def run(self, data: dict[str, Any]) -> operations.Recorded:
        return operations.record_step(
            self.project.pk, actor=self.actor, package_id=self.package.pk, on=self.today, **data
        )


class VoidStep(ProjectOperation):
    template_name = "funds/form.html"
    form_class = VoidForm
    title, submit_label, done = "作废采购步骤", "作废", "已作废，原记录仍可查看"

    def load(self) -> None:
        super().load()
        self.step = get_object_or_404(self.project.purchase_steps, pk=self.kwargs["step_id"])

    def get_success_url(self) -> str:
        if self.step.contract_id:
            return reverse("funds:contract", args=[self.project.pk, self.step.contract_id])
        return reverse("funds:contracts", args=[self.project.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> PurchaseStep:
        return operations.void_step(self.project.pk, self.step.pk, actor=self.actor, on=self.today, **data)
