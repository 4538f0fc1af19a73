"""问题资金: of one project with its thread of entries, of all in reach, and the same as a workbook."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.persons import is_hand
from accounts.roles import Action, Role
from funds import operations
from funds.forms.dated import Dated, past_of
from funds.forms.documents import ReasonForm
from funds.forms.found_money import FoundMoneyEntryForm, FoundMoneyFilter
from funds.models import FoundMoney, FoundMoneyEntry
from funds.queries.found_money import (
    Line,
    ages_of,
    all_lines,
    entry_of,
    finders_of,
    lines_of,
    moves_for,
    rows_for,
    standing_of,
    sums_of,
    why_not_second,
)
from funds.queries.found_past import found_compared
from funds.sheets import compared_sheets, found_money_sheet
from policy.loader import configured
from policy.money import yuan
from policy.terms import FoundMoneyMove
from projects import access
from projects.exports import check_many, exporting, said
from projects.pages import Found, ProjectConfirm, ProjectOperation, ProjectPage, RouteMixin
from ui.parts import Check
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FoundMoneyPage(ProjectPage):
    template_name = "funds/found_money.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dates = Dated(self.request.GET, today=self.today)
        at = past_of(dates, self.today)
        lines = lines_of(self.project, self.today, at)
        actor, project = self.actor, self.project
        confirms = at is None and access.allows(actor, project, Action.CONFIRM_FOUND_MONEY)
        closed = why_not_second(lines, actor, self.today) if confirms else {}
        return super().get_context_data(
            lines=lines,
            sums=sums_of(line.row for line in lines),
            dates=dates,
            compared=found_compared(FoundMoney.objects.filter(project=project), at, self.today) if at else None,
            hint=hint_of(lines),
            day=at.on if at else self.today,
            may_record=at is None and access.allows(actor, project, Action.RECORD_FOUND_MONEY),
            threads=[
                (line, [(entry, papers, confirms, closed.get(entry.pk)) for entry, papers in line.entries])
                for line in lines
            ],
            today=self.today,
            **kwargs,
        )


class RecordFoundMoney(ProjectOperation):
    template_name = "funds/found_money_entry.html"
    form_class = FoundMoneyEntryForm
    title, submit_label, done = "登记问题资金处理", "登记", "已登记，待另一人复核"
    success_name = "funds:found_money"

    def load(self) -> None:
        super().load()
        rows = FoundMoney.objects.filter(project=self.project).select_related("voucher")
        self.row = get_object_or_404(rows, pk=self.kwargs["found_id"])
        self.standing = standing_of(self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "moves": moves_for(self.actor)}

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.standing.open, "happened_on": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(row=self.row, standing=self.standing, **kwargs)

    def run(self, data: dict[str, Any]) -> FoundMoneyEntry:
        return operations.record_found_money(self.project.pk, self.row.pk, actor=self.actor, on=self.today, **data)


class OneEntry(Found):
    """Gives `self.entry`, of this project."""

    success_name = "funds:found_money"
    entry: FoundMoneyEntry

    def load(self) -> None:
        super().load()
        self.entry = get_object_or_404(entry_of(self.project), pk=self.kwargs["entry_id"])


class ConfirmFoundMoney(OneEntry, ProjectConfirm):
    title, submit_label, done = "复核问题资金处理", "确认", "已确认，未整改余额已减少"

    def consequences(self) -> Iterable[str]:
        one = self.entry
        yield f"{one.get_move_display()} {yuan(one.amount)}，{one.on}，{one.number}，{one.recorded_by}登记"
        yield f"未整改余额由 {yuan(one.found_money.left)} 减少 {yuan(one.amount)}；确认后不能再改"
        if one.note:
            yield f"说明：{one.note}"

    def checklist(self) -> Iterable[Check]:
        one = self.entry
        written_off = one.move == FoundMoneyMove.WRITTEN_OFF
        right = Role.PFL in self.actor.roles if written_off else bool(self.actor.roles & {Role.CF, Role.PF})
        who = "核销由省财政厅负责人批准" if written_off else "补证和追回由市州财政或省财政经办复核"
        yield Check(one.state == FoundMoneyEntry.State.RECORDED, f"本笔{one.get_state_display()}")
        yield Check(not is_hand(self.actor, one.recorded_by_id), "登记人和复核人不是同一人", clause="职责分离 SD1")
        yield Check(
            not is_hand(self.actor, *finders_of(one.found_money)), "查出人和复核人不是同一人", clause="职责分离 SD1"
        )
        yield Check(right, who)
        yield Check(one.amount <= one.found_money.left, "不超过未整改余额")

    def run(self, data: dict[str, Any]) -> FoundMoneyEntry:
        return operations.confirm_found_money(self.project.pk, self.entry.pk, actor=self.actor, on=self.today)


class ReturnFoundMoney(OneEntry, ProjectOperation):
    template_name = "funds/form.html"
    form_class = ReasonForm
    title, submit_label, done = "退回问题资金处理", "退回", "已退回，登记人可以重新登记"

    def run(self, data: dict[str, Any]) -> FoundMoneyEntry:
        return operations.return_found_money(self.project.pk, self.entry.pk, actor=self.actor, on=self.today, **data)


def filter_of(request: HttpRequest) -> FoundMoneyFilter:
    kinds = {one.code: one.name for edition in configured().values() for one in edition.finding_kinds}
    return FoundMoneyFilter(request.GET, kinds=kinds)


HINT = "补证、追回、核销按发生日和复核日，查出按查出日；整改期限是现在的。"


def hint_of(lines: Iterable[Line]) -> str:
    """What the dates do not reach; and rows whose 查出 was raised on a day that was not kept."""
    unsure = sum(not line.exact for line in lines)
    return HINT + (
        f"其中 {unsure} 项的查出金额后来追加过，追加的日期没有单独登记，按现在的金额列示。" if unsure else ""
    )


class AllFoundMoney(RouteMixin, TemplateView):
    template_name = "funds/found_money_all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = filter_of(self.request)
        at = past_of(form, self.today)
        lines, day = all_lines(self.actor, form.asked(), self.today, at), at.on if at else self.today
        page = Paginator(lines, page_size(self.request)).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            filter=form,
            page_obj=page,
            sums=sums_of(line.row for line in lines),
            ages=ages_of(lines, day),
            overdue=sum(line.overdue for line in lines),
            today=day,
            compared=found_compared(rows_for(self.actor, form.asked()), at, self.today) if at else None,
            hint=hint_of(lines),
            **exporting(self.actor, len(lines), reverse("funds:all_found_money_export"), self.request.GET),
            **kwargs,
        )


class AllFoundMoneyExport(RouteMixin, View):
    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = filter_of(request)
        at = past_of(form, self.today)
        lines = all_lines(self.actor, form.asked(), self.today, at)
        reason = check_many(self.actor, len(lines), request.GET.get("reason", ""))
        compared = found_compared(rows_for(self.actor, form.asked()), at, self.today) if at else None
        sheet = found_money_sheet(lines, sums_of(line.row for line in lines), self.today, compared, hint_of(lines))
        content = xlsx([sheet, *(compared_sheets(compared, "问题资金") if compared else ())])
        digest = hashlib.sha256(content).hexdigest()
        record_access(
            "导出问题资金台账", actor=self.actor, on=self.today, text=said(f"{len(lines)} 行", reason), rows=len(lines),
            sha256=digest,
        )  # fmt: skip
        return workbook(content, f"问题资金台账-{self.today}.xlsx")


def workbook(content: bytes, filename: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return answer
