"""三方对账: the lists of a period laid beside this system, differences explained, printed, exported."""

import hashlib
from datetime import date
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import View

from accounts.journal import record_access
from accounts.roles import Action
from funds import operations
from funds.forms.reconciliation import ExplainForm, PeriodForm, StatementForm
from funds.models import Explanation, Statement
from funds.queries.reconciliation import Difference, Reconciled, periods_of, reconcile, statements_of
from funds.rules.reconciliation import BOOKS, LABELS, SYSTEM, TREASURY
from funds.rules.statements import read_statement
from funds.sheets import reconciliation_sheets
from funds.views.found_money import workbook
from policy.findings import Refused, refuse
from projects import access
from projects.models import Project
from projects.pages import Acting, ProjectOperation, ProjectPage, find_project
from projects.views import LEVELS
from ui.views import page_size
from workbooks.envelope import Unreadable
from workbooks.findings import grouped
from workbooks.writer import xlsx

Side = Statement.Side
NO_LIST = "还没有对账清单。请先由单位上传项目辅助账，或由财政部门上传财政支付清单。"


def address(name: str, project: Project, start: date, end: date, **more: str) -> str:
    return f"{reverse(name, args=[project.pk])}?{urlencode({'start': str(start), 'end': str(end), **more})}"


def asked(request: HttpRequest, project: Project) -> tuple[date, date] | None:
    """The period in the address, or the newest one that has a list."""
    return PeriodForm(request.GET).period() or next(iter(periods_of(project)), None)


def sides_of(found: Reconciled) -> list[dict[str, Any]]:
    """The three sides with their totals, and how far each stands from this system."""
    sums = found.sums
    rows = [{"label": LABELS[SYSTEM], "count": sums.counts[SYSTEM], "total": sums.totals[SYSTEM], "own": sums.own}]
    for side in (BOOKS, TREASURY):
        present = side in found.present
        rows.append(
            {
                "label": LABELS[side],
                "count": sums.counts[side] if present else None,
                "total": sums.totals[side] if present else None,
                "gap": sums.gaps[side] if present else None,
                "explained": sums.explained_gaps[side] if present else None,
                "unexplained": sums.unexplained_gap(side) if present else None,
            }
        )
    return rows


class ReconcilePage(ProjectPage):
    template_name = "funds/reconcile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project, period = self.project, asked(self.request, self.project)
        found = reconcile(project, *period) if period else None
        differences = found.differences if found else ()
        return super().get_context_data(
            found=found,
            sides=sides_of(found) if found else [],
            differences=Paginator(differences, page_size(self.request)).get_page(self.request.GET.get("page")),
            statements=list(statements_of(project)),
            periods=[
                (start, end, address("funds:reconcile", project, start, end)) for start, end in periods_of(project)
            ],
            sheet_url=address("funds:reconcile_sheet", project, *period) if period else "",
            export_url=address("funds:reconcile_export", project, *period) if period else "",
            may_upload=access.allows(self.actor, project, Action.UPLOAD_STATEMENT),
            may_explain=access.allows(self.actor, project, Action.EXPLAIN_DIFFERENCE),
            **kwargs,
        )


class ReconcileSheet(ProjectPage):
    """对账表, for print and seal: every difference, with its reason."""

    template_name = "funds/reconcile_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period = asked(self.request, self.project) or refuse("none", NO_LIST)
        found = reconcile(self.project, *period)
        back = address("funds:reconcile", self.project, *period)
        return super().get_context_data(found=found, sides=sides_of(found), back_url=back, today=self.today, **kwargs)


class ReconcileExport(LoginRequiredMixin, Acting, View):
    http_method_names = ["get"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Out of reach is not found, whatever the method."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.project = find_project(request, kwargs["project_id"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        project = self.project
        period = asked(request, project) or refuse("none", NO_LIST)
        found = reconcile(project, *period)
        content = xlsx(reconciliation_sheets(project, found, self.today))
        digest = hashlib.sha256(content).hexdigest()
        text = f"{project.name}，{found.start} 至 {found.end}，差异 {len(found.differences)} 项"
        record_access("导出三方对账表", actor=self.actor, on=self.today, text=text, sha256=digest)
        return workbook(content, f"三方对账表-{found.start}至{found.end}.xlsx")


class UploadStatement(ProjectOperation):
    """The unit hands in its books, finance the treasury's list. A bad file shows every fault with its cell."""

    template_name = "funds/statement_form.html"
    form_class = StatementForm
    submit_label, done = "上传并比对", "清单已读取，请核对差异"
    success_name = "funds:reconcile"
    result: Statement | None

    def load(self) -> None:
        super().load()
        self.side = Side.BOOKS if access.is_unit(self.actor) else Side.TREASURY
        self.title = f"上传{self.side.label}"
        self.groups: list[tuple[str, str, Any]] = []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(groups=self.groups, side=self.side, **kwargs)

    def run(self, data: dict[str, Any]) -> Statement:
        try:
            return operations.upload_statement(self.project.pk, actor=self.actor, side=self.side, on=self.today, **data)
        except Refused:
            self.groups = self.faults(data)
            raise

    @staticmethod
    def faults(data: dict[str, Any]) -> list[tuple[str, str, Any]]:
        data["upload"].seek(0)
        try:
            found = read_statement(data["upload"].read(), start=data["period_from"], end=data["period_to"])
        except Unreadable:
            return []
        return [(*LEVELS[group.level], group) for group in grouped(found.findings)]

    def get_success_url(self) -> str:
        if self.result is None:
            return super().get_success_url()
        return address("funds:reconcile", self.project, self.result.period_from, self.result.period_to)


class ExplainDifference(ProjectOperation):
    template_name = "funds/reconcile_explain.html"
    form_class = ExplainForm
    title, submit_label, done = "说明对账差异", "保存原因", "差异原因已保存"
    difference: Difference

    def load(self) -> None:
        super().load()
        period = PeriodForm(self.request.GET).period()
        key = self.request.GET.get("key", "")
        rows = reconcile(self.project, *period).differences if period else ()
        found = next((one for one in rows if one.key == key), None)
        if period is None or found is None:
            refuse("gone", "这项差异已不存在（清单可能刚被重新上传）。请回到对账页，从差异表中重新进入。")
        (self.start, self.end), self.difference = period, found

    def get_initial(self) -> dict[str, Any]:
        standing = self.difference.explanation
        return {"reason": standing.reason, "note": standing.note} if standing else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(one=self.difference, **kwargs)

    def get_success_url(self) -> str:
        return address("funds:reconcile", self.project, self.start, self.end)

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Explanation:
        return operations.explain_difference(
            self.project.pk,
            actor=self.actor,
            start=self.start,
            end=self.end,
            key=self.difference.key,
            on=self.today,
            **data,
        )
