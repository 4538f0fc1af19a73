"""区域绩效表 of the province: which there are, one of them, its words, its issue, its papers."""

import hashlib
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views import View
from django.views.generic import TemplateView

from accounts.journal import record_access
from accounts.persons import is_hand
from accounts.roles import Action
from papers import render
from performance import operations, region_prints
from performance.forms import RegionDates, RegionForm
from performance.models import RegionSheet
from performance.queries.region import region_begun, region_content, region_known, region_sheets, region_years
from performance.queries.region_past import region_compared
from performance.rules.region_form import WORDS
from policy.findings import refuse
from policy.loader import configured
from projects import access
from projects.pages import RouteMixin, route_action
from projects.printed import current, footed
from projects.queries import REGION
from ui.versions import version_of
from ui.views import ActionView, OperationView
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind, State = RegionSheet.Kind, RegionSheet.State
HINT = "季报包按监测截止日和审定日，绩效目标按备案日，资金按业务日和入账日；文字内容和建设期是现在的。"


class Regions(RouteMixin, TemplateView):
    """Every programme and year with filed targets, and the sheets there are."""

    template_name = "performance/regions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheets = {(one.edition_code, one.kind, one.year): one for one in region_sheets()}
        editions = configured()
        rows = [
            (editions[code], year, kind, label, sheets.get((code, kind, year)))
            for code, years in region_years(self.actor).items()
            for year in years
            for kind, label in Kind.choices
            if region_begun(kind, year, self.today)
        ]
        rows.sort(key=lambda row: (-row[1], row[0].code, row[2]))
        return super().get_context_data(rows=rows, **kwargs)


class OfRegion(RouteMixin):
    """Gives `self.key` and, where words were written, `self.sheet`."""

    kwargs: dict[str, Any]

    def find(self) -> None:
        """Who may not open the page learns nothing of what there is."""
        if not access.may(self.actor, route_action(self.request)):
            raise PermissionDenied("您的角色不能打开本页")
        code, kind, year = self.kwargs["edition"], self.kwargs["kind"], self.kwargs["year"]
        if not region_known(self.actor, code, kind, year):
            raise Http404
        self.key: Any = {"edition_code": code, "kind": kind, "year": year}
        self.sheet = region_sheets().filter(**self.key).first()

    @property
    def issued(self) -> bool:
        return self.sheet is not None and self.sheet.state == State.ISSUED

    @cached_property
    def dates(self) -> RegionDates:
        return RegionDates(self.request.GET, kind=self.key["kind"], year=self.key["year"], today=self.today)

    def content(self) -> dict[str, Any]:
        return region_content(**self.key, user=self.actor, on=self.today, at=self.dates.asked_at())[1]

    def paper_content(self) -> dict[str, Any]:
        """For what leaves the page: a date that cannot be read is refused, not left aside."""
        if not self.dates.is_valid():
            refuse("on", "；".join(str(text) for texts in self.dates.errors.values() for text in texts))
        return self.content()

    def address(self) -> str:
        return reverse("performance:region", args=[self.key["edition_code"], self.key["kind"], self.key["year"]])


class RegionPage(OfRegion, TemplateView):
    template_name = "performance/region.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.find()
        content, at = self.content(), self.dates.asked_at()
        labels = WORDS[self.key["kind"]]
        drafted = self.sheet is not None and not self.issued and at is None
        own = drafted and self.sheet is not None and is_hand(self.actor, self.sheet.drafted_by_id)
        return super().get_context_data(
            content=content,
            targets=self.key["kind"] == Kind.TARGETS,
            title=region_prints.title_of(content),
            money_heads=region_prints.money_heads(content),
            words=[(label, content["words"].get(key, "")) for key, label in labels.items()],
            sheet=self.sheet,
            issued=self.issued and at is None,
            was_issued=self.issued,
            args=self.key,
            dates=self.dates,
            hint=HINT + region_prints.running(content),
            query=self.request.GET.urlencode() if at else "",
            compared=region_compared(**self.key, user=self.actor, at=at, today=self.today) if at else None,
            may_edit=at is None and not self.issued and access.may(self.actor, Action.EDIT_REGION),
            may_issue=drafted and access.may(self.actor, Action.ISSUE_REGION),
            why="本表由您编制，须由另一位负责人定稿" if own else "",
            **kwargs,
        )


class EditRegion(OfRegion, OperationView):
    form_class = RegionForm
    title, submit_label, done = "填写文字内容", "保存", "已保存"

    def load(self) -> None:
        self.find()

    def get_form_kwargs(self) -> dict[str, Any]:
        words = dict(self.sheet.words) if self.sheet else {}
        return super().get_form_kwargs() | {
            "form_kind": self.key["kind"],
            "words": words,
            "version": version_of(words),
        }

    def run(self, data: dict[str, Any]) -> RegionSheet:
        typed = {"words": data["words"], "seen": data["seen"]}
        return operations.save_region(**self.key, **typed, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return self.address()

    def get_cancel_url(self) -> str:
        return self.address()


class IssueRegion(OfRegion, ActionView):
    done = "已定稿"

    def load(self) -> None:
        self.find()
        if self.sheet is None:
            raise Http404

    def run(self, data: dict[str, Any]) -> RegionSheet:
        assert self.sheet is not None  # noqa: S101 - load has looked
        return operations.issue_region(self.sheet.pk, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return self.address()


class PrintRegion(OfRegion, View):
    """With the code of its registered print (报表打印) where that says the same."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.find()
        content = self.paper_content()
        key = f"{content['form']}-{self.key['edition_code']}-{self.key['year']}"
        headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(key)}.pdf", "Cache-Control": "no-store"}
        printed = current(access.area_of(self.actor, REGION), key)
        issued = self.issued and "as_of" not in content
        made = render(footed(region_prints.layout(content, issued=issued), printed), "pdf")
        return HttpResponse(made, content_type="application/pdf", headers=headers)


class ExportRegion(OfRegion, View):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.find()
        content = self.paper_content()
        made = xlsx(region_prints.sheets(content))
        name = f"{content['form']}-{self.key['edition_code']}-{self.key['year']}.xlsx"
        told = region_prints.dated(content)
        said, digest = f"{name} {len(content['rows'])} 行{told and f'，{told}'}", hashlib.sha256(made).hexdigest()
        record_access("导出区域绩效表", actor=self.actor, on=self.today, text=said, sha256=digest)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
        return HttpResponse(made, content_type=XLSX, headers=headers)
