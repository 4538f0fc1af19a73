"""设备台账: list, card, labels to print, the visit on site by phone."""

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.views.generic import View

from accounts.journal import record_access
from accounts.roles import Action
from funds.forms.assets import AssetFilter, AssetForm, CheckForm, RetireForm
from funds.models import Asset, AssetCheck
from funds.operations import assets as operations
from funds.queries import assets as queries
from funds.views.seen import Rewrites
from projects import access
from projects.exports import check_many, exporting, said
from projects.pages import Acting, Found, ProjectOperation, ProjectPage, RouteMixin
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LABELS = 500


class Assets(ProjectPage):
    template_name = "funds/assets.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = AssetFilter(self.request.GET)
        rows = queries.assets_of(self.project, form.asked())
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        for asset in page.object_list:
            asset.state = queries.state_of(asset)  # type: ignore[attr-defined]
        query = self.request.GET.copy()
        query.pop("page", None)
        counts, export = queries.counts_of(self.project), reverse("funds:assets_export", args=[self.project.pk])
        return super().get_context_data(
            filter=form,
            page_obj=page,
            counts=[(label, state, counts[state]) for state, label in queries.STATES.items()],
            worth=queries.value_of(self.project),
            query=query.urlencode(),
            may_record=access.allows(self.actor, self.project, Action.RECORD_ASSET),
            **exporting(self.actor, page.paginator.count, export, self.request.GET, own=True),
            **kwargs,
        )


class AssetsExport(Found, View):
    """What the list shows, all pages of it."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        project, form = self.project, AssetFilter(request.GET)
        rows = list(queries.assets_of(project, form.asked()))
        reason = check_many(self.actor, len(rows), request.GET.get("reason", ""), own=True)
        asked = "、".join(str(value) for value in form.asked().values() if value)
        content = xlsx([queries.sheet_of(project, rows, self.today, asked)])
        digest = hashlib.sha256(content).hexdigest()
        record_access(
            "导出设备台账", actor=self.actor, on=self.today, text=said(f"{project.name} {len(rows)} 行", reason),
            rows=len(rows), sha256=digest,
        )  # fmt: skip
        answer = HttpResponse(content, content_type=XLSX)
        name = f"设备台账-{project.label}-{self.today}.xlsx"
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return answer


class Labels(ProjectPage):
    """A sheet to print and cut: the same filter as the list."""

    template_name = "funds/labels.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = AssetFilter(self.request.GET).asked() | {}
        rows = list(queries.assets_of(self.project, asked).filter(retired_on=None)[:MOST_LABELS])
        labels = [(asset, self.drawn(asset)) for asset in rows]
        return super().get_context_data(labels=labels, most=MOST_LABELS, **kwargs)

    def drawn(self, asset: Asset) -> SafeString:
        """Its address as a QR code: SVG that we draw ourselves, without any style in it."""
        import segno

        code = segno.make(
            self.request.build_absolute_uri(reverse("funds:asset_by_label", args=[asset.label])), error="m"
        )
        return mark_safe(code.svg_inline(scale=1, border=0, omitsize=True))  # noqa: S308


class ByLabel(RouteMixin, View):
    """What the printed code leads to."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, label: str) -> HttpResponse:
        asset = queries.by_label(self.actor, label)
        if asset is None:
            raise Http404
        return redirect("funds:asset", project_id=asset.project_id, asset_id=asset.pk)


class OneAsset(Acting):
    """The card, found through its project, and what its page shows."""

    project: Any
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        self.asset = get_object_or_404(queries.assets_of(self.project), pk=self.kwargs["asset_id"])
        self.asset.project = self.project

    def get_success_url(self) -> str:
        return reverse("funds:asset", args=[self.project.pk, self.asset.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class Card(OneAsset):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = kwargs.pop("form", None)
        asset = self.asset
        standing = asset.retired_on is None
        initial = {"room": asset.room}
        return super().get_context_data(  # type: ignore[misc]
            asset=asset,
            state=queries.state_of(asset),
            worth=asset.unit_price * asset.quantity,
            photos=queries.photos_of(asset),
            checks=queries.checks_of(asset),
            form=shown or CheckForm(project=self.project, initial=initial),
            refused=shown,
            may_check=standing and access.allows(self.actor, self.project, Action.CHECK_ASSET),
            may_record=standing and access.allows(self.actor, self.project, Action.RECORD_ASSET),
            **kwargs,
        )


class AssetPage(Card, ProjectPage):
    template_name = "funds/asset.html"


class CheckAsset(Card, ProjectOperation):
    template_name = "funds/asset.html"
    form_class = CheckForm
    title, done = "现场核对", "核对结果已记录"

    def run(self, data: dict[str, Any]) -> AssetCheck:
        return operations.check_asset(self.project.pk, self.asset.pk, actor=self.actor, on=self.today, **data)


class RecordAsset(ProjectOperation):
    """`?voucher=`: the payment it was bought by."""

    template_name = "funds/form.html"
    form_class = AssetForm
    title, submit_label, done = "登记设备", "登记", "设备已登记，标签码已生成"
    result: Asset

    def get_form_kwargs(self) -> dict[str, Any]:
        linked = {"vouchers": queries.payable(self.project), "contracts": self.project.contracts.filter(voided_on=None)}
        return super().get_form_kwargs() | linked

    def get_initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("voucher", "")
        voucher = next((one for one in queries.payable(self.project) if str(one.pk) == wanted), None)
        if voucher is None:
            return {"quantity": 1}
        return {
            "voucher_id": voucher.pk,
            "contract_id": voucher.contract_id,
            "card_number": voucher.asset_card,
            "quantity": voucher.quantity or 1,
            "unit_price": voucher.unit_price,
            "acquired_on": voucher.paid_on,
        }

    def get_cancel_url(self) -> str:
        return reverse("funds:assets", args=[self.project.pk])

    def get_success_url(self) -> str:
        return reverse("funds:asset", args=[self.project.pk, self.result.pk])

    def run(self, data: dict[str, Any]) -> Asset:
        return operations.record_asset(self.project.pk, actor=self.actor, on=self.today, **data)


class EditAsset(Rewrites, OneAsset, ProjectOperation):
    template_name = "funds/form.html"
    form_class = AssetForm
    title, submit_label, done = "修改设备", "保存", "设备已修改"

    def shown(self) -> Asset:
        return self.asset

    def get_form_kwargs(self) -> dict[str, Any]:
        linked = {"vouchers": queries.payable(self.project), "contracts": self.project.contracts.filter(voided_on=None)}
        return super().get_form_kwargs() | linked

    def get_initial(self) -> dict[str, Any]:
        facts = {name: getattr(self.asset, name) for name in operations.FACTS}
        return facts | {"voucher_id": self.asset.voucher_id, "contract_id": self.asset.contract_id}

    def run(self, data: dict[str, Any]) -> Asset:
        ids = (self.project.pk, self.asset.pk)
        return operations.edit_asset(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class RetireAsset(OneAsset, ProjectOperation):
    template_name = "funds/form.html"
    form_class = RetireForm
    title, submit_label, done = "登记设备处置", "登记处置", "处置已登记"

    def run(self, data: dict[str, Any]) -> Asset:
        return operations.retire_asset(self.project.pk, self.asset.pk, actor=self.actor, on=self.today, **data)
