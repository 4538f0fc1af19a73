"""统计分析: the page, having it drawn, its pictures, tables and printed page. Nothing here draws: reports/statistics."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import mark_safe
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from funds.queries import Moment
from papers import MIME, render
from policy.findings import refuse
from policy.money import wan_number
from projects.pages import RouteMixin
from reports.forms import DatedForm, StatisticsForm
from reports.register import GIVEN
from reports.statistics.facts import DIMENSIONS, Material, Totals
from reports.statistics.inline import linked, unlinked
from reports.statistics.kept import Result, ask, drawings_of, image_of, result_of
from reports.statistics.page import paper_of
from reports.statistics.past import DATES, material_at
from reports.statistics.scope import Paths, paths_of
from reports.statistics.tables import Table, sheet_of
from workbooks.writer import csv, xlsx

WIDE = {"place", "pace", "targets", "problems", "levels"}
EVERY = "all"
TYPES = {"xlsx": MIME["xlsx"], "csv": "text/csv; charset=utf-8"}
NOT_YET = "这些条件的统计还没有完成。请打开统计分析页，选好条件，等图表出来后再下载。"
EMPTY = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 120" role="img" aria-label="正在绘制">'
    '<text x="360" y="66" text-anchor="middle" font-size="18" font-family="sans-serif" fill="#5b6576">正在绘制……</text></svg>'
)
POLICY = "default-src 'none'; sandbox"


class Looking(RouteMixin):
    """What was asked, of the reach of who asks."""

    @cached_property
    def paths(self) -> Paths:
        return paths_of(self.actor)

    @cached_property
    def at(self) -> Moment:
        """Today, where nothing else or nothing sensible was asked for."""
        return DatedForm(self.request.GET, today=self.today).moment()

    @cached_property
    def whole(self) -> Material:
        return material_at(self.paths, self.at, self.today)

    @cached_property
    def form(self) -> StatisticsForm:
        return self.make_form()

    def make_form(self, **kwargs: Any) -> StatisticsForm:
        whole = self.whole
        return StatisticsForm(
            self.request.GET,
            places=whole.places,
            years=whole.years,
            editions=whole.editions,
            today=self.today,
            **kwargs,
        )

    @cached_property
    def asked(self) -> dict[str, str]:
        return self.form.asked()

    @cached_property
    def material(self) -> Material:
        return self.whole.narrowed(self.asked)

    @cached_property
    def result(self) -> Result:
        return result_of(self.paths, self.asked, self.material.stamp, timezone.now())

    def to(self, name: str, **more: str) -> str:
        """An address of ours with the filter in it."""
        query = urlencode(self.asked | more)
        return f"{reverse(f'reports:{name}')}{'?' if query else ''}{query}"


class Statistics(Looking, TemplateView):
    template_name = "reports/statistics.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        if self.result.drawing:
            answer["Refresh"] = "3"
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        result, drawings = self.result, drawings_of(self.result)
        return super().get_context_data(
            form=self.form,
            small_form=self.make_form(auto_id="small_%s"),
            tiles=list(self.tiles(self.material.totals)),
            result=result,
            cards=[self.card(table, drawings.get(table.key, "")) for table in result.tables],
            draw_url=self.to("statistics_draw"),
            book_url=self.to("statistics_table", table=EVERY),
            paper_url=self.to("statistics_paper"),
            as_of_url=self.to("as_of"),
            on=self.at.on,
            past="" if self.at == Moment(self.today, self.today) else f"截至 {self.at.on}，按 {self.at.known} 所知",
            **kwargs,
        )

    def tiles(self, totals: Totals) -> Iterator[dict[str, str]]:
        """As they stand this moment, from the balance rows; each leads to the projects it counts."""
        url = f"{reverse('reports:projects')}?{urlencode({'stage': GIVEN, **self.asked})}"
        rate = totals.execution_rate
        counted = f"支出 {wan_number(totals.spent)} ÷ 预算 {wan_number(totals.budget)} 万元"
        shown = "不适用" if rate is None else f"{rate * 100:.2f}%"
        for label, value, unit, note, icon, tone in (
            ("项目", f"{totals.projects:,}", "个", "已立项", "folder-kanban", "blue"),
            ("批复", wan_number(totals.granted), "万元", "核定补助金额", "stamp", "blue"),
            ("下达", wan_number(totals.allocated), "万元", "已签批资金文件", "file-down", "blue"),
            ("到账", wan_number(totals.received), "万元", "单位确认", "landmark", "green"),
            ("支出", wan_number(totals.spent), "万元", "财政已认定，不含自筹", "receipt", "green"),
            ("结余", wan_number(totals.left), "万元", "到账减支出", "wallet", "purple"),
            ("执行率", shown, "", counted, "gauge", "purple"),
        ):
            yield {"label": label, "value": value, "unit": unit, "note": note, "icon": icon, "tone": tone, "url": url}

    def card(self, table: Table, drawing: str) -> dict[str, Any]:
        version = self.result.charts.get(table.key, "")[:12]
        return {
            "table": table,
            "wide": table.key in WIDE,
            # Our own drawing, cleaned when it was kept; the addresses are escaped.
            "drawing": mark_safe(linked(drawing, table)),  # noqa: S308
            "image": self.to("statistics_chart", chart=table.key, v=version),
            "xlsx": self.to("statistics_table", table=table.key),
            "csv": self.to("statistics_table", table=table.key, **{"as": "csv"}),
        }


class Draw(Looking, View):
    """Has the worker make what the page asks for."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.result.fresh:
            ask(self.paths, self.asked, timezone.now())
        return redirect(self.to("statistics"))


class Chart(Looking, View):
    """One drawing of the reader's own result; a filter that is none has no result."""

    http_method_names = ["get", "head"]

    @cached_property
    def asked(self) -> dict[str, str]:
        """Read plainly: to know what may be chosen would cost the figures of every project."""
        return {name: self.request.GET[name] for name in (*DIMENSIONS, *DATES) if self.request.GET.get(name)}

    def get(self, request: HttpRequest) -> HttpResponse:
        image = image_of(self.paths, self.asked, request.GET.get("chart", "")[:20])
        answer = HttpResponse(unlinked(image.svg) if image else EMPTY, content_type="image/svg+xml; charset=utf-8")
        answer["Content-Security-Policy"] = POLICY
        # `v` names the drawing: another one has another address.
        answer["Cache-Control"] = "private, max-age=86400" if image and request.GET.get("v") else "no-store"
        return answer


class Download(Looking, View):
    """The table behind a chart, or all of them; what was taken out is written into the journal."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        tables, kind = self.wanted(), "csv" if request.GET.get("as") == "csv" else "xlsx"
        said, made_at = self.form.in_words(), self.result.made_at
        on = timezone.localdate(made_at) if made_at and self.at.on == self.today else self.at.on
        sheets = [sheet_of(table, on, said) for table in tables]
        content = csv(sheets[0].headers, sheets[0].rows) if kind == "csv" else xlsx(sheets)
        name = tables[0].title if len(tables) == 1 else "统计分析"
        rows = sum(len(table.rows) for table in tables)
        return self.handed_out(content, TYPES[kind], f"{name}-{on}.{kind}", rows)

    def wanted(self) -> list[Table]:
        wanted = self.request.GET.get("table", EVERY)
        if not self.result.tables:
            refuse("not_drawn", NOT_YET)
        found = [table for table in self.result.tables if wanted in (EVERY, table.key)]
        if not found:
            refuse("table", "没有这张统计表。请从统计分析页的下载按钮打开。")
        return found[:1] if self.request.GET.get("as") == "csv" else found

    def handed_out(self, content: bytes, content_type: str, name: str, rows: int) -> HttpResponse:
        digest, said = hashlib.sha256(content).hexdigest(), self.form.in_words()
        record_access(
            "导出统计表", actor=self.actor, on=self.today, text=f"{name}，{rows} 行", rows=rows, sha256=digest,
            filter=said[:200],
        )  # fmt: skip
        answer = HttpResponse(content, content_type=content_type)
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        answer["Cache-Control"] = "no-store"
        return answer


class OnePage(Download):
    """The whole picture on one page of A4."""

    def get(self, request: HttpRequest) -> HttpResponse:
        image = image_of(self.paths, self.asked, "overview")
        if image is None or not self.result.tables:
            refuse("not_drawn", NOT_YET)
        paper = paper_of(self.result, bytes(image.png), self.form.in_words())
        rows = sum(len(table.rows) for table in self.result.tables if table.key == "place")
        return self.handed_out(render(paper, "pdf"), MIME["pdf"], f"{paper.title}-{paper.dated_on}.pdf", rows)
