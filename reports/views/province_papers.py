"""报表打印: the lists of a whole province, by year, edition and city, as PDF, workbook and Word document."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.roles import Action
from funds.queries import Moment
from lifecycle.queries.province_printing import footed_of, in_force, prints_told, scans_among
from papers import Grid, Paper, Printable
from policy.findings import refuse_if_blocking
from projects import access
from projects.exports import AsksReason, check_many, check_paper, said
from projects.models import PrintedPaper
from projects.pages import RouteMixin
from projects.queries import LISTS, REGION, right_to
from reports.f18 import totals_of
from reports.forms import ProvinceForm
from reports.province_papers import (
    FORMS,
    Asked,
    check_size,
    form_for,
    lists_said,
    other_papers,
    province_papers,
    size_of,
    standings,
)
from ui.download import kind_of, respond
from ui.views import page_size

LONG = 19  # digits of a number that no row has
KINDS = (("pdf", "PDF"), ("xlsx", "Excel"), ("docx", "Word"))
WHAT = {
    "F16": "按推荐顺序列出工作室，含未立项的草稿；Excel 可再次用于名单导入",
    "F17": "按推荐顺序列出培训基地，含未立项的草稿；Excel 可再次用于名单导入",
    "F18": "已立项项目的资金、绩效、状态、期限和预警，附合计",
}


class Lists(RouteMixin):
    def form(self) -> ProvinceForm:
        return form_for(self.actor, self.request.GET, self.today)


class ProvincePapers(Lists, TemplateView):
    template_name = "reports/province_papers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self.form()
        asked = form.asked()
        chosen, address = Asked(**asked), reverse("reports:province_paper")
        totals = totals_of(standings(self.actor, self.today, chosen))
        lists, others = province_papers(self.actor, self.today, chosen), other_papers(self.actor, self.today)
        held = in_force(self.actor, [*lists, *others])
        rows = [
            {
                "paper": one,
                "held": held.get(one.key),
                "label": FORMS[one.form],
                "what": WHAT[one.form],
                "count": totals.count if one.form == "F18" else size_of(self.actor, one.form, chosen),
                "files": _files(address, {**asked, "form": one.form}),
            }
            for one in lists
        ]
        rest = [
            {
                "paper": one,
                "held": held.get(one.key),
                "files": _files(address, {"key": one.key}),
            }
            for one in others
        ]
        at = chosen.moment(self.today)
        shown = {
            "form": form,
            "at": at,
            "is_today": at == Moment(self.today, self.today),
            "batch_url": f"{reverse('reports:batch')}?{urlencode(asked)}",
            "as_of_url": f"{reverse('reports:as_of')}?{urlencode(asked)}",
            "rows": rows,
            "others": rest,
            "totals": totals,
            "on": self.today,
        }
        return super().get_context_data(**shown, **self.prints(), **kwargs)

    def prints(self) -> dict[str, Any]:
        """What was registered in reach, the newest first; just now: with the way to the file."""
        told = prints_told(self.actor)
        page = Paginator(told, page_size(self.request)).get_page(self.request.GET.get("page"))
        done = self.request.GET.get("done", "")
        just = told.filter(pk=done).first() if done.isascii() and done.isdigit() and len(done) < LONG else None
        paths, lists = access.paths_where(self.actor, LISTS), lists_said([one.key for one in page], self.today)
        return {
            "page_obj": page,
            "prints": [(one, _said_of(one, lists)) for one in page],
            "scans": scans_among(self.actor, page),
            "registers": access.may(self.actor, Action.REGISTER_PLACE_PRINT),
            "own": {one.pk for one in page if one.place and one.place.path in paths},
            "just": just,
            "just_files": _files(reverse("lifecycle:province_reprint", args=[just.pk]), {}) if just else [],
        }


def _said_of(printed: PrintedPaper, lists: Mapping[str, str]) -> str:
    """What tells it from others of its form: the filters of a list, the year of a sheet of the region."""
    of_region = right_to(printed.form) == REGION
    return f"{printed.key.rpartition('-')[2]} 年度" if of_region else lists.get(printed.key, "")


def _files(address: str, asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(f"{address}?{urlencode({**asked, 'as': kind})}", name) for kind, name in KINDS]


class ProvincePaper(AsksReason, Lists, View):
    """One list with the code of its registered print where that says the same; who took it out stands in the journal."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = kind_of(request)
        paper = footed_of(self.actor, self.other(request.GET["key"]) if "key" in request.GET else self.list_of(request))
        reason = check_paper(self.actor, paper, request.GET.get("reason", ""))
        answer = respond(paper, kind)
        digest = hashlib.sha256(answer.content).hexdigest()
        told = said(f"{paper.title}，{_said(paper)}", reason)
        record_access("打印省级报表", actor=self.actor, on=self.today, text=told, rows=_lines(paper), sha256=digest)
        return answer

    def list_of(self, request: HttpRequest) -> Printable:
        form, asked = request.GET.get("form", "F18"), Asked(**self.form().asked())
        found = next((one for one in province_papers(self.actor, self.today, asked) if one.form == form), None)
        if found is None:
            raise Http404
        count = size_of(self.actor, form, asked)
        refuse_if_blocking(check_size(self.actor, form, count))
        check_many(self.actor, count, request.GET.get("reason", ""))  # before thousands of rows are laid out
        return found

    def other(self, key: str) -> Printable:
        found = next((one for one in other_papers(self.actor, self.today) if one.key == key), None)
        if found is None:
            raise Http404
        return found


def _lines(paper: Paper) -> int:
    return sum(len(block.rows) - block.heads for block in paper.blocks if isinstance(block, Grid) and block.heads)


def _said(paper: Paper) -> str:
    """The line that says which projects it lists."""
    return next((block.text for block in paper.blocks if getattr(block, "style", "") == "right"), "")  # type: ignore[union-attr]
