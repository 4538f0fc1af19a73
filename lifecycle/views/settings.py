"""设定确认单: the list, one sheet with its signatures and its paper, drafting one over an edition."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView, View

from accounts.models import Node
from accounts.roles import Action
from lifecycle import setting_prints
from lifecycle.forms import ReasonForm
from lifecycle.forms.settings import SettingsForm
from lifecycle.operations import settings as operations
from lifecycle.queries.settings import sheets_for
from lifecycle.queries.waivers import line_of
from policy import loader
from policy.confirmed import open_limits
from projects import access
from projects.models import SettingSheet
from projects.pages import RouteMixin, route_action
from projects.printed import current, footed
from ui.download import kind_of, respond
from ui.forms import ConfirmForm
from ui.views import ActionView, OperationView


class SettingSheets(RouteMixin, TemplateView):
    template_name = "lifecycle/setting_sheets.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        editions = sorted(loader.configured().values(), key=lambda one: (one.sample, -one.issued_on.toordinal()))
        shown = {
            "sheets": sheets_for(self.actor),
            "editions": [(one, len(open_limits(one))) for one in editions],
            "drafts": access.may(self.actor, Action.DRAFT_SETTINGS),
            "compares": access.may(self.actor, "comparison 版本对比:view"),
            "on": self.today,
        }
        return super().get_context_data(title="设定确认单", **shown, **kwargs)


class OneSheet(RouteMixin):
    kwargs: dict[str, Any]

    def found(self) -> SettingSheet:
        if not access.may(self.actor, route_action(self.request)):  # load() comes before the door of the page
            raise PermissionDenied("您的角色不能打开本页")
        return get_object_or_404(sheets_for(self.actor), pk=self.kwargs["sheet_id"])

    def get_success_url(self) -> str:
        return reverse("lifecycle:setting_sheet", args=[self.kwargs["sheet_id"]])


class SheetPage(OneSheet, TemplateView):
    template_name = "lifecycle/setting_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = self.found()
        signs = sheet.state == SettingSheet.State.SIGNING and access.may(self.actor, Action.APPROVE_SETTINGS)
        shown = {
            "sheet": sheet,
            "rows": setting_prints.rows_of(sheet),
            "edition": loader.configured().get(sheet.edition_code),
            "signs": signs and line_of(self.actor) is not None,
            "on": self.today,
        }
        return super().get_context_data(title=str(sheet), **shown, **kwargs)


class SignSheet(OneSheet, ActionView):
    form_class = ConfirmForm
    done = "已签署"

    def load(self) -> None:
        self.sheet = self.found()

    def run(self, data: dict[str, Any]) -> SettingSheet:
        return operations.sign_settings(self.sheet.pk, actor=self.actor, on=self.today)


class ReturnSheet(OneSheet, ActionView):
    form_class = ReasonForm
    done = "已退回"

    def load(self) -> None:
        self.sheet = self.found()

    def run(self, data: dict[str, Any]) -> SettingSheet:
        return operations.return_settings(self.sheet.pk, actor=self.actor, on=self.today, **data)


class PrintSheet(OneSheet, View):
    """PDF, workbook or Word document; with the code of its registered print (报表打印) where that says the same."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sheet = self.found()
        place = Node.objects.filter(path=sheet.province).first()
        printed = current(place, f"settings-{sheet.pk}")
        return respond(footed(setting_prints.paper_of(sheet), printed), kind_of(request))


class DraftSheet(RouteMixin, OperationView):
    form_class = SettingsForm
    template_name = "lifecycle/setting_draft.html"
    title, submit_label, done = "拟制设定确认单", "送两部门签署", "已送两部门签署"

    def load(self) -> None:
        if not access.may(self.actor, route_action(self.request)):
            raise PermissionDenied("您的角色不能打开本页")
        found = loader.configured().get(self.kwargs["code"])
        if found is None:
            raise Http404
        self.edition = found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"edition": self.edition}

    def form_valid(self, form: Any) -> Any:
        self.form = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> SettingSheet:
        said = {name: data[name] for name in ("number", "effective_on", "note")}
        return operations.draft_settings(
            edition_code=self.edition.code, rows=self.form.rows(), actor=self.actor, on=self.today, **said
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(edition=self.edition, **kwargs)

    def get_success_url(self) -> str:
        return reverse("lifecycle:setting_sheet", args=[self.result.pk]) if self.result else self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return reverse("lifecycle:setting_sheets")
