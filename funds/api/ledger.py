"""资金台账: the six figures, the grid by category and source, sources, quarters; as of any day, as known on any."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from rest_framework import serializers

from accounts.models import User
from accounts.roles import Role
from funds import queries
from funds.forms.payments import LedgerDates
from funds.grid import Columns, portions
from funds.ledger import Ledger, Line
from policy.money import ZERO
from policy.terms import Source
from projects.api import ProjectReading
from ui.api import Money, Told


class CellData(Told):
    category = serializers.CharField(help_text="类别代码")
    name = serializers.CharField(help_text="类别名称")
    source = serializers.ChoiceField(Source.choices, help_text="资金来源")  # type: ignore[assignment]
    budget = Money(help_text="预算")
    period = Money(help_text="本期支出")
    spent = Money(help_text="累计支出")
    pending = Money(help_text="待认定占用")
    left = Money(help_text="余额（预算减支出减占用）")
    portion = serializers.DecimalField(None, 2, help_text="占全部支出的百分比，合计 100.00")


class CategoryData(Told):
    category = serializers.CharField(help_text="类别代码")
    name = serializers.CharField(help_text="类别名称")
    budget = Money(help_text="预算")
    spent = Money(help_text="累计支出")
    pending = Money(help_text="待认定占用")
    left = Money(help_text="余额")
    unpaid = Money(help_text="已签约未付")


class SourceData(Told):
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]
    allocated = Money(help_text="下达")
    received = Money(help_text="到账")
    limit = Money(help_text="可用")
    pending = Money(source="reserved", help_text="待认定占用")
    spent = Money(help_text="支出")
    left = Money(help_text="可用余额")


class QuarterData(Told):
    year = serializers.IntegerField(source="quarter.year")
    quarter = serializers.IntegerField(source="quarter.number")
    planned = Money(help_text="用款计划")
    spent = Money(help_text="实际支出")


class LateData(Told):
    figure = serializers.CharField(help_text="影响的数字")
    title = serializers.CharField()
    on = serializers.DateField(help_text="业务日期")
    posted_on = serializers.DateField(help_text="入账日期")
    amount = Money()


class LedgerData(Told):
    on = serializers.DateField(help_text="截至日")
    known = serializers.DateField(help_text="按何日所知")
    period_from = serializers.DateField(help_text="本期起")
    period_to = serializers.DateField(help_text="本期止")
    granted = Money(help_text="批复")
    allocated = Money(help_text="下达")
    received = Money(help_text="到账")
    spent = Money(help_text="支出（财政已认定，不含自筹）")
    left = Money(help_text="结余（到账减支出）")
    execution_rate = serializers.DecimalField(None, 4, allow_null=True, help_text="执行率（支出÷预算）；无预算为 null")
    budget = Money(help_text="预算，不含自筹")
    reserved = Money(help_text="待认定占用，不含自筹")
    pending = Money(help_text="待认定，含自筹；冲销按负数计")
    pending_count = serializers.IntegerField(help_text="待认定笔数")
    lines = CellData(many=True, help_text="类别 × 来源")
    categories = CategoryData(many=True, help_text="各类别合计")
    sources = SourceData(many=True, help_text="各来源")
    quarters = QuarterData(many=True, help_text="用款计划与实际")
    late = LateData(many=True, help_text="截至日以前发生、所知日以后入账的事项；今日口径为空")


class LedgerBook(ProjectReading):
    summary, tag = "资金台账", "资金"
    description = (
        "六个数、类别 × 来源明细、来源余额、用款计划。on 为截至日，known 为按何日所知，start、end 为本期；均可不填，"
        "默认今日和本季度。评审专家只看到各类别合计。"
    )
    answers, filters = LedgerData, LedgerDates

    def form(self) -> forms.Form:
        return LedgerDates(self.request.query_params, today=self.today)

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        dates = LedgerDates(self.request.query_params, today=self.today)
        at, (start, end) = queries.Moment(*dates.dates()), dates.period()
        today = at == queries.Moment(self.today, self.today)
        project = self.project
        ledger = queries.ledger_of(project) if today else queries.ledger_as_of(project, on=at.on, known=at.known)
        columns = queries.columns_of(project, at, start, end)
        names = queries.names_of(project)
        told = {name: getattr(ledger, name) for name in FIGURES}
        told |= {"on": at.on, "known": at.known, "period_from": start, "period_to": end}
        told |= {"categories": list(categories(ledger, names, columns))} | dict.fromkeys(PARTS, ())
        if only_totals(self.actor):
            return told
        return told | {
            "lines": list(cells(ledger, names, columns)),
            "sources": ledger.sources,
            "quarters": queries.quarters_of(project, ledger, at),
            "late": [] if today else queries.late_entries(project, self.then(at), self.today),
        }

    def then(self, at: queries.Moment) -> queries.Moment:
        """As the page compares: what was known on the day itself, where nobody says which day."""
        return queries.Moment(at.on, min(at.known, at.on) if at.known == self.today else at.known)


FIGURES = (
    "granted", "allocated", "received", "spent", "left", "execution_rate", "budget", "reserved", "pending",
    "pending_count",
)  # fmt: skip
PARTS = ("lines", "sources", "quarters", "late")


def only_totals(user: User) -> bool:
    """An expert, and nothing else (permissions.json, spending:view)."""
    return user.roles == {Role.EX}


def cells(ledger: Ledger, names: Mapping[str, str], columns: Columns) -> Iterable[dict[str, Any]]:
    shares = portions([line.spent for line in ledger.lines])
    for line, portion in zip(ledger.lines, shares, strict=True):
        period = columns.period.get((line.category, line.source), ZERO)
        yield row(line, names) | {"source": line.source, "period": period, "portion": portion}


def categories(ledger: Ledger, names: Mapping[str, str], columns: Columns) -> Iterable[dict[str, Any]]:
    for line in ledger.categories:
        yield row(line, names) | {"unpaid": columns.unpaid.get(line.category, ZERO)}


def row(line: Line, names: Mapping[str, str]) -> dict[str, str | Decimal]:
    return {
        "category": line.category,
        "name": names.get(line.category, line.category),
        "budget": line.budget,
        "spent": line.spent,
        "pending": line.reserved,
        "left": line.left,
    }
